"""P04: a parcel has a hole, as if somebody else farmed its middle."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from hkm_gis.checks.definition import Check, check
from hkm_gis.checks.outline import is_mended, widths_m
from hkm_gis.plane import M2_PER_HA, from_plane
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["parcel_with_hole"]


@check("P04", Severity.WARNING, facts={"parcel", "group", "holes", "hole_ha", "width_m"})
def parcel_with_hole(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each parcel with holes; a note where no circle of ``sliver_width_m`` fits in one.

    A narrower hole cannot have been walked round: two GPS errors close it. Holes that the mending
    of a crossed outline left are told by P01 and W02.
    """
    parts, owner = shapely.get_parts(survey.land, return_index=True)
    pierced = np.unique(owner[shapely.get_num_interior_rings(parts) > 0])
    for row in pierced[~is_mended(survey)[pierced]]:
        rings = [ring for part in parts[owner == row] for ring in part.interiors]
        holes = shapely.polygons(rings)
        width_m = float(widths_m(holes).max())
        narrow = width_m < survey.thresholds.sliver_width_m
        yield check.about(
            survey.parcels.iloc[row],
            where=from_plane([shapely.multipolygons(holes)])[0],
            severity=Severity.NOTE if narrow else check.severity,
            holes=len(holes),
            hole_ha=float(shapely.area(holes).sum()) / M2_PER_HA,
            width_m=width_m,
        )
