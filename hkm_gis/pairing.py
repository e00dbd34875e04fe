"""Whose parcel is whose: by code, by name, and by what people decided where that is in doubt."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import geopandas as gpd
import pandas as pd

from hkm_gis.errors import TableError
from hkm_gis.files import local_path
from hkm_gis.members import (
    Register,
    fold_group,
    fold_name,
    name_words,
    read_sheets,
    words_of,
)
from hkm_gis.readers.rows import Row
from hkm_gis.record import Repair
from hkm_gis.text import LANGUAGES, phrase

__all__ = [
    "PAIR_COLUMNS",
    "Decision",
    "doubtful_matches",
    "match_members",
    "note_lost_decisions",
    "read_decisions",
]

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


# Below this share of equal letters two names are two people; above it, a person must decide.
_SIMILAR_PCT = 85.0


_CANDIDATES = 5  # similar names offered; a longer list would not be read


# Words in the name of a file that are no part of a person's name.
_FILE_WORDS = {"andil", "lahan", "kebun", "petak", "garapan", "milik", "punya", "peta", "batas"}
_FILE_WORDS |= {"track", "tracks", "jalur", "gps", "gpx", "kml", "area", "poligon", "polygon"}


# Spellings of before 1972, and what is written for them now.
_OLD_SPELLINGS = (("oe", "u"), ("tj", "c"), ("dj", "j"))


# J stood for today's Y, but is also a letter of its own: Jani is another name than Yani.
_OLD_Y = ("y", "j")


_LETTERS_OF_TWO_WORDS = 8  # of fewer, strangers may share all


_YES = {"ya", "y", "yes", "iya", "benar", "betul", "v", "x", "1"}


_NO = {"tidak", "t", "tdk", "no", "n", "bukan", "salah", "0"}


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
        register states the parcel's code, ``name`` where exactly one household of the group has
        the name, or has it of two words or more in the old spelling or with other spaces,
        ``decided`` where a person has said so, ``doubtful`` where a person must decide
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
    for sheet in read_sheets(file, "decisions_unreadable"):
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
            feature=f"row {decision.line}",
            rule=rule,
            facts={"parcel": decision.parcel_id, "candidate": decision.candidate},
        )
        for decision in decisions
        if (rule := answers.fault(decision, names))
    )
    return replace(register, repairs=register.repairs + lost)


def _sound(folded: str) -> str:
    return fold_name(_respelt(folded).replace(*_OLD_Y))


def _respelt(text: str) -> str:
    for old, new in _OLD_SPELLINGS:
        text = text.replace(old, new)
    return text


def _letters(words: Sequence[str]) -> str:
    """Return a name as one word in today's spelling: Sri Hartini is Srihartini."""
    return _respelt("".join(words))


def _has_two_words(words: Sequence[str]) -> bool:
    own = [word for word in words if len(word) > 1 and word != "muhammad"]
    return len(own) > 1 and sum(map(len, own)) >= _LETTERS_OF_TWO_WORDS


def _is_part(short: str, long: str) -> bool:
    """Say whether every word of one name stands in another, an initial for its word."""
    left, words = long.split(), short.split()
    for word in words:
        same = next((w for w in left if w == word or (len(word) == 1 and w[0] == word)), None)
        if same is None:
            return False
        left.remove(same)
    return any(len(word) >= _LETTERS_OF_A_WORD and word != "muhammad" for word in words)


_LETTERS_OF_A_WORD = 3


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
        self._by_letters: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._groups: dict[str, list[int]] = defaultdict(list)
        self._group_of: list[str] = []
        self._names: list[str] = []
        self._two_words: list[bool] = []
        for place, row in enumerate(table.to_dict("records")):
            group, name = fold_group(str(row["group"])), fold_name(str(row["name"]))
            words = name_words(str(row["name"]))
            self._group_of.append(group)
            self._names.append(name)
            self._by_letters[group, _letters(words)].append(place)
            self._two_words.append(_has_two_words(words))
            self._by_name[group, name].append(place)
            self._anywhere[name].append(place)
            self._by_sound[group, _sound(name)].append(place)
            self._groups[group].append(place)
            for code in row["parcel_ids"]:
                self._by_id[code.casefold()].append(place)
        self._household = list(table["household"])

    def find(self, parcel_id: str, group: str, member: str) -> _Pairing:
        """Return how the member of a parcel was found, and the row of the register."""
        group, name, words = fold_group(group), fold_name(member), name_words(member)
        stated = self._of_group(self._by_id.get(parcel_id.casefold(), ()), group)
        if self._one_household(stated):
            return _Pairing("id", stated[0])
        if stated:
            return _Pairing("doubtful", None, tuple(stated), "code_shared", name)
        if not name:
            return _Pairing("none")
        named = self._by_name.get((group, name), []) or self._by_name.get(("", name), [])
        # Muhammad is left out so often that Suparman may be Muhammad Suparman, if both are listed.
        longer = self._by_name.get((group, fold_name(f"muhammad {name}")), []) if named else []
        if self._one_household([*named, *longer]):
            return _Pairing("name", named[0])
        if self._one_household(named):
            return _Pairing("doubtful", None, (*named, *longer), "part_of_name", name)
        respelt = [] if name in self._anywhere else self._respelt(group, words)
        if self._one_household(respelt):
            return _Pairing("name", respelt[0])
        return self._doubtful(group, name, _letters(words), named)

    def _respelt(self, group: str, words: Sequence[str]) -> Sequence[int]:
        """Return who has the same name of two words, but for old spelling and spaces."""
        letters = _letters(words)
        same = self._by_letters.get((group, letters), []) or self._by_letters.get(("", letters), [])
        sure = _has_two_words(words) or any(self._two_words[place] for place in same)
        return same if sure else []

    def _doubtful(self, group: str, name: str, letters: str, named: Sequence[int]) -> _Pairing:
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
            same = self._by_letters.get((group, letters), ())
            candidates, reason = tuple(same), "similar_name"
        if not candidates:
            candidates, reason = self._part_of(group, name), "part_of_name"
        if not candidates:
            return _Pairing("none")
        return _Pairing("doubtful", None, candidates, reason, name)

    def _of_group(self, places: Sequence[int], group: str) -> list[int]:
        own = [p for p in places if self._group_of[p] in (group, "")]
        return own or list(places)

    def _one_household(self, places: Sequence[int]) -> bool:
        return len({self._household[p] for p in places}) == 1

    def _part_of(self, group: str, name: str) -> tuple[int, ...]:
        same = [
            place
            for place in self._groups.get(group, [])
            if _is_part(name, self._names[place]) or _is_part(self._names[place], name)
        ]
        return tuple(same) if len(same) <= _CANDIDATES else ()

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
            key = fold_name(str(row["name"])), fold_group(str(row["group"]))
            self._places[key].append(place)
        self._given: dict[tuple[str, str], dict[int, str]] = defaultdict(dict)
        for decision in decisions:
            known = self._place(decision)
            if known is not None and decision.choice in ("ya", "tidak"):
                self._given[_land_key(decision)][known] = decision.choice

    def _place(self, decision: Decision) -> int | None:
        key = fold_name(decision.candidate), fold_group(decision.candidate_group)
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
    folded = ["".join(words_of(cell)) for cell in row.cells]
    return {
        column: folded.index(word)
        for column in _DECIDED_BY
        for lang in LANGUAGES
        if (word := "".join(words_of(phrase(f"pairs.column.{column}", lang)))) in folded
    }


def _decision(row: Row, columns: Mapping[str, int], source: str) -> Decision:
    said = {column: row.cell(at) for column, at in columns.items()}
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
    word = " ".join(words_of(written))
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
