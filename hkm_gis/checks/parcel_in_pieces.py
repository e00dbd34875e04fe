"""P05: one parcel consists of pieces that do not touch."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from hkm_gis.checks.definition import Check, check
from hkm_gis.checks.outline import is_mended
from hkm_gis.plane import M2_PER_HA
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["parcel_in_pieces"]


@check("P05", Severity.WARNING, facts={"parcel", "group", "pieces", "area_ha", "smaller_ha"})
def parcel_in_pieces(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each parcel of two pieces or more.

    A piece below ``overlap_min_m2`` is arithmetic. Pieces that the mending of a crossed outline
    left are told by P01 and W02.
    """
    parts, owner = shapely.get_parts(survey.land, return_index=True)
    area_m2 = shapely.area(parts)
    land = area_m2 >= survey.thresholds.overlap_min_m2
    pieces = np.bincount(owner[land], minlength=len(survey.land))
    for row in np.flatnonzero((pieces > 1) & ~is_mended(survey)):
        parcel = survey.parcels.iloc[row]
        own_m2 = area_m2[land & (owner == row)]
        yield check.about(
            parcel,
            where=parcel.geometry,
            pieces=len(own_m2),
            area_ha=float(parcel.area_ha),
            smaller_ha=float(own_m2.sum() - own_m2.max()) / M2_PER_HA,
        )
