"""Where recorded coordinates really lie on the earth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError
from shapely.geometry.base import BaseGeometry

from hkm_gis.plane import geodesic_distance_m, plane_xy
from hkm_gis.record import Fact, Rejection, Remark, Repair

__all__ = ["INDONESIA", "NEAR_M", "Bearing", "find_bearing"]

INDONESIA = shapely.box(94.5, -11.5, 141.5, 6.5)
"""The box of the country with its islands (lon 95..141, lat −11..6) and half a degree."""

NEAR_M = 10_000.0
"""Land within half a day's walk of the forest needs no other explanation.

The smallest confusion, degrees and minutes typed as degrees, moves land of this forest 34 km.
"""

_DATUM_SHIFT_MIN_M = 1.0  # SRGI2013 is 0.2 m from WGS 84: no repair; ID74 27 m, Batavia 193 m
_NULL_ISLAND = shapely.box(-1.0, -1.0, 1.0, 1.0)  # sea; only lost coordinates lie there
_SAME_PLACE_DEG = 1e-6  # 0.1 m: two explanations that agree are one
_NORTHING_OF_EQUATOR_M = 10_000_000.0
_LONLAT_NAMES = frozenset({"", "EPSG:4326", "OGC:CRS84", "URN:OGC:DEF:CRS:OGC:1.3:CRS84"})

Points = NDArray[np.float64]
"""Coordinates, x before y, shape (n, 2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearing:
    """Where the coordinates of one feature lie: their lon/lat, or why they lie nowhere.

    Attributes
    ----------
    lonlat
        The coordinates in EPSG:4326, x before y, shape (n, 2); the very array that was given
        where nothing had to be done.
    repairs
        What had to be understood otherwise than the file says.
    rejection
        Why there is no such place; None where there is.
    remark
        That the land stays far from the forest, how far, and what was tried; None where it is near.
    """

    lonlat: Points
    repairs: tuple[Repair, ...] = ()
    rejection: Rejection | None = None
    remark: Remark | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    xy: Points
    crs: str
    source: str
    feature: str
    near: BaseGeometry | None
    crs_epsg: int

    def repair(self, rule: str, before: Points, after: Points, **facts: Fact) -> Repair:
        (from_x, from_y), (to_x, to_y) = before[0].tolist(), after[0].tolist()
        return Repair(
            source=self.source,
            feature=self.feature,
            rule=rule,
            facts={"from_x": _plain(from_x), "from_y": _plain(from_y)}
            | {"to_lon_deg": to_x, "to_lat_deg": to_y}
            | facts,
            where=shapely.MultiPoint(after).centroid,
        )

    def refusal(self, reason: str, **facts: Fact) -> Bearing:
        rejection = Rejection(
            source=self.source, feature=self.feature, code="S01", reason=reason, facts=facts
        )
        return Bearing(lonlat=self.xy, rejection=rejection)


def find_bearing(
    xy: Points,
    *,
    crs: str,
    source: str,
    feature: str,
    near: BaseGeometry | None = None,
    crs_epsg: int = 32748,
) -> Bearing:
    """Find where the coordinates of one feature lie on the earth.

    Land near the forest (without one: in Indonesia) is where its file says. Land elsewhere is
    tried against the confusions that happen in the field; it is moved only if exactly one of them
    brings all of it near, and the move is a `Repair` with the coordinates before and after.
    Otherwise it stays where its file says, if that is a place on earth, with a `Remark` that says
    how far from the forest that is.

    Parameters
    ----------
    xy
        Coordinates as read, x before y, shape (n, 2).
    crs
        What the file states; EPSG:4326 where it states nothing.
    source, feature
        Where they come from, for the record.
    near
        The forest in lon/lat.
    crs_epsg
        The grid of the project: a UTM zone.

    Returns
    -------
    Bearing
        The coordinates in lon/lat, or a rejection: ``not_finite``, ``crs_unknown``,
        ``impossible_place``, ``null_island``.

    Examples
    --------
    Latitude before longitude is never ambiguous in Indonesia:

    >>> xy = np.array([[-5.42, 104.65], [-5.42, 104.66], [-5.41, 104.66]])
    >>> bearing = find_bearing(xy, crs="", source="a.csv", feature="row 2")
    >>> bearing.repairs[0].rule, bearing.lonlat[0].tolist()
    ('swap_axes', [104.65, -5.42])
    """
    question = _Question(
        xy=xy, crs=crs, source=source, feature=feature, near=near, crs_epsg=crs_epsg
    )
    if len(xy) == 0:
        return Bearing(lonlat=xy)
    if not np.isfinite(xy).all():
        return question.refusal("not_finite")
    stated = _as_stated(question)
    if stated is None:
        return question.refusal("crs_unknown", crs=crs)
    if _is_home(stated, near):
        return Bearing(lonlat=stated, repairs=_datum_repair(question, stated))
    return _otherwise(question, stated)


def _as_stated(question: _Question) -> Points | None:
    if question.crs.upper() in _LONLAT_NAMES:
        return question.xy
    try:
        return _moved(question.xy, question.crs)
    except ProjError:  # unknown, or of no place on earth
        return None


def _otherwise(question: _Question, stated: Points) -> Bearing:
    # One confusion is likelier than two at once: those are tried only where none of the first fits.
    found = _fitting(question, _confusions(question)) or _fitting(
        question, _two_confusions(question)
    )
    if len(found) == 1:
        rule, place = found[0]
        if rule == "assume_crs" and question.crs.upper() not in _LONLAT_NAMES:
            rule = "change_zone"  # the file did state a grid, only the wrong one
        return Bearing(lonlat=place, repairs=(question.repair(rule, question.xy, place),))
    if not _is_on_earth(stated):
        x, y = question.xy[0].tolist()
        return question.refusal("impossible_place", x=_plain(x), y=_plain(y))
    if shapely.MultiPoint(stated).within(_NULL_ISLAND):
        return question.refusal("null_island")
    return Bearing(
        lonlat=stated,
        repairs=_datum_repair(question, stated),
        remark=_far_away(question, stated, fitting=len(found)),
    )


def _far_away(question: _Question, stated: Points, *, fitting: int) -> Remark:
    """Say how far from home the land stays, and why nothing was done about it."""
    home = INDONESIA if question.near is None else question.near
    land = shapely.MultiPoint(stated)
    ends = shapely.get_coordinates(shapely.shortest_line(land, home))
    rule = "far_degrees" if _are_degrees(question.xy) else "far_metres"
    rule = "outside_indonesia" if question.near is None else rule
    return Remark(
        source=question.source,
        feature=question.feature,
        rule="far_with_doubt" if fitting else rule,
        facts={"distance_km": geodesic_distance_m(*ends) / 1000, "fitting": fitting},
        where=land.centroid,
    )


def _fitting(
    question: _Question, explanations: Iterator[tuple[str, Points]]
) -> list[tuple[str, Points]]:
    found: list[tuple[str, Points]] = []
    for rule, place in explanations:
        if _is_home(place, question.near) and not _is_known(place, found):
            found.append((rule, place))
    return found


def _is_known(place: Points, found: list[tuple[str, Points]]) -> bool:
    return any(np.allclose(place, other, rtol=0, atol=_SAME_PLACE_DEG) for _, other in found)


def _is_on_earth(lonlat: Points) -> bool:
    return bool(np.isfinite(lonlat).all() and (np.abs(lonlat) <= (180.0, 90.0)).all())


def _is_home(lonlat: Points, near: BaseGeometry | None) -> bool:
    if not _is_on_earth(lonlat):
        return False
    if near is None:
        west, south, east, north = INDONESIA.bounds
        return bool(((lonlat >= (west, south)) & (lonlat <= (east, north))).all())
    west, south, east, north = _surroundings_m(near.bounds)
    xy_m = plane_xy(lonlat)
    return bool(((xy_m >= (west, south)) & (xy_m <= (east, north))).all())


# Asked for each walk: to look up a boundary itself would go through all its corners every time.
@cache
def _surroundings_m(
    bounds: tuple[float, float, float, float],
) -> tuple[float, float, float, float]:
    west, south, east, north = plane_xy(np.reshape(bounds, (2, 2))).ravel().tolist()
    return west - NEAR_M, south - NEAR_M, east + NEAR_M, north + NEAR_M


# What people and devices confuse


def _confusions(question: _Question) -> Iterator[tuple[str, Points]]:
    xy = question.xy
    if _are_degrees(xy):
        yield "swap_axes", _swapped(xy)
        yield "restore_sign", xy * _SOUTH
        yield from _degrees_minutes(xy)
    else:
        yield from _on_grids(xy, question.crs_epsg)


def _two_confusions(question: _Question) -> Iterator[tuple[str, Points]]:
    xy = question.xy
    if _are_degrees(xy):
        yield "swap_axes", _swapped(xy) * _SOUTH
        for rule, place in _degrees_minutes(xy):
            yield rule, place * _SOUTH
    else:
        for _, place in _on_grids(_swapped(xy), question.crs_epsg):
            yield "swap_axes", place


_SOUTH = np.array([1.0, -1.0])


def _are_degrees(xy: Points) -> bool:
    return bool((np.abs(xy) <= 180.0).all())


def _swapped(xy: Points) -> Points:
    return xy[:, ::-1].copy()


def _degrees_minutes(xy: Points) -> Iterator[tuple[str, Points]]:
    """Yield 104.39 read as 104°39', if no number has sixty minutes or more."""
    minutes = np.abs(xy) % 1 * 100
    if (minutes < 60).all():
        yield "read_degrees_minutes", np.sign(xy) * (np.trunc(np.abs(xy)) + minutes / 60)


def _on_grids(xy: Points, epsg: int) -> Iterator[tuple[str, Points]]:
    for rule, crs, northing_m in _grids(epsg):
        yield rule, _moved(xy + np.array([0.0, northing_m]), crs)


def _grids(epsg: int) -> Iterator[tuple[str, str, float]]:
    yield "assume_crs", f"EPSG:{epsg}", 0.0
    yield "assume_crs", "EPSG:3857", 0.0
    zone = (CRS.from_epsg(epsg).utm_zone or "")[:-1]
    if zone:
        yield "restore_southing", f"EPSG:327{zone:0>2}", _NORTHING_OF_EQUATOR_M
        yield "change_zone", f"EPSG:326{zone:0>2}", 0.0
        for beside in (int(zone), int(zone) - 1, int(zone) + 1):  # land near the zone's edge
            if 1 <= beside <= 60:
                yield "change_zone", f"EPSG:327{beside:02}", 0.0
        for half in _tm3_zones(int(zone)):
            yield "change_zone", f"EPSG:{half}", 0.0


def _tm3_zones(utm_zone: int) -> tuple[int, ...]:
    # DGN95 / TM-3: 23830 is zone 46.2, then two halves of each UTM zone up to 54.1 = 23845.
    first = 23829 + 2 * (utm_zone - 46)
    return tuple(epsg for epsg in (first, first + 1) if 23830 <= epsg <= 23845)


@cache
def _transformer(crs: str) -> Transformer:
    return Transformer.from_crs(crs, "EPSG:4326", always_xy=True)


def _moved(xy: Points, crs: str) -> Points:
    return np.column_stack(_transformer(crs).transform(xy[:, 0], xy[:, 1]))


# Another datum


def _datum_repair(question: _Question, lonlat: Points) -> tuple[Repair, ...]:
    if lonlat is question.xy:
        return ()
    crs = CRS.from_user_input(question.crs)
    own = crs.geodetic_crs
    if own is None:
        return ()
    unmoved = np.column_stack(
        Transformer.from_crs(crs, own, always_xy=True).transform(*question.xy[:1].T)
    )
    shift_m = geodesic_distance_m(unmoved[0], lonlat[0])
    if shift_m < _DATUM_SHIFT_MIN_M:
        return ()
    return (question.repair("shift_datum", question.xy, lonlat, crs=crs.name, shift_m=shift_m),)


def _plain(number: float) -> str:
    return f"{number:.7f}".rstrip("0").rstrip(".")
