"""W03: a walk held more than the way round the parcel."""

from __future__ import annotations

from collections.abc import Iterator

from hkm_gis.checks.definition import Check, check
from hkm_gis.checks.intake import repaired
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["walk_untidy"]


@check("W03", Severity.NOTE, facts={"place", "source", "feature", "rule"})
def walk_untidy(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each walk that was trimmed, cut into parcels, or closed over a few steps."""
    yield from repaired(check, survey)
