"""D11: a cell of the recap says no number, or one that can be read in two ways."""

from __future__ import annotations

import math
from collections.abc import Iterator

from hkm_gis.checks.definition import Check, check
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["recap_cell_unsure"]


@check(
    "D11",
    Severity.NOTE,
    facts={"source", "column", "district", "written", "value", "certainty"},
)
def recap_cell_unsure(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each number that is not sure, with how it was written and read."""
    if survey.recap is None:
        return
    for district, column, cell in survey.recap.unsure_cells():
        # A number that is not known has no value, not the value 0.
        known = {} if math.isnan(cell.value) else {"value": cell.value}
        yield check.finding(
            severity=Severity.WARNING if known else Severity.NOTE,
            facts={
                "source": survey.recap.source,
                "column": column,
                "district": district,
                "written": cell.written.strip() or "–",
                "certainty": cell.certainty,
                **known,
            },
        )
