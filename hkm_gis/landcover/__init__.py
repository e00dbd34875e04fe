"""What covers a parcel, and how steep it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from hkm_gis.errors import FileError
from hkm_gis.files import local_path
from hkm_gis.parcels import require_columns
from hkm_gis.plane import LONLAT, M2_PER_HA, area_m2, geodesic_length_m, reproject
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

# A GeoTIFF holds its grid itself; a VRT or its kin can be made to read another file.
_DRIVER = "GTiff"

Floats = NDArray[np.float64]


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
    with _grid(raster_path) as grid:
        found = _class_ha(parcels, grid)
    names = dict(classes or {})
    numbers = sorted({*names, *(int(c) for c in found.columns)})
    table = pd.DataFrame({"parcel_id": parcels["parcel_id"].to_numpy()})
    for number in numbers:
        covered = found[number] if number in found.columns else 0.0
        table[f"{names.get(number, f'class_{number}')}_ha"] = np.asarray(covered, dtype=float)
    whole_ha = area_m2(parcels.geometry.array) / M2_PER_HA
    table["unknown_ha"] = np.maximum(whole_ha - found.sum(axis=1).to_numpy(), 0.0)
    return table


def cultivated_ha(parcels: gpd.GeoDataFrame, raster: Raster) -> Floats:
    """Return the cultivated hectares of each parcel: those of the classes ``raster.cultivated``.

    Shape (n,), in the order of ``parcels``; NaN where no class of the grid is said to be
    cultivated.
    """
    if not raster.cultivated:
        return np.full(len(parcels), np.nan)
    with _grid(raster.file) as grid:
        found = _class_ha(parcels, grid)
    wanted = [number for number in raster.cultivated if number in found.columns]
    return found[wanted].sum(axis=1).to_numpy(dtype=float)


def classify_slope(parcels: gpd.GeoDataFrame, dem_path: str | Path) -> pd.DataFrame:
    """Return how steep each parcel is, from a grid of heights in metres.

    Slopes are those of Horn (1981), as gdaldem computes them, with true metres between the cells.

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
    with _grid(dem_path) as grid:
        slope_pct = _slope_pct(grid)
        on_grid = _on_grid(parcels, grid)
        stats = _extract(_source(slope_pct, grid), on_grid, ["mean", "max"])
        kinds = np.digitize(slope_pct, SLOPE_CLASSES_PCT[1:], right=True).astype(float)
        kinds[np.isnan(slope_pct)] = np.nan
        found = _hectares(parcels, on_grid, _source(kinds, grid), abs(grid.transform.determinant))
    table = pd.DataFrame({"parcel_id": parcels["parcel_id"].to_numpy()})
    table["slope_mean_pct"] = stats["mean"].to_numpy(dtype=float)
    table["slope_max_pct"] = stats["max"].to_numpy(dtype=float)
    for kind, name in enumerate(SLOPE_COLUMNS):
        table[name] = np.asarray(found[kind] if kind in found.columns else 0.0, dtype=float)
    return table


@contextmanager
def _grid(path: str | Path) -> Iterator[DatasetReader]:
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


def _on_grid(parcels: gpd.GeoDataFrame, grid: DatasetReader) -> gpd.GeoDataFrame:
    moved = reproject(np.asarray(parcels.geometry.array), LONLAT, grid.crs.to_wkt())
    return gpd.GeoDataFrame(geometry=moved, crs=grid.crs.to_wkt())


def _class_ha(parcels: gpd.GeoDataFrame, grid: DatasetReader) -> pd.DataFrame:
    cell = abs(grid.transform.determinant)
    return _hectares(parcels, _on_grid(parcels, grid), grid, cell)


def _hectares(
    parcels: gpd.GeoDataFrame, on_grid: gpd.GeoDataFrame, source: object, cell: float
) -> pd.DataFrame:
    """Return one column a class with its hectares in each parcel."""
    lonlat = np.asarray(parcels.geometry.array)
    # What one unit of the grid (deg² or grid m²) is worth here: constant to 1e-5 within a parcel.
    units = shapely.area(on_grid.geometry.array)
    ha_per_unit = np.divide(
        area_m2(lonlat) / M2_PER_HA, units, out=np.zeros(len(units)), where=units > 0
    )
    stats = _extract(source, on_grid, ["unique", "frac", "count"])
    found: dict[int, Floats] = {}
    for row, (numbers, shares, cells) in enumerate(
        zip(stats["unique"], stats["frac"], stats["count"], strict=True)
    ):
        for number, share in zip(numbers, shares, strict=True):
            column = found.setdefault(int(number), np.zeros(len(parcels)))
            column[row] = share * cells * cell * ha_per_unit[row]
    return pd.DataFrame(dict(sorted(found.items())), index=range(len(parcels)))


def _extract(source: object, on_grid: gpd.GeoDataFrame, operations: list[str]) -> pd.DataFrame:
    if on_grid.empty:
        return pd.DataFrame(columns=operations)
    from exactextract import exact_extract

    table: pd.DataFrame = exact_extract(source, _lands(on_grid), operations, output="pandas")
    return table


def _lands(on_grid: gpd.GeoDataFrame) -> Any:
    """Return the parcels as exactextract takes them soonest: it would write each as GeoJSON."""
    from exactextract.feature import Feature, FeatureSource

    lands = np.asarray(on_grid.geometry.array).copy()
    lands[shapely.is_missing(lands) | shapely.is_empty(lands)] = _OFF_THE_GRID

    class Land(Feature):  # type: ignore[misc]  # it states no types
        def __init__(self, wkb: bytes) -> None:
            super().__init__()
            self.wkb = wkb

        def geometry(self) -> bytes:
            return self.wkb

        def fields(self) -> list[str]:
            return []

    class Lands(FeatureSource):  # type: ignore[misc]
        def count(self) -> int:
            return len(on_grid)

        def __iter__(self) -> Iterator[Land]:
            return map(Land, shapely.to_wkb(lands))

        def srs_wkt(self) -> str:
            return str(on_grid.crs.to_wkt())

    return Lands()


_OFF_THE_GRID = shapely.box(-1e9, -1e9, 1 - 1e9, 1 - 1e9)


def _source(values: Floats, grid: DatasetReader) -> Any:
    from exactextract.raster import NumPyRasterSource

    west, south, east, north = grid.bounds
    return NumPyRasterSource(
        values, west, south, east, north, nodata=np.nan, srs_wkt=grid.crs.to_wkt()
    )


def _slope_pct(grid: DatasetReader) -> Floats:
    """Slope of Horn (1981), Proc. IEEE 69(1): eight neighbours, the four nearest counted twice."""
    height_m = grid.read(1, masked=True).astype(float).filled(np.nan)
    z = np.pad(height_m, 1, constant_values=np.nan)
    width_m, depth_m = _cell_m(grid)
    west, east = (z[:-2, k] + 2 * z[1:-1, k] + z[2:, k] for k in _BESIDE)
    north, south = (z[k, :-2] + 2 * z[k, 1:-1] + z[k, 2:] for k in _BESIDE)
    slope_pct: Floats = np.hypot((east - west) / (8 * width_m), (north - south) / (8 * depth_m))
    return 100 * slope_pct


_BESIDE = (slice(None, -2), slice(2, None))


def _cell_m(grid: DatasetReader) -> tuple[float, float]:
    """Return the true width and depth in metres of a cell in the middle of the grid."""
    x, y = grid.xy(grid.height // 2, grid.width // 2)
    step_x, step_y = grid.transform.a, -grid.transform.e
    lines = [
        shapely.LineString([(x, y), (x + step_x, y)]),
        shapely.LineString([(x, y), (x, y + step_y)]),
    ]
    across, along = reproject(lines, grid.crs.to_wkt(), LONLAT)
    return geodesic_length_m(across), geodesic_length_m(along)
