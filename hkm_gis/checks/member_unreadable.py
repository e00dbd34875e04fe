"""H04: a row of the member list could not be read."""

from __future__ import annotations

from collections.abc import Iterator

from hkm_gis.checks.definition import Check, check
from hkm_gis.checks.intake import tell_refused
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["member_unreadable"]


@check("H04", Severity.ERROR, facts={"place", "source", "feature", "reason"})
def member_unreadable(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each row of the register that was refused."""
    for rejection in () if survey.register is None else survey.register.rejected:
        yield tell_refused(check, rejection)
