"""An invented mountain where Gunung Tanggamus stands: its height, its streams, its land cover."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

PEAK_M = (465_660.0, 9_399_790.0)
"""Summit in UTM 48S metres, near 104.69° E, 5.43° S."""

PEAK_HEIGHT_M = 2102.0
CELL_M = 50.0
HALF_WIDTH_M, HALF_HEIGHT_M = 11_500.0, 11_000.0
_LATTICE = 64


def height_m(x: Floats, y: Floats) -> Floats:
    """Return the height above the sea in metres at UTM 48S ``x``, ``y``."""
    small = 14 * noise(x, y, 420, 21) + 5 * noise(x, y, 170, 22)
    near_peak = np.clip(_from_peak(x, y)[2] / 1500, 0, 1)
    hills = _hill(x, y, -8200, 7600, 720, 1700) + _hill(x, y, 9200, 8600, 520, 1500)
    return np.minimum(smooth_height_m(x, y) + hills + near_peak * small, PEAK_HEIGHT_M)


def smooth_height_m(x: Floats, y: Floats) -> Floats:
    """Return the height of the mountain alone, without the roughness below 400 m."""
    dx, dy, r = _from_peak(x, y)
    warp = 1.1 * noise(x, y, 5200, 11) + 0.35 * noise(x, y, 1900, 12)
    theta = np.arctan2(dy, dx) + 0.35 * warp * np.clip(r / 5000, 0, 1)
    stretched = np.hypot(dx / 1.12, dy) * (1 + 0.10 * np.sin(2 * theta + 0.6))
    stretched = stretched + 420 * warp * np.clip(r / 2500, 0, 1)
    cone = 1750 * np.exp(-((np.maximum(stretched, 0) / 4900) ** 1.2))
    plain = PEAK_HEIGHT_M - 1750 + 0.012 * dy
    near_peak = np.clip(r / 1500, 0, 1)
    rolling = 70 * noise(x, y, 2600, 13) + 38 * noise(x, y, 1050, 14)
    return cone + plain + near_peak * (rolling + _ridges(theta, r))


def _ridges(theta: Floats, r: Floats) -> Floats:
    # Streams of a cone run outward and fork: more and lower ridges the farther from the summit.
    strength = (r / 3200) * np.exp(1 - r / 3200)
    forks = ((9, 0.0, 120.0, 0.3), (17, 1.3, 70.0, 2200.0), (35, 0.4, 32.0, 4300.0))
    return sum(
        strength * tall * (1 - 2 * np.abs(np.sin(0.5 * (n * theta + phase)))) * _grows(r, start)
        for n, phase, tall, start in forks
    )


def _grows(r: Floats, start_m: float) -> Floats:
    return np.clip((r - start_m) / 1500, 0, 1)


def _hill(
    x: Floats, y: Floats, east_m: float, north_m: float, tall_m: float, wide_m: float
) -> Floats:
    far = np.hypot(x - PEAK_M[0] - east_m, y - PEAK_M[1] - north_m)
    return tall_m * np.exp(-0.5 * (far / wide_m) ** 2)


def _from_peak(x: Floats, y: Floats) -> tuple[Floats, Floats, Floats]:
    dx, dy = np.asarray(x) - PEAK_M[0], np.asarray(y) - PEAK_M[1]
    return dx, dy, np.hypot(dx, dy)


def noise(x: Floats, y: Floats, wavelength_m: float, seed: int) -> Floats:
    """Return smooth noise of unit variance at its lattice points, `wavelength_m` apart."""
    u, v = np.asarray(x) / wavelength_m, np.asarray(y) / wavelength_m
    i, j = np.floor(u).astype(int), np.floor(v).astype(int)
    s, t = _ease(u - i), _ease(v - j)
    at = _lattice(seed)
    n = _LATTICE
    low = at[i % n, j % n] * (1 - s) + at[(i + 1) % n, j % n] * s
    high = at[i % n, (j + 1) % n] * (1 - s) + at[(i + 1) % n, (j + 1) % n] * s
    return low * (1 - t) + high * t


def displacement_m(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return how far a straight border bends to follow the ground, east and north, in metres."""
    east = 9 * noise(x, y, 95, 31) + 2.2 * noise(x, y, 31, 32)
    north = 9 * noise(x, y, 95, 33) + 2.2 * noise(x, y, 31, 34)
    return east, north


def _ease(t: Floats) -> Floats:
    return t * t * t * (t * (6 * t - 15) + 10)


@cache
def _lattice(seed: int) -> Floats:
    return np.random.default_rng(seed).standard_normal((_LATTICE, _LATTICE))


def grid(cell_m: float = CELL_M) -> tuple[Floats, Floats]:
    """Return the x and y (UTM 48S) of cell middles, north row first."""
    columns, rows = int(2 * HALF_WIDTH_M / cell_m), int(2 * HALF_HEIGHT_M / cell_m)
    xs = PEAK_M[0] - HALF_WIDTH_M + cell_m * (np.arange(columns) + 0.5)
    ys = PEAK_M[1] + HALF_HEIGHT_M - cell_m * (np.arange(rows) + 0.5)
    x, y = np.meshgrid(xs, ys)
    return x, y


def stream(x: float, y: float, *, step_m: float = 25.0, steps: int = 900) -> Floats:
    """Return the way of the water from ``x``, ``y`` downhill to the edge of the map."""
    way = [np.array([x, y])]
    heading = np.zeros(2)
    for _ in range(steps):
        heading = 0.75 * heading + _downhill(*way[-1])
        heading /= max(float(np.hypot(*heading)), 1e-9)
        way.append(way[-1] + step_m * heading)
        dx, dy = np.abs(way[-1] - PEAK_M)
        if dx > HALF_WIDTH_M or dy > HALF_HEIGHT_M or _goes_round(way, step_m):
            break
    return np.array(way)


def _goes_round(way: list[Floats], step_m: float) -> bool:
    # In a hollow the water stands; the trace would circle there for ever.
    return len(way) > 12 and float(np.hypot(*(way[-1] - way[-12]))) < 5 * step_m


def _downhill(x: float, y: float, span_m: float = 60.0) -> Floats:
    xs = np.array([x - span_m, x + span_m, x, x])
    ys = np.array([y, y, y - span_m, y + span_m])
    west, east, south, north = smooth_height_m(xs, ys)
    fall = np.array([west - east, south - north])
    return fall / max(float(np.hypot(*fall)), 1e-9)
