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

from hkm_gis.landcover.grid import Window
from hkm_gis.landcover.shares import Cells, Floats, Geometries, Indices, cells_under
from hkm_gis.overlaps.threads import in_threads, together
from hkm_gis.plane import LONLAT, M2_PER_HA, land_on_plane, mended_land, reproject

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
    lands: Geometries,
    grid: DatasetReader,
    read: Callable[[DatasetReader, Window], Floats],
    measure: Callable[[Patch], Columns],
    on_plane: Geometries | None = None,
) -> pd.DataFrame:
    """Return what ``measure`` finds of each land (lon/lat), a row each in their order.

    ``on_plane`` is the same land as `land_on_plane` returns it, where it is known already.
    A column that one patch of land has and another has not is NaN in the other, and so is
    everything of a land that is missing or empty.
    """
    lands = np.asarray(lands, dtype=object)
    plane = together(in_threads(land_on_plane, lands)) if on_plane is None else on_plane
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

    land_ha = shapely.area(plane) / M2_PER_HA
    work = partial(_measured, lands, land_ha, grid, read_alone, measure)
    return pd.concat(in_threads(work, rows)).reindex(range(len(lands)))


def _measured(
    lands: Geometries,
    land_ha: Floats,
    grid: DatasetReader,
    read: Callable[[Window], Floats],
    measure: Callable[[Patch], Columns],
    rows: Indices,
) -> pd.DataFrame:
    land = mended_land(lands[rows])
    on_grid = _where_grid_reaches(reproject(land, LONLAT, grid.crs.to_wkt()))
    window = _window(on_grid, grid)
    if np.prod(window.shape) > MOST_CELLS and len(rows) > 1:
        halves = np.array_split(rows, 2)
        return pd.concat([_measured(lands, land_ha, grid, read, measure, half) for half in halves])
    cells = cells_under(on_grid, window.shape, _bounds(window, grid))
    units = shapely.area(on_grid) / abs(grid.transform.determinant)
    cell_ha = np.divide(land_ha[rows], units, out=np.zeros(len(rows)), where=units > 0)
    return pd.DataFrame(measure(Patch(read(window), cells, land_ha[rows], cell_ha)), index=rows)


def _where_grid_reaches(lands: Geometries) -> Geometries:
    """Return lands on the grid's coordinate system, empty where it knows no such place."""
    lands[~np.isfinite(shapely.bounds(lands)).all(axis=1)] = shapely.Polygon()
    return lands


def _window(on_grid: Geometries, grid: DatasetReader) -> Window:
    """Return the smallest window of the grid round some lands."""
    west, south, east, north = shapely.total_bounds(on_grid)
    if np.isnan(west):
        return Window(0, 0, 0, 0)
    step = grid.transform
    columns = (np.array([west, east]) - step.c) / step.a
    rows = (np.array([north, south]) - step.f) / step.e
    left, right = np.clip([np.floor(columns[0]), np.ceil(columns[1])], 0, grid.width)
    top, bottom = np.clip([np.floor(rows[0]), np.ceil(rows[1])], 0, grid.height)
    return Window(int(top), int(left), int(bottom), int(right))


def _bounds(window: Window, grid: DatasetReader) -> tuple[float, float, float, float]:
    """Return the western, southern, eastern and northern edge of a window."""
    step = grid.transform
    return (
        step.c + window.left * step.a,
        step.f + window.bottom * step.e,
        step.c + window.right * step.a,
        step.f + window.top * step.e,
    )
