"""P06: a parcel is nowhere wider than the GPS errors of its two sides."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from hkm_gis.checks.definition import Check, check
from hkm_gis.checks.outline import is_wide, widths_m
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["parcel_too_narrow"]


@check("P06", Severity.WARNING, facts={"parcel", "group", "area_ha", "width_m", "min_width_m"})
def parcel_too_narrow(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each parcel in which no circle of ``sliver_width_m`` fits.

    Its two long sides each err by one GPS error, so its hectares are mostly error. A parcel that
    P02 calls too small is told there.
    """
    least_m = survey.thresholds.sliver_width_m
    big = survey.parcels["area_ha"].to_numpy(float) >= survey.thresholds.parcel_min_ha
    rows = np.flatnonzero(big & ~is_wide(survey.land, least_m))
    for row, width_m in zip(rows, widths_m(survey.land[rows]), strict=True):
        parcel = survey.parcels.iloc[row]
        yield check.about(
            parcel,
            where=parcel.geometry,
            area_ha=float(parcel.area_ha),
            width_m=float(width_m),
            min_width_m=least_m,
        )
