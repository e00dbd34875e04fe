"""B04: a parcel lies nearer to the boundary than the boundary itself is sure."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from hkm_gis.checks.boundary import nearest_on_boundary
from hkm_gis.checks.definition import Check, check
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["boundary_too_near"]


@check(
    "B04",
    Severity.WARNING,
    facts={"parcel", "group", "distance_m", "tolerance_m", "outside_ha"},
)
def boundary_too_near(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each parcel that the drawn line can place neither inside nor outside."""
    if survey.forest is None or survey.standing is None:
        return
    standing = survey.standing
    near = np.asarray(survey.near_boundary, dtype=bool)
    unsure = np.where(standing.is_outside, ~standing.is_sure, near)
    rows = np.flatnonzero(unsure)
    parcels = survey.parcels.iloc[rows]
    nearest = nearest_on_boundary(parcels.geometry.to_numpy(), survey.forest)
    for row, parcel, (distance_m, place) in zip(rows, parcels.itertuples(), nearest, strict=True):
        yield check.finding(
            parcels=(parcel.parcel_id,),
            groups=(parcel.group,),
            where=survey.outside[row] if standing.is_outside[row] else place,
            facts={
                "parcel": parcel.parcel_id,
                "group": parcel.group,
                "distance_m": distance_m,
                "tolerance_m": survey.forest.tolerance_m,
                "outside_ha": float(standing.outside_ha[row]),
            },
        )
