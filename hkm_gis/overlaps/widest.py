"""The largest circle inside many shapes, compiled (extra ``hkm-gis[fast]``).

Squares along the long axis of a shape are halved as long as a larger circle than the best one may
have its middle in them (branch and bound, as Garcia-Castellanos and Lombardo 2007 and GEOS do).
Two bounds hold: a circle is at most by its way from the middle of the square larger than the one
there; and it fits between the nearest point of the outline and the point right across. The second
is what makes it quick: shared land is long and narrow, and there the first alone never settles.
"""

from __future__ import annotations

import numba
import numpy as np
import shapely

from hkm_gis.overlaps.land import Floats, Geometries, Indices

__all__ = ["widths_within"]

MOST_ROOTS = 256
MOST_SQUARES = 1024
"""Squares at the beginning, and squares that wait: each halving adds three."""


def widths_within(shapes: Geometries, tolerance_m: float) -> Floats:
    """Return the diameter of the largest circle in each shape, too small by less than a tolerance.

    Parameters
    ----------
    shapes
        Valid land in metres: polygons with or without holes, in one part or several.
    tolerance_m
        By how much a diameter may be too small.

    Returns
    -------
    array of float
        Shape (n,), in metres; 0 for a shape without land.

    Examples
    --------
    A strip of 4 m is 4 m wide, however it lies and however long it is.

    >>> strip = shapely.LineString([(0, 0), (90, 120)]).buffer(2, cap_style="flat")
    >>> widths_within(np.array([strip]), 0.01).round(1).tolist()
    [4.0]
    """
    parts, owner = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    here = np.flatnonzero(ring[1:] == ring[:-1])
    edges = np.column_stack([xy[here], xy[here + 1]])
    times = np.bincount(owner[part[ring[here]]], minlength=len(shapes))
    start = np.concatenate([[0], np.cumsum(times)])
    return _widths(edges, start, tolerance_m / 2)


_inner = numba.njit(nogil=True, error_model="numpy")
_outer = numba.njit(nogil=True, error_model="numpy", cache=True)


@_outer
def _widths(edges: Floats, start: Indices, tolerance_m: float) -> Floats:
    width_m = np.zeros(len(start) - 1)
    waiting = np.empty((MOST_SQUARES, 4))
    for shape in range(len(width_m)):
        own = edges[start[shape] : start[shape + 1]].copy()
        if len(own):
            _lay_along(own)
            width_m[shape] = 2 * _largest(own, waiting, tolerance_m)
    return width_m


@_inner
def _lay_along(edges):  # type: ignore[no-untyped-def]
    """Turn the edges so that the long axis of the shape lies eastwards through zero."""
    x0, y0, xx, xy, yy, total = edges[0, 0], edges[0, 1], 0.0, 0.0, 0.0, 0.0
    mx, my = 0.0, 0.0
    for k in range(len(edges)):
        dx, dy = edges[k, 2] - edges[k, 0], edges[k, 3] - edges[k, 1]
        length = np.hypot(dx, dy)
        total += length
        mx += length * (edges[k, 0] + dx / 2 - x0)
        my += length * (edges[k, 1] + dy / 2 - y0)
    mx, my = x0 + mx / total, y0 + my / total
    for k in range(len(edges)):
        px, py = edges[k, 0] - mx, edges[k, 1] - my
        xx, xy, yy = xx + px * px, xy + px * py, yy + py * py
    turn = 0.5 * np.arctan2(2 * xy, xx - yy)
    east, north = np.cos(turn), np.sin(turn)
    for k in range(len(edges)):
        for end in range(0, 4, 2):
            px, py = edges[k, end] - mx, edges[k, end + 1] - my
            edges[k, end], edges[k, end + 1] = px * east + py * north, py * east - px * north


@_inner
def _largest(edges, waiting, tolerance_m):  # type: ignore[no-untyped-def]
    best, many = _begin(edges, waiting, tolerance_m)
    while many:
        many -= 1
        if waiting[many, 3] <= best + tolerance_m or many + 4 > MOST_SQUARES:
            continue
        x, y, half = waiting[many, 0], waiting[many, 1], waiting[many, 2] / 2
        lowest = many
        for quarter in range(4):
            east, north = x + half * (quarter % 2 * 2 - 1), y + half * (quarter // 2 * 2 - 1)
            radius, bound = _judged(edges, east, north, half, best + tolerance_m)
            best = max(best, radius)
            if bound > best + tolerance_m:
                _put(waiting, lowest, many, (east, north, half, bound))
                many += 1
    return best


@_inner
def _put(waiting, lowest, many, square):  # type: ignore[no-untyped-def]
    """Put a square in line, those with most room last: they are halved first.

    So a circle nearly as large as the largest is known early, and most squares are never halved.
    """
    place = many
    while place > lowest and waiting[place - 1, 3] > square[3]:
        waiting[place] = waiting[place - 1]
        place -= 1
    for k in range(4):
        waiting[place, k] = square[k]


@_inner
def _begin(edges, waiting, tolerance_m):  # type: ignore[no-untyped-def]
    """Put squares along the shape in line; return the largest circle so far, and how many."""
    west, east = edges[:, 0].min(), edges[:, 0].max()
    south, north = edges[:, 1].min(), edges[:, 1].max()
    half = max((north - south) / 2, (east - west) / (2 * MOST_ROOTS))
    roots = max(1, int(np.ceil((east - west) / (2 * half) - 1e-9)))
    best = 0.0
    for k in range(roots):
        x, y = west + (2 * k + 1) * half, (south + north) / 2
        radius, bound = _judged(edges, x, y, half, tolerance_m)
        best = max(best, radius)
        _put(waiting, 0, k, (x, y, half, bound))
    return best, roots


@_inner
def _judged(edges, x, y, half, enough_m):  # type: ignore[no-untyped-def]
    """Return the circle about the middle of a square, and a bound for any with its middle in it."""
    nearest, nx, ny, inside = np.inf, 0.0, 0.0, False
    for k in range(len(edges)):
        ax, ay, bx, by = edges[k, 0] - x, edges[k, 1] - y, edges[k, 2] - x, edges[k, 3] - y
        dx, dy = bx - ax, by - ay
        if (ay > 0) != (by > 0):
            inside ^= ax - dx * ay / dy > 0
        along = -(ax * dx + ay * dy) / (dx * dx + dy * dy)
        along = min(max(along, 0.0), 1.0)
        px, py = ax + along * dx, ay + along * dy
        apart = px * px + py * py
        if apart < nearest:
            nearest, nx, ny = apart, px, py
    radius = np.sqrt(nearest)
    reach = half * np.sqrt(2.0)
    if not inside:
        return 0.0, reach - radius
    bound = radius + reach
    if bound <= enough_m or radius == 0:
        return radius, bound
    nx, ny = nx / radius, ny / radius
    across = (radius + _right_across(edges, x, y, -nx, -ny)) / 2
    beside = half * (abs(nx) + abs(ny))
    return radius, min(bound, np.hypot(across, beside))


@_inner
def _right_across(edges, x, y, ux, uy):  # type: ignore[no-untyped-def]
    """Return how far the outline is in one direction."""
    nearest = np.inf
    for k in range(len(edges)):
        ax, ay, bx, by = edges[k, 0] - x, edges[k, 1] - y, edges[k, 2] - x, edges[k, 3] - y
        left_a, left_b = ux * ay - uy * ax, ux * by - uy * bx
        if (left_a > 0) == (left_b > 0):
            continue
        share = left_a / (left_a - left_b)
        ahead = (ax + share * (bx - ax)) * ux + (ay + share * (by - ay)) * uy
        if 0 < ahead < nearest:
            nearest = ahead
    return nearest
