"""The member list of a group as a workbook to sign: with NIK and KK, for the office alone."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from hkm_gis.exports.reading_back import prove_numbered_rows
from hkm_gis.exports.signed_sheet import SignedSheet
from hkm_gis.text import phrase

__all__ = ["write_members_book"]

_WIDTHS = {"member": 28, "nik": 20, "kk": 20, "pekon": 20, "parcels": 40}  # in letters


def write_members_book(
    table: pd.DataFrame,
    *,
    heading: Sequence[str],
    signers: Sequence[tuple[str, str]],
    remark: str = "",
    lang: str = "id",
) -> bytes:
    """Return the members of one group as an XLSX.

    Parameters
    ----------
    table
        One row a member: ``member``, ``nik``, ``kk``, ``pekon`` and ``parcels``, all texts.
    heading, signers, remark, lang
        As `hkm_gis.exports.andil_book.write_andil_book` takes them.

    Returns
    -------
    bytes
        The same for the same list; every number of a card is a text with all its digits.

    Raises
    ------
    FileError
        Read back by another library the list is not what was to be written.
    """
    sheet = SignedSheet.new(phrase("proposal.members.sheet", lang), _WIDTHS)
    words = [phrase(f"exports.column.{column}", lang) for column in ("row", *_WIDTHS)]
    sheet.write_heading(heading, words, remark)
    rows = table[list(_WIDTHS)]
    for number, values in enumerate(rows.itertuples(index=False), start=1):
        sheet.write_row((number, *values))
    sheet.write_signers(signers)
    content = sheet.save()
    prove_numbered_rows(sheet.sheet.title, content, rows)
    return content
