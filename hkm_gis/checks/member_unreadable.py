"""H04: a row of the member list could not be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from hkm_gis.checks.definition import Check, check
from hkm_gis.checks.intake import tell_refused
from hkm_gis.checks.membership import fold_spelling, groups_by_spelling
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["member_unreadable"]


@check("H04", Severity.ERROR, facts={"place", "source", "feature", "group", "reason"})
def member_unreadable(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each row of the register that was refused, with the group that it names."""
    known = groups_by_spelling(survey)
    for rejection in () if survey.register is None else survey.register.rejected:
        group = known.get(fold_spelling(str(rejection.facts.get("group", ""))))
        yield replace(tell_refused(check, rejection), groups=(group,) if group else ())
