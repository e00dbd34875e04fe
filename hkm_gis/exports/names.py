"""Names that are safe as a file, a sheet or a cell on every system."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from importlib.metadata import PackageNotFoundError, version

__all__ = ["one_line", "program_version", "slug"]

_RESERVED = frozenset(
    {"con", "prn", "aux", "nul"}
    | {f"{port}{number}" for port in ("com", "lpt") for number in range(10)}
)
# Below the 100 letters at which a path of a deep Windows folder grows too long.
_SLUG_LETTERS = 60


def slug(name: str) -> str:
    """Return ``name`` as a file name for every system: small letters, digits and ``_``.

    A name that loses more than its blanks and the capitals of its words gets six letters of its
    fingerprint, so that two names never become one file.

    Examples
    --------
    >>> slug("Rimba Lestari")
    'rimba_lestari'
    >>> slug("../CON")
    'con_d1d3a7'
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    text = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:_SLUG_LETTERS]
    ordinary = name.removeprefix("KTH ").istitle() and text == name.lower().replace(" ", "_")
    if ordinary and text not in _RESERVED:
        return text
    return f"{text or 'nama'}_{hashlib.sha256(name.encode()).hexdigest()[:6]}"


def one_line(text: str) -> str:
    r"""Return ``text`` without the signs that no cell, form or terminal can show.

    Control signs, line breaks and the signs that turn the direction of writing become a blank
    or nothing; letters of every script stay.

    Examples
    --------
    >>> one_line("Budi\x1b[2J\u202e Santoso")
    'Budi[2J Santoso'
    """
    blanks = re.sub(r"[\t\r\n\v\f]+", " ", text)
    return "".join(c for c in blanks if unicodedata.category(c) not in {"Cc", "Cf", "Cs"})


def program_version() -> str:
    """Return name and version of this program, as outputs state them."""
    try:
        return f"hkm_gis {version('hkm-gis')}"
    except PackageNotFoundError:  # run from the source tree
        return "hkm_gis"
