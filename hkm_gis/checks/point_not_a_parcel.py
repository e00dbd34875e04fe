"""S05: a point that stands alone is no land, a landmark for example."""

from __future__ import annotations

from collections.abc import Iterator

from hkm_gis.checks.definition import Check, check
from hkm_gis.checks.intake import refused
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["point_not_a_parcel"]


@check("S05", Severity.WARNING, facts={"place", "source", "feature", "reason"})
def point_not_a_parcel(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each point that is no corner of any land."""
    yield from refused(check, survey)
