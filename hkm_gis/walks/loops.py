"""Where the walker went: the loops of a track, without the ways between and second laps."""

from __future__ import annotations

import math

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString

from hkm_gis.plane import dots
from hkm_gis.record import Repair
from hkm_gis.walks.trail import (
    CORNERS_OF_LAND,
    DUST_M,
    Kept,
    Track,
    Trail,
    shoelace_m2,
    steps_m,
    way_m,
)

__all__ = ["find_loops", "goes_round"]


def find_loops(trail: Trail, strands: list[Kept], repairs: list[Repair]) -> list[Kept]:
    """Return the loop round each parcel of a walk, telling ``repairs`` what is left out.

    A single strand without a loop is returned whole: whether it may be closed is decided with its
    land.

    Raises
    ------
    NoLandError
        ``too_few_points``, or ``segments_apart``: most of several strands goes round nothing.
    """
    if len(strands) == 1:
        if len(strands[0]) < CORNERS_OF_LAND:
            raise trail.refusal("too_few_points", points=len(strands[0]))
        loops = _loops_of(trail, strands[0]) or strands
        if len(loops) == 1 and len(loops[0]) < len(strands[0]):
            repairs.append(_trim_ends(trail, strands[0], loops[0]))
    else:
        loops = _loops_among(trail, strands, repairs)
    if len(loops) > 1:
        repairs.append(_split(trail, np.concatenate(strands), loops))
    return loops if trail.walk.corners else [_trimmed(trail, loop, repairs) for loop in loops]


def _loops_of(trail: Trail, strand: Kept) -> list[Kept]:
    if trail.walk.corners or len(strand) < CORNERS_OF_LAND:
        return []
    loops = _closed_loops(trail, strand)
    looped_m = sum(_length_m(trail, loop) for loop in loops)
    return loops if looped_m >= _LOOPS_MIN_SHARE * _length_m(trail, strand) else []


def _loops_among(trail: Trail, strands: list[Kept], repairs: list[Repair]) -> list[Kept]:
    """Return the loops of several strands; a strand that is none is a way to the parcels."""
    loops: list[Kept] = []
    for strand in strands:
        found = _loops_of(trail, strand) or [strand] * goes_round(trail, strand)
        again = [loop for loop in found if any(_covers(trail, known, loop) for known in loops)]
        repairs += [_trim(trail, "cut_lap", loop, loop[:0]) for loop in again]
        if not found:
            repairs.append(_trim(trail, "cut_tail", strand, strand[:0]))
        loops += [loop for loop in found if all(loop is not lap for lap in again)]
    all_m = sum(_length_m(trail, strand) for strand in strands)
    if sum(_length_m(trail, loop) for loop in loops) < _LOOPS_MIN_SHARE * all_m:
        raise trail.refusal("segments_apart", segments=len(strands), gap_m=_apart_m(trail, strands))
    return loops


def _apart_m(trail: Trail, strands: list[Kept]) -> float:
    ends = trail.way[[(strand[0], strand[-1]) for strand in strands]]
    return max(
        min(math.dist(p, q) for p in here for k, one in enumerate(ends) if k != n for q in one)
        for n, here in enumerate(ends)
    )


def _length_m(trail: Trail, kept: Kept) -> float:
    return float(steps_m(trail.way[kept]).sum())


def _trim_ends(trail: Trail, strand: Kept, loop: Kept) -> Repair:
    again = _retraces(trail, strand[~np.isin(strand, loop)], loop)
    return _trim(trail, "cut_lap" if again else "cut_tail", strand, loop)


def _split(trail: Trail, kept: Kept, loops: list[Kept]) -> Repair:
    return trail.repair(
        "split_walk",
        dots(trail.lonlat[[loop[0] for loop in loops]]),
        parcels=len(loops),
        before_ha=trail.area_ha(kept),
        after_ha=sum(map(trail.area_ha, loops)),
    )


def _trim(trail: Trail, rule: str, kept: Kept, loop: Kept) -> Repair:
    length_m = trail.length_m(kept) - trail.length_m(loop)
    return trail.cut(rule, kept, loop, length_m=length_m)


def _trimmed(trail: Trail, loop: Kept, repairs: list[Repair]) -> Kept:
    once = _told(trail, "cut_lap", loop, _one_lap(trail, loop), repairs)
    field = _told(trail, "cut_tail", once, _unstemmed(trail, once), repairs)
    if len(field) == len(once):
        return once
    # A lap may hide behind the way in.
    return _told(trail, "cut_lap", field, _one_lap(trail, field), repairs)


def _told(trail: Trail, rule: str, before: Kept, after: Kept, repairs: list[Repair]) -> Kept:
    if len(after) < len(before):
        repairs.append(_trim(trail, rule, before, after))
    return after


def _closed_loops(trail: Trail, kept: Kept) -> list[Kept]:
    """Return the loops of a track in walking order; the whole track where it is one."""
    if trail.distance_m(kept[0], kept[-1]) <= trail.near_m:
        return [kept]
    found = _longest_loop(trail, kept, trail.near_m)
    if found is None and not trail.may_close(kept):
        # Two errors of 5 m part the start and the return by more than 15 m one time in ten.
        found = _longest_loop(trail, kept, 2 * trail.near_m)
    if found is None:
        return []
    first, last = found
    loop = kept[first : last + 1]
    if trail.may_close(kept) and not _has_tail(trail, kept, loop):
        return [kept]
    return [
        *_closed_part(trail, kept[: first + 1]),
        loop,
        *_closed_part(trail, kept[last:]),
    ]


def _has_tail(trail: Trail, kept: Kept, loop: Kept) -> bool:
    cut_m = way_m(trail.way[kept])[-1] - way_m(trail.way[loop])[-1]
    land_share = 1 - trail.thresholds.tail_land_max_share
    holds_no_land = trail.area_ha(loop) >= trail.area_ha(kept) * land_share
    return bool(cut_m >= _STEM_GAPS * trail.near_m and holds_no_land)


def _closed_part(trail: Trail, kept: Kept) -> list[Kept]:
    found = _longest_loop(trail, kept, trail.near_m)
    if found is None:
        return []
    first, last = found
    return [
        *_closed_part(trail, kept[: first + 1]),
        kept[first : last + 1],
        *_closed_part(trail, kept[last:]),
    ]


def _longest_loop(trail: Trail, kept: Kept, near_m: float) -> tuple[int, int] | None:
    """Return the two places of the track that meet and hold the longest loop between them."""
    if len(kept) < CORNERS_OF_LAND:
        return None
    walked_m = way_m(trail.way[kept])
    # Of a walk of a whole day every point would meet thousands of others.
    every = min(len(kept) // _LOOP_POINTS, int(near_m / 3 * len(kept) / max(walked_m[-1], DUST_M)))
    places = np.arange(0, len(kept), max(every, 1))
    for first, last in _meetings(trail.way[kept[places]], walked_m[places], near_m):
        if goes_round(trail, kept[places[first] : places[last] + 1]):
            return int(places[first]), int(places[last])
    return None


def _meetings(xy: Track, walked_m: NDArray[np.float64], near_m: float) -> NDArray[np.intp]:
    """Return the pairs of places that meet with most of the way between them, best first."""
    points: NDArray[np.object_] = np.asarray(shapely.points(xy))
    tree = shapely.STRtree(points)
    pairs, worths = [np.empty((0, 2), np.intp)], [np.empty(0)]
    for start in range(0, len(points), _MEETINGS_AT_ONCE):
        some = points[start : start + _MEETINGS_AT_ONCE]
        i, j = tree.query(some, predicate="dwithin", distance=near_m)
        i = i + start
        between_m = walked_m[j] - walked_m[i]
        far = between_m > _LOOP_GAPS * near_m
        i, j, between_m = i[far], j[far], between_m[far]
        # Twice the distance: else a loop would grow out along its own tail to save a metre of gap.
        worth = between_m - 2 * np.hypot(*(xy[i] - xy[j]).T)
        best = np.argsort(-worth, kind="stable")[:_LOOP_TRIES]
        pairs.append(np.column_stack([i[best], j[best]]))
        worths.append(worth[best])
    best = np.argsort(-np.concatenate(worths), kind="stable")[:_LOOP_TRIES]
    return np.concatenate(pairs)[best]


def goes_round(trail: Trail, kept: Kept) -> bool:
    """Say whether a way comes back to its start round a field, not along its own track."""
    return len(kept) > 0 and trail.may_close(kept) and _holds_a_field(trail, kept)


def _holds_a_field(trail: Trail, kept: Kept) -> bool:
    if len(kept) < CORNERS_OF_LAND:
        return False
    limits = trail.thresholds
    wide = _width_m(trail, kept) >= limits.sliver_width_m
    return wide and trail.area_ha(kept) >= limits.parcel_min_ha


def _width_m(trail: Trail, kept: Kept) -> float:
    # A strip of w by l has the area w·l and the outline 2l: twice area by outline is its width.
    return 2 * shoelace_m2(trail.way[kept]) / max(trail.outline_m(kept), DUST_M)


def _unstemmed(trail: Trail, kept: Kept) -> Kept:
    """Cut the way in and out where both ends of a closed walk follow one path."""
    xy, near_m = trail.way[kept], trail.near_m
    walked_m = way_m(xy)
    if not _starts_as_it_ends(xy, walked_m, near_m):
        return kept
    half_m = walked_m[-1] / 2
    way_in, way_out = _some(xy[walked_m <= half_m]), _some(xy[walked_m >= half_m][::-1])
    if min(len(way_in), len(way_out)) < 2:
        return kept
    in_m, out_m = _together_m(way_in, way_out, near_m), _together_m(way_out, way_in, near_m)
    if min(in_m, out_m) < _STEM_GAPS * near_m:
        return kept
    inside = (walked_m >= in_m - DUST_M) & (walked_m <= walked_m[-1] - out_m + DUST_M)
    loop: Kept = kept[inside]
    if len(loop) < CORNERS_OF_LAND:
        raise trail.refusal("straight_line", length_m=trail.length_m(kept))
    land_share = 1 - trail.thresholds.tail_land_max_share
    return loop if trail.area_ha(loop) >= land_share * trail.area_ha(kept) else kept


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
    walked_m, line, points = way_m(way), LineString(other), shapely.points(way)
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


def _one_lap(trail: Trail, kept: Kept) -> Kept:
    """Leave out what was walked twice: everything after the first return to the start."""
    xy, near_m = trail.way[kept], trail.near_m
    walked_m = way_m(xy)
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


def _retraces(trail: Trail, rest: Kept, lap: Kept) -> bool:
    """Say whether a walk goes on along its own lap, and onward: back would be a pointed corner."""
    line = LineString(_some(trail.way[np.append(lap, lap[0])]))
    points = shapely.points(_some(trail.way[rest]))
    along_m = np.diff(np.asarray(shapely.line_locate_point(line, points)))
    onward = len(along_m) == 0 or np.median(along_m) > 0
    return bool(onward and _covers(trail, lap, rest))


def _covers(trail: Trail, lap: Kept, rest: Kept) -> bool:
    """Say whether a way keeps to a lap that was walked before."""
    line = LineString(_some(trail.way[np.append(lap, lap[0])]))
    points = shapely.points(_some(trail.way[rest]))
    away_m = np.sort(np.asarray(shapely.distance(points, line)))
    return bool(away_m[int(_COVERED_SHARE * (len(away_m) - 1))] <= trail.near_m)


def _some(way: Track) -> Track:
    """Return a way of at most some thousand points: each is held against each of another way."""
    return way[:: max(1, len(way) // _SOME_POINTS)]


_ASTRAY_SHARE = 0.3  # a noisy track of one path may be so much longer than another
_LOOP_GAPS = 4.0  # a loop shorter than four closing gaps is a turn on the spot
_LOOP_POINTS = 5_000  # a walk of more points is looked at in steps, of a third of a gap at most
_MEETINGS_AT_ONCE = 2_000  # points whose meetings are held in memory together
_SOME_POINTS = 2_500
_LOOP_TRIES = 200  # pairs of meeting places looked at before a track counts as loopless
_COVERED_SHARE = 0.9
_LOOPS_MIN_SHARE = 0.5  # a person decides before most of a track is thrown away
_PATH_GAPS = 4 / 3  # two tracks of one path: their errors of 5 m add up, 20 m is nearly never
_STEM_GAPS = 2.0  # two ends that part within 30 m are a pointed corner, not a path
