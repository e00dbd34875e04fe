"""Where words stand on the map: inside their land or at the end of a line, never on each other."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.affinity import rotate
from shapely.geometry.base import BaseGeometry

from hkm_gis.sheets.canvas import POINTS_PER_MM, Box, Canvas, Font, text_width_mm
from hkm_gis.sheets.symbols import draw_line

__all__ = [
    "Board",
    "Label",
    "Placed",
    "Words",
    "draw_label",
    "place_at_spots",
    "place_beside",
    "place_in_land",
    "place_on_lines",
]

LEADING = 0.92
"""Height of a line as a share of its letters' size; map labels stand close."""
PADDING_MM = 0.3


@dataclass(frozen=True, slots=True)
class Words:
    """One line of a label."""

    text: str
    size_pt: float
    font: Font = "regular"

    @property
    def width_mm(self) -> float:
        """Width of the line."""
        return text_width_mm(self.text, self.size_pt, self.font)

    @property
    def height_mm(self) -> float:
        """Height that the line takes."""
        return self.size_pt / POINTS_PER_MM * LEADING


Label = tuple[Words, ...]


def _meets(shapes: NDArray[Any], others: Sequence[BaseGeometry]) -> NDArray[np.bool_]:
    found = np.zeros(len(shapes), dtype=bool)
    found[shapely.STRtree(others).query(shapes, predicate="intersects")[0]] = True
    return found


@dataclass(frozen=True, slots=True)
class Placed:
    """A label with its place: middle of its box, and the line to its land if it stands outside."""

    label: Label
    x_mm: float
    y_mm: float
    leader_mm: NDArray[np.float64] | None = None
    turn_deg: float = 0.0

    @property
    def box_mm(self) -> Box:
        """The room that the label takes."""
        return _box_of(self.label, self.x_mm, self.y_mm)


class Board:
    """The room on the map: which boxes are taken, and whether a new one is free."""

    def __init__(self, within: Box) -> None:
        self.within = within
        self._taken = np.empty((0, 4))
        self._leaders: list[BaseGeometry] = []

    def copy(self) -> Board:
        """Return a board of its own with the same boxes and leaders, to try places on."""
        other = Board(self.within)
        other.take_over(self)
        return other

    def take_over(self, other: Board) -> None:
        """Mark what is marked on ``other`` instead of what was marked here."""
        self._taken, self._leaders = other._taken, list(other._leaders)

    @property
    def boxes(self) -> tuple[Box, ...]:
        """Every box that is taken."""
        return tuple(Box(*row) for row in self._taken)

    def is_free(self, box: Box) -> bool:
        """Tell whether nothing stands in ``box`` yet."""
        t = self._taken
        hits = (t[:, 0] < box.x1) & (t[:, 2] > box.x0) & (t[:, 1] < box.y1) & (t[:, 3] > box.y0)
        return not hits.any()

    def holds(self, box: Box) -> bool:
        """Tell whether ``box`` lies wholly on the board."""
        w = self.within
        return w.x0 <= box.x0 and w.y0 <= box.y0 and box.x1 <= w.x1 and box.y1 <= w.y1

    def take(self, box: Box) -> None:
        """Mark ``box`` as taken."""
        self._taken = np.vstack([self._taken, box])

    def take_leader(self, line_mm: NDArray[np.float64]) -> None:
        """Mark a leader, which later labels and leaders may not cross."""
        self._leaders.append(shapely.LineString(line_mm))

    def crosses_leader(self, shapes: NDArray[Any]) -> NDArray[np.bool_]:
        """Tell of each shape whether it meets a leader drawn before."""
        return _meets(shapes, self._leaders)

    def meets_anything(self, lines: NDArray[Any]) -> NDArray[np.bool_]:
        """Tell of each line whether it meets a label or a leader."""
        boxes: NDArray[Any] = np.asarray(shapely.box(*self._taken.T))
        return _meets(lines, [*boxes, *self._leaders])

    def free_spots(self, boxes: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Tell of each box, a row of left, bottom, right, top, whether it may be taken."""
        t, b, w = self._taken[np.newaxis], boxes[:, np.newaxis], self.within
        hits = (t[..., 0] < b[..., 2]) & (t[..., 2] > b[..., 0])
        hits &= (t[..., 1] < b[..., 3]) & (t[..., 3] > b[..., 1])
        held = (boxes[:, :2] >= w[:2]).all(axis=1) & (boxes[:, 2:] <= w[2:]).all(axis=1)
        return np.asarray(held & ~hits.any(axis=1), dtype=bool)


def place_in_land(
    polygons_mm: Sequence[BaseGeometry] | NDArray[Any],
    choices: Sequence[Sequence[Label]],
    board: Board,
    *,
    leaders: bool = True,
    avoided_mm: Sequence[NDArray[np.float64]] = (),
) -> list[Placed | None]:
    """Place one label for each polygon; the same input gives the same places.

    Parameters
    ----------
    polygons_mm
        The land on paper.
    choices
        For each polygon the labels it may carry, the fullest first.
    board
        Room on the map; every label placed is marked on it.
    leaders
        Whether a label without room in its land may stand outside, joined by a line.
    avoided_mm
        Lines that labels keep off where their land leaves them the choice.

    Returns
    -------
    list
        A place for each polygon; None where no free room was found.
    """
    land = np.asarray(polygons_mm, dtype=object)
    circles = shapely.maximum_inscribed_circle(land, tolerance=0.1)
    centres = shapely.get_coordinates(shapely.get_point(circles, 0))
    radii = shapely.length(circles)
    edges = shapely.STRtree(shapely.boundary(land))
    avoided = shapely.STRtree([shapely.LineString(line) for line in avoided_mm])
    placed: list[Placed | None] = [None] * len(land)
    roomy_first = sorted(range(len(land)), key=lambda k: -radii[k])
    for i in roomy_first:
        placed[i] = _inside(land[i], choices[i], centres[i], radii[i], board, avoided)
    for i in roomy_first if leaders else ():
        placed[i] = placed[i] or _outside(choices[i][-1], centres[i], edges, board)
    return placed


def place_beside(
    polygons_mm: Sequence[BaseGeometry] | NDArray[Any], labels: Sequence[Label], board: Board
) -> list[Placed | None]:
    """Place one label beside each polygon, joined to it by a leader, off all of them if it can."""
    land = np.asarray(polygons_mm, dtype=object)
    inner = shapely.get_coordinates(shapely.point_on_surface(land))
    taken = shapely.STRtree(land)
    return [_outside(label, xy, taken, board) for label, xy in zip(labels, inner, strict=True)]


def place_at_spots(
    spots: Sequence[tuple[NDArray[np.float64], Words]], board: Board, *, gap_mm: float = 1.1
) -> Iterator[Placed]:
    """Yield a place for the words of each spot: right of it, left, above or below."""
    for (x, y), words in spots:
        half = _half_mm((words,))
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            at = Placed((words,), x + dx * (half[0] + gap_mm), y + dy * (half[1] + gap_mm))
            if board.holds(at.box_mm) and board.is_free(at.box_mm):
                board.take(at.box_mm)
                yield at
                break


def place_on_lines(
    lines_mm: Sequence[NDArray[np.float64]],
    words: Words,
    board: Board,
    *,
    apart_mm: float = 60.0,
    lift_mm: float = 0.0,
) -> Iterator[Placed]:
    """Yield places for ``words`` along lines, ``lift_mm`` above them, where room is free."""
    for line in lines_mm:
        length = float(np.hypot(*np.diff(line, axis=0).T).sum())
        for at_mm in np.arange(apart_mm / 3, length - words.width_mm, apart_mm / 3):
            place = _along(line, float(at_mm), words, lift_mm)
            room = Box(place.x_mm, place.y_mm, place.x_mm, place.y_mm).grown(words.width_mm / 2 + 1)
            if place.label and board.holds(room) and board.is_free(room) and _clears(place, line):
                board.take(room.grown(apart_mm / 6))
                yield place


def draw_label(canvas: Canvas, placed: Placed, *, color: str = "#000000") -> None:
    """Write a placed label with a white halo, and draw its leader."""
    if placed.leader_mm is not None:
        draw_line(canvas, [placed.leader_mm], "leader")
    y_mm = placed.y_mm + sum(words.height_mm for words in placed.label) / 2
    turn = math.radians(placed.turn_deg)
    for words in placed.label:
        y_mm -= words.height_mm
        rise_mm = y_mm + words.height_mm * 0.2 - placed.y_mm
        canvas.text(
            placed.x_mm - rise_mm * math.sin(turn),
            placed.y_mm + rise_mm * math.cos(turn),
            words.text,
            size_pt=words.size_pt,
            font=words.font,
            color=color,
            align="centre",
            halo_mm=0.3,
            turn_deg=placed.turn_deg,
        )


def _half_mm(label: Label) -> NDArray[np.float64]:
    width_mm = max(words.width_mm for words in label)
    height_mm = sum(words.height_mm for words in label)
    return np.array([width_mm / 2 + PADDING_MM, height_mm / 2 + PADDING_MM])


def _box_of(label: Label, x_mm: float, y_mm: float) -> Box:
    half_width, half_height = _half_mm(label)
    return Box(x_mm - half_width, y_mm - half_height, x_mm + half_width, y_mm + half_height)


def _inside(
    polygon: BaseGeometry,
    choices: Sequence[Label],
    centre: NDArray[np.float64],
    radius_mm: float,
    board: Board,
    avoided: shapely.STRtree,
) -> Placed | None:
    shapely.prepare(polygon)
    # in a long strip every circle is as large: its middle is the better place
    tries = np.vstack(
        [shapely.get_coordinates(polygon.centroid), centre + 0.45 * radius_mm * _STAR]
    )
    found: Placed | None = None
    for label in choices:
        if found is not None and len(label) < len(found.label):
            break  # letters a little smaller, or a name in two lines, but no less of it
        half = _half_mm(label)
        boxes = np.hstack([tries - half, tries + half])
        shapes: NDArray[Any] = np.asarray(shapely.box(*boxes.T))
        fitting = np.flatnonzero(shapely.contains(polygon, shapes) & board.free_spots(boxes))
        if not len(fitting):
            continue
        crossing = avoided.query(shapes[fitting], predicate="intersects")[0]
        clear = np.delete(fitting, crossing)
        best = Placed(label, *tries[(clear if len(clear) else fitting)[0]].tolist())
        if len(clear):
            found = best
            break
        found = found or best  # across a river, if it can stand nowhere beside it
    if found is not None:
        board.take(found.box_mm)
    return found


def _ring(count: int) -> NDArray[np.float64]:
    angles = np.arange(count) * 2 * np.pi / count
    return np.column_stack([np.cos(angles), np.sin(angles)])


_AROUND = np.vstack([r * _ring(24) for r in np.arange(4, 30, 1.5)])
"""Where to try a label outside its land, the nearest spots first."""

_STAR = np.vstack([[(0.0, 0.0)], 0.5 * _ring(8), _ring(8), 1.6 * _ring(12)])
"""Where to try a label round the middle of its land: the middle first."""


def _outside(
    label: Label, centre: NDArray[np.float64], edges: shapely.STRtree, board: Board
) -> Placed | None:
    spots = centre + _AROUND
    half = _half_mm(label)
    free = board.free_spots(np.hstack([spots - half, spots + half]))
    shapes = shapely.box(*np.hstack([spots - half, spots + half])[free].T)
    leaders: NDArray[Any] = shapely.linestrings(  # type: ignore[assignment]
        np.stack([spots[free], np.broadcast_to(centre, spots[free].shape)], axis=1)
    )
    open_way = ~board.meets_anything(leaders) & ~board.crosses_leader(shapes)
    on_edge = np.zeros(len(shapes), dtype=bool)
    on_edge[edges.query(shapes, predicate="intersects")[0]] = True
    # the first spot on open ground, else the first one across a boundary
    for i in [*np.flatnonzero(open_way & ~on_edge)[:1], *np.flatnonzero(open_way)[:1]]:
        leader = shapely.get_coordinates(leaders[i] - shapes[i])
        if len(leader) == 2:
            x, y = spots[free][i]
            board.take(_box_of(label, x, y))
            board.take_leader(leader)
            return Placed(label, float(x), float(y), leader)
    return None


def _clears(place: Placed, line: NDArray[np.float64]) -> bool:
    """Tell whether words that are lifted off their line do not run into it at a bend."""
    base = shapely.LineString(line)
    turned = rotate(shapely.box(*place.box_mm), place.turn_deg, origin=(place.x_mm, place.y_mm))
    lifted = base.distance(shapely.Point(place.x_mm, place.y_mm)) > PADDING_MM
    return not (lifted and turned.intersects(base))


def _along(line: NDArray[np.float64], at_mm: float, words: Words, lift_mm: float) -> Placed:
    path = shapely.LineString(line)
    half_mm = words.width_mm / 2
    ends = [path.interpolate(at_mm - half_mm), path.interpolate(at_mm + half_mm)]
    (x0, y0), (x1, y1) = (shapely.get_coordinates(end)[0] for end in ends)
    straight = math.hypot(x1 - x0, y1 - y0) > 0.92 * words.width_mm
    turn_deg = math.degrees(math.atan2(y1 - y0, x1 - x0))
    upright_deg = (turn_deg + 90) % 180 - 90
    turn = math.radians(upright_deg)
    x, y = shapely.get_coordinates(path.interpolate(at_mm))[0]
    label = (words,) if straight else ()
    x, y = x - lift_mm * math.sin(turn), y + lift_mm * math.cos(turn)
    return Placed(label, float(x), float(y), None, upright_deg)
