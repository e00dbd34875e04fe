"""
What stops hkm_gis from doing its work.

HkmError
├── FileError      a file is missing, is not what it claims, or cannot be written
├── ProjectError   hkm.toml is missing, or says something that cannot be
├── TableError     a table lacks a column, a key or a coordinate system
└── CheckError     no check has this code

A problem in the land is never an error: it is a Finding.
"""

from __future__ import annotations

import errno

from hkm_gis.text import default_language, say

__all__ = ["CheckError", "FileError", "HkmError", "ProjectError", "TableError", "errno_name"]


class HkmError(Exception):
    """Base of every error that hkm_gis raises on purpose: what, where, and what to do.

    Parameters
    ----------
    key
        Name of its sentence in ``text/<lang>/errors.toml``.
    facts
        What the sentence names (paths, columns, numbers with their unit in the name).
    """

    def __init__(self, key: str, /, **facts: object) -> None:
        super().__init__(key, facts)
        self.key = key
        self.facts = facts

    def sentence(self, lang: str | None = None) -> str:
        """Return the error in plain words of ``lang`` (default: the user's language)."""
        return say(f"errors.{self.key}", lang or default_language(), **self.facts)

    def __str__(self) -> str:
        return self.sentence()

    def __reduce__(self) -> tuple[object, ...]:
        # An error of another process arrives here as it was raised there.
        return _raised_elsewhere, (type(self), self.key, self.facts)


def _raised_elsewhere(kind: type[HkmError], key: str, facts: dict[str, object]) -> HkmError:
    return kind(key, **facts)


class FileError(HkmError, OSError):
    """A file is missing, is not what it claims, or cannot be written."""

    __str__ = HkmError.__str__


class ProjectError(HkmError, ValueError):
    """``hkm.toml`` is missing, or says something that cannot be."""


class TableError(HkmError, ValueError):
    """A table lacks a column, a key or a coordinate system."""


class CheckError(HkmError, LookupError):
    """No check has this code."""


def errno_name(problem: OSError) -> str:
    """Return what the system refused for by its name, as ``ENOSPC``; ``text`` knows its words.

    The system's own words are in its language, which need not be the user's.
    """
    if getattr(problem, "winerror", None) in _IN_USE:
        return "EBUSY"
    return errno.errorcode.get(problem.errno or 0, problem.strerror or type(problem).__name__)


_IN_USE = (32, 33)
"""Windows' numbers for a file that another program holds open, or a part of it; errno says 13."""
