"""H06: the GPS cannot tell whether a household farms more than it may."""

from __future__ import annotations

import math
from collections.abc import Iterator

from hkm_gis.checks.definition import Check, check
from hkm_gis.checks.limit import households_at_limit
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["household_size_unsure"]


@check(
    "H06",
    Severity.WARNING,
    facts={
        *("household", "group", "claimed_ha", "uncertainty_ha"),
        *("limit_ha", "limit_source", "confidence"),
    },
)
def household_size_unsure(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each household whose limit lies within the ± of its hectares."""
    for holding in households_at_limit(survey):
        if not holding.is_sure and math.isfinite(holding.uncertainty_ha):
            yield check.finding(
                parcels=holding.parcels,
                groups=holding.groups,
                facts=holding.facts | {"uncertainty_ha": holding.uncertainty_ha},
            )
