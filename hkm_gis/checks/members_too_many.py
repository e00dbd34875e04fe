"""D03: a group has so many members that it may split into several."""

from __future__ import annotations

from collections.abc import Iterator

from hkm_gis.checks.definition import Check, check
from hkm_gis.checks.membership import member_counts
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["members_too_many"]


@check("D03", Severity.NOTE, facts={"group", "members", "maximum", "source", "confidence"})
def members_too_many(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each group with more members than ``members_max_gapoktan``; it may form a gapoktan.

    A note: the regulation allows it, it does not ask for it.
    """
    rule = survey.regulation.rules.get("members_max_gapoktan")
    if rule is None or not isinstance(rule.value, int):
        return
    for group, members in member_counts(survey):
        if members > rule.value:
            yield check.finding(
                groups=(group,),
                facts={
                    "group": group,
                    "members": members,
                    "maximum": rule.value,
                    "source": rule.source,
                    "confidence": rule.confidence,
                },
            )
