"""Small land drawn in metres, for every test.

The corner of the drawing board lies on the slope of Gunung Tanggamus; metres are metres of the
equal-area plane, so a 100 m square is exactly one hectare.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from hkm_gis.parcels import PARCEL_COLUMNS
from hkm_gis.plane import area_m2, from_plane, reproject, to_plane

ORIGIN_M = shapely.get_coordinates(to_plane([shapely.Point(104.65, -5.42)]))[0]


def on_earth(drawing: BaseGeometry) -> BaseGeometry:
    """Return a drawing in board metres as lon/lat."""
    return from_plane([shapely.transform(drawing, lambda xy: xy + ORIGIN_M)])[0]


def on_board(geometry: BaseGeometry) -> BaseGeometry:
    """Return a lon/lat geometry as board metres."""
    return shapely.transform(to_plane([geometry])[0], lambda xy: xy - ORIGIN_M)


def square(x_m: float, y_m: float, side_m: float) -> BaseGeometry:
    """Return a square parcel (lon/lat) whose lower left corner is at board metres x, y."""
    return rectangle(x_m, y_m, side_m, side_m)


def rectangle(x_m: float, y_m: float, width_m: float, height_m: float) -> BaseGeometry:
    """Return an upright rectangle (lon/lat) drawn in board metres."""
    return on_earth(shapely.box(x_m, y_m, x_m + width_m, y_m + height_m))


def polygon(corners_m: Sequence[tuple[float, float]]) -> BaseGeometry:
    """Return a polygon (lon/lat) through corners in board metres."""
    return on_earth(Polygon(corners_m))


def lonlat(points_m: Iterable[tuple[float, float]]) -> np.ndarray:
    """Return points in board metres as an (n, 2) array of lon/lat."""
    return shapely.get_coordinates(on_earth(shapely.MultiPoint(list(points_m))))


def parcel_table(rows: Iterable[Mapping[str, Any]]) -> gpd.GeoDataFrame:
    """Return a full parcel table; each row gives at least ``parcel_id`` and ``geometry``."""
    filled = [_DEFAULTS | {"household": row["parcel_id"]} | dict(row) for row in rows]
    frame = gpd.GeoDataFrame(filled, geometry="geometry", crs=4326)
    frame["area_ha"] = area_m2(frame.geometry.values) / 1e4
    frame["utm_ha"] = (
        shapely.area(reproject(frame.geometry.values, "EPSG:4326", "EPSG:32748")) / 1e4
    )
    return frame[list(PARCEL_COLUMNS)]


_DEFAULTS: dict[str, Any] = {
    "group": "Lestari",
    "member": "",
    "match": "",
    "source": "lahan.geojson",
    "feature": "1",
    "communal": False,
    "commodity": "",
    "surveyor": "",
    "surveyed": "",
    "kind": "drawn",
    "repaired": False,
    "gap_m": np.nan,
    "accuracy_m": np.nan,
    "uncertainty_ha": np.nan,
}
