"""The invented forest boundary: a line along the foot of the mountain, 16,060.00 ha inside."""

from __future__ import annotations

import contourpy
import numpy as np
import shapely
import shapely.affinity
from pyproj import Geod, Transformer

from make_contoh.terrain import (
    PEAK_M,
    Floats,
    displacement_m,
    grid,
    height_m,
    noise,
    smooth_height_m,
)

STATED_HA = 16_060.0
_WGS84 = Geod(ellps="WGS84")
_TO_LONLAT = Transformer.from_crs(32748, 4326, always_xy=True)
_TO_UTM = Transformer.from_crs(4326, 32748, always_xy=True)


def to_lonlat(geometry: shapely.Geometry, *, digits: int = 8) -> shapely.Geometry:
    """Return a UTM 48S geometry in lon/lat, rounded to ``digits`` decimals of a degree."""

    def move(xy: np.ndarray) -> np.ndarray:
        return np.round(np.column_stack(_TO_LONLAT.transform(xy[:, 0], xy[:, 1])), digits)

    return shapely.transform(geometry, move)


def to_utm(geometry: shapely.Geometry) -> shapely.Geometry:
    """Return a lon/lat geometry in UTM 48S metres."""
    return shapely.transform(
        geometry, lambda xy: np.column_stack(_TO_UTM.transform(xy[:, 0], xy[:, 1]))
    )


def to_centimetres(metres: shapely.Geometry) -> shapely.Geometry:
    """Return a geometry in metres with every corner on whole centimetres.

    Processors differ in the last digit of a sine or a square root. Rounded before the next step
    looks at it, that digit cannot decide which corners a simplified line keeps.
    """
    return shapely.transform(metres, lambda xy: np.round(xy, 2))


def geodesic_ha(lonlat: shapely.Geometry) -> float:
    """Return hectares on the WGS 84 ellipsoid."""
    outward = shapely.orient_polygons(lonlat, exterior_cw=False)
    return abs(_WGS84.geometry_area_perimeter(outward)[0]) / 1e4


def forest() -> shapely.Polygon:
    """Return the forest in lon/lat: `STATED_HA` geodesic hectares to a few square metres."""
    x, y = grid(50.0)
    # A surveyor follows a height only roughly, and nobody walked every gully.
    field = smooth_height_m(x, y) + 45 * noise(x, y, 3300, 41) + 7 * noise(x, y, 260, 42)
    line = shapely.Polygon()
    low, high = 300.0, 1500.0
    for _ in range(16):
        level = (low + high) / 2
        found = _foot_line(x, y, field, level)
        if found is None or found.area / 1e4 > STATED_HA:
            low = level
        else:
            high, line = level, found
    return _scaled_to(_wiggly(line), STATED_HA)


def _foot_line(x: Floats, y: Floats, field: Floats, level_m: float) -> shapely.Polygon | None:
    """Return the line round the summit near a height; None where it runs off the map."""
    around = [ring for ring in _rings(x, y, field, level_m) if ring.contains(shapely.Point(PEAK_M))]
    if not around:
        return None
    rounded = max(around, key=lambda ring: ring.area).buffer(-90).buffer(180).buffer(-90)
    outer = max(shapely.get_parts(rounded), key=lambda part: part.area).exterior
    return shapely.Polygon(to_centimetres(outer))


def _rings(x: Floats, y: Floats, field: Floats, level_m: float) -> list[shapely.Polygon]:
    lines = contourpy.contour_generator(x, y, field).lines(level_m)
    closed = (line for line in lines if len(line) > 3 and (line[0] == line[-1]).all())
    return [to_centimetres(shapely.Polygon(line)) for line in closed]


def _wiggly(line: shapely.Polygon) -> shapely.Polygon:
    xy = shapely.get_coordinates(line.simplify(2).segmentize(19))
    east, north = displacement_m(xy[:, 0], xy[:, 1])
    return to_centimetres(shapely.Polygon(xy + np.column_stack([east, north])))


def _scaled_to(line: shapely.Polygon, wanted_ha: float) -> shapely.Polygon:
    scale = 1.0
    for _ in range(6):
        drawn = to_lonlat(shapely.affinity.scale(line, scale, scale, origin=PEAK_M))
        scale *= (wanted_ha / geodesic_ha(drawn)) ** 0.5
    return drawn


def neighbours(of: shapely.Polygon) -> tuple[shapely.Polygon, shapely.Polygon]:
    """Return two other invented forests of the same map sheet, in lon/lat, apart from ``of``."""
    x, y = grid(60.0)
    own = to_utm(of).buffer(600)
    far = np.where(shapely.contains_xy(own, x, y), 0.0, height_m(x, y))
    rings = _rings(x, y, far, 780.0)
    big = sorted(rings, key=lambda ring: -ring.area)[:2]
    west, east = sorted(big, key=lambda ring: ring.centroid.x)
    return to_lonlat(west), to_lonlat(east)
