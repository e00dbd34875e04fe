"""The page of one household (sketsa andil): its parcel, corners, batas and who confirms them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from hkm_gis.digest import Digest
from hkm_gis.neighbours import SIDES
from hkm_gis.privacy import redact
from hkm_gis.report import Report, Severity, Status
from hkm_gis.sheets.canvas import Box, shorten, text_width_mm, wrap
from hkm_gis.sheets.frame import Frame
from hkm_gis.sheets.grid import draw_grid
from hkm_gis.sheets.labels import Board, Label, Placed, Words, draw_label, place_in_land
from hkm_gis.sheets.marks import draw_marks, marks_of
from hkm_gis.sheets.pages.corner_map import draw_dots, place_numbers, side_lengths
from hkm_gis.sheets.pages.corner_table import TABLE_ROW_MM, corner_rows, draw_corner_table
from hkm_gis.sheets.pages.corners import Outline, outline_of
from hkm_gis.sheets.pages.leaf import (
    BODY_PT,
    HEAD_MM,
    HEADING_PT,
    SMALL_PT,
    Pad,
    draw_facts,
    draw_head,
    draw_lines,
    draw_place_to_sign,
    draw_proof,
    rule,
)
from hkm_gis.sheets.pages.strip import STRIP_MM, draw_strip
from hkm_gis.sheets.pages.surround import Surround, frame_of
from hkm_gis.sheets.panels import place_words
from hkm_gis.sheets.symbols import STYLES, draw_area, draw_line, rings
from hkm_gis.text import number, say, written_date
from hkm_gis.wording import explain

if TYPE_CHECKING:
    from hkm_gis.survey import Survey

__all__ = ["draw_household_pages"]

MAP_LEAST_MM = 76.0
FACTS_MM, SIGN_MM, GAP_MM = 11.5, 29.0, 2.5
BATAS_ROW_MM = 7.2
GRID_MM = 5.5
"""Round the map: ticks of the grid and their metres."""
GRID_PT = 7.5
INK_LINE_MM = 76.0


def draw_household_pages(
    survey: Survey,
    report: Report,
    group: str,
    *,
    lang: str = "id",
    drawn: Callable[[], None] = lambda: None,
) -> bytes:
    """Return the pages of all parcels of a group as one PDF, household after household.

    Each parcel has a page of its own: a family that farms three plots in three places signs with
    three sets of neighbours. A page says which of the family's parcels it is.

    Parameters
    ----------
    survey, report
        The whole survey, neighbours of other groups included, and what the checks found in it.
    group
        The group whose parcels are drawn.
    lang
        Language of the pages.
    drawn
        Called after each parcel.
    """
    title = say("pages.sketch_title", lang)
    pad = Pad(title=f"{title} · {group}", subject=say("sheets.pdf_subject", lang), lang=lang)
    for sketch in _sketches(Surround(survey, lang), report, group):
        _draw_sketch(pad, sketch)
        drawn()
    return pad.save()


@dataclass(frozen=True)
class _Sketch:
    """One parcel and its place among those of its household."""

    surround: Surround
    place: int
    nth: tuple[int, int]
    household_ha: float
    findings: tuple[str, ...]
    blocking: int

    @property
    def lang(self) -> str:
        return self.surround.lang

    @cached_property
    def row(self) -> Any:
        return next(self.surround.survey.parcels.iloc[[self.place]].itertuples())

    @property
    def code(self) -> str:
        return self.surround.code(self.row.parcel_id)

    @property
    def land_m(self) -> BaseGeometry:
        land: BaseGeometry = self.surround.parcels_m[self.place]
        return land

    @cached_property
    def outline(self) -> Outline:
        within_m = self.surround.survey.thresholds.gps_error_m
        return outline_of(self.row.geometry, epsg=self.surround.epsg, within_m=within_m)

    @cached_property
    def digest(self) -> Digest:
        return self.surround.digest([self.place])

    @property
    def member(self) -> str:
        return self.surround.members[self.place]

    @property
    def marks(self) -> list[str]:
        return marks_of(self.surround.survey.forest, self.blocking, self.lang)

    def say(self, name: str, **facts: object) -> str:
        return say(f"pages.{name}", self.lang, **facts)


def _sketches(surround: Surround, report: Report, group: str) -> Iterator[_Sketch]:
    parcels = surround.survey.parcels
    households: dict[str, list[int]] = {}
    for k, (name, household) in enumerate(zip(parcels["group"], parcels["household"], strict=True)):
        if name == group:
            households.setdefault(str(household), []).append(k)
    codes, blocking = _open_findings(report)
    for places in households.values():
        total_ha = float(parcels["area_ha"].iloc[places].sum())
        for nth, k in enumerate(places, 1):
            parcel = str(parcels["parcel_id"].iloc[k])
            found = tuple(dict.fromkeys(codes.get(parcel, ())))
            yield _Sketch(surround, k, (nth, len(places)), total_ha, found, blocking.get(parcel, 0))


def _open_findings(report: Report) -> tuple[dict[str, list[str]], dict[str, int]]:
    codes: dict[str, list[str]] = {}
    blocking: dict[str, int] = {}
    for finding in report.findings:
        if finding.status is Status.OPEN and finding.severity is not Severity.NOTE:
            for parcel in finding.parcels:
                codes.setdefault(parcel, []).append(finding.code)
                blocking[parcel] = blocking.get(parcel, 0) + (finding.severity is Severity.ERROR)
    return codes, blocking


def _draw_sketch(pad: Pad, sketch: _Sketch) -> None:
    rows = corner_rows(sketch.outline, sketch.lang)
    notes = _notes(sketch)
    room = pad.leaf(_foot(sketch, 1, _pages(pad, sketch, rows, notes)))
    top = _draw_head(pad, sketch, room)
    top = _draw_facts(pad, sketch, room, top)
    low = _draw_signatures(pad, sketch, room)
    low = _draw_batas(pad, sketch, room, low)
    first = rows[: 2 * _rows_of_first(top - low, notes)]
    table_mm = _table_mm(first, notes)
    box = Box(room.x0, low, room.x1, low + table_mm)
    _draw_table(pad, sketch, box, first, notes)
    strip = Box(room.x0, box.y1 + GAP_MM, room.x1, box.y1 + GAP_MM + STRIP_MM)
    frame = _draw_map(pad, sketch, Box(room.x0, strip.y1 + 1, room.x1, top))
    draw_strip(pad.canvas, strip, frame, _shown(sketch, frame), sketch.lang)
    _draw_further_rows(pad, sketch, rows, len(first), notes)


# How much stands on which page


def _rows_of_first(room_mm: float, notes: Sequence[str]) -> int:
    rest_mm = room_mm - MAP_LEAST_MM - STRIP_MM - GAP_MM - 1 - _table_mm([], notes)
    return max(2, int(rest_mm // TABLE_ROW_MM))


def _table_mm(rows: Sequence[Any], notes: Sequence[str]) -> float:
    per_column = math.ceil(len(rows) / 2)
    return 5.0 + (per_column + 1) * TABLE_ROW_MM + len(notes) * SMALL_PT * 0.46 + 1.0


def _notes(sketch: _Sketch) -> list[str]:
    outline, room_mm = sketch.outline, 188.0
    told = [sketch.say("sides_note")]
    if len(outline.corners) < outline.points:
        shown = len(outline.corners)
        facts = {"shown": shown, "points": outline.points, "off_m": outline.off_m}
        told.append(sketch.say("left_out_note", **facts))
    rings = _ring_words(outline)
    if rings:
        told.append(sketch.say("rings_note", rings=rings))
    return wrap(" ".join(told), room_mm, SMALL_PT, lines=3)


def _ring_words(outline: Outline) -> str:
    last = [corner for corner in outline.corners if corner.to <= corner.number]
    return ", ".join(f"{corner.to}–{corner.number}" for corner in last) if len(last) > 1 else ""


def _pages(pad: Pad, sketch: _Sketch, rows: Sequence[Any], notes: Sequence[str]) -> int:
    room_mm = pad.height_mm - 2 * 11 - 6.5
    low_mm = SIGN_MM + 4 * BATAS_ROW_MM + 5.5 + 2 * GAP_MM
    top_mm = HEAD_MM + FACTS_MM + _findings_mm(sketch)
    first = 2 * _rows_of_first(room_mm - low_mm - top_mm, notes)
    return 1 + math.ceil(max(0, len(rows) - first) / (2 * _rows_of_further(pad)))


def _rows_of_further(pad: Pad) -> int:
    return int((pad.height_mm - 2 * 11 - 6.5 - 34) // TABLE_ROW_MM) - 1


def _foot(sketch: _Sketch, page: int, pages: int) -> str:
    return sketch.say("sketch_foot", parcel=sketch.code, page=page, pages=pages)


# The parts of the page, from the top down


def _draw_head(pad: Pad, sketch: _Sketch, room: Box) -> float:
    survey, group = sketch.surround.survey, sketch.row.group
    forest = "" if survey.forest is None else survey.forest.name
    lines = (group, place_words(survey.project, group, sketch.lang), forest)
    code = (sketch.code, _hectares(sketch))
    return draw_head(pad, room, sketch.say("sketch_title"), lines, code, sketch.marks)


def _hectares(sketch: _Sketch) -> str:
    words = say("pages.hectares", sketch.lang, area_ha=float(sketch.row.area_ha))
    if math.isfinite(sketch.row.uncertainty_ha):
        words += f" ± {number(float(sketch.row.uncertainty_ha), sketch.lang)}"
    return words


def _draw_facts(pad: Pad, sketch: _Sketch, room: Box, top: float) -> float:
    half = room.width / 2
    left = [("farmer", sketch.member or say("sheets.nameless", sketch.lang)), _measured(sketch)]
    nth, many = sketch.nth
    family = sketch.say("only_parcel")
    if many > 1:
        family = sketch.say("nth_parcel", nth=nth, count=many, total_ha=sketch.household_ha)
    right = [("family", family), ("perimeter", _perimeter(sketch))]
    for x, pairs in ((room.x0, left), (room.x0 + half, right)):
        facts = [(sketch.say(key), value) for key, value in pairs]
        draw_facts(pad, Box(x, 0, x + half, top + 0.3), facts, 22)
    top -= FACTS_MM
    told = _finding_words(sketch)
    if told:
        top = draw_lines(
            pad.canvas, room.x0, top + 0.4, room.width, [told], size_pt=SMALL_PT, lines=2
        )
        top -= 1.2
    return top


def _findings_mm(sketch: _Sketch) -> float:
    told = _finding_words(sketch)
    lines = len(wrap(told, 188.0, SMALL_PT, lines=2)) if told else 0
    return lines * SMALL_PT * 0.46 + 0.8 if lines else 0.0


def _finding_words(sketch: _Sketch) -> str:
    if not sketch.findings:
        return ""
    titles = [f"{code} {explain(code, lang=sketch.lang).title}" for code in sketch.findings]
    return sketch.say("open_findings", findings="; ".join(titles))


def _measured(sketch: _Sketch) -> tuple[str, str]:
    date = sketch.row.surveyed or sketch.surround.survey.project.measured
    day = written_date(redact(date), sketch.lang) if date else sketch.say("date_unknown")
    return "measured", day


def _perimeter(sketch: _Sketch) -> str:
    return sketch.say("metres", length_m=sketch.outline.perimeter_m)


def _draw_map(pad: Pad, sketch: _Sketch, box: Box) -> Frame:
    canvas, surround = pad.canvas, sketch.surround
    frame = frame_of([sketch.land_m], box.grown(-GRID_MM), surround.epsg)
    pad.map(sketch.code, frame)
    board = Board(frame.box_mm.grown(-0.8))
    land = frame.draw([sketch.land_m])[0]
    labels = _place_labels(sketch, frame, land, board)
    spared = shapely.union_all([shapely.box(*placed.box_mm) for placed in labels])
    with canvas.clip(frame.box_mm):
        surround.draw(canvas, frame, [sketch.place])
        draw_area(canvas, [land], STYLES["clean"])
        for status, shared in surround.special_m[sketch.row.parcel_id].items():
            draw_area(canvas, frame.draw(shared), STYLES[status], spared_mm=spared)
        draw_line(canvas, rings([land]), "own_parcel", closed=True)
        draw_marks(canvas, frame.box_mm, sketch.marks, sketch.lang)
        draw_dots(canvas, frame, sketch.outline.corners)
        for placed in labels:
            draw_label(canvas, placed)
        surround.label(canvas, frame, board, [sketch.place])
    draw_grid(canvas, frame, board, sketch.lang, size_pt=GRID_PT)
    return frame


def _place_labels(sketch: _Sketch, frame: Frame, land: BaseGeometry, board: Board) -> list[Placed]:
    corners = sketch.outline.corners
    numbers = place_numbers(frame, land, corners, board)
    names = place_in_land([land], [_names(sketch)], board)
    lengths = side_lengths(frame, land, corners, board, sketch.lang)
    return [*numbers, *(name for name in names if name is not None), *lengths]


def _names(sketch: _Sketch) -> list[Label]:
    hectares = say("pages.hectares", sketch.lang, area_ha=float(sketch.row.area_ha))
    return [
        *(
            (Words(sketch.code, size, "bold"), Words(hectares, 0.7 * size))
            for size in (18.0, 15.0, 12.0)
        ),
        (Words(sketch.code, 11, "bold"),),
        (Words(sketch.code, 9, "bold"),),
    ]


def _shown(sketch: _Sketch, frame: Frame) -> dict[str, str]:
    shown = list(sketch.surround.special_m[sketch.row.parcel_id])
    if sketch.surround.shows_forest_line(frame):
        shown.append("forest_line")
    return {style: style for style in shown}


def _draw_table(
    pad: Pad, sketch: _Sketch, box: Box, rows: Sequence[Any], notes: Sequence[str]
) -> None:
    heading = sketch.say("corners_heading")
    pad.canvas.text(box.x0, box.y1 - 3.4, heading, size_pt=HEADING_PT, font="bold")
    per_column = math.ceil(len(rows) / 2)
    low = draw_corner_table(pad.canvas, box._replace(y1=box.y1 - 5), rows, per_column, sketch.lang)
    draw_lines(pad.canvas, box.x0, low - 0.6, box.width, notes, size_pt=SMALL_PT)


def _draw_further_rows(
    pad: Pad, sketch: _Sketch, rows: Sequence[Any], done: int, notes: Sequence[str]
) -> None:
    per_column = _rows_of_further(pad)
    pages = 1 + math.ceil((len(rows) - done) / (2 * per_column))
    for page in range(2, pages + 1):
        room = pad.leaf(_foot(sketch, page, pages))
        top = _draw_head(pad, sketch, room)
        _draw_table(pad, sketch, room._replace(y1=top), rows[done : done + 2 * per_column], notes)
        done += 2 * per_column


def _draw_batas(pad: Pad, sketch: _Sketch, room: Box, low: float) -> float:
    """Draw the four batas with places to sign, and return the height above them."""
    canvas = pad.canvas
    top = low + 4 * BATAS_ROW_MM + 5.0
    canvas.text(room.x0, top - 3.4, sketch.say("batas_heading"), size_pt=HEADING_PT, font="bold")
    ink = sketch.say("neighbour_signs")
    canvas.text(room.x0 + 112, top - 3.4, ink, size_pt=SMALL_PT)
    batas = sketch.surround.batas.loc[sketch.row.parcel_id]
    for i, side in enumerate(SIDES):
        y1 = top - 5.0 - i * BATAS_ROW_MM
        rule(canvas, room.x0, room.x1, y1, width_mm=0.12)
        y = y1 - BATAS_ROW_MM / 2 - 1.1
        canvas.text(room.x0 + 1, y, sketch.say(side), size_pt=BODY_PT, font="semibold")
        words = batas[side] or sketch.say("batas_unknown")
        _draw_cell(pad, Box(room.x0 + 20, y1 - BATAS_ROW_MM, room.x0 + 110, y1), words)
        ink_line = np.array([(room.x0 + 112, y - 0.6), (room.x0 + 112 + INK_LINE_MM, y - 0.6)])
        canvas.path([ink_line], stroke="#6a6a6a", width_mm=0.15, dash_mm=(0.4, 0.8))
    rule(canvas, room.x0, room.x1, top - 5.0 - 4 * BATAS_ROW_MM, width_mm=0.12)
    return top + GAP_MM


def _draw_cell(pad: Pad, box: Box, words: str) -> None:
    """Write words in one line, or in two smaller ones."""
    room = box.width - 2
    if text_width_mm(words, BODY_PT) <= room:
        pad.canvas.text(box.x0 + 1, box.centre[1] - 1.1, words, size_pt=BODY_PT)
        return
    draw_lines(pad.canvas, box.x0 + 1, box.y1 - 0.2, room, [words], size_pt=SMALL_PT, lines=2)


def _draw_signatures(pad: Pad, sketch: _Sketch, room: Box) -> float:
    project, lang = sketch.surround.survey.project, sketch.lang
    group = project.group(sketch.row.group)
    pekon = group.pekon or project.place.pekon
    blank = say("sheets.name_blank", lang)
    qr_mm = 24.0
    row = Box(room.x0, room.y0, room.x1 - qr_mm - 3, room.y0 + SIGN_MM)
    place = project.place.kabupaten or pekon or "................"
    day = written_date(project.date, lang) if project.date else say("sheets.date_blank", lang)
    dated = say("sheets.signed_at", lang, place=place, date=day)
    pad.canvas.text(row.x0, row.y1 - 3.2, shorten(dated, row.width, BODY_PT), size_pt=BODY_PT)
    village = say("sheets.head_of_village", lang, name=pekon).strip()
    signers = (
        ("", sketch.say("signs_farmer"), sketch.member),
        ("", say("sheets.head_of_group", lang), group.ketua),
        (say("sheets.acknowledged", lang), village, group.kepala_pekon),
    )
    part = row.width / len(signers)
    for i, (above, role, name) in enumerate(signers):
        box = Box(row.x0 + i * part, row.y0, row.x0 + (i + 1) * part, row.y1 - 4)
        draw_place_to_sign(pad.canvas, box, role, name or blank, above=above)
    draw_proof(pad.canvas, Box(room.x1 - qr_mm, room.y0, room.x1, row.y1 + 2), sketch.digest, lang)
    rule(pad.canvas, room.x0, room.x1, row.y1 + 2.6, width_mm=0.35)
    return row.y1 + 2.6 + GAP_MM
