"""Which shapes lie so near that they may share land, and which parcels have those shapes."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from hkm_gis.overlaps.land import DUST_M2, Indices, Land

__all__ = ["Pairs", "pairs_of"]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Shapes u and v that may share land, and the pairs of parcels that have those shapes."""

    u: Indices
    v: Indices
    a: Indices
    b: Indices
    """Parcels, a before b in reading order."""
    shapes: Indices
    """For each pair of parcels its place in u and v."""


def pairs_of(land: Land, parcels: gpd.GeoDataFrame, between: str, min_area_m2: float) -> Pairs:
    """Return the pairs whose boxes have room for so much land, and are not of one owner."""
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
    return Pairs(u[used], v[used], np.minimum(a, b), np.maximum(a, b), shapes)


def _near(land: Land, min_area_m2: float) -> tuple[Indices, Indices]:
    u, v = shapely.STRtree(land.shapes).query(land.shapes)
    u, v = u[u < v], v[u < v]
    west, south, east, north = land.bounds_m.T
    width_m = np.minimum(east[u], east[v]) - np.maximum(west[u], west[v])
    height_m = np.minimum(north[u], north[v]) - np.maximum(south[u], south[v])
    room = (width_m > 0) & (height_m > 0) & (width_m * height_m >= min_area_m2 - DUST_M2)
    u, v = u[room], v[room]
    # Which of two is cut with which is settled by where they lie, whatever else is on the map: so
    # a pair has the same corners, to the last bit, in any company.
    place = np.empty(len(land.shapes), dtype=np.intp)
    place[np.lexsort((north, east, south, west))] = np.arange(len(land.shapes))
    turned = place[u] > place[v]
    return np.where(turned, v, u), np.where(turned, u, v)


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
