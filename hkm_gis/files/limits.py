"""How much one file may ask of the machine, and the refusal of one that asks for more."""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = [
    "DEFAULT_LIMITS",
    "Limits",
    "Refusal",
    "allowing",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one file may ask of the machine; beyond it the file is refused, by name.

    A user who knows the file raises them: ``[limits]`` in ``hkm.toml``, or ``--limit NAME=N``.
    The sentence of each refusal says so, with the number that would do.
    """

    file_mb: float = 512
    """A province of parcels is under 300 MB; a 4 GiB laptop can still hold this twice."""
    features: int = 1_000_000
    """Ten times the parcels of the largest province."""
    vertices: int = 1_000_000
    """Corners of one feature: twice those of the most detailed boundary of a forest."""
    archive_entries: int = 10_000
    """A KMZ of a phone holds tens of entries, with photos hundreds."""
    archive_mb: float = 100
    """Expanded size of all entries together; a phone's KMZ expands to under 20 MB."""
    archive_ratio: int = 200
    """KML text packs 5 to 30 times; a bomb 1,000 times."""
    xml_depth: int = 64
    """Folders in folders: Google Earth users stop at ten."""
    xml_entities: int = 0
    """No GPS or map program declares any; ten of them can unfold to a billion words."""
    json_depth: int = 64
    """A nested form of ODK reaches eight levels."""

    @property
    def file_bytes(self) -> int:
        """`file_mb` in bytes."""
        return int(self.file_mb * 2**20)

    @property
    def archive_bytes(self) -> int:
        """`archive_mb` in bytes."""
        return int(self.archive_mb * 2**20)


DEFAULT_LIMITS = Limits()


def allowing(**wanted: float) -> str:
    """Return what a user writes to allow so much, rounded up: ``file_mb=600``."""
    return " ".join(f"{name}={math.ceil(number)}" for name, number in wanted.items())


class Refusal(Exception):  # noqa: N818 - it is an answer about a user's file, not an error of ours
    """One file or feature that cannot be read: the name of its words, and their facts."""

    def __init__(self, reason: str, /, code: str = "S01", **facts: str | int | float) -> None:
        super().__init__(reason, facts)
        self.reason = reason
        self.code = code
        self.facts = facts
