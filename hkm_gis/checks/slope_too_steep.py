"""P10: parcels lie on very steep land."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from hkm_gis.checks.definition import Check, check
from hkm_gis.checks.work_area import Indices, group_codes
from hkm_gis.overlaps.threads import in_threads, together
from hkm_gis.plane import from_plane
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["slope_too_steep"]


@check("P10", Severity.NOTE, facts={"group", "count", "area_ha", "slope_pct", "max_pct"})
def slope_too_steep(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each group with parcels steeper on average than ``slope_max_pct``; on it is not.

    One note for the group: on a mountain many parcels are steep, and what follows, how the
    steep land is kept, stands once in the group's work plan.
    """
    slope_pct = survey.slope_pct
    if slope_pct is None:
        return
    group = group_codes(survey)
    steep = np.flatnonzero(slope_pct > survey.thresholds.slope_max_pct)
    codes = np.unique(group[steep])

    def land_of(some: Indices) -> NDArray[Any]:
        united = [shapely.union_all(survey.land[steep[group[steep] == c]]) for c in some]
        return np.array(united, dtype=object)

    lands = from_plane(together(in_threads(land_of, codes, chunk=1)))
    for code, land in zip(codes, lands, strict=True):
        rows = steep[group[steep] == code]
        parcels = survey.parcels.iloc[rows]
        ids = tuple(parcels["parcel_id"])
        yield check.finding(
            parcels=ids,
            groups=(survey.groups[code],),
            where=land,
            facts={
                "group": survey.groups[code],
                "count": len(ids),
                "area_ha": float(parcels["area_ha"].sum()),
                "slope_pct": float(slope_pct[rows].max()),
                "max_pct": survey.thresholds.slope_max_pct,
            },
        )
