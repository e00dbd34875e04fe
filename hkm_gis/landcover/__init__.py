"""What covers a parcel, and how steep it is."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from hkm_gis.landcover.grid import open_grid, read_cells, read_slopes_pct, true_cell_m
from hkm_gis.landcover.patches import Columns, Patch, measure_on_grid
from hkm_gis.landcover.shares import Floats, Geometries
from hkm_gis.parcels import require_columns
from hkm_gis.project import Raster

if TYPE_CHECKING:  # rasterio is heavy and loads only where a raster is opened
    from rasterio.io import DatasetReader

__all__ = [
    "SLOPE_CLASSES_PCT",
    "SLOPE_COLUMNS",
    "classify_landcover",
    "classify_slope",
    "cultivated_ha",
]

SLOPE_CLASSES_PCT = (0.0, 8.0, 15.0, 25.0, 40.0)
"""Lower ends of the slope classes: flat, gentle, moderate, steep, very steep.

Above 40 % land is to be protection forest (Keppres 32/1990; not checked in its source).
"""

SLOPE_COLUMNS = (
    *(f"slope_{low:.0f}_{high:.0f}_ha" for low, high in pairwise(SLOPE_CLASSES_PCT)),
    f"slope_over_{SLOPE_CLASSES_PCT[-1]:.0f}_ha",
)
"""Names of the classes as columns of hectares."""


def classify_landcover(
    parcels: gpd.GeoDataFrame, raster_path: str | Path, *, classes: Mapping[int, str] | None = None
) -> pd.DataFrame:
    """Return the hectares of each land-cover class in each parcel.

    Every grid cell counts with the exact share of it that lies in the parcel, and the hectares of
    a parcel are true hectares whatever the coordinate system of the grid.

    Parameters
    ----------
    parcels
        Parcels in EPSG:4326 with ``parcel_id``. Where parcels overlap, both have the cover.
    raster_path
        A grid of class numbers (GeoTIFF), geographic or projected, north up.
    classes
        Names of the classes; a class without a name is called ``class_<number>``.

    Returns
    -------
    DataFrame
        ``parcel_id``; ``<name>_ha`` for each class in ``classes`` and each one found, by number;
        ``unknown_ha``: land where the grid has no value. A row's classes sum to its hectares.

    Raises
    ------
    FileError
        The grid is missing, is no grid, or states no coordinate system.

    Examples
    --------
    >>> classify_landcover(parcels, "raster/tutupan.tif", classes={3: "kopi"})  # doctest: +SKIP
    """
    require_columns(parcels, ("parcel_id", "geometry"))
    with open_grid(raster_path) as grid:
        whole_ha, found = _class_ha(parcels, grid)
    names = dict(classes or {})
    numbers = sorted({*names, *(int(c) for c in found.columns)})
    table = pd.DataFrame({"parcel_id": parcels["parcel_id"].to_numpy()})
    for number in numbers:
        covered = found[number] if number in found.columns else 0.0
        table[f"{names.get(number, f'class_{number}')}_ha"] = np.asarray(covered, dtype=float)
    table["unknown_ha"] = np.maximum(whole_ha - found.sum(axis=1).to_numpy(), 0.0)
    return table


def cultivated_ha(
    parcels: gpd.GeoDataFrame, raster: Raster, *, on_plane: Geometries | None = None
) -> Floats:
    """Return the cultivated hectares of each parcel: those of the classes ``raster.cultivated``.

    Shape (n,), in the order of ``parcels``; NaN where no class of the grid is said to be
    cultivated. ``on_plane`` is as `classify_slope` takes it.
    """
    if not raster.cultivated:
        return np.full(len(parcels), np.nan)
    with open_grid(raster.file) as grid:
        _, found = _class_ha(parcels, grid, on_plane)
    wanted = [number for number in raster.cultivated if number in found.columns]
    return found[wanted].sum(axis=1).to_numpy(dtype=float)


def classify_slope(
    parcels: gpd.GeoDataFrame, dem_path: str | Path, *, on_plane: Geometries | None = None
) -> pd.DataFrame:
    """Return how steep each parcel is, from a grid of heights in metres.

    Slopes are those of Horn (1981), as gdaldem computes them, with true metres between the cells.

    Parameters
    ----------
    parcels
        Parcels in EPSG:4326 with ``parcel_id``.
    dem_path
        A grid of heights (GeoTIFF), geographic or projected, north up.
    on_plane
        The land of the parcels as `land_on_plane` returns it; computed where not given.

    Returns
    -------
    DataFrame
        ``parcel_id``, ``slope_mean_pct``, ``slope_max_pct`` (NaN where the grid has no heights),
        and the hectares in each class of `SLOPE_CLASSES_PCT`: ``slope_0_8_ha`` ...
        ``slope_over_40_ha``. A slope exactly on a class limit belongs to the gentler class.

    Raises
    ------
    FileError
        As `classify_landcover`.
    """
    require_columns(parcels, ("parcel_id", "geometry"))
    with open_grid(dem_path) as grid:
        read = partial(read_slopes_pct, cell_m=true_cell_m(grid))
        found = measure_on_grid(parcels.geometry.array, grid, read, _slopes_under, on_plane)
    table = pd.DataFrame({"parcel_id": parcels["parcel_id"].to_numpy()})
    for name in ("slope_mean_pct", "slope_max_pct"):
        table[name] = found[name].to_numpy(float) if name in found.columns else np.nan
    for kind, name in enumerate(SLOPE_COLUMNS):
        table[name] = found[kind].fillna(0.0).to_numpy(float) if kind in found.columns else 0.0
    return table


def _class_ha(
    parcels: gpd.GeoDataFrame, grid: DatasetReader, on_plane: Geometries | None = None
) -> tuple[Floats, pd.DataFrame]:
    """Return the hectares of each parcel, and of each class in it, one column a class."""
    lands = parcels.geometry.array
    found = measure_on_grid(lands, grid, read_cells, _classes_under, on_plane).fillna(0.0)
    whole_ha = np.asarray(found.pop(_WHOLE) if _WHOLE in found else 0.0, dtype=float)
    return whole_ha, found[sorted(found.columns)]


_WHOLE = "whole"


def _classes_under(patch: Patch) -> Columns:
    return {_WHOLE: patch.land_ha} | patch.hectares(np.trunc(patch.values))


def _slopes_under(patch: Patch) -> Columns:
    kinds = np.digitize(patch.values, SLOPE_CLASSES_PCT[1:], right=True).astype(float)
    kinds[np.isnan(patch.values)] = np.nan
    mean, most = patch.mean_and_most()
    return {"slope_mean_pct": mean, "slope_max_pct": most} | patch.hectares(kinds)
