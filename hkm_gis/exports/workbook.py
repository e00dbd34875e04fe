"""Excel files: every text stays a text, every number keeps all its decimals."""

from __future__ import annotations

import errno
import math
import os
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from typing import TYPE_CHECKING

import pandas as pd

from hkm_gis.exports.archive import pack_zip
from hkm_gis.exports.names import one_line, program_version
from hkm_gis.files import scratch_for_libraries

if TYPE_CHECKING:  # openpyxl is imported where a workbook is written
    from openpyxl import Workbook
    from openpyxl.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["LONGEST_CELL", "save_workbook", "set_page", "write_cell", "write_workbook"]

# What Excel shows; the cell keeps the unrounded value. Excel writes the separators of its country.
_FORMATS = {
    "_ha": "#,##0.00",
    "_m2": "#,##0",
    "_m": "#,##0.0",
    "share_a": "0.0%",
    "share_b": "0.0%",
}
_TEXT_FORMAT = "@"
# A cell that starts with one of these is a formula for some programs (OWASP, CSV injection).
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
LONGEST_CELL = 32_767
"""Signs that one cell holds: Excel's own limit."""
_LONGEST_HEADING = 200  # Excel takes 255 signs with its own codes
_NARROWEST = 6  # letters
_PAGE_LETTERS = 120  # of all columns on A4 lying, still read with ease
_NO_CLOCK = "1980-01-01T00:00:00Z"


def write_workbook(
    sheets: Mapping[str, pd.DataFrame],
    *,
    heading: Callable[[str], str] = str,
    remark: str = "",
    widest: int = 60,
) -> bytes:
    """Return an XLSX with one sheet a table.

    Parameters
    ----------
    sheets
        Sheet name → table; a geometry column is left out.
    heading
        Words of a column for the header line.
    remark
        Printed above every page.
    widest
        Letters of the widest column; longer texts go on in the next line. A table of many
        columns stays readable on paper where they are narrow; few may share the page.

    Returns
    -------
    bytes
        The same for the same tables: no clock, no user, no path.

    Notes
    -----
    A text that looks like a formula is written as a text with a quote prefix, as Excel itself
    does after an apostrophe; its value is unchanged.
    """
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    for name, table in sheets.items():
        sheet = book.create_sheet(name)
        _fill(sheet, table, heading)
        wide = max(widest, _PAGE_LETTERS // max(1, sheet.max_column))
        _set_widths(sheet, wide)
        _set_heights(sheet, wide)
        set_page(sheet, remark)
    book.properties.creator = program_version()
    return save_workbook(book)


def save_workbook(book: Workbook) -> bytes:
    """Return a workbook as XLSX, without clock, every cell of it.

    openpyxl writes each sheet to a temporary file first, and goes on where the disk is full.
    """
    from openpyxl import load_workbook

    buffer = BytesIO()
    with scratch_for_libraries():
        book.save(buffer)
        try:
            saved = load_workbook(BytesIO(buffer.getvalue()), read_only=True)
            whole = all(_count(saved[sheet.title]) == _count(sheet) for sheet in book.worksheets)
        except (SyntaxError, ValueError, KeyError, zipfile.BadZipFile):
            whole = False  # XML that ends in the middle
        if not whole:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
    return _without_clock(buffer.getvalue())


def _count(sheet: Worksheet) -> int:
    rows = sheet.iter_rows(values_only=True)
    return sum(value not in (None, "") for row in rows for value in row)


def _fill(sheet: Worksheet, table: pd.DataFrame, heading: Callable[[str], str]) -> None:
    columns = [str(c) for c in table.columns if c != "geometry"]
    _head(sheet, [heading(c) for c in columns])
    for at, column in enumerate(columns, start=1):
        shown = next((f for unit, f in _FORMATS.items() if column.endswith(unit)), "General")
        for row, value in enumerate(table[column].tolist(), start=2):
            write_cell(sheet.cell(row, at), value, shown)
    sheet.auto_filter.ref = sheet.dimensions  # a filter over the head alone shows no values


def set_page(sheet: Worksheet, remark: str, *, title_rows: str = "1:1") -> None:
    """Let a sheet print on A4 as wide as its table, ``remark`` and the heading on every page."""
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_margins.left = sheet.page_margins.right = 0.4  # inches, as Excel counts
    sheet.page_setup.fitToHeight = 0  # as many pages as it needs, each as wide as the table
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = title_rows
    head, foot = sheet.oddHeader, sheet.oddFooter
    if head is not None and foot is not None:  # an empty one counts as False
        # "&" begins a code of Excel's own in a heading
        head.center.text = one_line(remark).replace("&", "&&")[:_LONGEST_HEADING] or None
        foot.right.text = "&P / &N"


def _head(sheet: Worksheet, words: Sequence[str]) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    for at, word in enumerate(words, start=1):
        cell = sheet.cell(1, at)
        write_cell(cell, word, _TEXT_FORMAT)
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="1F5132")
        cell.alignment = Alignment(vertical="center", wrap_text=True)
    sheet.freeze_panes = "A2"


def write_cell(cell: Cell | MergedCell, value: object, number_format: str) -> None:
    """Write a number unrounded, everything else as a text that no program runs as a formula."""
    from openpyxl.styles import Alignment

    if isinstance(value, bool) or not isinstance(value, (int, float)):
        _write_text(cell, "" if value is None or value is pd.NA else _as_text(value))
    elif math.isfinite(value):
        cell.value = value
        cell.number_format = number_format
        # else a number touches the words of the next column
        cell.alignment = Alignment(horizontal="right", vertical="top", indent=1)


def _write_text(cell: Cell | MergedCell, text: str) -> None:
    from openpyxl.styles import Alignment

    if not text:
        return
    cell.value = one_line(text)[:LONGEST_CELL]
    cell.data_type = "s"  # openpyxl takes a leading "=" for a formula
    cell.number_format = _TEXT_FORMAT
    if text.startswith(_FORMULA_SIGNS):
        cell.quotePrefix = True
    cell.alignment = Alignment(vertical="top")


def _as_text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, (tuple, list)) else str(value)


def _set_widths(sheet: Worksheet, widest: int) -> None:
    from openpyxl.styles import Alignment
    from openpyxl.utils import get_column_letter

    for at, column in enumerate(sheet.iter_cols(), start=1):
        longest = max(_letters(cell) for cell in column) + 2
        wide = min(max(longest, _NARROWEST), widest)
        sheet.column_dimensions[get_column_letter(at)].width = wide
        for cell in column[1:]:  # the heading is wrapped already
            if _letters(cell) > widest:
                cell.alignment = Alignment(wrap_text=True, vertical="top")


def _set_heights(sheet: Worksheet, widest: int) -> None:
    # A program that lays the sheet out without showing it, as a printer's, grows no row by itself.
    line_letters = widest * 7 // 8  # as words do not fill a line
    for at, row in enumerate(sheet.iter_rows(), start=1):
        lines = max((-(-_letters(cell) // line_letters) for cell in row), default=1)
        if lines > 1:
            sheet.row_dimensions[at].height = min(lines * _LINE_PT, _HIGHEST_PT)


_LINE_PT = 14.0
_HIGHEST_PT = 409.0  # Excel's own limit


def _letters(cell: Cell | MergedCell) -> int:
    # A number takes the room of its shown digits, about ten, not of all its decimals.
    return min(len(str(cell.value or "")), 10) if cell.data_type == "n" else len(str(cell.value))


def _without_clock(xlsx: bytes) -> bytes:
    """Return an XLSX without the time of its writing."""
    with zipfile.ZipFile(BytesIO(xlsx)) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    core = contents["docProps/core.xml"].decode()
    stamped = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", _NO_CLOCK, core)
    return pack_zip(contents | {"docProps/core.xml": stamped.encode()})
