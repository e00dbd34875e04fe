"""The page of one household (sketsa andil): its parcel, corners, batas and who confirms them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import shapely
from shapely.geometry.base import BaseGeometry

from hkm_gis.corners import Outline
from hkm_gis.privacy import redact
from hkm_gis.report import Report
from hkm_gis.sheets.canvas import Box, wrap
from hkm_gis.sheets.frame import Frame
from hkm_gis.sheets.grid import draw_grid
from hkm_gis.sheets.labels import Board, Label, Placed, Words, draw_label, place_in_land
from hkm_gis.sheets.marks import draw_marks
from hkm_gis.sheets.pages.confirmation import CONFIRMED_MM, GAP_MM, draw_batas, draw_signatures
from hkm_gis.sheets.pages.corner_map import (
    draw_dots,
    place_numbers,
    side_lengths,
    tell_unnumbered,
)
from hkm_gis.sheets.pages.corner_table import (
    NOTE_MM,
    TABLE_ROW_MM,
    corner_rows,
    draw_corner_table,
)
from hkm_gis.sheets.pages.leaf import (
    HEAD_MM,
    HEADING_PT,
    SMALL_PT,
    Pad,
    draw_facts,
    draw_head,
    draw_lines,
)
from hkm_gis.sheets.pages.sketch import Sketch, sketches_of
from hkm_gis.sheets.pages.strip import STRIP_MM, draw_strip
from hkm_gis.sheets.pages.surround import Surround, frame_of
from hkm_gis.sheets.panels import place_words
from hkm_gis.sheets.symbols import STYLES, draw_area, draw_line, rings
from hkm_gis.text import number, say, written_date
from hkm_gis.wording import explain

if TYPE_CHECKING:
    from hkm_gis.survey import Survey

__all__ = ["draw_household_pages"]

MAP_LEAST_MM = 74.0
"""Corners that leave the map less stand on further pages, all of them."""
FACTS_MM = 11.5
GRID_MM = 5.5
"""Round the map: ticks of the grid and their metres."""
GRID_PT = 7.5
HEADING_ROW_MM = 5.0


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
    for sketch in sketches_of(Surround(survey, lang), report, group):
        _draw_sketch(pad, sketch)
        drawn()
    return pad.save()


def _draw_sketch(pad: Pad, sketch: Sketch) -> None:
    rows = corner_rows(sketch.outline, sketch.lang)
    notes = _notes(sketch)
    room = pad.leaf(_foot(sketch, 1, _pages(pad, sketch, rows, notes)))
    top = _draw_head(pad, sketch, room)
    top = _draw_facts(pad, sketch, room, top)
    low = draw_signatures(pad, sketch, room)
    low = draw_batas(pad, sketch, room, low)
    first = rows[: 2 * _rows_of_first(top - low, len(rows), notes)]
    table_mm = _table_mm(first, notes)
    box = Box(room.x0, low, room.x1, low + table_mm)
    _draw_table(pad, sketch, box, first, notes)
    strip = Box(room.x0, box.y1 + GAP_MM, room.x1, box.y1 + GAP_MM + STRIP_MM)
    frame, numbers = _draw_map(pad, sketch, Box(room.x0, strip.y1 + 1, room.x1, top))
    tell_unnumbered(pad.canvas, box, numbers, sketch.lang)
    draw_strip(pad.canvas, strip, frame, _shown(sketch, frame), sketch.lang)
    _draw_further_rows(pad, sketch, rows, len(first), notes)


# How much stands on which page


def _rows_of_first(room_mm: float, corners: int, notes: Sequence[str]) -> int:
    rest_mm = room_mm - STRIP_MM - GAP_MM - 1 - _table_mm([""] * 2, notes) + TABLE_ROW_MM
    needed = math.ceil(corners / 2)
    # a map with many corners needs the room itself, and a table is read in one piece
    return needed if needed * TABLE_ROW_MM <= rest_mm - MAP_LEAST_MM else 0


def _table_mm(rows: Sequence[Any], notes: Sequence[str]) -> float:
    if not rows:
        return HEADING_ROW_MM
    per_column = math.ceil(len(rows) / 2)
    return 5.0 + (per_column + 1) * TABLE_ROW_MM + NOTE_MM + len(notes) * SMALL_PT * 0.46 + 0.4


def _notes(sketch: Sketch) -> list[str]:
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


def _pages(pad: Pad, sketch: Sketch, rows: Sequence[Any], notes: Sequence[str]) -> int:
    room_mm = pad.height_mm - 2 * 11 - 6.5
    top_mm = HEAD_MM + FACTS_MM + _findings_mm(sketch)
    first = 2 * _rows_of_first(room_mm - CONFIRMED_MM - top_mm, len(rows), notes)
    return 1 + math.ceil(max(0, len(rows) - first) / (2 * _rows_of_further(pad)))


def _rows_of_further(pad: Pad) -> int:
    return int((pad.height_mm - 2 * 11 - 6.5 - 34) // TABLE_ROW_MM) - 1


def _foot(sketch: Sketch, page: int, pages: int) -> str:
    return sketch.say("sketch_foot", parcel=sketch.code, page=page, pages=pages)


# The parts of the page, from the top down


def _draw_head(pad: Pad, sketch: Sketch, room: Box) -> float:
    survey, group = sketch.surround.survey, sketch.row.group
    forest = "" if survey.forest is None else survey.forest.name
    lines = (group, place_words(survey.project, group, sketch.lang), forest)
    code = (sketch.code, _hectares(sketch))
    return draw_head(pad, room, sketch.say("sketch_title"), lines, code, sketch.marks)


def _hectares(sketch: Sketch) -> str:
    words = say("pages.hectares", sketch.lang, area_ha=float(sketch.row.area_ha))
    if math.isfinite(sketch.row.uncertainty_ha):
        words += f" ± {number(float(sketch.row.uncertainty_ha), sketch.lang)}"
    return words


def _draw_facts(pad: Pad, sketch: Sketch, room: Box, top: float) -> float:
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


def _findings_mm(sketch: Sketch) -> float:
    told = _finding_words(sketch)
    lines = len(wrap(told, 188.0, SMALL_PT, lines=2)) if told else 0
    return lines * SMALL_PT * 0.46 + 0.8 if lines else 0.0


def _finding_words(sketch: Sketch) -> str:
    if not sketch.findings:
        return ""
    titles = [f"{code} {explain(code, lang=sketch.lang).title}" for code in sketch.findings]
    return sketch.say("open_findings", findings="; ".join(titles))


def _measured(sketch: Sketch) -> tuple[str, str]:
    date = sketch.row.surveyed or sketch.surround.survey.project.measured
    day = written_date(redact(date), sketch.lang) if date else sketch.say("date_unknown")
    return "measured", day


def _perimeter(sketch: Sketch) -> str:
    return sketch.say("metres", length_m=sketch.outline.perimeter_m)


def _draw_map(pad: Pad, sketch: Sketch, box: Box) -> tuple[Frame, list[Placed | None]]:
    """Draw the map; return its frame, and where the number of each corner stands."""
    canvas, surround = pad.canvas, sketch.surround
    frame = frame_of([sketch.land_m], box.grown(-GRID_MM), surround.epsg)
    pad.map(sketch.code, frame)
    board = Board(frame.box_mm.grown(-0.8))
    land = frame.draw([sketch.land_m])[0]
    numbers = place_numbers(frame, land, sketch.outline.corners, board)
    labels = [*filter(None, numbers), *_place_labels(sketch, frame, land, board)]
    spared = shapely.union_all([shapely.box(*placed.box_mm) for placed in labels])
    with canvas.clip(frame.box_mm):
        surround.draw_parcels(canvas, frame, [sketch.place])
        draw_area(canvas, [land], STYLES["clean"])
        for status, shared in surround.special_m[sketch.row.parcel_id].items():
            draw_area(canvas, frame.draw(shared), STYLES[status], spared_mm=spared)
        surround.draw_lines(canvas, frame)
        draw_line(canvas, rings([land]), "own_parcel", closed=True)
        draw_marks(canvas, frame.box_mm, sketch.marks, sketch.lang)
        draw_dots(canvas, frame, sketch.outline.corners)
        for placed in labels:
            draw_label(canvas, placed)
        surround.label(canvas, frame, board, [sketch.place])
    draw_grid(canvas, frame, board, sketch.lang, size_pt=GRID_PT)
    return frame, numbers


def _place_labels(sketch: Sketch, frame: Frame, land: BaseGeometry, board: Board) -> list[Placed]:
    names = place_in_land([land], [_names(sketch)], board)
    lengths = side_lengths(frame, land, sketch.outline.corners, board, sketch.lang)
    return [*filter(None, names), *lengths]


def _names(sketch: Sketch) -> list[Label]:
    hectares = say("pages.hectares", sketch.lang, area_ha=float(sketch.row.area_ha))
    return [
        *(
            (Words(sketch.code, size, "bold"), Words(hectares, 0.7 * size))
            for size in (18.0, 15.0, 12.0)
        ),
        (Words(sketch.code, 11, "bold"),),
        (Words(sketch.code, 9, "bold"),),
    ]


def _shown(sketch: Sketch, frame: Frame) -> dict[str, str]:
    shown = [*sketch.surround.special_m[sketch.row.parcel_id], *sketch.surround.lines_shown(frame)]
    return {style: style for style in shown}


def _draw_table(
    pad: Pad, sketch: Sketch, box: Box, rows: Sequence[Any], notes: Sequence[str]
) -> None:
    heading = sketch.say("corners_heading" if rows else "corners_further")
    pad.canvas.text(box.x0, box.y1 - 3.4, heading, size_pt=HEADING_PT, font="bold")
    if not rows:
        return
    per_column = math.ceil(len(rows) / 2)
    low = draw_corner_table(pad.canvas, box._replace(y1=box.y1 - 5), rows, per_column, sketch.lang)
    draw_lines(pad.canvas, box.x0, low, box.width, notes, size_pt=SMALL_PT)


def _draw_further_rows(
    pad: Pad, sketch: Sketch, rows: Sequence[Any], done: int, notes: Sequence[str]
) -> None:
    per_column = _rows_of_further(pad)
    pages = 1 + math.ceil((len(rows) - done) / (2 * per_column))
    for page in range(2, pages + 1):
        room = pad.leaf(_foot(sketch, page, pages))
        top = _draw_head(pad, sketch, room)
        _draw_table(pad, sketch, room._replace(y1=top), rows[done : done + 2 * per_column], notes)
        done += 2 * per_column
