"""H03: a household farms more than one household may."""

from __future__ import annotations

from collections.abc import Iterator

from hkm_gis.checks.definition import Check, check
from hkm_gis.checks.limit import household_limit, households_above
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
    limit = household_limit(survey)
    if limit is None:
        return
    severity = Severity.ERROR if limit.confidence == "verified" else Severity.WARNING
    for holding in households_above(survey, limit):
        if holding.is_sure:
            yield check.finding(
                severity=severity,
                parcels=holding.parcels,
                groups=holding.groups,
                facts=holding.facts(limit),
            )
