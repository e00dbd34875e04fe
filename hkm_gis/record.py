"""What happened to each feature on its way in: repairs, refusals, and what people should know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from shapely.geometry.base import BaseGeometry

__all__ = ["Fact", "Rejection", "Remark", "Repair"]

Fact = str | int | float | tuple[str, ...]
"""What a sentence may name; lengths and areas carry their unit in the fact's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """One change made to one feature, with what it did to the land.

    Attributes
    ----------
    source, feature
        File (as the user named it, ``/`` between folders) and feature within it.
    rule
        Name of the rule; its words are ``repairs.<rule>`` in ``text/``.
    facts
        Numbers of the change: ``gap_m``, ``before_ha``, ``after_ha`` ...
    where
        The place in lon/lat (EPSG:4326), where the repair has one.
    """

    source: str
    feature: str
    rule: str
    facts: Mapping[str, Fact] = field(default_factory=dict)
    where: BaseGeometry | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What people should know of one file or feature, though nothing of it was changed.

    Attributes as those of `Repair`; ``feature`` is empty for a whole file.
    """

    source: str
    feature: str
    rule: str
    facts: Mapping[str, Fact] = field(default_factory=dict)
    where: BaseGeometry | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """One feature (or one whole file) that could not become a parcel, and why.

    Attributes
    ----------
    source, feature
        File and feature within it; ``feature`` is empty for a whole file.
    code
        The check that reports it (``S01``, ``W01`` ...).
    reason
        Name of its words: ``rejections.<reason>`` in ``text/``.
    facts
        What the words name.
    where
        The place in lon/lat (EPSG:4326), where it has one.
    """

    source: str
    feature: str
    code: str
    reason: str
    facts: Mapping[str, Fact] = field(default_factory=dict)
    where: BaseGeometry | None = None
