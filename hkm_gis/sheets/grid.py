"""Two grids on the frame: metres of the projection, and degrees where they truly cross it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from hkm_gis.sheets.canvas import INK, Box, Canvas, text_width_mm
from hkm_gis.sheets.frame import Frame
from hkm_gis.sheets.labels import Board
from hkm_gis.text import number, say, written_degrees

__all__ = [
    "Crossing",
    "Side",
    "draw_graticule",
    "draw_grid",
    "graticule",
    "graticule_step_s",
    "grid_lines_m",
    "grid_step_m",
]

Side = Literal["bottom", "top", "left", "right"]

GRID_EVERY_MM = 50.0
GRATICULE_EVERY_MM = 45.0
_GRID_STEPS_M = (50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 500_000)
_GRATICULE_STEPS_S = (5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 18_000, 36_000)
_M_PER_S = 30.87
"""One second of latitude."""

CROSS_MM = 1.6
TICK_MM = 2.0
GRATICULE_OUT_MM = 6.9
"""From the frame to the line that carries the geographic ticks."""
GRATICULE_INK = "#1f4e79"


@dataclass(frozen=True, slots=True)
class Crossing:
    """A meridian or parallel that crosses one side of the frame."""

    side: Side
    seconds: int
    """Longitude (bottom, top) or latitude (left, right), in seconds of arc."""
    at_m: float
    """Easting (bottom, top) or northing (left, right) of the crossing."""


def grid_step_m(scale: int) -> int:
    """Return the distance of the metric grid lines: about 50 mm on paper."""
    wanted = GRID_EVERY_MM * scale / 1000
    return min(_GRID_STEPS_M, key=lambda step: abs(math.log(step / wanted)))


def graticule_step_s(scale: int) -> int:
    """Return the distance of meridians and parallels in seconds: at least 45 mm on paper."""
    wanted = GRATICULE_EVERY_MM * scale / 1000 / _M_PER_S
    return next((s for s in _GRATICULE_STEPS_S if s >= wanted), _GRATICULE_STEPS_S[-1])


def grid_lines_m(frame: Frame, step_m: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the eastings and the northings of the grid lines inside the frame."""
    bounds = frame.bounds_m
    return _multiples(bounds.x0, bounds.x1, step_m), _multiples(bounds.y0, bounds.y1, step_m)


def graticule(frame: Frame, step_s: int) -> list[Crossing]:
    """Return where meridians and parallels cross the four sides of the frame.

    A meridian is no grid line, so each side has its own crossings. They are exact to less than
    0.001 mm: each side is sampled in 256 places and a meridian bends by less than that between.
    """
    return [c for side in _SIDES for c in _side_crossings(frame, side, step_s)]


def draw_grid(
    canvas: Canvas,
    frame: Frame,
    board: Board,
    lang: str,
    *,
    size_pt: float = 6.0,
    enlarged: float = 1.0,
) -> None:
    """Draw the metric grid: crosses inside (none over a label), ticks and metres on the frame.

    ``enlarged`` moves the metres farther out too, for paper that hangs on a wall.
    """
    eastings, northings = grid_lines_m(frame, grid_step_m(frame.scale))
    xs = _mm(frame, eastings, axis=0)
    ys = _mm(frame, northings, axis=1)
    with canvas.layer(say("sheets.layer_grid", lang)):
        with canvas.clip(frame.box_mm):
            canvas.path(list(_crosses(xs, ys, board)), stroke=INK, width_mm=0.12)
        canvas.path(list(_ticks(frame.box_mm, xs, ys)), stroke=INK, width_mm=0.18)
        _write_metres(
            canvas, frame.box_mm, xs, eastings, ys, northings, lang, size_pt * enlarged, enlarged
        )
    canvas.path([frame.box_mm.ring], closed=True, stroke=INK, width_mm=0.45)


def draw_graticule(canvas: Canvas, frame: Frame, lang: str, *, enlarged: float = 1.0) -> None:
    """Draw degrees, minutes and seconds on a line outside the frame."""
    with canvas.layer(say("sheets.layer_graticule", lang)):
        outer = frame.box_mm.grown(GRATICULE_OUT_MM * enlarged)
        canvas.path([outer.ring], closed=True, stroke=INK, width_mm=0.12)
        for crossing in graticule(frame, graticule_step_s(frame.scale)):
            _draw_crossing(canvas, frame, outer, crossing, lang, enlarged)


_SIDES: tuple[Side, ...] = ("bottom", "top", "left", "right")


def _multiples(low: float, high: float, step: int) -> NDArray[np.float64]:
    lines = np.arange(math.ceil(low / step), math.floor(high / step) + 1) * step
    return lines.astype(float)


def _mm(frame: Frame, values_m: NDArray[np.float64], *, axis: int) -> NDArray[np.float64]:
    return (values_m - frame.centre_m[axis]) * frame.mm_per_m + frame.box_mm.centre[axis]


def _side_crossings(frame: Frame, side: Side, step_s: int) -> Iterator[Crossing]:
    bounds = frame.bounds_m
    along, fixed = _SIDE_GEOMETRY[side]
    t = np.linspace(bounds[along], bounds[along + 2], 257)
    other = np.full_like(t, bounds[fixed])
    x, y = (t, other) if along == 0 else (other, t)
    seconds = _lonlat(frame.epsg).transform(x, y)[along]
    seconds = np.asarray(seconds) * 3600
    for value in _multiples(float(seconds.min()), float(seconds.max()), step_s):
        # sides run west to east and south to north, so seconds grow along them
        yield Crossing(side, round(value), float(np.interp(value, seconds, t)))


_SIDE_GEOMETRY: dict[Side, tuple[int, int]] = {
    "bottom": (0, 1),
    "top": (0, 3),
    "left": (1, 0),
    "right": (1, 2),
}
"""Which coordinate runs along a side, and which member of the bounds it holds fixed."""


def _lonlat(epsg: int) -> Transformer:
    crs = CRS.from_epsg(epsg)
    return Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)


def _crosses(
    xs: NDArray[np.float64], ys: NDArray[np.float64], board: Board
) -> Iterator[NDArray[np.float64]]:
    for x in xs:
        for y in ys:
            if board.is_free(Box(x, y, x, y).grown(CROSS_MM)):
                yield np.array([(x - CROSS_MM, y), (x + CROSS_MM, y)])
                yield np.array([(x, y - CROSS_MM), (x, y + CROSS_MM)])


def _ticks(
    box: Box, xs: NDArray[np.float64], ys: NDArray[np.float64]
) -> Iterator[NDArray[np.float64]]:
    for x in xs:
        yield np.array([(x, box.y0), (x, box.y0 - TICK_MM)])
        yield np.array([(x, box.y1), (x, box.y1 + TICK_MM)])
    for y in ys:
        yield np.array([(box.x0, y), (box.x0 - TICK_MM, y)])
        yield np.array([(box.x1, y), (box.x1 + TICK_MM, y)])


def _write_metres(
    canvas: Canvas,
    box: Box,
    xs: NDArray[np.float64],
    eastings: NDArray[np.float64],
    ys: NDArray[np.float64],
    northings: NDArray[np.float64],
    lang: str,
    size_pt: float,
    enlarged: float,
) -> None:
    for tick, easting in zip(xs, eastings, strict=True):
        words = say("sheets.easting", lang, value=number(easting, lang, 0))
        x = _within(tick, text_width_mm(words, size_pt, "semibold"), box.x0, box.x1)
        for y in (box.y0 - 4.4 * enlarged, box.y1 + 2.7 * enlarged):
            canvas.text(x, y, words, size_pt=size_pt, font="semibold", align="centre")
    for tick, northing in zip(ys, northings, strict=True):
        words = say("sheets.northing", lang, value=number(northing, lang, 0))
        y = _within(tick, text_width_mm(words, size_pt, "semibold"), box.y0, box.y1)
        for x, turn_deg in ((box.x0 - 2.7 * enlarged, 90), (box.x1 + 2.7 * enlarged, -90)):
            canvas.text(
                x, y, words, size_pt=size_pt, font="semibold", align="centre", turn_deg=turn_deg
            )


def _within(middle: float, width_mm: float, low: float, high: float) -> float:
    """Return where the middle of a label may stand: two sides would share the corner beyond."""
    return float(max(low + width_mm / 2, min(middle, high - width_mm / 2)))


def _draw_crossing(
    canvas: Canvas, frame: Frame, outer: Box, crossing: Crossing, lang: str, enlarged: float
) -> None:
    along, fixed = _SIDE_GEOMETRY[crossing.side]
    at = frame.to_mm([[crossing.at_m, crossing.at_m]])[0][along]
    outward = 1 if fixed > 1 else -1
    point = np.array([at, outer[fixed]] if along == 0 else [outer[fixed], at])
    direction = np.array([0, outward] if along == 0 else [outward, 0])
    canvas.path([np.array([point, point - 1.5 * direction])], stroke=GRATICULE_INK, width_mm=0.2)
    # letters stand above the line at the top, below it at the bottom, and turn with the sides
    drop = (2.7 if crossing.side == "bottom" else 0.9) * enlarged
    turn_deg = {"left": 90.0, "right": -90.0}.get(crossing.side, 0.0)
    x, y = point + drop * direction
    words = written_degrees(crossing.seconds / 3600, "lon" if along == 0 else "lat", lang, 0)
    style = {
        "size_pt": 5.8 * enlarged,
        "color": GRATICULE_INK,
        "align": "centre",
        "turn_deg": turn_deg,
    }
    canvas.text(float(x), float(y), words, **style)  # type: ignore[arg-type]
