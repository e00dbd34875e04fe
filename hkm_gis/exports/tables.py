"""One table for another program: columns exactly as the command line promises them."""

from __future__ import annotations

import csv
from io import StringIO

import pandas as pd

from hkm_gis.errors import TableError
from hkm_gis.exports.geojson import as_records, strict_json, write_geojson
from hkm_gis.exports.geopackage import write_geopackage
from hkm_gis.exports.names import one_line
from hkm_gis.exports.workbook import write_workbook
from hkm_gis.privacy import redact

__all__ = ["TABLE_FORMATS", "write_table"]

TABLE_FORMATS = ("csv", "json", "geojson", "xlsx", "gpkg")

# A cell that starts with one of these is a formula for a spreadsheet (OWASP, CSV injection).
_FORMULA_SIGNS = ("=", "+", "-", "@")


def write_table(frame: pd.DataFrame, *, format: str, name: str = "tabel") -> bytes:  # noqa: A002
    r"""Return ``frame`` as a file of ``format``.

    Parameters
    ----------
    frame
        A table of `find_overlaps` or `sum_households`, or one like them; geometry in EPSG:4326.
    format
        ``csv``, ``json``, ``geojson``, ``xlsx`` or ``gpkg``. Only the last four keep types;
        ``geojson`` and ``gpkg`` keep the geometry.
    name
        Name of the sheet or layer.

    Returns
    -------
    bytes
        The same for the same table.

    Raises
    ------
    TableError
        The format is not one of these.

    Notes
    -----
    CSV is UTF-8 without a byte-order mark, comma, one ``\n`` a row, ``.`` before decimals, all
    decimals. A text that a spreadsheet would run as a formula (it starts with ``=``, ``+``,
    ``-`` or ``@``) gets an apostrophe in front; numbers never do. Identity numbers are redacted.

    Examples
    --------
    >>> write_table(pd.DataFrame({"group": ["=1+1"], "net_ha": [-0.5]}), format="csv")
    b"group,net_ha\n'=1+1,-0.5\n"
    """
    if format not in TABLE_FORMATS:
        raise TableError("format_unknown", format=format, formats=TABLE_FORMATS)
    shown = _shown(frame)
    bare = shown.drop(columns="geometry", errors="ignore")
    if format == "csv":
        return _csv(bare)
    if format == "json":
        return strict_json(as_records(bare))
    if format == "geojson":
        return write_geojson(shown)
    if format == "xlsx":
        return write_workbook({name: bare})
    return write_geopackage({name: shown})


def _shown(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(
        **{
            str(c): [one_line(redact(v)) if isinstance(v, str) else v for v in frame[c]]
            for c in frame.columns
            if c != "geometry" and not pd.api.types.is_numeric_dtype(frame[c])
        }
    )


def _csv(table: pd.DataFrame) -> bytes:
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([str(c) for c in table.columns])
    writer.writerows([map(_cell, record.values()) for record in as_records(table)])
    return text.getvalue().encode()


def _cell(value: object) -> object:
    if isinstance(value, str) and value.startswith(_FORMULA_SIGNS):
        return f"'{value}"
    return "" if value is None else value
