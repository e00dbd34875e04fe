"""What a person types on the page, written where a project keeps it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from hkm_gis.starter.filling import set_group, set_words, typed_number

__all__ = ["ANSWERS", "note_answer"]


def _words(typed: str) -> str:
    return " ".join(typed.split())


def _hectares(typed: str) -> float:
    return typed_number(typed) if typed.strip() else 0.0  # 0: nobody knows


def _scale(typed: str) -> int:
    return int(typed_number(typed))


Reading = Callable[[str], str | float | int]

ANSWERS: Mapping[str, Mapping[str, Reading]] = {
    "forest": {"name": _words, "stated_ha": _hectares, "map_scale": _scale, "source": _words},
    "place": {"kabupaten": _words, "provinsi": _words, "kph": _words},
    "groups": {"pekon": _words, "kecamatan": _words, "ketua": _words, "kepala_pekon": _words},
}
"""What the page asks, by the table of ``hkm.toml``, and how each answer is read."""


def note_answer(home: Path, table: str, key: str, typed: str, *, group: str = "") -> None:
    """Write one answer into ``hkm.toml``; an empty one takes back what was said.

    Raises
    ------
    KeyError
        The page asks no such thing.
    HkmError
        A number is wanted and ``typed`` is none.
    """
    answer = ANSWERS[table][key](typed)
    if table == "groups":
        set_group(home, group, **{key: str(answer)})
    else:
        set_words(home, table, **{key: answer})
