"""Every pair of parcels that shares land, as a table."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from hkm_gis.errors import TableError
from hkm_gis.overlaps.classes import are_slivers, kinds_of, widths_of
from hkm_gis.overlaps.land import Floats, Indices, Land, land_of
from hkm_gis.overlaps.pairs import Pairs, pairs_of
from hkm_gis.overlaps.shared import Shared, shared_land
from hkm_gis.overlaps.threads import in_threads, together
from hkm_gis.parcels import require_columns
from hkm_gis.plane import M2_PER_HA, from_plane

__all__ = ["BETWEEN", "find_overlaps"]

BETWEEN = ("parcels", "households", "groups")
"""Whose overlaps are looked for: all, or only those between two households or two groups."""


def find_overlaps(
    parcels: gpd.GeoDataFrame,
    *,
    between: str = "parcels",
    min_area_m2: float = 1.0,
    classify: bool = True,
    sliver_width_m: float = 10.0,
    of_many: int | None = None,
    on_plane: NDArray[Any] | None = None,
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
        Shared land narrower than this is a sliver, twice the error of the walks. So is what only
        bulges to half as much again, but along the whole border is on average less than 0.77 of
        it wide: that too is what two walks of one border make.
    of_many
        From how many parcels these were taken, if not these are all: their widths are then
        measured as among all of them, to the last digit.
    on_plane
        The land of the parcels as `land_on_plane` returns it; computed where not given.

    Returns
    -------
    GeoDataFrame
        ``parcel_a`` (first in reading order), ``parcel_b``, ``group_a``, ``group_b``,
        ``household_a``, ``household_b``, ``area_m2`` and ``area_ha`` (on the equal-area plane),
        ``share_a`` and ``share_b`` (of each parcel, 0 to 1), ``width_m`` (diameter of the
        largest circle in the shared land, to 0.5 m), ``kind`` and ``geometry`` (that land),
        by reading order of the first parcel, then of the second. Kinds, the first that fits:
        ``duplicate`` (intersection over union ≥ 0.95), ``contained`` (≥ 0.95 of the smaller one),
        ``sliver`` (narrower than ``sliver_width_m``, see there), ``overlap``. Without ``classify``
        there is no ``width_m`` and no ``kind``.

    Raises
    ------
    TableError
        A column or the coordinate system is missing, or ``between`` is none of its words.

    Examples
    --------
    Two neighbours that share an edge do not overlap; two hectares pushed 20 m together do.

    >>> import shapely
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
    land = land_of(parcels, on_plane)
    pairs = pairs_of(land, parcels, between, min_area_m2)
    shared = shared_land(land, pairs, min_area_m2)
    found, row = _table(parcels, land, pairs, shared)
    if classify:
        many = len(parcels) if of_many is None else of_many
        width_m = widths_of(shared, sliver_width_m, many)
        slivers = are_slivers(land, pairs, shared, width_m, sliver_width_m)
        found["width_m"] = width_m[row]
        found["kind"] = kinds_of(land, pairs, shared, slivers)[row]
    lonlat = together(in_threads(from_plane, shared.land))
    return gpd.GeoDataFrame(found, geometry=lonlat[row], crs=4326)


def _require(parcels: gpd.GeoDataFrame, between: str) -> None:
    require_columns(parcels, ("parcel_id", "group", "household", "geometry"))
    if between not in BETWEEN:
        raise TableError("between_unknown", words=BETWEEN)


def _table(
    parcels: gpd.GeoDataFrame, land: Land, pairs: Pairs, shared: Shared
) -> tuple[dict[str, Any], Indices]:
    """Return the columns that need no classes, and for each row its place in ``shared``."""
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
    return columns, row


def _share(area_m2: Floats, of_m2: Floats) -> Floats:
    return np.minimum(area_m2 / of_m2, 1.0)
