"""Where a parcel comes nearest to the drawn boundary."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from hkm_gis.forest import Forest
from hkm_gis.plane import from_plane, geodesic_length_m, to_plane

__all__ = ["nearest_on_boundary"]


def nearest_on_boundary(
    parcels: NDArray[np.object_], forest: Forest
) -> list[tuple[float, BaseGeometry]]:
    """Return for each lon/lat parcel its distance in m to the boundary, and where on it."""
    line = to_plane([forest.geometry])[0].boundary
    shapely.prepare(line)
    ways = from_plane(shapely.shortest_line(line, to_plane(parcels)))
    return [(geodesic_length_m(way), shapely.get_point(way, 0)) for way in ways]
