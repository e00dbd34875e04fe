"""A coordinate as people and devices write it → a number."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hkm_gis.files import Refusal

__all__ = ["angle_deg", "degrees_or_metres", "number", "numbers", "pair", "printable"]

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


def numbers(texts: Sequence[str | None]) -> NDArray[np.float64]:
    """Return many numbers as `number` returns one; plain ones, which most are, all at once."""
    try:
        if _PLAIN.fullmatch(" ".join(texts)):  # type: ignore[arg-type]
            values = np.array(list(map(float, texts)), dtype=np.float64)  # type: ignore[arg-type]
            if (np.abs(values) < LARGEST).all():
                return values
    except (TypeError, ValueError):
        pass  # one of them is missing or odd: the slow way names it
    return np.array([number(text) for text in texts], dtype=np.float64)


_PLAIN = re.compile(r"[0-9eE+\-. ]*", re.ASCII)

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


_SOUTH_OR_WEST = {"LS", "S", "BB", "W", "SELATAN", "BARAT"}
_HEMISPHERE = r"LS|LU|BT|BB|SELATAN|UTARA|TIMUR|BARAT|[NSEWUT]"
_ANGLE = re.compile(
    rf"""(?P<before>{_HEMISPHERE})?\s*
    (?P<sign>[+-])?\s*(?P<deg>\d{{1,3}}(?:[.,]\d+)?)\s*
    (?:[°º˚o*:\s]\s*
      (?:(?P<min>\d{{1,2}}(?:[.,]\d+)?)\s*
        (?:['′’`:\s]\s*
          (?:(?P<sec>\d{{1,2}}(?:[.,]\d+)?)\s*(?:["″”]|['′’`]{{2}})?)?
        )?
      )?
    )?\s*(?P<after>{_HEMISPHERE})?""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)


def angle_deg(text: str) -> float:
    r"""Return an angle in degrees; south and west are negative, by sign or by letter.

    Parameters
    ----------
    text
        Decimal degrees, or degrees, minutes and seconds, with LS, LU, BT, BB (or S, N, E, W)
        before or after.

    Raises
    ------
    Refusal
        It is no angle, or has 60 minutes or seconds.

    Examples
    --------
    >>> angle_deg("5° 26' 0\" LS"), angle_deg("104°39'00,0'' BT"), angle_deg("-5,43")
    (-5.433333333333334, 104.65, -5.43)
    >>> angle_deg("5° 60' LS")
    Traceback (most recent call last):
    ...
    hkm_gis.files.Refusal: ('bad_coordinate', {'value': "5° 60' LS"})
    """
    match = _ANGLE.fullmatch(text.strip())
    if match is None or (match["before"] and match["after"]):
        raise Refusal("bad_coordinate", value=printable(text))
    degrees, minutes, seconds = (float((match[p] or "0").replace(",", ".")) for p in _PARTS)
    whole = all(float((match[p] or "0").replace(",", ".")).is_integer() for p in _whole(match))
    if minutes >= 60 or seconds >= 60 or not whole:
        raise Refusal("bad_coordinate", value=printable(text))
    side = (match["before"] or match["after"] or "").upper()
    size = degrees + minutes / 60 + seconds / 3600
    return -size if match["sign"] == "-" or side in _SOUTH_OR_WEST else size


_PARTS = ("deg", "min", "sec")


def _whole(match: re.Match[str]) -> list[str]:
    # 5.5° 30' would say two things at once
    present = [part for part in _PARTS if match[part]]
    return present[:-1]


_GROUPED = re.compile(r"-?\d{1,3}(?:(?:\.\d{3})+(?:,\d+)?|(?:,\d{3})+(?:\.\d+)?)", re.ASCII)
_DEGREES_MAX = 180


def degrees_or_metres(text: str) -> float:
    """Return a coordinate: an angle in degrees up to 180, else metres of a grid.

    Metres may be grouped as Indonesians write them: no angle is larger than 180.

    Examples
    --------
    >>> degrees_or_metres("9.399.123,5"), degrees_or_metres("448.123"), degrees_or_metres("104.650")
    (9399123.5, 448123.0, 104.65)
    """
    stripped = re.sub(r"\s*m[TUEN]?$", "", text.strip())
    try:
        value = number(stripped)
    except Refusal:
        value = None
    if value is not None and abs(value) <= _DEGREES_MAX:
        return value
    if _GROUPED.fullmatch(stripped):
        decimal_comma = stripped.rfind(",") > stripped.rfind(".") and stripped.count(",") == 1
        if "." not in stripped:
            decimal_comma = False
        if decimal_comma or "," not in stripped:
            return number(stripped.replace(".", ""))
        return number(stripped.replace(",", ""))
    return angle_deg(text) if value is None else value


def pair(text: str) -> tuple[float, float]:
    r"""Return (x, y) of one cell that holds both: ``lat, lon`` unless its letters say otherwise.

    Examples
    --------
    >>> pair("-5,43; 104,65"), pair("104°39' BT 5°26'24\" LS")
    ((104.65, -5.43), (104.65, -5.44))
    """
    lettered = re.fullmatch(r"(.*?(?:LS|LU|BT|BB|[NSEW]))[\s,;/]+(.*)", text.strip(), re.IGNORECASE)
    halves = [list(lettered.groups())] if lettered else []
    halves += [
        re.split(cut, text.strip(" ,;()"), maxsplit=2)[:2] for cut in (";", r",\s+", ",", r"\s+")
    ]
    for half in halves:
        try:
            first, second = (degrees_or_metres(part) for part in half)
        except (Refusal, ValueError):
            continue
        swapped = re.search(r"BT|BB|[EW]", half[0], re.IGNORECASE) is not None
        return (first, second) if swapped else (second, first)
    raise Refusal("bad_coordinate", value=printable(text))
