"""P11: the land-cover map shows nothing planted on a parcel."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from hkm_gis.checks.definition import Check, check
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["land_not_cultivated"]


@check("P11", Severity.WARNING, facts={"parcel", "group", "area_ha", "cultivated_ha", "layer_date"})
def land_not_cultivated(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each parcel with cultivated cover on less than ``cultivated_min_share`` of it.

    The office asks whether members really farm the land. The map may be old or coarse, so this
    only warns. Land outside the forest is not proposed: B01 speaks of it. Without a land-cover
    grid, or where none of its classes counts as cultivated, nothing is said.
    """
    cultivated_ha, raster = survey.cultivated_ha, survey.project.landcover
    if cultivated_ha is None or raster is None:
        return
    area_ha = survey.parcels["area_ha"].to_numpy(float)
    bare = cultivated_ha < survey.thresholds.cultivated_min_share * area_ha
    if survey.standing is not None:
        bare &= ~survey.standing.is_surely_elsewhere
    for row in np.flatnonzero(bare):
        parcel = survey.parcels.iloc[row]
        yield check.about(
            parcel,
            where=parcel.geometry,
            area_ha=float(area_ha[row]),
            cultivated_ha=float(cultivated_ha[row]),
            layer_date=raster.date or "–",
        )
