"""What the checks found in one survey: facts and places, never sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from shapely.geometry.base import BaseGeometry

from hkm_gis.project import Acceptance
from hkm_gis.record import Fact

__all__ = ["Finding", "Lapse", "Report", "Severity", "Status"]


class Severity(StrEnum):
    """How much a finding matters to the office."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Status(StrEnum):
    """Whether people have settled a finding."""

    OPEN = "open"
    ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that a check found.

    Attributes
    ----------
    code, name
        The check: stable code (``O01``) and readable name (``groups-overlap``).
    severity, status
        How much it matters, and whether people have settled it.
    parcels, groups
        Ids of the parcels and names of the groups that it speaks of, in reading order.
    where
        The place in lon/lat (EPSG:4326); None where it has no place.
    facts
        Everything its words name, the unit in each name.
    settled
        Who accepted it, when and why; None where it is open.
    """

    code: str
    name: str
    severity: Severity
    status: Status = Status.OPEN
    parcels: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    where: BaseGeometry | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)
    settled: Acceptance | None = None


@dataclass(frozen=True, slots=True)
class Lapse:
    """An acceptance that no longer holds, and why.

    Attributes
    ----------
    acceptance
        What people had settled.
    reason
        ``land_changed`` where the finding is there but its land is another, ``not_found`` where
        no finding has its code and its parcels; its words are ``plain.lapsed.<reason>`` in text/.
    groups
        The groups of the finding that is open again.
    """

    acceptance: Acceptance
    reason: str
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that the checks found in one survey, in the order of the checks.

    Attributes
    ----------
    findings
        All findings, accepted ones too.
    lapsed
        The acceptances of the project that no longer hold, in the order of ``hkm.toml``.
    """

    findings: tuple[Finding, ...] = ()
    lapsed: tuple[Lapse, ...] = ()

    @property
    def summary(self) -> dict[str, int]:
        """Number of findings of each code."""
        return dict(sorted(Counter(f.code for f in self.findings).items()))

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """The open findings of severity error: what stands in the way of the proposal."""
        return tuple(
            f for f in self.findings if f.severity is Severity.ERROR and f.status is Status.OPEN
        )

    def of_group(self, group: str) -> Report:
        """Return the findings that speak of ``group`` or of no group at all."""
        return Report(
            tuple(f for f in self.findings if not f.groups or group in f.groups),
            tuple(a for a in self.lapsed if not a.groups or group in a.groups),
        )

    def flatten(self, names: Iterable[str]) -> list[tuple[object, ...]]:
        """Return one tuple a finding with the attributes or facts of these names."""
        wanted = tuple(names)
        return [
            tuple(getattr(f, n) if hasattr(f, n) else f.facts.get(n) for n in wanted)
            for f in self.findings
        ]
