"""A coordinate as people and devices write it → a number."""

from __future__ import annotations

import math
import re

from hkm_gis.files import Refusal

__all__ = ["number"]

_NUMBER = re.compile(r"\s*[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d{1,3})?\s*", re.ASCII)


def number(text: str | None) -> float:
    """Return one finite number; a decimal comma counts as a point.

    Raises
    ------
    Refusal
        The text is no number, or none that a place can have (``NaN``, ``1e999``, ``undefined``).

    Examples
    --------
    >>> number("-5,3"), number(" 104.65 ")
    (-5.3, 104.65)
    >>> number("1e999")
    Traceback (most recent call last):
    ...
    hkm_gis.files.Refusal: ('bad_coordinate', {'value': '1e999'})
    """
    if text is not None and _NUMBER.fullmatch(text):
        value = float(text.replace(",", "."))
        if math.isfinite(value) and abs(value) < LARGEST:
            return value
    raise Refusal("bad_coordinate", value=printable(text or ""))


LARGEST = 1e8
"""No projected coordinate on earth is larger than 40,000 km; in metres that is 4e7."""


def printable(text: str) -> str:
    r"""Return the text as a sentence may quote it: one line, 40 characters, nothing invisible.

    Examples
    --------
    >>> printable("a\x1b[2J\nb")
    'a [2J b'
    """
    return " ".join("".join(c if c.isprintable() else " " for c in text[:200]).split())[:40]
