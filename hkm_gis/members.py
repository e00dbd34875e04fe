"""The member register: who belongs to which household and group."""

from __future__ import annotations

import re
import unicodedata
import warnings
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pandas as pd

from hkm_gis.errors import FileError, TableError
from hkm_gis.files import Limits, Refusal, local_path, read_content, sniff
from hkm_gis.readers.coordinates import printable
from hkm_gis.readers.rows import Row, Sheet, read_csv, read_xlsx
from hkm_gis.record import Rejection, Repair

if TYPE_CHECKING:  # openpyxl is imported where a workbook is read
    from openpyxl.worksheet.cell_range import CellRange

__all__ = [
    "MEMBER_COLUMNS",
    "Register",
    "fold_group",
    "fold_name",
    "name_words",
    "read_members",
    "read_sheets",
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


# An identity number: 6 digits of the region, birth date ddmmyy (women: day + 40), 4 of a serial.
_NUMBER = re.compile(r"\d{6}(\d{2})(\d{2})\d{2}\d{4}")


_WOMAN_DAY = 40


# Provinces by the ministry of home affairs; 99 is none: the numbers of examples and trainings.
_PROVINCES = {
    str(code)
    for block in ("11-19", "21-21", "31-36", "51-53", "61-65", "71-76", "81-82", "91-97", "99-99")
    for code in range(int(block[:2]), int(block[3:]) + 1)
}


_WHOLE = re.compile(r"\d{16}")


# A list of 10,000 members has half of this; the cells of a larger one take too long to look at.
_MERGED_BYTES = 2**20


_TOTALS = {"jumlah", "total", "jumlahtotal"}


_TITLES = {"hi", "hj", "haji", "hajah", "bpk", "bapak", "pak", "ibu", "bu", "drs", "ir", "kh"}


_MUHAMMAD = {"md", "moh", "muh", "mohd", "muhd", "moch", "mohamad", "mohammad", "mochamad"}
_MUHAMMAD |= {"muhamad", "muhammad", "mochammad", "mokhamad"}


# Letters that stand for a word before a name and are an initial behind it: H. Suparno, Suparno H.
_LEADING = {"h": "", "m": "muhammad"}


_DEGREES = {"spd", "spdi", "sag", "sp", "se", "sh", "st", "sip", "ssos", "skom", "shut", "amd"}


_FATHER = {"bin", "binti"}


_GROUP_WORDS = {"kth", "kelompok", "tani", "hutan", "gapoktan", "gapoktanhut", "poktan"}


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
    sheets = read_sheets(file)
    merged = _merged_cells(file)
    headed = [(sheet, *found) for sheet in sheets if (found := _heading(sheet)) is not None]
    if not headed:
        raise TableError("members_no_heading", path=file.name)
    list_ = _MemberList(file.name)
    for sheet, place, columns in headed:
        prefix = f'sheet "{printable(sheet.name)}" ' if len(headed) > 1 else ""
        list_.read(sheet, place, columns, merged.get(sheet.name, {}), prefix)
    return list_.register()


def fold_name(name: str) -> str:
    """Return a name as it is compared: no case, accents, titles or order of words.

    Examples
    --------
    >>> fold_name("Hj. Siti Aminah") == fold_name("AMINAH, SITI")
    True
    >>> fold_name("Moh. Yusuf") == fold_name("Muhammad Yusuf")
    True
    """
    words = name_words(name)
    # Sukirman bin Karto is the son and Karto bin Sukirman may be the father.
    father = next((n for n, word in enumerate(words) if word in _FATHER), len(words))
    by_length = sorted(words[:father], key=lambda word: (len(word) == 1, word))
    return " ".join([*by_length, *words[father:]])


def name_words(name: str) -> list[str]:
    """Return the words of a name in their order, without case, titles and degrees.

    A part behind a comma is put before the rest. H and M are Haji and Muhammad only at the head
    of a name; elsewhere they are initials, and another person's.

    Examples
    --------
    >>> name_words("Akbar, M."), name_words("H. Suparno, S.Pd"), name_words("Suparno H.")
    (['muhammad', 'akbar'], ['suparno'], ['suparno', 'h'])
    """
    rest, _, first = name.partition(",")
    behind = [] if "".join(words_of(first)) in _DEGREES else words_of(first)
    words = [w for w in behind + words_of(rest) if w not in _TITLES]
    if any(len(word) > 1 for word in words):
        while words[0] in _LEADING:
            words = [w for w in [_LEADING[words[0]], *words[1:]] if w]
    return ["muhammad" if w in _MUHAMMAD and len(words) > 1 else w for w in words]


def words_of(text: str) -> list[str]:
    """Return the words of a text as they are compared: no case, accents or signs."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return re.findall(r"[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c)))


def fold_group(group: str) -> str:
    """Return a group's name as it is compared: without KTH, Kelompok and the like."""
    words = words_of(group)
    return " ".join([w for w in words if w not in _GROUP_WORDS] or words)


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


_Merged = Mapping[tuple[int, int], int]
"""Row and column (from 0) of a cell that is merged into the one above → row of that one."""


def _merged_cells(file: Path) -> dict[str, _Merged]:
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


def _merged_below(ranges: Iterable[CellRange]) -> _Merged:
    return {
        (row, block.min_col - 1): block.min_row
        for block in ranges
        for row in range(block.min_row + 1, block.max_row + 1)
    }


def _heading(sheet: Sheet) -> tuple[int, dict[str, int]] | None:
    for place, row in enumerate(sheet.rows[:30]):
        columns = _columns(row)
        if "name" in columns and len(columns) > 1:
            return place, columns
    return None


def _columns(row: Row) -> dict[str, int]:
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
        self, sheet: Sheet, place: int, columns: Mapping[str, int], merged: _Merged, prefix: str
    ) -> None:
        default_group = "" if re.fullmatch(r"(?i)(sheet|lembar)?\s*\d*", sheet.name) else sheet.name
        rows = {row.number: row for row in sheet.rows}
        for row in sheet.rows[place + 1 :]:
            said = {role: row.cell(at) for role, at in columns.items()}
            cut = frozenset(role for role, at in columns.items() if at in row.cut)
            if "".join(words_of(said["name"])) in _TOTALS:
                continue
            label = f"{prefix}row {row.number}"
            if not said["name"] or _NUMBER_FOR_NAME.fullmatch(said["name"]):
                self._refuse(label, said)
                continue
            for role, at in columns.items():
                above = rows.get(merged.get((row.number, at), 0))
                if role in _SHARED and not said[role] and above is not None:
                    said[role] = above.cell(at)
                    cut |= {role} if at in above.cut else set()
                    self._note(label, "cell_merged", what=_SHARED[role], row=above.number)
            self._add(row.number, label, said, default_group, cut)

    def _refuse(self, label: str, said: Mapping[str, str]) -> None:
        # A row with a number or a parcel but no name is a person lost; other rows are remarks.
        if any(said.get(role) for role in ("name", "nik", "kk", "parcel_ids")):
            self.rejected.append(
                Rejection(
                    source=self.source, feature=label, code="H04", reason="member_without_name"
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
            for role, what in _NUMBERS
        )
        for role, what in _NUMBERS:
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
        plain = re.sub(r"(?<=^\d{16})\.0+$", "", written)
        digits = unicodedata.normalize("NFKC", re.sub(r"[\s.'’‘`´\"=_/-]", "", plain))
        fault = _fault_of(digits, dated=what == "NIK")
        if fault:
            self._note(label, fault, what=what, digits=len(digits))
        return digits

    def _note(self, label: str, rule: str, **facts: str | int) -> None:
        self.repairs.append(Repair(source=self.source, feature=label, rule=rule, facts=facts))

    def register(self) -> Register:
        table = pd.DataFrame(self.rows)
        if table.empty:
            table = pd.DataFrame(columns=list(MEMBER_COLUMNS))
        for role, what in _NUMBERS:
            self._leave_out_cut(table, role, what)
        table["household"] = _households(table)
        self._note_repeated(table)
        return Register(table[list(MEMBER_COLUMNS)], tuple(self.repairs), tuple(self.rejected))

    def _leave_out_cut(self, table: pd.DataFrame, role: str, what: str) -> None:
        # A text table that a spreadsheet saved keeps 15 digits of each number and a zero.
        whole = table[table[role].map(lambda number: bool(_WHOLE.fullmatch(number)))]
        if len(whole) >= _CUT_ROWS and whole[role].str.endswith("0").all():
            for number in whole["row"]:
                self._note(str(number), "number_in_exponent", what=what, digits=15)
            table.loc[whole.index, role] = ""

    def _note_repeated(self, table: pd.DataFrame) -> None:
        stated = table[table["nik"] != ""]
        for _, same in stated.groupby("nik", sort=False):
            rows = tuple(str(r) for r in same["row"])
            label = f"row {rows[-1]}"
            if len({fold_group(group) for group in same["group"]}) > 1:
                groups = tuple(dict.fromkeys(same["group"]))
                self._note(
                    label, "member_in_two_groups", rows=", ".join(rows), groups=", ".join(groups)
                )
            elif len(same) > 1:
                self._note(label, "member_twice", rows=", ".join(rows))


# A NIK, KK or phone number in the column of names: as a name it would be shown to everybody.
_NUMBER_FOR_NAME = re.compile(r"(?i)[^\w]*(?:\d[^\w]*){9,}|\d([.,]\d+)?E\+?\d+")


_SHARED = {"kk": "No. KK", "group": "Kelompok", "pekon": "Pekon"}
"""Columns whose cells people merge over the members of a family or a group."""


# One number of ten ends in 0; that this many all do by chance happens once in 100,000 lists.
_CUT_ROWS = 5


_NUMBERS = (("nik", "NIK"), ("kk", "No. KK"))


def _fault_of(digits: str, *, dated: bool) -> str:
    if re.fullmatch(r"(?i)\d+(,\d+)?e\+?\d+", digits):
        return "number_in_exponent"
    found = _NUMBER.fullmatch(digits)
    if found is None:
        return "number_length"
    day, month = int(found[1]), int(found[2])
    day -= _WOMAN_DAY if day > _WOMAN_DAY else 0
    if dated and not _is_date(day, month):
        return "birth_date_impossible"
    return "" if digits[:2] in _PROVINCES and digits[2:4] != "00" else "region_unknown"


def _is_date(day: int, month: int) -> bool:
    # The two digits of the year do not tell the century, so 29 February may always be.
    return 1 <= month <= 12 and 1 <= day <= monthrange(2000, month)[1]


def _codes(text: str) -> tuple[str, ...]:
    return tuple(c.strip() for c in re.split(r"[,;/\n]|\sdan\s", text) if c.strip())


def _households(table: pd.DataFrame) -> list[str]:
    """One code a family card, numbered by its first row: ``RL-K012``."""
    codes: dict[tuple[str, ...], str] = {}
    counts: dict[str, int] = defaultdict(int)
    prefixes = _prefixes(table["group"])
    households = []
    columns = table[["kk", "nik", "group", "name"]].itertuples(index=False)
    for kk, nik, group, name in columns:
        key = _household_key(kk, nik, group, name)
        if key not in codes:
            prefix = prefixes[group]
            counts[prefix] += 1
            codes[key] = f"{prefix}-K{counts[prefix]:03d}"
        households.append(codes[key])
    return households


def _household_key(kk: str, nik: str, group: str, name: str) -> tuple[str, ...]:
    # A damaged number is no identity: two lost tails would make strangers one family.
    if _WHOLE.fullmatch(kk):
        return ("kk", kk)
    if _WHOLE.fullmatch(nik):
        return ("nik", nik)
    return ("name", fold_group(group), fold_name(name))


def _prefixes(groups: Iterable[str]) -> dict[str, str]:
    prefixes: dict[str, str] = {}
    for group in dict.fromkeys(groups):
        initials = "".join(w[0] for w in fold_group(group).split())[:3].upper() or "A"
        taken, n = set(prefixes.values()), 1
        prefix = initials
        while prefix in taken:
            n += 1
            prefix = f"{initials}{n}"
        prefixes[group] = prefix
    return prefixes
