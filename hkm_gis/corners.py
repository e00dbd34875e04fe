"""The corners of a parcel as a page lists them: numbered, with coordinates and side lengths."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from hkm_gis.plane import geodesic_distance_m, geodesic_length_m, reproject, to_plane

__all__ = ["MOST_CORNERS", "Corner", "Outline", "outline_of"]

MOST_CORNERS = 16
"""As many as one page lists beside its map. A walk has hundreds of points, one every few steps."""

TOLERANCES_M = (0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0, 8.0, 10.0, 15.0)
"""How far a point may lie off the line between two corners and still be left out of the list."""


@dataclass(frozen=True, slots=True)
class Corner:
    """One corner: its number, where it is, and the side to the next one.

    ``xy_m`` is on the grid of the sheet; ``side_m`` is the geodesic length of the straight side
    to corner ``to``.
    """

    number: int
    lonlat: tuple[float, float]
    xy_m: tuple[float, float]
    to: int
    side_m: float


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """The corners that a page lists, and what it leaves out.

    Attributes
    ----------
    corners
        Clockwise from the north-western one, ring after ring: outer rings first, then holes.
    points
        Number of points of the full outline, from which the area is computed.
    off_m
        How far the point left out that lies farthest off lies from the listed outline.
    perimeter_m
        Geodesic length of the full outline.
    """

    corners: tuple[Corner, ...]
    points: int
    off_m: float
    perimeter_m: float


def outline_of(
    geometry: BaseGeometry, *, epsg: int, within_m: float, most: int = MOST_CORNERS
) -> Outline:
    """Return the corners of land that a page lists.

    Land of up to ``most`` corners is listed whole. Of more, as of a walk, points are left out
    that lie nearly on the line between two others (Douglas and Peucker 1973, without changing
    how rings lie to each other), with the least tolerance of `TOLERANCES_M` that leaves ``most``
    corners, but none above ``within_m``, the error of the device. So what the list leaves out is
    less than what the device could know. Area and perimeter are always of the full outline.

    Parameters
    ----------
    geometry
        Polygon or MultiPolygon in lon/lat.
    epsg
        Grid in which corners are listed.
    within_m
        Greatest tolerance in m.
    most
        Corners that are not simplified further.

    Examples
    --------
    >>> square = shapely.box(104.65, -5.42, 104.651, -5.419)
    >>> corners = outline_of(square, epsg=32748, within_m=5.0).corners
    >>> [(c.number, c.to, round(c.side_m)) for c in corners]
    [(1, 2, 111), (2, 3, 111), (3, 4, 111), (4, 1, 111)]
    """
    flat = to_plane([geometry])[0]
    kept, off_m = _simplified(flat, within_m, most)
    rings = [_turned(ring) for ring in _rings(kept)]
    lonlat = _lonlat(geometry, flat)
    corners = tuple(_corners([_looked_up(ring, lonlat) for ring in rings], epsg))
    return Outline(corners, _count(flat), off_m, geodesic_length_m(geometry))


def _simplified(flat: BaseGeometry, within_m: float, most: int) -> tuple[BaseGeometry, float]:
    kept, off_m = flat, 0.0
    for tolerance_m in TOLERANCES_M:
        if _count(kept) <= most:
            break
        fewer = shapely.simplify(flat, tolerance_m)
        farthest_m = _off_m(flat, fewer)
        # where rings would cross, GEOS keeps other points and may lie farther off than told
        if tolerance_m > within_m or farthest_m > within_m:
            break
        kept, off_m = fewer, farthest_m
    return kept, off_m


def _off_m(flat: BaseGeometry, kept: BaseGeometry) -> float:
    points = shapely.points(shapely.get_coordinates(flat))
    return float(shapely.distance(points, kept.boundary).max())


def _count(flat: BaseGeometry) -> int:
    return len(shapely.get_coordinates(flat)) - len(_rings(flat))


def _rings(flat: BaseGeometry) -> list[NDArray[np.float64]]:
    parts = shapely.get_parts(shapely.orient_polygons(flat, exterior_cw=True))
    outer = [shapely.get_exterior_ring(part) for part in parts]
    holes = [hole for part in parts for hole in part.interiors]
    return [shapely.get_coordinates(ring) for ring in (*outer, *holes)]


def _turned(ring: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the ring without its repeated end, its north-western corner first."""
    corners = ring[:-1]
    return np.roll(corners, -int(np.argmax(corners[:, 1] - corners[:, 0])), axis=0)


def _lonlat(geometry: BaseGeometry, flat: BaseGeometry) -> dict[tuple[float, ...], Any]:
    # simplifying keeps corners to the last bit, so each leads back to the coordinates as received
    pairs = zip(shapely.get_coordinates(flat), shapely.get_coordinates(geometry), strict=True)
    return {tuple(xy): lonlat for xy, lonlat in pairs}


def _looked_up(
    ring: NDArray[np.float64], lonlat: dict[tuple[float, ...], Any]
) -> NDArray[np.float64]:
    return np.array([lonlat[tuple(xy)] for xy in ring])


def _corners(rings: list[NDArray[np.float64]], epsg: int) -> Iterator[Corner]:
    first = 1
    for ring in rings:
        grid = shapely.get_coordinates(reproject([shapely.MultiPoint(ring)], 4326, epsg)[0])
        numbers = np.arange(first, first + len(ring))
        for k, number in enumerate(numbers):
            nxt = (k + 1) % len(ring)
            yield Corner(
                int(number),
                (float(ring[k][0]), float(ring[k][1])),
                (float(grid[k][0]), float(grid[k][1])),
                int(numbers[nxt]),
                geodesic_distance_m(ring[k], ring[nxt]),
            )
        first += len(ring)
