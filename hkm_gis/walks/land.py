"""From a loop to land: its ends are joined and its knots cut."""

from __future__ import annotations

import math

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from hkm_gis.plane import (
    M2_PER_HA,
    area_m2,
    make_valid_land,
    self_crossings,
    written_places,
)
from hkm_gis.record import Repair
from hkm_gis.walks.trail import CORNERS_OF_LAND, DUST_M, Kept, Trail, shoelace_m2

__all__ = ["land_inside"]


def land_inside(trail: Trail, loop: Kept, repairs: list[Repair]) -> BaseGeometry:
    """Return the land inside a loop in lon/lat, telling ``repairs`` what had to be mended.

    Raises
    ------
    NoLandError
        ``too_few_points``, ``straight_line``, ``no_area`` or ``walk_not_closed``.
    """
    if len(loop) < CORNERS_OF_LAND:
        raise trail.refusal("too_few_points", points=len(loop))
    outline_m = trail.outline_m(loop)
    hull_m2 = shapely.area(shapely.convex_hull(LineString(trail.xy[loop])))
    if hull_m2 == 0 and len(np.unique(trail.lonlat[loop], axis=0)) < CORNERS_OF_LAND:
        raise trail.refusal("too_few_points", points=len(loop))
    _refuse_a_line(trail, loop, outline_m, hull_m2)
    if not trail.walk.corners:
        _close(trail, loop, repairs)
    drawn = Polygon(trail.lonlat[loop])
    if drawn.is_valid:
        _refuse_a_line(trail, loop, outline_m, shoelace_m2(trail.xy[loop]))
        return drawn
    land = _uncrossed(trail, drawn, repairs)
    _refuse_a_line(trail, loop, outline_m, float(area_m2([land])[0]))
    return land


def _refuse_a_line(trail: Trail, loop: Kept, outline_m: float, land_m2: float) -> None:
    width_m = 2 * land_m2 / max(outline_m, DUST_M)
    narrow = width_m < trail.thresholds.gps_error_m and outline_m > _STRAIGHT_WIDTHS * width_m
    if land_m2 < _NO_AREA_M2 or (narrow and not trail.walk.corners):
        raise trail.refusal("straight_line", length_m=trail.length_m(loop))


def _close(trail: Trail, loop: Kept, repairs: list[Repair]) -> None:
    unwalked = trail.unwalked(loop)
    if len(unwalked) == 0:
        return
    gap_m, length_m, area_ha = trail.gap_m(loop), trail.length_m(loop), trail.area_ha(loop)
    share = trail.unwalked_share(loop)
    is_open = gap_m > trail.near_m
    if gap_m > trail.thresholds.closing_gap_max_m or share > trail.guess_max_share:
        if is_open:
            raise trail.refusal("walk_not_closed", gap_m=gap_m, length_m=length_m)
        apart_m = float(trail.wide_m(unwalked).max())
        raise trail.refusal("segments_apart", segments=len(trail.walk.segments), gap_m=apart_m)
    if is_open:
        ends = LineString(trail.lonlat[loop[[-1, 0]]])
        repairs.append(
            trail.repair("close_gap", ends, gap_m=gap_m, length_m=length_m, after_ha=area_ha)
        )
    if share > trail.thresholds.closing_gap_max_share:
        repairs.append(_guessed(trail, unwalked, area_ha))


def _guessed(trail: Trail, unwalked: NDArray[np.intp], area_ha: float) -> Repair:
    sides = shapely.MultiLineString([LineString(trail.lonlat[step]) for step in unwalked])
    unwalked_m = float(trail.wide_m(unwalked).sum())
    return trail.repair(
        "guess_side", sides, sides=len(unwalked), unwalked_m=unwalked_m, after_ha=area_ha
    )


def _uncrossed(trail: Trail, drawn: BaseGeometry, repairs: list[Repair]) -> BaseGeometry:
    crossings = self_crossings(drawn)
    land = _without_knots(make_valid_land(drawn), trail.thresholds.gps_error_m)
    if land.is_empty:
        raise trail.refusal("no_area")
    before_m2, after_m2 = area_m2([drawn, land])
    repairs.append(
        trail.repair(
            "cut_crossing",
            crossings,
            crossings=int(shapely.get_num_geometries(crossings)),
            places=written_places(crossings),
            before_ha=float(before_m2) / M2_PER_HA,
            after_ha=float(after_m2) / M2_PER_HA,
        )
    )
    return land


def _without_knots(land: BaseGeometry, error_m: float) -> BaseGeometry:
    parts = shapely.get_parts(land)
    areas_m2 = area_m2(parts)
    # A lobe no larger than the circle of one GPS error is a knot of the track, not a field.
    fields = parts[(areas_m2 > math.pi * error_m**2) | (areas_m2 == areas_m2.max(initial=0.0))]
    return fields[0] if len(fields) == 1 else shapely.MultiPolygon(list(fields))


_NO_AREA_M2 = 1.0
_STRAIGHT_WIDTHS = 20.0  # thinner than a GPS error and twenty times as long: a line, not land
