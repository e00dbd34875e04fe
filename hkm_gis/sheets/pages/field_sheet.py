"""The field sheet (peta titik andil garapan): a numbered point for each parcel, in A4 landscape."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from hkm_gis.andil_list import listed, spots_of
from hkm_gis.digest import digest_of
from hkm_gis.plane import reproject
from hkm_gis.sheets.atlas import Cell, divide
from hkm_gis.sheets.canvas import INK, Box, Canvas, shorten, wrap, wrap_items
from hkm_gis.sheets.frame import Frame, largest_scale
from hkm_gis.sheets.grid import draw_graticule, draw_grid
from hkm_gis.sheets.labels import Board, Placed, Words, draw_label, place_at_spots
from hkm_gis.sheets.marks import draw_marks, marks_of
from hkm_gis.sheets.page import BAND_MM
from hkm_gis.sheets.pages.corner_map import place_beside_spot
from hkm_gis.sheets.pages.leaf import (
    BODY_PT,
    HEADING_PT,
    SMALL_PT,
    Pad,
    draw_lines,
    draw_proof,
    rule,
)
from hkm_gis.sheets.pages.surround import PAGE_SCALES, Surround
from hkm_gis.sheets.panels import place_words, projection_name
from hkm_gis.sheets.symbols import STYLES, draw_area, draw_line, draw_north, draw_scale_bar
from hkm_gis.text import number, say, written_date

if TYPE_CHECKING:
    from hkm_gis.report import Report
    from hkm_gis.survey import Survey

__all__ = ["draw_field_sheets"]

LEGEND_MM = 66.0
NUMBER_PT = 8.0
POINT_MM = 0.75
_DISC = np.column_stack([np.cos(np.arange(16) * np.pi / 8), np.sin(np.arange(16) * np.pi / 8)])
SMALLEST_SCALE = 1000
"""Points that are crowded even at 1:1.000 lie on one spot; no scale parts them."""


def draw_field_sheets(
    survey: Survey,
    report: Report,
    group: str,
    *,
    lang: str = "id",
    drawn: Callable[[], None] = lambda: None,
) -> bytes:
    """Return the field sheets of a group: where each of its parcels lies, by number.

    The numbers are those of the printed list of andil. One sheet at the largest round scale shows
    them all; where their numbers would not find room, several sheets at a larger scale do.

    Parameters
    ----------
    survey, report
        The whole survey, and what the checks found in it.
    group
        The group.
    lang
        Language of the sheets.
    drawn
        Called once when all is drawn.
    """
    title = f"{say('pages.field_title', lang)} · {group}"
    pad = Pad(title=title, subject=say("sheets.pdf_subject", lang), lang=lang, landscape=True)
    field = _Field(Surround(survey, lang), group, len(report.of_group(group).blocking))
    frames = _frames(field, _map_box(pad))
    for page, frame in enumerate(frames, 1):
        _draw_page(pad, field, frame, (page, len(frames)))
    drawn()
    return pad.save()


@dataclass(frozen=True)
class _Field:
    """The points of one group."""

    surround: Surround
    group: str
    blocking: int

    @property
    def lang(self) -> str:
        return self.surround.lang

    @property
    def marks(self) -> list[str]:
        return marks_of(self.surround.survey.forest, self.blocking, self.lang)

    @cached_property
    def places(self) -> list[int]:
        """Place of each parcel in the order of the printed list."""
        return [int(k) for k in listed(self.surround.survey, self.group)]

    @cached_property
    def parcels_m(self) -> NDArray[Any]:
        land: NDArray[Any] = self.surround.parcels_m[self.places]
        return land

    @cached_property
    def points_m(self) -> NDArray[np.float64]:
        geometries = self.surround.survey.parcels.geometry.to_numpy()[self.places]
        points = [shapely.Point(xy) for xy in spots_of(geometries)]
        return shapely.get_coordinates(reproject(points, 4326, self.surround.epsg))

    @cached_property
    def outside(self) -> NDArray[np.bool_]:
        """Whether the point of each parcel lies outside the forest."""
        forest = self.surround.survey.forest
        if forest is None:
            return np.zeros(len(self.places), dtype=bool)
        land = reproject([forest.geometry], 4326, self.surround.epsg)[0]
        shapely.prepare(land)
        inside: NDArray[np.bool_] = shapely.contains_xy(land, *self.points_m.T)
        return ~inside

    def say(self, name: str, **facts: object) -> str:
        return say(f"pages.{name}", self.lang, **facts)


def _map_box(pad: Pad) -> Box:
    room = Box(0, 0, pad.width_mm, pad.height_mm).grown(-11)
    return Box(
        room.x0 + BAND_MM - 4,
        room.y0 + 6.5 + BAND_MM - 3,
        room.x1 - LEGEND_MM - BAND_MM,
        room.y1 - BAND_MM + 4,
    )


def _frames(field: _Field, box_mm: Box) -> list[Frame]:
    """Return the frames at the smallest scale that has room for every number."""
    bounds = Box(*shapely.total_bounds(field.parcels_m))
    fit = largest_scale(bounds, box_mm, PAGE_SCALES)
    frames = [Frame(box_mm=box_mm, centre_m=bounds.centre, scale=fit, epsg=field.surround.epsg)]
    larger = takewhile(lambda s: s < fit, PAGE_SCALES)
    for scale in sorted((s for s in larger if s >= SMALLEST_SCALE), reverse=True):
        if not any(_unplaced(field, frame) for frame in frames):
            break
        frames = [_frame_of(field, cell, box_mm, scale) for cell in _cells(field, box_mm, scale)]
    return frames


def _cells(field: _Field, box_mm: Box, scale: int) -> list[Cell]:
    m_per_mm = 0.92 * scale / 1000
    return divide(field.parcels_m, (box_mm.width * m_per_mm, box_mm.height * m_per_mm))


def _frame_of(field: _Field, cell: Cell, box_mm: Box, scale: int) -> Frame:
    centre = cell.bounds_m.centre
    return Frame(box_mm=box_mm, centre_m=centre, scale=scale, epsg=field.surround.epsg)


def _unplaced(field: _Field, frame: Frame) -> int:
    shown, placed = _numbers(field, frame, Board(frame.box_mm.grown(-0.8)))
    return len(shown) - len(placed)


def _numbers(field: _Field, frame: Frame, board: Board) -> tuple[list[int], list[Placed]]:
    """Return which points the frame shows, and a place for the number of each."""
    points = frame.to_mm(field.points_m)
    box = frame.box_mm.grown(-POINT_MM)
    inside = (points >= box[:2]).all(axis=1) & (points <= box[2:]).all(axis=1)
    shown = [int(k) for k in np.flatnonzero(inside)]
    for x, y in points[shown]:
        board.take(Box(x, y, x, y).grown(POINT_MM))
    nowhere = shapely.Polygon()
    numbers = [Words(str(k + 1), NUMBER_PT, "bold") for k in shown]
    placed = [
        next(place_at_spots([(points[k], words)], board), None)
        or place_beside_spot(words, points[k], nowhere, board)
        for k, words in zip(shown, numbers, strict=True)
    ]
    return shown, [place for place in placed if place is not None]


def _draw_page(pad: Pad, field: _Field, frame: Frame, page: tuple[int, int]) -> None:
    room = pad.leaf(field.say("field_foot", page=page[0], pages=page[1], group=field.group))
    pad.map(field.say("field_title"), frame)
    canvas = pad.canvas
    board = Board(frame.box_mm.grown(-0.8))
    shown, placed = _numbers(field, frame, board)
    with canvas.clip(frame.box_mm):
        field.surround.draw_parcels(canvas, frame, field.places)
        view = shapely.box(*frame.bounds_m)
        seen = field.parcels_m[shapely.intersects(field.parcels_m, view)]
        draw_area(canvas, frame.draw(seen), STYLES["clean"])
        field.surround.draw_lines(canvas, frame)
        draw_marks(canvas, frame.box_mm, field.marks, field.lang)
        _draw_points(canvas, frame, field, shown)
        for label in placed:
            draw_label(canvas, label)
        field.surround.label(canvas, frame, board, field.places, neighbours=False)
    draw_grid(canvas, frame, board, field.lang, size_pt=7)
    draw_graticule(canvas, frame, field.lang)
    _draw_legend(pad, field, frame, Box(room.x1 - LEGEND_MM, room.y0, room.x1, room.y1), shown)


def _draw_points(canvas: Canvas, frame: Frame, field: _Field, shown: Sequence[int]) -> None:
    points = frame.to_mm(field.points_m)
    for outside, fill in ((False, INK), (True, "#ffffff")):
        discs = [points[k] + POINT_MM * _DISC for k in shown if field.outside[k] == outside]
        canvas.path(discs, closed=True, fill=fill, stroke=INK, width_mm=0.25)


# The legend box


def _draw_legend(pad: Pad, field: _Field, frame: Frame, box: Box, shown: Sequence[int]) -> None:
    canvas, lang = pad.canvas, field.lang
    canvas.path([box.ring], closed=True, stroke=INK, width_mm=0.35)
    inner = box.grown(-3)
    y = _draw_title(pad, field, inner)
    rule(canvas, box.x0, box.x1, y)
    draw_north(canvas, inner.x0 + 5, y - 12.5, 5.4, lang)
    left = inner.x0 + 14
    words = say("sheets.scale", lang, scale=number(frame.scale, lang, 0))
    canvas.text(left, y - 6, words, size_pt=11, font="bold")
    draw_scale_bar(canvas, left, y - 14, frame.scale, lang, room_mm=40, size_pt=7.5)
    y = draw_lines(
        canvas, inner.x0, y - 17, inner.width, [projection_name(frame, lang)], size_pt=SMALL_PT
    )
    y -= 2
    rule(canvas, box.x0, box.x1, y)
    canvas.text(inner.x0, y - 5, say("sheets.legend", lang), size_pt=HEADING_PT, font="bold")
    y = _draw_entries(pad, field, frame, inner, y - 8, shown)
    rule(canvas, box.x0, box.x1, y)
    note = field.say("field_note")
    draw_lines(canvas, inner.x0, y - 1.5, inner.width, [note], size_pt=SMALL_PT)
    digest = digest_of(field.surround.survey.parcels.iloc[sorted(field.places)])
    draw_proof(canvas, Box(inner.x1 - 24, inner.y0 - 1, inner.x1, inner.y0 + 30), digest, lang)


def _draw_title(pad: Pad, field: _Field, box: Box) -> float:
    canvas, survey = pad.canvas, field.surround.survey
    y = box.y1
    lines = [(field.say("field_title"), 13.0), (field.group, 10.5)]
    for words, size in lines:
        for line in wrap(words, box.width, size, "bold", lines=2):
            y -= size * 0.43
            canvas.text(box.centre[0], y, line, size_pt=size, font="bold", align="centre")
    y -= 1.2
    place = place_words(survey.project, field.group, field.lang)
    total_ha = float(survey.parcels["area_ha"].iloc[field.places].sum())
    total = field.say("field_total", parcels=len(field.places), area_ha=total_ha)
    date = written_date(survey.project.date, field.lang) if survey.project.date else ""
    for words in [*wrap_items(place, box.width, SMALL_PT, lines=4), total, date, *field.marks]:
        if words:
            y -= 3.7
            fitted = shorten(words, box.width, SMALL_PT)
            canvas.text(box.centre[0], y, fitted, size_pt=SMALL_PT, align="centre")
    return y - 2.5


def _draw_entries(
    pad: Pad, field: _Field, frame: Frame, box: Box, y: float, shown: Sequence[int]
) -> float:
    canvas = pad.canvas
    outside = field.outside[list(shown)]
    known = field.surround.survey.forest is not None
    kinds = (("inside", ~outside, INK), ("outside_point", outside, "#ffffff"))
    for name, which, fill in kinds if known else (("point", ~outside, INK),):
        disc = np.array([box.x0 + 3.5, y - 2.2]) + POINT_MM * 1.3 * _DISC
        canvas.path([disc], closed=True, fill=fill, stroke=INK, width_mm=0.25)
        words = field.say(f"legend.{name}")
        canvas.text(box.x0 + 9, y - 3.2, words, size_pt=BODY_PT)
        canvas.text(box.x1, y - 3.2, str(int(which.sum())), size_pt=BODY_PT, align="right")
        y -= 5
    for style in ("clean", "neighbour"):
        draw_area(canvas, [shapely.box(box.x0, y - 3.6, box.x0 + 7, y - 0.6)], STYLES[style])
        canvas.text(box.x0 + 9, y - 3.2, field.say(f"legend.{style}"), size_pt=BODY_PT)
        y -= 5
    for style in field.surround.lines_shown(frame):
        draw_line(canvas, [np.array([(box.x0, y - 2.2), (box.x0 + 7, y - 2.2)])], style)
        canvas.text(box.x0 + 9, y - 3.2, say(f"sheets.{style}", field.lang), size_pt=BODY_PT)
        y -= 5
    return y - 1
