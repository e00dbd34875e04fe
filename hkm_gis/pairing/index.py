"""The register by what a parcel may be known by: codes, names, and names alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from hkm_gis.members import fold_group, fold_name, name_words

__all__ = ["Pairing", "RegisterIndex"]

# Below this share of equal letters two names are two people; above it, a person must decide.
_SIMILAR_PCT = 85.0
_CANDIDATES = 5  # similar names offered; a longer list would not be read

# Spellings of before 1972, and what is written for them now.
_OLD_SPELLINGS = (("oe", "u"), ("tj", "c"), ("dj", "j"))
# J stood for today's Y, but is also a letter of its own: Jani is another name than Yani.
_OLD_Y = ("y", "j")

_LETTERS_OF_A_WORD = 3
_LETTERS_OF_TWO_WORDS = 8  # of fewer, strangers may share all


class Pairing(NamedTuple):
    """How the farmer of a parcel was found, and who it is or may be (places in the register)."""

    how: str
    place: int | None = None
    candidates: tuple[int, ...] = ()
    reason: str = ""
    name: str = ""


class RegisterIndex:
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

    def find(self, parcel_id: str, group: str, member: str) -> Pairing:
        """Return how the member of a parcel was found, and the row of the register."""
        group, name, words = fold_group(group), fold_name(member), name_words(member)
        stated = self._of_group(self._by_id.get(parcel_id.casefold(), ()), group)
        if self._one_household(stated):
            return Pairing("id", stated[0])
        if stated:
            return Pairing("doubtful", None, tuple(stated), "code_shared", name)
        if not name:
            return Pairing("none")
        named = self._by_name.get((group, name), []) or self._by_name.get(("", name), [])
        # Muhammad is left out so often that Suparman may be Muhammad Suparman, if both are listed.
        longer = self._by_name.get((group, fold_name(f"muhammad {name}")), []) if named else []
        if self._one_household([*named, *longer]):
            return Pairing("name", named[0])
        if self._one_household(named):
            return Pairing("doubtful", None, (*named, *longer), "part_of_name", name)
        respelt = [] if name in self._anywhere else self._respelt(group, words)
        if self._one_household(respelt):
            return Pairing("name", respelt[0])
        return self._doubtful(group, name, _letters(words), named)

    def _respelt(self, group: str, words: Sequence[str]) -> Sequence[int]:
        """Return who has the same name of two words, but for old spelling and spaces."""
        letters = _letters(words)
        same = self._by_letters.get((group, letters), []) or self._by_letters.get(("", letters), [])
        sure = _has_two_words(words) or any(self._two_words[place] for place in same)
        return same if sure else []

    def _doubtful(self, group: str, name: str, letters: str, named: Sequence[int]) -> Pairing:
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
            return Pairing("none")
        return Pairing("doubtful", None, candidates, reason, name)

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
