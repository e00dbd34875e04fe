"""A list that people keep in a spreadsheet: its sheets, and the row in which its heading stands."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hkm_gis.errors import FileError
from hkm_gis.files import Limits, Refusal, read_content, sniff
from hkm_gis.readers.rows import Row, Sheet, read_csv, read_xlsx

__all__ = ["Columns", "find_heading", "read_sheets"]

Columns = dict[str, int]
"""Place of each column that is known, by its name."""

_HEADING_ROWS = 30
"""Titles, dates and logos stand above a heading; further down it is no heading."""


def read_sheets(file: Path, error: str) -> list[Sheet]:
    """Return the sheets of an XLSX or CSV; FileError of the key ``error`` where it is no table."""
    limits = Limits()
    try:
        content = read_content(file, limits)
        return (
            list(read_xlsx(content, limits))
            if sniff(file) == "xlsx"
            else [read_csv(content, limits)]
        )
    except Refusal as refusal:
        raise FileError(error, path=file.name) from refusal


def find_heading(
    sheet: Sheet, columns_of: Callable[[Row], Columns], is_heading: Callable[[Columns], bool]
) -> tuple[Columns, tuple[Row, ...]] | None:
    """Return the columns of the first row that is a heading, and the rows below it."""
    for place, row in enumerate(sheet.rows[:_HEADING_ROWS]):
        columns = columns_of(row)
        if is_heading(columns):
            return columns, sheet.rows[place + 1 :]
    return None
