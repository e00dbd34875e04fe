"""The hectares of each parcel as a workbook of a package lists them, read back to be proved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hkm_gis.files import Limits
from hkm_gis.proposal.layout import ANDIL_LIST, OFFICE_ONLY, RECAP
from hkm_gis.readers.rows import Row, read_xlsx
from hkm_gis.text import LANGUAGES, phrase

__all__ = ["is_list_of_parcels", "read_listed_hectares"]

_LISTS = tuple(f"{folder}daftar_andil" for folder in (ANDIL_LIST, OFFICE_ONLY))
_HEADINGS = (
    ("andil_list.column.number", "andil_list.column.area_ha"),
    ("exports.column.parcel_id", "exports.column.gross_ha"),
)


def is_list_of_parcels(name: str) -> bool:
    """Tell whether a file of a package is a workbook that lists the hectares of each parcel."""
    return name.endswith(".xlsx") and name.startswith((*_LISTS, f"{RECAP}rekap_luas"))


def read_listed_hectares(content: bytes, limits: Limits) -> Mapping[str, float]:
    """Return code → hectares of each row; empty where no sheet lists any.

    Raises
    ------
    Refusal
        The workbook is damaged, or unfolds beyond ``limits``.
    ValueError
        A row states hectares that are no number.
    """
    found: dict[str, float] = {}
    for sheet in read_xlsx(content, limits):
        for at, row in enumerate(sheet.rows):
            for code, area in _columns(row):
                found |= _hectares(sheet.rows[at + 1 :], code, area)
    return found


def _columns(heading: Row) -> list[tuple[int, int]]:
    cells = list(heading.cells)
    words = [[phrase(key, lang) for key in keys] for keys in _HEADINGS for lang in LANGUAGES]
    return [(cells.index(a), cells.index(b)) for a, b in words if a in cells and b in cells]


def _hectares(rows: Sequence[Row], code: int, area: int) -> dict[str, float]:
    return {r.cell(code): float(r.cell(area)) for r in rows if r.cell(code) and r.cell(area)}
