"""B02: a parcel lies partly outside the forest."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from hkm_gis.checks.definition import Check, check
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["parcel_crosses_boundary"]


@check("B02", Severity.ERROR, facts={"parcel", "group", "outside_ha", "area_ha", "outside_pct"})
def parcel_crosses_boundary(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each parcel partly outside, and farther out than the boundary may be wrong."""
    if survey.forest is None or survey.standing is None:
        return
    standing = survey.standing
    rows = np.flatnonzero(standing.is_outside & standing.is_sure & ~standing.is_wholly_outside)
    for row, parcel in zip(rows, survey.parcels.iloc[rows].itertuples(), strict=True):
        outside_ha = float(standing.outside_ha[row])
        yield check.finding(
            parcels=(parcel.parcel_id,),
            groups=(parcel.group,),
            where=survey.outside[row],
            facts={
                "parcel": parcel.parcel_id,
                "group": parcel.group,
                "area_ha": float(parcel.area_ha),
                "outside_ha": outside_ha,
                "outside_pct": 100 * outside_ha / float(parcel.area_ha),
            },
        )
