"""The member register, and whose parcel is whose."""

from __future__ import annotations

import re
import unicodedata
import warnings
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple
from zipfile import ZipFile

import geopandas as gpd
import pandas as pd

from hkm_gis.errors import FileError, TableError
from hkm_gis.files import Limits, Refusal, local_path, read_content, sniff
from hkm_gis.readers.rows import Row, Sheet, read_csv, read_xlsx
from hkm_gis.record import Rejection, Repair
from hkm_gis.text import LANGUAGES, phrase

if TYPE_CHECKING:  # openpyxl is imported where a workbook is read
    from openpyxl.worksheet.cell_range import CellRange

__all__ = [
    "MEMBER_COLUMNS",
    "PAIR_COLUMNS",
    "Decision",
    "Register",
    "doubtful_matches",
    "fold_name",
    "match_members",
    "note_lost_decisions",
    "read_decisions",
    "read_members",
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

PAIR_COLUMNS = (
    "parcel_id",
    "group",  # of the parcel
    "member",  # name of the parcel's farmer, as its file or the file's own name says it
    "candidate",  # a member it may be, as the list writes the name
    "candidate_group",
    "row",  # int, row of the candidate on the list
    "similarity_pct",  # float: equal letters of the two names, 100 where they are the same
    "reason",  # why it is not sure; its words are ``pairs.reason.<reason>`` in text/
    "choice",  # what a person has decided: "", "ya" or "tidak"
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
_WHOLE = re.compile(r"\d{16}")
# Below this share of equal letters two names are two people; above it, a person must decide.
_SIMILAR_PCT = 85.0
# A list of 10,000 members has half of this; the cells of a larger one take too long to look at.
_MERGED_BYTES = 2**20
_CANDIDATES = 5  # similar names offered; a longer list would not be read
# Words in the name of a file that are no part of a person's name.
_FILE_WORDS = {"andil", "lahan", "kebun", "petak", "garapan", "milik", "punya", "peta", "batas"}
_FILE_WORDS |= {"track", "tracks", "jalur", "gps", "gpx", "kml", "area", "poligon", "polygon"}
# Spellings of before 1972, and what is written for them now; J then stood for today's Y.
_OLD_SPELLINGS = (("oe", "u"), ("tj", "c"), ("dj", "j"), ("y", "j"))
_YES = {"ya", "y", "yes", "iya", "benar", "betul", "v", "x", "1"}
_NO = {"tidak", "t", "tdk", "no", "n", "bukan", "salah", "0"}
_TOTALS = {"jumlah", "total", "jumlahtotal"}
_TITLES = {"h", "hj", "haji", "hajah", "bpk", "bapak", "pak", "ibu", "bu", "drs", "ir", "kh"}
_MUHAMMAD = {"m", "md", "moh", "muh", "mohd", "muhd", "moch", "mohamad", "mohammad", "mochamad"}
_MUHAMMAD |= {"muhamad", "muhammad", "mochammad", "mokhamad"}
_GROUP_WORDS = {"kth", "kelompok", "tani", "hutan", "gapoktan", "gapoktanhut", "poktan"}


@dataclass(frozen=True, slots=True)
class Register:
    """The member list of one or more groups; private columns never leave the office."""

    table: pd.DataFrame
    repairs: tuple[Repair, ...] = ()
    rejected: tuple[Rejection, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person has answered in one row of the sheet of doubtful pairs.

    Attributes
    ----------
    parcel_id, member
        The parcel, and its farmer's name as its file says it.
    candidate, candidate_group, row
        The member of the list: name, group, and row of the list.
    choice
        ``ya``, ``tidak``, or what else was written.
    source, line
        The file of the sheet, and the row in it.
    """

    parcel_id: str
    member: str
    candidate: str
    candidate_group: str
    row: int
    choice: str
    source: str = ""
    line: int = 0


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
    sheets = _sheets(file)
    merged = _merged_cells(file)
    headed = [(sheet, *found) for sheet in sheets if (found := _heading(sheet)) is not None]
    if not headed:
        raise TableError("members_no_heading", path=file.name)
    list_ = _MemberList(file.name)
    for sheet, place, columns in headed:
        list_.read(sheet, place, columns, merged.get(sheet.name, {}))
    return list_.register()


def match_members(
    parcels: gpd.GeoDataFrame, register: Register, *, decisions: Sequence[Decision] = ()
) -> gpd.GeoDataFrame:
    """Say whose parcel is whose.

    Parameters
    ----------
    parcels
        The parcel table.
    register
        The member list.
    decisions
        What a person has decided about doubtful parcels, as `read_decisions` returns it.

    Returns
    -------
    GeoDataFrame
        The parcels with ``household``, ``member`` and ``match`` filled in: ``id`` where the
        register states the parcel's code, ``name`` where exactly one member of the group has the
        name, ``decided`` where a person has said so, ``doubtful`` where a person must decide
        (left as it was), ``none`` where nobody fits.

    Notes
    -----
    A parcel without a name is looked for by the name of its file; that is sure only where the
    file holds no second such parcel.
    """
    table = register.table
    found = list(_find_all(parcels, register, decisions))
    sure = [pairing.place for pairing in found]
    return parcels.assign(
        household=_taken(sure, table["household"], parcels["household"]),
        member=_taken(sure, table["name"], parcels["member"]),
        match=[pairing.how for pairing in found],
    )


def doubtful_matches(
    parcels: gpd.GeoDataFrame, register: Register, *, decisions: Sequence[Decision] = ()
) -> pd.DataFrame:
    """List the parcels whose farmer is not sure, with every member it may be.

    Parameters
    ----------
    parcels
        The parcel table as it was before `match_members`: names as the files say them.
    register
        The member list.
    decisions
        What has been decided already; it stands in ``choice``, so that the list is always whole.

    Returns
    -------
    DataFrame
        One row for each parcel and candidate, columns `PAIR_COLUMNS`; no NIK, KK or phone.
    """
    answers = _Answers(register, decisions)
    names, groups, lines = (register.table[c].tolist() for c in ("name", "group", "row"))
    rows = []
    found = _find_all(parcels, register, ())
    columns = (parcels["parcel_id"], parcels["group"], _names_said(parcels))
    for parcel_id, group, member, pairing in zip(*columns, found, strict=True):
        for place in pairing.candidates:
            similarity_pct = _similarity_pct(pairing.name, names[place])
            candidate = (names[place], groups[place], lines[place], similarity_pct)
            choice = answers.choice(parcel_id, member, place)
            rows.append((parcel_id, group, member, *candidate, pairing.reason, choice))
    return pd.DataFrame(rows, columns=list(PAIR_COLUMNS))


def read_decisions(path: str | Path) -> tuple[Decision, ...]:
    """Read the sheet of doubtful pairs that a person has filled in.

    Parameters
    ----------
    path
        XLSX or CSV with the headings of the sheet in either language.

    Returns
    -------
    tuple of Decision
        One for each row with an answer; rows without one are still open.

    Raises
    ------
    FileError
        The file is missing, or is no table.
    TableError
        No sheet has the headings.
    """
    file = local_path(path)
    for sheet in _sheets(file, "decisions_unreadable"):
        for place, row in enumerate(sheet.rows[:30]):
            columns = _pair_columns(row)
            if set(_DECIDED_BY) <= set(columns):
                answered = (_decision(r, columns, file.name) for r in sheet.rows[place + 1 :])
                return tuple(decision for decision in answered if decision.choice)
    raise TableError("decisions_no_heading", path=file.name)


def note_lost_decisions(
    parcels: gpd.GeoDataFrame, register: Register, decisions: Sequence[Decision]
) -> Register:
    """Return the register with a repair on record for each decision that no longer counts.

    A decision counts while the parcel bears the same name, the member is on the list, the answer
    is yes or no, and no second yes names another household.
    """
    answers = _Answers(register, decisions)
    names = dict(zip(parcels["parcel_id"], map(fold_name, _names_said(parcels)), strict=True))
    lost = tuple(
        Repair(
            source=decision.source,
            feature=str(decision.line),
            rule=rule,
            facts={"parcel": decision.parcel_id, "candidate": decision.candidate},
        )
        for decision in decisions
        if (rule := answers.fault(decision, names))
    )
    return replace(register, repairs=register.repairs + lost)


def fold_name(name: str) -> str:
    """Return a name as it is compared: no case, accents, titles or order of words.

    Examples
    --------
    >>> fold_name("Hj. Siti Aminah") == fold_name("AMINAH, SITI")
    True
    >>> fold_name("Moh. Yusuf") == fold_name("Muhammad Yusuf")
    True
    """
    words = [w for w in _words(name) if w not in _TITLES]
    words = ["muhammad" if w in _MUHAMMAD and len(words) > 1 else w for w in words]
    return " ".join(sorted(words))


def _sound(folded: str) -> str:
    for old, new in _OLD_SPELLINGS:
        folded = folded.replace(old, new)
    return " ".join(sorted(folded.split()))


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text).casefold()
    return re.findall(r"[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c)))


def _fold_group(group: str) -> str:
    words = _words(group)
    return " ".join([w for w in words if w not in _GROUP_WORDS] or words)


def _sheets(file: Path, error: str = "members_unreadable") -> list[Sheet]:
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
    folded = ["".join(_words(cell)) for cell in row.cells]
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

    def read(self, sheet: Sheet, place: int, columns: Mapping[str, int], merged: _Merged) -> None:
        default_group = "" if re.fullmatch(r"(?i)(sheet|lembar)?\s*\d*", sheet.name) else sheet.name
        rows = {row.number: row for row in sheet.rows}
        for row in sheet.rows[place + 1 :]:
            said = {role: _cell(row, at) for role, at in columns.items()}
            cut = frozenset(role for role, at in columns.items() if at in row.cut)
            if "".join(_words(said["name"])) in _TOTALS:
                continue
            label = f"{sheet.name} {row.number}".strip()
            if not said["name"]:
                self._refuse(label, said)
                continue
            for role, at in columns.items():
                above = rows.get(merged.get((row.number, at), 0))
                if role in _SHARED and not said[role] and above is not None:
                    said[role] = _cell(above, at)
                    cut |= {role} if at in above.cut else set()
                    self._note(label, "cell_merged", what=_SHARED[role], row=above.number)
            self._add(row.number, label, said, default_group, cut)

    def _refuse(self, label: str, said: Mapping[str, str]) -> None:
        # A row with a number or a parcel but no name is a person lost; other rows are remarks.
        if any(said.get(role) for role in ("nik", "kk", "parcel_ids")):
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
        digits = re.sub(r"[\s.'’-]", "", written)
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
        table["household"] = _households(table)
        self._note_repeated(table)
        return Register(table[list(MEMBER_COLUMNS)], tuple(self.repairs), tuple(self.rejected))

    def _note_repeated(self, table: pd.DataFrame) -> None:
        stated = table[table["nik"] != ""]
        for _, same in stated.groupby("nik", sort=False):
            rows = tuple(str(r) for r in same["row"])
            if len({_fold_group(group) for group in same["group"]}) > 1:
                groups = tuple(dict.fromkeys(same["group"]))
                self._note(
                    rows[-1], "member_in_two_groups", rows=", ".join(rows), groups=", ".join(groups)
                )
            elif len(same) > 1:
                self._note(rows[-1], "member_twice", rows=", ".join(rows))


_SHARED = {"kk": "No. KK", "group": "Kelompok", "pekon": "Pekon"}
"""Columns whose cells people merge over the members of a family or a group."""

_NUMBERS = (("nik", "NIK"), ("kk", "No. KK"))


def _fault_of(digits: str, *, dated: bool) -> str:
    if re.fullmatch(r"(?i)\d+(,\d+)?e\+?\d+", digits):
        return "number_in_exponent"
    found = _NUMBER.fullmatch(digits)
    if found is None:
        return "number_length"
    day, month = int(found[1]), int(found[2])
    day -= _WOMAN_DAY if day > _WOMAN_DAY else 0
    return "" if not dated or _is_date(day, month) else "birth_date_impossible"


def _is_date(day: int, month: int) -> bool:
    # The two digits of the year do not tell the century, so 29 February may always be.
    return 1 <= month <= 12 and 1 <= day <= monthrange(2000, month)[1]


def _cell(row: Row, column: int) -> str:
    return row.cells[column] if column < len(row.cells) else ""


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
    return ("name", _fold_group(group), fold_name(name))


def _prefixes(groups: Iterable[str]) -> dict[str, str]:
    prefixes: dict[str, str] = {}
    for group in dict.fromkeys(groups):
        initials = "".join(w[0] for w in _fold_group(group).split())[:3].upper() or "A"
        taken, n = set(prefixes.values()), 1
        prefix = initials
        while prefix in taken:
            n += 1
            prefix = f"{initials}{n}"
        prefixes[group] = prefix
    return prefixes


class _Pairing(NamedTuple):
    """How the farmer of a parcel was found, and who it is or may be (places in the register)."""

    how: str
    place: int | None = None
    candidates: tuple[int, ...] = ()
    reason: str = ""
    name: str = ""


class _Index:
    """The register by what a parcel may be known by."""

    def __init__(self, table: pd.DataFrame) -> None:
        self._by_id: dict[str, list[int]] = defaultdict(list)
        self._by_name: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._anywhere: dict[str, list[int]] = defaultdict(list)
        self._by_sound: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._groups: dict[str, list[int]] = defaultdict(list)
        self._group_of: list[str] = []
        self._names: list[str] = []
        for place, row in enumerate(table.to_dict("records")):
            group, name = _fold_group(str(row["group"])), fold_name(str(row["name"]))
            self._group_of.append(group)
            self._names.append(name)
            self._by_name[group, name].append(place)
            self._anywhere[name].append(place)
            self._by_sound[group, _sound(name)].append(place)
            self._groups[group].append(place)
            for code in row["parcel_ids"]:
                self._by_id[code.casefold()].append(place)
        self._household = list(table["household"])

    def find(self, parcel_id: str, group: str, member: str) -> _Pairing:
        """Return how the member of a parcel was found, and the row of the register."""
        group, name = _fold_group(group), fold_name(member)
        stated = self._of_group(self._by_id.get(parcel_id.casefold(), ()), group)
        if self._one_household(stated):
            return _Pairing("id", stated[0])
        if stated:
            return _Pairing("doubtful", None, tuple(stated), "code_shared", name)
        if not name:
            return _Pairing("none")
        named = self._by_name.get((group, name), []) or self._by_name.get(("", name), [])
        if self._one_household(named):
            return _Pairing("name", named[0])
        return self._doubtful(group, name, named)

    def _doubtful(self, group: str, name: str, named: Sequence[int]) -> _Pairing:
        candidates, reason = tuple(named), "same_name"
        if not candidates:
            candidates, reason = tuple(self._anywhere.get(name, ())), "other_group"
        if not candidates:
            sound = _sound(name)
            alike = self._by_sound.get((group, sound), []) or self._by_sound.get(("", sound), [])
            candidates, reason = tuple(alike), "old_spelling"
        if not candidates:
            candidates, reason = self._similar(group, name), "similar_name"
        if not candidates:
            return _Pairing("none")
        return _Pairing("doubtful", None, candidates, reason, name)

    def _of_group(self, places: Sequence[int], group: str) -> list[int]:
        own = [p for p in places if self._group_of[p] in (group, "")]
        return own or list(places)

    def _one_household(self, places: Sequence[int]) -> bool:
        return len({self._household[p] for p in places}) == 1

    def _similar(self, group: str, name: str) -> tuple[int, ...]:
        from rapidfuzz import fuzz, process

        places = self._groups.get(group, []) + (self._groups.get("", []) if group else [])
        known = [self._names[p] for p in places]
        best = process.extract(
            name, known, scorer=fuzz.ratio, score_cutoff=_SIMILAR_PCT, limit=_CANDIDATES
        )
        return tuple(places[at] for _, _, at in best)


class _Answers:
    """The decisions of a person, each with the place of its member in the register."""

    def __init__(self, register: Register, decisions: Sequence[Decision]) -> None:
        self._households = list(register.table["household"])
        self._places: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._rows = list(register.table["row"])
        for place, row in enumerate(register.table.to_dict("records")):
            key = fold_name(str(row["name"])), _fold_group(str(row["group"]))
            self._places[key].append(place)
        self._given: dict[tuple[str, str], dict[int, str]] = defaultdict(dict)
        for decision in decisions:
            known = self._place(decision)
            if known is not None and decision.choice in ("ya", "tidak"):
                self._given[_land_key(decision)][known] = decision.choice

    def _place(self, decision: Decision) -> int | None:
        key = fold_name(decision.candidate), _fold_group(decision.candidate_group)
        places = self._places.get(key, [])
        if len(places) == 1:  # the row may have moved since; name and group still say who
            return places[0]
        return next((p for p in places if self._rows[p] == decision.row), None)

    def choice(self, parcel_id: str, member: str, place: int) -> str:
        """Return what was said of one parcel and one member, empty if nothing."""
        return self._given.get((parcel_id, fold_name(member)), {}).get(place, "")

    def settle(self, parcel_id: str, member: str, pairing: _Pairing) -> _Pairing:
        """Return the pairing of a doubtful parcel after what a person has said of it."""
        given = self._given.get((parcel_id, fold_name(member)), {})
        chosen = _chosen(given)
        if self._agree(chosen):
            return _Pairing("decided", chosen[0])
        if not chosen and all(given.get(p) == "tidak" for p in pairing.candidates):
            return _Pairing("none")
        return pairing

    def fault(self, decision: Decision, names: Mapping[str, str]) -> str:
        """Return the rule that says why a decision does not count, empty if it does."""
        parcel_id, member = _land_key(decision)
        if names.get(parcel_id) != member:
            return "decision_without_parcel"
        if self._place(decision) is None:
            return "decision_without_member"
        if decision.choice not in ("ya", "tidak"):
            return "decision_not_understood"
        chosen = _chosen(self._given[parcel_id, member])
        contradicts = decision.choice == "ya" and not self._agree(chosen)
        return "decision_contradicts" if contradicts else ""

    def _agree(self, chosen: Sequence[int]) -> bool:
        return len({self._households[p] for p in chosen}) == 1


def _land_key(decision: Decision) -> tuple[str, str]:
    return decision.parcel_id, fold_name(decision.member)


def _chosen(given: Mapping[int, str]) -> list[int]:
    return [place for place, choice in given.items() if choice == "ya"]


def _find_all(
    parcels: gpd.GeoDataFrame, register: Register, decisions: Sequence[Decision]
) -> Iterator[_Pairing]:
    index, answers = _Index(register.table), _Answers(register, decisions)
    columns = (parcels["parcel_id"], parcels["group"], _names_said(parcels))
    for parcel_id, group, member, alone in zip(*columns, _stands_alone(parcels), strict=True):
        pairing = index.find(parcel_id, group, member)
        if pairing.how == "name" and pairing.place is not None and not alone:
            candidates = (pairing.place,)
            pairing = _Pairing("doubtful", None, candidates, "file_name", fold_name(member))
        if pairing.how == "doubtful":
            pairing = answers.settle(parcel_id, member, pairing)
        yield pairing


def _names_said(parcels: gpd.GeoDataFrame) -> list[str]:
    """Return the name of each parcel's farmer, from the name of the file where nothing says it."""
    columns = (parcels["member"], parcels["source"])
    return [
        str(member) or _name_of_file(str(source)) for member, source in zip(*columns, strict=True)
    ]


def _name_of_file(source: str) -> str:
    letters = re.findall(r"[^\W\d_]+", PurePosixPath(source).stem)
    return " ".join(word for word in letters if word.casefold() not in _FILE_WORDS)


def _stands_alone(parcels: gpd.GeoDataFrame) -> list[bool]:
    """Tell of each parcel whether it has a name, or is the only one of its file without."""
    nameless = parcels["member"] == ""
    count = parcels["source"].where(nameless).map(parcels["source"][nameless].value_counts())
    return [bool(alone) for alone in ~nameless | (count == 1)]


def _similarity_pct(folded: str, name: str) -> float:
    from rapidfuzz import fuzz

    return round(fuzz.ratio(folded, fold_name(name)), 1)


_DECIDED_BY = ("parcel_id", "member", "candidate", "candidate_group", "row", "choice")


def _pair_columns(row: Row) -> dict[str, int]:
    folded = ["".join(_words(cell)) for cell in row.cells]
    return {
        column: folded.index(word)
        for column in _DECIDED_BY
        for lang in LANGUAGES
        if (word := "".join(_words(phrase(f"pairs.column.{column}", lang)))) in folded
    }


def _decision(row: Row, columns: Mapping[str, int], source: str) -> Decision:
    said = {column: _cell(row, at) for column, at in columns.items()}
    number = said.pop("row")
    choice = said.pop("choice")
    return Decision(
        **said,
        row=int(number) if number.isdecimal() else 0,
        choice=_choice(choice),
        source=source,
        line=row.number,
    )


def _choice(written: str) -> str:
    word = " ".join(_words(written))
    if word in _YES:
        return "ya"
    return "tidak" if word in _NO else written


def _taken(
    rows: Iterable[int | None], known: pd.Series[str], otherwise: Iterable[str]
) -> Iterator[str] | list[str]:
    values = known.tolist()
    return [
        other if row is None else values[row] for row, other in zip(rows, otherwise, strict=True)
    ]
