"""A geoshape or geotrace as Kobo and ODK write it: ``lat lon altitude accuracy;`` and so on."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from hkm_gis.files import Refusal
from hkm_gis.readers.coordinates import number, printable
from hkm_gis.readers.rows import Row
from hkm_gis.walks import Walk

__all__ = ["LOOKS_LIKE_TRACE", "holds_trace", "is_form", "parse_trace", "traced_columns"]

_POSITION = r"-?\d+(?:[.,]\d+)?\s+-?\d+(?:[.,]\d+)?(?:\s+\S+){0,2}"
LOOKS_LIKE_TRACE = re.compile(rf"\s*{_POSITION}\s*;")


def is_form(rows: Sequence[Row]) -> bool:
    """Tell whether a table holds traces as Kobo and ODK write them: ``lat lon alt acc;lat …``."""
    return any(holds_trace(row) for row in rows[1:])


def traced_columns(rows: Sequence[Row]) -> list[int]:
    """Return the places of the columns in which a trace stands, below the heading."""
    columns = range(len(rows[0].cells))
    return [c for c in columns if any(LOOKS_LIKE_TRACE.match(row.cell(c)) for row in rows[1:])]


def holds_trace(row: Row) -> bool:
    """Tell whether a trace stands in any cell of a row."""
    return any(LOOKS_LIKE_TRACE.match(cell) for cell in row.cells)


def parse_trace(trace: str) -> Walk:
    """Return the walk of a geoshape or geotrace: ``lat lon altitude accuracy;`` and so on.

    An accuracy of 0 means that the point was put on the map by hand: not known, so NaN.

    Raises
    ------
    Refusal
        A position is no pair of numbers.

    Examples
    --------
    A semicolon after the last point is no further point.

    >>> parse_trace("-5.4 104.6 812 4.5;-5.4 104.7 0 0;").segments[0].tolist()
    [[104.6, -5.4], [104.7, -5.4]]
    """
    rows = [item.split() for item in trace.split(";") if item.strip()]
    if not rows:
        raise Refusal("no_geometry")
    short = next((row for row in rows if len(row) < 2), None)
    if short is not None:
        raise Refusal("bad_coordinate", value=printable(" ".join(short)))
    positions = np.array([(number(row[1]), number(row[0])) for row in rows], dtype=np.float64)
    accuracy_m = np.array([_accuracy_m(row) for row in rows], dtype=np.float64)
    return Walk(
        segments=(positions,),
        times_s=(np.full(len(rows), np.nan),),
        accuracy_m=(accuracy_m,),
    )


def _accuracy_m(row: Sequence[str]) -> float:
    try:
        stated = number(row[3]) if len(row) > 3 else 0.0
    except Refusal:
        return np.nan
    return stated if stated > 0 else np.nan
