"""Which piece of a walk follows which: one parcel in several segments, several in one track."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import shapely
from shapely import LineString

from hkm_gis.record import Repair
from hkm_gis.walks.loops import goes_round
from hkm_gis.walks.trail import Kept, Trail

__all__ = ["join_pieces"]

End = tuple[int, int]
"""One end of a piece: its place in the walk, and 0 for its start or 1 for its end."""


def join_pieces(trail: Trail, repairs: list[Repair]) -> list[Kept]:
    """Return the strands of a walk: its pieces, those that belong together joined end to end.

    Each end is joined to the nearest end that is free, be it that of another piece or of the same
    one, so a parcel walked in two halves from one start is put together whichever way round the
    second half was walked, and two parcels in two segments stay two. A strand begins with the
    earliest of its pieces, as it was walked.

    Raises
    ------
    NoLandError
        ``segments_apart``: what would have to be joined is too wide, or too much of the walk.
    """
    pieces = _pieces(trail)
    if trail.walk.corners or len(pieces) < 2:
        return [np.arange(len(trail.xy))]
    strands = _strands(pieces, _links(trail, pieces))
    return [_joined(trail, strand, repairs) for strand in strands]


def _pieces(trail: Trail) -> list[Kept]:
    ends = np.cumsum([len(segment) for segment in trail.walk.segments])[:-1]
    return [piece for piece in np.split(np.arange(len(trail.xy)), ends) if len(piece)]


def _links(trail: Trail, pieces: list[Kept]) -> dict[End, End]:
    """Return which end meets which: the nearest first, then those in recorded order."""
    places = {(n, side): piece[-side] for n, piece in enumerate(pieces) for side in (0, 1)}
    rings = {n for n, piece in enumerate(pieces) if goes_round(trail.ironed(piece), piece)}

    def reach(pair: tuple[End, End]) -> tuple[float, int]:
        (n, side), (m, other) = pair
        in_order = side > other and m == n + 1
        gap_m = trail.distance_m(places[n, side], places[m, other])
        return max(gap_m, trail.near_m), 0 if n == m else 1 if in_order else 2

    pairs = [(a, b) for a, b in combinations(places, 2) if a[0] != b[0] or a[0] in rings]
    links: dict[End, End] = {}
    for here, there in sorted(pairs, key=reach):
        if reach((here, there))[0] <= trail.thresholds.closing_gap_max_m and not (
            {here, there} & links.keys()
        ):
            links |= {here: there, there: here}
    return links


def _strands(pieces: list[Kept], links: dict[End, End]) -> Iterator[list[Kept]]:
    """Yield the pieces of each strand in order, those walked the other way round turned."""
    left = list(range(len(pieces)))
    while left:
        after, comes_back = _onward((left[0], 1), links)
        before = [] if comes_back else _onward((left[0], 0), links)[0]
        order = [*[(n, 1 - side) for n, side in reversed(before)], (left[0], 1), *after]
        yield [pieces[n] if side else pieces[n][::-1] for n, side in order]
        left = [n for n in left if n not in dict(order)]


def _onward(end: End, links: dict[End, End]) -> tuple[list[End], bool]:
    """Return the far ends of the pieces that follow an end, and whether they come back to it."""
    ends: list[End] = []
    there = links.get(end)
    while there is not None and there[0] != end[0]:
        ends.append((there[0], 1 - there[1]))
        there = links.get(ends[-1])
    return ends, there is not None


def _joined(trail: Trail, parts: list[Kept], repairs: list[Repair]) -> Kept:
    strand: Kept = np.concatenate(parts)
    joints = np.cumsum([len(part) for part in parts])[:-1]
    if len(joints) == 0:
        return strand
    ends = np.column_stack([strand[joints - 1], strand[joints]])
    gaps_m = np.array([trail.distance_m(*pair) for pair in ends])
    wide_m = gaps_m[gaps_m > trail.near_m].sum()
    walked_m = trail.length_m(strand) - gaps_m.sum()
    if wide_m > trail.guess_max_share * walked_m:
        raise trail.refusal("segments_apart", segments=len(parts), gap_m=float(gaps_m.max()))
    repairs.append(
        trail.repair(
            "join_segments",
            shapely.MultiLineString([LineString(trail.lonlat[pair]) for pair in ends]),
            segments=len(parts),
            gap_m=float(gaps_m.max()),
            before_ha=trail.area_ha(np.sort(strand)),
            after_ha=trail.area_ha(strand),
        )
    )
    return strand
