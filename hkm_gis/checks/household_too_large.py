"""H03: a household farms more than one household may."""

from __future__ import annotations

from collections.abc import Iterator

from hkm_gis.checks.definition import Check, check
from hkm_gis.checks.limit import households_at_limit
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["household_too_large"]


@check(
    "H03",
    Severity.ERROR,
    facts={"household", "group", "claimed_ha", "limit_ha", "limit_source", "confidence"},
)
def household_too_large(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each household above the limit even if every GPS error were in its favour.

    A limit that nobody has read in its source warns and never blocks.
    """
    for holding in households_at_limit(survey):
        if holding.is_sure:
            verified = holding.limit.confidence == "verified"
            yield check.finding(
                severity=Severity.ERROR if verified else Severity.WARNING,
                parcels=holding.parcels,
                groups=holding.groups,
                facts=holding.facts,
            )
