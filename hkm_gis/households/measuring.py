"""The land of each row of the sums in m², cut into parts that do not overlap."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from hkm_gis.households.claims import Claims
from hkm_gis.overlaps.threads import in_threads, together
from hkm_gis.plane import land_on_plane, polygonal

__all__ = ["Parts", "measure_land", "sum_by"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Geometries = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Parts:
    """The land of each row in m²."""

    gross_m2: Floats
    outside_m2: Floats
    shared_m2: Floats
    disputed_m2: Floats
    joint_m2: Floats
    """Land of the row in parcels that it holds together with others."""
    counted_once: Floats
    """Land of the row as a share of the sum of its parcels."""

    @property
    def sliver_m2(self) -> Floats:
        """Land that others claim by slivers only."""
        return self.shared_m2 - self.disputed_m2

    @property
    def net_m2(self) -> Floats:
        """Land inside the forest that nobody else claims."""
        return self.gross_m2 - self.outside_m2 - self.shared_m2


@dataclass(frozen=True, slots=True)
class _Common:
    """Land that two parcels have in common, on the plane."""

    a: Indices
    b: Indices
    """Places of the parcels, a before b."""
    land: Geometries

    def where(self, chosen: NDArray[np.bool_]) -> _Common:
        return _Common(self.a[chosen], self.b[chosen], self.land[chosen])


@dataclass(frozen=True, slots=True)
class _Shared:
    """Land that two claims have in common, and whose dispute it is."""

    common: _Common
    against_a: NDArray[np.bool_]
    """The parcel of b is not held by the owner of a."""
    against_b: NDArray[np.bool_]
    is_sliver: NDArray[np.bool_]

    def where(self, chosen: NDArray[np.bool_]) -> _Shared:
        return _Shared(
            self.common.where(chosen),
            self.against_a[chosen],
            self.against_b[chosen],
            self.is_sliver[chosen],
        )


def measure_land(
    parcels: gpd.GeoDataFrame, outside: Geometries, pairs: gpd.GeoDataFrame, claims: Claims
) -> Parts:
    """Measure the land of each row of the sums.

    ``outside`` is the part of each parcel outside the forest, ``pairs`` the land that two parcels
    share, as `find_overlaps` returns it with its kinds.
    """
    count, unit = claims.units, claims.unit
    land = land_on_plane(parcels.geometry.array)[claims.parcel]
    out = land_on_plane(outside)[claims.parcel]
    shared = _shared(parcels, pairs, claims)
    twice = _in_common(land, *_neighbours(land, unit), shared.common)
    twice = twice.where(shapely.area(twice.land) > 0)
    gross_m2 = _united_m2(land, twice, unit, count)
    outside_m2 = _united_m2(out, _in_common(out, twice.a, twice.b), unit, count)
    inside = replace(shared, common=_without(shared.common, out, land))
    shared_m2 = _claimed_m2(inside, twice, unit, count)
    disputed_m2 = _claimed_m2(inside.where(~inside.is_sliver), twice, unit, count)
    total_m2 = sum_by(unit, shapely.area(land), count)
    once = np.divide(gross_m2, total_m2, out=np.ones(count), where=total_m2 > 0)
    joint_m2 = _joint_m2(land, twice, claims)
    return Parts(gross_m2, outside_m2, shared_m2, disputed_m2, joint_m2, once)


def _joint_m2(land: Geometries, twice: _Common, claims: Claims) -> Floats:
    if not claims.is_shared:
        return np.zeros(claims.units)
    alone = np.bincount(claims.parcel)[claims.parcel] == 1
    joint = land.copy()
    joint[alone] = shapely.Polygon()
    common = _in_common(joint, twice.a, twice.b)
    return _united_m2(joint, common, claims.unit, claims.units)


def _shared(parcels: gpd.GeoDataFrame, pairs: gpd.GeoDataFrame, claims: Claims) -> _Shared:
    """Return the pairs of these parcels, each claim of one with each claim of the other."""
    place = pd.Index(parcels["parcel_id"])
    a, b = place.get_indexer(pairs["parcel_a"]), place.get_indexer(pairs["parcel_b"])
    here = (a >= 0) & (b >= 0)
    a, b = np.minimum(a, b)[here], np.maximum(a, b)[here]
    pair, claim_a, claim_b = _each_claim(a, b, claims)
    land = land_on_plane(pairs.geometry.array[here])[pair]
    common = _Common(claim_a, claim_b, land)
    sliver = np.asarray(pairs["kind"] == "sliver", dtype=bool)[here][pair]
    return _Shared(common, *_against(common, claims), sliver)


def _each_claim(a: Indices, b: Indices, claims: Claims) -> tuple[Indices, Indices, Indices]:
    """Return for each pair of parcels every claim of a with every claim of b."""
    if not claims.is_shared:
        return np.arange(len(a)), a, b
    times = np.bincount(claims.parcel)
    start = np.cumsum(times) - times
    many = times[a] * times[b]
    pair = np.repeat(np.arange(len(a)), many)
    nth = np.arange(len(pair)) - np.repeat(np.cumsum(many) - many, many)
    of_a, of_b = np.divmod(nth, times[b][pair])
    return pair, start[a][pair] + of_a, start[b][pair] + of_b


def _against(common: _Common, claims: Claims) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Tell for each pair whether the owner of one claim has no claim to the other's parcel."""
    known = claims.parcel * (int(claims.owner.max(initial=0)) + 1) + claims.owner
    reach = int(claims.owner.max(initial=0)) + 1

    def lacks(one: Indices, other: Indices) -> NDArray[np.bool_]:
        wanted = claims.parcel[other] * reach + claims.owner[one]
        return ~np.isin(wanted, known)

    return lacks(common.a, common.b), lacks(common.b, common.a)


def _neighbours(land: Geometries, unit: Indices) -> tuple[Indices, Indices]:
    """Return every pair of parcels of one row that may share land, the first one first."""
    several = np.flatnonzero(np.bincount(unit)[unit] > 1) if len(unit) else np.empty(0, np.intp)
    a, b = shapely.STRtree(land[several]).query(land[several])
    a, b = several[a[a < b]], several[b[a < b]]
    same = unit[a] == unit[b]
    a, b = a[same], b[same]
    # The tree gives them in an order that hangs on all land; unions are to hang on their own.
    order = np.lexsort((a, b))
    return a[order], b[order]


def _in_common(land: Geometries, a: Indices, b: Indices, known: _Common | None = None) -> _Common:
    """Return what each pair has in common, cut only where it is not known."""
    common: Geometries = np.full(len(a), shapely.Polygon(), dtype=object)
    there = np.full(len(a), -1)
    if known is not None:
        pair = pd.MultiIndex.from_arrays([known.a, known.b])
        there = pair.get_indexer(pd.MultiIndex.from_arrays([a, b]))
        common[there >= 0] = known.land[there[there >= 0]]
    new = np.flatnonzero(there < 0)
    new = new[~(shapely.is_empty(land[a[new]]) | shapely.is_empty(land[b[new]]))]
    common[new] = together(in_threads(_intersection, land[a[new]], land[b[new]]))
    return _Common(a, b, common)


def _intersection(land: Geometries, other: Geometries) -> Geometries:
    return polygonal(shapely.intersection(land, other))


def _claimed_m2(shared: _Shared, twice: _Common, unit: Indices, count: int) -> Floats:
    common, a, b = shared.common, shared.against_a, shared.against_b
    key = np.concatenate([common.a[a], common.b[b]])
    land = _union_by(key, np.concatenate([common.land[a], common.land[b]]), len(unit))
    # All that two parcels have in common is claimed if their pair is, so it need not be cut again.
    return _united_m2(land, _in_common(land, twice.a, twice.b, common.where(a & b)), unit, count)


def _united_m2(land: Geometries, twice: _Common, unit: Indices, count: int) -> Floats:
    # A parcel adds to its row what no earlier parcel of the row has. So only the small pieces
    # that it has in common with those have to be united, never the land of a whole group.
    known_m2 = shapely.area(_union_by(twice.b, twice.land, len(land)))
    return sum_by(unit, shapely.area(land) - known_m2, count)


def _without(common: _Common, out: Geometries, land: Geometries) -> _Common:
    pieces, out, whole = common.land.copy(), out[common.a], land[common.a]
    cut = np.flatnonzero(~shapely.is_empty(out))
    # Of a parcel that lies outside as a whole nothing is left.
    gone = shapely.equals_identical(out[cut], whole[cut])
    pieces[cut[gone]] = shapely.Polygon()
    cut = cut[~gone]
    pieces[cut] = together(in_threads(shapely.difference, pieces[cut], out[cut]))
    return replace(common, land=pieces)


def _union_by(keys: Indices, pieces: Geometries, count: int) -> Geometries:
    """Unite the pieces of each key, all keys with equally many pieces in one call."""
    united = np.full(count, shapely.Polygon(), dtype=object)
    order = np.argsort(keys, kind="stable")
    found, first, sizes = np.unique(keys[order], return_index=True, return_counts=True)
    for size in np.unique(sizes):
        alike = sizes == size
        rows = order[first[alike][:, None] + np.arange(size)]
        united[found[alike]] = together(in_threads(_united, pieces[rows]))
    return united


def _united(pieces: Geometries) -> Geometries:
    """Unite each row; a row whose pieces lie apart is only put together, which costs nothing."""
    united = np.full(len(pieces), shapely.Polygon(), dtype=object)
    close = _come_close(shapely.bounds(pieces))
    # Most of the pieces round a parcel touch only one or two others: those are united, in half
    # the time that uniting all takes.
    united[close] = shapely.disjoint_subset_union_all(pieces[close], axis=1)
    apart = np.flatnonzero(~close)
    parts, piece = shapely.get_parts(pieces[apart].ravel(), return_index=True)
    land = shapely.area(parts) > 0
    rows, row = np.unique(piece[land] // max(pieces.shape[1], 1), return_inverse=True)
    if len(rows):
        united[apart[rows]] = shapely.multipolygons(parts[land], indices=row)
    return united


def _come_close(bounds: Floats) -> NDArray[np.bool_]:
    """Tell in which rows (n, pieces, 4) the boxes of two pieces touch; an empty one has none."""
    close = np.zeros(len(bounds), dtype=bool)
    low, high = bounds[:, :, :2], bounds[:, :, 2:]
    for i, j in combinations(range(bounds.shape[1]), 2):
        close |= ((low[:, i] <= high[:, j]) & (low[:, j] <= high[:, i])).all(axis=1)
    return close


def sum_by(keys: Indices, values: Floats, count: int) -> Floats:
    """Return the sum of the values of each key from 0 to ``count``."""
    return np.bincount(keys, weights=values, minlength=count).astype(np.float64)
