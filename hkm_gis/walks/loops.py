"""Where the walker went: the loops of a track, without the ways between and second laps."""

from __future__ import annotations

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

__all__ = ["find_loops", "is_loop"]


def find_loops(trail: Trail, kept: Kept, repairs: list[Repair]) -> list[Kept]:
    """Return the loop round each parcel of a track, telling ``repairs`` what is left out.

    A track without a loop is returned whole: whether it may be closed is not decided here.
    """
    if trail.walk.corners:
        return [kept]
    loops = _closed_loops(trail, kept)
    looped_m = sum(float(steps_m(trail.xy[loop]).sum()) for loop in loops)
    if looped_m < _LOOPS_MIN_SHARE * float(steps_m(trail.xy[kept]).sum()):
        loops = []
    if len(loops) > 1:
        repairs.append(_split(trail, kept, loops))
    elif loops and len(loops[0]) < len(kept):
        again = _retraces(trail, np.setdiff1d(kept, loops[0]), loops[0])
        repairs.append(_trim(trail, "cut_lap" if again else "cut_tail", kept, loops[0]))
    return [_trimmed(trail, loop, repairs) for loop in loops or [kept]]


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
    found = _longest_loop(trail, kept)
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
    cut_m = way_m(trail.xy[kept])[-1] - way_m(trail.xy[loop])[-1]
    land_share = 1 - trail.thresholds.tail_land_max_share
    holds_no_land = trail.area_ha(loop) >= trail.area_ha(kept) * land_share
    return bool(cut_m >= _STEM_GAPS * trail.near_m and holds_no_land)


def _closed_part(trail: Trail, kept: Kept) -> list[Kept]:
    found = _longest_loop(trail, kept)
    if found is None:
        return []
    first, last = found
    return [
        *_closed_part(trail, kept[: first + 1]),
        kept[first : last + 1],
        *_closed_part(trail, kept[last:]),
    ]


def _longest_loop(trail: Trail, kept: Kept) -> tuple[int, int] | None:
    """Return the two places of the track that meet and hold the longest loop between them."""
    if len(kept) < CORNERS_OF_LAND:
        return None
    xy, walked_m = trail.xy[kept], way_m(trail.xy[kept])
    points: NDArray[np.object_] = np.asarray(shapely.points(xy))
    near_m = trail.near_m
    i, j = shapely.STRtree(points).query(points, predicate="dwithin", distance=near_m)
    between_m = walked_m[j] - walked_m[i]
    apart_m = np.hypot(*(xy[i] - xy[j]).T)
    far = between_m > _LOOP_GAPS * near_m
    # Twice the distance: else a loop would grow out along its own tail to save one metre of gap.
    worth = between_m[far] - 2 * apart_m[far]
    for best in np.argsort(-worth, kind="stable")[:_LOOP_TRIES]:
        first, last = int(i[far][best]), int(j[far][best])
        if is_loop(trail, kept[first : last + 1]):
            return first, last
    return None


def is_loop(trail: Trail, kept: Kept) -> bool:
    """Say whether a way comes back to its start round a field, not along its own track."""
    if len(kept) < CORNERS_OF_LAND:
        return False
    limits = trail.thresholds
    closed = trail.distance_m(kept[0], kept[-1]) <= limits.closing_gap_note_m
    wide = _width_m(trail, kept) >= limits.sliver_width_m
    return closed and wide and trail.area_ha(kept) >= limits.parcel_min_ha


def _width_m(trail: Trail, kept: Kept) -> float:
    # A strip of w by l has the area w·l and the outline 2l: twice area by outline is its width.
    return 2 * shoelace_m2(trail.xy[kept]) / max(trail.outline_m(kept), DUST_M)


def _unstemmed(trail: Trail, kept: Kept) -> Kept:
    """Cut the way in and out where both ends of a closed walk follow one path."""
    xy, near_m = trail.xy[kept], trail.near_m
    walked_m = way_m(xy)
    if not _starts_as_it_ends(xy, walked_m, near_m):
        return kept
    half_m = walked_m[-1] / 2
    way_in, way_out = xy[walked_m <= half_m], xy[walked_m >= half_m][::-1]
    if min(len(way_in), len(way_out)) < 2:
        return kept
    in_m, out_m = _together_m(way_in, way_out, near_m), _together_m(way_out, way_in, near_m)
    if min(in_m, out_m) < _STEM_GAPS * near_m:
        return kept
    inside = (walked_m >= in_m - DUST_M) & (walked_m <= walked_m[-1] - out_m + DUST_M)
    loop: Kept = kept[inside]
    if len(loop) < CORNERS_OF_LAND:
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
    xy, near_m = trail.xy[kept], trail.near_m
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
    line, points = LineString(trail.xy[np.append(lap, lap[0])]), dots(trail.xy[rest])
    parts = shapely.get_parts(points)
    away_m = np.sort(np.asarray(shapely.distance(parts, line)))
    along_m = np.diff(np.asarray(shapely.line_locate_point(line, parts)))
    onward = len(along_m) == 0 or np.median(along_m) > 0
    return bool(onward and away_m[int(0.9 * (len(rest) - 1))] <= trail.near_m)


_ASTRAY_SHARE = 0.3  # a noisy track of one path may be so much longer than another
_LOOP_GAPS = 4.0  # a loop shorter than four closing gaps is a turn on the spot
_LOOP_TRIES = 200  # pairs of meeting places looked at before a track counts as loopless
_LOOPS_MIN_SHARE = 0.5  # a person decides before most of a track is thrown away
_PATH_GAPS = 4 / 3  # two tracks of one path: their errors of 5 m add up, 20 m is nearly never
_STEM_GAPS = 2.0  # two ends that part within 30 m are a pointed corner, not a path
