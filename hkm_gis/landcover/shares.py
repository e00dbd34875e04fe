"""Which cells of a grid parcels lie on, and how much of each cell, exactly.

The share of a cell follows from the edges that pass through it and through those to its left
(signed areas, as fonts are drawn): every edge is cut at the lines between cells, and no polygon is
built. exactextract finds the same shares, and is what the tests compare with; it takes eight times
as long for parcels of a hectare, one at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

__all__ = ["Cells", "Edges", "cells_under", "edges_of"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

_LEAST_SHARE = 1e-9
"""Of a cell: what is left where an edge runs along the line between two cells."""


@dataclass(frozen=True, slots=True)
class Edges:
    """The edges of some lands, by land and ring: outer rings run leftwards, holes the other way."""

    xy: Floats
    """Shape (corners, 2)."""
    first: Indices
    """Place in ``xy`` of the corner at which each edge begins; it ends at the next."""
    land: Indices
    """Which land each edge belongs to, ascending."""

    def moved(self, move: Callable[[Floats], Floats]) -> Edges:
        """Return the edges with every corner moved."""
        return replace(self, xy=move(self.xy))

    def finite(self) -> Edges:
        """Return the edges of the lands that lie where the coordinate system reaches."""
        lost = ~np.asarray(np.isfinite(self.xy).all(axis=1), dtype=bool)
        if not lost.any():
            return self
        kept = ~np.isin(self.land, self.land[lost[self.first] | lost[self.first + 1]])
        return replace(
            self,
            xy=np.where(lost[:, None], 0.0, self.xy),
            first=self.first[kept],
            land=self.land[kept],
        )

    def areas(self, count: int) -> Floats:
        """Return the area of each of so many lands, in the square of the unit."""
        lands, begin = np.unique(self.land, return_index=True)
        origin = np.zeros((count, 2))
        origin[lands] = self.xy[self.first[begin]]  # near, so that no digits are lost
        x0, y0 = (self.xy[self.first] - origin[self.land]).T
        x1, y1 = (self.xy[self.first + 1] - origin[self.land]).T
        areas: Floats = np.abs(np.bincount(self.land, (x0 * y1 - x1 * y0) / 2, count))
        return areas


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells that lands lie on, by land, and within it by row and column."""

    land: Indices
    cell: Indices
    """Place in the grid, row after row."""
    share: Floats
    """Of the cell, above 0 to 1."""


def edges_of(lands: NDArray[Any]) -> Edges:
    """Return the edges of valid polygons; what is missing or empty has none."""
    parts, owner = shapely.get_parts(lands, return_index=True)
    rings, part = shapely.get_rings(shapely.orient_polygons(parts), return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    first = np.flatnonzero(ring[1:] == ring[:-1])
    return Edges(xy, first, owner[part[ring[first]]])


def cells_under(edges: Edges, shape: tuple[int, int]) -> Cells:
    """Return the cells of a grid of so many rows and columns under lands.

    ``edges`` are in columns and rows from the upper left corner of the grid. What lies off the
    grid has no cells.

    Examples
    --------
    A square of one and a half by one cell, given in rows that count downwards.

    >>> square = edges_of(np.array([shapely.box(0.5, -1, 2, 0)], dtype=object))
    >>> cells = cells_under(square.moved(lambda xy: xy * [1, -1]), (3, 3))
    >>> cells.cell.tolist(), cells.share.tolist()
    ([0, 1], [0.5, 1.0])
    """
    rows, columns = shape
    start, end = edges.xy[edges.first], edges.xy[edges.first + 1]
    start, end, land = _cut(start, end, edges.land, 1, rows)
    row = np.floor((start[:, 1] + end[:, 1]) / 2).astype(np.intp)
    here = (row >= 0) & (row < rows)
    start, end, land = _cut(start[here], end[here], land[here], 0, columns)
    row = np.floor((start[:, 1] + end[:, 1]) / 2).astype(np.intp)
    # What passes to the left of the grid counts for all of the row, to the right of it for none.
    x = np.clip((start[:, 0] + end[:, 0]) / 2, 0, columns)
    column = np.floor(x).astype(np.intp)
    return _summed(land, row, column, end[:, 1] - start[:, 1], x - column, columns)


def _cut(
    start: Floats, end: Floats, land: Indices, axis: int, limit: int
) -> tuple[Floats, Floats, Indices]:
    """Cut edges at the whole numbers from 0 to ``limit`` that they pass through."""
    a, b = start[:, axis], end[:, axis]
    low = np.maximum(np.floor(np.minimum(a, b)) + 1, 0)
    high = np.minimum(np.ceil(np.maximum(a, b)) - 1, limit)
    cuts = np.maximum(high - low + 1, 0).astype(np.intp)
    ends = np.cumsum(cuts + 1)
    edge = np.repeat(np.arange(len(a)), cuts + 1)
    nth = np.arange(len(edge)) - (ends - cuts - 1)[edge]
    begin = start[edge]
    inner = np.flatnonzero(nth > 0)
    edge_in, nth_in = edge[inner], nth[inner]
    line = np.where(a < b, low, high)[edge_in] + np.where(a < b, 1, -1)[edge_in] * (nth_in - 1)
    along = (line - a[edge_in]) / (b - a)[edge_in]
    other = 1 - axis
    step = (end - start)[edge_in, other]
    begin[inner, axis], begin[inner, other] = line, start[edge_in, other] + along * step
    finish = np.empty_like(begin)
    finish[:-1] = begin[1:]
    finish[ends - 1] = end
    return begin, finish, land[edge]


def _summed(
    land: Indices, row: Indices, column: Indices, rise: Floats, into: Floats, columns: int
) -> Cells:
    """Add up what the pieces of edges are worth in the box of cells round each land."""
    lands, begin = np.unique(land, return_index=True)
    if not len(lands):
        return Cells(land, row, rise)
    top, left = np.minimum.reduceat(row, begin), np.minimum.reduceat(column, begin)
    depth = np.maximum.reduceat(row, begin) - top + 1
    width = np.maximum.reduceat(column, begin) - left + 2
    size = depth * width
    offset = np.cumsum(size) - size
    nth = np.repeat(np.arange(len(lands)), np.diff(begin, append=len(land)))
    place = offset[nth] + (row - top[nth]) * width[nth] + column - left[nth]
    cells = int(size.sum())
    change = np.bincount(place, rise * (1 - into), cells)
    change += np.bincount(place + 1, rise * into, cells)
    share = np.cumsum(change)  # every row of a box ends with nothing
    kept = np.flatnonzero(share > _LEAST_SHARE)
    nth = np.repeat(np.arange(len(lands)), size)[kept]
    down, along = np.divmod(kept - offset[nth], width[nth])
    on_grid = left[nth] + along < columns
    kept, nth, down, along = kept[on_grid], nth[on_grid], down[on_grid], along[on_grid]
    cell = (top[nth] + down) * columns + left[nth] + along
    return Cells(lands[nth], cell, np.minimum(share[kept], 1.0))
