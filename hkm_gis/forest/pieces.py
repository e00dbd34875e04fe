"""A boundary cut once into pieces, so that a parcel costs the same whatever its corners."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from hkm_gis.plane import land_on_plane, polygonal

__all__ = ["Boundary", "boundary_of"]

PIECE_VERTICES = 4096
"""Smaller pieces cost more to put together again under a parcel than they save in cutting it."""

LINE_VERTICES = 128
"""Below this GEOS tells in microseconds whether a parcel meets the line."""

PIECE_MARGIN_M = 1.0
"""Pieces overlap by this much, so that no crack runs between them through a parcel."""

Geometries = NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Boundary:
    """A forest on the plane in pieces so small that a parcel meets one or two of them."""

    pieces: Geometries
    piece_tree: shapely.STRtree
    line_tree: shapely.STRtree

    def meets(self, land: Geometries) -> NDArray[np.bool_]:
        """Tell which lands the boundary line runs through or touches."""
        return _hit(self.line_tree.query(land, predicate="intersects"), land)

    def comes_within(self, land: Geometries, distance_m: float) -> NDArray[np.bool_]:
        """Tell which lands the line comes as near as ``distance_m``; none below zero."""
        if distance_m < 0:
            return np.zeros(len(land), dtype=bool)
        return _hit(self.line_tree.query(land, predicate="dwithin", distance=distance_m), land)

    def holds(self, points: Geometries) -> NDArray[np.bool_]:
        """Tell which points lie in the forest or on its line."""
        # GEOS prepares what it asks with, and a point is found faster in a prepared piece.
        return _hit(
            shapely.STRtree(points).query(self.pieces, predicate="intersects")[::-1], points
        )

    def cut_from(self, land: Geometries) -> Geometries:
        """Return what is left of each land when the forest is taken away."""
        row, piece = self.piece_tree.query(land)
        ends = np.cumsum(np.bincount(row, minlength=len(land)))
        # Cut to the parcel first: whole pieces carry corners that their union would work on.
        inside = shapely.intersection(land[row], self.pieces[piece])
        forest = [
            shapely.union_all(inside[k:end])
            for k, end in zip(ends - np.diff(ends, prepend=0), ends, strict=True)
        ]
        return polygonal(shapely.difference(land, np.array(forest, dtype=object)))


def _hit(pairs: NDArray[np.intp], of: Geometries) -> NDArray[np.bool_]:
    hit = np.zeros(len(of), dtype=bool)
    hit[pairs[0]] = True
    return hit


@lru_cache(maxsize=2)
def boundary_of(lonlat: BaseGeometry) -> Boundary:
    """Return the pieces of a forest given in lon/lat; the last two are remembered."""
    land = land_on_plane([lonlat])[0]
    pieces = np.array(list(_pieces(land)), dtype=object)
    return Boundary(pieces, shapely.STRtree(pieces), shapely.STRtree(_lines(land)))


def _pieces(land: BaseGeometry) -> Iterable[BaseGeometry]:
    """Halve the land until each piece has few vertices; neighbouring pieces overlap a little."""
    waiting = [(land, *shapely.bounds(land))]
    while waiting:
        piece, x0, y0, x1, y1 = waiting.pop()
        small_m = max(x1 - x0, y1 - y0) <= 4 * PIECE_MARGIN_M
        if shapely.get_num_coordinates(piece) <= PIECE_VERTICES or small_m:
            yield piece
            continue
        for window in _halves(x0, y0, x1, y1):
            part = _clipped(piece, window)
            if not shapely.is_empty(part):
                waiting.append((part, *window))


def _halves(x0: float, y0: float, x1: float, y1: float) -> tuple[Any, Any]:
    if x1 - x0 >= y1 - y0:
        middle = (x0 + x1) / 2
        return (x0, y0, middle + PIECE_MARGIN_M, y1), (middle - PIECE_MARGIN_M, y0, x1, y1)
    middle = (y0 + y1) / 2
    return (x0, y0, x1, middle + PIECE_MARGIN_M), (x0, middle - PIECE_MARGIN_M, x1, y1)


def _clipped(piece: BaseGeometry, window: tuple[float, float, float, float]) -> BaseGeometry:
    part = shapely.clip_by_rect(piece, *window)
    if not shapely.is_valid(part):  # the fast clip may leave a line where a ring touches itself
        part = shapely.intersection(piece, shapely.box(*window))
    land: BaseGeometry = polygonal(np.array([part], dtype=object))[0]
    return land


def _lines(land: BaseGeometry) -> Geometries:
    """Return the boundary as short lines that follow on each other."""
    rings = [shapely.get_coordinates(r) for r in shapely.get_rings(shapely.get_parts(land))]
    lines = [
        shapely.LineString(xy[start : start + LINE_VERTICES])
        for xy in rings
        for start in range(0, len(xy) - 1, LINE_VERTICES - 1)
    ]
    return np.array(lines, dtype=object)
