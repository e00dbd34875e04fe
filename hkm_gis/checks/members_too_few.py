"""D01: a group has fewer members than the regulation asks."""

from __future__ import annotations

from collections.abc import Iterator

from hkm_gis.checks.definition import Check, check
from hkm_gis.checks.membership import member_counts
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["members_too_few"]


@check("D01", Severity.ERROR, facts={"group", "members", "minimum", "source", "confidence"})
def members_too_few(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each mapped group with fewer registered members than ``members_min``.

    A number that nobody has read in its source warns and never blocks.
    """
    rule = survey.regulation.rules.get("members_min")
    if rule is None or not isinstance(rule.value, int):
        return
    severity = Severity.ERROR if rule.is_verified else Severity.WARNING
    for group, members in member_counts(survey):
        if members < rule.value:
            yield check.finding(
                severity=severity,
                groups=(group,),
                facts={
                    "group": group,
                    "members": members,
                    "minimum": rule.value,
                    "source": rule.source,
                    "confidence": rule.confidence,
                },
            )
