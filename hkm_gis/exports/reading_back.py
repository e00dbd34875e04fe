"""Exports proved by reading them back with another library than the one that wrote them."""

from __future__ import annotations

import math
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from numpy.typing import NDArray

from hkm_gis.errors import FileError
from hkm_gis.exports.layers import Layer
from hkm_gis.exports.names import one_line
from hkm_gis.exports.shapefile import field_of
from hkm_gis.exports.workbook import LONGEST_CELL
from hkm_gis.files import scratch_folder

__all__ = ["Loss", "prove_export", "prove_numbered_rows", "prove_tables", "same_places"]

# What a writer may move a corner by: coordinates in degrees are written to 1e-8, half of which
# is the most that rounding does; grid metres are written whole.
_NEAR_DEG, _NEAR_M = 0.8e-8, 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """Texts of one column that a form of file could not hold whole, and how many of them.

    Its words are ``exports.loss.<reason>``.
    """

    file: str
    layer: str
    column: str
    rows: int
    reason: str


@dataclass(frozen=True, slots=True)
class _Form:
    """How one form of file is read back, and what it may change by its nature."""

    read: Callable[[bytes, Layer], gpd.GeoDataFrame | pd.DataFrame]
    near: float
    longest: Callable[[str, Layer], int | None] = lambda _column, _layer: None
    decimals: Callable[[str, Layer], int | None] = lambda _column, _layer: None
    projected: bool = False
    placed: bool = True
    shapefile: bool = False
    """Lengths are counted in bytes, and the places of findings become points inside them."""


def prove_export(
    to: str, contents: Mapping[str, bytes], layers: Sequence[Layer], *, crs_epsg: int
) -> tuple[Loss, ...]:
    """Read an export back with another library and compare every value with what was written.

    Parameters
    ----------
    to
        The form, as `export` takes it.
    contents
        The files by name.
    layers
        The tables that were to be written (EPSG:4326), with the words that were to be written.
    crs_epsg
        Coordinate system of the forms in grid metres.

    Returns
    -------
    tuple of Loss
        The columns in which a text had to be cut, because the form holds no longer one. A number
        may differ by half of the last decimal that the form has for it, a corner by 1 mm.

    Raises
    ------
    FileError
        Something else is not as it was: the file must not be handed out.
    """
    form = _FORMS[to]
    losses: list[Loss] = []
    for layer in layers:
        own = f"{layer.name}.{to}"
        file = own if own in contents else next(iter(contents))
        found = form.read(contents[file], layer)
        losses += _compare(file, layer, found, form, crs_epsg)
    return tuple(losses)


def prove_numbered_rows(file: str, content: bytes, table: pd.DataFrame) -> None:
    """Read a list in a workbook back and compare the rows that begin with their number.

    Parameters
    ----------
    file
        What the list is called in an error.
    content
        An XLSX; lines that do not begin with a number (headings, sums) are passed over.
    table
        What was to be written behind the numbers.

    Raises
    ------
    FileError
        A row or a value is not as it was: the file must not be handed out.
    """
    with _on_disk(content, "a.xlsx") as path:
        cells = pd.DataFrame(pyogrio.read_dataframe(path))
    found = [row[1:] for row in cells.itertuples(index=False) if str(row[0]).isdigit()]
    wanted = list(table.itertuples(index=False))
    if len(found) != len(wanted):
        raise FileError("export_differs", file=file, layer=file, column="–")
    for column, *values in zip(table.columns, *wanted, strict=True):
        at = table.columns.get_loc(column)
        got = (row[at] for row in found)
        if not all(_same(_line(w), g, None) for w, g in zip(values, got, strict=True)):
            raise FileError("export_differs", file=file, layer=file, column=str(column))


def prove_tables(file: str, content: bytes, sheets: Mapping[str, pd.DataFrame]) -> None:
    """Read a workbook of `write_workbook` back with another library and compare every cell.

    Parameters
    ----------
    file
        What the workbook is called in an error.
    content
        An XLSX.
    sheets
        The tables that were to be written, by the names of their sheets.

    Raises
    ------
    FileError
        A cell is not as it was: the file must not be handed out.
    """
    for name, table in sheets.items():
        columns = [str(column) for column in table.columns]
        found = _read_sheet(content, name, columns)
        if list(found.columns) != columns or len(found) != len(table):
            raise FileError("export_differs", file=file, layer=name, column="–")
        for column in columns:
            pairs = zip(table[column].tolist(), found[column].tolist(), strict=True)
            if not all(_same(_line(want), got, None) for want, got in pairs):
                raise FileError("export_differs", file=file, layer=name, column=column)


def _line(value: object) -> object:
    return one_line(value) if isinstance(value, str) else value


def _compare(
    file: str, layer: Layer, found: pd.DataFrame, form: _Form, crs_epsg: int
) -> Iterator[Loss]:
    if len(found) != len(layer.frame) or not {*layer.columns} <= {*found.columns}:
        raise _differs(file, layer, "")
    for column in layer.columns:
        cut = _compare_column(layer.frame[column], found[column], column, layer, form, file)
        if cut:
            yield Loss(file=file, layer=layer.name, column=column, rows=cut, reason="text_cut")
    if form.placed and isinstance(layer.frame, gpd.GeoDataFrame):
        _compare_places(file, layer, found, form, crs_epsg)


def _compare_column(
    wanted: pd.Series, found: pd.Series, column: str, layer: Layer, form: _Form, file: str
) -> int:
    """Return how many texts were cut; raise where a value differs otherwise."""
    decimals, longest = form.decimals(column, layer), form.longest(column, layer)
    cut = 0
    for want, got in zip(wanted.tolist(), found.tolist(), strict=True):
        if _same(want, got, decimals):
            continue
        if longest is None or not _is_cut(want, got, longest, form):
            raise _differs(file, layer, column)
        cut += 1
    return cut


def _same(want: object, got: object, decimals: int | None) -> bool:
    if _is_nothing(want) or _is_nothing(got):
        return _is_nothing(want) and _is_nothing(got)
    if isinstance(want, (int, float)) and not isinstance(want, bool):
        try:
            off = abs(float(str(got)) - want)
        except ValueError:
            return False
        # 15 digits are what every program shows of a double
        room = 0.5 * 10.0**-decimals if decimals is not None else 0.0
        return off <= room + abs(want) * 1e-14
    return str(want).strip() == str(got).strip()


def _is_cut(want: object, got: object, longest: int, form: _Form) -> bool:
    whole, kept = str(want), "" if _is_nothing(got) else str(got)
    size = len(whole.encode()) if form.shapefile else len(whole)
    return size > longest and whole.startswith(kept.strip())


def _is_nothing(value: object) -> bool:
    return (
        value is None
        or value is pd.NA
        or value is pd.NaT
        or (isinstance(value, str) and not value.strip())
        or (isinstance(value, float) and math.isnan(value))
    )


def _compare_places(
    file: str, layer: Layer, found: pd.DataFrame, form: _Form, crs_epsg: int
) -> None:
    wanted = gpd.GeoDataFrame(layer.frame).geometry
    if form.projected:
        wanted = wanted.to_crs(crs_epsg)
    if form.shapefile and layer.kind == "findings":
        wanted = wanted.representative_point()
    if not same_places(wanted.to_numpy(), found["geometry"].to_numpy(), form.near).all():
        raise _differs(file, layer, "geometry")


def same_places(wanted: NDArray[Any], found: NDArray[Any], near: float) -> NDArray[np.bool_]:
    """Tell for each pair of places whether no corner of one lies off the other."""
    gone = shapely.is_missing(wanted) | shapely.is_empty(wanted)
    empty = shapely.is_missing(found) | shapely.is_empty(found)
    count = shapely.get_num_coordinates(wanted) == shapely.get_num_coordinates(found)
    # Of outlines alone, a corner that slid along its own edge would seem to lie where it was.
    corners = (shapely.extract_unique_points(places) for places in (wanted, found))
    off = shapely.hausdorff_distance(wanted, found)
    slid = shapely.hausdorff_distance(*corners)
    near_by = np.nan_to_num(np.maximum(off, slid), nan=np.inf) <= near
    same: NDArray[np.bool_] = (gone & empty) | (count & near_by)
    return same


def _differs(file: str, layer: Layer, column: str) -> FileError:
    return FileError("export_differs", file=file, layer=layer.name, column=column or "–")


def _read_geojson(content: bytes, layer: Layer) -> pd.DataFrame:
    if layer.frame.empty:
        return _nothing(layer)
    # GDAL takes a text that looks like a day for a day unless told
    return pd.DataFrame(pyogrio.read_dataframe(BytesIO(content), DATE_AS_STRING="YES"))


def _read_geopackage(content: bytes, layer: Layer) -> pd.DataFrame:
    import fiona

    with _on_disk(content, "a.gpkg") as path, fiona.open(path, layer=layer.name) as file:
        rows = [dict(row["properties"]) | {"geometry": _as_shape(row["geometry"])} for row in file]
    return pd.DataFrame(rows, columns=[*layer.columns, "geometry"], dtype=object)


def _as_shape(place: Any) -> Any:
    return None if place is None else shapely.geometry.shape(place)


def _read_shapefile(content: bytes, layer: Layer) -> pd.DataFrame:
    ending = "shp" if isinstance(layer.frame, gpd.GeoDataFrame) else "dbf"
    with _on_disk(content, "a.zip") as path:
        found = pyogrio.read_dataframe(f"zip://{path}!{layer.name}.{ending}", encoding="UTF-8")
        with zipfile.ZipFile(path) as parts:
            letters = parts.read(f"{layer.name}.cpg")
    if letters != b"UTF-8" or (ending == "shp" and found.crs is None):
        raise _differs(f"{layer.name}.prj, {layer.name}.cpg", layer, "")  # a GIS would guess
    columns = {field_of(column, layer)[0]: column for column in layer.columns}
    return pd.DataFrame(found).rename(columns=columns)


def _read_kmz(content: bytes, layer: Layer) -> pd.DataFrame:
    if layer.frame.empty:
        return _nothing(layer)
    with _on_disk(content, "a.kmz") as path:
        found = pyogrio.read_dataframe(path, layer=layer.name)
    columns = {field_of(column, layer)[0]: column for column in layer.columns}
    return pd.DataFrame(found).rename(columns=columns)


def _read_gpx(content: bytes, layer: Layer) -> pd.DataFrame:
    import fiona

    with _on_disk(content, "a.gpx") as path, fiona.open(path, layer="waypoints") as file:
        rows = [(row["properties"]["name"], _as_shape(row["geometry"])) for row in file]
    return pd.DataFrame(rows, columns=[*layer.columns, "geometry"], dtype=object)


def _read_xlsx(content: bytes, layer: Layer) -> pd.DataFrame:
    return _read_sheet(content, layer.name, layer.columns)


def _read_sheet(content: bytes, name: str, columns: Sequence[str]) -> pd.DataFrame:
    with _on_disk(content, "a.xlsx") as path:
        found = pd.DataFrame(pyogrio.read_dataframe(path, layer=name))
    if list(found.columns) == [f"Field{n}" for n in range(1, len(columns) + 1)]:
        found = found.iloc[1:]  # where all columns are texts, GDAL knows no heading
    return found.rename(columns=dict(zip(found.columns, columns, strict=False)))


def _nothing(layer: Layer) -> pd.DataFrame:
    # A file without features says nothing of its columns.
    return layer.frame.iloc[:0]


@contextmanager
def _on_disk(content: bytes, name: str) -> Iterator[Path]:
    with scratch_folder() as scratch:
        path = scratch / name
        path.write_bytes(content)
        try:
            yield path
        except (IndexError, KeyError, zipfile.BadZipFile) as problem:  # a disk that reads half
            raise FileError("export_differs", file=name, layer=name, column="–") from problem


def _bytes_of_field(column: str, layer: Layer) -> int | None:
    kind, _, size = field_of(column, layer)[1].partition(":")
    return int(size) if kind == "str" else None


def _decimals_of_field(column: str, layer: Layer) -> int | None:
    kind, _, size = field_of(column, layer)[1].partition(":")
    return int(size.partition(".")[2] or 0) if kind != "str" else None


_FORMS: Mapping[str, _Form] = {
    "gpkg": _Form(_read_geopackage, _NEAR_M, projected=True),
    "geojson": _Form(_read_geojson, _NEAR_DEG),
    "xlsx": _Form(_read_xlsx, 0.0, longest=lambda _column, _layer: LONGEST_CELL, placed=False),
    "shp": _Form(
        _read_shapefile,
        _NEAR_M,
        longest=_bytes_of_field,
        decimals=_decimals_of_field,
        projected=True,
        shapefile=True,
    ),
    "kmz": _Form(_read_kmz, _NEAR_DEG, decimals=_decimals_of_field),
    "gpx": _Form(_read_gpx, _NEAR_DEG),
}
