"""How the invented land was measured: walked with a handheld, drawn, or tapped into a phone."""

from __future__ import annotations

import numpy as np
import shapely

from make_contoh.terrain import Floats

ERROR_M = 5.0 / 2**0.5
"""Along each axis; together 5 m, as a handheld under trees."""
CORRELATION_S = 45.0
INSIDE_M = 1.5
"""A farmer walks on his own side of the border."""


def walk(
    rng: np.random.Generator, land: shapely.Polygon, *, gap_m: float = 0.0
) -> tuple[Floats, Floats]:
    """Return the recorded points (UTM 48S) and the seconds of one walk round ``land``.

    The error of the receiver fades with `CORRELATION_S` (Ornstein-Uhlenbeck), so that it bends the
    line instead of blurring it. ``gap_m`` is how far from its start the walk ends, about.
    """
    ring = shapely.get_coordinates(max_part(land.buffer(-INSIDE_M)).exterior)[:-1]
    start = int(rng.integers(len(ring)))
    way = shapely.LineString(np.concatenate([ring[start:], ring[: start + 1]]))
    strides = rng.uniform(5.5, 9.5, int(way.length / 5.5) + 2)
    at = np.concatenate([[0.0], np.cumsum(strides)])
    at = at[at < way.length - rng.uniform(3.0, 6.0)]
    seconds = np.concatenate([[0.0], np.cumsum(np.diff(at) / rng.uniform(0.55, 0.95, len(at) - 1))])
    true = shapely.get_coordinates(shapely.line_interpolate_point(way, at))
    walked = true + _receiver_error(rng, seconds)
    if gap_m:
        apart = np.hypot(*(walked - walked[0]).T)
        behind = np.arange(len(walked)) < len(walked) // 2
        last = int(np.flatnonzero(behind | (apart >= gap_m))[-1])
        walked, seconds = walked[: last + 1], seconds[: last + 1]
    return walked, np.round(seconds)


def _receiver_error(rng: np.random.Generator, seconds: Floats) -> Floats:
    error = np.empty((len(seconds), 2))
    error[0] = rng.normal(0, ERROR_M, 2)
    for i, pause in enumerate(np.diff(seconds), 1):
        kept = np.exp(-pause / CORRELATION_S)
        error[i] = kept * error[i - 1] + rng.normal(0, ERROR_M * (1 - kept**2) ** 0.5, 2)
    return error


def draw(
    rng: np.random.Generator, land: shapely.Polygon, *, detail_m: float, error_m: float
) -> Floats:
    """Return a ring of corners (first repeated at the end), each off by ``error_m`` an axis."""
    ring = shapely.get_coordinates(land.buffer(-INSIDE_M).simplify(detail_m))[:-1]
    ring = ring + rng.normal(0, error_m, ring.shape)
    return np.concatenate([ring, ring[:1]])


def knotted(walked: Floats, seconds: Floats) -> tuple[Floats, Floats]:
    """Return a walk that goes round a tree half way and crosses its own track."""
    k = len(walked) // 2
    along = walked[k + 1] - walked[k - 1]
    along /= np.hypot(*along)
    inward = np.array([-along[1], along[0]])
    if not shapely.Polygon(walked).contains(shapely.Point(walked[k] + 6 * inward)):
        inward = -inward
    loop = np.array([(14, 2), (21, 12), (11, 21), (0, 15), (3, 4)], float)
    beyond = k + int(np.argmax(np.hypot(*(walked[k:] - walked[k]).T) > 22))
    points = walked[k] + loop[:, :1] * along + loop[:, 1:] * inward
    times = seconds[k] + 14.0 * np.arange(1, len(loop) + 1)
    later = seconds[beyond:] - seconds[beyond] + times[-1] + 20
    return (
        np.concatenate([walked[: k + 1], points, walked[beyond:]]),
        np.concatenate([seconds[: k + 1], times, later]),
    )


def leapt(walked: Floats, seconds: Floats) -> tuple[Floats, Floats]:
    """Return a walk in which the receiver leapt away once, for one point, and came back."""
    k = 2 * len(walked) // 3
    away = walked[k] + np.array([170.0, -60.0])
    half_way = np.round((seconds[k] + seconds[k + 1]) / 2)
    return np.insert(walked, k + 1, away, axis=0), np.insert(seconds, k + 1, half_way)


def with_way_in(rng: np.random.Generator, walked: Floats, seconds: Floats) -> tuple[Floats, Floats]:
    """Return a walk that began at a hut 95 m from the field and went back to it."""
    outward = walked[0] - walked.mean(axis=0)
    outward /= np.hypot(*outward)
    far_m = np.arange(95.0, 4.0, -8.5)
    way_in, way_out = (
        end + far_m[:, None] * outward + rng.normal(0, 0.8, (len(far_m), 2))
        for end in walked[[0, -1]]
    )
    times = 11.0 * np.arange(len(far_m) + 1)
    points = np.concatenate([way_in, walked, way_out[::-1]])
    round_ = seconds - seconds[0] + times[-1]
    return points, np.concatenate([times[:-1], round_, round_[-1] + times[1:]])


def bow_tied(ring: Floats) -> Floats:
    """Return a ring with two neighbouring corners in the wrong order, so that its edges cross."""
    edges = np.hypot(*np.diff(ring, axis=0).T)
    for i in np.argsort(-edges[1:-1]) + 1:  # the longest edge makes the plainest bow
        tied = ring.copy()
        tied[[i, i + 1]] = ring[[i + 1, i]]
        if i + 1 < len(ring) - 1 and not shapely.Polygon(tied).is_valid:
            return tied
    raise ValueError("no two corners make a bow")


def max_part(shape: shapely.Geometry) -> shapely.Polygon:
    """Return the largest polygon of a shape."""
    return max(shapely.get_parts(shape), key=lambda part: part.area)
