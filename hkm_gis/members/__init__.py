"""The member register: who belongs to which household and group."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from hkm_gis.errors import TableError
from hkm_gis.files import local_path
from hkm_gis.members.households import households_of
from hkm_gis.members.merged import Merged, merged_cells
from hkm_gis.members.names import fold_group, fold_name, name_words, words_of
from hkm_gis.members.numbers import (
    LOST_IN_ROWS,
    NUMBERS,
    digits_of,
    fault_of,
    is_number_for_name,
    is_whole,
)
from hkm_gis.readers.coordinates import printable
from hkm_gis.readers.lists import Columns, find_heading, read_sheets
from hkm_gis.readers.rows import Row, Sheet
from hkm_gis.record import Rejection, Repair

__all__ = [
    "MEMBER_COLUMNS",
    "Register",
    "fold_group",
    "fold_name",
    "name_words",
    "read_members",
    "words_of",
]

MEMBER_COLUMNS = (
    "member_id",  # unique text
    "name",  # as written
    "nik",  # identity number as text, "" where missing   (private)
    "kk",  # family card number as text, "" where missing (private)
    "household",  # code of the household, the same for one kk; safe to print
    "group",
    "pekon",
    "phone",  # (private)
    "parcel_ids",  # tuple of parcel codes the register states for the member
    "source",
    "row",  # int, row of the sheet as Excel counts
)


# Heading words, folded to letters and digits, in the order of trust.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "name": ("nama", "namaanggota", "namapenggarap", "namalengkap", "namakk", "penggarap", "name"),
    "nik": ("nik", "nonik", "nomornik", "noktp", "nomorktp", "ktp", "noidentitas"),
    "kk": ("nokk", "nomorkk", "kk", "nokartukeluarga", "nomorkartukeluarga", "kartukeluarga"),
    "group": ("kelompok", "kth", "namakelompok", "namakth", "kelompoktani", "group"),
    "pekon": ("pekon", "desa", "kampung", "namapekon", "namadesa"),
    "phone": ("hp", "nohp", "telepon", "telp", "notelp", "notelepon", "wa", "nowa"),
    "parcel_ids": (
        "noandil",
        "andil",
        "idandil",
        "kodeandil",
        "nomorandil",
        "kodelahan",
        "nopetak",
    ),
}


_TOTALS = {"jumlah", "total", "jumlahtotal"}


@dataclass(frozen=True, slots=True)
class Register:
    """The member list of one or more groups; private columns never leave the office.

    The table is left out where a register is printed: it would put identity numbers in a log.
    """

    table: pd.DataFrame = field(repr=False)
    repairs: tuple[Repair, ...] = ()
    rejected: tuple[Rejection, ...] = ()


def read_members(path: str | Path) -> Register:
    """Read the member list of one or more groups.

    Parameters
    ----------
    path
        XLSX or CSV. The heading may stand below title rows, and its words may be written in any
        case and with any spaces or dots (``No. KK``, ``NO_KK``). A sheet that names no group in
        a column gives its own name to its members, unless it is called Sheet1 or the like.

    Returns
    -------
    Register
        One row a member, columns `MEMBER_COLUMNS`. A household is one family card (KK), whatever
        the group; a member without one is a household of their own. A card, group or village
        in a cell merged over several rows holds for each of them. Doubtful numbers are kept as
        written, never guessed, and are on record in ``repairs``.

    Raises
    ------
    FileError
        The file is missing, or is no table.
    TableError
        No sheet has a heading with a column of names.
    """
    file = local_path(path)
    sheets = read_sheets(file, "members_unreadable")
    merged = merged_cells(file)
    headed = [
        (sheet, *found) for sheet in sheets if (found := find_heading(sheet, _columns, _is_heading))
    ]
    if not headed:
        raise TableError("members_no_heading", path=file.name)
    list_ = _MemberList(file.name)
    for sheet, columns, below in headed:
        prefix = f'sheet "{printable(sheet.name)}" ' if len(headed) > 1 else ""
        list_.read(sheet, columns, below, merged.get(sheet.name, {}), prefix)
    return list_.register()


def _is_heading(columns: Columns) -> bool:
    return "name" in columns and len(columns) > 1


def _columns(row: Row) -> Columns:
    folded = ["".join(words_of(cell)) for cell in row.cells]
    return {
        role: folded.index(word)
        for role, words in HEADINGS.items()
        for word in [next((w for w in words if w in folded), None)]
        if word is not None
    }


@dataclass
class _MemberList:
    source: str
    rows: list[dict[str, object]] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)

    def read(
        self,
        sheet: Sheet,
        columns: Columns,
        below: Sequence[Row],
        merged: Merged,
        prefix: str,
    ) -> None:
        default_group = "" if re.fullmatch(r"(?i)(sheet|lembar)?\s*\d*", sheet.name) else sheet.name
        rows = {row.number: row for row in sheet.rows}
        for row in below:
            said = {role: row.cell(at) for role, at in columns.items()}
            cut = frozenset(role for role, at in columns.items() if at in row.cut)
            if "".join(words_of(said["name"])) in _TOTALS:
                continue
            label = f"{prefix}row {row.number}"
            if not said["name"] or is_number_for_name(said["name"]):
                self._refuse(label, said, said.get("group") or default_group)
                continue
            for role, at in columns.items():
                above = rows.get(merged.get((row.number, at), 0))
                if role in _SHARED and not said[role] and above is not None:
                    said[role] = above.cell(at)
                    cut |= {role} if at in above.cut else set()
                    self._note(label, "cell_merged", what=_SHARED[role], row=above.number)
            self._add(row.number, label, said, default_group, cut)

    def _refuse(self, label: str, said: Mapping[str, str], group: str) -> None:
        # A row with a number or a parcel but no name is a person lost; other rows are remarks.
        if any(said.get(role) for role in ("name", "nik", "kk", "parcel_ids")):
            self.rejected.append(
                Rejection(
                    source=self.source,
                    feature=label,
                    code="H04",
                    reason="member_without_name",
                    facts={"group": group},
                )
            )

    def _add(
        self,
        number: int,
        label: str,
        said: Mapping[str, str],
        default_group: str,
        cut: frozenset[str],
    ) -> None:
        nik, kk = (
            "" if role in cut else self._number(said.get(role, ""), what, label)
            for role, what in NUMBERS
        )
        for role, what in NUMBERS:
            if role in cut:
                self._note(label, "number_in_exponent", what=what, digits=15)
        self.rows.append(
            {
                "member_id": f"A-{len(self.rows) + 1:04d}",
                "name": " ".join(said["name"].split()),
                "nik": nik,
                "kk": kk,
                "group": said.get("group") or default_group,
                "pekon": said.get("pekon", ""),
                "phone": said.get("phone", ""),
                "parcel_ids": _codes(said.get("parcel_ids", "")),
                "source": self.source,
                "row": number,
            }
        )

    def _number(self, written: str, what: str, label: str) -> str:
        if not written:
            return ""
        digits = digits_of(written)
        fault = fault_of(digits, dated=what == "NIK")
        if fault:
            self._note(label, fault, what=what, digits=len(digits))
        return digits

    def _note(self, label: str, rule: str, **facts: str | int) -> None:
        self.repairs.append(Repair(source=self.source, feature=label, rule=rule, facts=facts))

    def register(self) -> Register:
        table = pd.DataFrame(self.rows)
        if table.empty:
            table = pd.DataFrame(columns=list(MEMBER_COLUMNS))
        for role, what in NUMBERS:
            self._leave_out_cut(table, role, what)
        table["household"] = households_of(table)
        self._note_repeated(table)
        return Register(table[list(MEMBER_COLUMNS)], tuple(self.repairs), tuple(self.rejected))

    def _leave_out_cut(self, table: pd.DataFrame, role: str, what: str) -> None:
        # A text table that a spreadsheet saved keeps 15 digits of each number and a zero.
        whole = table[table[role].map(is_whole)]
        if len(whole) >= LOST_IN_ROWS and whole[role].str.endswith("0").all():
            for number in whole["row"]:
                self._note(str(number), "number_in_exponent", what=what, digits=15)
            table.loc[whole.index, role] = ""

    def _note_repeated(self, table: pd.DataFrame) -> None:
        rows_of: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for nik, group, row in zip(table["nik"], table["group"], table["row"], strict=True):
            if nik:
                rows_of[nik].append((group, str(row)))
        for same in rows_of.values():
            if len(same) == 1:
                continue
            groups = tuple(dict.fromkeys(group for group, _ in same))
            facts = {"rows": ", ".join(row for _, row in same)}
            label = f"row {same[-1][1]}"
            if len(set(map(fold_group, groups))) > 1:
                self._note(label, "member_in_two_groups", **facts, groups=", ".join(groups))
            else:
                self._note(label, "member_twice", **facts)


_SHARED = {"kk": "No. KK", "group": "Kelompok", "pekon": "Pekon"}
"""Columns whose cells people merge over the members of a family or a group."""


def _codes(text: str) -> tuple[str, ...]:
    return tuple(c.strip() for c in re.split(r"[,;/\n]|\sdan\s", text) if c.strip())
