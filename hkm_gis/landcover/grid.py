"""A grid in a GeoTIFF: opened, and read a window at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from hkm_gis.errors import FileError
from hkm_gis.files import local_path
from hkm_gis.landcover.shares import Floats
from hkm_gis.plane import LONLAT, geodesic_length_m, reproject

if TYPE_CHECKING:  # rasterio is heavy and loads only where a raster is opened
    from rasterio.io import DatasetReader

__all__ = ["Window", "open_grid", "read_cells", "read_slopes_pct", "true_cell_m"]

# A GeoTIFF holds its grid itself; a VRT or its kin can be made to read another file.
_DRIVER = "GTiff"


class Window(NamedTuple):
    """Rows and columns of a grid, from the first to before the last."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def shape(self) -> tuple[int, int]:
        """Number of rows and of columns."""
        return self.bottom - self.top, self.right - self.left


@contextmanager
def open_grid(path: str | Path) -> Iterator[DatasetReader]:
    """Open a GeoTIFF that says where on earth it lies, north up.

    Raises
    ------
    FileError
        It is missing, is no grid, states no coordinate system or is turned.
    """
    file = local_path(path)
    import rasterio

    try:
        grid = rasterio.open(file, driver=_DRIVER)
    except rasterio.errors.RasterioIOError:
        raise FileError("raster_unreadable", file=file.name) from None
    with grid:
        if grid.crs is None:
            raise FileError("raster_without_crs", file=file.name)
        if not (grid.transform.is_rectilinear and grid.transform.e < 0 < grid.transform.a):
            raise FileError("raster_not_north_up", file=file.name)
        yield grid


def read_cells(grid: DatasetReader, window: Window) -> Floats:
    """Return the values of a window of the grid, NaN where it has none."""
    if 0 in window.shape:
        return np.empty(window.shape)
    top, left, bottom, right = window
    cells = grid.read(1, window=((top, bottom), (left, right)), masked=True)
    values: Floats = cells.astype(float).filled(np.nan)
    return values


def read_slopes_pct(grid: DatasetReader, window: Window, *, cell_m: tuple[float, float]) -> Floats:
    """Return the slopes in a window of a grid of heights whose cells have that true size.

    Slope of Horn (1981), Proc. IEEE 69(1): eight neighbours, the four nearest counted twice.
    """
    top, left, bottom, right = window
    wider = Window(
        max(top - 1, 0), max(left - 1, 0), min(bottom + 1, grid.height), min(right + 1, grid.width)
    )
    rows = (wider.top - top + 1, bottom + 1 - wider.bottom)
    columns = (wider.left - left + 1, right + 1 - wider.right)
    z = np.pad(read_cells(grid, wider), (rows, columns), constant_values=np.nan)
    width_m, depth_m = cell_m
    west, east = (z[:-2, k] + 2 * z[1:-1, k] + z[2:, k] for k in _BESIDE)
    north, south = (z[k, :-2] + 2 * z[k, 1:-1] + z[k, 2:] for k in _BESIDE)
    slope_pct: Floats = np.hypot((east - west) / (8 * width_m), (north - south) / (8 * depth_m))
    return 100 * slope_pct


_BESIDE = (slice(None, -2), slice(2, None))


def true_cell_m(grid: DatasetReader) -> tuple[float, float]:
    """Return the true width and depth in metres of a cell in the middle of the grid."""
    x, y = grid.xy(grid.height // 2, grid.width // 2)
    step_x, step_y = grid.transform.a, -grid.transform.e
    lines = [
        shapely.LineString([(x, y), (x + step_x, y)]),
        shapely.LineString([(x, y), (x, y + step_y)]),
    ]
    across, along = reproject(lines, grid.crs.to_wkt(), LONLAT)
    return geodesic_length_m(across), geodesic_length_m(along)
