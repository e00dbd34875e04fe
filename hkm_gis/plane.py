"""The flat equal-area plane that all geometry is done on, and the true size of land."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import CRS, Geod, Transformer
from shapely.geometry.base import BaseGeometry

__all__ = [
    "LONLAT",
    "M2_PER_HA",
    "PLANE",
    "area_m2",
    "dots",
    "from_plane",
    "geodesic_area_m2",
    "geodesic_distance_m",
    "geodesic_length_m",
    "geodesic_walk_m",
    "make_valid_land",
    "mended_land",
    "plane_xy",
    "reproject",
    "round_degrees",
    "self_crossings",
    "to_plane",
    "written_places",
]

LONLAT = CRS.from_epsg(4326)

PLANE = CRS.from_proj4("+proj=cea +lat_ts=5 +lon_0=118 +datum=WGS84 +units=m +no_defs")
"""Cylindrical equal-area with its true latitude through Lampung and its middle in Indonesia.

Planar m² are true m² (1e-6 for walks; a long edge bows, by centimetres); lengths are true within
0.5 % down to 7°S.
"""

Geometries = NDArray[Any] | Sequence[BaseGeometry]
"""Geometries of any kind, x before y."""

Move = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""Takes points, shape (n, 2), and returns as many."""

M2_PER_HA = 10_000.0

_WGS84 = Geod(ellps="WGS84")
_POLYGON = shapely.GeometryType.POLYGON
_LINES_THAT_PASS = 2  # ends of noded pieces at a point that a line only passes through


def to_plane(geometries: Geometries) -> NDArray[Any]:
    """Return lon/lat geometries (EPSG:4326) on the plane, in metres; shape is kept."""
    return reproject(geometries, LONLAT, PLANE)


def from_plane(geometries: Geometries) -> NDArray[Any]:
    """Return geometries of the plane in lon/lat (EPSG:4326); shape is kept.

    Examples
    --------
    There and back again is the same place.

    >>> shore = shapely.Point(-1_480_000, -655_000)
    >>> bool(to_plane(from_plane([shore]))[0].distance(shore) < 1e-8)
    True
    """
    return _moved(geometries, _lonlat_of_plane)


def _lonlat_of_plane(xy_m: NDArray[np.float64]) -> NDArray[np.float64]:
    # PROJ's series for the way back is 0.6 mm off at 5°S, enough for a sliver along every edge.
    # Taking its own error off once leaves less than 1e-8 m.
    there, back = _mover(str(LONLAT), str(PLANE)), _mover(str(PLANE), str(LONLAT))
    return back(2 * xy_m - there(back(xy_m)))


def land_on_plane(geometries: Geometries) -> NDArray[Any]:
    """Return the land of lon/lat geometries on the plane, fit for every calculation.

    Broken rings are mended (GEOS "structure": the land inside any ring), points and lines dropped.
    Missing geometry stays missing.

    Examples
    --------
    A walk whose ends cross is two triangles of land.

    >>> crossed = shapely.from_wkt("POLYGON ((104 -5, 105 -5, 104 -4, 105 -4, 104 -5))")
    >>> shapely.get_num_geometries(land_on_plane([crossed])).tolist()
    [2]
    """
    return mended_land(to_plane(geometries))


def mended_land(geometries: NDArray[Any]) -> NDArray[Any]:
    """Return the land of geometries in any system, mended as `land_on_plane` mends it."""
    land = geometries.copy()
    broken = ~(shapely.is_valid(land) | shapely.is_missing(land))
    # "linework" would count land inside two laps as none, and takes quadratic time.
    land[broken] = shapely.make_valid(land[broken], method="structure", keep_collapsed=False)
    return polygonal(land)


def polygonal(geometries: NDArray[Any]) -> NDArray[Any]:
    """Return the geometries with the points and lines left out of their collections."""
    land = geometries.copy()
    mixed = shapely.get_type_id(land) == shapely.GeometryType.GEOMETRYCOLLECTION
    for k in np.flatnonzero(mixed):
        parts = shapely.get_parts(land[k])
        land[k] = shapely.union_all(parts[shapely.get_dimensions(parts) == 2])
    return land


def reproject(
    geometries: Geometries, source: CRS | str | int, target: CRS | str | int
) -> NDArray[Any]:
    """Return geometries with x before y moved from ``source`` to ``target``; shape is kept."""
    return _moved(geometries, _mover(str(source), str(target)))


def _moved(geometries: Geometries, move: Move) -> NDArray[Any]:
    """Return what shapely.transform does, a quarter faster for polygons without holes."""
    shapes = np.asarray(geometries)
    plain = (shapely.get_num_interior_rings(shapes) == 0) & ~shapely.is_empty(shapes)
    plain &= shapely.get_type_id(shapes) == _POLYGON
    xy = move(shapely.get_coordinates(shapes[plain]))
    ends = np.append(0, np.cumsum(shapely.get_num_coordinates(shapes[plain])))
    moved = np.empty(shapes.shape, dtype=object)
    moved[plain] = shapely.from_ragged_array(_POLYGON, xy, (ends, np.arange(len(ends))))
    moved[~plain] = shapely.transform(shapes[~plain], move)
    return moved


def area_m2(geometries: Geometries) -> NDArray[np.float64]:
    """Return the area in m² of lon/lat geometries, measured on the plane.

    Examples
    --------
    >>> square = shapely.box(104.6, -5.3, 104.60090214657738, -5.299095707993178)
    >>> float(area_m2([square, shapely.Polygon()])[0].round(1))
    10000.0
    """
    areas: NDArray[np.float64] = shapely.area(to_plane(geometries))
    return areas


def round_degrees(geometries: Geometries) -> NDArray[Any]:
    """Return lon/lat geometries as exports write them: to eight decimals of a degree, 1.1 mm.

    Examples
    --------
    >>> round_degrees([shapely.Point(104.123456789, -0.000000001)])[0].wkt
    'POINT (104.12345679 0)'
    """
    # adding nothing makes zero of minus zero
    return _moved(geometries, lambda xy: np.round(xy, 8) + 0.0)


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


def geodesic_distance_m(here: ArrayLike, there: ArrayLike) -> float:
    """Return the distance in m between two lon/lat points on WGS 84."""
    (x1, y1), (x2, y2) = np.asarray(here, float), np.asarray(there, float)
    return float(_WGS84.inv(x1, y1, x2, y2)[2])


def geodesic_walk_m(lonlat: NDArray[np.float64]) -> float:
    """Return the length in m of the way through lon/lat points, shape (n, 2), on WGS 84."""
    return float(_WGS84.line_length(*lonlat.T)) if len(lonlat) > 1 else 0.0


def dots(xy: NDArray[np.float64]) -> shapely.MultiPoint:
    """Return points, shape (n, 2), as one geometry, much faster than its constructor does."""
    points: NDArray[np.object_] = np.asarray(shapely.points(xy))
    together: shapely.MultiPoint = np.asarray(shapely.multipoints(points)).item()
    return together


def plane_xy(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return lon/lat points, shape (n, 2), in metres of the plane, shape (n, 2)."""
    return _mover(str(LONLAT), str(PLANE))(lonlat)


def make_valid_land(geometry: BaseGeometry) -> BaseGeometry:
    """Return the land of a drawing that crosses itself: polygons only, one fixed rule.

    The rule is GEOS "structure": rings are land, lobes of a bow-tie are all land, ground gone
    round twice counts once, holes are holes wherever they are drawn over land, and what has no
    area (spikes, lines) is left out.

    Examples
    --------
    A bow-tie of 10 by 10 keeps both lobes (``buffer(0)`` would lose one):

    >>> make_valid_land(shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])).area
    50.0
    """
    mended = shapely.make_valid(geometry, method="structure", keep_collapsed=False)
    parts = shapely.get_parts(mended)
    land = parts[(shapely.get_type_id(parts) == _POLYGON) & (shapely.area(parts) > 0)]
    return land[0] if len(land) == 1 else shapely.MultiPolygon(list(land))


def self_crossings(geometry: BaseGeometry) -> shapely.MultiPoint:
    """Return every point where the outline of a drawing crosses or touches itself."""
    outline = shapely.boundary(geometry)
    corners = shapely.get_parts(shapely.node(outline))
    ends = shapely.get_coordinates([shapely.get_point(corners, i) for i in (0, -1)])
    points, times = np.unique(ends, axis=0, return_counts=True)
    return dots(points[times > _LINES_THAT_PASS])


def written_places(points: shapely.MultiPoint, at_most: int = 10) -> tuple[str, ...]:
    """Return lon/lat points as ``lat lon`` in degrees to 1 m, as Google Earth takes them.

    A sentence names the first ``at_most`` (a scribble has thousands) and ends with ``…``; the
    geometry beside it has them all.

    Examples
    --------
    >>> written_places(shapely.MultiPoint([(104.65, -5.42), (104.66, -5.43)]), at_most=1)
    ('-5.42000 104.65000', '…')
    """
    lonlat = shapely.get_coordinates(points)
    named = tuple(f"{y:.5f} {x:.5f}" for x, y in lonlat[:at_most].tolist())
    return named if len(lonlat) <= at_most else (*named, "…")


@cache
def _mover(source: str, target: str) -> Move:
    transformer = Transformer.from_crs(source, target, always_xy=True)
    if transformer.definition.startswith("proj="):
        # Each new thread makes its own: from the steps 0.1 ms, by looking the systems up again 14.
        transformer = Transformer.from_pipeline(transformer.definition)

    def move(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))

    return move
