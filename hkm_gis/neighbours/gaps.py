"""The gaps between parcels: holes and slits too narrow to be anybody's land."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from hkm_gis.memory import Memory, key_of, land_keys
from hkm_gis.neighbours.scanning import open_places
from hkm_gis.overlaps.threads import in_threads, together
from hkm_gis.parcels import require_columns
from hkm_gis.plane import LONLAT, from_plane, land_on_plane, polygonal

__all__ = ["find_gaps"]

SNAP_M = 0.001
"""Cracks thinner than this are arithmetic, not land."""

WIDTH_DUST_M = 0.005
"""A width is found to 1 mm and read from degrees: so much less than the limit is the limit."""

MITRE_LIMIT = 20.0
"""Corners sharper than 6° are cut off when land is grown and shrunk again."""

TILE_M = 2500.0
"""The land is looked at in squares of the plane, always the same, each with what reaches into it:
so a square is done on its own, and need not be done again while its land is as it was."""

BOXES_A_LAND = 2
"""Where there are more open places than this for each land, the land lies scattered, and to look
everywhere costs less than to put the places together."""

Indices = NDArray[np.intp]
Floats = NDArray[np.float64]
Geometries = NDArray[Any]


def find_gaps(
    parcels: gpd.GeoDataFrame,
    *,
    max_width_m: float,
    min_width_m: float = 0.0,
    on_plane: Geometries | None = None,
    memory: Memory | None = None,
    keys: Sequence[bytes] | None = None,
) -> gpd.GeoDataFrame:
    """Return the holes and slits between parcels in which no circle of that width fits.

    Parameters
    ----------
    parcels
        Parcels in EPSG:4326 with ``parcel_id`` and ``geometry``.
    max_width_m
        Wider openings are land between parcels, not a gap. Below 1 mm nothing is a gap.
    min_width_m
        Gaps in which no circle of this width fits are left out, and cost next to nothing.
    on_plane
        The land of the parcels as `land_on_plane` returns it; computed where not given.
    memory
        What an earlier run kept: where all land round is as it was nothing is looked for again.
    keys
        The key of the land of each parcel, as `land_keys` returns it; computed where not given.

    Returns
    -------
    GeoDataFrame
        ``area_m2``, ``width_m`` (diameter of the largest circle in it, to 1 cm), ``parcels`` (the
        two or more that it touches, a tuple in reading order) and ``geometry`` (EPSG:4326), by
        reading order of those parcels. A hole inside one parcel is no gap between parcels.

    Raises
    ------
    TableError
        A column or the coordinate system is missing.

    Examples
    --------
    A strip of 4 m was left between two plots of 100 m.

    >>> plots = from_plane([shapely.box(x, 0, x + 100, 100) for x in (0, 104)])
    >>> table = gpd.GeoDataFrame({"parcel_id": ["a", "b"]}, geometry=plots, crs=4326)
    >>> find_gaps(table, max_width_m=5)[["area_m2", "width_m", "parcels"]].round(0).values.tolist()
    [[400.0, 4.0, ('a', 'b')]]
    >>> len(find_gaps(table, max_width_m=3))
    0
    """
    require_columns(parcels, ("parcel_id", "geometry"))
    land = on_plane
    if land is None:
        land = land_on_plane(np.asarray(parcels.geometry.values, dtype=object))
    there = np.flatnonzero(shapely.area(land) > 0)
    land = land[there]
    if memory is not None:
        keys = land_keys(land) if keys is None else [keys[row] for row in there.tolist()]
    openings = _openings(land, min_width_m / 2, max_width_m / 2, memory, keys or ())
    places = _touched(openings, land)
    between = [k for k, some in enumerate(places) if len(some) > 1]
    gaps, places = openings[between], [places[k] for k in between]
    width_m = _widths_m(gaps, memory)
    names = parcels["parcel_id"].to_numpy()[there]
    least_m = max(SNAP_M, min_width_m - WIDTH_DUST_M)
    rows = np.flatnonzero(width_m > least_m).tolist()
    rows.sort(key=lambda k: (places[k], *shapely.bounds(gaps[k])))
    found = gaps[rows]
    return gpd.GeoDataFrame(
        {
            "area_m2": shapely.area(found),
            "width_m": np.round(width_m[rows], 2),
            "parcels": pd.Series([tuple(names[list(places[k])]) for k in rows], dtype=object),
        },
        geometry=from_plane(found),
        crs=LONLAT,
    )


def _openings(
    land: Geometries,
    least_m: float,
    radius_m: float,
    memory: Memory | None,
    keys: Sequence[bytes],
) -> Geometries:
    """Return what closes when land grows by the radius and shrinks again."""
    least_m = max(least_m - 2 * SNAP_M, 0.0)

    def reaches(rows: Indices) -> Floats:
        return together(in_threads(partial(_reach_m, by_m=least_m), land[rows]))

    reach_m = _recalled(memory, "gap_reach", len(land), lambda: keys, reaches)
    squares, rows = _squares(land, reach_m + 4 * radius_m)

    def told() -> list[bytes]:
        each = zip(squares, rows, strict=True)
        return [key_of(square.tobytes(), *(keys[row] for row in own)) for square, own in each]

    def openings(wanted: Indices) -> Geometries:
        def in_squares(some: Indices) -> Geometries:
            found = [
                _in_square(squares[k], land[rows[k]], reach_m[rows[k]], least_m, radius_m)
                for k in some
            ]
            return np.array(found, dtype=object)

        return together(in_threads(in_squares, wanted, chunk=1))

    return _joined(shapely.get_parts(_recalled(memory, "gaps", len(rows), told, openings)))


def _recalled(
    memory: Memory | None,
    kind: str,
    many: int,
    keys: Callable[[], Sequence[bytes]],
    compute: Callable[[Indices], NDArray[Any]],
) -> NDArray[Any]:
    """Return what ``compute`` finds for the places 0 to ``many``, as far as known from memory."""
    if memory is None:
        return compute(np.arange(many))
    return memory.recall(kind, keys(), lambda rows: {"found": compute(rows)})["found"]


def _reach_m(land: Geometries, *, by_m: float) -> Floats:
    """Return how far the corners of each land reach when it grows: as far as they are sharp."""
    parts, owner = shapely.get_parts(land, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    edge = np.flatnonzero(ring[1:] == ring[:-1])
    along = xy[edge + 1] - xy[edge]
    step = along / np.maximum(np.hypot(*along.T), SNAP_M)[:, None]
    last = np.flatnonzero(np.append(ring[edge][1:] != ring[edge][:-1], len(edge) > 0))
    following = np.arange(1, len(edge) + 1)
    following[last] = np.append(0, last[:-1] + 1)[: len(last)]
    # 1 where the outline goes on, -1 where it turns back
    straight = (step * step[following]).sum(axis=1)
    sharpest = np.ones(len(land))
    np.minimum.at(sharpest, owner[part[ring[edge]]], straight)
    sine_of_half = np.sqrt(np.maximum((1 + sharpest) / 2, MITRE_LIMIT**-2))
    return np.asarray(by_m / sine_of_half)


def _squares(land: Geometries, reach_m: Floats) -> tuple[Floats, list[Indices]]:
    """Return the squares that two lands reach, and for each the places of all that reach there.

    A square is its western, southern, eastern and northern edge. Land drawn across half the
    country makes them larger, not many.
    """
    bounds = _around(land, reach_m)
    side_m, most = TILE_M, len(land) / 50 + 1000
    while _numbers(bounds, side_m).prod(axis=1).max(initial=0) > most:
        side_m *= 2
    across, down = _numbers(bounds, side_m).T
    row = np.repeat(np.arange(len(land)), across * down)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(across * down) - across * down, across * down)
    steps = np.column_stack([nth % across[row], nth // across[row]])
    corners = np.floor(bounds[row, :2] / side_m).astype(np.intp) + steps
    corners, square, times = np.unique(corners, axis=0, return_inverse=True, return_counts=True)
    order = np.argsort(square.ravel(), kind="stable")
    rows = np.split(row[order], np.cumsum(times)[:-1]) if len(corners) else []
    several = np.flatnonzero(times > 1)
    return np.column_stack([corners, corners + 1])[several] * side_m, [rows[k] for k in several]


def _numbers(bounds: Floats, side_m: float) -> Indices:
    """Return how many squares each box meets across and down."""
    first, last = np.floor(bounds[:, :2] / side_m), np.floor(bounds[:, 2:] / side_m)
    return (last - first + 1).astype(np.intp)


def _in_square(
    square: Floats, land: Geometries, reach_m: Floats, least_m: float, radius_m: float
) -> BaseGeometry:
    """Return the openings in one square.

    Only where a circle of radius ``least_m`` fits is the land taken away exactly: between
    thousands of walks there are as many cracks, and almost all of them are narrower.
    """
    # Two more circles lie between an opening and what decides whether it closes.
    frame = square + 4 * radius_m * np.array([-1, -1, 1, 1])
    boxes = open_places(land, frame, least_m)
    if len(boxes) > BOXES_A_LAND * len(land):
        boxes = np.array([shapely.box(*frame)], dtype=object)
    # Boxes that touch are one place: a buffer of nothing unites them in half the time of a union.
    places = shapely.get_parts(shapely.buffer(shapely.multipolygons(boxes), 0))
    beside = np.unique(shapely.STRtree(places).query(shapely.box(*_around(land, reach_m).T))[0])
    free = shapely.get_parts(_without(places, _grown(land[beside], least_m)))
    held = _grown(_grown(free, least_m - radius_m), radius_m)
    wide = shapely.get_parts(_without(free, held, grid_size=SNAP_M))
    wide = wide[shapely.area(wide) > 0]
    if least_m > 0:
        around = shapely.buffer(wide, least_m + 2 * SNAP_M)
        closed = _without(shapely.get_parts(shapely.union_all(around)), held)
        wide = shapely.get_parts(_without(closed, land, grid_size=SNAP_M))
    inside = polygonal(shapely.intersection(wide, shapely.box(*square)))
    parts = shapely.get_parts(inside)
    return shapely.MultiPolygon(list(parts[shapely.area(parts) > 0]))


def _around(land: Geometries, by_m: Floats) -> Floats:
    """Return the boxes round lands, so much larger on all sides."""
    return shapely.bounds(land).reshape(-1, 4) + np.outer(by_m, [-1, -1, 1, 1])


def _joined(parts: Geometries) -> Geometries:
    """Return the openings, those made whole again that an edge of a square cut through."""
    bounds = shapely.bounds(parts).reshape(-1, 4)
    cut = (np.mod(bounds, TILE_M) == 0).any(axis=1)
    return np.append(parts[~cut], shapely.get_parts(shapely.union_all(parts[cut])))


def _without(shapes: Geometries, others: Geometries, grid_size: float | None = None) -> Geometries:
    """Return what is left of each shape when the others are taken away."""
    shape, other = shapely.STRtree(others).query(shapes, predicate="intersects")
    cut, first = np.unique(shape, return_index=True)
    taken = np.full(len(shapes), shapely.Polygon(), dtype=object)
    for place, some in zip(cut, np.split(other, first[1:]), strict=False):
        taken[place] = shapely.union_all(others[some])
    return np.asarray(shapely.difference(shapes, taken, grid_size=grid_size))


def _widths_m(gaps: Geometries, memory: Memory | None) -> Floats:
    """Return the diameter of the largest circle in each gap."""

    def compute(rows: Indices) -> Floats:
        return together(in_threads(_circles_m, gaps[rows], chunk=50))

    return _recalled(memory, "gap_widths", len(gaps), lambda: land_keys(gaps), compute)


def _circles_m(gaps: Geometries) -> Floats:
    return np.asarray(2 * shapely.length(shapely.maximum_inscribed_circle(gaps, SNAP_M)))


def _grown(land: Any, by_m: float) -> Any:
    # Mitred, else every inner corner of the outline would come back rounded off and look a gap.
    return shapely.buffer(land, by_m, join_style="mitre", mitre_limit=MITRE_LIMIT)


def _touched(gaps: Geometries, land: Geometries) -> list[tuple[int, ...]]:
    gap, parcel = shapely.STRtree(land).query(gaps, predicate="dwithin", distance=2 * SNAP_M)
    ends = np.searchsorted(gap, np.arange(len(gaps)), side="right")
    return [tuple(np.sort(some).tolist()) for some in np.split(parcel, ends)[: len(gaps)]]
