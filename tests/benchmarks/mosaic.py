"""Seeded land for the benchmarks: noisy parcels, packed or scattered, and a wiggly boundary."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from hkm_gis.plane import from_plane, to_plane

SIDE_M = 100.0
"""One hectare a parcel."""

ORIGIN_M = shapely.get_coordinates(to_plane([shapely.Point(104.65, -5.42)]))[0]


def parcels(many: int, *, seed: int = 1, scattered: bool = False) -> gpd.GeoDataFrame:
    """Return parcels of about 1 ha with 3 m of GPS noise, in no order.

    3 % lie over a neighbour; of another 1 % half are another parcel again to the last digit, half
    are walked again.
    """
    rng = np.random.default_rng(seed)
    cells = _cells(many, rng)
    rings = shapely.segmentize(shapely.get_exterior_ring(cells), rng.uniform(8, 40, len(cells)))
    twins = rng.choice(many, many // 100, replace=False)
    rings[twins] = rings[np.maximum(twins - 1, 0)]
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    xy += rng.normal(0, 2.0, xy.shape) + rng.normal(0, 2.0, (many, 2))[ring]
    pushed = (rng.random(many) < 0.03) * rng.uniform(5, 60, many)
    xy[:, 0] += pushed[ring]
    if scattered:  # a third of the land belongs to nobody
        xy += 0.2 * shapely.get_coordinates(shapely.centroid(cells))[ring]
    walked = shapely.polygons(shapely.linearrings(xy + ORIGIN_M, indices=ring))
    again = twins[::2][twins[::2] > 0]
    walked[again] = walked[again - 1]
    broken = ~shapely.is_valid(walked)
    walked[broken] = shapely.convex_hull(walked[broken])
    ids = np.char.mod("P%07d", np.arange(many)).astype(object)
    table = {"parcel_id": ids, "group": "Lestari", "household": ids}
    return gpd.GeoDataFrame(table, geometry=rng.permutation(from_plane(walked)), crs=4326)


def boundary(corners: int, around: gpd.GeoDataFrame, *, seed: int = 5) -> Any:
    """Return a boundary (lon/lat) of that many corners through the middle of the land.

    Half the land lies outside: many parcels meet it, as a boundary is to be tried.
    """
    reach_m = 0.4 * SIDE_M * np.sqrt(len(around))
    return _wiggly(corners, around, lambda _: reach_m, seed)


def boundary_round(corners: int, around: gpd.GeoDataFrame, *, seed: int = 5) -> Any:
    """Return a boundary that winds along the edge of the land, as round a real forest.

    People farm in it up to its line and over it: of a square of 81,000 parcels 5 % lie partly or
    wholly outside.
    """
    half_m = 0.5 * SIDE_M * np.sqrt(len(around))
    return _wiggly(
        corners,
        around,
        lambda turn: half_m / np.maximum(abs(np.cos(turn)), abs(np.sin(turn))),
        seed,
    )


def _wiggly(
    corners: int, around: gpd.GeoDataFrame, reach_m: Callable[[Any], Any], seed: int
) -> Any:
    rng = np.random.default_rng(seed)
    turn = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    radius = np.ones(corners)
    for k in range(2, 200):
        east, north = rng.normal(0, 0.1 / k**1.25, 2)
        radius += east * np.cos(k * turn) + north * np.sin(k * turn)
    x0, y0, x1, y1 = around.total_bounds
    middle = to_plane([shapely.Point((x0 + x1) / 2, (y0 + y1) / 2)])[0]
    radius = reach_m(turn) * np.maximum(radius, 0.35) + rng.normal(0, 0.3, corners)
    ring = np.column_stack([radius * np.cos(turn), radius * np.sin(turn)])
    return from_plane([shapely.polygons(ring + shapely.get_coordinates(middle))])[0]


def _cells(many: int, rng: np.random.Generator) -> NDArray[Any]:
    columns = int(np.ceil(np.sqrt(many)))
    nth = np.arange(many)
    seeds = np.column_stack([nth % columns, nth // columns]) * SIDE_M
    seeds = seeds + rng.uniform(-0.36, 0.36, seeds.shape) * SIDE_M
    x0, y0, x1, y1 = shapely.bounds(shapely.multipoints(seeds))
    frame = shapely.box(x0 - 50, y0 - 50, x1 + 50, y1 + 50)
    drawn = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(seeds)))
    return shapely.intersection(drawn, frame)
