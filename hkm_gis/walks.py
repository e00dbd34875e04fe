"""One GPS walk → one polygon, every change recorded."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from hkm_gis.plane import (
    M2_PER_HA,
    area_m2,
    dots,
    geodesic_distance_m,
    geodesic_walk_m,
    make_valid_land,
    plane_xy,
    self_crossings,
)
from hkm_gis.record import Fact, Rejection, Repair
from hkm_gis.thresholds import Thresholds

__all__ = ["Outcome", "Walk", "area_uncertainty_ha", "to_polygon"]

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
    'straight_line'
    """
    trail = _Trail.of(walk, source, feature, thresholds)
    repairs: list[Repair] = []
    try:
        loops = _loops(trail, _recorded(trail, repairs), repairs)
        lands = [_land(trail, loop, repairs) for loop in loops]
    except _NoLandError as refusal:
        return Outcome(rejection=refusal.rejection, repairs=tuple(repairs))
    accuracy_m = _root_mean_square(trail.accuracy_m)
    error_m = thresholds.gps_error_m if math.isnan(accuracy_m) else accuracy_m
    return Outcome(
        polygons=tuple(lands),
        repairs=tuple(repairs),
        gaps_m=tuple(math.nan if walk.corners else trail.gap_m(loop) for loop in loops),
        accuracy_m=accuracy_m,
        uncertainties_ha=tuple(
            area_uncertainty_ha(trail.xy[loop], error_m=error_m, independent=walk.corners)
            for loop in loops
        ),
    )


def area_uncertainty_ha(ring_m: Track, *, error_m: float, independent: bool = False) -> float:
    """Return the half width of the 95 % interval of the hectares inside a walked ring.

    To first order the area changes by e·w, with e the position errors of the corners and w half
    the chord between the two neighbours of each, turned by 90°. So its variance is
    σ² Σ ρ(i, j) w(i)·w(j). For independent corners that is the surveyor's σ²/4 Σ|P(i+1)−P(i−1)|²;
    along a walk the errors fade as ρ = exp(−distance walked / ℓ). A long ℓ shifts the whole parcel
    and a short one averages out; both leave the area alone. Nobody knows ℓ under trees, so the ℓ
    that moves this area most is assumed (about a fifth of the perimeter): the interval covers
    95 % there and more elsewhere.

    Parameters
    ----------
    ring_m
        Corners in metres of the plane, shape (n, 2), the first not repeated at the end.
    error_m
        Standard error of a position along each axis.
    independent
        True where each corner was measured on its own, as numbered corners are.

    Examples
    --------
    >>> square = np.array([[0.0, 0.0], [100.0, 0.0], [100.0, 100.0], [0.0, 100.0]])
    >>> round(area_uncertainty_ha(square, error_m=5.0, independent=True), 3)
    0.139
    """
    ring_m = ring_m[:-1] if len(ring_m) > 1 and (ring_m[0] == ring_m[-1]).all() else ring_m
    if not independent and len(ring_m) > _KNOTS:
        ring_m = _evenly(ring_m, _KNOTS)
    around = np.concatenate([ring_m[-1:], ring_m, ring_m[:1]])
    chords = (around[2:] - around[:-2]) / 2
    variance = float((chords**2).sum())
    if not independent:
        variance = max(variance, _worst_variance(ring_m, chords))
    return _HALF_WIDTH_95 * error_m * math.sqrt(variance) / M2_PER_HA


_HALF_WIDTH_95 = 1.959964  # standard deviations of a normal error
_KNOTS = 64  # corners that stand for a dense ring; 128 change the result by less than 2 %
_FADING_SHARES = np.array([0.05, 0.1, 0.15, 0.2, 0.3, 0.45])
# ℓ as a share of the perimeter; the worst lies between 0.1 and 0.3 for every shape of parcel


def _worst_variance(ring_m: Track, chords: Track) -> float:
    walked_m = _walked_m(ring_m)
    fading = 1.0 / (_FADING_SHARES * max(walked_m[-1], _DUST_M))
    # exp(−(s_j − s_i)/ℓ) is exp(s_i/ℓ) times exp(−s_j/ℓ): running sums stand for all pairs.
    grown = np.exp(fading[:, None] * walked_m)[:, :, None]
    before = np.cumsum(chords * grown, axis=1)[:, :-1]
    pairs = (before * (chords[1:] / grown[:, 1:])).sum(axis=(1, 2))
    return float((chords**2).sum() + 2 * pairs.max())


# The trail and what stands of it


class _NoLandError(Exception):
    """The walk cannot become land; carries its rejection."""

    def __init__(self, rejection: Rejection) -> None:
        super().__init__(rejection.reason)
        self.rejection = rejection


@dataclass(frozen=True, slots=True, eq=False)
class _Trail:
    """All points of a walk, on the earth and on the plane; steps say which of them stand."""

    lonlat: Track
    xy: Track
    times_s: NDArray[np.float64]
    accuracy_m: NDArray[np.float64]
    walk: Walk
    source: str
    feature: str
    thresholds: Thresholds

    @classmethod
    def of(cls, walk: Walk, source: str, feature: str, thresholds: Thresholds) -> _Trail:
        lonlat = np.concatenate([np.empty((0, 2)), *walk.segments])
        times_s = _beside(walk.times_s, len(lonlat))
        accuracy_m = _beside(walk.accuracy_m, len(lonlat))
        return cls(lonlat, plane_xy(lonlat), times_s, accuracy_m, walk, source, feature, thresholds)

    def repair(self, rule: str, where: BaseGeometry | None = None, **facts: Fact) -> Repair:
        return Repair(source=self.source, feature=self.feature, rule=rule, facts=facts, where=where)

    def cut(self, rule: str, before: Kept, after: Kept, **facts: Fact) -> Repair:
        gone = np.setdiff1d(before, after)
        return self.repair(
            rule,
            dots(self.lonlat[gone]),
            points=len(gone),
            **facts,
            before_ha=self.area_ha(before),
            after_ha=self.area_ha(after),
        )

    def refusal(self, reason: str, **facts: Fact) -> _NoLandError:
        where = dots(self.lonlat) if len(self.lonlat) else None
        return _NoLandError(
            Rejection(
                source=self.source,
                feature=self.feature,
                code="W01" if reason in _OPEN else "S01",
                reason=reason,
                facts=facts,
                where=where,
            )
        )

    def area_ha(self, kept: Kept) -> float:
        return _shoelace_m2(self.xy[kept]) / M2_PER_HA

    def length_m(self, kept: Kept) -> float:
        return geodesic_walk_m(self.lonlat[kept])

    def gap_m(self, kept: Kept) -> float:
        return geodesic_distance_m(self.lonlat[kept[-1]], self.lonlat[kept[0]])


_OPEN = frozenset({"walk_not_closed", "segments_apart", "straight_line"})
"""Refusals of a walk that does not come back to where it began: check W01 speaks of them."""


def _beside(values: tuple[NDArray[np.float64], ...], points: int) -> NDArray[np.float64]:
    joined = np.concatenate([np.empty(0), *values])
    return joined if len(joined) == points else np.full(points, np.nan)


def _root_mean_square(values: NDArray[np.float64]) -> float:
    known = values[np.isfinite(values)]
    return float(np.sqrt((known**2).mean())) if len(known) else math.nan


def _shoelace_m2(ring_m: Track) -> float:
    if len(ring_m) < 3:
        return 0.0
    x, y = (ring_m - ring_m[0]).T  # the edge back to the first corner adds nothing then
    return abs(float(np.dot(x[:-1], y[1:]) - np.dot(y[:-1], x[1:]))) / 2


def _steps_m(xy: Track) -> NDArray[np.float64]:
    lengths: NDArray[np.float64] = np.hypot(*(xy[1:] - xy[:-1]).T)
    return lengths


def _walked_m(xy: Track) -> NDArray[np.float64]:
    return np.concatenate([[0.0], np.cumsum(_steps_m(xy))])


def _evenly(xy: Track, points: int) -> Track:
    walked_m = _walked_m(xy)
    knots_m = np.linspace(0.0, walked_m[-1], points)
    return np.column_stack([np.interp(knots_m, walked_m, xy[:, axis]) for axis in (0, 1)])


# What the receiver did: pieces, standing points, leaps, rests


def _recorded(trail: _Trail, repairs: list[Repair]) -> Kept:
    kept = _joined(trail, repairs)
    for rule, find in _RECEIVER_RULES:
        stands = find(trail, kept)
        if not stands.all():
            repairs.append(trail.cut(rule, kept, kept[stands]))
            kept = kept[stands]
        if len(kept) < _CORNERS_OF_LAND:
            raise trail.refusal("too_few_points", points=len(kept))
    return kept


def _joined(trail: _Trail, repairs: list[Repair]) -> Kept:
    lengths = [len(segment) for segment in trail.walk.segments if len(segment)]
    starts = np.cumsum(lengths)[:-1]
    if trail.walk.corners or len(starts) == 0:
        return np.arange(len(trail.xy))
    gaps_m = np.hypot(*(trail.xy[starts] - trail.xy[starts - 1]).T)
    if _each_closed(trail, np.split(np.arange(len(trail.xy)), starts)):
        return np.arange(len(trail.xy))
    if gaps_m.max() > trail.thresholds.closing_gap_max_m:
        raise trail.refusal("segments_apart", segments=len(lengths), gap_m=float(gaps_m.max()))
    ends = [LineString(trail.lonlat[[start - 1, start]]) for start in starts]
    repairs.append(
        trail.repair(
            "join_segments",
            shapely.MultiLineString(ends),
            segments=len(lengths),
            gap_m=float(gaps_m.max()),
        )
    )
    return np.arange(len(trail.xy))


def _each_closed(trail: _Trail, pieces: list[Kept]) -> bool:
    return all(_is_loop(trail, piece) for piece in pieces)


def _not_repeated(trail: _Trail, kept: Kept) -> NDArray[np.bool_]:
    same = (trail.lonlat[kept[1:]] == trail.lonlat[kept[:-1]]).all(axis=1)
    return np.concatenate([[True], ~same])


def _not_leapt(trail: _Trail, kept: Kept) -> NDArray[np.bool_]:
    """Say which points the receiver did not leap to: out by an impossible step and back again."""
    stands = np.ones(len(kept), dtype=bool)
    impossible = _impossible_steps(trail, kept)
    breaks = np.flatnonzero(impossible) + 1
    if len(breaks) < 2:
        return stands
    xy, n = trail.xy[kept], len(kept)
    for first, end in zip(breaks, [*breaks[1:], breaks[0] + n], strict=True):
        away = np.arange(first, end) % n
        if len(away) > max(_LEAP_POINTS, n * _LEAP_SHARE):
            continue
        before, after = xy[first - 1], xy[end % n]
        hop_m = min(math.dist(before, xy[away[0]]), math.dist(xy[away[-1]], after))
        if math.dist(before, after) <= hop_m / 2:
            stands[away] = False
    return stands


def _impossible_steps(trail: _Trail, kept: Kept) -> NDArray[np.bool_]:
    limits = trail.thresholds
    steps_m = _steps_m(trail.xy[np.append(kept, kept[0])])
    if steps_m.max() <= limits.jump_min_m:
        return np.zeros(len(kept), dtype=bool)
    times_s = trail.times_s[kept]
    with np.errstate(divide="ignore", invalid="ignore"):
        speed_m_s = steps_m / np.append(np.diff(times_s), np.nan)
    unlike_the_rest = steps_m > _LEAP_STEPS * np.median(steps_m)
    too_fast = (speed_m_s > limits.walking_speed_max_m_s) | (speed_m_s < 0)
    impossible: NDArray[np.bool_] = (steps_m > limits.jump_min_m) & np.where(
        np.isnan(speed_m_s), unlike_the_rest, too_fast
    )
    return impossible


def _not_resting(trail: _Trail, kept: Kept) -> NDArray[np.bool_]:
    """Say which points are no rest: many metres of track inside one GPS error."""
    stands = np.ones(len(kept), dtype=bool)
    if trail.walk.corners:
        return stands
    xy, radius_m = trail.xy[kept], trail.thresholds.gps_error_m
    walked_m = _walked_m(xy)
    soon = np.searchsorted(walked_m, walked_m + _REST_RADII * radius_m)
    ends = np.minimum(soon, len(xy) - 1)
    still = (soon < len(xy)) & (np.hypot(*(xy[ends] - xy).T) <= radius_m)
    done = 0
    for i in np.flatnonzero(still):
        end = i + _points_within(xy[i:], radius_m)
        if i >= done and end > ends[i]:
            stands[i:end] = False
            stands[i + _middle(xy[i:end])] = True
            done = int(end)
    return stands


def _points_within(xy: Track, radius_m: float) -> int:
    outside = np.hypot(*(xy - xy[0]).T) > radius_m
    return int(np.argmax(outside)) if outside.any() else len(xy)


def _middle(xy: Track) -> int:
    return int(np.argmin(np.hypot(*(xy - xy.mean(axis=0)).T)))


_RECEIVER_RULES: tuple[tuple[str, Callable[[_Trail, Kept], NDArray[np.bool_]]], ...] = (
    ("drop_repeated_points", _not_repeated),
    ("drop_jump", _not_leapt),
    ("drop_resting", _not_resting),
)
_CORNERS_OF_LAND = 3
_LEAP_STEPS = 10.0  # a leap is ten times the usual step, where the file has no times
_LEAP_POINTS = 3  # a receiver that leaps comes back within a few fixes,
_LEAP_SHARE = 0.02  # or within this share of a dense walk; more points are a place somebody went to
_REST_RADII = (
    4.0  # crossing the circle of one GPS error takes 2 radii; twice that is standing still
)


# Where the walker went: loops, the ways between them, laps


def _loops(trail: _Trail, kept: Kept, repairs: list[Repair]) -> list[Kept]:
    if trail.walk.corners:
        return [kept]
    loops = _closed_loops(trail, kept)
    looped_m = sum(float(_steps_m(trail.xy[loop]).sum()) for loop in loops)
    if looped_m < _LOOPS_MIN_SHARE * float(_steps_m(trail.xy[kept]).sum()):
        loops = []
    if len(loops) > 1:
        repairs.append(_split(trail, kept, loops))
    elif loops and len(loops[0]) < len(kept):
        again = _retraces(trail, np.setdiff1d(kept, loops[0]), loops[0])
        repairs.append(_trim(trail, "cut_lap" if again else "cut_tail", kept, loops[0]))
    return [_trimmed(trail, loop, repairs) for loop in loops or [kept]]


def _split(trail: _Trail, kept: Kept, loops: list[Kept]) -> Repair:
    return trail.repair(
        "split_walk",
        dots(trail.lonlat[[loop[0] for loop in loops]]),
        parcels=len(loops),
        before_ha=trail.area_ha(kept),
        after_ha=sum(map(trail.area_ha, loops)),
    )


def _trim(trail: _Trail, rule: str, kept: Kept, loop: Kept) -> Repair:
    length_m = trail.length_m(kept) - trail.length_m(loop)
    return trail.cut(rule, kept, loop, length_m=length_m)


def _trimmed(trail: _Trail, loop: Kept, repairs: list[Repair]) -> Kept:
    once = _told(trail, "cut_lap", loop, _one_lap(trail, loop), repairs)
    field = _told(trail, "cut_tail", once, _unstemmed(trail, once), repairs)
    if len(field) == len(once):
        return once
    # A lap may hide behind the way in.
    return _told(trail, "cut_lap", field, _one_lap(trail, field), repairs)


def _told(trail: _Trail, rule: str, before: Kept, after: Kept, repairs: list[Repair]) -> Kept:
    if len(after) < len(before):
        repairs.append(_trim(trail, rule, before, after))
    return after


def _closed_loops(trail: _Trail, kept: Kept) -> list[Kept]:
    """Return the loops of a track in walking order; the whole track where it is one."""
    if _distance_m(trail, kept[0], kept[-1]) <= trail.thresholds.closing_gap_note_m:
        return [kept]
    found = _longest_loop(trail, kept)
    if found is None:
        return []
    first, last = found
    loop = kept[first : last + 1]
    if _may_close(trail, kept) and not _has_tail(trail, kept, loop):
        return [kept]
    return [
        *_closed_part(trail, kept[: first + 1]),
        loop,
        *_closed_part(trail, kept[last:]),
    ]


def _has_tail(trail: _Trail, kept: Kept, loop: Kept) -> bool:
    cut_m = _walked_m(trail.xy[kept])[-1] - _walked_m(trail.xy[loop])[-1]
    land_share = 1 - trail.thresholds.tail_land_max_share
    holds_no_land = trail.area_ha(loop) >= trail.area_ha(kept) * land_share
    return bool(cut_m >= _STEM_GAPS * _near_m(trail) and holds_no_land)


def _closed_part(trail: _Trail, kept: Kept) -> list[Kept]:
    found = _longest_loop(trail, kept)
    if found is None:
        return []
    first, last = found
    return [
        *_closed_part(trail, kept[: first + 1]),
        kept[first : last + 1],
        *_closed_part(trail, kept[last:]),
    ]


def _longest_loop(trail: _Trail, kept: Kept) -> tuple[int, int] | None:
    """Return the two places of the track that meet and hold the longest loop between them."""
    if len(kept) < _CORNERS_OF_LAND:
        return None
    xy, walked_m = trail.xy[kept], _walked_m(trail.xy[kept])
    points: NDArray[np.object_] = np.asarray(shapely.points(xy))
    near_m = trail.thresholds.closing_gap_note_m
    i, j = shapely.STRtree(points).query(points, predicate="dwithin", distance=near_m)
    between_m = walked_m[j] - walked_m[i]
    apart_m = np.hypot(*(xy[i] - xy[j]).T)
    far = between_m > _LOOP_GAPS * near_m
    # Twice the distance: else a loop would grow out along its own tail to save one metre of gap.
    worth = between_m[far] - 2 * apart_m[far]
    for best in np.argsort(-worth, kind="stable")[:_LOOP_TRIES]:
        first, last = int(i[far][best]), int(j[far][best])
        if _is_loop(trail, kept[first : last + 1]):
            return first, last
    return None


def _is_loop(trail: _Trail, kept: Kept) -> bool:
    if len(kept) < _CORNERS_OF_LAND:
        return False
    limits = trail.thresholds
    closed = _distance_m(trail, kept[0], kept[-1]) <= limits.closing_gap_note_m
    wide = _width_m(trail, kept) >= limits.sliver_width_m
    return closed and wide and trail.area_ha(kept) >= limits.parcel_min_ha


def _width_m(trail: _Trail, kept: Kept) -> float:
    # A strip of w by l has the area w·l and the outline 2l: twice area by outline is its width.
    return 2 * _shoelace_m2(trail.xy[kept]) / max(_outline_m(trail, kept), _DUST_M)


def _outline_m(trail: _Trail, kept: Kept) -> float:
    return float(_steps_m(trail.xy[np.append(kept, kept[0])]).sum())


def _distance_m(trail: _Trail, here: int, there: int) -> float:
    return math.dist(trail.xy[here], trail.xy[there])


def _unstemmed(trail: _Trail, kept: Kept) -> Kept:
    """Cut the way in and out where both ends of a closed walk follow one path."""
    xy, near_m = trail.xy[kept], trail.thresholds.closing_gap_note_m
    walked_m = _walked_m(xy)
    if not _starts_as_it_ends(xy, walked_m, near_m):
        return kept
    half_m = walked_m[-1] / 2
    way_in, way_out = xy[walked_m <= half_m], xy[walked_m >= half_m][::-1]
    if min(len(way_in), len(way_out)) < 2:
        return kept
    in_m, out_m = _together_m(way_in, way_out, near_m), _together_m(way_out, way_in, near_m)
    if min(in_m, out_m) < _STEM_GAPS * near_m:
        return kept
    inside = (walked_m >= in_m - _DUST_M) & (walked_m <= walked_m[-1] - out_m + _DUST_M)
    loop: Kept = kept[inside]
    if len(loop) < _CORNERS_OF_LAND:
        raise trail.refusal("straight_line", length_m=trail.length_m(kept))
    return loop


def _starts_as_it_ends(xy: Track, walked_m: NDArray[np.float64], near_m: float) -> bool:
    """Say whether both ends may follow one path: mostly they do not, and the first metres tell."""
    early = xy[walked_m <= _STEM_GAPS * near_m]
    # Whatever lies farther along the way out would count as astray in any case.
    reach_m = near_m + (1 + _ASTRAY_SHARE) * _STEM_GAPS * near_m
    first = int(np.argmax(walked_m >= walked_m[-1] - reach_m))
    late = LineString(xy[max(first - 1, 0) :])
    apart_m = np.asarray(shapely.distance(shapely.points(early), late))
    return bool(apart_m.max() <= _PATH_GAPS * near_m)


def _together_m(way: Track, other: Track, near_m: float) -> float:
    """Return how far a way goes from its start until it parts from the other way."""
    walked_m, line, points = _walked_m(way), LineString(other), shapely.points(way)
    apart_m = np.asarray(shapely.distance(points, line))
    # On one path both have gone as far; on two laps of one field the other is elsewhere by then.
    astray_m = np.abs(shapely.line_locate_point(line, points) - walked_m)
    parted = (apart_m > _PATH_GAPS * near_m) | (astray_m > near_m + _ASTRAY_SHARE * walked_m)
    together = apart_m[: int(np.argmax(parted))] if parted.any() else apart_m
    if len(together) == 0:
        return 0.0
    # The ways part where they are for the last time as near as they usually were.
    parting = np.flatnonzero(together <= np.median(together))[-1]
    return float(walked_m[parting])


def _one_lap(trail: _Trail, kept: Kept) -> Kept:
    """Leave out what was walked twice: everything after the first return to the start."""
    xy, near_m = trail.xy[kept], trail.thresholds.closing_gap_note_m
    walked_m = _walked_m(xy)
    home_m = np.hypot(*(xy - xy[0]).T)
    left = np.maximum.accumulate(home_m) > _LOOP_GAPS * near_m / 2
    back = np.flatnonzero(
        (home_m <= near_m) & left & (walked_m < walked_m[-1] - _LOOP_GAPS * near_m)
    )
    if len(back) == 0:
        return kept
    first_visit = back[: 1 + int(np.argmax(np.append(np.diff(back) > 1, True)))]
    last = int(first_visit[np.argmin(home_m[first_visit])])
    lap, rest = kept[: last + 1], kept[last + 1 :]
    return lap if _retraces(trail, rest, lap) else kept


def _retraces(trail: _Trail, rest: Kept, lap: Kept) -> bool:
    """Say whether a walk goes on along its own lap, and onward: back would be a pointed corner."""
    line, points = LineString(trail.xy[np.append(lap, lap[0])]), dots(trail.xy[rest])
    parts = shapely.get_parts(points)
    away_m = np.sort(np.asarray(shapely.distance(parts, line)))
    along_m = np.diff(np.asarray(shapely.line_locate_point(line, parts)))
    onward = len(along_m) == 0 or np.median(along_m) > 0
    return bool(onward and away_m[int(0.9 * (len(rest) - 1))] <= _near_m(trail))


def _near_m(trail: _Trail) -> float:
    return trail.thresholds.closing_gap_note_m


_DUST_M = 1e-6
_ASTRAY_SHARE = 0.3  # a noisy track of one path may be so much longer than another
_LOOP_GAPS = 4.0  # a loop shorter than four closing gaps is a turn on the spot
_LOOP_TRIES = 200  # pairs of meeting places looked at before a track counts as loopless
_LOOPS_MIN_SHARE = 0.5  # a person decides before most of a track is thrown away
_PATH_GAPS = 4 / 3  # two tracks of one path: their errors of 5 m add up, 20 m is nearly never
_STEM_GAPS = 2.0  # two ends that part within 30 m are a pointed corner, not a path


# From a loop to land


def _land(trail: _Trail, loop: Kept, repairs: list[Repair]) -> BaseGeometry:
    outline_m = _outline_m(trail, loop)
    hull_m2 = shapely.area(shapely.convex_hull(LineString(trail.xy[loop])))
    if hull_m2 == 0 and len(np.unique(trail.lonlat[loop], axis=0)) < _CORNERS_OF_LAND:
        raise trail.refusal("too_few_points", points=len(loop))
    _refuse_a_line(trail, loop, outline_m, hull_m2)
    if not trail.walk.corners:
        _close(trail, loop, repairs)
    drawn = Polygon(trail.lonlat[loop])
    if drawn.is_valid:
        _refuse_a_line(trail, loop, outline_m, _shoelace_m2(trail.xy[loop]))
        return drawn
    land = _uncrossed(trail, drawn, repairs)
    _refuse_a_line(trail, loop, outline_m, float(area_m2([land])[0]))
    return land


def _refuse_a_line(trail: _Trail, loop: Kept, outline_m: float, land_m2: float) -> None:
    width_m = 2 * land_m2 / max(outline_m, _DUST_M)
    narrow = width_m < trail.thresholds.gps_error_m and outline_m > _STRAIGHT_WIDTHS * width_m
    if land_m2 < _NO_AREA_M2 or (narrow and not trail.walk.corners):
        raise trail.refusal("straight_line", length_m=trail.length_m(loop))


def _may_close(trail: _Trail, loop: Kept) -> bool:
    limits, gap_m = trail.thresholds, trail.gap_m(loop)
    allowed_m = limits.closing_gap_max_share * trail.length_m(loop)
    return gap_m <= limits.closing_gap_note_m or gap_m <= min(allowed_m, limits.closing_gap_max_m)


def _close(trail: _Trail, loop: Kept, repairs: list[Repair]) -> None:
    gap_m = trail.gap_m(loop)
    if gap_m <= trail.thresholds.closing_gap_note_m:
        return
    length_m = trail.length_m(loop)
    if not _may_close(trail, loop):
        raise trail.refusal("walk_not_closed", gap_m=gap_m, length_m=length_m)
    ends = LineString(trail.lonlat[loop[[-1, 0]]])
    area_ha = trail.area_ha(loop)
    repairs.append(
        trail.repair("close_gap", ends, gap_m=gap_m, length_m=length_m, after_ha=area_ha)
    )


def _uncrossed(trail: _Trail, drawn: BaseGeometry, repairs: list[Repair]) -> BaseGeometry:
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
