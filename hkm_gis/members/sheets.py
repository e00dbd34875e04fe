"""The sheets of a list: their rows, and the cells that people merged."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

from hkm_gis.errors import FileError
from hkm_gis.files import Limits, Refusal, read_content, sniff
from hkm_gis.readers.rows import Sheet, read_csv, read_xlsx

if TYPE_CHECKING:  # openpyxl is imported where a workbook is read
    from openpyxl.worksheet.cell_range import CellRange

__all__ = ["Merged", "merged_cells", "read_sheets"]

# A list of 10,000 members has half of this; the cells of a larger one take too long to look at.
_MERGED_BYTES = 2**20


def read_sheets(file: Path, error: str = "members_unreadable") -> list[Sheet]:
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


Merged = Mapping[tuple[int, int], int]
"""Row and column (from 0) of a cell that is merged into the one above → row of that one."""


def merged_cells(file: Path) -> dict[str, Merged]:
    """Return the cells merged downwards, by sheet; none of a text table or a very large list."""
    if sniff(file) != "xlsx" or file.stat().st_size > _MERGED_BYTES:
        return {}
    with ZipFile(file) as parts:
        names = [n for n in parts.namelist() if n.startswith("xl/worksheets/")]
        if not any(b"mergeCell " in parts.read(name) for name in names):
            return {}
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles and validation, which are not read
        try:
            book = openpyxl.load_workbook(file, data_only=True)
        except Exception:  # the rows were read; what cannot be read here is only how they look
            return {}
    return {sheet.title: _merged_below(sheet.merged_cells.ranges) for sheet in book.worksheets}


def _merged_below(ranges: Iterable[CellRange]) -> Merged:
    return {
        (row, block.min_col - 1): block.min_row
        for block in ranges
        for row in range(block.min_row + 1, block.max_row + 1)
    }
