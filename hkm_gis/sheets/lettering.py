"""The typeface of the sheets: what it can print, how wide that is, where a line breaks."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from itertools import combinations, groupby
from typing import Literal

from hkm_gis.privacy import redact

__all__ = [
    "MISSING_GLYPH",
    "POINTS_PER_MM",
    "Font",
    "fit_pt",
    "office_copy",
    "printable",
    "register_faces",
    "shorten",
    "text_width_mm",
    "wrap",
    "wrap_evenly",
    "wrap_items",
]

Font = Literal["regular", "italic", "semibold", "bold"]

POINTS_PER_MM = 72 / 25.4
MISSING_GLYPH = "◊"
"""Stands for what the typeface cannot print, so that nothing vanishes from a name."""


_FACES: dict[Font, str] = {
    "regular": "SourceSansPro",
    "italic": "SourceSansProIt",
    "semibold": "SourceSansProSemibold",
    "bold": "SourceSansProBold",
}
_EMOJI_GLUE = dict.fromkeys(map(ord, "\u200d\ufe0e\ufe0f"))


_FOR_THE_OFFICE = ContextVar("for_the_office", default=False)


@contextmanager
def office_copy(private: bool = True) -> Iterator[None]:
    """Draw what only the office may see: identity numbers stay as they are."""
    before = _FOR_THE_OFFICE.set(private)
    try:
        yield
    finally:
        _FOR_THE_OFFICE.reset(before)


def printable(text: str, font: Font = "regular") -> str:
    """Return ``text`` as the typeface can print it, each unprintable run as one lozenge.

    Marks that turn the reading direction count as unprintable: they are shown, never obeyed. An
    identity or phone number is never printable but in an `office_copy`, whoever typed it into
    whichever name: all that stands on a sheet passes here, before it is measured and broken into
    lines.

    Examples
    --------
    >>> printable("Siti 🌱 $50 & Co.")
    'Siti ◊ $50 & Co.'
    """
    return _printable(text, font, _FOR_THE_OFFICE.get())


@lru_cache(maxsize=8192)
def _printable(text: str, font: Font, private: bool) -> str:
    known = _advances_em(font)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).translate(_EMOJI_GLUE)
    spaced = " ".join(text.split())
    shown = spaced if private else redact(spaced)
    if all(map(known.__contains__, map(ord, shown))):
        return shown
    runs = groupby(shown, key=lambda letter: ord(letter) in known)
    return "".join("".join(run) if ok else MISSING_GLYPH for ok, run in runs)


def text_width_mm(text: str, size_pt: float, font: Font = "regular") -> float:
    """Return the width of printable ``text`` set in ``size_pt``."""
    return _width_em(printable(text, font), font) * size_pt / POINTS_PER_MM


@lru_cache(maxsize=8192)
def _width_em(shown: str, font: Font) -> float:
    return sum(map(_advances_em(font).__getitem__, map(ord, shown)))


def shorten(text: str, width_mm: float, size_pt: float, font: Font = "regular") -> str:
    """Return as much of ``text`` as ``width_mm`` holds, an ellipsis standing for the rest."""
    text = printable(text, font)
    if text_width_mm(text, size_pt, font) <= width_mm:
        return text
    while text and text_width_mm(text + "…", size_pt, font) > width_mm:
        text = text[:-1].rstrip()
    return text + "…"


def fit_pt(
    text: str, room_mm: float, size_pt: float, font: Font = "regular", *, least_pt: float
) -> float:
    """Return the size in which a text fits its room, not below ``least_pt``."""
    width_mm = text_width_mm(text, size_pt, font)
    return max(least_pt, min(size_pt, size_pt * room_mm / width_mm)) if width_mm else size_pt


def wrap(
    text: str, width_mm: float, size_pt: float, font: Font = "regular", *, lines: int = 99
) -> list[str]:
    """Return ``text`` in lines of at most ``width_mm``; what exceeds ``lines`` is cut by "…"."""
    done: list[str] = []
    rest = printable(text, font).split()
    while rest and len(done) < lines - 1:
        count = _words_that_fit(rest, width_mm, size_pt, font)
        done.append(shorten(" ".join(rest[:count]), width_mm, size_pt, font))
        rest = rest[count:]
    return [*done, shorten(" ".join(rest), width_mm, size_pt, font)] if rest else done


def wrap_evenly(
    text: str, count: int, width_mm: float, size_pt: float, font: Font = "regular"
) -> list[str]:
    """Return ``text`` in at most ``count`` lines, the longest of them as short as it can be.

    Examples
    --------
    >>> wrap_evenly("Kepala Pekon Way Lestari", 2, 60.0, 6.4)
    ['Kepala Pekon', 'Way Lestari']
    """
    words = printable(text, font).split()
    runs = {" ".join(words[i:j]) for i, j in combinations(range(len(words) + 1), 2)}
    longest_mm = max((text_width_mm(word, size_pt, font) for word in words), default=0.0)
    widths_mm = sorted(text_width_mm(run, size_pt, font) for run in runs)
    # a line holds what is exactly as wide: half a micrometre is what arithmetic may add
    fitted = (
        wrap(text, room_mm + 5e-7, size_pt, font)
        for room_mm in widths_mm
        if longest_mm <= room_mm <= width_mm
    )
    whole = (lines for lines in fitted if len(lines) <= count)
    return next(whole, wrap(text, width_mm, size_pt, font, lines=count))


def wrap_items(
    text: str,
    width_mm: float,
    size_pt: float,
    font: Font = "regular",
    *,
    lines: int = 99,
    between: str = " · ",
) -> list[str]:
    """Return a row of items in lines that break between two items, as far as each fits a line.

    Examples
    --------
    >>> wrap_items("Pekon Uji · Kec. Sumberejo · Kab. Tanggamus", 34.0, 7.0)
    ['Pekon Uji · Kec. Sumberejo', 'Kab. Tanggamus']
    """
    done: list[str] = []
    for item in printable(text, font).split(between):
        longer = f"{done[-1]}{between}{item}" if done else item
        if done and text_width_mm(longer, size_pt, font) <= width_mm:
            done[-1] = longer
        else:
            done.append(item)
    if len(done) > lines or any(text_width_mm(d, size_pt, font) > width_mm for d in done):
        return wrap(text, width_mm, size_pt, font, lines=lines)
    return done


def _words_that_fit(words: Sequence[str], width_mm: float, size_pt: float, font: Font) -> int:
    count = 1
    while (
        count < len(words)
        and text_width_mm(" ".join(words[: count + 1]), size_pt, font) <= width_mm
    ):
        count += 1
    return count


@cache
def _advances_em(font: Font) -> dict[int, float]:
    """Return each letter that the face has, by its Unicode, and how wide it is at 1 em."""
    from fontTools.ttLib import TTFont

    with TTFont(_face_file(font), lazy=True) as face:
        metrics, units = face["hmtx"].metrics, face["head"].unitsPerEm
        return {letter: metrics[glyph][0] / units for letter, glyph in face.getBestCmap().items()}


def _face_file(font: Font) -> str:
    from font_source_sans_pro import font_files_ttf

    return str(font_files_ttf[_FACES[font]])


@cache
def register_faces() -> None:
    """Make the faces known to reportlab, each by its name here; once is enough."""
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfbase.ttfonts import TTFont

    for font in _FACES:
        registerFont(TTFont(font, _face_file(font)))
