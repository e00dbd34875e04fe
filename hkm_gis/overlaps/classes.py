"""What kind of overlap a pair is: its width, and the first kind that fits."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import shapely
from numpy.typing import NDArray

from hkm_gis.overlaps.land import Floats, Geometries, Land
from hkm_gis.overlaps.pairs import Pairs
from hkm_gis.overlaps.shared import Shared, intersection
from hkm_gis.overlaps.threads import in_threads, together

__all__ = ["KINDS", "are_slivers", "kinds_of", "widths_of"]

KINDS = ("duplicate", "contained", "sliver", "overlap")
"""What a pair can be; the first that fits."""

SAME_LAND_SHARE = 0.95
"""Two parcels that agree on 95 % of their land are one walk handed in twice (CLI contract)."""

SHARE_DUST = 1e-9
"""The same as a share of a parcel, so that a share of exactly 0.95 counts as 0.95."""

BULGE_WIDTH_SHARE = 1.5
"""Two walks of one border part by three GPS errors somewhere along it, at one border of ten."""

SLIVER_MEAN_SHARE = 0.77
"""On average along the border they part by so much of a sliver width at one border of fifty.

The mean tells more than the widest place: errors along a border cancel out, a claim does not. Both
numbers come from ``tests/benchmarks/classes.py``, and hold for walks that err by 3 to 10 m.
"""

COARSE_M = 0.5
FINE_M = 0.005
"""How far a width may be off: reported, and where it decides between sliver and overlap."""


MANY_PARCELS = 40_000
"""From here on the compiled circles save the one to two seconds that loading them takes."""

Circles = Callable[[Geometries, float], Floats]
"""The diameter of the largest circle in each shape, too small by less than a tolerance."""


def widths_of(shared: Shared, sliver_width_m: float, of_many: int = 0) -> Floats:
    """Return the diameter of the largest circle inside each shape, to the centimetre shown.

    ``of_many`` is the number of parcels of which the shapes are shared land.
    """
    circles = _compiled_circles() if of_many >= MANY_PARCELS else _circles
    width_m = together(in_threads(lambda some: circles(some, COARSE_M), shared.land))
    # The coarse circle is up to 0.5 m too small: where that could decide, measure finely.
    doubtful = np.zeros(len(width_m), dtype=bool)
    for limit_m in (sliver_width_m, BULGE_WIDTH_SHARE * sliver_width_m):
        doubtful |= (width_m < limit_m) & (width_m > limit_m - 2 * COARSE_M)
    fine = together(in_threads(lambda some: circles(some, FINE_M), shared.land[doubtful]))
    width_m[doubtful] = fine
    return np.round(width_m, 2)


def _circles(land: Geometries, tolerance_m: float) -> Floats:
    circles = shapely.maximum_inscribed_circle(land, tolerance_m / 2)
    return np.asarray(2 * shapely.length(circles), dtype=float)


def _compiled_circles() -> Circles:
    try:
        from hkm_gis.overlaps.widest import widths_within
    except (ImportError, RuntimeError):  # no numba, or no folder to keep what it compiles
        return _circles
    return widths_within


def are_slivers(
    land: Land, pairs: Pairs, shared: Shared, width_m: Floats, sliver_width_m: float
) -> NDArray[np.bool_]:
    """Tell which shared lands two walks of one border make, that nobody claims.

    Those narrower than ``sliver_width_m``; and those that only bulge beyond it, up to
    `BULGE_WIDTH_SHARE` of it, while all along the border the two outlines share on average less
    than `SLIVER_MEAN_SHARE` of it.
    """
    slivers: NDArray[np.bool_] = width_m < sliver_width_m
    bulging = np.flatnonzero(~slivers & (width_m < BULGE_WIDTH_SHARE * sliver_width_m))
    u, v = (land.shapes[side[shared.pair[bulging]]] for side in (pairs.u, pairs.v))
    area_m2 = shared.area_m2[bulging]
    border_m = _border_m(u, v, area_m2, reach_m=sliver_width_m / 2)
    slivers[bulging] = area_m2 < SLIVER_MEAN_SHARE * sliver_width_m * border_m
    return slivers


def _border_m(u: Geometries, v: Geometries, area_m2: Floats, *, reach_m: float) -> Floats:
    """Return how long the common border of each two shapes that share ``area_m2`` is.

    It is what of one outline lies within ``reach_m``, one GPS error, of the other shape, without
    that reach at both ends. Half of the hull round it is its length without the jags of the walk,
    and the mean width of the shared land.
    """

    def halves_m(some: Geometries, others: Geometries) -> Floats:
        near = shapely.buffer(others, reach_m, quad_segs=4)
        line = intersection(shapely.boundary(some), near)
        # Where two shapes meet at places far apart, nothing between them is border.
        return np.minimum(shapely.length(shapely.convex_hull(line)) / 2, shapely.length(line))

    both = [together(in_threads(halves_m, *sides)).astype(float) for sides in ((u, v), (v, u))]
    half_m = np.maximum(sum(both) / 2 - 2 * reach_m, 0)
    return (half_m + np.sqrt(np.maximum(half_m**2 - 4 * area_m2, 0))) / 2


def kinds_of(
    land: Land, pairs: Pairs, shared: Shared, slivers: NDArray[np.bool_]
) -> NDArray[np.object_]:
    """Return the kind of each shared land; ``slivers`` as `are_slivers` tells them."""
    area_u_m2 = land.area_m2[pairs.u[shared.pair]]
    area_v_m2 = land.area_m2[pairs.v[shared.pair]]
    least_share = SAME_LAND_SHARE - SHARE_DUST
    duplicate = shared.area_m2 >= least_share * (area_u_m2 + area_v_m2 - shared.area_m2)
    contained = shared.area_m2 >= least_share * np.minimum(area_u_m2, area_v_m2)
    return np.select([duplicate, contained, slivers], KINDS[:3], KINDS[3]).astype(object)
