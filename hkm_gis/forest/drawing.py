"""The land that a boundary file draws, as polygons or as lines that enclose it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from hkm_gis.database import Place
from hkm_gis.errors import FileError
from hkm_gis.plane import LONLAT, polygonal, reproject
from hkm_gis.readers import Feature

__all__ = ["land_of_features", "require_indonesia"]

INDONESIA_DEG = (94.0, -12.0, 142.0, 7.0)
"""West, south, east, north, with a degree to spare."""


def land_of_features(features: Sequence[Feature], crs: str, file: Place) -> BaseGeometry:
    """Return all land of the features in lon/lat, valid; ``crs`` counts where they state none.

    Raises
    ------
    FileError
        They enclose no land, a line ends open, or nothing tells their coordinate system.
    """
    parts = [_lonlat(f, crs, file) for f in features]
    polygons = [g for g in parts if shapely.get_dimensions(g) == 2]
    lines = [g for g in parts if shapely.get_dimensions(g) == 1]
    if lines:
        polygons.append(_enclosed(lines, file))
    if not polygons:
        raise FileError("forest_no_land", file=file.name)
    whole = shapely.union_all(_valid(np.array(polygons, dtype=object)))
    if shapely.area(whole) == 0:
        raise FileError("forest_no_land", file=file.name)
    return shapely.orient_polygons(whole, exterior_cw=False)


def _valid(geometries: NDArray[Any]) -> NDArray[Any]:
    flat = shapely.force_2d(geometries)
    return polygonal(shapely.make_valid(flat, method="structure", keep_collapsed=False))


def _enclosed(lines: list[BaseGeometry], file: Place) -> BaseGeometry:
    """Return the land that boundary lines enclose, if each of them helps to enclose it."""
    noded = shapely.union_all(np.array(lines, dtype=object))
    _, cuts, dangles, invalid = shapely.polygonize_full(shapely.get_parts(noded))
    open_ends = [part for part in (cuts, dangles, invalid) if not shapely.is_empty(part)]
    if open_ends:
        lon, lat = shapely.get_coordinates(open_ends[0])[0]
        raise FileError("forest_open_line", file=file.name, lon_deg=float(lon), lat_deg=float(lat))
    return shapely.build_area(noded)


def _lonlat(feature: Feature, crs: str, file: Place) -> BaseGeometry:
    shape = feature.geometry
    if shape is None and feature.walk is not None:
        shape = shapely.MultiLineString([s for s in feature.walk.segments if len(s) > 1])
    if shape is None:
        raise FileError("forest_no_land", file=file.name)
    stated = feature.crs or crs
    if stated:
        moved: BaseGeometry = reproject([shape], stated, LONLAT)[0]
        return moved
    if not _in_indonesia(shape):  # degrees of this country cannot be anything else
        raise FileError("forest_no_crs", file=file.name)
    return shape


def _in_indonesia(lonlat: BaseGeometry) -> bool:
    west, south, east, north = INDONESIA_DEG
    x0, y0, x1, y1 = shapely.bounds(lonlat)
    return bool(x0 >= west and y0 >= south and x1 <= east and y1 <= north)


def require_indonesia(land: BaseGeometry, file: Place) -> None:
    """Refuse land (lon/lat) that does not lie in Indonesia; FileError says where it lies."""
    if not _in_indonesia(land):
        centre = shapely.centroid(land)
        raise FileError("forest_elsewhere", file=file.name, lon_deg=centre.x, lat_deg=centre.y)
