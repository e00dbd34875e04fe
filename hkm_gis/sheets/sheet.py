"""The sheet of one group: the map in its frame, the panels beside it, one PDF."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from hkm_gis.report import Report
from hkm_gis.sheets import blocks, panels, tables
from hkm_gis.sheets.annex import draw_annex
from hkm_gis.sheets.canvas import INK, Box, Canvas, text_width_mm, wrap
from hkm_gis.sheets.content import Content, Row, content_of, work_area_line
from hkm_gis.sheets.frame import FAR_SCALES, SCALES, Frame, choose_frame, largest_scale
from hkm_gis.sheets.geopdf import georeference
from hkm_gis.sheets.grid import draw_graticule, draw_grid
from hkm_gis.sheets.labels import (
    Board,
    Label,
    Placed,
    Words,
    draw_label,
    place_in_land,
    place_on_lines,
)
from hkm_gis.sheets.page import Layout, layouts
from hkm_gis.sheets.relief import (
    LIGHTEST_INSET_GREY,
    Contour,
    Elevation,
    contour_interval_m,
    contours,
    draw_contours,
    draw_relief,
    label_contours,
    read_elevation,
)
from hkm_gis.sheets.signature import signature_panel
from hkm_gis.sheets.symbols import STYLES, draw_area, draw_line, function_color, rings
from hkm_gis.sheets.topography import (
    Topography,
    draw_topography,
    label_topography,
    read_topography,
)
from hkm_gis.text import number, say

if TYPE_CHECKING:
    from hkm_gis.survey import Survey

__all__ = ["Sheet", "draw_sheet", "plan_sheet"]

INSET_SCALES = (75_000, 150_000, 200_000, 300_000, 400_000, 600_000, 750_000)

SPECIAL_ORDER = ("outside", "shared", "sliver", "disputed")
"""Kinds of land laid over the parcels, the gravest on top."""


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """Everything decided before the first line is drawn."""

    survey: Survey
    content: Content
    layout: Layout
    frame: Frame
    lang: str
    number: tuple[int, int]
    elevation: Elevation | None
    contours: tuple[Contour, ...]
    interval_m: int
    topography: tuple[Topography, ...]

    def say(self, name: str, **facts: object) -> str:
        """Return words of the sheet in its language."""
        return say(f"sheets.{name}", self.lang, **facts)


def plan_sheet(
    survey: Survey,
    report: Report,
    group: str,
    *,
    scale: int | None = None,
    paper: str = "A3",
    lang: str = "id",
) -> Sheet:
    """Decide what the sheet of a group shows, at which scale, on which side of the paper."""
    content = content_of(survey, report, group)
    land = Box(*shapely.total_bounds(content.parcels_m))
    epsg = survey.project.crs_epsg
    layout, frame = choose_frame(layouts(paper), land, epsg=epsg, scale=scale)
    elevation = _elevation(survey, frame)
    interval_m = contour_interval_m(elevation) if elevation else 0
    return Sheet(
        survey=survey,
        content=content,
        layout=layout,
        frame=frame,
        lang=lang,
        number=(survey.groups.index(group) + 1, len(survey.groups)),
        elevation=elevation,
        contours=tuple(contours(elevation, interval_m)) if elevation else (),
        interval_m=interval_m,
        topography=tuple(read_topography(survey.project.layers, frame)),
    )


def draw_sheet(sheet: Sheet) -> bytes:
    """Return the sheet as PDF: the map page, and an annex where the table needs its own page."""
    canvas = Canvas(
        sheet.layout.width_mm,
        sheet.layout.height_mm,
        title=sheet.say("page_title", group=sheet.content.group),
        subject=sheet.say("pdf_subject"),
    )
    _draw_border(canvas, sheet.layout)
    board = Board(sheet.frame.box_mm.grown(-1.0))
    unplaced = _draw_map(canvas, sheet, board)
    draw_grid(canvas, sheet.frame, board, sheet.lang)
    draw_graticule(canvas, sheet.frame, sheet.lang)
    arranged = _arrange(sheet, unplaced)
    inset = _draw_panels(canvas, sheet, arranged)
    if arranged.table_annexed:
        draw_annex(canvas, sheet.content, sheet.layout, arranged.annexed, sheet.lang)
    frames = [(sheet.say("viewport_map"), sheet.frame), (sheet.say("viewport_inset"), inset)]
    return georeference(canvas.save(), frames, canvas.layers, lang=sheet.lang)


def _elevation(survey: Survey, frame: Frame) -> Elevation | None:
    if survey.project.dem is None:
        return None
    elevation = read_elevation(survey.project.dem.file, frame)
    return elevation if elevation.known else None


def _draw_border(canvas: Canvas, layout: Layout) -> None:
    canvas.path([layout.border_mm.ring], closed=True, stroke=INK, width_mm=0.7)
    inner = layout.border_mm.grown(-1.3)
    canvas.path([inner.ring], closed=True, stroke=INK, width_mm=0.15)


# The map


def _draw_map(canvas: Canvas, sheet: Sheet, board: Board) -> int:
    frame, content = sheet.frame, sheet.content
    parcels = frame.draw(content.parcels_m)
    choices = [_choices(row, sheet.lang) for row in content.rows]
    lines = [mm for layer in sheet.topography for mm in layer.lines_mm]
    lines += _forest_lines(sheet)
    wide = [land for kind, land in content.special_m.items() if kind != "sliver"]
    lines += [ring for land in wide for ring in rings(frame.draw(land))]
    placed = place_in_land(parcels, choices, board, avoided_mm=lines)
    spared = shapely.union_all([shapely.box(*box) for box in board.boxes])
    with canvas.clip(frame.box_mm):
        _draw_ground(canvas, sheet)
        _draw_parcels(canvas, sheet, spared)
        with canvas.layer(sheet.say("layer_topography")):
            draw_topography(canvas, sheet.topography, spared_mm=spared)
        with canvas.layer(sheet.say("layer_marks")):
            _draw_marks(canvas, sheet)
        with canvas.layer(sheet.say("layer_boundaries")):
            _draw_boundaries(canvas, sheet)
        with canvas.layer(sheet.say("layer_labels")):
            _draw_labels(canvas, sheet, placed, board)
    return sum(place is None for place in placed)


def _draw_ground(canvas: Canvas, sheet: Sheet) -> None:
    if sheet.elevation is not None:
        with canvas.layer(sheet.say("layer_relief")):
            draw_relief(canvas, sheet.elevation)
        with canvas.layer(sheet.say("layer_contours")):
            draw_contours(canvas, list(sheet.contours))
    with canvas.layer(sheet.say("layer_neighbours")):
        for parcels in _neighbours_in_view(sheet).values():
            draw_area(canvas, parcels, STYLES["neighbour"])


def _draw_parcels(canvas: Canvas, sheet: Sheet, spared: BaseGeometry) -> None:
    content, frame = sheet.content, sheet.frame
    with canvas.layer(sheet.say("layer_parcels")):
        for status in ("clean", "finding"):
            land = frame.draw(content.parcels_of(status))
            draw_area(canvas, land, STYLES[status], spared_mm=spared)
    with canvas.layer(sheet.say("layer_conflicts")):
        for status in SPECIAL_ORDER:
            if status in content.special_m:
                land = frame.draw(content.special_m[status])
                draw_area(canvas, land, STYLES[status], spared_mm=spared)
        draw_line(canvas, rings(frame.draw(content.parcels_m)), "parcel", closed=True)


def _draw_boundaries(canvas: Canvas, sheet: Sheet) -> None:
    outline = [sheet.frame.to_mm(line) for line in work_area_line(sheet.content.work_area_m)]
    draw_line(canvas, outline, "work_area")
    draw_line(canvas, _forest_lines(sheet), "forest_line")


def _draw_labels(canvas: Canvas, sheet: Sheet, placed: list[Placed | None], board: Board) -> None:
    for place in placed:
        if place is not None:
            draw_label(canvas, place)
    _label_neighbours(canvas, sheet, board)
    if sheet.survey.forest is not None:
        words = Words(sheet.survey.forest.name, 7, "italic")
        places = place_on_lines(_forest_lines(sheet), words, board, apart_mm=120, lift_mm=2.2)
        for place, _ in zip(places, range(2), strict=False):
            draw_label(canvas, place, color="#005500")
    label_topography(canvas, sheet.topography, board)
    label_contours(canvas, list(sheet.contours), board)


def _choices(row: Row, lang: str) -> list[Label]:
    no = row.label
    hectares = Words(number(row.area_ha, lang) + " ha", 5.5, "italic")
    name = row.member.strip()
    full: list[Label] = []
    if name:
        for lines in (1, 2):
            parts = wrap(name, 60 if lines == 1 else 16, 6)
            if len(parts) <= lines:
                full.append((Words(no, 9, "bold"), *(Words(p, 6) for p in parts), hectares))
    return [
        *full,
        (Words(no, 8.5, "bold"), hectares),
        (Words(no, 8, "bold"),),
        (Words(no, 6.4, "bold"),),
    ]


def _neighbours_in_view(sheet: Sheet) -> dict[str, NDArray[np.object_]]:
    view = shapely.box(*sheet.frame.bounds_m)
    seen = {
        name: sheet.frame.draw(land[shapely.intersects(land, view)])
        for name, land in sheet.content.neighbours_m.items()
    }
    return {name: land for name, land in seen.items() if len(land)}


def _label_neighbours(canvas: Canvas, sheet: Sheet, board: Board) -> None:
    view = shapely.box(*board.within)
    for name, land in _neighbours_in_view(sheet).items():
        free = shapely.union_all(land) - shapely.union_all(
            sheet.frame.draw(sheet.content.parcels_m)
        )
        room = max(shapely.get_parts(free & view), key=shapely.area, default=None)
        if room is None or room.area < 20 or room.geom_type != "Polygon":
            continue
        lines = wrap(name, 40, 8, "semibold", lines=3)
        labels = [
            tuple(Words(line, size, "semibold") for line in lines) for size in (9.0, 7.0, 5.6)
        ]
        for placed in place_in_land([room.convex_hull], [labels], board, leaders=False):
            if placed is not None:
                draw_label(canvas, placed, color="#666666")


def _forest_lines(sheet: Sheet) -> list[NDArray[np.float64]]:
    forest = sheet.content.forest_m
    if forest is None:
        return []
    return _lines_in_view(forest.boundary, sheet.frame)


def _lines_in_view(line: BaseGeometry, frame: Frame) -> list[NDArray[np.float64]]:
    seen = shapely.line_merge(line.intersection(shapely.box(*frame.bounds_m)))
    parts = [part for part in shapely.get_parts(seen) if part.geom_type == "LineString"]
    return [frame.to_mm(shapely.get_coordinates(part)) for part in parts]


def _marks(sheet: Sheet) -> Iterator[str]:
    forest = sheet.survey.forest
    if forest is not None and forest.example:
        yield sheet.say("example")
    if sheet.content.blocking:
        yield sheet.say("draft")


def _draw_marks(canvas: Canvas, sheet: Sheet) -> None:
    box, words = sheet.frame.box_mm, list(_marks(sheet))
    for i, mark in enumerate(words):
        size_pt = min(60.0, 0.72 * math.hypot(*box[2:]) / text_width_mm(mark, 1, "bold"))
        middle = box.y0 + box.height * (i + 1) / (len(words) + 1)
        canvas.text(
            box.centre[0],
            middle,
            mark,
            size_pt=size_pt,
            font="bold",
            color="#8a0f1e",
            align="centre",
            turn_deg=30,
            opacity=0.13,
        )


# The panels


@dataclass(frozen=True, slots=True, eq=False)
class _Arranged:
    """Where each panel stands, and which ones find room only in the annex."""

    placed: dict[str, tuple[blocks.Block, Box]]
    table_annexed: bool = False
    annexed: tuple[blocks.Block, ...] = ()


def _draw_panels(canvas: Canvas, sheet: Sheet, arranged: _Arranged) -> Frame:
    for name, (block, box) in arranged.placed.items():
        block.draw(canvas, box)
        if name != "signature":
            y = box.y0 - blocks.RULE_GAP_MM
            canvas.path([np.array([(box.x0, y), (box.x1, y)])], stroke=INK, width_mm=0.2)
    inset = _inset_frame(sheet, panels.inset_box(arranged.placed["legend"][1]))
    _draw_inset(canvas, sheet, inset)
    return inset


def _arrange(sheet: Sheet, unplaced: int) -> _Arranged:
    content, lang, columns = sheet.content, sheet.lang, sheet.layout.columns_mm
    width_mm = columns[0].width
    before = _first_panels(sheet, width_mm)
    sources = panels.sources_panel(sheet.survey, width_mm, lang)
    law = panels.law_panel(sheet.survey.regulation, width_mm, lang)
    last = signature_panel(sheet.survey.project, content, width_mm, lang)
    for table in tables.table_panels(content, width_mm, lang, unplaced=unplaced):
        if placed := blocks.flow([*before, table, sources, law], columns, last):
            return _Arranged(placed)
    note = tables.table_note_panel(content, lang, unplaced=unplaced)
    short = panels.short_law_panel(sheet.survey.regulation, width_mm, lang)
    for kept, annexed in (
        ([note, sources, law], ()),
        ([note, short], (sources, law)),
        ([short], (note, sources, law)),
    ):
        if placed := blocks.flow([*before, *kept], columns, last):
            return _Arranged(placed, True, annexed)
    return _Arranged(blocks.stack([*before, short], columns, last), True, (note, sources, law))


def _first_panels(sheet: Sheet, width_mm: float) -> list[blocks.Block]:
    survey, content, lang = sheet.survey, sheet.content, sheet.lang
    return [
        panels.title_panel(survey.project, survey.forest, content, sheet.number, width_mm, lang),
        panels.scale_panel(
            sheet.frame, sheet.layout.paper, width_mm, lang, relief=_relief_words(sheet)
        ),
        panels.legend_panel(
            content,
            list(_legend_lines(sheet)),
            width_mm,
            lang,
            sliver_width_m=survey.thresholds.sliver_width_m,
        ),
    ]


def _relief_words(sheet: Sheet) -> str:
    dem = sheet.survey.project.dem
    if dem is None or sheet.elevation is None:
        return ""
    source = dem.source or sheet.say("dem_unnamed")
    return sheet.say("relief", interval=str(sheet.interval_m), source=source)


def _legend_lines(sheet: Sheet) -> Iterator[str]:
    yield "work_area"
    if _forest_lines(sheet):
        yield "forest_line"
    yield from dict.fromkeys(layer.role for layer in reversed(sheet.topography))
    if sheet.contours:
        yield "contour"


# The inset


def _inset_frame(sheet: Sheet, box: Box) -> Frame:
    forest, main = sheet.content.forest_m, sheet.frame
    land = Box(*main.bounds_m)
    around = land if forest is None else Box(*shapely.union(shapely.box(*land), forest).bounds)
    known = sorted({*SCALES, *INSET_SCALES, *FAR_SCALES})
    scales = [s for s in known if forest is not None or s >= 6 * main.scale]
    scale = largest_scale(around, box, scales)
    return Frame(box_mm=box, centre_m=around.centre, scale=scale, epsg=main.epsg)


def _draw_inset(canvas: Canvas, sheet: Sheet, inset: Frame) -> None:
    box = inset.box_mm
    canvas.text(box.x0, box.y1 + 1.4, sheet.say("inset"), size_pt=7.6, font="bold")
    with canvas.clip(box):
        dem = sheet.survey.project.dem
        if dem is not None:
            elevation = read_elevation(dem.file, inset, dpi=100)
            if elevation.known:
                draw_relief(canvas, elevation, lightest=LIGHTEST_INSET_GREY)
        _draw_inset_land(canvas, sheet, inset)
    canvas.path([box.ring], closed=True, stroke=INK, width_mm=0.25)
    words = sheet.say("inset_scale", scale=number(inset.scale, sheet.lang, 0))
    canvas.text(box.x1, box.y0 - 2.6, words, size_pt=5.8, align="right")


def _draw_inset_land(canvas: Canvas, sheet: Sheet, inset: Frame) -> None:
    forest = sheet.survey.forest
    if forest is not None and sheet.content.forest_m is not None:
        drawn = rings([inset.draw([sheet.content.forest_m])[0]])
        color = function_color(forest.function)[1]
        canvas.path(drawn, closed=True, fill=color, opacity=0.35)
        canvas.path(drawn, closed=True, stroke="#006b00", width_mm=0.2)
    for land in sheet.content.neighbours_m.values():
        canvas.path(rings(inset.draw(land)), closed=True, fill="#8c8c8c")
    mine = rings([inset.draw([sheet.content.work_area_m])[0]])
    canvas.path(mine, closed=True, fill="#b3001b")
    seen = Box(*inset.draw([shapely.box(*sheet.frame.bounds_m)])[0].bounds)
    canvas.path([seen.ring], closed=True, stroke="#000000", width_mm=0.4)
