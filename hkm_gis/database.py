"""A PostGIS database as the place of a table: its address, a connection, never its password.

What libpq says of a wrong address or login can repeat parts of it, so nothing of it is passed on:
an error names the database and the kind of problem, and no error of the driver stays behind it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from hkm_gis.errors import HkmError
from hkm_gis.files import local_path

if TYPE_CHECKING:  # an extra, and slow to load
    from psycopg import Connection

__all__ = ["Address", "Place", "address_of", "connected", "located"]

SCHEMES = ("postgresql://", "postgres://")

OURS = ("schema", "table", "geometry")
"""What an address may say besides what libpq knows."""

ANSWER_WITHIN_S = 10
"""A server on the office network connects at once; one behind a slow line within seconds."""

STATEMENT_WITHIN_S = 600
"""A million parcels are read in under a minute; a query of ten is stuck behind a lock."""


@dataclass(frozen=True, slots=True, repr=False)
class Address:
    """Where a table is: ``postgresql://user@host/database?table=schema.table``.

    Attributes
    ----------
    login
        What libpq needs to connect, password and TLS options included.
    schema, table, geometry
        The table and its geometry column; empty where the address does not say.
    """

    login: tuple[tuple[str, str], ...]
    schema: str = ""
    table: str = ""
    geometry: str = ""

    @property
    def database(self) -> str:
        """The database alone, as reports call it."""
        known = dict(self.login)
        return known.get("dbname") or known.get("service") or known.get("user") or "postgres"

    @property
    def name(self) -> str:
        """Database and table, as reports call them: no host, no login."""
        table = ".".join(word for word in (self.schema, self.table) if word)
        return f"{self.database}/{table}" if table else self.database

    @property
    def stem(self) -> str:
        """The table alone."""
        return self.table or self.database

    def __repr__(self) -> str:
        return f"Address({self.name!r})"

    __str__ = __repr__


Place = Path | Address
"""Where something to read is: a file or folder, or a table of a database."""


def address_of(place: str | Place) -> Address | None:
    """Return the address of a database table, or None where ``place`` names a file.

    Raises
    ------
    HkmError
        It is an address that libpq does not understand, or the extra is not installed.

    Examples
    --------
    >>> address = address_of("postgresql://kantor:rahasia@db/hutan?table=hkm.andil")
    >>> address, address.stem
    (Address('hutan/hkm.andil'), 'andil')
    """
    if isinstance(place, Address):
        return place
    if isinstance(place, Path) or not place.startswith(SCHEMES):
        return None
    try:
        from psycopg import ProgrammingError
        from psycopg.conninfo import conninfo_to_dict
    except ImportError:
        raise HkmError("extra_missing", extra="postgis") from None
    try:
        uri, ours = _parted(place)
        login = conninfo_to_dict(uri)
    except (ProgrammingError, ValueError):
        raise HkmError("address_wrong") from None
    before, dot, table = ours.get("table", "").rpartition(".")
    schema = before if dot else ours.get("schema", "")
    told = tuple(sorted((key, str(value)) for key, value in login.items()))
    return Address(told, schema, table, ours.get("geometry", ""))


def _parted(place: str) -> tuple[str, dict[str, str]]:
    parts = urlsplit(place)
    said = parse_qsl(parts.query, keep_blank_values=True)
    theirs = [(key, value) for key, value in said if key not in OURS]
    uri = urlunsplit(parts._replace(query=urlencode(theirs)))
    return uri, {key: value for key, value in said if key in OURS}


def located(place: str | Place) -> Place:
    """Return the address of a database table, or an existing local file or folder.

    Raises
    ------
    HkmError
        It is neither.
    """
    return address_of(place) or local_path(place)  # type: ignore[arg-type]


@contextmanager
def connected(address: Address, *, read_only: bool) -> Iterator[Connection[Any]]:
    """Give a connection in one transaction: all of it is written when the block ends well, or none.

    Raises
    ------
    HkmError
        The database does not answer, refuses the login, or cannot do what was asked.
    """
    import psycopg

    usual = {"connect_timeout": str(ANSWER_WITHIN_S), "application_name": "hkm"}
    try:
        connection = psycopg.connect(**(usual | dict(address.login)))  # type: ignore[arg-type]
    except psycopg.Error as problem:
        raise HkmError(
            "database_unreachable", database=address.database, problem=_kind(problem)
        ) from None
    connection.read_only = read_only
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    try:
        with connection:
            for setting, value in _SETTINGS.items():
                connection.execute("SELECT set_config(%s, %s, true)", [setting, value])
            yield connection
    except psycopg.Error as problem:
        raise HkmError(
            "database_refused", database=address.database, problem=_kind(problem)
        ) from None


_SETTINGS = {"statement_timeout": f"{STATEMENT_WITHIN_S}s", "datestyle": "ISO, YMD"}


def _kind(problem: Exception) -> str:
    """Return the kind of a problem alone: its text may hold what must not be shown."""
    return type(problem).__name__
