"""The hectares of each parcel as a workbook of a package lists them, read back to be proved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hkm_gis.files import Limits
from hkm_gis.proposal.layout import ANDIL_LIST, OFFICE_ONLY, RECAP
from hkm_gis.readers.rows import Row, read_xlsx
from hkm_gis.text import LANGUAGES, phrase

__all__ = ["Listed", "is_list_of_parcels", "read_listed_hectares"]

_LISTS = tuple(f"{folder}daftar_andil" for folder in (ANDIL_LIST, OFFICE_ONLY))
_PARCELS = (
    ("andil_list.column.number", "andil_list.column.area_ha"),
    ("exports.column.parcel_id", "exports.column.gross_ha"),
)
_GROUPS = (("exports.column.group", "exports.column.gross_ha"),)
# Columns of the sheets of families and parcels, which name the group in each row too.
_NOT_OF_GROUPS = ("exports.column.household", "exports.column.parcel_id")


@dataclass(frozen=True, slots=True)
class Listed:
    """The hectares that a workbook states: of each parcel by its code, and of each group."""

    parcels: Mapping[str, float] = field(default_factory=dict)
    groups: Mapping[str, float] = field(default_factory=dict)


def is_list_of_parcels(name: str) -> bool:
    """Tell whether a file of a package is a workbook that lists the hectares of each parcel."""
    return name.endswith(".xlsx") and name.startswith((*_LISTS, f"{RECAP}rekap_luas"))


def read_listed_hectares(content: bytes, limits: Limits) -> Listed:
    """Return the hectares that the rows of a workbook state; nothing where no sheet states any.

    Raises
    ------
    Refusal
        The workbook is damaged, or unfolds beyond ``limits``.
    ValueError
        A row states hectares that are no number.
    """
    parcels: dict[str, float] = {}
    groups: dict[str, float] = {}
    for sheet in read_xlsx(content, limits):
        for at, row in enumerate(sheet.rows):
            below = sheet.rows[at + 1 :]
            for code, area in _columns(row, _PARCELS):
                parcels |= _hectares(below, code, area)
            if not _has_any(row, _NOT_OF_GROUPS):
                for group, area in _columns(row, _GROUPS):
                    groups |= _hectares(below, group, area)
    return Listed(parcels, groups)


def _columns(heading: Row, wanted: Sequence[tuple[str, str]]) -> list[tuple[int, int]]:
    cells = list(heading.cells)
    words = [[phrase(key, lang) for key in keys] for keys in wanted for lang in LANGUAGES]
    return [(cells.index(a), cells.index(b)) for a, b in words if a in cells and b in cells]


def _has_any(heading: Row, keys: Sequence[str]) -> bool:
    return any(phrase(key, lang) in heading.cells for key in keys for lang in LANGUAGES)


def _hectares(rows: Sequence[Row], code: int, area: int) -> dict[str, float]:
    return {r.cell(code): float(r.cell(area)) for r in rows if r.cell(code) and r.cell(area)}
