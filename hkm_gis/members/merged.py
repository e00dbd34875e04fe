"""The cells that people merged in a list, over the members of a family or a group."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

from hkm_gis.files import sniff

if TYPE_CHECKING:  # openpyxl is imported where a workbook is read
    from openpyxl.worksheet.cell_range import CellRange

__all__ = ["Merged", "merged_cells"]

# A list of 10,000 members has half of this; the cells of a larger one take too long to look at.
_MERGED_BYTES = 2**20


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
