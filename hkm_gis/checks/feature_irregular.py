"""S04: a feature was read only after a correction."""

from __future__ import annotations

from collections.abc import Iterator

from hkm_gis.checks.definition import Check, check
from hkm_gis.checks.intake import repaired
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["feature_irregular"]


@check("S04", Severity.NOTE, facts={"place", "source", "feature", "rule"})
def feature_irregular(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each repair that no other check speaks of, so that no change is silent."""
    yield from repaired(check, survey)
