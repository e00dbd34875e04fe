"""All points of a walk, on the earth and on the plane, and how its record is written."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from hkm_gis.plane import M2_PER_HA, dots, geodesic_distance_m, geodesic_walk_m, plane_xy
from hkm_gis.record import Fact, Rejection, Repair
from hkm_gis.thresholds import Thresholds
from hkm_gis.walks.walk import Walk

__all__ = [
    "CORNERS_OF_LAND",
    "DUST_M",
    "Kept",
    "NoLandError",
    "Track",
    "Trail",
    "shoelace_m2",
    "steps_m",
    "usual_step_m",
    "way_m",
]

Track = NDArray[np.float64]
"""Points of a walk, shape (n, 2)."""
Kept = NDArray[np.intp]
"""Which points of the walk still stand, by their place in it, in walking order."""


CORNERS_OF_LAND = 3
_CHORDS = 64  # enough to follow every bend of an andil
DUST_M = 1e-6


class NoLandError(Exception):
    """The walk cannot become land; carries its rejection."""

    def __init__(self, rejection: Rejection) -> None:
        super().__init__(rejection.reason)
        self.rejection = rejection


@dataclass(frozen=True, slots=True, eq=False)
class Trail:
    """All points of a walk, on the earth and on the plane; steps say which of them stand.

    Areas and places are those of ``xy``. How far somebody went is asked of ``way``, the same
    points without the trembling of the receiver: fixes of every second that tremble by 2 m make
    a walk three times as long as it was, and would feign rests, laps and lines.
    """

    lonlat: Track
    xy: Track
    way: Track
    times_s: NDArray[np.float64]
    accuracy_m: NDArray[np.float64]
    walk: Walk
    source: str
    feature: str
    thresholds: Thresholds

    @classmethod
    def of(cls, walk: Walk, source: str, feature: str, thresholds: Thresholds) -> Trail:
        """Return the trail of a walk, its pieces one after another."""
        lonlat = np.concatenate([np.empty((0, 2)), *walk.segments])
        times_s = _beside(walk.times_s, len(lonlat))
        accuracy_m = _beside(walk.accuracy_m, len(lonlat))
        xy = plane_xy(lonlat)
        return cls(lonlat, xy, xy, times_s, accuracy_m, walk, source, feature, thresholds)

    def ironed(self, *strands: Kept) -> Trail:
        """Return the trail with its trembling smoothed along each strand of points."""
        way = self.way.copy()
        for strand in strands:
            way[strand] = self.ironed_way(strand)
        return replace(self, way=way)

    def ironed_way(self, strand: Kept) -> Track:
        """Return the places of a strand of points with their trembling smoothed along it."""
        return _ironed(self.xy[strand], self.thresholds.gps_error_m)

    def repair(self, rule: str, where: BaseGeometry | None = None, **facts: Fact) -> Repair:
        """Return the record of a change made by ``rule``."""
        return Repair(source=self.source, feature=self.feature, rule=rule, facts=facts, where=where)

    def cut(self, rule: str, before: Kept, after: Kept, **facts: Fact) -> Repair:
        """Return the record of points left out, with the land before and after."""
        gone = np.setdiff1d(before, after)
        return self.repair(
            rule,
            dots(self.lonlat[gone]),
            points=len(gone),
            **facts,
            before_ha=self.area_ha(before),
            after_ha=self.area_ha(after),
        )

    def refusal(self, reason: str, **facts: Fact) -> NoLandError:
        """Return why the walk is no land, to be raised."""
        where = dots(self.lonlat) if len(self.lonlat) else None
        return NoLandError(
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
        """Return the hectares inside the ring through these points."""
        return shoelace_m2(self.xy[kept]) / M2_PER_HA

    def length_m(self, kept: Kept) -> float:
        """Return the geodesic length of the way through these points, open at its end."""
        return geodesic_walk_m(self.lonlat[kept])

    def outline_m(self, loop: Kept) -> float:
        """Return the length of the ring through these points on the plane, closed."""
        return float(steps_m(self.way[np.append(loop, loop[0])]).sum())

    def distance_m(self, here: int, there: int) -> float:
        """Return how far two points lie apart on the plane."""
        return math.dist(self.way[here], self.way[there])

    @property
    def near_m(self) -> float:
        """Ends nearer than this have met."""
        return self.thresholds.closing_gap_note_m

    def may_close(self, loop: Kept) -> bool:
        """Say whether the ends may be joined: near enough, and for a walk of this length."""
        limits, gap_m = self.thresholds, self.gap_m(loop)
        allowed_m = limits.closing_gap_max_share * self.length_m(loop)
        return gap_m <= self.near_m or gap_m <= min(allowed_m, limits.closing_gap_max_m)

    def unwalked(self, loop: Kept) -> NDArray[np.intp]:
        """Return the steps of a ring that nobody walked, wider than a GPS error, shape (n, 2).

        They join two pieces of the walk, or its end to its start.
        """
        steps = np.array([[loop[-1], loop[0]]])
        if len(self.walk.segments) > 1:
            pieces = np.repeat(np.arange(len(self.walk.segments)), [*map(len, self.walk.segments)])
            joins = np.flatnonzero(pieces[loop[1:]] != pieces[loop[:-1]])
            joined = [self._recorded_ends(pieces, *loop[[k, k + 1]].tolist()) for k in joins]
            steps = np.vstack([*joined, steps])
        return steps[self.wide_m(steps) > self.near_m]

    def _recorded_ends(self, pieces: NDArray[np.intp], here: int, there: int) -> tuple[int, int]:
        """Return the fixes nearest each other where two pieces meet; one may have been left out."""
        before, after = (
            [i for i in (end, end - 1, end + 1) if i in range(len(pieces)) and pieces[i] == piece]
            for end, piece in ((here, pieces[here]), (there, pieces[there]))
        )
        return min(product(before, after), key=lambda ends: self.distance_m(*ends))

    def wide_m(self, steps: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return the geodesic length of steps from point to point, shape (n, 2) to (n,)."""
        return np.array([geodesic_distance_m(*self.lonlat[step]) for step in steps])

    def unwalked_share(self, loop: Kept) -> float:
        """Return what nobody walked of a ring as a share of what was walked of it."""
        unwalked, gap_m = self.unwalked(loop), self.gap_m(loop)
        wide_m = float(self.wide_m(unwalked).sum())
        joined_m = wide_m - gap_m if gap_m > self.near_m else wide_m
        return wide_m / max(self.length_m(loop) - joined_m, DUST_M)

    @property
    def guess_max_share(self) -> float:
        """A ring with a larger share that nobody walked is no land."""
        limits = self.thresholds
        return max(limits.closing_gap_guess_share, limits.closing_gap_max_share)

    def gap_m(self, kept: Kept) -> float:
        """Return the geodesic distance between the ends."""
        return geodesic_distance_m(self.lonlat[kept[-1]], self.lonlat[kept[0]])


_OPEN = frozenset({"walk_not_closed", "segments_apart", "straight_line"})
"""Refusals of a walk that does not come back to where it began: check W01 speaks of them."""


def _beside(values: tuple[NDArray[np.float64], ...], points: int) -> NDArray[np.float64]:
    joined = np.concatenate([np.empty(0), *values])
    return joined if len(joined) == points else np.full(points, np.nan)


def _ironed(xy: Track, error_m: float) -> Track:
    """Return each point as the mean of those within half an error before and after it."""
    if len(xy) < CORNERS_OF_LAND:
        return xy
    reach = int(error_m / 2 / usual_step_m(xy))
    if reach == 0:
        return xy
    place = np.arange(len(xy))
    reach_here = np.minimum(reach, np.minimum(place, place[::-1]))  # the ends stay where they are
    sums = np.vstack([np.zeros((1, 2)), np.cumsum(xy - xy[0], axis=0)])
    means = sums[place + reach_here + 1] - sums[place - reach_here]
    means /= (2 * reach_here + 1)[:, None]
    ironed: Track = np.where(reach_here[:, None] == 0, xy, means + xy[0])
    return ironed


def usual_step_m(xy: Track) -> float:
    """Return how far apart fixes usually are, without the trembling of the receiver."""
    # Chords over several fixes: their length grows with the way, hardly with the trembling.
    chords = xy[:: max(1, len(xy) // _CHORDS)]
    return max(float(steps_m(chords).sum()) / len(xy), DUST_M)


def shoelace_m2(ring_m: Track) -> float:
    """Return the area of a ring in metres; ground gone round twice counts twice."""
    if len(ring_m) < 3:
        return 0.0
    x, y = (ring_m - ring_m[0]).T  # the edge back to the first corner adds nothing then
    return abs(float(np.dot(x[:-1], y[1:]) - np.dot(y[:-1], x[1:]))) / 2


def steps_m(xy: Track) -> NDArray[np.float64]:
    """Return the length of each step from point to point, shape (n - 1,)."""
    lengths: NDArray[np.float64] = np.hypot(*(xy[1:] - xy[:-1]).T)
    return lengths


def way_m(xy: Track) -> NDArray[np.float64]:
    """Return how far was walked up to each point, shape (n,)."""
    return np.concatenate([[0.0], np.cumsum(steps_m(xy))])
