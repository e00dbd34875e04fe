"""Parcels measured on a grid a thousand neighbours at a time, each window read once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from hkm_gis.landcover.grid import Window
from hkm_gis.landcover.shares import Cells, Edges, Floats, Indices, cells_under, edges_of
from hkm_gis.overlaps.threads import in_threads
from hkm_gis.plane import LONLAT, M2_PER_HA, mended_land, moved_xy, plane_xy

if TYPE_CHECKING:  # rasterio is heavy and loads only where a raster is opened
    from rasterio.io import DatasetReader

__all__ = ["Columns", "Patch", "measure_on_grid"]

MOST_CELLS = 4_000_000
"""What one window may hold, 32 MB; only a single parcel may lie on more."""

Columns = dict[Any, Floats]


@dataclass(frozen=True, slots=True)
class Patch:
    """A window of a grid, and the lands on it."""

    values: Floats
    """Shape (rows, columns), NaN where the grid has none."""
    cells: Cells
    land_ha: Floats
    """True hectares of each land, also of what lies off the grid."""
    cell_ha: Floats
    """What a whole cell is worth in each land: the same to 1e-5 all over it."""

    def hectares(self, kinds: Floats) -> Columns:
        """Return for each kind of cell its hectares in each land; NaN is no kind."""
        known, code = np.unique(kinds, return_inverse=True, equal_nan=True)
        known = known[~np.isnan(known)]  # NaN is the last of all
        code = code.ravel()[self.cells.cell]
        here = code < len(known)
        place = self.cells.land[here] * len(known) + code[here]
        many = len(self.land_ha)
        cells = np.bincount(place, self.cells.share[here], many * len(known))
        return {
            int(kind): column * self.cell_ha
            for kind, column in zip(known, cells.reshape(many, -1).T, strict=True)
        }

    def mean_and_most(self) -> tuple[Floats, Floats]:
        """Return the mean and the largest value under each land; NaN where there is none."""
        value = self.values.ravel()[self.cells.cell]
        known = ~np.isnan(value)
        value, share, land = value[known], self.cells.share[known], self.cells.land[known]
        many = len(self.land_ha)
        mean, most = np.full((2, many), np.nan)
        lands, begin = np.unique(land, return_index=True)
        if len(lands):
            total = np.bincount(land, share * value, many)[lands]
            mean[lands] = total / np.bincount(land, share, many)[lands]
            most[lands] = np.maximum.reduceat(value, begin)
        return mean, most


def measure_on_grid(
    lands: NDArray[Any],
    grid: DatasetReader,
    read: Callable[[DatasetReader, Window], Floats],
    measure: Callable[[Patch], Columns],
) -> pd.DataFrame:
    """Return what ``measure`` finds of each land (lon/lat), a row each in their order.

    A column that one patch of land has and another has not is NaN in the other, and so is
    everything of a land that is missing or empty.
    """
    lands = np.asarray(lands, dtype=object)
    there = np.flatnonzero(~(shapely.is_missing(lands) | shapely.is_empty(lands)))
    if not len(there):
        return pd.DataFrame(index=range(len(lands)))
    # Along a Hilbert curve the lands of one chunk lie on one small window.
    along = gpd.GeoSeries(lands[there]).hilbert_distance().to_numpy()
    rows = there[np.argsort(along, kind="stable")]
    lock = Lock()  # an open grid serves one thread at a time

    def read_alone(window: Window) -> Floats:
        with lock:
            return read(grid, window)

    work = partial(_measured, lands, grid, read_alone, measure)
    return pd.concat(in_threads(work, rows)).reindex(range(len(lands)))


def _measured(
    lands: NDArray[Any],
    grid: DatasetReader,
    read: Callable[[Window], Floats],
    measure: Callable[[Patch], Columns],
    rows: Indices,
) -> pd.DataFrame:
    edges = edges_of(mended_land(lands[rows]))
    on_grid = edges.moved(partial(moved_xy, source=LONLAT, target=grid.crs.to_wkt()))
    on_cells = on_grid.moved(partial(_in_cells, grid=grid)).finite()
    window = _window(on_cells, grid)
    if np.prod(window.shape) > MOST_CELLS and len(rows) > 1:
        halves = np.array_split(rows, 2)
        return pd.concat([_measured(lands, grid, read, measure, half) for half in halves])
    cells = cells_under(on_cells.moved(lambda xy: xy - (window.left, window.top)), window.shape)
    land_ha = edges.moved(plane_xy).areas(len(rows)) / M2_PER_HA
    units = on_cells.areas(len(rows))
    cell_ha = np.divide(land_ha, units, out=np.zeros(len(rows)), where=units > 0)
    return pd.DataFrame(measure(Patch(read(window), cells, land_ha, cell_ha)), index=rows)


def _in_cells(xy: Floats, grid: DatasetReader) -> Floats:
    """Return places on the grid as columns and rows from its upper left corner."""
    west, north = grid.transform.c, grid.transform.f
    return np.column_stack(
        [(xy[:, 0] - west) / grid.transform.a, (xy[:, 1] - north) / grid.transform.e]
    )


def _window(on_cells: Edges, grid: DatasetReader) -> Window:
    """Return the smallest window of the grid round some lands."""
    size = (grid.width, grid.height)
    if not len(on_cells.xy):
        return Window(0, 0, 0, 0)
    left, top = np.clip(np.floor(on_cells.xy.min(axis=0)), 0, size).astype(int).tolist()
    right, bottom = np.clip(np.ceil(on_cells.xy.max(axis=0)), 0, size).astype(int).tolist()
    return Window(top, left, bottom, right)
