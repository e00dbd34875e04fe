"""How well the classes of overlaps tell a claim from the noise of two walks.

python tests/benchmarks/classes.py [PAIRS]

Two neighbours of about a hectare share one border. In half of the pairs one of them farms a strip
of the other's land; the truth is known. Both are walked with a receiver whose error fades with
45 s (Ornstein-Uhlenbeck), so that it bends the line instead of blurring it. What is printed for
each width of the strip and each noise: how many strips were called a claim (recall), and, against
as many pairs without a strip, how many claims were strips (precision). The last row draws strips
of every width from twice the noise to 60 m.
"""

from __future__ import annotations

import sys

import geopandas as gpd
import numpy as np
import shapely
from mosaic import ORIGIN_M
from numpy.typing import NDArray

from hkm_gis.overlaps import find_overlaps
from hkm_gis.plane import from_plane

NOISE_M = (3.0, 5.0, 7.0, 10.0)
SHARES = (0.02, 0.05, 0.08, 0.10, 0.12, 0.15, 0.20, 0.30, 0.40, 0.60)
"""Of the neighbour's hectare, 100 m deep: 2 % is a strip of 2 m, 60 % of 60 m."""

CORRELATION_S, STEP_M, SPEED_M_S = 45.0, 7.0, 0.75


def main(pairs: int) -> None:
    columns = [_curve(noise_m, pairs) for noise_m in NOISE_M]
    _row("strip", [f"noise {noise_m:.0f} m" for noise_m in NOISE_M])
    _row("---", ["---"] * len(NOISE_M))
    for name in columns[0]:
        _row(name, [column[name] for column in columns])


def _row(head: str, cells: list[str]) -> None:
    print("| " + " | ".join([head, *cells]) + " |")


def _curve(noise_m: float, pairs: int) -> dict[str, str]:
    """Return for each strip its recall and its precision."""
    rng = np.random.default_rng([4, int(noise_m)])
    false = _called_claims(np.zeros(pairs), noise_m, rng)
    cells = {"none": f"{false:.1%} called a claim"}
    for share in SHARES:
        recall = _called_claims(np.full(pairs, 100 * share), noise_m, rng)
        cells[f"{100 * share:.0f} m, {share:.0%}"] = _cell(recall, false)
    wide_m = rng.uniform(2 * noise_m, 100 * SHARES[-1], pairs)
    cells["wider than twice the noise"] = _cell(_called_claims(wide_m, noise_m, rng), false)
    return cells


def _cell(recall: float, false: float) -> str:
    return f"{recall:.3f}, {recall / (recall + false):.3f}"


def _called_claims(
    strips_m: NDArray[np.float64], noise_m: float, rng: np.random.Generator
) -> float:
    """Return the share of pairs, one with each strip, that are called more than a sliver."""
    pairs = len(strips_m)
    walked = [_pair(strip, noise_m, rng, 400.0 * n) for n, strip in enumerate(strips_m)]
    names = np.arange(2 * pairs).astype(str)
    table = {"parcel_id": names, "group": "Lestari", "household": names}
    table["accuracy_m"] = noise_m
    land = gpd.GeoDataFrame(table, geometry=from_plane(np.concatenate(walked)), crs=4326)
    found = find_overlaps(land, sliver_width_m=2 * noise_m)
    return float((found["kind"] != "sliver").sum() / pairs)


def _pair(
    strip_m: float, noise_m: float, rng: np.random.Generator, east_m: float
) -> NDArray[np.object_]:
    long_m = rng.uniform(80, 140)
    own = shapely.box(east_m, 0, east_m + 100 + strip_m, long_m)
    theirs = shapely.box(east_m + 100, 0, east_m + 200, long_m)
    return np.array([_walked(land, noise_m, rng) for land in (own, theirs)], dtype=object)


def _walked(land: shapely.Polygon, noise_m: float, rng: np.random.Generator) -> shapely.Polygon:
    way = shapely.segmentize(land.exterior, STEP_M)
    xy = shapely.get_coordinates(way)[:-1]
    xy = np.roll(xy, int(rng.integers(len(xy))), axis=0)
    kept = np.exp(-STEP_M / SPEED_M_S / CORRELATION_S)
    fresh = rng.normal(0, noise_m / 2**0.5, xy.shape)
    error = fresh.copy()
    for k in range(1, len(xy)):
        error[k] = kept * error[k - 1] + (1 - kept**2) ** 0.5 * fresh[k]
    walk = shapely.Polygon(xy + error + ORIGIN_M)
    return walk if walk.is_valid else shapely.make_valid(walk, method="structure")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 2_000)
