"""B01: a parcel lies outside the forest."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from hkm_gis.checks.boundary import nearest_on_boundary
from hkm_gis.checks.definition import Check, check
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["parcel_outside_forest"]


@check("B01", Severity.ERROR, facts={"parcel", "group", "outside_ha", "distance_m"})
def parcel_outside_forest(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each parcel wholly outside, and farther out than the boundary may be wrong."""
    if survey.forest is None or survey.standing is None:
        return
    standing = survey.standing
    rows = np.flatnonzero(standing.is_surely_elsewhere)
    parcels = survey.parcels.iloc[rows]
    near = nearest_on_boundary(parcels.geometry.to_numpy(), survey.forest)
    for row, parcel, (distance_m, _) in zip(rows, parcels.itertuples(), near, strict=True):
        yield check.finding(
            parcels=(parcel.parcel_id,),
            groups=(parcel.group,),
            where=survey.outside[row],
            facts={
                "parcel": parcel.parcel_id,
                "group": parcel.group,
                "outside_ha": float(standing.outside_ha[row]),
                "distance_m": distance_m,
            },
        )
