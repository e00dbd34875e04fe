"""The different shapes among the parcels, on the plane: one walk handed in twice is one shape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from hkm_gis.overlaps.threads import in_threads, together
from hkm_gis.plane import land_on_plane

__all__ = ["DUST_M2", "Floats", "Geometries", "Indices", "Land", "land_of"]

DUST_M2 = 1e-6
"""Degrees carry 1e-9 m; over an edge of 1 km that is the area by which two equal edges differ."""

Indices = NDArray[np.intp]
Floats = NDArray[np.float64]
Geometries = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Land:
    """The different shapes among the parcels, on the plane, near ones near in the list.

    One walk is often handed in twice: equal parcels are one shape, and are compared once.
    """

    shapes: Geometries
    area_m2: Floats
    bounds_m: Floats
    shape_of: Indices
    """For each parcel its shape; -1 where it has no land."""


def land_of(parcels: gpd.GeoDataFrame, on_plane: Geometries | None = None) -> Land:
    """Return the shapes of the parcels (EPSG:4326), mended where they are broken.

    ``on_plane`` is their land as `land_on_plane` returns it; computed where not given.
    """
    lonlat = np.asarray(parcels.geometry.values, dtype=object)
    first, shape_of = _distinct(lonlat)
    if on_plane is None:
        shapes = together(in_threads(land_on_plane, lonlat[first]))
    else:
        shapes = on_plane[first]
    there = np.flatnonzero(shapely.area(shapes) > 0)
    # Along a Hilbert curve neighbours in the land are neighbours in memory.
    along = gpd.GeoSeries(shapes[there]).hilbert_distance().to_numpy() if len(there) else there
    order = there[np.argsort(along, kind="stable")]
    place = np.full(len(shapes), -1)
    place[order] = np.arange(len(order))
    shapes = shapes[order]
    return Land(shapes, shapely.area(shapes), shapely.bounds(shapes), place[shape_of])


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
