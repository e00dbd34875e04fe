"""D02: a group asks for more land than one permit may hold."""

from __future__ import annotations

from collections.abc import Iterator

from hkm_gis.checks.definition import Check, check
from hkm_gis.checks.group_sums import group_sums
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["work_area_too_large"]


@check("D02", Severity.ERROR, facts={"group", "claimed_ha", "limit_ha", "source", "confidence"})
def work_area_too_large(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each group above ``unit_max_ha`` even if every GPS error were in its favour.

    Counted is the land of the group inside the forest, once. A limit that nobody has read in its
    source warns and never blocks, and neither does land whose ± nobody knows, unless it is so far
    above the limit that no map can explain it.
    """
    rule = survey.regulation.rules.get("unit_max_ha")
    if rule is None or not isinstance(rule.value, (int, float)):
        return
    for sums in group_sums(survey):
        if sums.is_above(rule.value):
            blocks = rule.is_verified and sums.is_surely_above(rule.value)
            yield check.finding(
                severity=Severity.ERROR if blocks else Severity.WARNING,
                groups=(sums.group,),
                facts={
                    "group": sums.group,
                    "claimed_ha": sums.claimed_ha,
                    "limit_ha": float(rule.value),
                    "source": rule.source,
                    "confidence": rule.confidence,
                },
            )
