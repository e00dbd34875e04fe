"""The daftar andil garapan as a workbook: the columns of the offices, in two parts, to sign."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from hkm_gis.andil_list import CATEGORIES
from hkm_gis.exports.reading_back import prove_numbered_rows
from hkm_gis.exports.signed_sheet import SignedSheet
from hkm_gis.exports.workbook import write_cell
from hkm_gis.text import phrase, say

__all__ = ["write_andil_book"]

# Offices keep andil to four decimals, 1 m²; the cell keeps the unrounded value.
_HECTARES = "#,##0.0000"
_WIDTHS = {  # in letters
    "number": 10, "member": 20, "kk": 18, "nik": 18, "lon": 16, "lat": 15, "pekon": 13,
    "kecamatan": 13, "surveyor": 12, "surveyed": 12, "commodity": 13, "area_ha": 11,
}  # fmt: skip
_BATAS_WIDTH = 22


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
    columns = [c for c in table.columns if c != "category"]
    widths = {column: _WIDTHS.get(column, _BATAS_WIDTH) for column in columns}
    sheet = SignedSheet.new(say("andil_book.sheet", lang), widths)
    words = [phrase(f"andil_list.column.{column}", lang) for column in columns]
    sheet.write_heading(heading, [say("andil_book.row", lang), *words], remark)
    for category in CATEGORIES:
        sheet.write_band(phrase(f"andil_list.part.{category}", lang))
        _write_part(sheet, table.loc[table["category"] == category, columns], lang)
    total_ha = float(table["area_ha"].sum())
    sheet.write_sum(say("andil_book.total", lang), total_ha, _HECTARES)
    sheet.write_signers(signers)
    content = sheet.save()
    prove_numbered_rows(sheet.sheet.title, content, table[columns])
    return content


def _write_part(sheet: SignedSheet, part: pd.DataFrame, lang: str) -> None:
    if part.empty:
        write_cell(sheet.sheet.cell(sheet.next_row, 2), say("andil_book.none", lang), "@")
        return
    for number, values in enumerate(part.itertuples(index=False), start=1):
        sheet.write_row((number, *values), last_format=_HECTARES)
    sheet.write_sum(say("andil_book.sum", lang), float(part["area_ha"].sum()), _HECTARES)
