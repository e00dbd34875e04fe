"""P02: a parcel is so small or so large that it is probably no andil."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from hkm_gis.checks.definition import Check, check
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["parcel_size_unusual"]


@check("P02", Severity.WARNING, facts={"parcel", "group", "area_ha", "min_ha", "max_ha"})
def parcel_size_unusual(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each parcel below ``parcel_min_ha`` or above ``parcel_max_ha``; on them is usual."""
    usual = survey.thresholds
    area_ha = survey.parcels["area_ha"].to_numpy(float)
    unusual = (area_ha < usual.parcel_min_ha) | (area_ha > usual.parcel_max_ha)
    for row in survey.parcels.iloc[np.flatnonzero(unusual)].itertuples():
        yield check.finding(
            parcels=(row.parcel_id,),
            groups=(row.group,),
            where=row.geometry,
            facts={
                "parcel": row.parcel_id,
                "group": row.group,
                "area_ha": float(row.area_ha),
                "min_ha": usual.parcel_min_ha,
                "max_ha": usual.parcel_max_ha,
            },
        )
