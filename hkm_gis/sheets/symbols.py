"""How things look on a sheet: fills, hatches that survive a photocopier, lines, scale bar."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from hkm_gis.forest.functions import function_code
from hkm_gis.sheets.canvas import INK, Box, Canvas
from hkm_gis.text import number, say

__all__ = [
    "FUNCTION_COLORS",
    "LINES",
    "SHEET_INK",
    "STYLES",
    "AreaStyle",
    "Hatch",
    "Stroke",
    "draw_area",
    "draw_line",
    "draw_north",
    "draw_scale_bar",
    "draw_settlement",
    "function_color",
    "hatch_marks",
    "rings",
]


@dataclass(frozen=True, slots=True)
class Hatch:
    """A pattern of ink: its kind alone tells it apart when colours are gone."""

    kind: Literal["lines", "cross", "dots"]
    angle_deg: float
    spacing_mm: float
    width_mm: float


@dataclass(frozen=True, slots=True)
class Stroke:
    """One pass of the pen along a line."""

    color: str
    width_mm: float
    dash_mm: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class AreaStyle:
    """How a kind of land is filled, hatched and outlined."""

    fill: str
    hatch: Hatch | None = None
    outline: Stroke | None = None
    opacity: float = 0.75


_PARCEL_LINE = Stroke("#3a3a3a", 0.22)

STYLES: dict[str, AreaStyle] = {
    "this_group": AreaStyle("#f4b9b0", Hatch("lines", 45, 1.1, 0.2), Stroke("#b3001b", 0.6)),
    "other_group": AreaStyle("#d0d0d0", None, Stroke("#4a4a4a", 0.3, (1.2, 0.6)), 0.7),
    "neighbour": AreaStyle("#dedede", None, Stroke("#555555", 0.16, (1.0, 0.5)), 0.55),
    "elsewhere": AreaStyle("#f2f4ec", None, Stroke("#6a6a6a", 0.13)),
    "clean": AreaStyle("#dcebc9", None, _PARCEL_LINE),
    "finding": AreaStyle("#fbe3ad", Hatch("lines", 45, 2.4, 0.15), _PARCEL_LINE),
    "outside": AreaStyle("#d9d2e9", Hatch("cross", 0, 2.3, 0.14), Stroke("#5b4a86", 0.15)),
    "shared": AreaStyle("#f8cfa8", Hatch("dots", 0, 1.3, 0.24), Stroke(INK, 0.35, (0.7, 0.6))),
    "disputed": AreaStyle(
        "#f4b9b0", Hatch("lines", 135, 0.95, 0.17), Stroke(INK, 0.55, (1.6, 0.9))
    ),
    "first_claim": AreaStyle("#dcebc9", None, None),
    "second_claim": AreaStyle("#fbe3ad", None, None),
    "sliver": AreaStyle("#7a4b3a", None, None, 0.85),
}

SHEET_INK = "#5a2a83"
"""Colour of what belongs to the sheets, not to the land."""

LINES: dict[str, tuple[Stroke, ...]] = {
    "sheet_line": (Stroke("#ffffff", 1.1), Stroke(SHEET_INK, 0.5, (7, 1))),
    "work_area": (Stroke("#ffffff", 1.5), Stroke("#b3001b", 0.75, (5, 1, 1, 1))),
    "forest_line": (Stroke("#ffffff", 1.3), Stroke("#006b00", 0.6, (3.2, 1.1, 0.6, 1.1, 0.6, 1.1))),
    "sungai": (Stroke("#2b6ca3", 0.4),),
    "jalan": (Stroke(INK, 0.95), Stroke("#ffffff", 0.6)),
    "setapak": (Stroke("#ffffff", 0.75), Stroke(INK, 0.3, (1.4, 0.7))),
    "pekon": (Stroke(INK, 0.3, (2.4, 0.8, 0.3, 0.8)),),
    "contour": (Stroke("#a5764b", 0.09),),
    "index_contour": (Stroke("#a5764b", 0.2),),
    "parcel": (_PARCEL_LINE,),
    "own_parcel": (Stroke(INK, 0.55),),
    "first_claim": (Stroke(INK, 0.6),),
    "second_claim": (Stroke("#ffffff", 1.0), Stroke(INK, 0.6, (2.4, 1.2))),
    "leader": (Stroke(INK, 0.12),),
}

FUNCTION_COLORS = {
    "HL": "#02AD00",
    "HPT": "#8AF200",
    "HP": "#FFFF00",
    "HPK": "#FF5EFF",
    "APL": "#FFFFFF",
    "KSA/KPA": "#AD3FFF",
    "AIR": "#00C5FF",
    "unknown": "#B4C8A8",
}
"""Colours of the forest functions on the ministry's maps, and one of ours where none is known."""


def function_color(code: str) -> tuple[str, str]:
    """Return abbreviation and colour of a FUNGSIKWS code; ``unknown`` where it says nothing known.

    Examples
    --------
    >>> function_color("100100"), function_color("")
    (('HL', '#02AD00'), ('unknown', '#B4C8A8'))
    """
    said = function_code(code)
    short = said if said in FUNCTION_COLORS else "unknown"
    return short, FUNCTION_COLORS[short]


def rings(polygons: Iterable[BaseGeometry]) -> list[NDArray[np.float64]]:
    """Return the rings of all polygons, without the repeated end; holes run the other way round."""
    parts = shapely.get_parts(np.asarray(list(polygons), dtype=object))
    areas = parts[shapely.get_dimensions(parts) == 2]
    turned = shapely.orient_polygons(areas)  # else land that two parcels claim would be a hole
    return [shapely.get_coordinates(ring)[:-1] for ring in shapely.get_rings(turned)]


def draw_area(
    canvas: Canvas,
    polygons_mm: Iterable[BaseGeometry],
    style: AreaStyle,
    *,
    spared_mm: BaseGeometry | None = None,
) -> None:
    """Fill, hatch and outline polygons; the hatch leaves out ``spared_mm``, where labels stand."""
    polygons = np.asarray([p for p in polygons_mm if not p.is_empty], dtype=object)
    if not len(polygons):
        return
    outline = rings(polygons)
    canvas.path(outline, closed=True, fill=style.fill, opacity=style.opacity)
    if style.hatch:
        land = shapely.union_all(polygons)
        _draw_hatch(canvas, land if spared_mm is None else land - spared_mm, style.hatch)
    if style.outline:
        _stroke(canvas, outline, style.outline, closed=True)


def draw_line(
    canvas: Canvas, lines_mm: Iterable[NDArray[np.float64]], name: str, *, closed: bool = False
) -> None:
    """Draw lines in the style ``name`` of `LINES`."""
    lines = list(lines_mm)
    for stroke in LINES[name]:
        _stroke(canvas, lines, stroke, closed=closed)


def hatch_marks(land_mm: BaseGeometry, hatch: Hatch) -> NDArray[Any]:
    """Return the lines or dots of a hatch inside the land.

    They hang on the corner of the page, so that the pattern runs through from parcel to parcel.
    """
    if hatch.kind == "dots":
        return _dots(land_mm, hatch)
    angles = (
        (hatch.angle_deg, hatch.angle_deg + 90) if hatch.kind == "cross" else (hatch.angle_deg,)
    )
    lines = np.concatenate([_parallels(Box(*land_mm.bounds), a, hatch.spacing_mm) for a in angles])
    shapely.prepare(land_mm)
    inside = shapely.get_parts(shapely.intersection(shapely.linestrings(lines), land_mm))
    marks: NDArray[Any] = inside[shapely.length(inside) > 0]
    return marks


def draw_north(canvas: Canvas, x_mm: float, y_mm: float, radius_mm: float, lang: str) -> None:
    """Draw an arrow to grid north round ``x_mm, y_mm``."""
    tip, foot = (x_mm, y_mm + radius_mm), (x_mm, y_mm - 0.35 * radius_mm)
    for side, fill in ((-1, INK), (1, "#ffffff")):
        corner = (x_mm + side * 0.36 * radius_mm, y_mm - 0.75 * radius_mm)
        half = np.array([tip, corner, foot])
        canvas.path([half], closed=True, fill=fill, stroke=INK, width_mm=0.15)
    letter = say("sheets.north", lang)
    canvas.text(x_mm, tip[1] + 1, letter, size_pt=10, font="bold", align="centre")


def draw_settlement(canvas: Canvas, x_mm: float, y_mm: float) -> None:
    """Draw the house that stands for a village."""
    r = 0.8
    walls = [(-r, -r), (r, -r), (r, 0.3 * r), (0, 1.3 * r), (-r, 0.3 * r)]
    house = np.array(walls) + np.array([x_mm, y_mm])
    canvas.path([house], closed=True, fill=INK, stroke="#ffffff", width_mm=0.25)


def draw_scale_bar(
    canvas: Canvas,
    x_mm: float,
    y_mm: float,
    scale: float,
    lang: str,
    *,
    room_mm: float,
    size_pt: float = 6.0,
) -> float:
    """Draw a bar of four equal parts, true at ``scale``; return its length in mm."""
    mm_per_m = 1000 / scale
    part_m = max((s for s in _BAR_PARTS_M if 4 * s * mm_per_m <= room_mm), default=_BAR_PARTS_M[0])
    part_mm = part_m * mm_per_m
    for i in range(4):
        box = Box(x_mm + i * part_mm, y_mm, x_mm + (i + 1) * part_mm, y_mm + 1.6)
        fill = INK if i % 2 == 0 else "#ffffff"
        canvas.path([box.ring], closed=True, fill=fill, stroke=INK, width_mm=0.15)
    for i, words in enumerate(_bar_numbers(part_m, lang)):
        canvas.text(x_mm + i * part_mm, y_mm + 2.4, words, size_pt=size_pt, align="centre")
    return 4 * part_mm


_BAR_PARTS_M = (5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10_000, 50_000)


def _bar_numbers(part_m: int, lang: str) -> Iterator[str]:
    far = part_m >= 250
    decimals = 2 if part_m == 250 else 1 if part_m == 500 else 0
    for i in range(5):
        words = number(part_m * i / 1000, lang, decimals) if far else number(part_m * i, lang, 0)
        unit = say("sheets.kilometre" if far else "sheets.metre", lang)
        yield f"{words} {unit}" if i == 4 else words if i else "0"


def _stroke(
    canvas: Canvas, lines: Iterable[NDArray[np.float64]], stroke: Stroke, *, closed: bool
) -> None:
    canvas.path(
        lines,
        closed=closed,
        stroke=stroke.color,
        width_mm=stroke.width_mm,
        dash_mm=stroke.dash_mm,
    )


def _draw_hatch(canvas: Canvas, land_mm: BaseGeometry, hatch: Hatch) -> None:
    if land_mm.is_empty:
        return
    marks = hatch_marks(land_mm, hatch)
    if hatch.kind == "dots":
        discs = [center + hatch.width_mm * _OCTAGON for center in shapely.get_coordinates(marks)]
        canvas.path(discs, closed=True, fill=_HATCH_INK)
    else:
        lines = [shapely.get_coordinates(mark) for mark in marks]
        canvas.path(lines, stroke=_HATCH_INK, width_mm=hatch.width_mm)


_HATCH_INK = "#3a3a3a"
_OCTAGON = np.array([(math.cos(k * math.pi / 4), math.sin(k * math.pi / 4)) for k in range(8)])


def _parallels(box: Box, angle_deg: float, spacing_mm: float) -> NDArray[np.float64]:
    turn = math.radians(angle_deg)
    along = np.array([math.cos(turn), math.sin(turn)])
    across = np.array([-along[1], along[0]])
    near, far = (box.ring @ along).min(), (box.ring @ along).max()
    low, high = (box.ring @ across).min(), (box.ring @ across).max()
    steps = np.arange(math.floor(low / spacing_mm), math.ceil(high / spacing_mm) + 1)
    feet = steps[:, None] * spacing_mm * across
    lines: NDArray[np.float64] = np.stack([feet + near * along, feet + far * along], axis=1)
    return lines


def _dots(land_mm: BaseGeometry, hatch: Hatch) -> NDArray[Any]:
    box, step = Box(*land_mm.bounds), hatch.spacing_mm
    columns = np.arange(math.floor(box.x0 / step), math.ceil(box.x1 / step) + 1)
    rows = np.arange(math.floor(box.y0 / step), math.ceil(box.y1 / step) + 1)
    x, y = np.meshgrid(columns * step, rows * step)
    x = x + np.where(rows % 2 == 1, step / 2, 0)[:, None]
    dots = shapely.points(x.ravel(), y.ravel())
    room = land_mm.buffer(-hatch.width_mm)
    shapely.prepare(room)
    inside: NDArray[Any] = dots[shapely.contains(room, dots)]
    return inside
