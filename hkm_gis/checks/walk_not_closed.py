"""W01: a walk does not come back to where it began."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from hkm_gis.checks.definition import Check, check
from hkm_gis.checks.intake import refused, repaired
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["walk_not_closed"]


@check("W01", Severity.WARNING, facts={"place", "source", "feature", "rule", "reason"})
def walk_not_closed(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each walk that was refused as open (error) or closed over more than GPS error."""
    for finding in refused(check, survey):
        yield replace(finding, severity=Severity.ERROR)
    yield from repaired(check, survey)
