"""The land that two shapes share, where they share enough of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from hkm_gis.overlaps.land import DUST_M2, Floats, Geometries, Indices, Land
from hkm_gis.overlaps.pairs import Pairs
from hkm_gis.overlaps.threads import in_threads, together
from hkm_gis.plane import polygonal

__all__ = ["Shared", "intersection", "shared_land"]

MANY_PAIRS = 100_000
"""From here on the compiled way saves the one to two seconds that loading it takes."""


@dataclass(frozen=True, slots=True)
class Shared:
    """The pairs of shapes that do share land, and that land on the plane."""

    pair: Indices
    """Place in `Pairs.u` and `Pairs.v`, ascending."""
    land: Geometries
    area_m2: Floats


def shared_land(land: Land, pairs: Pairs, min_area_m2: float) -> Shared:
    """Return what each pair of shapes shares, where it is at least ``min_area_m2``."""
    least_m2 = max(min_area_m2 - DUST_M2, DUST_M2)
    cut = _cutter(land, pairs)

    def share(u: Indices, v: Indices) -> tuple[NDArray[np.bool_], Geometries, Floats]:
        common = cut(u, v, least_m2)
        area_m2 = shapely.area(common)
        enough = area_m2 >= least_m2
        # The same corners in the same order, whoever cut them.
        return enough, shapely.normalize(polygonal(common[enough])), area_m2[enough]

    parts = in_threads(share, pairs.u, pairs.v)
    enough, common, area_m2 = (together([part[k] for part in parts]) for k in range(3))
    return Shared(np.flatnonzero(enough), common, area_m2)


Cut = Callable[[Indices, Indices, float], Geometries]
"""What shapes u and v share; where it is less than so many m², it may be None."""


def _cutter(land: Land, pairs: Pairs) -> Cut:
    compiled = _compiled_cutter(land) if len(pairs.u) >= MANY_PAIRS else None
    return compiled or (lambda u, v, _: intersection(land.shapes[u], land.shapes[v]))


def _compiled_cutter(land: Land) -> Cut | None:
    try:
        from hkm_gis.overlaps.compiled import UNSURE, cut_pairs, outlines_of
    except (ImportError, RuntimeError):  # no numba, or no folder to keep what it compiles
        return None
    outlines = outlines_of(land.shapes)

    def cut(u: Indices, v: Indices, least_m2: float) -> Geometries:
        became, common = cut_pairs(outlines, u, v, least_m2)
        unsure = np.flatnonzero(became == UNSURE)
        common[unsure] = intersection(land.shapes[u[unsure]], land.shapes[v[unsure]])
        return common

    return cut


def intersection(a: Geometries, b: Geometries) -> Geometries:
    """Return what each pair has in common, also where GEOS fails on one of them."""
    try:
        common: Geometries = shapely.intersection(a, b)
    except shapely.GEOSException:
        # One pair that GEOS cannot do must not cost the other 999: take them one by one.
        common = np.array([_stubborn(*pair) for pair in zip(a, b, strict=True)], dtype=object)
    return common


def _stubborn(a: BaseGeometry, b: BaseGeometry) -> BaseGeometry:
    try:
        return shapely.intersection(a, b)
    except shapely.GEOSException:
        # On a grid of 0.1 mm GEOS rounds as it goes and does not fail.
        return shapely.intersection(a, b, grid_size=1e-4)
