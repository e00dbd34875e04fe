"""B02: a parcel lies partly outside the forest."""

from __future__ import annotations

from collections.abc import Iterator

from hkm_gis.checks.boundary import crossing
from hkm_gis.checks.definition import Check, check
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["parcel_crosses_boundary"]


@check("B02", Severity.ERROR, facts={"parcel", "group", "outside_ha", "area_ha", "outside_pct"})
def parcel_crosses_boundary(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each parcel partly outside, and farther out than the boundary may be wrong.

    A part narrower than ``sliver_width_m`` is the error of the walk, and B05 speaks of it.
    """
    if survey.standing is None:
        return
    for row, _ in crossing(survey, wide=True):
        parcel = survey.parcels.iloc[row]
        outside_ha = float(survey.standing.outside_ha[row])
        yield check.about(
            parcel,
            where=survey.outside[row],
            area_ha=float(parcel.area_ha),
            outside_ha=outside_ha,
            outside_pct=100 * outside_ha / float(parcel.area_ha),
        )
