"""A table of a PostGIS database: every row, in the order of its key, read-only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hkm_gis.database import Address, connected
from hkm_gis.errors import HkmError
from hkm_gis.files import Limits
from hkm_gis.readers.corners import with_corners
from hkm_gis.readers.feature import Outcome, limit_features
from hkm_gis.readers.vectors import feature_of_wkb

if TYPE_CHECKING:  # an extra, and slow to load
    from psycopg import Connection

__all__ = ["read_postgis"]

ROWS = 2000
"""Rows that travel at a time."""


@dataclass(frozen=True, slots=True)
class _Table:
    schema: str
    name: str
    geometry: str
    crs: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    """Columns of the primary key; none for a view."""


def read_postgis(address: Address, limits: Limits, *, crs: str = "") -> Iterator[Outcome]:
    """Yield the rows of a table or view as features, all of one moment.

    Parameters
    ----------
    address
        The table; without one, the only table of the database that has a geometry column.
    limits
        How many rows it may have.
    crs
        Coordinate system of tables that state none (SRID 0).

    Raises
    ------
    HkmError
        The database does not answer or does not let us read, there is no such table, or the
        address leaves open which.
    Refusal
        It has no rows, or more than the limits allow.
    """
    with connected(address, read_only=True) as connection:
        table = _table(connection, address)
        found = connection.execute(_count(table)).fetchone()
        limit_features(int(found[0]) if found else 0, limits)
        source = Address(address.login, table.schema, table.name).name
        rows = _rows(connection, table, source, table.crs or crs)
        yield from with_corners(rows, source=source, crs=table.crs or crs)


def _table(connection: Connection[Any], address: Address) -> _Table:
    wanted = {"schema": address.schema, "table": address.table, "geometry": address.geometry}
    found = connection.execute(_FIND, wanted).fetchall()
    if len(found) != 1:
        known = connection.execute(_FIND, dict.fromkeys(wanted, "")).fetchall()
        tables = tuple(f"{schema}.{table}" for schema, table, *_ in found or known)
        problem = "database_which_table" if found else "database_no_table"
        raise HkmError(problem, database=address.name, tables=tables[:20])
    schema, name, geometry, crs = found[0]
    place = {"schema": schema, "table": name}
    columns = connection.execute(_COLUMNS, place).fetchall()
    key = connection.execute(_KEY, place).fetchall()
    return _Table(schema, name, geometry, crs or "", _firsts(columns), _firsts(key))


def _firsts(rows: Sequence[Any]) -> tuple[str, ...]:
    return tuple(str(row[0]) for row in rows)


_FIND = """
SELECT g.f_table_schema, g.f_table_name, g.f_geometry_column, r.auth_name || ':' || r.auth_srid
FROM geometry_columns g LEFT JOIN spatial_ref_sys r ON r.srid = g.srid
WHERE %(schema)s::text IN ('', g.f_table_schema) AND %(table)s::text IN ('', g.f_table_name)
  AND %(geometry)s::text IN ('', g.f_geometry_column)
ORDER BY 1, 2, 3
"""
_OF_TABLE = """
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_type t ON t.oid = a.atttypid
"""
_COLUMNS = f"""
SELECT a.attname {_OF_TABLE}
WHERE n.nspname = %(schema)s AND c.relname = %(table)s AND a.attnum > 0 AND NOT a.attisdropped
  AND t.typname NOT IN ('geometry', 'geography', 'raster', 'bytea')
ORDER BY a.attnum
"""
_KEY = f"""
SELECT a.attname {_OF_TABLE} JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
WHERE n.nspname = %(schema)s AND c.relname = %(table)s AND a.attnum = ANY (i.indkey)
ORDER BY array_position(i.indkey::int2[], a.attnum)
"""


def _count(table: _Table) -> Any:
    from psycopg import sql

    return sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table.schema, table.name))


def _select(table: _Table) -> Any:
    from psycopg import sql

    def column(name: str) -> sql.Identifier:
        return sql.Identifier("t", name)

    shape = sql.SQL("ST_AsBinary(ST_CurveToLine({}))").format(column(table.geometry))
    texts = [sql.SQL("{}::text").format(column(name)) for name in table.columns]
    # A view has no key: its rows as text are an order that does not change from run to run.
    by_key = sql.SQL(", ").join([column(name) for name in table.key])
    return sql.SQL("SELECT {} FROM {} AS t ORDER BY {}").format(
        sql.SQL(", ").join([shape, *texts]),
        sql.Identifier(table.schema, table.name),
        by_key if table.key else sql.SQL('t::text COLLATE "C"'),
    )


def _rows(connection: Connection[Any], table: _Table, source: str, crs: str) -> Iterator[Any]:
    with connection.cursor(name="hkm") as cursor:  # a named one leaves the rows on the server
        cursor.itersize = ROWS
        cursor.execute(_select(table))
        for position, (wkb, *values) in enumerate(cursor, 1):
            said = {c: v or "" for c, v in zip(table.columns, values, strict=True)}
            key = " ".join(f"{column} {said[column]}" for column in table.key)
            yield feature_of_wkb(wkb, said, key or f"row {position}", source, crs)
