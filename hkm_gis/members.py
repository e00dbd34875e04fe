"""The member register, and whose parcel is whose."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import pandas as pd

from hkm_gis.errors import FileError, TableError
from hkm_gis.files import Limits, Refusal, local_path, read_content, sniff
from hkm_gis.readers.rows import Row, Sheet, read_csv, read_xlsx
from hkm_gis.record import Rejection, Repair

__all__ = ["MEMBER_COLUMNS", "Register", "fold_name", "match_members", "read_members"]

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
_WHOLE = re.compile(r"\d{16}")
# Below this share of equal letters two names are two people; above it, a person must decide.
_SIMILAR_PCT = 85.0
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
        the group; a member without one is a household of their own. Doubtful numbers are kept as
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
    headed = [(sheet, *found) for sheet in sheets if (found := _heading(sheet)) is not None]
    if not headed:
        raise TableError("members_no_heading", path=file.name)
    list_ = _MemberList(file.name)
    for sheet, place, columns in headed:
        list_.read(sheet, place, columns)
    return list_.register()


def match_members(parcels: gpd.GeoDataFrame, register: Register) -> gpd.GeoDataFrame:
    """Say whose parcel is whose.

    Parameters
    ----------
    parcels
        The parcel table.
    register
        The member list.

    Returns
    -------
    GeoDataFrame
        The parcels with ``household``, ``member`` and ``match`` filled in: ``id`` where the
        register states the parcel's code, ``name`` where exactly one member of the group has the
        name, ``doubtful`` where a person must decide (left as it was), ``none`` where nobody fits.
    """
    index = _Index(register.table)
    found = [
        index.find(parcel_id, group, member)
        for parcel_id, group, member in zip(
            parcels["parcel_id"], parcels["group"], parcels["member"], strict=True
        )
    ]
    sure = [row if how in ("id", "name") else None for how, row in found]
    table = register.table
    return parcels.assign(
        household=_taken(sure, table["household"], parcels["household"]),
        member=_taken(sure, table["name"], parcels["member"]),
        match=[how for how, _ in found],
    )


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


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text).casefold()
    return re.findall(r"[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c)))


def _fold_group(group: str) -> str:
    words = _words(group)
    return " ".join([w for w in words if w not in _GROUP_WORDS] or words)


def _sheets(file: Path) -> list[Sheet]:
    limits = Limits()
    try:
        content = read_content(file, limits)
        return (
            list(read_xlsx(content, limits))
            if sniff(file) == "xlsx"
            else [read_csv(content, limits)]
        )
    except Refusal as refusal:
        raise FileError("members_unreadable", path=file.name) from refusal


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

    def read(self, sheet: Sheet, place: int, columns: Mapping[str, int]) -> None:
        default_group = "" if re.fullmatch(r"(?i)(sheet|lembar)?\s*\d*", sheet.name) else sheet.name
        for row in sheet.rows[place + 1 :]:
            said = {role: _cell(row, at) for role, at in columns.items()}
            cut = frozenset(role for role, at in columns.items() if at in row.cut)
            if "".join(_words(said["name"])) in _TOTALS:
                continue
            label = f"{sheet.name} {row.number}".strip()
            if not said["name"]:
                self._refuse(label, said)
                continue
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


_NUMBERS = (("nik", "NIK"), ("kk", "No. KK"))


def _fault_of(digits: str, *, dated: bool) -> str:
    if re.fullmatch(r"(?i)\d+(,\d+)?e\+?\d+", digits):
        return "number_in_exponent"
    found = _NUMBER.fullmatch(digits)
    if found is None:
        return "number_length"
    day, month = int(found[1]), int(found[2])
    day -= _WOMAN_DAY if day > _WOMAN_DAY else 0
    return "" if not dated or (1 <= day <= 31 and 1 <= month <= 12) else "birth_date_impossible"


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


class _Index:
    """The register by what a parcel may be known by."""

    def __init__(self, table: pd.DataFrame) -> None:
        self._by_id: dict[str, list[int]] = defaultdict(list)
        self._by_name: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._anywhere: dict[str, list[int]] = defaultdict(list)
        self._groups: dict[str, list[str]] = defaultdict(list)
        self._group_of: list[str] = []
        for place, row in enumerate(table.to_dict("records")):
            group, name = _fold_group(str(row["group"])), fold_name(str(row["name"]))
            self._group_of.append(group)
            self._by_name[group, name].append(place)
            self._anywhere[name].append(place)
            self._groups[group].append(name)
            for code in row["parcel_ids"]:
                self._by_id[code.casefold()].append(place)
        self._household = list(table["household"])

    def find(self, parcel_id: str, group: str, member: str) -> tuple[str, int | None]:
        """Return how the member of a parcel was found, and the row of the register."""
        group, name = _fold_group(group), fold_name(member)
        stated = self._of_group(self._by_id.get(parcel_id.casefold(), ()), group)
        if self._one_household(stated):
            return "id", stated[0]
        if stated:
            return "doubtful", None
        if not name:
            return "none", None
        named = self._by_name.get((group, name), []) or self._by_name.get(("", name), [])
        if self._one_household(named):
            return "name", named[0]
        if named or name in self._anywhere or self._similar(group, name):
            return "doubtful", None
        return "none", None

    def _of_group(self, places: Sequence[int], group: str) -> list[int]:
        own = [p for p in places if self._group_of[p] in (group, "")]
        return own or list(places)

    def _one_household(self, places: Sequence[int]) -> bool:
        return len({self._household[p] for p in places}) == 1

    def _similar(self, group: str, name: str) -> bool:
        from rapidfuzz import fuzz, process

        known = self._groups.get(group, []) + self._groups.get("", [])
        best = process.extractOne(name, known, scorer=fuzz.ratio, score_cutoff=_SIMILAR_PCT)
        return best is not None


def _taken(
    rows: Iterable[int | None], known: pd.Series[str], otherwise: Iterable[str]
) -> Iterator[str] | list[str]:
    values = known.tolist()
    return [
        other if row is None else values[row] for row, other in zip(rows, otherwise, strict=True)
    ]
