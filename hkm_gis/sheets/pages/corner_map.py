"""A map of numbered corners: the dots, their numbers outside the land, lengths along its sides."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.affinity import rotate, translate
from shapely.geometry.base import BaseGeometry

from hkm_gis.corners import Corner
from hkm_gis.sheets.canvas import INK, Box, Canvas, shorten
from hkm_gis.sheets.frame import Frame
from hkm_gis.sheets.labels import Board, Placed, Words
from hkm_gis.sheets.pages.leaf import SMALL_PT
from hkm_gis.text import number, say

__all__ = ["draw_dots", "place_beside_spot", "place_numbers", "side_lengths", "tell_unnumbered"]

NUMBER_PT = 9.0
LENGTH_PT = 8.0
DOT_MM = 0.6
NEAR_MM = 4.0
"""A number nearer than this to its corner needs no line to it."""
SHORTEST_SIDE_MM = 16.0
"""A side shorter than this on paper bears no length; the table has them all."""

HEADING_ROOM_MM = 84.0
"""Room for the heading of the table of corners."""

_TURN = np.arange(24) * 2 * np.pi / 24
_AROUND = np.array(
    [
        (r * math.cos(a), r * math.sin(a))
        for r in (2.7, 3.5, 4.6, 6.2, 8.5, 11.0, 14.0)
        for a in _TURN
    ]
)
"""Where a number may stand from its corner, the nearest spots first."""
_DISC = np.array([(math.cos(a), math.sin(a)) for a in np.linspace(0, 2 * np.pi, 17)[:-1]])


def place_numbers(
    frame: Frame,
    land_mm: BaseGeometry,
    corners: Sequence[Corner],
    board: Board,
    *,
    prefix: str = "",
) -> list[Placed | None]:
    """Return a place for the number of each corner: outside the land, as near as can be.

    None for a number without any free room round its corner; `tell_unnumbered` says so.
    """
    spots = frame.to_mm([corner.xy_m for corner in corners])
    for x, y in spots:
        board.take(Box(x, y, x, y).grown(DOT_MM))
    shapely.prepare(land_mm)
    words = [Words(f"{prefix}{corner.number}", NUMBER_PT, "bold") for corner in corners]
    return [place_beside_spot(w, xy, land_mm, board) for w, xy in zip(words, spots, strict=True)]


def tell_unnumbered(
    canvas: Canvas, box: Box, numbers: Sequence[Placed | None], lang: str, *, prefix: str = ""
) -> None:
    """Say at the right of the heading of a table which of its corners bear no number on the map."""
    missing = [f"{prefix}{i}" for i, place in enumerate(numbers, 1) if place is None]
    if missing:
        words = say("pages.unnumbered", lang, corners=", ".join(missing))
        fitted = shorten(words, box.width - HEADING_ROOM_MM, SMALL_PT)
        canvas.text(box.x1, box.y1 - 3.4, fitted, size_pt=SMALL_PT, align="right")


def draw_dots(canvas: Canvas, frame: Frame, corners: Sequence[Corner]) -> None:
    """Draw a dot on each corner."""
    spots = frame.to_mm([corner.xy_m for corner in corners])
    dots = [xy + DOT_MM * _DISC for xy in spots]
    canvas.path(dots, closed=True, fill="#ffffff", stroke=INK, width_mm=0.3)


def place_beside_spot(
    words: Words, xy: NDArray[np.float64], land_mm: BaseGeometry, board: Board
) -> Placed | None:
    """Return a free place round a spot, off the land if it can; None where none is free."""
    middles = xy + _AROUND
    half = np.array([words.width_mm, words.height_mm]) / 2 + 0.3
    boxes = np.hstack([middles - half, middles + half])
    free = np.flatnonzero(board.free_spots(boxes))
    if not len(free):
        return None
    outside = ~shapely.intersects(land_mm, shapely.box(*boxes[free].T))
    # outside as near as can be, most of all straight away from the land
    clear = shapely.distance(shapely.points(middles[free]), land_mm)
    order = np.lexsort((-np.round(clear, 3), np.hypot(*(_AROUND[free]).T).round(3), ~outside))
    at = free[order[0]]
    board.take(Box(*boxes[at]))
    far = float(np.hypot(*_AROUND[at])) > NEAR_MM
    leader = np.array([middles[at], xy]) if far else None
    return Placed((words,), float(middles[at][0]), float(middles[at][1]), leader)


def side_lengths(
    frame: Frame, land_mm: BaseGeometry, corners: Sequence[Corner], board: Board, lang: str
) -> Iterator[Placed]:
    """Yield a place for the length of each long side: along it, inside the land, on nothing."""
    spots = {corner.number: frame.to_mm([corner.xy_m])[0] for corner in corners}
    for corner in corners:
        here, there = spots[corner.number], spots[corner.to]
        along = there - here
        length_mm = float(np.hypot(*along))
        if length_mm < SHORTEST_SIDE_MM:
            continue
        words = Words(f"{number(corner.side_m, lang, 1)} m", LENGTH_PT)
        # rings run clockwise, so land lies to the right
        inward = np.array([along[1], -along[0]]) / length_mm
        x, y = (here + there) / 2 + 2.3 * inward
        turn_deg = (math.degrees(math.atan2(along[1], along[0])) + 90) % 180 - 90
        half = np.array([words.width_mm, words.height_mm]) / 2
        letters = rotate(shapely.box(*(-half), *half), turn_deg, origin=(0, 0))
        letters = translate(letters, float(x), float(y))
        room = Box(*letters.bounds)
        if land_mm.contains(letters) and board.holds(room) and board.is_free(room):
            board.take(room)
            yield Placed((words,), float(x), float(y), None, turn_deg)
