"""Where parcels cross the drawn boundary, and where they come nearest to it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from hkm_gis.checks.outline import is_wide
from hkm_gis.forest import Forest
from hkm_gis.plane import from_plane, geodesic_length_m, land_on_plane, to_plane
from hkm_gis.survey import Survey

__all__ = ["crossing", "nearest_on_boundary"]


def nearest_on_boundary(
    parcels: NDArray[np.object_], forest: Forest
) -> list[tuple[float, BaseGeometry]]:
    """Return for each lon/lat parcel its distance in m to the boundary, and where on it."""
    line = to_plane([forest.geometry])[0].boundary
    shapely.prepare(line)
    ways = from_plane(shapely.shortest_line(line, to_plane(parcels)))
    return [(geodesic_length_m(way), shapely.get_point(way, 0)) for way in ways]


def crossing(survey: Survey, *, wide: bool) -> Iterator[tuple[int, BaseGeometry]]:
    """Yield the parcels surely partly outside, and that part on the plane.

    ``wide`` chooses those in whose part outside a circle of ``sliver_width_m`` fits, or the rest.
    """
    standing = survey.standing
    if standing is not None:
        partly = standing.is_outside & standing.is_sure & ~standing.is_wholly_outside
        rows = np.flatnonzero(partly)
        land = land_on_plane(survey.outside[rows])
        chosen = is_wide(land, survey.thresholds.sliver_width_m) == wide
        yield from zip(rows[chosen], land[chosen], strict=True)
