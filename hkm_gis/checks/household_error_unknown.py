"""H07: a household reaches its limit, and nobody knows how exactly its land was drawn."""

from __future__ import annotations

import math
from collections.abc import Iterator

from hkm_gis.checks.definition import Check, check
from hkm_gis.checks.limit import households_at_limit
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["household_error_unknown"]


@check(
    "H07",
    Severity.WARNING,
    facts={"household", "group", "claimed_ha", "limit_ha", "limit_source", "confidence"},
)
def household_error_unknown(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each household that reaches its limit with a parcel whose ± is not known.

    Such parcels were drawn, and nothing states the scale of their map; or a side was not walked.
    """
    for holding in households_at_limit(survey):
        if not holding.is_sure and math.isnan(holding.uncertainty_ha):
            yield check.finding(
                parcels=holding.parcels,
                groups=holding.groups,
                facts=holding.facts,
            )
