"""P03: a drawn shape was written carelessly, which changed nothing of the land."""

from __future__ import annotations

from collections.abc import Iterator

from hkm_gis.checks.definition import Check, check
from hkm_gis.checks.intake import repaired
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["shape_untidy"]


@check("P03", Severity.NOTE, facts={"place", "source", "feature", "rule"})
def shape_untidy(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each shape that was tidied."""
    yield from repaired(check, survey)
