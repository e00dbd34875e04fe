"""Parcel tables that can be read a tile at a time: GeoParquet, GeoPackage, FlatGeobuf."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyproj import CRS, Transformer

from hkm_gis.errors import FileError, TableError
from hkm_gis.files import local_path, sniff
from hkm_gis.plane import LONLAT
from hkm_gis.scale.tiles import Box

__all__ = ["COLUMNS", "ORDER", "Table", "open_tables"]

COLUMNS = ("parcel_id", "group", "household")
"""What an overlap says of a parcel; a table without them is no parcel table."""

ORDER = "order"
"""Where a parcel stands in its table: tiles keep the reading order."""

PARQUET = b"PAR1"


@dataclass(frozen=True, slots=True)
class Table:
    """One parcel table on a disk that every worker sees; a worker opens it by its path."""

    path: Path
    layer: str
    """Layer of a GeoPackage or FlatGeobuf; empty for GeoParquet."""
    crs: str
    features: int
    bounds_deg: Box

    def read(self, box_deg: Box) -> gpd.GeoDataFrame:
        """Return the parcels (EPSG:4326) that touch a box, with `ORDER`, in reading order.

        Raises
        ------
        TableError
            It has no ``parcel_id``, ``group`` or ``household``.
        """
        box = _moved(box_deg, str(LONLAT), self.crs)
        found = self._read_layer(box) if self.layer else self._read_parquet(box)
        moved: gpd.GeoDataFrame = found.set_crs(self.crs, allow_override=True).to_crs(LONLAT)
        return moved.sort_values(ORDER, ignore_index=True)

    def _read_layer(self, box: Box) -> gpd.GeoDataFrame:
        found = pyogrio.read_dataframe(
            self.path, layer=self.layer, columns=list(COLUMNS), bbox=box, fid_as_index=True
        )
        return found.assign(**{ORDER: found.index})

    def _read_parquet(self, box: Box) -> gpd.GeoDataFrame:
        from pyarrow import parquet

        with parquet.ParquetFile(self.path) as file:
            column = _geo(file, self.path)["primary_column"]
            groups = _row_groups_in(file, self.path, box)
            parts = [_rows_in(file, group, start, column, box) for group, start in groups]
        empty = gpd.GeoDataFrame({c: [] for c in (*COLUMNS, ORDER)}, geometry=[], crs=self.crs)
        return pd.concat([p for p in parts if len(p)] or [empty], ignore_index=True)


def open_tables(paths: list[Path], *, layer: str = "", crs: str = "") -> list[Table]:
    """Prove that files are parcel tables that workers can read a tile at a time.

    Parameters
    ----------
    paths
        GeoParquet, GeoPackage or FlatGeobuf files.
    layer
        The layer of GeoPackages; else every layer with the columns of a parcel table.
    crs
        Coordinate system of the files that state none.

    Raises
    ------
    FileError
        A file is missing or of another kind, or nothing tells its coordinate system.
    TableError
        A file has no table with ``parcel_id``, ``group`` and ``household``.
    """
    return [table for path in paths for table in _open(local_path(path).resolve(), layer, crs)]


def _open(path: Path, layer: str, crs: str) -> list[Table]:
    if path.is_file():
        kind = sniff(path)
        if kind in {"gpkg", "flatgeobuf"}:
            return _open_layers(path, layer, crs)
        with path.open("rb") as stream:
            if stream.read(4) == PARQUET:
                return [_open_parquet(path, crs)]
    raise FileError("table_not_tiled", file=path.name)


def _open_layers(path: Path, layer: str, crs: str) -> list[Table]:
    names = [layer] if layer else [str(name) for name, kind in pyogrio.list_layers(path) if kind]
    told = {
        name: pyogrio.read_info(path, layer=name, force_total_bounds=True, force_feature_count=True)
        for name in names
    }
    whole = {name: info for name, info in told.items() if set(COLUMNS) <= set(info["fields"])}
    if not whole:
        fields = {field for info in told.values() for field in info["fields"]}
        raise TableError(
            "parcels_lack_columns", columns=tuple(c for c in COLUMNS if c not in fields)
        )
    return [
        _table(path, name, info["crs"] or crs, info["features"], info["total_bounds"])
        for name, info in whole.items()
        if info["features"]
    ]


def _open_parquet(path: Path, crs: str) -> Table:
    from pyarrow import parquet

    with parquet.ParquetFile(path) as file:
        missing = tuple(c for c in COLUMNS if c not in file.schema_arrow.names)
        if missing:
            raise TableError("parcels_lack_columns", columns=missing)
        geo = _geo(file, path)
        column = geo["columns"][geo["primary_column"]]
        stated = column.get("crs", "OGC:CRS84")  # the default of the GeoParquet specification
        bounds = column.get("bbox") or _bounds_of_rows(file, geo["primary_column"])
        return _table(
            path, "", CRS(stated).to_wkt() if stated else crs, file.metadata.num_rows, bounds
        )


def _table(path: Path, layer: str, crs: str, features: int, bounds: Any) -> Table:
    if not crs:
        raise FileError("table_no_crs", file=path.name)
    corners = np.asarray(bounds, float)
    if len(corners) == 6:  # with heights
        corners = corners[[0, 1, 3, 4]]
    west, south, east, north = map(float, corners)
    deg = _moved((west, south, east, north), crs, str(LONLAT))
    return Table(path, layer, crs, int(features), deg)


def _moved(box: Box, source: str, target: str) -> Box:
    west, south, east, north = Transformer.from_crs(
        source, target, always_xy=True
    ).transform_bounds(*box, densify_pts=51)
    return float(west), float(south), float(east), float(north)


def _geo(file: Any, path: Path) -> dict[str, Any]:
    geo: dict[str, Any] = json.loads((file.schema_arrow.metadata or {}).get(b"geo", b"{}"))
    column = geo.get("columns", {}).get(geo.get("primary_column"), {})
    if column.get("encoding") != "WKB":
        raise FileError("table_not_tiled", file=path.name)
    return geo


def _row_groups_in(file: Any, path: Path, box: Box) -> Iterator[tuple[int, int]]:
    """Yield the row groups that may hold rows in the box, each with its first row."""
    geo = _geo(file, path)
    covering = geo["columns"][geo["primary_column"]].get("covering", {}).get("bbox", {})
    edges = {side: ".".join(column) for side, column in covering.items()}
    start = 0
    for group in range(file.metadata.num_row_groups):
        rows = file.metadata.row_group(group)
        if _may_touch(rows, edges, box):
            yield group, start
        start += rows.num_rows


def _may_touch(rows: Any, edges: dict[str, str], box: Box) -> bool:
    columns = (rows.column(k) for k in range(rows.num_columns))
    known: dict[str | None, Any] = {
        c.path_in_schema: c.statistics for c in columns if c.path_in_schema in edges.values()
    }
    sides: list[Any] = [known.get(edges.get(side)) for side in ("xmin", "ymin", "xmax", "ymax")]
    if not all(side is not None and side.has_min_max for side in sides):
        return True
    west, south = sides[0].min, sides[1].min
    east, north = sides[2].max, sides[3].max
    return bool(west <= box[2] and south <= box[3] and east >= box[0] and north >= box[1])


def _rows_in(file: Any, group: int, start: int, column: str, box: Box) -> gpd.GeoDataFrame:
    rows = file.read_row_group(group, columns=[*COLUMNS, column])
    shapes = shapely.from_wkb(rows[column].to_numpy(zero_copy_only=False))
    west, south, east, north = shapely.bounds(shapes).T
    inside = (west <= box[2]) & (south <= box[3]) & (east >= box[0]) & (north >= box[1])
    at = np.flatnonzero(inside)
    told = rows.select(list(COLUMNS)).take(at).to_pandas()
    return gpd.GeoDataFrame(told.assign(**{ORDER: start + at}), geometry=shapes[at])


def _bounds_of_rows(file: Any, column: str) -> Box:
    parts = [
        shapely.total_bounds(shapely.from_wkb(batch.column(0).to_numpy(zero_copy_only=False)))
        for batch in file.iter_batches(columns=[column])
    ]
    sides = np.array(parts or [np.zeros(4)])
    west, south = np.nanmin(sides[:, :2], axis=0)
    east, north = np.nanmax(sides[:, 2:], axis=0)
    return float(west), float(south), float(east), float(north)
