"""The flat equal-area plane that all geometry is done on, and the true size of land."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import CRS, Geod, Transformer
from shapely.geometry.base import BaseGeometry

__all__ = [
    "LONLAT",
    "PLANE",
    "area_m2",
    "from_plane",
    "geodesic_area_m2",
    "geodesic_length_m",
    "reproject",
    "to_plane",
]

LONLAT = CRS.from_epsg(4326)

PLANE = CRS.from_proj4("+proj=cea +lat_ts=5 +lon_0=118 +datum=WGS84 +units=m +no_defs")
"""Cylindrical equal-area with its true latitude through Lampung and its middle in Indonesia.

Planar m² are true m² (1e-7 for parcels); lengths are true within 0.5 % down to 7°S.
"""

M2_PER_HA = 10_000.0

_WGS84 = Geod(ellps="WGS84")


def to_plane(geometries: ArrayLike) -> NDArray[Any]:
    """Return lon/lat geometries (EPSG:4326) on the plane, in metres; shape is kept."""
    return reproject(geometries, LONLAT, PLANE)


def from_plane(geometries: ArrayLike) -> NDArray[Any]:
    """Return geometries of the plane in lon/lat (EPSG:4326); shape is kept."""
    return reproject(geometries, PLANE, LONLAT)


def reproject(
    geometries: ArrayLike, source: CRS | str | int, target: CRS | str | int
) -> NDArray[Any]:
    """Return geometries with x before y moved from ``source`` to ``target``; shape is kept."""
    moved: NDArray[Any] = shapely.transform(
        np.asarray(geometries), _mover(str(source), str(target))
    )
    return moved


def area_m2(geometries: ArrayLike) -> NDArray[np.float64]:
    """Return the area in m² of lon/lat geometries, measured on the plane.

    Examples
    --------
    >>> square = shapely.box(104.6, -5.3, 104.60090214657738, -5.299095707993178)
    >>> float(area_m2([square, shapely.Polygon()])[0].round(1))
    10000.0
    """
    areas: NDArray[np.float64] = shapely.area(to_plane(geometries))
    return areas


def geodesic_area_m2(geometry: BaseGeometry) -> float:
    """Return the area in m² of one lon/lat geometry on the WGS 84 ellipsoid.

    Edges are geodesics (Karney 2013, through pyproj.Geod), so it is right for edges of any
    length; `area_m2` is thousands of times faster and equal for parcels.
    """
    oriented = shapely.orient_polygons(geometry, exterior_cw=False)
    return abs(float(_WGS84.geometry_area_perimeter(oriented)[0]))


def geodesic_length_m(geometry: BaseGeometry) -> float:
    """Return the length in m of one lon/lat line (or the perimeter of a polygon) on WGS 84."""
    return float(_WGS84.geometry_length(geometry))


@cache
def _mover(source: str, target: str) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    transformer = Transformer.from_crs(source, target, always_xy=True)

    def move(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))

    return move
