"""Who overlaps whom: every pair of parcels that shares land, where, how much and how wide."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from hkm_gis.errors import TableError
from hkm_gis.parcels import require_columns
from hkm_gis.plane import M2_PER_HA, from_plane, land_on_plane, polygonal

__all__ = ["BETWEEN", "KINDS", "find_overlaps"]

BETWEEN = ("parcels", "households", "groups")
"""Whose overlaps are looked for: all, or only those between two households or two groups."""

KINDS = ("duplicate", "contained", "sliver", "overlap")
"""What a pair can be; the first that fits."""

SAME_LAND_SHARE = 0.95
"""Two parcels that agree on 95 % of their land are one walk handed in twice (CLI contract)."""

DUST_M2 = 1e-6
"""Degrees carry 1e-9 m; over an edge of 1 km that is the area by which two equal edges differ."""

SHARE_DUST = 1e-9
"""The same as a share of a parcel, so that a share of exactly 0.95 counts as 0.95."""

COARSE_M = 0.5
FINE_M = 0.005
"""How far a width may be off: reported, and where it decides between sliver and overlap."""

CHUNK = 1000
"""Pairs that one thread takes at a time; GEOS lets go of the interpreter while it works."""

T = TypeVar("T")
Indices = NDArray[np.intp]
Floats = NDArray[np.float64]
Geometries = NDArray[Any]


def find_overlaps(
    parcels: gpd.GeoDataFrame,
    *,
    between: str = "parcels",
    min_area_m2: float = 1.0,
    classify: bool = True,
    sliver_width_m: float = 10.0,
) -> gpd.GeoDataFrame:
    """Return one row for each pair of parcels that shares land.

    Parameters
    ----------
    parcels
        Parcels in EPSG:4326 with ``parcel_id``, ``group``, ``household`` and ``geometry``.
        Broken geometry is mended for the calculation, missing geometry shares nothing.
    between
        ``"parcels"`` for all pairs; ``"households"`` or ``"groups"`` leaves out pairs of the same
        household or group. Parcels whose household or group is not known belong to nobody.
    min_area_m2
        Pairs that share less land than this are left out. Land that only touches is no pair.
    classify
        Whether to measure the width and name the kind, which takes as long as all the rest.
    sliver_width_m
        Shared land narrower than this is a sliver.

    Returns
    -------
    GeoDataFrame
        ``parcel_a`` (first in reading order), ``parcel_b``, ``group_a``, ``group_b``,
        ``household_a``, ``household_b``, ``area_m2`` and ``area_ha`` (on the equal-area plane),
        ``share_a`` and ``share_b`` (of each parcel, 0 to 1), ``width_m`` (diameter of the
        largest circle in the shared land, to 0.5 m), ``kind`` and ``geometry`` (that land),
        by reading order of the first parcel, then of the second. Kinds, the first that fits:
        ``duplicate`` (intersection over union ≥ 0.95), ``contained`` (≥ 0.95 of the smaller one),
        ``sliver`` (narrower than ``sliver_width_m``), ``overlap``. Without ``classify`` there is no
        ``width_m`` and no ``kind``.

    Raises
    ------
    TableError
        A column or the coordinate system is missing, or ``between`` is none of its words.

    Examples
    --------
    Two neighbours that share an edge do not overlap; two hectares pushed 20 m together do.

    >>> from hkm_gis.plane import from_plane
    >>> squares = from_plane([shapely.box(x, 0, x + 100, 100) for x in (0, 100, 180)])
    >>> table = {"parcel_id": ["a", "b", "c"], "group": "Lestari", "household": ["1", "2", "3"]}
    >>> found = find_overlaps(gpd.GeoDataFrame(table, geometry=squares, crs=4326))
    >>> found[["parcel_a", "parcel_b", "kind"]].values.tolist()
    [['b', 'c', 'overlap']]
    >>> float(found["area_m2"].iloc[0].round(3))
    2000.0
    """
    _require(parcels, between)
    land = _land(parcels)
    pairs = _pairs(land, parcels, between, min_area_m2)
    shared = _shared(land, pairs, min_area_m2)
    return _table(parcels, land, pairs, shared, sliver_width_m if classify else None)


@dataclass(frozen=True, slots=True)
class _Land:
    """The different shapes among the parcels, on the plane, near ones near in the list.

    One walk is often handed in twice: equal parcels are one shape, and are compared once.
    """

    shapes: Geometries
    area_m2: Floats
    bounds_m: Floats
    shape_of: Indices
    """For each parcel its shape; -1 where it has no land."""


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Shapes u and v that may share land, and the pairs of parcels that have those shapes."""

    u: Indices
    v: Indices
    a: Indices
    b: Indices
    """Parcels, a before b in reading order."""
    shapes: Indices
    """For each pair of parcels its place in u and v."""


@dataclass(frozen=True, slots=True)
class _Shared:
    """The pairs of shapes that do share land, and that land on the plane."""

    pair: Indices
    """Place in `_Pairs.u` and `_Pairs.v`, ascending."""
    land: Geometries
    area_m2: Floats


def _require(parcels: gpd.GeoDataFrame, between: str) -> None:
    require_columns(parcels, ("parcel_id", "group", "household", "geometry"))
    if between not in BETWEEN:
        raise TableError("between_unknown", words=BETWEEN)


def _land(parcels: gpd.GeoDataFrame) -> _Land:
    lonlat = np.asarray(parcels.geometry.values, dtype=object)
    first, shape_of = _distinct(lonlat)
    shapes = _together(_in_threads(land_on_plane, lonlat[first]))
    there = np.flatnonzero(shapely.area(shapes) > 0)
    # Along a Hilbert curve neighbours in the land are neighbours in memory.
    along = gpd.GeoSeries(shapes[there]).hilbert_distance().to_numpy() if len(there) else there
    order = there[np.argsort(along, kind="stable")]
    place = np.full(len(shapes), -1)
    place[order] = np.arange(len(order))
    shapes = shapes[order]
    return _Land(shapes, shapely.area(shapes), shapely.bounds(shapes), place[shape_of])


def _distinct(lonlat: Geometries) -> tuple[Indices, Indices]:
    """Return the first parcel of each distinct shape, and for each parcel its shape."""
    same = np.arange(len(lonlat))
    # Equal shapes have equal western edges, so the content of few parcels has to be compared.
    west_deg = pd.Series(shapely.bounds(lonlat)[:, 0])
    twins = np.flatnonzero(west_deg.duplicated(keep=False))
    content, _ = pd.factorize(shapely.to_wkb(lonlat[twins]), use_na_sentinel=False)
    _, first = np.unique(content, return_index=True)
    same[twins] = twins[first][content]
    return np.unique(same, return_inverse=True)


def _pairs(land: _Land, parcels: gpd.GeoDataFrame, between: str, min_area_m2: float) -> _Pairs:
    u, v = _near(land, min_area_m2)
    members = np.argsort(land.shape_of, kind="stable")[np.count_nonzero(land.shape_of < 0) :]
    count = np.bincount(land.shape_of[members], minlength=len(land.shapes))
    twins = np.flatnonzero(count > 1)
    u, v = np.concatenate([u, twins]), np.concatenate([v, twins])
    shapes, a, b = _parcels_of(u, v, members, count)
    wanted = (u[shapes] != v[shapes]) | (a < b)
    if between != "parcels":
        wanted &= ~_same_owner(parcels[between.removesuffix("s")], a, b)
    a, b = a[wanted], b[wanted]
    used, shapes = np.unique(shapes[wanted], return_inverse=True)
    return _Pairs(u[used], v[used], np.minimum(a, b), np.maximum(a, b), shapes)


def _near(land: _Land, min_area_m2: float) -> tuple[Indices, Indices]:
    u, v = shapely.STRtree(land.shapes).query(land.shapes)
    u, v = u[u < v], v[u < v]
    west, south, east, north = land.bounds_m.T
    width_m = np.minimum(east[u], east[v]) - np.maximum(west[u], west[v])
    height_m = np.minimum(north[u], north[v]) - np.maximum(south[u], south[v])
    room = (width_m > 0) & (height_m > 0) & (width_m * height_m >= min_area_m2 - DUST_M2)
    return u[room], v[room]


def _parcels_of(
    u: Indices, v: Indices, members: Indices, count: Indices
) -> tuple[Indices, Indices, Indices]:
    """Return every parcel of shape u with every parcel of shape v: pair, parcel, parcel."""
    start = np.cumsum(count) - count
    many = count[u] * count[v]
    pair = np.repeat(np.arange(len(u)), many)
    nth = np.arange(len(pair)) - np.repeat(np.cumsum(many) - many, many)
    of_u, of_v = np.divmod(nth, count[v][pair])
    return pair, members[start[u][pair] + of_u], members[start[v][pair] + of_v]


def _same_owner(owners: pd.Series, a: Indices, b: Indices) -> NDArray[np.bool_]:
    names = owners.astype("string").fillna("").str.strip()
    code, known = pd.factorize(names)
    nobody = np.append(known == "", True)
    same: NDArray[np.bool_] = (code[a] == code[b]) & ~nobody[code[a]]
    return same


def _shared(land: _Land, pairs: _Pairs, min_area_m2: float) -> _Shared:
    least_m2 = max(min_area_m2 - DUST_M2, DUST_M2)

    def share(u: Indices, v: Indices) -> tuple[NDArray[np.bool_], Geometries, Floats]:
        common = _intersection(land.shapes[u], land.shapes[v])
        area_m2 = shapely.area(common)
        enough = area_m2 >= least_m2
        return enough, polygonal(common[enough]), area_m2[enough]

    parts = _in_threads(share, pairs.u, pairs.v)
    enough, common, area_m2 = (_together([part[k] for part in parts]) for k in range(3))
    return _Shared(np.flatnonzero(enough), common, area_m2)


def _intersection(a: Geometries, b: Geometries) -> Geometries:
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


def _table(
    parcels: gpd.GeoDataFrame,
    land: _Land,
    pairs: _Pairs,
    shared: _Shared,
    sliver_width_m: float | None,
) -> gpd.GeoDataFrame:
    place = np.full(len(pairs.u), -1)
    place[shared.pair] = np.arange(len(shared.pair))
    hit = np.flatnonzero(place[pairs.shapes] >= 0)
    hit = hit[np.lexsort((pairs.b[hit], pairs.a[hit]))]
    a, b, row = pairs.a[hit], pairs.b[hit], place[pairs.shapes[hit]]
    area_m2 = shared.area_m2[row]
    columns: dict[str, Any] = {}
    for column in ("parcel_id", "group", "household"):
        values, word = parcels[column].array, column.removesuffix("_id")
        columns[f"{word}_a"], columns[f"{word}_b"] = values[a], values[b]
    columns["area_m2"] = area_m2
    columns["area_ha"] = area_m2 / M2_PER_HA
    columns["share_a"] = _share(area_m2, land.area_m2[land.shape_of[a]])
    columns["share_b"] = _share(area_m2, land.area_m2[land.shape_of[b]])
    if sliver_width_m is not None:
        width_m = _widths(shared, sliver_width_m)
        columns["width_m"] = width_m[row]
        columns["kind"] = _kinds(land, pairs, shared, width_m < sliver_width_m)[row]
    lonlat = _together(_in_threads(from_plane, shared.land))
    return gpd.GeoDataFrame(columns, geometry=lonlat[row], crs=4326)


def _share(area_m2: Floats, of_m2: Floats) -> Floats:
    return np.minimum(area_m2 / of_m2, 1.0)


def _widths(shared: _Shared, sliver_width_m: float) -> Floats:
    """Return the diameter of the largest circle inside each shape, to the centimetre shown."""
    width_m = _circles(shared.land, COARSE_M)
    # The coarse circle is up to 0.5 m too small: where that could make a sliver of an overlap,
    # measure finely.
    doubtful = np.flatnonzero(
        (width_m < sliver_width_m) & (width_m > sliver_width_m - 2 * COARSE_M)
    )
    width_m[doubtful] = _circles(shared.land[doubtful], FINE_M)
    return np.round(width_m, 2)


def _circles(land: Geometries, tolerance_m: float) -> Floats:
    def diameters(some: Geometries) -> Floats:
        return 2 * shapely.length(shapely.maximum_inscribed_circle(some, tolerance_m / 2))

    return _together(_in_threads(diameters, land)).astype(float)


def _kinds(
    land: _Land, pairs: _Pairs, shared: _Shared, narrow: NDArray[np.bool_]
) -> NDArray[np.object_]:
    area_u_m2 = land.area_m2[pairs.u[shared.pair]]
    area_v_m2 = land.area_m2[pairs.v[shared.pair]]
    least_share = SAME_LAND_SHARE - SHARE_DUST
    duplicate = shared.area_m2 >= least_share * (area_u_m2 + area_v_m2 - shared.area_m2)
    contained = shared.area_m2 >= least_share * np.minimum(area_u_m2, area_v_m2)
    return np.select([duplicate, contained, narrow], KINDS[:3], KINDS[3]).astype(object)


def _in_threads(work: Callable[..., T], *arrays: NDArray[Any]) -> list[T]:
    """Return what ``work`` makes of each chunk of the arrays, in order."""
    starts = range(0, max(len(arrays[0]), 1), CHUNK)
    chunks = [[array[start : start + CHUNK] for array in arrays] for start in starts]
    if len(chunks) == 1:
        return [work(*chunks[0])]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(lambda chunk: work(*chunk), chunks))


def _together(parts: list[NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate(parts)
