"""Land as short as a map on a screen needs it: simplified together, whole micro-degrees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from hkm_gis.plane import from_plane, to_plane

__all__ = ["Shape", "encode", "inner_point", "simplify"]

Shape = list[list[list[int]]]
"""Parts → rings → longitude and latitude in micro-degrees (0.1 m), each after the step before."""

# A third of a handheld's error; parcels share their simplified edges (coverage_simplify).
_TOLERANCE_M = 1.5
_PER_DEGREE = 1_000_000


def simplify(geometries: NDArray[Any]) -> NDArray[Any]:
    """Return lon/lat polygons with fewer corners; edges that were shared stay shared."""
    land_m = to_plane(geometries)
    if not len(land_m):
        return land_m
    simple_m = shapely.coverage_simplify(land_m, _TOLERANCE_M)
    lost = shapely.is_empty(simple_m) | ~shapely.is_valid(simple_m)
    return from_plane(np.where(lost, land_m, simple_m))


def encode(geometry: BaseGeometry | None) -> Shape:
    """Return the polygons and lines of a lon/lat geometry as steps of whole micro-degrees.

    Examples
    --------
    >>> encode(shapely.LineString([(104.5, -5.4), (104.500001, -5.399998)]))
    [[[104500000, -5400000, 1, 2]]]
    """
    if geometry is None:
        return []
    parts = [p for p in shapely.get_parts(geometry) if not p.is_empty]
    nested = [p for whole in parts for p in shapely.get_parts(whole)]
    return [[_steps(ring) for ring in _rings(part)] for part in nested if part.geom_type != "Point"]


def inner_point(geometry: BaseGeometry | None) -> list[float] | None:
    """Return latitude and longitude of a point inside a geometry; None where it has no place."""
    if geometry is None or geometry.is_empty:
        return None
    point = geometry.representative_point()
    return [round(point.y, 6), round(point.x, 6)]


def _rings(part: BaseGeometry) -> Sequence[BaseGeometry]:
    return [part.exterior, *part.interiors] if isinstance(part, Polygon) else [part]


def _steps(ring: BaseGeometry) -> list[int]:
    corners = np.round(shapely.get_coordinates(ring) * _PER_DEGREE).astype(int)
    if ring.geom_type == "LinearRing":
        corners = corners[:-1]  # the map closes it again
    steps = np.diff(corners, axis=0, prepend=np.zeros((1, 2), dtype=int))
    kept = np.any(steps != 0, axis=1)
    flat: list[int] = steps[kept].ravel().tolist()
    return flat
