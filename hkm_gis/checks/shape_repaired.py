"""P01: a drawn shape was no possible land and was mended."""

from __future__ import annotations

from collections.abc import Iterator

from hkm_gis.checks.definition import Check, check
from hkm_gis.checks.intake import repaired
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["shape_repaired"]


@check("P01", Severity.WARNING, facts={"place", "source", "feature", "rule"})
def shape_repaired(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each shape that was made valid, with its hectares before and after."""
    yield from repaired(check, survey)
