"""The true land of three groups: a mosaic of parcels between a stream and a footpath."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from make_contoh.boundary import to_centimetres
from make_contoh.terrain import Floats, displacement_m, stream

MIDDLE_M = (467_900.0, 9_405_900.0)
HALF_M = 1350.0
SPACING_M = 128.0
STREAM_HALF_M, PATH_HALF_M = 3.0, 1.5
SPRING_M = (466_150.0, 9_402_100.0)


@dataclass(frozen=True)
class Land:
    """What lies on the ground, in UTM 48S metres, before anybody measured it."""

    cells: list[shapely.Polygon]
    water: shapely.LineString
    path: shapely.LineString


def lay_out(forest: shapely.Polygon) -> Land:
    """Return the parcels, the stream and the footpath near `MIDDLE_M`, in UTM 48S metres."""
    rng = np.random.default_rng(3044)
    x, y = MIDDLE_M
    board = shapely.box(x - HALF_M, y - HALF_M, x + HALF_M, y + HALF_M)
    flow = to_centimetres(shapely.LineString(stream(*SPRING_M)))
    water = _longest(flow.intersection(board.buffer(300)))
    path = _longest(
        _longest(forest.buffer(-560)).simplify(30).exterior.intersection(board.buffer(300))
    )
    seeds = _seeds(rng, board, (water, path))
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(seeds)))
    ways = water.buffer(STREAM_HALF_M).union(path.buffer(PATH_HALF_M))
    inside = [cell for cell in cells if board.contains(cell)]
    bent = [_bend(_longest(cell.difference(ways))) for cell in inside]
    whole = [cell for cell in bent if cell.is_valid and 3000 < cell.area < 29_000]
    return Land(whole, _bend(water), _bend(path))


def _seeds(
    rng: np.random.Generator, board: shapely.Polygon, ways: tuple[shapely.LineString, ...]
) -> Floats:
    west, south, east, north = board.buffer(250).bounds
    rows = []
    for k, y in enumerate(np.arange(south, north, SPACING_M * 0.87)):
        xs = np.arange(west, east, SPACING_M) + (k % 2) * SPACING_M / 2
        rows.append(np.column_stack([xs, np.full(len(xs), y)]))
    field = np.concatenate(rows) + rng.uniform(-0.40, 0.40, (sum(map(len, rows)), 2)) * SPACING_M
    lonely = [shapely.distance(shapely.points(field), way) > 88 for way in ways]
    beside = [_beside(rng, way) for way in ways]
    crossing = shapely.distance(shapely.points(beside[1]), ways[0]) > 70
    return np.concatenate([field[lonely[0] & lonely[1]], beside[0], beside[1][crossing]])


def _beside(rng: np.random.Generator, way: shapely.LineString) -> Floats:
    # Two seeds that mirror each other put the border of their cells on the stream or path.
    at = np.cumsum(rng.uniform(85, 150, 60))
    at = at[at < way.length - 40]
    here = shapely.get_coordinates(shapely.line_interpolate_point(way, at))
    ahead = shapely.get_coordinates(shapely.line_interpolate_point(way, at + 30))
    along = (ahead - here) / np.hypot(*(ahead - here).T)[:, None]
    across = np.column_stack([-along[:, 1], along[:, 0]]) * rng.uniform(46, 62, len(at))[:, None]
    return np.concatenate([here + across, here - across])


def _bend(shape: shapely.Geometry) -> shapely.Geometry:
    xy = shapely.segmentize(shape, 9.0)
    bent = shapely.transform(xy, lambda p: p + np.column_stack(displacement_m(p[:, 0], p[:, 1])))
    return to_centimetres(bent)


def _longest(shape: shapely.Geometry) -> shapely.Geometry:
    return max(shapely.get_parts(shape), key=lambda part: (part.area, part.length))
