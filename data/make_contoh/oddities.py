"""Shapes that no andil has: holes, second pieces, necks, thorns, corners clicked twice."""

from __future__ import annotations

import numpy as np
import shapely
import shapely.affinity

from make_contoh.terrain import Floats

HOLE_M, PIECE_M, LOBE_M, NECK_M = 27.0, 30.0, 38.0, 3.0
THORN_LENGTH_M, THORN_BASE_M = 46.0, 5.0
CLICK_M = 0.04
CLEAR_M = 14.0
"""What is added stays so far from everybody else's land."""


def hole(land: shapely.Polygon) -> Floats:
    """Return the ring of a square hole in the middle of the land."""
    middle = shapely.maximum_inscribed_circle(land, tolerance=1.0)
    return _ring(_square(shapely.get_point(middle, 0), HOLE_M))


def second_piece(land: shapely.Polygon, others: shapely.Geometry) -> Floats:
    """Return the ring of a plot that belongs to the land and lies beside it."""
    start, out = _free_side(land, others, 24 + PIECE_M)
    return _ring(_square(shapely.Point(start + (24 + PIECE_M / 2) * out), PIECE_M))


def with_lobe(land: shapely.Polygon, others: shapely.Geometry) -> shapely.Polygon:
    """Return the land with a second field that hangs on it by a neck of `NECK_M`."""
    start, out = _free_side(land, others, 22 + LOBE_M)
    field = _square(shapely.Point(start + (22 + LOBE_M / 2) * out), LOBE_M)
    way = shapely.LineString([start - 8 * out, start + 30 * out])
    neck = way.buffer(NECK_M / 2, cap_style="flat")
    return shapely.union_all([land, neck, field])


def with_thorn(land: shapely.Polygon, others: shapely.Geometry) -> shapely.Polygon:
    """Return the land with one corner that went astray."""
    start, out = _free_side(land, others, THORN_LENGTH_M)
    across = THORN_BASE_M / 2 * np.array([-out[1], out[0]])
    base = [start - 4 * out - across, start - 4 * out + across]
    thorn = shapely.Polygon([*base, start + THORN_LENGTH_M * out])
    return shapely.union(land, thorn)


def clicked_twice(ring: Floats) -> Floats:
    """Return the ring with a second corner `CLICK_M` after its longest edge began."""
    edges = np.diff(ring, axis=0)
    k = int(np.argmax(np.hypot(*edges.T)))
    again = ring[k] + CLICK_M * edges[k] / np.hypot(*edges[k])
    return np.insert(ring, k + 1, again, axis=0)


def _free_side(
    land: shapely.Polygon, others: shapely.Geometry, reach_m: float
) -> tuple[Floats, Floats]:
    """Return where on the outline, and in which direction, the land has most room beside it."""
    middle = np.array(shapely.get_coordinates(land.centroid)[0])
    best = (-1.0, middle, middle)
    for turn in np.radians(np.arange(0, 360, 5)):
        out = np.array([np.cos(turn), np.sin(turn)])
        ray = shapely.LineString([middle, middle + 400 * out])
        start = shapely.get_coordinates(shapely.intersection(ray, land.exterior))[-1]
        room = shapely.LineString([start + 6 * out, start + reach_m * out]).distance(others)
        best = max(best, (round(float(room), 3), start, out), key=lambda found: found[0])
    if best[0] < CLEAR_M + LOBE_M / 2:
        raise ValueError("no free side")
    return best[1], best[2]


def _square(middle: shapely.Point, side_m: float) -> shapely.Polygon:
    half = side_m / 2
    upright = shapely.box(middle.x - half, middle.y - half, middle.x + half, middle.y + half)
    return shapely.affinity.rotate(upright, 20)


def _ring(land: shapely.Polygon) -> Floats:
    return shapely.get_coordinates(land)
