"""Every word that a farmer, facilitator or officer reads, in Indonesian and English."""

from __future__ import annotations

import datetime as dt
import math
import os
import string
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import zip_longest
from typing import Literal

__all__ = [
    "LANGUAGES",
    "Sentence",
    "default_language",
    "fill",
    "named_language",
    "number",
    "phrase",
    "say",
    "written_date",
    "written_degrees",
]

LANGUAGES = ("id", "en")

# Decimals by unit: hectares to 100 m² as Indonesian permits print them, metres to what a
# handheld GPS can mean, degrees to about 0.1 m.
_DECIMALS = {"_ha": 2, "_m2": 0, "_m": 1, "_mm": 1, "_km": 1, "_deg": 6, "_pct": 1, "_s": 0}


@dataclass(frozen=True, slots=True)
class Sentence:
    """A fact that is itself a sentence, told in the language of the one that names it.

    Attributes
    ----------
    key
        Its words, as `say` takes them.
    facts
        What the words name.
    """

    key: str
    facts: Mapping[str, object] = field(default_factory=dict)


def default_language() -> str:
    """Return the language of the user: ``HKM_LANG`` if it is one we speak, else Indonesian."""
    wanted = os.environ.get("HKM_LANG", "id")
    return wanted if wanted in LANGUAGES else "id"


def named_language() -> str:
    """Return the language that the command line names, before click has read it.

    Help and errors are written in it too, so it must be known before any option is read.
    """
    words = sys.argv[1:]
    for word, following in zip_longest(words, words[1:], fillvalue=""):
        for lang in LANGUAGES:
            if word == f"--lang={lang}" or (word == "--lang" and following == lang):
                return lang
    return default_language()


@cache
def catalogue(lang: str) -> Mapping[str, Mapping[str, str]]:
    """Return the words of one language: one table of phrases for each room that speaks."""
    if lang not in LANGUAGES:
        raise ValueError(f"lang must be one of {LANGUAGES}, not {lang!r}")
    folder = files(__package__).joinpath(lang)
    rooms = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    return {f.name.removesuffix(".toml"): _flat(tomllib.loads(f.read_text("utf-8"))) for f in rooms}


def number(value: float, lang: str, decimals: int = 2) -> str:
    """Write a number the way the language writes it: 1.234,56 or 1,234.56."""
    words = catalogue(lang)["numbers"]
    if math.isnan(value):
        return words["unknown"]
    marks = str.maketrans(",.", words["thousands"] + words["decimal"])
    return f"{value:,.{decimals}f}".translate(marks)


def written_date(date: str, lang: str) -> str:
    """Write an ISO date in words: ``2026-08-17`` reads 17 Agustus 2026; other words stay.

    Examples
    --------
    >>> written_date("2026-08-17", "id"), written_date("awal 2026", "id")
    ('17 Agustus 2026', 'awal 2026')
    """
    try:
        day = dt.date.fromisoformat(date)
    except ValueError:  # written in words, as the people of the project want it
        return date
    return f"{day.day} {phrase('calendar.months', lang).split()[day.month - 1]} {day.year}"


def written_degrees(
    value_deg: float, axis: Literal["lon", "lat"], lang: str, decimals: int = 1
) -> str:
    r"""Write a longitude or latitude in degrees, minutes and seconds, as Indonesian sheets do.

    Examples
    --------
    Seconds are rounded before they are split, so no sheet ever says 60".

    >>> written_degrees(104.66666666, "lon", "id"), written_degrees(-5.43333333, "lat", "id", 0)
    ('104° 40\' 0,0" BT', '5° 26\' 0" LS')
    """
    side = {"lon": ("east", "west"), "lat": ("north", "south")}[axis][value_deg < 0]
    parts = round(abs(value_deg) * 3600 * 10**decimals)
    minutes, rest = divmod(parts, 60 * 10**decimals)
    seconds = number(rest / 10**decimals, lang, decimals)
    return f"{minutes // 60}° {minutes % 60}' {seconds}\" {phrase(f'compass.{side}', lang)}"


def phrase(key: str, lang: str) -> str:
    """Return the words of ``key`` (``"room.name"``) as written, places for facts and all."""
    room, _, name = key.partition(".")
    try:
        return catalogue(lang)[room][name]
    except KeyError:
        raise KeyError(f"no words for {key!r} in language {lang!r}") from None


def say(key: str, lang: str, /, **facts: object) -> str:
    """Return the sentence of ``key`` (``"room.name"``) with its facts filled in.

    A fact is written by the unit in its name: ``gap_m=41.74`` reads ``41,7``, ``area_ha=0.5``
    reads ``0,50``, ``problem_errno="ENOSPC"`` reads ``disk penuh``; whole numbers are grouped; a
    tuple reads as a list, one of sentences with a line for each, all in the same language.
    """
    return fill(phrase(key, lang), lang, **facts)


def fill(template: str, lang: str, /, **facts: object) -> str:
    """Return ``template`` with its facts filled in, written as `say` writes them."""
    words = {name: _word(name, value, lang) for name, value in facts.items()}
    return string.Formatter().vformat(template, (), words)


def _flat(table: Mapping[str, object], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in table.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{key}.")
        else:
            flat[prefix + key] = str(value)
    return flat


def _word(name: str, value: object, lang: str) -> str:
    if isinstance(value, Sentence):
        return say(value.key, lang, **value.facts)
    if name.endswith("_errno"):
        return catalogue(lang)["system"].get(str(value), str(value))
    if isinstance(value, bool) or not isinstance(value, (int, float, tuple, list)):
        return str(value)
    if isinstance(value, (tuple, list)):
        if value and isinstance(value[0], Sentence):
            return "".join(f"\n- {_word(name, v, lang)}" for v in value)
        return ", ".join(_word(name, v, lang) for v in value)
    if isinstance(value, int):
        return number(value, lang, 0)
    unit = next((u for u in sorted(_DECIMALS, key=len, reverse=True) if name.endswith(u)), "")
    return number(value, lang, _DECIMALS.get(unit, 2))
