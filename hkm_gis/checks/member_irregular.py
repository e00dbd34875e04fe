"""H05: a row of the member list was read only after a correction."""

from __future__ import annotations

from collections.abc import Iterator

from hkm_gis.checks.definition import Check, check
from hkm_gis.checks.intake import tell_repaired
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["member_irregular"]


@check("H05", Severity.NOTE, facts={"place", "source", "feature", "rule"})
def member_irregular(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each correction made to a row of the register."""
    for repair in () if survey.register is None else survey.register.repairs:
        yield tell_repaired(check, repair)
