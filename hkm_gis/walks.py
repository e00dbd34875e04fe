"""One GPS walk → one polygon, every change recorded."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, MultiPoint, Point, Polygon
from shapely.geometry.base import BaseGeometry

from hkm_gis.plane import (
    M2_PER_HA,
    area_m2,
    geodesic_distance_m,
    geodesic_length_m,
    make_valid_land,
    plane_xy,
    self_crossings,
)
from hkm_gis.record import Fact, Rejection, Repair
from hkm_gis.thresholds import Thresholds

__all__ = ["Outcome", "Walk", "to_polygon"]

Track = NDArray[np.float64]
"""Points of a walk, shape (n, 2)."""
Kept = NDArray[np.intp]
"""Which points of the walk still stand, by their place in it, in walking order."""


@dataclass(frozen=True, slots=True, eq=False)
class Walk:
    """One walk round a parcel, exactly as the device recorded it.

    Attributes
    ----------
    segments
        The recorded lines, each an array of shape (n, 2): x (longitude) before y (latitude),
        in the coordinate system of its feature.
    times_s
        For each segment the seconds since 1970 (UTC) of its points, NaN where the file has none.
    accuracy_m
        For each segment the device's own position error in metres, NaN where the file has none.
    corners
        True where the points are numbered corners that somebody chose, not a recorded line.
    """

    segments: tuple[NDArray[np.float64], ...]
    times_s: tuple[NDArray[np.float64], ...] = ()
    accuracy_m: tuple[NDArray[np.float64], ...] = ()
    corners: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one walk: its land with everything that was done to it, or a refusal.

    Attributes
    ----------
    polygons
        The land in lon/lat (EPSG:4326); several where the walk went round several parcels.
    rejection
        Why there is no land; None where there is.
    repairs
        Every change, in the order in which it was made.
    gaps_m
        For each polygon the geodesic distance between the ends of its walk, NaN for corners.
    accuracy_m
        Standard error of a position as the device tells it (root mean square), NaN if it does not.
    uncertainties_ha
        For each polygon the half width of the 95 % interval of its hectares.
    """

    polygons: tuple[BaseGeometry, ...] = ()
    rejection: Rejection | None = None
    repairs: tuple[Repair, ...] = ()
    gaps_m: tuple[float, ...] = ()
    accuracy_m: float = math.nan
    uncertainties_ha: tuple[float, ...] = ()

    @property
    def gap_m(self) -> float:
        """The widest gap between the ends of a walk."""
        return max(self.gaps_m, default=math.nan)

    @property
    def uncertainty(self) -> float:
        """Half width in ha of the 95 % interval of all the land together."""
        return math.hypot(*self.uncertainties_ha) if self.uncertainties_ha else math.nan


def to_polygon(walk: Walk, *, source: str, feature: str, thresholds: Thresholds) -> Outcome:
    """Turn one walk into the land it goes round.

    No point is ever moved: every step only leaves points out, so a clean closed walk comes out
    as it was recorded, to the byte. The steps, each recorded as a `Repair` where it changes
    something: pieces are joined (``join_segments``); standing points (``drop_repeated_points``),
    leaps of the receiver (``drop_jump``) and rests (``drop_resting``) go; each loop of the track
    becomes a parcel (``split_walk``) without the way in and out (``cut_tail``) and without its
    second lap (``cut_lap``); its ends are joined (``close_gap``) and its knots cut
    (``cut_crossing``).

    Parameters
    ----------
    walk
        The walk in lon/lat (EPSG:4326).
    source, feature
        Where it comes from, for the record.
    thresholds
        ``gps_error_m`` and the limits of a closing gap decide.

    Returns
    -------
    Outcome
        One polygon or more, or a rejection: ``too_few_points``, ``straight_line``, ``no_area``,
        ``segments_apart`` or ``walk_not_closed``.

    Examples
    --------
    A walk of 220 m in one direction goes round nothing:

    >>> line = Walk((np.array([[104.65, -5.42], [104.651, -5.42], [104.652, -5.42]]),))
    >>> to_polygon(line, source="a.gpx", feature="1", thresholds=Thresholds()).rejection.reason
    'walk_not_closed'
    """
    trail = _Trail.of(walk, source, feature, thresholds)
    if len(trail.lonlat) < 3:
        return Outcome(rejection=trail.refuse("too_few_points", points=len(trail.lonlat)))
    gap_m = geodesic_distance_m(trail.lonlat[-1], trail.lonlat[0])
    length_m = geodesic_length_m(LineString(trail.lonlat))
    land, repairs = trail.land(trail.lonlat)
    if land.is_empty:
        return Outcome(rejection=trail.refuse("no_area"))
    allowed_m = min(thresholds.closing_gap_max_m, thresholds.closing_gap_max_share * length_m)
    if gap_m > allowed_m and not walk.corners:
        return Outcome(rejection=trail.refuse("walk_not_closed", gap_m=gap_m, length_m=length_m))
    if gap_m > thresholds.closing_gap_note_m and not walk.corners:
        ends = LineString([trail.lonlat[-1], trail.lonlat[0]])
        repairs = [trail.repair("close_gap", ends, gap_m=gap_m, length_m=length_m), *repairs]
    return Outcome(
        polygons=(land,),
        repairs=tuple(repairs),
        gaps_m=(math.nan if walk.corners else gap_m,),
        uncertainties_ha=(math.nan,),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Trail:
    lonlat: Track
    xy: Track
    walk: Walk
    source: str
    feature: str
    thresholds: Thresholds

    @classmethod
    def of(cls, walk: Walk, source: str, feature: str, thresholds: Thresholds) -> _Trail:
        parts = [np.empty((0, 2)), *walk.segments]
        lonlat = np.concatenate(parts)
        return cls(lonlat, plane_xy(lonlat), walk, source, feature, thresholds)

    def repair(self, rule: str, where: BaseGeometry | None = None, **facts: Fact) -> Repair:
        return Repair(source=self.source, feature=self.feature, rule=rule, facts=facts, where=where)

    def refuse(self, reason: str, where: BaseGeometry | None = None, **facts: Fact) -> Rejection:
        return Rejection(
            source=self.source,
            feature=self.feature,
            code="W01",
            reason=reason,
            facts=facts,
            where=where,
        )

    def land(self, lonlat: Track) -> tuple[BaseGeometry, list[Repair]]:
        drawn = Polygon(lonlat)
        if drawn.is_valid:
            return drawn, []
        land = make_valid_land(drawn)
        where = self_crossings(drawn)
        before, after = area_m2([drawn, land]) / M2_PER_HA
        return land, [
            self.repair(
                "cut_crossing",
                where,
                crossings=shapely.get_num_geometries(where).item(),
                before_ha=float(before),
                after_ha=float(after),
            )
        ]
