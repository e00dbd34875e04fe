"""What a check is: a code, a severity, and the generator that finds the defect."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from shapely.geometry.base import BaseGeometry

from hkm_gis.record import Fact
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["Check", "check"]

Finder = Callable[["Check", Survey], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Check:
    """One defect the program knows: its code is for ever, its name reads well after "allow"."""

    code: str
    name: str
    severity: Severity
    facts: frozenset[str]
    finder: Finder

    def find(self, survey: Survey) -> Iterator[Finding]:
        """Yield each place in ``survey`` that has this defect."""
        return self.finder(self, survey)

    def finding(self, **parts: object) -> Finding:
        """Return a finding of this check; ``parts`` are the other attributes of `Finding`."""
        return Finding(
            **{"code": self.code, "name": self.name, "severity": self.severity, **parts}  # type: ignore[arg-type]
        )

    def about(
        self,
        parcel: Any,
        *,
        where: BaseGeometry,
        severity: Severity | None = None,
        **facts: Fact,
    ) -> Finding:
        """Return a finding of one row of the parcel table, which its facts name with its group."""
        return self.finding(
            severity=severity or self.severity,
            parcels=(parcel.parcel_id,),
            groups=(parcel.group,),
            where=where,
            facts={"parcel": parcel.parcel_id, "group": parcel.group, **facts},
        )


def check(code: str, severity: Severity, *, facts: set[str]) -> Callable[[Finder], Check]:
    """Turn a finder into a `Check` named after its file; it registers nothing."""

    def wrap(finder: Finder) -> Check:
        name = finder.__module__.rsplit(".", 1)[-1].replace("_", "-")
        return Check(code, name, severity, frozenset(facts), finder)

    return wrap
