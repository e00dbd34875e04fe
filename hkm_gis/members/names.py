"""Names of people and groups as they are compared: no case, titles or order of words."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["fold_group", "fold_name", "name_words", "words_of"]

_TITLES = {"hi", "hj", "haji", "hajah", "bpk", "bapak", "pak", "ibu", "bu", "drs", "ir", "kh"}


_MUHAMMAD = {"md", "moh", "muh", "mohd", "muhd", "moch", "mohamad", "mohammad", "mochamad"}
_MUHAMMAD |= {"muhamad", "muhammad", "mochammad", "mokhamad"}


# Letters that stand for a word before a name and are an initial behind it: H. Suparno, Suparno H.
_LEADING = {"h": "", "m": "muhammad"}


_DEGREES = {"spd", "spdi", "sag", "sp", "se", "sh", "st", "sip", "ssos", "skom", "shut", "amd"}


_FATHER = {"bin", "binti"}


_GROUP_WORDS = {"kth", "kelompok", "tani", "hutan", "gapoktan", "gapoktanhut", "poktan"}


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
    behind = words_of(first)
    if "".join(behind) in _DEGREES:
        behind = []
    words = [w for w in behind + words_of(rest) if w not in _TITLES]
    if any(len(word) > 1 for word in words):
        while words[0] in _LEADING:
            words = [w for w in [_LEADING[words[0]], *words[1:]] if w]
    return ["muhammad" if w in _MUHAMMAD and len(words) > 1 else w for w in words]


def words_of(text: str) -> list[str]:
    """Return the words of a text as they are compared: no case, accents or signs."""
    plain = text.casefold()
    if not plain.isascii():
        spelled = unicodedata.normalize("NFKD", text).casefold()
        plain = "".join(sign for sign in spelled if not unicodedata.combining(sign))
    return re.findall(r"[a-z0-9]+", plain)


def fold_group(group: str) -> str:
    """Return a group's name as it is compared: without KTH, Kelompok and the like."""
    words = words_of(group)
    return " ".join([w for w in words if w not in _GROUP_WORDS] or words)
