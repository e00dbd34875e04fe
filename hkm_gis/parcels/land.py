"""A feature as it was read → the land of one parcel or more, every change recorded."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from hkm_gis.bearings import Bearing, find_bearing
from hkm_gis.plane import (
    M2_PER_HA,
    area_m2,
    make_valid_land,
    plane_xy,
    self_crossings,
    written_places,
)
from hkm_gis.readers.feature import Feature
from hkm_gis.record import Fact, Rejection, Remark, Repair
from hkm_gis.thresholds import Thresholds
from hkm_gis.walks import Walk, to_polygon

__all__ = ["Parcel", "settle"]

_M_PER_DEG = 111_195.0  # of latitude, and at most of longitude
WIB_S = 7 * 3600
"""Western Indonesian time: at six in the morning it is still the day before in UTC."""

_POOR_FIX_M = 20.0
"""Four times the error of a handheld: a form on a phone waits for 5 m before it takes a point."""

_NO_CLOCK_S = 946_684_800  # 1 January 2000: a receiver that dates a walk earlier had no time yet

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """The land of one parcel with all that its file says of it; a feature may hold several."""

    source: str
    feature: str
    geometry: BaseGeometry
    kind: str
    repairs: tuple[Repair, ...] = ()
    gap_m: float = math.nan
    accuracy_m: float = math.nan
    uncertainty_ha: float = math.nan
    name: str = ""
    surveyed: str = ""
    walk: Walk | None = None
    said: Mapping[str, str] = field(default_factory=dict)
    folders: tuple[str, ...] = ()
    home: str = ""


def settle(
    feature: Feature,
    near: BaseGeometry | None,
    crs: str,
    crs_epsg: int,
    thresholds: Thresholds,
) -> tuple[list[Parcel] | Rejection, tuple[Remark, ...]]:
    """Return the parcels that a feature became, or why none; and what people should know of it."""
    placed = _place(feature, near, crs, crs_epsg)
    if isinstance(placed, Rejection):
        return placed, ()
    feature, bearing = placed
    remarks = () if bearing.remark is None else (bearing.remark,)
    if feature.walk is None:
        return _drawn(feature, bearing.repairs), remarks
    became = _walked(feature, feature.walk, bearing.repairs, thresholds)
    return became, (*remarks, *_poor_fixes(feature, feature.walk, became))


def _poor_fixes(
    feature: Feature, walk: Walk, became: list[Parcel] | Rejection
) -> tuple[Remark, ...]:
    """Remark on fixes that the device itself calls poor, where the land hangs on some of them."""
    told_m = np.concatenate([np.empty(0), *walk.accuracy_m])
    poor = int((told_m > _POOR_FIX_M).sum())
    if isinstance(became, Rejection) or not poor:
        return ()
    repairs = {id(r): r for parcel in became for r in parcel.repairs}.values()
    left_out = sum(int(str(r.facts["points"])) for r in repairs if r.rule == "drop_inaccurate")
    if poor <= left_out:
        return ()
    facts: dict[str, Fact] = {"points": poor - left_out, "worst_m": float(np.nanmax(told_m))}
    return (Remark(source=feature.source, feature=feature.feature, rule="poor_fixes", facts=facts),)


def _place(
    feature: Feature, near: BaseGeometry | None, crs: str, crs_epsg: int
) -> tuple[Feature, Bearing] | Rejection:
    walk = feature.walk or _walk_of_lines(feature.geometry)
    if walk is not None:
        xy = np.concatenate([np.empty((0, 2)), *walk.segments])
    elif feature.geometry is None or feature.geometry.is_empty:
        return _refuse(feature, "no_geometry")
    else:
        xy = shapely.get_coordinates(feature.geometry)
    bearing = find_bearing(
        xy,
        crs=feature.crs or crs,
        source=feature.source,
        feature=feature.feature,
        near=near,
        crs_epsg=crs_epsg,
    )
    if bearing.rejection is not None:
        return bearing.rejection
    if walk is not None and bearing.lonlat is xy:
        return replace(feature, walk=walk), bearing
    if walk is not None:
        cuts = np.cumsum([len(segment) for segment in walk.segments])[:-1]
        segments = tuple(np.split(bearing.lonlat, cuts)) if walk.segments else ()
        return replace(feature, walk=replace(walk, segments=segments)), bearing
    if bearing.lonlat is xy and not shapely.has_z(feature.geometry):
        return feature, bearing
    moved = _with_coordinates(feature.geometry, bearing.lonlat)
    return replace(feature, geometry=moved), bearing


def _with_coordinates(geometry: BaseGeometry | None, lonlat: Points) -> BaseGeometry:
    flat = shapely.set_coordinates(np.array([shapely.force_2d(geometry)]), lonlat)
    land: BaseGeometry = flat[0]
    return land


def _walk_of_lines(geometry: BaseGeometry | None) -> Walk | None:
    if geometry is None or geometry.geom_type not in {"LineString", "MultiLineString"}:
        return None
    lines = shapely.get_parts(geometry)
    return Walk(tuple(shapely.get_coordinates(line) for line in lines))


def _walked(
    feature: Feature, walk: Walk, repairs: tuple[Repair, ...], thresholds: Thresholds
) -> list[Parcel] | Rejection:
    outcome = to_polygon(
        walk, source=feature.source, feature=feature.feature, thresholds=thresholds
    )
    if outcome.rejection is not None:
        return outcome.rejection
    several = len(outcome.polygons) > 1
    return [
        Parcel(
            source=feature.source,
            feature=f"{feature.feature} ({place})" if several else feature.feature,
            geometry=land,
            kind="corners" if walk.corners else "walk",
            repairs=(*feature.repairs, *repairs, *outcome.repairs),
            gap_m=outcome.gaps_m[place - 1],
            accuracy_m=outcome.accuracy_m,
            uncertainty_ha=outcome.uncertainties_ha[place - 1],
            name=feature.name,
            surveyed=_walked_on(walk),
            walk=walk,
            said=feature.properties,
            folders=feature.folders,
            home=feature.home,
        )
        for place, land in enumerate(outcome.polygons, 1)
    ]


def _walked_on(walk: Walk) -> str:
    times_s = np.concatenate([np.empty(0), *walk.times_s])
    known = times_s[times_s > _NO_CLOCK_S]
    return str(np.datetime64(int(known.max()) + WIB_S, "s").astype("M8[D]")) if len(known) else ""


def _drawn(feature: Feature, repairs: tuple[Repair, ...]) -> list[Parcel] | Rejection:
    drawn = feature.geometry
    if drawn is None or not set(_kinds(drawn)) & _LAND_KINDS:
        kind = "" if drawn is None else drawn.geom_type
        return _refuse(feature, "geometry_not_land", kind=kind)
    if area_m2([shapely.convex_hull(drawn)])[0] < _NO_AREA_M2:
        return _refuse(feature, "no_area")
    far = _far_corner(drawn)
    if far is not None:
        return replace(_refuse(feature, "vertex_far_away", distance_m=far[1]), where=far[0])
    land, own = drawn, list(feature.repairs)
    for mend in (_without_lines, _without_repeats, _made_valid):
        land = mend(feature, land, own)
    if land.is_empty or area_m2([land])[0] < _NO_AREA_M2:
        return _refuse(feature, "no_area")
    return [
        Parcel(
            source=feature.source,
            feature=feature.feature,
            geometry=land,
            kind="drawn",
            repairs=(*repairs, *own),
            name=feature.name,
            said=feature.properties,
            folders=feature.folders,
            home=feature.home,
        )
    ]


_NO_AREA_M2 = 1.0
_LAND_KINDS = frozenset({"Polygon", "MultiPolygon"})
_FAR_M = 10_000.0  # no andil has an edge of 10 km
_FAR_RATIO = 10.0  # out and back to almost the same place


def _kinds(drawn: BaseGeometry) -> list[str]:
    return [part.geom_type for part in _simple_parts(drawn)]


def _far_corner(drawn: BaseGeometry) -> tuple[BaseGeometry, float] | None:
    """Return a corner that leaps away from its neighbours (0,0 or a typing error), how far."""
    west, south, east, north = drawn.bounds
    if max(east - west, north - south) * _M_PER_DEG < _FAR_M:
        return None
    for ring in shapely.get_rings(shapely.get_parts(drawn)):
        corners = shapely.get_coordinates(ring)[:-1]
        xy = plane_xy(corners)
        before, after = np.roll(xy, 1, axis=0), np.roll(xy, -1, axis=0)
        hop_m = np.minimum(np.hypot(*(xy - before).T), np.hypot(*(xy - after).T))
        leaps = (hop_m > _FAR_M) & (hop_m > _FAR_RATIO * np.hypot(*(before - after).T))
        if leaps.any():
            worst = int(np.argmax(np.where(leaps, hop_m, 0.0)))
            return shapely.Point(corners[worst]), float(hop_m[worst])
    return None


def _without_lines(feature: Feature, land: BaseGeometry, repairs: list[Repair]) -> BaseGeometry:
    if land.geom_type in _LAND_KINDS:
        return land
    parts = _simple_parts(land)
    polygons = [part for part in parts if part.geom_type == "Polygon" and not part.is_empty]
    if len(polygons) < len(parts):
        repairs.append(_repair(feature, "drop_lines", parts=len(parts) - len(polygons)))
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)


def _simple_parts(drawn: BaseGeometry) -> list[Any]:
    if not hasattr(drawn, "geoms"):
        return [drawn]
    return [simple for part in drawn.geoms for simple in _simple_parts(part)]


def _without_repeats(feature: Feature, land: BaseGeometry, repairs: list[Repair]) -> BaseGeometry:
    rings = shapely.get_rings(shapely.get_parts(land))
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    same = (xy[1:] == xy[:-1]).all(axis=1) & (ring[1:] == ring[:-1])
    if not same.any():
        return land
    once = shapely.remove_repeated_points(land)
    points = int(shapely.get_num_coordinates(land) - shapely.get_num_coordinates(once))
    if points:
        repairs.append(_repair(feature, "drop_repeated_points", points=points))
    return once


def _made_valid(feature: Feature, land: BaseGeometry, repairs: list[Repair]) -> BaseGeometry:
    if land.is_valid:
        return land
    mended = make_valid_land(land)
    if mended.is_empty:
        return mended
    crossings = self_crossings(land)
    before_m2, after_m2 = area_m2([land, mended])
    areas: dict[str, Fact] = {
        "before_ha": float(before_m2) / M2_PER_HA,
        "after_ha": float(after_m2) / M2_PER_HA,
    }
    if crossings.is_empty:
        repairs.append(_misdrawn(feature, land, areas))
        return mended
    places: dict[str, Fact] = {
        "crossings": int(shapely.get_num_geometries(crossings)),
        "places": written_places(crossings),
    }
    repairs.append(replace(_repair(feature, "make_valid", **places, **areas), where=crossings))
    return mended


def _misdrawn(feature: Feature, land: BaseGeometry, areas: Mapping[str, Fact]) -> Repair:
    """Return the repair of a drawing that is no land though its lines nowhere cross."""
    parts = _simple_parts(land)
    holes = [shapely.Polygon(h) for p in parts for h in p.interiors]
    if holes:
        where = shapely.union_all([hole.representative_point() for hole in holes])
        return replace(_repair(feature, "mend_holes", holes=len(holes), **areas), where=where)
    if len(parts) > 1 and all(part.is_valid for part in parts):
        where = shapely.union_all([part.representative_point() for part in parts])
        return replace(_repair(feature, "join_parts", parts=len(parts), **areas), where=where)
    return replace(_repair(feature, "undo_double_line", **areas), where=land.envelope.centroid)


def _repair(feature: Feature, rule: str, **facts: Fact) -> Repair:
    return Repair(source=feature.source, feature=feature.feature, rule=rule, facts=facts)


def _refuse(feature: Feature, reason: str, **facts: Fact) -> Rejection:
    return Rejection(
        source=feature.source, feature=feature.feature, code="S01", reason=reason, facts=facts
    )
