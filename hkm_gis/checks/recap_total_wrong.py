"""D10: a printed total of the recap is not the sum of its numbers."""

from __future__ import annotations

from collections.abc import Iterator

from hkm_gis.checks.definition import Check, check
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["recap_total_wrong"]


@check("D10", Severity.WARNING, facts={"source", "column", "district", "printed", "summed", "off"})
def recap_total_wrong(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each total that no reading of its unknown numbers can make."""
    if survey.recap is None:
        return
    for wrong in survey.recap.wrong_sums():
        yield check.finding(
            facts={
                "source": survey.recap.source,
                "column": wrong.column,
                "district": wrong.district or "–",
                "printed": _number(wrong.column, wrong.printed),
                "summed": _number(wrong.column, wrong.summed),
                "off": _number(wrong.column, abs(wrong.summed - wrong.printed)),
            }
        )


def _number(column: str, value: float) -> float | int:
    return value if column == "ha" else int(value)
