"""The legend: what each colour, pattern and line means, and the room it leaves for the inset."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from hkm_gis.sheets.blocks import Block, draw_heading
from hkm_gis.sheets.canvas import MIN_PT, Box, Canvas, fit_pt, shorten, text_width_mm
from hkm_gis.sheets.content import STATUS_ORDER
from hkm_gis.sheets.face import forest_lines
from hkm_gis.sheets.ground import Ground
from hkm_gis.sheets.location import FOREST_OPACITY
from hkm_gis.sheets.sheet import Kind, Sheet
from hkm_gis.sheets.symbols import (
    STYLES,
    AreaStyle,
    draw_area,
    draw_line,
    draw_settlement,
    function_color,
)
from hkm_gis.text import number, say

__all__ = ["inset_box", "legend_panel"]

AREA_MM, LINE_MM, WORDS_MM = 4.3, 3.7, 3.4
"""Height of an entry: a kind of land, a line, words between two kinds of land."""

_INSET_SHARE = {"work-area": 0.38, "location": 0.38, "detail": 0.46}
"""Share of the panel's width that the inset takes; beside a detail sheet it is the index."""

SETTLEMENT = "settlement"

WORDS_AT_MM, WORDS_PT = 9.5, 6.6


@dataclass(frozen=True, slots=True)
class _Area:
    """A kind of land; without a style it is a line of words between two kinds."""

    words: str
    style: AreaStyle | None = None
    hectares: str = ""

    @property
    def height_mm(self) -> float:
        return WORDS_MM if self.style is None else AREA_MM


def legend_panel(sheet: Sheet, ground: Ground, width_mm: float) -> Block:
    """Say what each colour, pattern and line of the sheet means, beside the inset."""
    location = sheet.kind == "location"
    areas = list(_groups(sheet) if location else _parcels(sheet))
    lines = list(_lines(sheet, ground))
    words = {name: sheet.say(name) for name in lines}
    room_mm = width_mm * (1 - _INSET_SHARE[sheet.kind]) - 3
    across = 2 if _widest_mm(words.values()) < (room_mm + 3) / 2 - 12 else 1
    size_pt = _size_pt(areas, words.values(), room_mm, _step_mm(room_mm, across))
    areas_mm = sum(area.height_mm for area in areas)
    height_mm = 6 + areas_mm + LINE_MM * math.ceil(len(lines) / across) + 0.5

    def draw(canvas: Canvas, box: Box) -> None:
        draw_heading(canvas, box, say("sheets.legend", sheet.lang))
        room = Box(box.x0, box.y0, box.x0 + room_mm, box.y1 - 7.5)
        _draw_areas(canvas, room, areas, size_pt)
        below = room._replace(y1=room.y1 - areas_mm)
        _draw_lines(canvas, below, list(words.items()), across, size_pt)

    return Block("legend", max(height_mm, 40.0), draw)


def inset_box(legend: Box, kind: Kind, *, enlarged: float = 1.0) -> Box:
    """Return the box of the inset map within the box of the legend panel."""
    left = legend.x1 - legend.width * _INSET_SHARE[kind]
    return Box(left, legend.y0 + 3 * enlarged, legend.x1, legend.y1 - 4 * enlarged)


def _parcels(sheet: Sheet) -> Iterator[_Area]:
    content, width_m = sheet.content, sheet.survey.thresholds.sliver_width_m
    kinds = [s for s in STATUS_ORDER if _is_shown(sheet, s)]
    parts = [s for s in kinds if s in content.special_ha]
    for status in kinds:
        if parts and status == parts[0]:
            yield _Area(sheet.say("of_which"))
        words = sheet.say(status, width_m=number(width_m, sheet.lang, 0))
        whole = sheet.cell is None  # the hectares are those of the group, not of one detail sheet
        hectares = number(content.hectares_of(status), sheet.lang) + " ha" if whole else ""
        yield _Area(words, STYLES[status], hectares)
    if sheet.cell is not None and len(sheet.cells) > 1:
        yield _Area(sheet.say("elsewhere"), STYLES["elsewhere"])
    if content.neighbours_m:
        yield _Area(sheet.say("neighbour"), STYLES["neighbour"])


def _is_shown(sheet: Sheet, status: str) -> bool:
    own, view = sheet.own, shapely.box(*sheet.frame.bounds_m)
    land = sheet.content.special_m.get(status)
    if land is not None:
        return bool(shapely.intersects(land, view).any())
    return bool((sheet.content.status[own] == status).any())


def _groups(sheet: Sheet) -> Iterator[_Area]:
    content, forest = sheet.content, sheet.survey.forest
    hectares = number(content.union_ha, sheet.lang) + " ha"
    yield _Area(sheet.say("this_group"), STYLES["this_group"], hectares)
    if content.neighbours_m:
        yield _Area(sheet.say("other_group"), STYLES["other_group"])
    if forest is not None:
        short, color = function_color(forest.function)
        words = sheet.say(f"function.{short}")
        yield _Area(words, AreaStyle(color, opacity=FOREST_OPACITY))


def _lines(sheet: Sheet, ground: Ground) -> Iterator[str]:
    if sheet.kind != "location":
        yield "work_area"
    if sheet.cells and sheet.kind != "location":
        yield "sheet_line"
    if forest_lines(sheet):
        yield "forest_line"
    layers = list(reversed(ground.topography))
    yield from dict.fromkeys(layer.role for layer in layers if layer.lines)
    if any(layer.spots for layer in layers):
        yield SETTLEMENT
    if ground.contours:
        yield "contour"


def _draw_areas(canvas: Canvas, room: Box, areas: Sequence[_Area], size_pt: float) -> None:
    y = room.y1
    for area in areas:
        if area.style is None:
            canvas.text(room.x0, y + 0.3, area.words, size_pt=6.2, font="italic")
        else:
            draw_area(canvas, [shapely.box(room.x0, y - 0.9, room.x0 + 7.5, y + 2.5)], area.style)
            _write(canvas, room.x0 + WORDS_AT_MM, room.x1, y, area.words, area.hectares, size_pt)
        y -= area.height_mm


def _draw_lines(
    canvas: Canvas, room: Box, lines: Sequence[tuple[str, str]], across: int, size_pt: float
) -> None:
    step = _step_mm(room.width, across)
    for i, (name, words) in enumerate(lines):
        left, y = room.x0 + i % across * step, room.y1 - i // across * LINE_MM
        if name == SETTLEMENT:
            draw_settlement(canvas, left + 3.75, y + 0.8)
        else:
            draw_line(canvas, [np.array([(left, y + 0.8), (left + 7.5, y + 0.8)])], name)
        _write(canvas, left + WORDS_AT_MM, left + step - 1, y, words, "", size_pt)


def _widest_mm(words: Iterable[str]) -> float:
    return max((text_width_mm(w, MIN_PT) for w in words), default=0.0)


def _step_mm(room_mm: float, across: int) -> float:
    return (room_mm + across) / across


def _size_pt(areas: Iterable[_Area], lines: Iterable[str], room_mm: float, step_mm: float) -> float:
    """Return one size for all words of the legend."""
    rooms = [(a.words, room_mm - WORDS_AT_MM - _width_mm(a.hectares)) for a in areas if a.style]
    rooms += [(words, step_mm - WORDS_AT_MM - 1) for words in lines]
    sizes = (fit_pt(words, room, WORDS_PT, least_pt=MIN_PT) for words, room in rooms)
    return math.floor(20 * min(sizes, default=WORDS_PT)) / 20


def _width_mm(hectares: str) -> float:
    return text_width_mm(hectares, WORDS_PT) + 1 if hectares else 0.0


def _write(
    canvas: Canvas, left: float, right: float, y: float, words: str, hectares: str, size_pt: float
) -> None:
    room = right - left - _width_mm(hectares)
    canvas.text(left, y, shorten(words, room, size_pt), size_pt=size_pt)
    if hectares:
        canvas.text(right, y, hectares, size_pt=size_pt, align="right")
