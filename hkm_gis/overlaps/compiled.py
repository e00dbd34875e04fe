"""The shared land of many pairs of simple shapes, compiled (extra ``hkm-gis[fast]``).

Two outlines that run anticlockwise share what lies left of both. Where one outline enters the
other, the shared land follows it to their next crossing and turns there to the other outline
(Weiler and Atherton 1977). That holds for outlines in general position; a pair in any other (a
corner on an edge, an edge along an edge), and land with holes or in parts, is left to GEOS.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numba
import numpy as np
import shapely
from numpy.typing import NDArray

from hkm_gis.overlaps.land import Floats, Geometries, Indices

__all__ = ["APART", "CUT", "UNSURE", "Outlines", "cut_pairs", "outlines_of"]

APART, CUT, UNSURE = 0, 1, 2
"""What became of a pair: it shares too little, its land was cut, or GEOS has to tell."""

NEAR_M2 = 1e-7
"""No sign of a corner and an edge is trusted below this: a corner 10 nm beside an edge of 10 m."""

MOST_EDGES = 4096
MOST_CROSSINGS = 256
"""Edges of a shape in the box of a pair, and crossings; what has more is left to GEOS."""


@dataclass(frozen=True, slots=True)
class Outlines:
    """The outlines of shapes in one array, anticlockwise, the first corner again at the end."""

    xy: Floats
    start: Indices
    """Where each outline begins in ``xy``; one more for where the last one ends."""
    simple: NDArray[np.bool_]
    """Whether the shape is one polygon without holes; of others the outline means nothing."""


def outlines_of(shapes: Geometries) -> Outlines:
    """Return the outlines of valid shapes."""
    simple = shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON
    simple &= shapely.get_num_interior_rings(shapes) == 0
    xy = shapely.get_coordinates(shapes)
    start = np.concatenate([[0], np.cumsum(shapely.get_num_coordinates(shapes))])
    _turn_anticlockwise(xy, start)
    return Outlines(xy, start, simple)


def cut_pairs(
    outlines: Outlines, u: Indices, v: Indices, least_m2: float
) -> tuple[NDArray[np.int8], Geometries]:
    """Return the shared land of each pair of shapes u and v, where it can be told without GEOS.

    Parameters
    ----------
    outlines
        The shapes on the plane.
    u, v
        The shapes of each pair.
    least_m2
        Pairs that share less are ``APART``.

    Returns
    -------
    array of int
        ``APART``, ``CUT`` or ``UNSURE`` for each pair.
    array of geometries
        The land of each pair that is ``CUT``, valid; None for the others.
    """
    corners = np.diff(outlines.start)
    room = int((corners[u] + corners[v]).sum()) + 2 * MOST_CROSSINGS
    out = _Out(np.empty((room, 2)), np.empty(2 * len(u) + MOST_CROSSINGS, np.intp))
    became, rings_of_pair = _cut_all(*_fields(outlines), u, v, least_m2, _work(), out)
    land = np.full(len(u), None, dtype=object)
    cut = np.flatnonzero(rings_of_pair)
    land[cut] = _polygons(out, rings_of_pair[cut])
    # Crossings nearer to each other than doubles can tell may tangle: GEOS has the last word.
    tangled = cut[~shapely.is_valid(land[cut])]
    became[tangled], land[tangled] = UNSURE, None
    return became, land


def _fields(outlines: Outlines) -> tuple[Floats, Indices, NDArray[np.bool_]]:
    return outlines.xy, outlines.start, outlines.simple


def _polygons(out: _Out, times: Indices) -> Geometries:
    ends = out.ends[: times.sum()]
    lengths = np.diff(ends, prepend=0)
    corners = out.xy[: lengths.sum()]
    rings = shapely.linearrings(corners, indices=np.repeat(np.arange(len(lengths)), lengths))
    parts = np.asarray(shapely.polygons(rings))
    first = np.cumsum(times) - times
    land: Geometries = parts[first]
    several = np.flatnonzero(times > 1)
    if len(several):
        pair = np.repeat(np.arange(len(times)), times)
        land[several] = shapely.multipolygons(
            parts[times[pair] > 1], indices=np.repeat(np.arange(len(several)), times[several])
        )
    return land


class _Out(NamedTuple):
    """Rings of shared land one after the other, and where each ends."""

    xy: Floats
    ends: Indices


class _Work(NamedTuple):
    """Room for one pair, used again for the next."""

    near_b: Indices
    edge_a: Indices
    edge_b: Indices
    along_a: Floats
    along_b: Floats
    x: Floats
    y: Floats
    enters: NDArray[np.bool_]
    """Whether outline a enters shape b at this crossing, else it leaves."""
    after_a: Indices
    after_b: Indices
    """The next crossing along each outline."""
    order: Indices
    done: NDArray[np.bool_]


def _work() -> _Work:
    def crossings(kind: type) -> NDArray[Any]:
        return np.empty(MOST_CROSSINGS, kind)

    return _Work(
        near_b=np.empty(MOST_EDGES, np.intp),
        edge_a=crossings(np.intp),
        edge_b=crossings(np.intp),
        along_a=crossings(np.float64),
        along_b=crossings(np.float64),
        x=crossings(np.float64),
        y=crossings(np.float64),
        enters=crossings(np.bool_),
        after_a=crossings(np.intp),
        after_b=crossings(np.intp),
        order=crossings(np.intp),
        done=crossings(np.bool_),
    )


_inner = numba.njit(nogil=True, error_model="numpy")
_outer = numba.njit(nogil=True, error_model="numpy", cache=True)


@_inner
def _twice_area(ring):  # type: ignore[no-untyped-def]
    x0, y0, area = ring[0, 0], ring[0, 1], 0.0
    for k in range(len(ring) - 1):
        area += (ring[k, 0] - x0) * (ring[k + 1, 1] - y0)
        area -= (ring[k + 1, 0] - x0) * (ring[k, 1] - y0)
    return area


@_outer
def _turn_anticlockwise(xy, start):  # type: ignore[no-untyped-def]
    for shape in range(len(start) - 1):
        first, last = start[shape], start[shape + 1] - 1
        if _twice_area(xy[first : last + 1]) >= 0:
            continue
        while first < last:
            for axis in range(2):
                kept = xy[first, axis]
                xy[first, axis] = xy[last, axis]
                xy[last, axis] = kept
            first += 1
            last -= 1


@_inner
def _box(ring):  # type: ignore[no-untyped-def]
    x0, y0, x1, y1 = np.inf, np.inf, -np.inf, -np.inf
    for k in range(len(ring)):
        x0, x1 = min(x0, ring[k, 0]), max(x1, ring[k, 0])
        y0, y1 = min(y0, ring[k, 1]), max(y1, ring[k, 1])
    return x0, y0, x1, y1


@_inner
def _beside(ring, k, box):  # type: ignore[no-untyped-def]
    """Tell whether edge k of an outline lies wholly to one side of a box."""
    px, py, qx, qy = ring[k, 0], ring[k, 1], ring[k + 1, 0], ring[k + 1, 1]
    west, south, east, north = box
    beside_x = (px < west and qx < west) or (px > east and qx > east)
    return beside_x or (py < south and qy < south) or (py > north and qy > north)


@_inner
def _box_of_edge(ring, k):  # type: ignore[no-untyped-def]
    px, py, qx, qy = ring[k, 0], ring[k, 1], ring[k + 1, 0], ring[k + 1, 1]
    return min(px, qx), min(py, qy), max(px, qx), max(py, qy)


@_inner
def _room(a, b):  # type: ignore[no-untyped-def]
    of_a, of_b = _box(a), _box(b)
    west, south = max(of_a[0], of_b[0]), max(of_a[1], of_b[1])
    return west, south, min(of_a[2], of_b[2]), min(of_a[3], of_b[3])


@_inner
def _crossings(a, b, work):  # type: ignore[no-untyped-def]
    """Find every crossing of two outlines; return how many, or -1 where it cannot be told."""
    room = _room(a, b)
    near, found = 0, 0
    for k in range(len(b) - 1):
        if not _beside(b, k, room):
            if near == MOST_EDGES:
                return -1
            work.near_b[near] = k
            near += 1
    for i in range(len(a) - 1):
        if _beside(a, i, room):
            continue
        edge = _box_of_edge(a, i)
        for n in range(near):
            k = work.near_b[n]
            if _beside(b, k, edge):
                continue
            met = _cross(a, i, b, k, found, work)
            if met < 0 or found + met == MOST_CROSSINGS:
                return -1
            found += met
    return found


@_inner
def _cross(a, i, b, k, found, work):  # type: ignore[no-untyped-def]
    """Note the crossing of edge i of a with edge k of b; return 1, 0 for none, -1 for unsure."""
    dx, dy = a[i + 1, 0] - a[i, 0], a[i + 1, 1] - a[i, 1]
    ex, ey = b[k + 1, 0] - b[k, 0], b[k + 1, 1] - b[k, 1]
    px, py = b[k, 0] - a[i, 0], b[k, 1] - a[i, 1]
    begin_b = dx * py - dy * px
    end_b = begin_b + (dx * ey - dy * ex)
    if (begin_b > NEAR_M2 and end_b > NEAR_M2) or (begin_b < -NEAR_M2 and end_b < -NEAR_M2):
        return 0
    begin_a = ey * px - ex * py
    end_a = begin_a + (ex * dy - ey * dx)
    if (begin_a > NEAR_M2 and end_a > NEAR_M2) or (begin_a < -NEAR_M2 and end_a < -NEAR_M2):
        return 0
    if min(abs(begin_a), abs(end_a), abs(begin_b), abs(end_b)) <= NEAR_M2:
        return -1
    along = begin_a / (begin_a - end_a)
    work.edge_a[found], work.along_a[found] = i, along
    work.edge_b[found], work.along_b[found] = k, begin_b / (begin_b - end_b)
    work.x[found], work.y[found] = a[i, 0] + along * dx, a[i, 1] + along * dy
    work.enters[found] = ex * dy - ey * dx > 0
    return 1


@_inner
def _link(edge, along, found, order, after):  # type: ignore[no-untyped-def]
    """Set for each crossing the next one along an outline."""
    for k in range(found):
        place = k
        while place > 0:
            before = order[place - 1]
            if edge[before] < edge[k] or (edge[before] == edge[k] and along[before] < along[k]):
                break
            order[place] = before
            place -= 1
        order[place] = k
    for k in range(found):
        after[order[k]] = order[(k + 1) % found]


@_inner
def _walk(ring, edge, along, here, there, xy, at):  # type: ignore[no-untyped-def]
    """Copy the corners of an outline between two crossings; return where the next one goes."""
    k, last = edge[here], edge[there]
    if k == last and along[there] > along[here]:
        return at
    while True:
        k = (k + 1) % (len(ring) - 1)
        xy[at, 0], xy[at, 1] = ring[k, 0], ring[k, 1]
        at += 1
        if k == last:
            return at


@_inner
def _trace(a, b, found, work, out, at, ring):  # type: ignore[no-untyped-def]
    """Write the rings that follow a inside b and b inside a; return how many, and -1 if unsure."""
    _link(work.edge_a, work.along_a, found, work.order, work.after_a)
    _link(work.edge_b, work.along_b, found, work.order, work.after_b)
    for k in range(found):
        turns_a = work.enters[k] != work.enters[work.after_a[k]]
        if not turns_a or work.enters[k] == work.enters[work.after_b[k]]:
            return -1
        work.done[k] = not work.enters[k]
    made = 0
    for first in range(found):
        if work.done[first]:
            continue
        here = first
        while not work.done[here]:
            work.done[here] = True
            out.xy[at, 0], out.xy[at, 1] = work.x[here], work.y[here]
            leaves = work.after_a[here]
            at = _walk(a, work.edge_a, work.along_a, here, leaves, out.xy, at + 1)
            out.xy[at, 0], out.xy[at, 1] = work.x[leaves], work.y[leaves]
            here = work.after_b[leaves]
            at = _walk(b, work.edge_b, work.along_b, leaves, here, out.xy, at + 1)
        if here != first:
            return -1
        out.xy[at, 0], out.xy[at, 1] = work.x[first], work.y[first]
        at += 1
        out.ends[ring + made] = at
        made += 1
    return made


@_inner
def _holds(ring, x, y):  # type: ignore[no-untyped-def]
    inside = False
    for k in range(len(ring) - 1):
        x0, y0, x1, y1 = ring[k, 0], ring[k, 1], ring[k + 1, 0], ring[k + 1, 1]
        if (y0 > y) != (y1 > y):
            inside ^= x < (x1 - x0) * (y - y0) / (y1 - y0) + x0
    return inside


@_inner
def _one_in_other(a, b, out, at, ring):  # type: ignore[no-untyped-def]
    """Write the outline that lies inside the other; return whether there is one."""
    if _holds(b, a[0, 0], a[0, 1]):
        inner = a
    elif _holds(a, b[0, 0], b[0, 1]):
        inner = b
    else:
        return 0
    for k in range(len(inner)):
        out.xy[at + k, 0], out.xy[at + k, 1] = inner[k, 0], inner[k, 1]
    out.ends[ring] = at + len(inner)
    return 1


@_inner
def _cut(a, b, work, out, at, ring):  # type: ignore[no-untyped-def]
    found = _crossings(a, b, work)
    if found < 0:
        return -1
    if found == 0:
        return _one_in_other(a, b, out, at, ring)
    return _trace(a, b, found, work, out, at, ring)


@_outer
def _cut_all(xy, start, simple, u, v, least_m2, work, out):  # type: ignore[no-untyped-def]
    became = np.full(len(u), UNSURE, np.int8)
    rings_of_pair = np.zeros(len(u), np.intp)
    at, ring = 0, 0
    for pair in range(len(u)):
        a, b = xy[start[u[pair]] : start[u[pair] + 1]], xy[start[v[pair]] : start[v[pair] + 1]]
        needed = len(a) + len(b) + 2 * MOST_CROSSINGS
        full = at + needed > len(out.xy) or ring + MOST_CROSSINGS > len(out.ends)
        if full or not (simple[u[pair]] and simple[v[pair]]):
            continue
        made = _cut(a, b, work, out, at, ring)
        if made < 0:
            continue
        twice_m2, begin = 0.0, at
        for k in range(ring, ring + made):
            twice_m2 += _twice_area(out.xy[begin : out.ends[k]])
            begin = out.ends[k]
        if twice_m2 < 2 * least_m2:
            became[pair] = APART
            continue
        became[pair], rings_of_pair[pair] = CUT, made
        at, ring = begin, ring + made
    return became, rings_of_pair
