"""The daftar andil garapan as a workbook: the columns of the offices, in two parts, to sign."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from hkm_gis.andil_list import CATEGORIES
from hkm_gis.exports.names import program_version
from hkm_gis.exports.reading_back import prove_numbered_rows
from hkm_gis.exports.workbook import save_workbook, set_page, write_cell
from hkm_gis.text import phrase, say

if TYPE_CHECKING:  # openpyxl is imported where a workbook is written
    from openpyxl.styles import Border
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["write_andil_book"]

# Offices keep andil to four decimals, 1 m²; the cell keeps the unrounded value.
_HECTARES = "#,##0.0000"
_WIDTHS = {  # in letters; texts wrap inside
    "number": 10, "member": 20, "kk": 18, "nik": 18, "lon": 16, "lat": 15, "pekon": 13,
    "kecamatan": 13, "surveyor": 12, "surveyed": 12, "commodity": 13, "area_ha": 11,
}  # fmt: skip
_BATAS_WIDTH = 22
_LINE_PT = 14.0
_DARK, _PALE = "1F5132", "E3EDE3"


@dataclass(frozen=True, slots=True)
class _Book:
    """A sheet that is filled from the top: where the next row goes, and how wide it is."""

    sheet: Worksheet
    columns: tuple[str, ...]
    lang: str

    @property
    def width(self) -> int:
        return len(self.columns) + 1

    @property
    def next_row(self) -> int:
        return self.sheet.max_row + 1


def write_andil_book(
    table: pd.DataFrame,
    *,
    heading: Sequence[str],
    signers: Sequence[tuple[str, str]],
    remark: str = "",
    lang: str = "id",
) -> bytes:
    """Return the list of `hkm_gis.andil_list.list_andil` as an XLSX.

    Parameters
    ----------
    table
        The list, with or without the columns ``kk`` and ``nik``.
    heading
        Lines above the table: group, place, what it is called.
    signers
        Role and name of each who signs below it; an empty name leaves a dotted line.
    remark
        Stands above the table in red and on every printed page: draft, example.
    lang
        Language of headings.

    Returns
    -------
    bytes
        The same for the same list. One row a parcel, a sum below each part; hectares unrounded,
        shown to four decimals; sums are of unrounded hectares.

    Raises
    ------
    FileError
        Read back by another library the list is not what was to be written.
    """
    from openpyxl import Workbook

    file = Workbook()
    file.remove(file.worksheets[0])
    sheet = file.create_sheet(say("andil_book.sheet", lang))
    columns = tuple(c for c in table.columns if c != "category")
    book = _Book(sheet, columns, lang)
    head_row = _write_heading(book, heading, remark)
    for category in CATEGORIES:
        _write_part(book, table[table["category"] == category], category)
    _write_sum(book, say("andil_book.total", lang), table["area_ha"])
    _write_signers(book, signers)
    _set_widths(book)
    set_page(sheet, remark, title_rows=f"{head_row}:{head_row}")
    sheet.freeze_panes = f"A{head_row + 1}"
    file.properties.creator = program_version()
    content = save_workbook(file)
    prove_numbered_rows(sheet.title, content, table[list(columns)])
    return content


def _write_heading(book: _Book, heading: Sequence[str], remark: str) -> int:
    from openpyxl.styles import Alignment, Font, PatternFill

    for at, line in enumerate(heading, start=1):
        write_cell(book.sheet.cell(at, 1), line, "@")
        book.sheet.cell(at, 1).font = Font(bold=True, size=14 if at == 1 else 11)
    write_cell(book.sheet.cell(len(heading) + 1, 1), remark, "@")
    book.sheet.cell(len(heading) + 1, 1).font = Font(bold=True, size=11, color="B30000")
    row = len(heading) + 2
    words = [phrase(f"andil_list.column.{column}", book.lang) for column in book.columns]
    for at, word in enumerate([say("andil_book.row", book.lang), *words], start=1):
        cell = book.sheet.cell(row, at)
        write_cell(cell, word, "@")
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor=_DARK)
        cell.alignment = Alignment(vertical="center", horizontal="center", wrap_text=True)
        cell.border = _thin_lines()
    return row


def _write_part(book: _Book, part: pd.DataFrame, category: str) -> None:
    _write_band(book, phrase(f"andil_list.part.{category}", book.lang))
    if part.empty:
        write_cell(book.sheet.cell(book.next_row, 2), say("andil_book.none", book.lang), "@")
        return
    for number, values in enumerate(part[list(book.columns)].itertuples(index=False), start=1):
        _write_row(book, (number, *values))
    _write_sum(book, say("andil_book.sum", book.lang), part["area_ha"])


def _write_row(book: _Book, values: Sequence[object]) -> None:
    from openpyxl.styles import Alignment

    row = book.next_row
    for at, value in enumerate(values, start=1):
        cell = book.sheet.cell(row, at)
        write_cell(cell, value, _HECTARES if at == book.width else "General")
        cell.alignment = Alignment(vertical="top", wrap_text=True)
        cell.border = _thin_lines()
    # A file states the height of a row whose texts wrap; not every program works it out.
    texts = zip(book.columns, map(str, values[1:]), strict=True)
    lines = max(math.ceil(len(text) / (_width(column) - 1)) for column, text in texts)
    book.sheet.row_dimensions[row].height = _LINE_PT * max(1, lines) + 2


def _write_band(book: _Book, words: str) -> None:
    from openpyxl.styles import Font, PatternFill

    row = book.next_row
    for at in range(1, book.width + 1):
        book.sheet.cell(row, at).fill = PatternFill("solid", fgColor=_PALE)
        book.sheet.cell(row, at).border = _thin_lines()
    write_cell(book.sheet.cell(row, 1), words, "@")
    book.sheet.cell(row, 1).font = Font(bold=True)
    book.sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=book.width)


def _write_sum(book: _Book, words: str, hectares: pd.Series) -> None:
    from openpyxl.styles import Alignment, Font

    row = book.next_row
    write_cell(book.sheet.cell(row, book.width - 1), words, "@")
    write_cell(book.sheet.cell(row, book.width), float(hectares.sum()), _HECTARES)
    for at in (book.width - 1, book.width):
        book.sheet.cell(row, at).font = Font(bold=True)
        book.sheet.cell(row, at).alignment = Alignment(horizontal="right")


def _write_signers(book: _Book, signers: Sequence[tuple[str, str]]) -> None:
    row = book.next_row + 1
    for number, (role, name) in enumerate(signers):
        at = 2 + number * max(1, (book.width - 2) // max(1, len(signers)))
        write_cell(book.sheet.cell(row, at), role, "@")
        # room for ink and stamp between role and name
        write_cell(book.sheet.cell(row + 5, at), name or "." * 30, "@")


def _set_widths(book: _Book) -> None:
    from openpyxl.utils import get_column_letter

    book.sheet.column_dimensions["A"].width = 5
    for at, column in enumerate(book.columns, start=2):
        book.sheet.column_dimensions[get_column_letter(at)].width = _width(column)


def _width(column: str) -> int:
    return _WIDTHS.get(column, _BATAS_WIDTH)


def _thin_lines() -> Border:
    from openpyxl.styles import Border, Side

    line = Side(style="thin", color="9A9A9A")
    return Border(left=line, right=line, top=line, bottom=line)
