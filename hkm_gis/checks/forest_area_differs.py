"""B03: the boundary encloses other hectares than the papers state."""

from __future__ import annotations

from collections.abc import Iterator

from hkm_gis.checks.definition import Check, check
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["forest_area_differs"]


@check(
    "B03",
    Severity.WARNING,
    facts={"forest", "area_ha", "stated_ha", "stated_source", "difference_ha", "difference_pct"},
)
def forest_area_differs(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield the forest if it differs by more than ``forest_area_tolerance_share``."""
    forest = survey.forest
    if forest is None or forest.stated_ha <= 0:
        return
    difference_ha = abs(forest.area_ha - forest.stated_ha)
    if difference_ha > survey.thresholds.forest_area_tolerance_share * forest.stated_ha:
        yield check.finding(
            facts={
                "forest": forest.name or "–",
                "area_ha": forest.area_ha,
                "stated_ha": forest.stated_ha,
                "stated_source": forest.stated_source or "–",
                "difference_ha": difference_ha,
                "difference_pct": 100 * difference_ha / forest.stated_ha,
            }
        )
