"""S03: the coordinates of a file named another place on earth, and were put right."""

from __future__ import annotations

from collections.abc import Iterator

from hkm_gis.checks.definition import Check, check
from hkm_gis.checks.intake import repaired
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["coordinates_misplaced"]


@check("S03", Severity.WARNING, facts={"place", "source", "feature", "rule"})
def coordinates_misplaced(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each feature whose coordinates were put back where the forest is."""
    yield from repaired(check, survey)
