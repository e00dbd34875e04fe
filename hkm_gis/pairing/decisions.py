"""What people decided about doubtful pairs: the sheet that is read back, and what of it counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hkm_gis.errors import TableError
from hkm_gis.files import local_path
from hkm_gis.members import Register, fold_group, fold_name, words_of
from hkm_gis.pairing.index import Pairing
from hkm_gis.readers.lists import find_heading, read_sheets
from hkm_gis.readers.rows import Row
from hkm_gis.text import LANGUAGES, phrase

__all__ = ["Answers", "Decision", "read_decisions"]

_DECIDED_BY = ("parcel_id", "member", "candidate", "candidate_group", "row", "choice")
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
        found = find_heading(sheet, _pair_columns, lambda known: set(_DECIDED_BY) <= set(known))
        if found:
            columns, below = found
            answered = (_decision(row, columns, file.name) for row in below)
            return tuple(decision for decision in answered if decision.choice)
    raise TableError("decisions_no_heading", path=file.name)


class Answers:
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

    def settle(self, parcel_id: str, member: str, pairing: Pairing) -> Pairing:
        """Return the pairing of a doubtful parcel after what a person has said of it."""
        given = self._given.get((parcel_id, fold_name(member)), {})
        chosen = _chosen(given)
        if self._agree(chosen):
            return Pairing("decided", chosen[0])
        if not chosen and all(given.get(p) == "tidak" for p in pairing.candidates):
            return Pairing("none")
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
