"""D04: the papers of a group state other hectares than its map."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from hkm_gis.checks.definition import Check, check
from hkm_gis.checks.group_sums import group_sums
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["stated_area_differs"]


@check(
    "D04",
    Severity.WARNING,
    facts={"group", "stated_ha", "claimed_ha", "difference_ha", "difference_pct"},
)
def stated_area_differs(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each group whose ``stated_ha`` is neither near its map nor within its ±.

    Near is ``stated_area_tolerance_share`` of the stated hectares. Compared is the land inside
    the forest, counted once, since that is what a permit can hold. A ± that nobody knows excuses
    no difference: the finding only asks to look.
    """
    for sums in group_sums(survey):
        stated_ha = survey.project.group(sums.group).stated_ha
        if not stated_ha:
            continue
        difference_ha = abs(sums.claimed_ha - stated_ha)
        near_ha = survey.thresholds.stated_area_tolerance_share * stated_ha
        if difference_ha > np.fmax(near_ha, sums.uncertainty_ha):
            yield check.finding(
                groups=(sums.group,),
                facts={
                    "group": sums.group,
                    "stated_ha": stated_ha,
                    "claimed_ha": sums.claimed_ha,
                    "difference_ha": difference_ha,
                    "difference_pct": 100 * difference_ha / stated_ha,
                },
            )
