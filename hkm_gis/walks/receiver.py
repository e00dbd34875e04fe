"""What the receiver did: pieces are joined; standing points, leaps and rests are left out."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString

from hkm_gis.record import Repair
from hkm_gis.walks.loops import is_loop
from hkm_gis.walks.trail import CORNERS_OF_LAND, Kept, Track, Trail, steps_m, way_m

__all__ = ["keep_recorded"]


def keep_recorded(trail: Trail, repairs: list[Repair]) -> Kept:
    """Return the points that the walker was at, telling ``repairs`` what is left out.

    Raises
    ------
    NoLandError
        ``segments_apart`` or ``too_few_points``.
    """
    kept = _joined(trail, repairs)
    for rule, find in _RECEIVER_RULES:
        stands = find(trail, kept)
        if not stands.all():
            repairs.append(trail.cut(rule, kept, kept[stands]))
            kept = kept[stands]
        if len(kept) < CORNERS_OF_LAND:
            raise trail.refusal("too_few_points", points=len(kept))
    return kept


def _joined(trail: Trail, repairs: list[Repair]) -> Kept:
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


def _each_closed(trail: Trail, pieces: list[Kept]) -> bool:
    return all(is_loop(trail, piece) for piece in pieces)


def _not_repeated(trail: Trail, kept: Kept) -> NDArray[np.bool_]:
    same = (trail.lonlat[kept[1:]] == trail.lonlat[kept[:-1]]).all(axis=1)
    return np.concatenate([[True], ~same])


def _not_leapt(trail: Trail, kept: Kept) -> NDArray[np.bool_]:
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


def _impossible_steps(trail: Trail, kept: Kept) -> NDArray[np.bool_]:
    limits = trail.thresholds
    hops_m = steps_m(trail.xy[np.append(kept, kept[0])])
    if hops_m.max() <= limits.jump_min_m:
        return np.zeros(len(kept), dtype=bool)
    times_s = trail.times_s[kept]
    with np.errstate(divide="ignore", invalid="ignore"):
        speed_m_s = hops_m / np.append(np.diff(times_s), np.nan)
    unlike_the_rest = hops_m > _LEAP_STEPS * np.median(hops_m)
    too_fast = (speed_m_s > limits.walking_speed_max_m_s) | (speed_m_s < 0)
    impossible: NDArray[np.bool_] = (hops_m > limits.jump_min_m) & np.where(
        np.isnan(speed_m_s), unlike_the_rest, too_fast
    )
    return impossible


def _not_resting(trail: Trail, kept: Kept) -> NDArray[np.bool_]:
    """Say which points are no rest: many metres of track inside one GPS error."""
    stands = np.ones(len(kept), dtype=bool)
    if trail.walk.corners:
        return stands
    xy, radius_m = trail.xy[kept], trail.thresholds.gps_error_m
    walked_m = way_m(xy)
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


_RECEIVER_RULES: tuple[tuple[str, Callable[[Trail, Kept], NDArray[np.bool_]]], ...] = (
    ("drop_repeated_points", _not_repeated),
    ("drop_jump", _not_leapt),
    ("drop_resting", _not_resting),
)
_LEAP_STEPS = 10.0  # a leap is ten times the usual step, where the file has no times
_LEAP_POINTS = 3  # a receiver that leaps comes back within a few fixes,
_LEAP_SHARE = 0.02  # or within this share of a dense walk; more points are a place somebody went to
_REST_RADII = (
    4.0  # crossing the circle of one GPS error takes 2 radii; twice that is standing still
)
