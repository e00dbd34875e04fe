"""The pictures of the guide, drawn on the surface that draws the sheets."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import shapely
from numpy.typing import NDArray

from hkm_gis.sheets.canvas import INK, Box, Canvas
from hkm_gis.sheets.symbols import rings

__all__ = ["PICTURES", "PICTURE_MM", "draw_picture"]

PICTURE_MM = (76.0, 48.0)
"""Width and height that every picture is drawn in."""

GREEN, RED, BLUE, SOIL = "#1f5132", "#b3001b", "#2f6fb0", "#e5efd9"
WHITE, SHADE = "#ffffff", "#f4cfd2"

Points = NDArray[np.float64]

LAND: Points = np.array(
    [(16, 10), (34, 7), (55, 12), (62, 27), (50, 40), (30, 42), (14, 33)], dtype=float
)
"""A parcel of seven corners, in mm of the picture."""


def draw_picture(canvas: Canvas, name: str, x_mm: float, y_mm: float, scale: float = 1.0) -> None:
    """Draw the picture ``name`` with its lower left corner at ``x_mm, y_mm``."""
    width, height = PICTURE_MM
    with canvas.zoom(x_mm, y_mm, scale), canvas.clip(Box(0, 0, width, height)):
        PICTURES[name](canvas)


def _walk(canvas: Canvas) -> None:
    _land(canvas, LAND)
    walked = _round(LAND, at_mm=2.6)
    canvas.path([walked], closed=True, stroke=GREEN, width_mm=0.9, dash_mm=(2.2, 1.3))
    for share in (0.12, 0.37, 0.62, 0.87):
        _arrow(canvas, walked, share)
    for corner in LAND:
        _dot(canvas, corner, INK, 0.9)
    _flag(canvas, LAND[0])


def _gap(canvas: Canvas) -> None:
    _land(canvas, LAND, outlined=False)
    way = _way(np.vstack([LAND, LAND[:1]]))
    open_way = _part(way, 0.02, 0.93)
    canvas.path([open_way], stroke=GREEN, width_mm=0.9)
    canvas.path([open_way[[-1, 0]]], stroke=RED, width_mm=0.9, dash_mm=(1.0, 1.0))
    for end in (open_way[0], open_way[-1]):
        _dot(canvas, end, RED, 1.3)
    x_mm, y_mm = open_way[[-1, 0]].mean(axis=0)
    canvas.text(x_mm - 6, y_mm - 0.5, "?", size_pt=15, font="bold", color=RED)


def _tail(canvas: Canvas) -> None:
    _land(canvas, LAND)
    way_in = np.array([(75, 3), (68, 8), (70, 15), (64, 20), (60, 22)], dtype=float)
    canvas.path([way_in], stroke=RED, width_mm=0.9, dash_mm=(1.4, 1.0))
    canvas.path([LAND], closed=True, stroke=GREEN, width_mm=0.9)
    _house(canvas, 69.0, 2.0)
    _cross(canvas, way_in[2])


def _overlap(canvas: Canvas) -> None:
    left = np.array([(6, 8), (40, 6), (46, 26), (38, 42), (8, 40)], dtype=float)
    right = np.array([(35, 10), (70, 8), (72, 38), (42, 44), (34, 30)], dtype=float)
    _land(canvas, left)
    _land(canvas, right)
    shared = shapely.intersection(shapely.Polygon(left), shapely.Polygon(right))
    canvas.path(rings([shared]), closed=True, fill=SHADE, stroke=RED, width_mm=0.7)
    canvas.text(20, 23, "A", size_pt=20, font="bold", color=GREEN, align="centre")
    canvas.text(58, 23, "B", size_pt=20, font="bold", color=GREEN, align="centre")
    canvas.text(40, 23, "!", size_pt=20, font="bold", color=RED, align="centre")


def _boundary(canvas: Canvas) -> None:
    line = np.array([(44, -2), (48, 10), (45, 22), (51, 34), (48, 50)], dtype=float)
    forest = np.vstack([line, [(-2, 50), (-2, -2)]])
    canvas.path([forest], closed=True, fill="#d3e6cd")
    _land(canvas, LAND)
    outside = shapely.difference(shapely.Polygon(LAND), shapely.Polygon(forest))
    canvas.path(rings([outside]), closed=True, fill=SHADE, stroke=RED, width_mm=0.7)
    canvas.path([line], stroke="#007a00", width_mm=0.9, dash_mm=(3, 1, 0.8, 1))
    for tree in ((6, 8), (8, 42), (30, 45), (22, 3)):
        _tree(canvas, *tree)
    canvas.text(56, 22, "!", size_pt=20, font="bold", color=RED, align="centre")


def _folder(canvas: Canvas) -> None:
    rows = (
        (0, "usulan-kami"),
        (1, "hkm.toml"),
        (1, "anggota.xlsx"),
        (1, "batas"),
        (1, "kelompok"),
        (2, "KTH Rimba Lestari"),
        (3, "RL-01 Sukirman.gpx"),
        (1, "dokumen"),
        (1, "hasil"),
    )
    for place, (depth, name) in enumerate(rows):
        x, y = 6 + 8 * depth, 42.5 - 5 * place
        folder = "." not in name
        box = Box(x, y - 0.6, x + 4.2, y + 2.6)
        canvas.path(
            [box.ring], closed=True, fill="#f2c14e" if folder else WHITE, stroke=INK, width_mm=0.15
        )
        canvas.text(x + 6, y, name, size_pt=10, font="semibold" if folder else "regular")


def _sheet(canvas: Canvas) -> None:
    canvas.path([Box(8, 5, 68, 43).ring], closed=True, fill=WHITE, stroke=INK, width_mm=0.4)
    canvas.path([Box(11, 8, 46, 40).ring], closed=True, fill="#f7f5ee", stroke=INK, width_mm=0.2)
    with canvas.zoom(11, 7, 0.46):
        for shift in (0, 1):
            canvas.path(
                [LAND + np.array([6 * shift, 16 * shift])],
                closed=True,
                fill=SOIL,
                stroke=INK,
                width_mm=0.6,
            )
    for line in range(6):
        canvas.path(
            [np.array([(49, 38 - 2.4 * line), (65, 38 - 2.4 * line)])],
            stroke="#8a8f8b",
            width_mm=0.5,
        )
    pen = np.array([(50, 10), (52, 14), (54, 10), (56, 13), (59, 10.5), (63, 12)], dtype=float)
    canvas.path([pen], stroke=BLUE, width_mm=0.6)
    canvas.path([np.array([(49, 9), (65, 9)])], stroke=INK, width_mm=0.25)


PICTURES: Mapping[str, Callable[[Canvas], None]] = {
    "walk": _walk,
    "gap": _gap,
    "tail": _tail,
    "folder": _folder,
    "overlap": _overlap,
    "boundary": _boundary,
    "sheet": _sheet,
}


def _land(canvas: Canvas, corners: Points, *, outlined: bool = True) -> None:
    outline = INK if outlined else None
    canvas.path([corners], closed=True, fill=SOIL, stroke=outline, width_mm=0.35)


def _round(corners: Points, *, at_mm: float) -> Points:
    (ring,) = rings([shapely.buffer(shapely.Polygon(corners), at_mm, join_style="round")])
    return ring


def _way(points: Points) -> shapely.LineString:
    return shapely.LineString(points)


def _part(way: shapely.LineString, start: float, end: float) -> Points:
    from shapely.ops import substring

    return np.asarray(substring(way, start, end, normalized=True).coords)


def _arrow(canvas: Canvas, line: Points, share: float) -> None:
    way = _way(line)
    tip, back = (
        np.asarray(way.interpolate(share + shift, normalized=True).coords)[0]
        for shift in (0.012, -0.012)
    )
    along = (tip - back) / np.linalg.norm(tip - back)
    across = np.array([-along[1], along[0]])
    ring = np.array([tip, back + 1.3 * across, back - 1.3 * across])
    canvas.path([ring], closed=True, fill=GREEN)


def _dot(canvas: Canvas, at: Points, color: str, radius_mm: float) -> None:
    turns = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    ring = at + radius_mm * np.column_stack([np.cos(turns), np.sin(turns)])
    canvas.path([ring], closed=True, fill=color)


def _flag(canvas: Canvas, at: Points) -> None:
    canvas.path([np.array([at, at + np.array([0, 11])])], stroke=INK, width_mm=0.5)
    canvas.path([at + np.array([(0, 11), (7, 8.8), (0, 6.6)])], closed=True, fill=RED)


def _house(canvas: Canvas, x: float, y: float) -> None:
    wall = np.array([(0, 0), (6, 0), (6, 4), (3, 7), (0, 4)]) + np.array([x, y])
    canvas.path([wall], closed=True, fill=WHITE, stroke=INK, width_mm=0.4)


def _cross(canvas: Canvas, at: Points) -> None:
    arms = [np.array([(-2, -2), (2, 2)]) + at, np.array([(-2, 2), (2, -2)]) + at]
    canvas.path(arms, stroke=RED, width_mm=1.0)


def _tree(canvas: Canvas, x: float, y: float) -> None:
    canvas.path(
        [np.array([(-1.8, 0), (1.8, 0), (0, 4.4)]) + np.array([x, y])], closed=True, fill="#3f7d4e"
    )
    canvas.path([np.array([(x, y - 1.4), (x, y)])], stroke="#6b4a2b", width_mm=0.7)
