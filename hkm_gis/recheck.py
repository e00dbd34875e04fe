"""After an edit of a few parcels, find again only what the edit can touch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from hkm_gis.memory import Columns, Memory
from hkm_gis.overlaps import find_overlaps
from hkm_gis.plane import M2_PER_HA

__all__ = ["overlaps_again"]

_MEASURED = ("area_m2", "share_a", "share_b", "width_m", "kind", "geometry")
"""What follows from the land of the two parcels alone; the rest is who they are."""

_PARCELS, _PAIRS = "overlapping_parcels", "overlapping_pairs"

Indices = NDArray[np.intp]
Flags = NDArray[np.bool_]


def overlaps_again(
    parcels: gpd.GeoDataFrame,
    keys: Sequence[bytes],
    memory: Memory,
    *,
    min_area_m2: float,
    sliver_width_m: float,
    on_plane: NDArray[Any] | None = None,
) -> gpd.GeoDataFrame:
    """Return what `find_overlaps` does, from an earlier run wherever both parcels are as they were.

    Parameters
    ----------
    parcels
        As `find_overlaps` takes them.
    keys
        The key of the land of each parcel, as `land_keys` returns it.
    memory
        What an earlier run kept under the same seal; this run is kept in it.
    min_area_m2, sliver_width_m, on_plane
        As `find_overlaps` takes them.

    Notes
    -----
    A parcel is new if its land was not there before, was there another number of times, is there
    more than once, or stands on the other side of a partner in reading order. Looked at are the
    pairs of new parcels and of those whose boxes meet theirs; all other pairs are as they were.
    """
    is_new, a, b, known = _recalled(keys, memory)
    near = _near(parcels, is_new)
    found = find_overlaps(
        parcels.iloc[near],
        min_area_m2=min_area_m2,
        sliver_width_m=sliver_width_m,
        of_many=len(parcels),
        on_plane=None if on_plane is None else on_plane[near],
    )
    place = pd.Index(parcels["parcel_id"])
    new_a, new_b = (place.get_indexer(found[f"parcel_{k}"]).astype(np.intp) for k in "ab")
    touched = is_new[new_a] | is_new[new_b]
    fresh = {name: found[name].to_numpy()[touched] for name in _MEASURED}
    a, b = np.concatenate([a, new_a[touched]]), np.concatenate([b, new_b[touched]])
    order = np.lexsort((b, a))
    columns = {n: np.concatenate([known[n], v])[order] if known else v for n, v in fresh.items()}
    a, b = (a[order], b[order]) if known else (new_a[touched], new_b[touched])
    _keep(memory, keys, a, b, columns)
    return _table(parcels, a, b, columns, like=found)


def _recalled(
    keys: Sequence[bytes], memory: Memory
) -> tuple[Flags, Indices, Indices, dict[str, NDArray[Any]]]:
    """Return which parcels are new, and the pairs of all others as they were."""
    before, _ = memory.known(_PARCELS)
    _, columns = memory.known(_PAIRS)
    count, was = Counter(keys), Counter(before)
    is_new = np.array([count[k] != 1 or was[k] != 1 for k in keys], dtype=bool)
    none = np.empty(0, dtype=np.intp)
    if not columns or is_new.all():
        return np.ones(len(keys), dtype=bool), none, none, {}
    place = {k: row for row, (k, new) in enumerate(zip(keys, is_new, strict=True)) if not new}
    now = np.array([place.get(k, -1) for k in before], dtype=np.intp)
    a, b = now[columns["a"]], now[columns["b"]]
    turned = (a >= 0) & (b >= 0) & (a > b)
    is_new[a[turned]] = is_new[b[turned]] = True
    same = (a >= 0) & (b >= 0)
    same[same] &= ~(is_new[a[same]] | is_new[b[same]])
    return is_new, a[same], b[same], {name: columns[name][same] for name in _MEASURED}


def _near(parcels: gpd.GeoDataFrame, is_new: Flags) -> Indices:
    """Return the new parcels and those whose boxes meet theirs, in reading order."""
    if is_new.all():
        return np.arange(len(parcels))
    lands = parcels.geometry.to_numpy()
    _, met = shapely.STRtree(lands).query(lands[is_new])
    return np.union1d(np.flatnonzero(is_new), met)


def _keep(memory: Memory, keys: Sequence[bytes], a: Indices, b: Indices, columns: Columns) -> None:
    told = {n: v.astype(str) if n == "kind" else v for n, v in columns.items()}
    memory.keep(_PARCELS, keys, {})
    memory.keep(_PAIRS, (), {"a": a, "b": b, **told})


def _table(
    parcels: gpd.GeoDataFrame, a: Indices, b: Indices, columns: Columns, *, like: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    said: dict[str, Any] = {}
    for column in ("parcel_id", "group", "household"):
        values, word = parcels[column].array, column.removesuffix("_id")
        said[f"{word}_a"], said[f"{word}_b"] = values[a], values[b]
    measured = {n: v.astype(object) if n == "kind" else v for n, v in columns.items()}
    said |= measured | {"area_ha": columns["area_m2"] / M2_PER_HA}
    return gpd.GeoDataFrame(said, geometry="geometry", crs=4326)[list(like.columns)]
