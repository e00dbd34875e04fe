"""Whether two files say the same, but for the last digit that they write.

Processors differ in the last bit of a sine, so a number that lies just between two roundings may
be written either way; a character, a corner or a row more is a difference everywhere.
"""

from __future__ import annotations

import re
import sqlite3
from decimal import Decimal
from pathlib import Path

import numpy as np
import rasterio
import shapely

BINARY_SHARE = 4e-9
"""Numbers that are stored in full may differ by this share: 2 mm of an easting."""

CELLS_SHARE = 1e-4
"""Cells of a grid that may have been rounded the other way."""

_DECIMAL = re.compile(r"-?\d+\.\d+")


def say_the_same(one: Path, other: Path) -> bool:
    """Return whether two files of the same kind hold the same, rounding apart."""
    if one.read_bytes() == other.read_bytes():
        return True
    return _COMPARED_AS.get(one.suffix, lambda *_: False)(one, other)


def _same_text(one: Path, other: Path) -> bool:
    texts = [path.read_text("utf-8") for path in (one, other)]
    if len({_DECIMAL.sub("#", text) for text in texts}) > 1:
        return False
    numbers = zip(*(_DECIMAL.findall(text) for text in texts), strict=True)
    return all(_same_digits(a, b) for a, b in numbers)


def _same_digits(a: str, b: str) -> bool:
    x, y = Decimal(a), Decimal(b)
    last = min(int(x.as_tuple().exponent), int(y.as_tuple().exponent))
    return abs(x - y) <= Decimal(10) ** last


def _same_tables(one: Path, other: Path) -> bool:
    (rows, numbers), (other_rows, other_numbers) = _contents(one), _contents(other)
    return (
        rows == other_rows
        and numbers.shape == other_numbers.shape
        and np.allclose(numbers, other_numbers, rtol=BINARY_SHARE, atol=0)
    )


def _contents(path: Path) -> tuple[list[object], np.ndarray]:
    """Return every cell that is no number, with the shape of every geometry, and every number."""
    base = sqlite3.connect(path)
    said: list[object] = []
    numbers: list[float] = []
    for name, sql in base.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall():
        said += [name, sql]
        if not sql:
            continue
        for cell in (c for row in base.execute(f'SELECT * FROM "{name}"') for c in row):
            if isinstance(cell, float):
                numbers.append(cell)
            elif isinstance(cell, bytes):
                shape = shapely.from_wkb(cell[40:])
                numbers += shapely.get_coordinates(shape).ravel().tolist()
                said.append([len(r.coords) for r in shapely.get_rings(shape)])
            else:
                said.append(cell)
    base.close()
    return said, np.array(numbers)


def _same_cells(one: Path, other: Path) -> bool:
    with rasterio.open(one) as a, rasterio.open(other) as b:
        if a.profile != b.profile or a.transform != b.transform:
            return False
        return bool((a.read() != b.read()).mean() <= CELLS_SHARE)


_COMPARED_AS = dict.fromkeys((".gpx", ".kml", ".csv", ".geojson", ".json", ".toml"), _same_text)
_COMPARED_AS |= {".gpkg": _same_tables, ".tif": _same_cells}
