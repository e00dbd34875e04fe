"""W04: a side of a parcel was not walked, and a straight line stands in for it."""

from __future__ import annotations

from collections.abc import Iterator

from hkm_gis.checks.definition import Check, check
from hkm_gis.checks.intake import repaired
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["side_not_walked"]


@check("W04", Severity.ERROR, facts={"place", "source", "feature", "rule"})
def side_not_walked(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each walk of which a larger share is a guess than a proposal can stand on."""
    yield from repaired(check, survey)
