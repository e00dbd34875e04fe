"""Which part of a parcel lies outside the forest, and which parcels lie near its line."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from hkm_gis.forest.pieces import Geometries, boundary_of
from hkm_gis.forest.reading import Forest
from hkm_gis.parcels import require_columns
from hkm_gis.plane import M2_PER_HA, area_m2, from_plane, land_on_plane

__all__ = ["land_outside", "near_boundary", "outside_ha"]

DUST_M2 = 1e-3
"""An edge shared with the boundary but drawn with other corners leaves less than this."""

DUST_M = 1e-6
"""Degrees carry 1e-9 m: a parcel at exactly the tolerance is not nearer than the tolerance."""


def land_outside(
    parcels: gpd.GeoDataFrame,
    forest: Forest | BaseGeometry | None,
    *,
    on_plane: Geometries | None = None,
) -> NDArray[np.object_]:
    """Return the part of each parcel that lies outside the forest.

    Parameters
    ----------
    parcels
        Parcels in EPSG:4326.
    forest
        The forest, or its land in lon/lat. Without it no land counts as outside.
    on_plane
        The land of the parcels as `land_on_plane` returns it; computed where not given.

    Returns
    -------
    array of geometries
        Lon/lat, one a parcel in their order; an empty polygon where nothing lies outside. Less
        than 10 cm² is arithmetic, not land.

    Examples
    --------
    A parcel that ends at the boundary has nothing outside it.

    >>> from hkm_gis.plane import from_plane
    >>> boxes = [shapely.box(0, 0, 900, 900), shapely.box(800, 0, 900, 100)]
    >>> forest, inside, half = from_plane([*boxes, shapely.box(850, 0, 950, 100)])
    >>> parcels = gpd.GeoDataFrame(geometry=[inside, half], crs=4326)
    >>> area_m2(land_outside(parcels, forest)).round(3).tolist()
    [0.0, 5000.0]
    """
    require_columns(parcels, ("geometry",))
    outside = np.full(len(parcels), shapely.Polygon(), dtype=object)
    if forest is None:
        return outside
    boundary = boundary_of(_land_of(forest))
    lonlat = np.asarray(parcels.geometry.values, dtype=object)
    land = land_on_plane(lonlat) if on_plane is None else on_plane
    # Pieces of one parcel may lie on both sides of a line that meets none of them.
    crossing = boundary.meets(land) | (shapely.get_num_geometries(land) > 1)
    there = ~(shapely.is_missing(land) | shapely.is_empty(land))
    apart = np.flatnonzero(there & ~crossing)
    rings = shapely.get_exterior_ring(shapely.get_geometry(land[apart], 0))
    apart = apart[~boundary.holds(shapely.get_point(rings, 0))]
    outside[apart] = np.where(
        shapely.is_valid(lonlat[apart]), lonlat[apart], from_plane(land[apart])
    )
    outside[crossing] = from_plane(_without_dust(boundary.cut_from(land[crossing])))
    return outside


def outside_ha(
    parcels: gpd.GeoDataFrame, forest: Forest | BaseGeometry | None
) -> NDArray[np.float64]:
    """Return the hectares of each parcel outside the forest; arguments as `land_outside`."""
    return area_m2(land_outside(parcels, forest)) / M2_PER_HA


def near_boundary(
    parcels: gpd.GeoDataFrame, forest: Forest | None, *, on_plane: Geometries | None = None
) -> NDArray[np.bool_]:
    """Tell which parcels are neither clearly inside nor clearly outside the forest.

    Parameters
    ----------
    parcels
        Parcels in EPSG:4326.
    forest
        The forest; without it no parcel is near.
    on_plane
        The land of the parcels as `land_on_plane` returns it; computed where not given.

    Returns
    -------
    array of bool
        True where the parcel comes nearer to the drawn line than ``forest.tolerance_m``: the line
        itself is no surer than that, so only boundary marks on the ground can tell.
    """
    require_columns(parcels, ("geometry",))
    near = np.zeros(len(parcels), dtype=bool)
    if forest is None:
        return near
    land = on_plane
    if land is None:
        land = land_on_plane(np.asarray(parcels.geometry.values, dtype=object))
    return boundary_of(forest.geometry).comes_within(land, forest.tolerance_m - DUST_M)


def _land_of(forest: Forest | BaseGeometry) -> BaseGeometry:
    return forest.geometry if isinstance(forest, Forest) else forest


def _without_dust(land: Geometries) -> Geometries:
    parts, owner = shapely.get_parts(land, return_index=True)
    kept = shapely.area(parts) >= DUST_M2
    clean = np.full(len(land), shapely.Polygon(), dtype=object)
    for k in np.unique(owner[kept]):
        clean[k] = shapely.multipolygons(parts[kept & (owner == k)])
    return clean
