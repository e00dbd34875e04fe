"""D05: the papers of a group state another number of families than its member list."""

from __future__ import annotations

from collections.abc import Iterator

from hkm_gis.checks.definition import Check, check
from hkm_gis.checks.membership import household_counts
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["stated_households_differ"]


@check("D05", Severity.WARNING, facts={"group", "stated", "listed"})
def stated_households_differ(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each mapped group with other than ``stated_households`` on its member list."""
    for group, listed in household_counts(survey):
        stated = survey.project.group(group).stated_households
        if stated is not None and stated != listed:
            yield check.finding(
                groups=(group,), facts={"group": group, "stated": stated, "listed": listed}
            )
