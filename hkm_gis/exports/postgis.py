"""Tables of a PostGIS database, for offices that keep the parcels of all groups in one place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import shapely

from hkm_gis.database import Address, address_of, connected
from hkm_gis.errors import HkmError
from hkm_gis.exports.layers import Layer, layers_of
from hkm_gis.report import Report

if TYPE_CHECKING:  # psycopg is an extra, the survey only named in signatures
    from psycopg import Connection

    from hkm_gis.survey import Survey

__all__ = ["export_to_postgis"]

SCHEMA = "hkm"
"""Where the tables go if the address names no schema; made if it is not there."""

MARK = "hkm-gis"
"""The comment on every table of ours: no other table is ever replaced."""


def export_to_postgis(
    survey: Survey,
    report: Report,
    address: str | Address,
    *,
    private: bool = False,
    lang: str = "id",
) -> list[str]:
    """Write the survey's tables to a PostGIS database, all of them or none.

    Parameters
    ----------
    survey, report
        What was read and what was found.
    address
        ``postgresql://user@host/database?schema=hkm``. A password is best left to
        ``~/.pgpass`` or ``PGPASSWORD``.
    private
        Add name, NIK and KK number from the register. The tables are then named
        ``..._khusus_kantor``, and the public role has no right to them.
    lang
        Language of the findings' words.

    Returns
    -------
    list of str
        The tables, ``schema.andil`` first, in the CRS of the project. Tables of an earlier export
        are replaced, with their rights and views where their columns are still the same.

    Raises
    ------
    HkmError
        The database does not answer or does not let us write, or holds a table of that name that
        is not ours.
    """
    place = address_of(address)
    if place is None:
        raise HkmError("address_wrong")
    layers = layers_of(survey, report, private=private, lang=lang)
    schema, ending = place.schema or SCHEMA, "_khusus_kantor" if private else ""
    written = []
    with connected(place, read_only=False) as connection:
        connection.execute(_sql("CREATE SCHEMA IF NOT EXISTS {}", schema))
        for layer in layers:
            name = layer.name + ending
            _write(connection, layer, (schema, name), survey.project.crs_epsg)
            if private:
                connection.execute(_sql("REVOKE ALL ON {} FROM PUBLIC", (schema, name)))
            written.append(f"{schema}.{name}")
    return written


def _sql(text: str, *names: str | tuple[str, ...]) -> Any:
    from psycopg import sql

    each = [(name,) if isinstance(name, str) else name for name in names]
    return sql.SQL(text).format(*[sql.Identifier(*name) for name in each])


def _write(
    connection: Connection[Any], layer: Layer, table: tuple[str, str], crs_epsg: int
) -> None:
    frame = layer.frame
    if isinstance(frame, gpd.GeoDataFrame):
        frame = frame.to_crs(crs_epsg)
    types = {str(c): _type(frame[c]) for c in frame.columns if c != "geometry"}
    if "geometry" in frame.columns:
        types["geometry"] = f"geometry(Geometry,{int(crs_epsg)})"
    _make_room(connection, table, types)
    names = ", ".join(["{}"] * len(types))
    copy = _sql(f"COPY {{}} ({names}) FROM STDIN", table, *types)
    with connection.cursor() as cursor, cursor.copy(copy) as rows:
        for row in _rows(frame, crs_epsg):
            rows.write_row(row)


def _type(column: pd.Series) -> str:
    if pd.api.types.is_bool_dtype(column):
        return "boolean"
    if pd.api.types.is_integer_dtype(column):
        return "bigint"
    return "double precision" if pd.api.types.is_float_dtype(column) else "text"


def _make_room(connection: Connection[Any], table: tuple[str, str], types: dict[str, str]) -> None:
    """Empty our table of that name, or make it anew."""
    known = connection.execute(_KNOWN, list(table)).fetchall()
    if known and known[0][2] != MARK:
        raise HkmError("database_table_not_ours", table=".".join(table))
    if [(name, kind) for name, kind, _ in known] == list(types.items()):
        connection.execute(_sql("TRUNCATE {}", table))
        return
    connection.execute(_sql("DROP TABLE IF EXISTS {}", table))
    columns = ", ".join(f"{{}} {kind}" for kind in types.values())
    connection.execute(_sql(f"CREATE TABLE {{}} ({columns})", table, *types))
    connection.execute(_sql(f"COMMENT ON TABLE {{}} IS '{MARK}'", table))
    if "geometry" in types:
        connection.execute(_sql("CREATE INDEX ON {} USING gist ({})", table, "geometry"))


_KNOWN = """
SELECT a.attname, format_type(a.atttypid, a.atttypmod), obj_description(c.oid, 'pg_class')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE n.nspname = %s AND c.relname = %s ORDER BY a.attnum
"""


def _rows(frame: pd.DataFrame, crs_epsg: int) -> Iterator[tuple[Any, ...]]:
    told = [c for c in frame.columns if c != "geometry"]
    columns: list[Any] = [frame[c].astype(object).where(frame[c].notna(), None) for c in told]
    if "geometry" in frame.columns:
        shapes = shapely.set_srid(frame.geometry.to_numpy(), crs_epsg)
        columns.append(shapely.to_wkb(shapes, hex=True, include_srid=True))
    yield from zip(*columns, strict=True)
