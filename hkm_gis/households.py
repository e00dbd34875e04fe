"""Hectares per parcel, household and group: gross, outside, shared, disputed, net."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

from hkm_gis.errors import TableError
from hkm_gis.forest import Forest, land_outside
from hkm_gis.overlaps import find_overlaps
from hkm_gis.parcels import require_columns
from hkm_gis.plane import M2_PER_HA, land_on_plane, polygonal

__all__ = ["BY", "HOUSEHOLD_COLUMNS", "sum_households"]

BY = ("parcel", "household", "group", "district")
"""What one row of the sums may stand for."""

HOUSEHOLD_COLUMNS = (
    "group",
    "household",
    "member",
    "parcels",
    "gross_ha",
    "outside_ha",
    "disputed_ha",
    "sliver_ha",
    "net_ha",
    "uncertainty_ha",
)

CHUNK = 1000
"""Geometries that one thread takes at a time; GEOS lets go of the interpreter while it works."""

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Geometries = NDArray[Any]


def sum_households(
    parcels: gpd.GeoDataFrame,
    forest: Forest | BaseGeometry | None = None,
    *,
    by: str = "household",
    overlaps: gpd.GeoDataFrame | None = None,
    cultivated_ha: ArrayLike | None = None,
) -> pd.DataFrame:
    """Add up the hectares of each parcel, household, group or district.

    The land of a row is the union of its parcels, so land walked twice counts once. It is cut into
    four parts that do not overlap: outside the forest; inside and shared with another household;
    inside and shared with another household only by slivers; and the rest, which is net. So
    ``gross_ha = outside_ha + disputed_ha + sliver_ha + net_ha``.

    Parameters
    ----------
    parcels
        Parcels in EPSG:4326 with ``parcel_id``, ``group``, ``household`` and ``geometry``;
        ``member``, ``uncertainty_ha`` and ``district`` are used where they are there.
        The same household in two groups is one row, which names both groups. Parcels without a
        household are each their own.
    forest
        The forest (or its land in lon/lat). Without it nothing counts as outside.
    by
        What one row stands for: ``parcel``, ``household``, ``group`` or ``district``.
        Land that two households of one group share stays disputed in the sum of the group, and
        so does land that one household has in two groups.
    overlaps
        What `find_overlaps` returned for these parcels, with classes; computed where not given.
        Shared land below its smallest area is nobody's dispute.
    cultivated_ha
        Cultivated hectares of each parcel, in the order of ``parcels``. Where the parcels of a row
        overlap each other, their sum is reduced by the share of the land that was counted twice.

    Returns
    -------
    DataFrame
        Columns `HOUSEHOLD_COLUMNS` (and ``cultivated_ha`` if given), in reading order.
        ``parcels`` is their number; ``member`` names the people, ``;`` between them.
        ``uncertainty_ha`` is the root of the sum of the squares of the parcels' own, as walks are
        independent; NaN where that of one parcel is not known. By parcel the first column is
        ``parcel_id``. By group and district ``household`` and ``member`` are empty and the last
        column ``households`` is their number; by district the first column is ``district``
        and ``group`` names the groups.

    Raises
    ------
    TableError
        A column or the coordinate system is missing, or ``by`` is none of its words.

    Examples
    --------
    One hectare walked twice by one household is one hectare.

    >>> from hkm_gis.plane import from_plane
    >>> walks = from_plane([shapely.box(0, 0, 100, 100)] * 2)
    >>> table = {"parcel_id": ["a", "b"], "group": "Lestari", "household": "L-K001"}
    >>> sums = sum_households(gpd.GeoDataFrame(table, geometry=walks, crs=4326))
    >>> sums[["parcels", "gross_ha", "net_ha"]].round(6).values.tolist()
    [[2.0, 1.0, 1.0]]
    """
    _require(parcels, by)
    pairs = find_overlaps(parcels) if overlaps is None else overlaps
    owner = _owners(parcels, by)
    unit = _units(parcels, owner, by)
    parts = _measure(parcels, land_outside(parcels, forest), pairs, owner, unit)
    table = _names(parcels, owner, unit, by)
    for part in ("gross", "outside", "disputed", "sliver", "net"):
        table[f"{part}_ha"] = getattr(parts, f"{part}_m2") / M2_PER_HA
    table["uncertainty_ha"] = _uncertainty_ha(parcels, unit)
    if cultivated_ha is not None:
        covered = np.asarray(cultivated_ha, dtype=float)
        table["cultivated_ha"] = _sum_by(unit, covered, len(table)) * parts.counted_once
    return _arranged(table, by)


@dataclass(frozen=True, slots=True)
class _Parts:
    """The land of each row in m²."""

    gross_m2: Floats
    outside_m2: Floats
    shared_m2: Floats
    disputed_m2: Floats
    counted_once: Floats
    """Land of the row as a share of the sum of its parcels."""

    @property
    def sliver_m2(self) -> Floats:
        return self.shared_m2 - self.disputed_m2

    @property
    def net_m2(self) -> Floats:
        return self.gross_m2 - self.outside_m2 - self.shared_m2


def _require(parcels: gpd.GeoDataFrame, by: str) -> None:
    require_columns(parcels, ("parcel_id", "group", "household", "geometry"))
    if by not in BY:
        raise TableError("by_unknown", words=BY)


def _owners(parcels: gpd.GeoDataFrame, by: str) -> Indices:
    """Return the number of each parcel's household; a parcel without one is its own."""
    household = parcels["household"].fillna("").astype(str)
    keys = household.where(household != "", "\0" + parcels["parcel_id"].astype(str))
    if by in {"group", "district"}:
        # Land that one household gave to two groups is disputed between the groups.
        keys = parcels["group"].fillna("").astype(str) + "\0" + keys
    return _numbered(keys)


def _units(parcels: gpd.GeoDataFrame, owner: Indices, by: str) -> Indices:
    if by == "parcel":
        return np.arange(len(parcels))
    if by == "household":
        return owner
    return _numbered(_district(parcels) if by == "district" else parcels["group"].fillna(""))


def _district(parcels: gpd.GeoDataFrame) -> pd.Series:
    known = "district" in parcels.columns
    names = parcels["district"].fillna("") if known else [""] * len(parcels)
    return pd.Series(names, index=parcels.index, dtype=object)


def _numbered(keys: pd.Series) -> Indices:
    codes, _ = pd.factorize(keys.to_numpy(dtype=object))
    return codes.astype(np.intp)


@dataclass(frozen=True, slots=True)
class _Common:
    """Land that two parcels have in common, on the plane."""

    a: Indices
    b: Indices
    """Places of the parcels, a before b."""
    land: Geometries

    def where(self, chosen: NDArray[np.bool_]) -> _Common:
        return _Common(self.a[chosen], self.b[chosen], self.land[chosen])


def _measure(
    parcels: gpd.GeoDataFrame,
    outside: Geometries,
    pairs: gpd.GeoDataFrame,
    owner: Indices,
    unit: Indices,
) -> _Parts:
    count = int(unit.max()) + 1 if len(unit) else 0
    land, out = land_on_plane(parcels.geometry.array), land_on_plane(outside)
    given, disputed = _given(parcels, pairs)
    twice = _in_common(land, *_neighbours(land, unit), given)
    twice = twice.where(shapely.area(twice.land) > 0)
    gross_m2 = _united_m2(land, twice, unit, count)
    outside_m2 = _united_m2(out, _in_common(out, twice.a, twice.b), unit, count)
    claimed = _Common(given.a, given.b, _without(given.land, out[given.a]))
    by_others = owner[given.a] != owner[given.b]
    shared_m2, disputed_m2 = (
        _claimed_m2(claimed.where(chosen), twice, unit, count)
        for chosen in (by_others, by_others & disputed)
    )
    total_m2 = _sum_by(unit, shapely.area(land), count)
    once = np.divide(gross_m2, total_m2, out=np.ones(count), where=total_m2 > 0)
    return _Parts(gross_m2, outside_m2, shared_m2, disputed_m2, once)


def _given(parcels: gpd.GeoDataFrame, pairs: gpd.GeoDataFrame) -> tuple[_Common, NDArray[np.bool_]]:
    """Return the pairs of these parcels, and which of them are disputed if owners differ."""
    place = pd.Index(parcels["parcel_id"])
    a, b = place.get_indexer(pairs["parcel_a"]), place.get_indexer(pairs["parcel_b"])
    here = (a >= 0) & (b >= 0)
    land = land_on_plane(pairs.geometry.array[here])
    common = _Common(np.minimum(a, b)[here], np.maximum(a, b)[here], land)
    return common, np.asarray(pairs["kind"] != "sliver", dtype=bool)[here]


def _neighbours(land: Geometries, unit: Indices) -> tuple[Indices, Indices]:
    """Return every pair of parcels of one row that may share land, the first one first."""
    several = np.flatnonzero(np.bincount(unit)[unit] > 1) if len(unit) else np.empty(0, np.intp)
    a, b = shapely.STRtree(land[several]).query(land[several])
    a, b = several[a[a < b]], several[b[a < b]]
    same = unit[a] == unit[b]
    return a[same], b[same]


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
    common[new] = _in_threads(_intersection, land[a[new]], land[b[new]])
    return _Common(a, b, common)


def _intersection(land: Geometries, other: Geometries) -> Geometries:
    return polygonal(shapely.intersection(land, other))


def _claimed_m2(claimed: _Common, twice: _Common, unit: Indices, count: int) -> Floats:
    both = np.concatenate([claimed.a, claimed.b])
    land = _union_by(both, np.concatenate([claimed.land, claimed.land]), len(unit))
    # All that two parcels have in common is claimed if their pair is, so it need not be cut again.
    return _united_m2(land, _in_common(land, twice.a, twice.b, claimed), unit, count)


def _united_m2(land: Geometries, twice: _Common, unit: Indices, count: int) -> Floats:
    # A parcel adds to its row what no earlier parcel of the row has. So only the small pieces
    # that it has in common with those have to be united, never the land of a whole group.
    known_m2 = shapely.area(_union_by(twice.b, twice.land, len(land)))
    return _sum_by(unit, shapely.area(land) - known_m2, count)


def _without(pieces: Geometries, out: Geometries) -> Geometries:
    cut = ~shapely.is_empty(out)
    pieces[cut] = shapely.difference(pieces[cut], out[cut])
    return pieces


def _union_by(keys: Indices, pieces: Geometries, count: int) -> Geometries:
    """Unite the pieces of each key, all keys with equally many pieces in one call."""
    united = np.full(count, shapely.Polygon(), dtype=object)
    order = np.argsort(keys, kind="stable")
    found, first, sizes = np.unique(keys[order], return_index=True, return_counts=True)
    for size in np.unique(sizes):
        alike = sizes == size
        rows = order[first[alike][:, None] + np.arange(size)]
        united[found[alike]] = _in_threads(_united, pieces[rows])
    return united


def _united(pieces: Geometries) -> Geometries:
    return np.asarray(shapely.union_all(pieces, axis=1))


def _in_threads(work: Callable[..., Geometries], *arrays: Geometries) -> Geometries:
    """Return what ``work`` makes of the arrays, chunk by chunk, in order."""
    starts = range(0, max(len(arrays[0]), 1), CHUNK)
    chunks = [[array[start : start + CHUNK] for array in arrays] for start in starts]
    if len(chunks) == 1:
        return work(*chunks[0])
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return np.concatenate(list(pool.map(lambda chunk: work(*chunk), chunks)))


def _sum_by(keys: Indices, values: Floats, count: int) -> Floats:
    return np.bincount(keys, weights=values, minlength=count).astype(np.float64)


def _uncertainty_ha(parcels: gpd.GeoDataFrame, unit: Indices) -> Floats:
    count = int(unit.max()) + 1 if len(unit) else 0
    if "uncertainty_ha" not in parcels.columns:
        return np.full(count, np.nan)
    return np.sqrt(_sum_by(unit, parcels["uncertainty_ha"].to_numpy(float) ** 2, count))


def _names(parcels: gpd.GeoDataFrame, owner: Indices, unit: Indices, by: str) -> pd.DataFrame:
    nobody = pd.Series("", index=parcels.index)
    people = parcels["member"].fillna("") if "member" in parcels.columns else nobody
    rows = pd.DataFrame(
        {
            "parcel_id": parcels["parcel_id"].to_numpy(),
            "district": _district(parcels).to_numpy(),
            "group": parcels["group"].fillna("").to_numpy(),
            "household": parcels["household"].fillna("").to_numpy(),
            "member": people.to_numpy(),
            "owner": owner,
        }
    ).groupby(unit, sort=True)
    table = rows[["parcel_id", "district", "household"]].first()
    table["group"] = rows["group"].agg(_listed)
    table["member"] = rows["member"].agg(_listed) if by in {"parcel", "household"} else ""
    table["household"] = table["household"] if by in {"parcel", "household"} else ""
    table["households"] = rows["owner"].nunique()
    table["parcels"] = rows.size()
    return table.reset_index(drop=True)


def _listed(names: pd.Series) -> str:
    return "; ".join(dict.fromkeys(str(name) for name in names if name))


def _arranged(table: pd.DataFrame, by: str) -> pd.DataFrame:
    first = {"parcel": ["parcel_id"], "district": ["district"]}.get(by, [])
    covered = ["cultivated_ha"] if "cultivated_ha" in table.columns else []
    last = ["households"] if by in {"group", "district"} else []
    return table[[*first, *HOUSEHOLD_COLUMNS, *covered, *last]]
