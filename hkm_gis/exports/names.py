"""Names as outputs can show them: the program's own, and text on one line."""

from __future__ import annotations

import re
import unicodedata
from importlib.metadata import PackageNotFoundError, version

__all__ = ["LAYER_PARTS", "one_line", "program_version"]

LAYER_PARTS = ("_garis", "_titik")
"""Endings of the layers that hold the lines and the points of a table that mixes them."""


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
