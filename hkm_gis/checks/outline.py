"""The corners of parcels, and which outlines the program itself has mended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from hkm_gis.checks.intake import parcels_of
from hkm_gis.overlaps.threads import in_threads, together
from hkm_gis.survey import Survey

__all__ = ["Corners", "corners_of", "is_claim", "is_mended", "is_wide", "widths_m"]

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Geometries = NDArray[Any]

_MENDING = frozenset({"make_valid", "cut_crossing"})


@dataclass(frozen=True, slots=True)
class Corners:
    """Every corner of some outlines, ring after ring."""

    owner: Indices
    """Place of the shape that has the corner."""
    xy: Floats
    """Shape (n, 2), in metres."""
    before: Indices
    after: Indices
    """Places of the corners next to it on its ring."""

    @property
    def edge_m(self) -> Floats:
        """Length of the edge from each corner to the next."""
        edge_m: Floats = np.hypot(*(self.xy[self.after] - self.xy).T)
        return edge_m

    @property
    def arm_m(self) -> Floats:
        """Length of the shorter of the two edges at each corner."""
        edge_m = self.edge_m
        arm_m: Floats = np.minimum(edge_m, edge_m[self.before])
        return arm_m

    @property
    def angle_deg(self) -> Floats:
        """Angle between the two edges at each corner, 0 to 180."""
        one, other = self.xy[self.before] - self.xy, self.xy[self.after] - self.xy
        across = one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]
        along = (one * other).sum(axis=1)
        angle_deg: Floats = np.degrees(np.arctan2(np.abs(across), along))
        return angle_deg


def corners_of(shapes: Geometries, *, straightened_m: float = 0.0) -> Corners:
    """Return the corners of shapes on the plane; bends below ``straightened_m`` are left out."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    if straightened_m > 0:  # by nothing GEOS would still drop the corners on a straight edge
        rings = shapely.simplify(rings, straightened_m, preserve_topology=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    closing = np.append(ring[1:] != ring[:-1], True) if len(ring) else np.empty(0, bool)
    xy, ring = xy[~closing], ring[~closing]
    _, first, times = np.unique(ring, return_index=True, return_counts=True)
    before, after = np.arange(-1, len(xy) - 1), np.arange(1, len(xy) + 1)
    before[first], after[first + times - 1] = first + times - 1, first
    return Corners(owner[part[ring]], xy, before, after)


def widths_m(shapes: Geometries) -> Floats:
    """Return the diameter of the largest circle inside each shape on the plane, to 1 cm."""
    width_m = np.zeros(len(shapes))
    there = np.flatnonzero(shapely.area(shapes) > 0)
    width_m[there] = together(in_threads(_circles_m, shapes[there]))
    return width_m


def _circles_m(shapes: Geometries) -> Floats:
    circles = shapely.maximum_inscribed_circle(shapes, _CIRCLE_M / 2)
    return np.asarray(2 * shapely.length(circles), dtype=float)


def is_wide(shapes: Geometries, least_m: float) -> NDArray[np.bool_]:
    """Tell in which shapes on the plane a circle of the diameter ``least_m`` fits."""
    area_m2, outline_m = shapely.area(shapes), shapely.length(shapes)
    # The largest circle is at least twice the area over the outline wide, and no larger in area.
    surely = 2 * area_m2 >= least_m * outline_m
    wide: NDArray[np.bool_] = surely & (area_m2 > 0)
    doubtful = np.flatnonzero(~surely & (area_m2 >= np.pi / 4 * (least_m - _CIRCLE_M) ** 2))
    wide[doubtful] = widths_m(shapes[doubtful]) >= least_m - _CIRCLE_M
    return wide


def is_claim(part: Geometries, land: Geometries, sliver_m: float) -> NDArray[np.bool_]:
    """Tell which parts of parcels are more than a sliver: so wide, or nearly the whole parcel."""
    whole: NDArray[np.bool_] = shapely.area(part) >= _WHOLE_SHARE * shapely.area(land)
    return whole & (shapely.area(part) > 0) | is_wide(part, sliver_m)


_WHOLE_SHARE = 0.95  # as two parcels of which one is contained in the other
_CIRCLE_M = 0.01  # a circle is found to this, always on the small side


def is_mended(survey: Survey) -> NDArray[np.bool_]:
    """Tell which parcels P01 or W02 speak of: their strange shape is no fault of its own."""
    mended = [repair for repair in survey.intake.repairs if repair.rule in _MENDING]
    ids = {i for found, _ in parcels_of(mended, survey.parcels).values() for i in found}
    is_told: NDArray[np.bool_] = survey.parcels["parcel_id"].isin(ids).to_numpy(bool)
    return is_told
