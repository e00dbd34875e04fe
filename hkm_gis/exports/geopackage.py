"""GeoPackage: every table in one file, written fresh each time, with styles for QGIS."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from contextlib import closing
from io import BytesIO
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from hkm_gis.exports.styles import qgis_style
from hkm_gis.files import scratch_folder

__all__ = ["write_geopackage"]

# GDAL writes 1.4 unasked, of which QGIS 3.22 and ArcGIS 10 warn; nothing here needs more than 1.2.
_FORM_VERSION = "1.2"
_NO_CLOCK = "1980-01-01T00:00:00.000Z"
_STYLE_TABLE = """
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256),
  f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256),
  styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT,
  owner TEXT(30), ui TEXT(30), update_time DATETIME)
"""


def write_geopackage(
    layers: Mapping[str, pd.DataFrame],
    *,
    crs_epsg: int = 4326,
    remark: str = "",
    heading: Callable[[str], str] = str,
    word: Callable[[str], str] = str,
) -> bytes:
    """Return a GeoPackage with one layer a table.

    Parameters
    ----------
    layers
        Layer name → table; a GeoDataFrame in EPSG:4326 where it has places.
    crs_epsg
        Coordinate system to write in.
    remark
        Description of every layer, as QGIS shows it.
    heading, word
        Words of a column and of a code, for the styles of QGIS.

    Returns
    -------
    bytes
        The same for the same tables: no clock. The file is new, never a changed old one, so no
        deleted row can hide in it.
    """
    with scratch_folder() as scratch:
        path = scratch / "hkm.gpkg"
        for name, table in layers.items():
            _add(path, name, table, crs_epsg)
        styles = {name: qgis_style(name, t, heading, word) for name, t in layers.items()}
        placed = {name for name, table in layers.items() if isinstance(table, gpd.GeoDataFrame)}
        _finish(path, styles, placed, remark)
        _prove_complete(path, layers, crs_epsg)
        return _without_counter(path.read_bytes())


def _without_counter(base: bytes) -> bytes:
    # SQLite counts the transactions of a file in two places of its head, which must agree
    # (sqlite.org/fileformat2.html, 1.3.7 and 1.3.10); how many GDAL needs differs from run to run.
    one = (1).to_bytes(4, "big")
    return base[:24] + one + base[28:92] + one + base[96:]


def _add(place: Path | BytesIO, name: str, table: pd.DataFrame, crs_epsg: int) -> None:
    if isinstance(table, gpd.GeoDataFrame):
        table = table.to_crs(crs_epsg)
    more = isinstance(place, Path) and place.exists()
    pyogrio.write_dataframe(
        _plain(table),
        place,
        layer=name,
        driver="GPKG",
        append=more,
        **({} if more else {"VERSION": _FORM_VERSION}),
        **_geometry_type(table),
    )


def _prove_complete(path: Path, layers: Mapping[str, pd.DataFrame], crs_epsg: int) -> None:
    """Raise where GDAL left an index or a trigger out without a word, as on a full disk.

    An empty copy in memory, which no disk refuses, shows what has to be there.
    """
    with closing(sqlite3.connect(path)) as base:
        there = set(base.execute(_OBJECTS))
        head = [base.execute(f"PRAGMA {name}").fetchone() for name in _HEAD]
        sound = base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    for name, table in layers.items():
        memory = BytesIO()
        _add(memory, name, table.iloc[:0], crs_epsg)
        with closing(sqlite3.connect(":memory:")) as base:
            base.deserialize(memory.getvalue())
            sound = sound and set(base.execute(_OBJECTS)) <= there
            sound = sound and head == [base.execute(f"PRAGMA {n}").fetchone() for n in _HEAD]
    if not sound:
        raise sqlite3.DatabaseError("an index is missing")


_HEAD = ("application_id", "user_version")
"""What the head of the file says: that it is a GeoPackage, and of which version."""

_OBJECTS = "SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"


def _geometry_type(table: pd.DataFrame) -> dict[str, str]:
    if not isinstance(table, gpd.GeoDataFrame):
        return {}
    kinds = {str(k).removeprefix("Multi") for k in table.geom_type.dropna()}
    one = kinds.pop() if len(kinds) == 1 else ""
    return {"geometry_type": f"Multi{one}" if one in _SIMPLE else "Unknown"}


_SIMPLE = ("Polygon", "LineString", "Point")


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    # pyogrio knows no tuples and no mixed columns.
    texts = {
        str(c): [_text(v) for v in table[c]]
        for c in table.columns
        if c != "geometry" and not pd.api.types.is_numeric_dtype(table[c])
    }
    return table.assign(**texts)


def _text(value: object) -> str:
    if value is None or value is pd.NA:
        return ""
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _finish(path: Path, styles: Mapping[str, str], placed: AbstractSet[str], remark: str) -> None:
    with closing(sqlite3.connect(path)) as base, base:
        base.execute(_STYLE_TABLE)
        base.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description)"
            " VALUES ('layer_styles', 'attributes', 'layer_styles', '')"
        )
        for name, style in styles.items():
            base.execute(
                "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name,"
                " f_geometry_column, styleName, styleQML, styleSLD, useAsDefault,"
                " description, owner, update_time)"
                " VALUES ('', '', ?, ?, ?, ?, '', 1, '', '', ?)",
                (name, "geom" if name in placed else "", name, style, _NO_CLOCK),
            )
        base.execute(
            "UPDATE gpkg_contents SET last_change = ?, description = ?", (_NO_CLOCK, remark)
        )
