"""CSV and XLSX → sheets of text cells: a NIK keeps its 16 digits and its leading zero."""

from __future__ import annotations

import csv
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO, StringIO

from hkm_gis.files import Limits, Refusal, text_of
from hkm_gis.readers.archive import unpack
from hkm_gis.readers.feature import limit_features

__all__ = ["Row", "Sheet", "read_csv", "read_xlsx", "refuse_ragged"]


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as a spreadsheet shows it, and its cells as text.

    ``cut`` are the places of cells whose number has lost its last digits: a spreadsheet keeps 15
    digits of a number and writes zeros behind them.
    """

    number: int
    cells: tuple[str, ...]
    cut: frozenset[int] = frozenset()

    def cell(self, column: int) -> str:
        """Return the text of a cell, empty where the row is shorter or has no such column (-1)."""
        return self.cells[column] if 0 <= column < len(self.cells) else ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name (empty for CSV) and its rows that are not blank."""

    name: str
    rows: tuple[Row, ...]


def refuse_ragged(row: Row, columns: int) -> None:
    """Refuse a row with cells beyond its heading: a stray separator has moved its columns.

    Raises
    ------
    Refusal
        Names the row; blank cells at its end are none.
    """
    cells = max((place for place, cell in enumerate(row.cells, 1) if cell), default=0)
    if cells > columns:
        raise Refusal("row_ragged", row=row.number, cells=cells, columns=columns)


def read_csv(content: bytes, limits: Limits) -> Sheet:
    """Return the rows of a text table, whatever its encoding and separator.

    Parameters
    ----------
    content
        UTF-8, UTF-16 with its mark, or cp1252; cells apart by ``;``, ``,`` or tab.
    limits
        How many rows it may hold.

    Raises
    ------
    Refusal
        It is no text, or has too many rows.
    """
    text = text_of(content)
    if text is None:
        raise Refusal("not_text")
    reader = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text))
    rows: list[Row] = []
    try:
        for number, cells in enumerate(reader, 1):
            _append(rows, number, cells, limits)
    except csv.Error:
        raise Refusal("not_text") from None
    return Sheet("", tuple(rows))


def _append(
    rows: list[Row],
    number: int,
    cells: Sequence[str],
    limits: Limits,
    cut: frozenset[int] = frozenset(),
) -> None:
    stripped = tuple(cell.strip() for cell in cells)
    if any(stripped):
        rows.append(Row(number, stripped, cut))
    limit_features(len(rows), limits)


def _delimiter(text: str) -> str:
    # Decimal commas and names make commas frequent, so one ; or tab in the heading outweighs them.
    if text[:4].lower() == "sep=":
        return text[4:5]
    lines = [line for line in text[:20_000].split("\n") if line.strip()][:20]
    bare = ["".join(line.split('"')[::2]) for line in lines]
    for delimiter in (";", "\t"):
        if any(delimiter in line for line in bare[:3]):
            return delimiter
    if any("," in line for line in bare):
        return ","
    return next((d for d in (";", "\t") if any(d in line for line in bare)), ",")


def read_xlsx(content: bytes, limits: Limits) -> Iterator[Sheet]:
    """Yield every visible sheet of a workbook, cells as the text a person sees in them.

    Raises
    ------
    Refusal
        The workbook is damaged, locked, or unfolds beyond ``limits``.
    """
    unpack(content, limits)  # counts what unfolds and compares every checksum
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles and validation, which are not read
        try:
            book = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=True)
            for sheet in book.worksheets:
                rows: list[Row] = []
                for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
                    cut = frozenset(i for i, value in enumerate(cells) if _is_cut(value))
                    _append(rows, number, [cell_text(value) for value in cells], limits, cut)
                yield Sheet(sheet.title, tuple(rows))
        except Refusal:
            raise
        except Exception as problem:  # openpyxl raises whatever a damaged part brings about
            raise Refusal("unreadable", problem=type(problem).__name__) from None


def _is_cut(value: object) -> bool:
    return isinstance(value, (int, float)) and abs(value) >= 1e15 and value % 10 == 0


def cell_text(value: object) -> str:
    """Return a cell's value as text; a whole number without ``.0`` or exponent.

    Examples
    --------
    >>> cell_text(1806051201800001.0), cell_text(-5.43), cell_text(None)
    ('1806051201800001', '-5.43', '')
    """
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e18:
        return str(int(value))
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    return str(value)
