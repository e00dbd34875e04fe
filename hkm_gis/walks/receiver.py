"""What the receiver did: standing points, leaps and rests are left out."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hkm_gis.record import Repair
from hkm_gis.walks.trail import CORNERS_OF_LAND, Kept, Track, Trail, steps_m, usual_step_m, way_m

__all__ = ["keep_recorded"]


def keep_recorded(trail: Trail, strand: Kept, repairs: list[Repair]) -> Kept:
    """Return the points that the walker was at, telling ``repairs`` what is left out."""
    kept = strand
    for rule, find in _RECEIVER_RULES:
        if len(kept) < CORNERS_OF_LAND:
            return kept
        stands = find(trail, kept)
        if not stands.all():
            repairs.append(trail.cut(rule, kept, kept[stands]))
            kept = kept[stands]
    return kept


def _not_repeated(trail: Trail, kept: Kept) -> NDArray[np.bool_]:
    same = (trail.lonlat[kept[1:]] == trail.lonlat[kept[:-1]]).all(axis=1)
    return np.concatenate([[True], ~same])


def _not_inaccurate(trail: Trail, kept: Kept) -> NDArray[np.bool_]:
    """Say which points the device trusts, leaving out others only where no land hangs on them."""
    stands = np.ones(len(kept), dtype=bool)
    accuracy_m = trail.accuracy_m[kept]
    usual_m = max(trail.thresholds.gps_error_m, _median_known(accuracy_m))
    poor = accuracy_m > _POOR_TIMES * usual_m
    if trail.walk.corners or not poor.any() or (~poor).sum() < CORNERS_OF_LAND:
        return stands
    trusted = np.flatnonzero(~poor)
    for before, after in zip(trusted, np.roll(trusted, -1), strict=True):
        between = np.arange(before + 1, after if after > before else after + len(kept)) % len(kept)
        if (
            len(between)
            and math.dist(*trail.xy[kept[[before, after]]]) <= _HOLE_GAPS * trail.near_m
        ):
            stands[between] = False
    return stands


def _median_known(values: NDArray[np.float64]) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else 0.0


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
    """Say which points are no rest: so many in one place that a knot of errors would be drawn."""
    stands = np.ones(len(kept), dtype=bool)
    if trail.walk.corners:
        return stands
    way, radius_m, done = trail.ironed_way(kept), _REST_RADII * trail.thresholds.gps_error_m, 0
    ends = _soonest_ends(trail, kept, way)
    first = int(np.searchsorted(ends, len(way)))  # from there on the walk ends too soon for a rest
    still = np.hypot(*(way[ends[:first]] - way[:first]).T) <= radius_m
    for i in np.flatnonzero(still):
        if i < done:
            continue
        end = i + _points_within(way[i:], radius_m)
        if end > ends[i] and end - i >= _REST_POINTS:
            stands[i:end] = False
            stands[i + _middle(way[i:end])] = True
            done = int(end)
    return stands


def _soonest_ends(trail: Trail, kept: Kept, way: Track) -> NDArray[np.intp]:
    """Return for each point the first one that is late enough for a rest to lie between."""
    times_s = trail.times_s[kept]
    if np.isfinite(times_s).all() and (np.diff(times_s) >= 0).all():
        return np.searchsorted(times_s, times_s + _REST_S)
    walked_m = way_m(way)
    return np.searchsorted(walked_m, walked_m + _REST_WALKED * trail.thresholds.gps_error_m)


def _points_within(xy: Track, radius_m: float) -> int:
    for reach in (_REST_USUAL_POINTS, len(xy)):  # a walk of a day is long, its rests mostly not
        outside = np.hypot(*(xy[:reach] - xy[0]).T) > radius_m
        if outside.any():
            return int(np.argmax(outside))
    return len(xy)


def _middle(xy: Track) -> int:
    return int(np.argmin(np.hypot(*(xy - xy.mean(axis=0)).T)))


def _not_crowded(trail: Trail, kept: Kept) -> NDArray[np.bool_]:
    """Say which points a walk needs whose fixes stand so close that only their trembling shows."""
    every = int(_CROWD_SHARE * trail.thresholds.gps_error_m / usual_step_m(trail.xy[kept]))
    stands = np.ones(len(kept), dtype=bool)
    if every > 1 and not trail.walk.corners and len(kept) > _CROWD_POINTS:
        stands[:] = np.arange(len(kept)) % every == 0
        stands[-1] = True
    return stands


_RECEIVER_RULES: tuple[tuple[str, Callable[[Trail, Kept], NDArray[np.bool_]]], ...] = (
    ("drop_repeated_points", _not_repeated),
    ("drop_inaccurate", _not_inaccurate),
    ("drop_jump", _not_leapt),
    ("drop_resting", _not_resting),
    ("drop_crowded", _not_crowded),
)
_POOR_TIMES = 4.0  # a fix four times worse than the walk's usual one tells nothing of the line
_HOLE_GAPS = 2.0  # 30 m of straight line instead: more would be a corner that nobody measured
_LEAP_STEPS = 5.0  # a leap is five times the usual step, where the file has no times
_LEAP_POINTS = 3  # a receiver that leaps comes back within a few fixes,
_LEAP_SHARE = 0.02  # or within this share of a dense walk; more points are a place somebody went to
_REST_RADII = 2.0  # radius of a rest in GPS errors: the receiver wanders while somebody stands
_REST_S = 90.0  # even on a steep slope nobody takes so long for two GPS errors
_REST_WALKED = 12.0  # crossing that circle takes 4 GPS errors of track; thrice that is standing
_CROWD_SHARE = 0.05  # fixes nearer than a twentieth of their error, 25 cm, tell of nothing but it
_CROWD_POINTS = 5_000  # fewer do no harm; the knots of more are countless
_REST_USUAL_POINTS = 1_000  # a quarter of an hour, second by second
_REST_POINTS = 4  # fewer draw no knot: a device that writes by distance leaves them out itself
