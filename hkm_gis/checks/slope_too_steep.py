"""P10: parcels lie on very steep land."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from hkm_gis.checks.definition import Check, check
from hkm_gis.checks.work_area import group_codes
from hkm_gis.overlaps.threads import in_threads, together
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["slope_too_steep"]


@check("P10", Severity.NOTE, facts={"group", "count", "area_ha", "slope_pct", "max_pct"})
def slope_too_steep(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each group with parcels steeper on average than ``slope_max_pct``; on it is not.

    One note for the group: on a mountain many parcels are steep, and what follows, how the
    steep land is kept, stands once in the group's work plan. Its place is a point in each of them.
    """
    slope_pct = survey.slope_pct
    if slope_pct is None:
        return
    group, parcels = group_codes(survey), survey.parcels
    ids, area_ha = parcels["parcel_id"].to_numpy(), parcels["area_ha"].to_numpy(float)
    steep = np.flatnonzero(slope_pct > survey.thresholds.slope_max_pct)
    lands = parcels.geometry.to_numpy()[steep]
    inside = together(in_threads(shapely.point_on_surface, lands))
    for code in np.unique(group[steep]):
        rows = steep[group[steep] == code]
        yield check.finding(
            parcels=tuple(ids[rows]),
            groups=(survey.groups[code],),
            where=shapely.multipoints(inside[group[steep] == code]),
            facts={
                "group": survey.groups[code],
                "count": len(rows),
                "area_ha": float(area_ha[rows].sum()),
                "slope_pct": float(slope_pct[rows].max()),
                "max_pct": survey.thresholds.slope_max_pct,
            },
        )
