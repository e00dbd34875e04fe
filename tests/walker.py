"""A seeded simulator: fields of many shapes, a walker with a receiver, and what goes wrong.

Everything is drawn in metres of the board of `land`. The receiver's error is a Gauss-Markov
process along each axis (the error of a moment fades with the time constant ``fading_s``), which is
how the error of a handheld under trees wanders, plus a jitter of its own at each fix.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import shapely
import shapely.ops
from land import ORIGIN_M, lonlat
from numpy.typing import NDArray

from hkm_gis.plane import area_m2, from_plane, to_plane
from hkm_gis.thresholds import Thresholds
from hkm_gis.walks import Outcome, Walk, area_uncertainty_ha, to_polygon

Points = NDArray[np.float64]


@dataclass(frozen=True)
class Receiver:
    """How well and how often a device fixes its place."""

    error_m: float = 5.0
    fading_s: float = 60.0
    every_s: float = 5.0
    speed_m_s: float = 0.9
    jitter_m: float = 0.5


@dataclass(frozen=True)
class Recording:
    """What the device wrote: pieces of points with their seconds."""

    pieces: tuple[Points, ...]
    times_s: tuple[NDArray[np.float64], ...]

    @property
    def all_points(self) -> Points:
        return np.concatenate(self.pieces)

    def walk(self, *, with_times: bool = True) -> Walk:
        """Return it as the reader of a file would."""
        ends = np.cumsum([len(piece) for piece in self.pieces])[:-1]
        segments = tuple(np.split(_lonlat(self.all_points), ends))
        return Walk(segments, times_s=self.times_s if with_times else ())


def _lonlat(xy_m: Points) -> Points:
    return shapely.get_coordinates(from_plane(shapely.points(xy_m + ORIGIN_M)))


# Walks drawn exactly

USUAL = Thresholds()
SQUARE = [(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0), (0.0, 0.0)]


def along(corners_m, step_m=5.0):
    """Return the points of a walk through corners, one every ``step_m``, corners included."""
    pieces = []
    for (x1, y1), (x2, y2) in pairwise(corners_m):
        n = max(1, round(math.hypot(x2 - x1, y2 - y1) / step_m))
        pieces += [(x1 + (x2 - x1) * i / n, y1 + (y2 - y1) * i / n) for i in range(n)]
    return [*pieces, corners_m[-1]]


def walked(*segments_m, **more) -> Outcome:
    walk = Walk(tuple(lonlat(segment) for segment in segments_m), **more)
    return to_polygon(walk, source="a.gpx", feature="track 1", thresholds=USUAL)


def rules(outcome: Outcome) -> list[str]:
    return [repair.rule for repair in outcome.repairs]


def hectares(outcome: Outcome) -> float:
    return float(area_m2(list(outcome.polygons)).sum()) / 1e4


# Fields


def blob(rng: np.random.Generator) -> Points:
    """A compact field of five to ten corners."""
    n = rng.integers(5, 11)
    turn = (np.arange(n) + rng.uniform(-0.3, 0.3, n)) / n * 2 * np.pi
    reach, stretch = rng.uniform(0.7, 1.25, n), rng.uniform(0.75, 1.3)
    return np.column_stack([reach * np.cos(turn) * stretch, reach * np.sin(turn) / stretch])


def strip(rng: np.random.Generator) -> Points:
    """A field four to six times as long as wide, one long side slightly bent."""
    length = rng.uniform(4, 6)
    return np.array(
        [(0, 0), (length / 2, rng.uniform(-0.2, 0.2)), (length, 0), (length, 1), (0, 1)]
    )


def angle(rng: np.random.Generator) -> Points:
    """A field in the shape of an L."""
    a, b = rng.uniform(0.35, 0.6, 2)
    return np.array([(0, 0), (1, 0), (1, a), (b, a), (b, 1), (0, 1)], float)


def horseshoe(rng: np.random.Generator) -> Points:
    """A field round a neighbour's, open on one side."""
    a = rng.uniform(0.3, 0.4)
    return np.array([(0, 0), (1, 0), (1, 1), (1 - a, 1), (1 - a, a), (a, a), (a, 1), (0, 1)], float)


def riverside(rng: np.random.Generator) -> Points:
    """A field whose one side follows a winding stream."""
    t = np.linspace(0, 1, 25)
    bank = np.column_stack(
        [t * 1.6, 0.09 * np.sin(t * rng.uniform(15, 22)) + 0.02 * rng.normal(size=25)]
    )
    return np.vstack([bank, [(1.6, 0.9), (0, 0.9)]])


FIELDS: dict[str, Callable[[np.random.Generator], Points]] = {
    "blob": blob,
    "strip": strip,
    "angle": angle,
    "horseshoe": horseshoe,
    "riverside": riverside,
}


def field(rng: np.random.Generator, shape: str, area_ha: float) -> Points:
    """Return the corners of a field of ``area_ha``, turned and started anywhere."""
    xy = FIELDS[shape](rng)
    xy = xy * math.sqrt(area_ha * 1e4 / shapely.Polygon(xy).area)
    turn = rng.uniform(0, 2 * math.pi)
    xy = (xy - xy.mean(0)) @ np.array(
        [[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]]
    )
    return started_anywhere(rng, xy)


def started_anywhere(rng: np.random.Generator, corners: Points) -> Points:
    """Return a ring that starts at a random place of its outline, in a random direction."""
    ring = shapely.LinearRing(corners[:: rng.choice([-1, 1])])
    at = rng.uniform(0, ring.length)
    start = shapely.get_coordinates(ring.interpolate(at))
    xy = shapely.get_coordinates(ring)
    walked = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T))])
    first = int(np.searchsorted(walked, at))
    return np.vstack([start, xy[first:-1], xy[:first]])


# A walk and its recording


@dataclass(frozen=True)
class Trip:
    """Where somebody went, and stood: corners in order, and seconds of rest at each."""

    corners: Points
    rests_s: NDArray[np.float64]

    @classmethod
    def through(cls, corners: Points | Sequence[tuple[float, float]]) -> Trip:
        xy = np.asarray(corners, float)
        return cls(xy, np.zeros(len(xy)))


def round_trip(corners: Points) -> Trip:
    """Return the trip once round a field, back to the start."""
    return Trip.through(np.vstack([corners, corners[:1]]))


def recorded(rng: np.random.Generator, trip: Trip, receiver: Receiver) -> Recording:
    """Return what the device writes of a trip: one fix every ``every_s``."""
    steps_s = np.hypot(*np.diff(trip.corners, axis=0).T) / receiver.speed_m_s
    arrive = np.concatenate([[0], np.cumsum(steps_s + trip.rests_s[:-1])])
    leave = arrive + trip.rests_s
    clock = np.column_stack([arrive, leave]).ravel()
    place = np.repeat(trip.corners, 2, axis=0)
    times = np.arange(0, clock[-1] + receiver.every_s, receiver.every_s).clip(max=clock[-1])
    truth = np.column_stack([np.interp(times, clock, place[:, k]) for k in (0, 1)])
    return Recording((truth + errors(rng, times, receiver),), (times + 1.7e9,))


def errors(rng: np.random.Generator, times: NDArray[np.float64], receiver: Receiver) -> Points:
    """Return a Gauss-Markov error of each moment along each axis, with the jitter of each fix."""
    keep = np.exp(-np.diff(times) / receiver.fading_s)
    fresh = rng.normal(0, receiver.error_m, (len(times), 2))
    wander = fresh.copy()
    for i, share in enumerate(keep, 1):
        wander[i] = share * wander[i - 1] + math.sqrt(1 - share**2) * fresh[i]
    return wander + rng.normal(0, receiver.jitter_m, fresh.shape)


# What goes wrong on the way. Each returns the recording and the fields that were walked round.

Fault = Callable[[np.random.Generator, Points, Receiver], tuple[Recording, list[Points]]]


def clean(rng: np.random.Generator, corners: Points, receiver: Receiver):
    return recorded(rng, round_trip(corners), receiver), [corners]


def way_in_and_out(rng: np.random.Generator, corners: Points, receiver: Receiver):
    gate = _outside(rng, corners)
    ring = np.vstack([corners, corners[:1]])
    return recorded(rng, Trip.through(np.vstack([gate, ring, gate[::-1]])), receiver), [corners]


def way_in(rng: np.random.Generator, corners: Points, receiver: Receiver):
    ring = np.vstack([corners, corners[:1]])
    return recorded(rng, Trip.through(np.vstack([_outside(rng, corners), ring])), receiver), [
        corners
    ]


def another_way_out(rng: np.random.Generator, corners: Points, receiver: Receiver):
    ring = np.vstack([_outside(rng, corners), corners, corners[:1], _outside(rng, corners)[::-1]])
    return recorded(rng, Trip.through(ring), receiver), [corners]


def leap(rng: np.random.Generator, corners: Points, receiver: Receiver):
    """One to three fixes 60 to 1,000 m away."""
    return displaced(rng, corners, receiver, far_m=float(np.exp(rng.uniform(4.1, 6.9))), most=3)


def spike(rng: np.random.Generator, corners: Points, receiver: Receiver):
    """One fix, or two, 25 to 50 m beside the way: too near for a leap."""
    return displaced(rng, corners, receiver, far_m=rng.uniform(25, 50), most=2)


def two_laps(rng: np.random.Generator, corners: Points, receiver: Receiver):
    ring = np.vstack([corners, corners, corners[:1]])
    return recorded(rng, Trip.through(ring), receiver), [corners]


def lap_and_a_bit(rng: np.random.Generator, corners: Points, receiver: Receiver):
    """The walker goes on past the start for 30 to 80 m."""
    ring = shapely.LineString(np.vstack([corners, corners[:1]]))
    more = shapely.ops.substring(ring, 0, min(rng.uniform(30, 80), ring.length / 3))
    trip = Trip.through(np.vstack([corners, shapely.get_coordinates(more)]))
    return recorded(rng, trip, receiver), [corners]


def knot(rng: np.random.Generator, corners: Points, receiver: Receiver):
    """A round of 4 to 10 m about a tree on the way."""
    at = rng.integers(1, len(corners)) if len(corners) > 1 else 0
    turn = np.linspace(0, 2 * np.pi, 9)[1:]
    around = corners[at] + rng.uniform(4, 10) * (
        np.column_stack([np.cos(turn), np.sin(turn)]) - [1, 0]
    )
    trip = Trip.through(np.vstack([corners[: at + 1], around, corners[at + 1 :], corners[:1]]))
    return recorded(rng, trip, receiver), [corners]


def two_fields(rng: np.random.Generator, corners: Points, receiver: Receiver):
    """Two fields in one track with a way of 60 to 200 m between."""
    second = started_anywhere(rng, corners * rng.uniform(0.75, 1.3))
    east_m = corners[:, 0].max() - second[:, 0].min() + rng.uniform(60, 200)
    second = second + np.array([east_m, 0.0])
    ring = np.vstack([corners, corners[:1], second, second[:1]])
    return recorded(rng, Trip.through(ring), receiver), [corners, second]


def open_end(rng: np.random.Generator, corners: Points, receiver: Receiver):
    """The walker stops 20 to 60 m before the start."""
    ring = shapely.LineString(np.vstack([corners, corners[:1]]))
    missing = min(rng.uniform(20, 60), 0.12 * ring.length)
    trip = Trip.through(
        shapely.get_coordinates(shapely.ops.substring(ring, 0, ring.length - missing))
    )
    return recorded(rng, trip, receiver), [corners]


def rest(rng: np.random.Generator, corners: Points, receiver: Receiver):
    """Somebody stands for 3 to 15 minutes."""
    trip = round_trip(corners)
    rests_s = trip.rests_s.copy()
    rests_s[rng.integers(len(rests_s))] = rng.uniform(180, 900)
    return recorded(rng, replace(trip, rests_s=rests_s), receiver), [corners]


def lost_signal(rng: np.random.Generator, corners: Points, receiver: Receiver):
    """The signal is lost for 20 to 60 m; the device begins a new segment."""
    whole, _ = clean(rng, corners, receiver)
    points, times = whole.pieces[0], whole.times_s[0]
    first, last = _stretch(rng, points, times, receiver, rng.uniform(20, 60))
    keep = [slice(0, first), slice(last, None)]
    return Recording(tuple(points[k] for k in keep), tuple(times[k] for k in keep)), [corners]


def two_halves(rng: np.random.Generator, corners: Points, receiver: Receiver):
    """Each half of the outline is walked from the same start, the other way round."""
    half = len(corners) // 2
    first = recorded(rng, Trip.through(corners[: half + 1]), receiver)
    back = np.vstack([corners[:1], corners[half:][::-1]])
    second = recorded(rng, Trip.through(back), receiver)
    later = second.times_s[0] + (first.times_s[0][-1] - second.times_s[0][0] + 600)
    return Recording(first.pieces + second.pieces, (first.times_s[0], later)), [corners]


def _outside(rng: np.random.Generator, corners: Points) -> Points:
    """Return a way of 40 to 150 m from somewhere outside to the start of the ring."""
    start, land = corners[0], shapely.Polygon(corners)
    length = rng.uniform(40, 150)
    turns = rng.permutation(np.linspace(0, 2 * np.pi, 24, endpoint=False))
    ways = [start + length * np.array([math.cos(t), math.sin(t)]) for t in turns]
    clear = [shapely.LineString([w, start]).intersection(land.buffer(3)).length for w in ways]
    # Of the directions that cross the field least, the first of a random order.
    gate = ways[int(np.argmin(np.round(clear)))]
    return np.array([gate])


def displaced(rng, corners, receiver, *, far_m: float, most: int):
    """One fix, or up to ``most``, that far beside the way."""
    whole, fields = clean(rng, corners, receiver)
    points = whole.pieces[0].copy()
    n = int(rng.integers(1, most + 1))
    at = int(rng.integers(1, len(points) - n))
    turn = rng.uniform(0, 2 * np.pi)
    points[at : at + n] += far_m * np.array([math.cos(turn), math.sin(turn)])
    return replace(whole, pieces=(points,)), fields


def _stretch(rng, points, times, receiver, length_m: float) -> tuple[int, int]:
    lost = max(2, round(length_m / receiver.speed_m_s / receiver.every_s))
    first = int(rng.integers(2, max(3, len(points) - lost - 2)))
    return first, min(first + lost, len(points) - 2)


FAULTS: dict[str, Fault] = {
    f.__name__: f
    for f in (
        clean,
        way_in_and_out,
        way_in,
        another_way_out,
        leap,
        spike,
        two_laps,
        lap_and_a_bit,
        knot,
        two_fields,
        open_end,
        rest,
        lost_signal,
        two_halves,
    )
}


# How far off


@dataclass(frozen=True)
class Miss:
    """How far land is from the truth: error of its area, and land wrongly in or out, as shares."""

    area: float
    shape: float


def miss(lands: Sequence[shapely.Polygon], fields: Sequence[Points]) -> Miss:
    """Compare land in board metres with the true fields."""
    truth = shapely.union_all([shapely.Polygon(f) for f in fields])
    land = shapely.union_all([shapely.make_valid(x) for x in lands])
    area = abs(sum(x.area for x in lands) - truth.area) / truth.area
    return Miss(area, land.symmetric_difference(truth).area / truth.area)


def miss_before(recording: Recording, fields: Sequence[Points]) -> Miss:
    """Compare the ring through every point, as a GIS closes it, with the true fields."""
    xy = recording.all_points
    x, y = (xy - xy[0]).T
    area = abs(float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))) / 2
    truth = shapely.union_all([shapely.Polygon(f) for f in fields])
    ring = shapely.make_valid(shapely.Polygon(xy), method="structure")
    return Miss(
        abs(area - truth.area) / truth.area, ring.symmetric_difference(truth).area / truth.area
    )


def miss_after(outcome: Outcome, fields: Sequence[Points]) -> Miss:
    """Compare what became of a walk with the true fields."""
    lands = [
        shapely.transform(to_plane([p])[0], lambda xy: xy - ORIGIN_M) for p in outcome.polygons
    ]
    return miss(lands, fields)


# How often the interval of an area holds the truth


def covered(ring: Points, fading_m: float, repetitions: int, *, seed: int) -> float:
    """Return the share of noisy walks round a field whose own 95 % interval holds its true area.

    The error of 5 m along each axis fades over ``fading_m`` of way, with a fix every 5 m; both the
    area and the interval are computed from what was recorded, as in the field.
    """
    rng, true_m2 = np.random.default_rng(seed), shapely.Polygon(ring).area
    line = shapely.LineString(np.vstack([ring, ring[:1]]))
    n = max(12, round(line.length / 5.0))
    truth = shapely.get_coordinates(line.interpolate(np.arange(n) / n, normalized=True))
    share = math.exp(-line.length / n / fading_m)
    fresh = rng.normal(0, 5.0, (repetitions, n, 2))
    for i in range(1, n):
        fresh[:, i] = share * fresh[:, i - 1] + math.sqrt(1 - share**2) * fresh[:, i]
    x, y = np.moveaxis(truth + fresh, -1, 0)
    areas = np.abs((x * np.roll(y, -1, 1) - y * np.roll(x, -1, 1)).sum(1)) / 2
    inside = [
        abs(area - true_m2) <= 1e4 * area_uncertainty_ha(walk, error_m=5.0)
        for area, walk in zip(areas, truth + fresh, strict=True)
    ]
    return float(np.mean(inside))
