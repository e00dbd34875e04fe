"""W02: a walk crosses its own line, so part of the land may be lost or counted wrongly."""

from __future__ import annotations

from collections.abc import Iterator

from hkm_gis.checks.definition import Check, check
from hkm_gis.checks.intake import repaired
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["walk_crosses_itself"]


@check("W02", Severity.WARNING, facts={"place", "source", "feature", "rule"})
def walk_crosses_itself(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each walk whose crossings were cut."""
    yield from repaired(check, survey)
