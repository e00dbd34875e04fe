"""Where recorded coordinates really lie on the earth."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from pyproj.exceptions import CRSError
from shapely.geometry.base import BaseGeometry

from hkm_gis.plane import LONLAT, reproject
from hkm_gis.record import Rejection, Repair

__all__ = ["Bearing", "find_bearing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearing:
    """Where the coordinates of one feature lie: their lon/lat, or why they lie nowhere.

    Attributes
    ----------
    lonlat
        The coordinates in EPSG:4326, x before y, shape (n, 2).
    repairs
        What had to be understood otherwise than the file says.
    rejection
        Why there is no such place; None where there is.
    """

    lonlat: NDArray[np.float64]
    repairs: tuple[Repair, ...] = ()
    rejection: Rejection | None = None


def find_bearing(
    xy: NDArray[np.float64],
    *,
    crs: str,
    source: str,
    feature: str,
    near: BaseGeometry | None = None,
    crs_epsg: int = 32748,
) -> Bearing:
    """Find where coordinates lie."""
    if not np.isfinite(xy).all():
        return Bearing(lonlat=xy, rejection=_refuse(source, feature, "not_finite"))
    stated = crs or "EPSG:4326"
    if stated.upper() in {"EPSG:4326", "OGC:CRS84", "WGS84"}:
        return Bearing(lonlat=xy)
    points = shapely.points(xy)
    lonlat = shapely.get_coordinates(reproject(points, stated, "EPSG:4326"))
    return Bearing(lonlat=lonlat)


def _refuse(source: str, feature: str, reason: str) -> Rejection:
    return Rejection(source=source, feature=feature, code="S01", reason=reason)
