"""What each regulation asks of a proposal, each value with its source and how sure it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["Regulation", "Rule"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One value of a regulation: what, where it stands, and whether anybody checked it."""

    value: object
    source: str
    confidence: str
    """``verified`` (read in the source) or ``believed`` (outputs say "belum diperiksa")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Regulation:
    """One regulation: ``rules`` by key (``household_max_ha``, ``members_min`` ...)."""

    code: str
    title: str
    rules: Mapping[str, Rule]

    def value(self, key: str) -> object:
        """Return the value of ``key``, or None where the regulation asks nothing."""
        rule = self.rules.get(key)
        return rule.value if rule else None
