"""S01: a feature or a whole file could not become a parcel."""

from __future__ import annotations

from collections.abc import Iterator

from hkm_gis.checks.definition import Check, check
from hkm_gis.checks.intake import refused
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["feature_unreadable"]


@check("S01", Severity.ERROR, facts={"place", "source", "feature", "reason"})
def feature_unreadable(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each refused feature that no other check speaks of."""
    yield from refused(check, survey)
