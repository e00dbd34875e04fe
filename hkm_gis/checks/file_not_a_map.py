"""S02: a file among the walks holds no map, a photo or a letter for example."""

from __future__ import annotations

from collections.abc import Iterator

from hkm_gis.checks.definition import Check, check
from hkm_gis.checks.intake import refused
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["file_not_a_map"]


@check("S02", Severity.NOTE, facts={"place", "source", "feature", "reason"})
def file_not_a_map(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each file that was left aside because it is of another kind."""
    yield from refused(check, survey)
