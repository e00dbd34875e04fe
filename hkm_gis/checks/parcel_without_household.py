"""H01: nobody on the member list farms a parcel, or it is not sure who."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from hkm_gis.checks.definition import Check, check
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["parcel_without_household"]

_SEVERITY_OF = {"none": Severity.ERROR, "doubtful": Severity.WARNING}


@check("H01", Severity.ERROR, facts={"parcel", "group", "member", "area_ha"})
def parcel_without_household(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each parcel whose farmer is not on the list (error) or only perhaps (warning)."""
    if survey.register is None:
        return
    # shared land of the group has no farmer of its own
    own = ~survey.parcels["communal"].to_numpy(bool)
    unmatched = own & survey.parcels["match"].isin(list(_SEVERITY_OF)).to_numpy()
    for parcel in survey.parcels.iloc[np.flatnonzero(unmatched)].itertuples():
        yield check.finding(
            severity=_SEVERITY_OF[parcel.match],
            parcels=(parcel.parcel_id,),
            groups=(parcel.group,),
            where=parcel.geometry,
            facts={
                "parcel": parcel.parcel_id,
                "group": parcel.group,
                "member": parcel.member or "–",
                "area_ha": float(parcel.area_ha),
            },
        )
