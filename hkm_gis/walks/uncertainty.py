"""How sure the hectares inside a ring are, walked or drawn."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from hkm_gis.plane import M2_PER_HA, plane_xy
from hkm_gis.walks.trail import DUST_M, Track, way_m

__all__ = ["area_uncertainty_ha", "drawn_uncertainty_ha", "unwalked_uncertainty_ha"]


def area_uncertainty_ha(
    ring_m: Track, *, error_m: float | NDArray[np.float64], independent: bool = False
) -> float:
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
        Standard error of a position along each axis, for all corners or for each, shape (n,).
    independent
        True where each corner was measured on its own, as numbered corners are.

    Examples
    --------
    >>> square = np.array([[0.0, 0.0], [100.0, 0.0], [100.0, 100.0], [0.0, 100.0]])
    >>> round(area_uncertainty_ha(square, error_m=5.0, independent=True), 3)
    0.139
    """
    closed = len(ring_m) > 1 and bool((ring_m[0] == ring_m[-1]).all())
    errors_m = np.broadcast_to(np.asarray(error_m, dtype=float), len(ring_m))
    corners = np.column_stack([ring_m, errors_m])[: len(ring_m) - closed]
    if not independent and len(corners) > _KNOTS:
        corners = _evenly(corners, _KNOTS)
    ring_m = corners[:, :2]
    around = np.concatenate([ring_m[-1:], ring_m, ring_m[:1]])
    moved = corners[:, 2:] * (around[2:] - around[:-2]) / 2
    variance_m4 = float((moved**2).sum())
    if not independent:
        variance_m4 = max(variance_m4, _worst_variance_m4(ring_m, moved))
    return _HALF_WIDTH_95 * math.sqrt(variance_m4) / M2_PER_HA


def unwalked_uncertainty_ha(gaps_m: Iterable[float]) -> float:
    """Return the half width of the 95 % interval of the land beside straight lines across gaps.

    Where nobody walked, the outline may run beside the line by half its length, on either side:
    so 94 and more of 100 simulated walks with gaps of up to `Thresholds.closing_gap_max_share`
    hold the truth.

    Examples
    --------
    >>> unwalked_uncertainty_ha([40.0]), unwalked_uncertainty_ha([])
    (0.08, 0.0)
    """
    return math.hypot(*(gap_m**2 / 2 for gap_m in gaps_m)) / M2_PER_HA


def drawn_uncertainty_ha(land: BaseGeometry, *, map_scale: float) -> float:
    """Return the half width of the 95 % interval of the hectares of land drawn from a map.

    Nine points of ten lie within 0.5 mm of their place on a map (horizontal accuracy of class 3,
    CE90, in Peraturan Kepala BIG 15/2014); the circle that holds nine of ten has 2.146 standard
    errors. How the errors of neighbouring corners go together is not known, so the worst is
    assumed, as along a walk.

    Parameters
    ----------
    land
        Polygon or MultiPolygon in lon/lat (EPSG:4326); holes count with it.
    map_scale
        Scale denominator of the map that it was drawn from.

    Examples
    --------
    >>> hectare = shapely.box(104.6, -5.3, 104.60090214657738, -5.299095707993178)
    >>> round(drawn_uncertainty_ha(hectare, map_scale=10_000), 2)
    0.06
    """
    error_m = map_scale * _CE90_M / _CE90_ERRORS
    rings = shapely.get_rings(shapely.get_parts(land))
    corners = [plane_xy(shapely.get_coordinates(ring)) for ring in rings]
    return math.hypot(*(area_uncertainty_ha(ring, error_m=error_m) for ring in corners))


_CE90_M = 0.0005
_CE90_ERRORS = 2.146  # of a circular normal error: sqrt(2 ln 10)
_HALF_WIDTH_95 = 1.959964  # standard deviations of a normal error
_KNOTS = 64  # corners that stand for a dense ring; 128 change the result by less than 2 %
_FADING_SHARES = np.array([0.05, 0.1, 0.15, 0.2, 0.3, 0.45])
# ℓ as a share of the perimeter; the worst lies between 0.1 and 0.3 for every shape of parcel


def _worst_variance_m4(ring_m: Track, moved: Track) -> float:
    walked_m = way_m(ring_m)
    fading = 1.0 / (_FADING_SHARES * max(walked_m[-1], DUST_M))
    # exp(−(s_j − s_i)/ℓ) is exp(s_i/ℓ) times exp(−s_j/ℓ): running sums stand for all pairs.
    grown = np.exp(fading[:, None] * walked_m)[:, :, None]
    before = np.cumsum(moved * grown, axis=1)[:, :-1]
    pairs = (before * (moved[1:] / grown[:, 1:])).sum(axis=(1, 2))
    return float((moved**2).sum() + 2 * pairs.max())


def _evenly(corners: NDArray[np.float64], knots: int) -> NDArray[np.float64]:
    walked_m = way_m(corners[:, :2])
    knots_m = np.linspace(0.0, walked_m[-1], knots)
    return np.column_stack([np.interp(knots_m, walked_m, column) for column in corners.T])
