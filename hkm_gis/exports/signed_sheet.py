"""A list that people sign: whose it is above the table, numbered rows, room for ink below it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hkm_gis.exports.names import program_version
from hkm_gis.exports.workbook import save_workbook, set_page, write_cell

if TYPE_CHECKING:  # openpyxl is imported where a workbook is written
    from openpyxl import Workbook
    from openpyxl.styles import Border
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["SignedSheet"]

_NUMBER_WIDTH = 5  # letters, of the first column: the number of the row
_LINE_PT = 14.0
_DARK, _PALE = "1F5132", "E3EDE3"
_INK_ROWS = 5  # between role and name, for ink and stamp


@dataclass(frozen=True, slots=True)
class SignedSheet:
    """A sheet that is filled from the top: where the next row goes, and how wide it is.

    Attributes
    ----------
    book, sheet
        The workbook and the one sheet in it.
    widths
        Width in letters of each column behind the number of the row; texts wrap inside.
    """

    book: Workbook
    sheet: Worksheet
    widths: Mapping[str, int]

    @classmethod
    def new(cls, name: str, widths: Mapping[str, int]) -> SignedSheet:
        """Return an empty sheet."""
        from openpyxl import Workbook
        from openpyxl.utils import get_column_letter

        book = Workbook()
        book.remove(book.worksheets[0])
        sheet = book.create_sheet(name)
        for at, width in enumerate((_NUMBER_WIDTH, *widths.values()), start=1):
            sheet.column_dimensions[get_column_letter(at)].width = width
        return cls(book, sheet, widths)

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.widths) + 1

    @property
    def next_row(self) -> int:
        """Number of the first row that is still empty."""
        return self.sheet.max_row + 1

    def write_heading(self, lines: Sequence[str], words: Sequence[str], remark: str) -> None:
        """Write whose list it is, ``remark`` in red, and the words of the columns."""
        from openpyxl.styles import Font

        for at, line in enumerate(lines, start=1):
            write_cell(self.sheet.cell(at, 1), line, "@")
            self.sheet.cell(at, 1).font = Font(bold=True, size=14 if at == 1 else 11)
        write_cell(self.sheet.cell(len(lines) + 1, 1), remark, "@")
        self.sheet.cell(len(lines) + 1, 1).font = Font(bold=True, size=11, color="B30000")
        head_row = len(lines) + 2
        self._write_columns(head_row, words)
        set_page(self.sheet, remark, title_rows=f"{head_row}:{head_row}")
        self.sheet.freeze_panes = f"A{head_row + 1}"

    def _write_columns(self, row: int, words: Sequence[str]) -> None:
        from openpyxl.styles import Alignment, Font, PatternFill

        for at, word in enumerate(words, start=1):
            cell = self.sheet.cell(row, at)
            write_cell(cell, word, "@")
            cell.font = Font(bold=True, color="FFFFFF")
            cell.fill = PatternFill("solid", fgColor=_DARK)
            cell.alignment = Alignment(vertical="center", horizontal="center", wrap_text=True)
            cell.border = _thin_lines()

    def write_row(self, values: Sequence[object], *, last_format: str = "General") -> None:
        """Write one row, its number first; ``last_format`` is that of the last column."""
        from openpyxl.styles import Alignment

        row, lines_of_cell = self.next_row, _thin_lines()
        for at, value in enumerate(values, start=1):
            cell = self.sheet.cell(row, at)
            write_cell(cell, value, last_format if at == self.width else "General")
            across = "center" if at == 1 else None  # else it touches the next column
            cell.alignment = Alignment(horizontal=across, vertical="top", wrap_text=True)
            cell.border = lines_of_cell
        # A file states the height of a row whose texts wrap; not every program works it out.
        texts = zip(self.widths.values(), map(str, values[1:]), strict=True)
        lines = max(math.ceil(len(text) / (width - 1)) for width, text in texts)
        self.sheet.row_dimensions[row].height = _LINE_PT * max(1, lines) + 2

    def write_band(self, words: str) -> None:
        """Write the title of a part across all columns."""
        from openpyxl.styles import Font, PatternFill

        row = self.next_row
        for at in range(1, self.width + 1):
            self.sheet.cell(row, at).fill = PatternFill("solid", fgColor=_PALE)
            self.sheet.cell(row, at).border = _thin_lines()
        write_cell(self.sheet.cell(row, 1), words, "@")
        self.sheet.cell(row, 1).font = Font(bold=True)
        self.sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=self.width)

    def write_sum(self, words: str, value: float, number_format: str) -> None:
        """Write a sum below the last column."""
        from openpyxl.styles import Alignment, Font

        row = self.next_row
        write_cell(self.sheet.cell(row, self.width - 1), words, "@")
        write_cell(self.sheet.cell(row, self.width), value, number_format)
        for at in (self.width - 1, self.width):
            self.sheet.cell(row, at).font = Font(bold=True)
            self.sheet.cell(row, at).alignment = Alignment(horizontal="right")

    def write_signers(self, signers: Sequence[tuple[str, str]]) -> None:
        """Write role and name of each who signs; an unknown name leaves a dotted line."""
        row = self.next_row + 1
        for number, (role, name) in enumerate(signers):
            at = 2 + number * max(1, (self.width - 2) // max(1, len(signers)))
            write_cell(self.sheet.cell(row, at), role, "@")
            write_cell(self.sheet.cell(row + _INK_ROWS, at), name or "." * 30, "@")

    def save(self) -> bytes:
        """Return the workbook, the same bytes for the same rows."""
        self.book.properties.creator = program_version()
        return save_workbook(self.book)


def _thin_lines() -> Border:
    from openpyxl.styles import Border, Side

    line = Side(style="thin", color="9A9A9A")
    return Border(left=line, right=line, top=line, bottom=line)
