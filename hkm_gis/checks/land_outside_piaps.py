"""O08: land of a group lies outside the indicative map of social forestry."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from hkm_gis.checks.definition import Check, check
from hkm_gis.checks.outline import is_claim
from hkm_gis.checks.work_area import group_codes
from hkm_gis.plane import M2_PER_HA, from_plane, land_on_plane, polygonal
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["land_outside_piaps"]


@check(
    "O08",
    Severity.WARNING,
    facts={"group", "layer", "layer_version", "layer_date", "count", "outside_ha"},
)
def land_outside_piaps(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each group with more than a sliver of land outside a layer of role ``piaps``.

    The map is revised every six months, so the finding names its version and date. Land outside
    the forest is not proposed: B01 and B02 speak of it. Parcels whose
    part outside is narrower than ``sliver_width_m`` follow its line as well as a walk can.
    """
    group = group_codes(survey)
    for layer, table in survey.layers:
        if layer.role != "piaps":
            continue
        inside = shapely.union_all(land_on_plane(table.geometry.to_numpy()))
        shapely.prepare(inside)
        rows = np.flatnonzero(~shapely.covers(inside, survey.land))
        proposed = shapely.difference(survey.land[rows], land_on_plane(survey.outside[rows]))
        outside = polygonal(shapely.difference(proposed, inside))
        wide = is_claim(outside, survey.land[rows], survey.thresholds.sliver_width_m)
        rows, outside = rows[wide], outside[wide]
        for code in np.unique(group[rows]):
            mine = group[rows] == code
            land = shapely.union_all(outside[mine])
            ids = tuple(survey.parcels["parcel_id"].iloc[rows[mine]])
            yield check.finding(
                parcels=ids,
                groups=(survey.groups[code],),
                where=from_plane([land])[0],
                facts={
                    "group": survey.groups[code],
                    "layer": layer.name,
                    "layer_version": layer.version or "–",
                    "layer_date": layer.date or "–",
                    "count": len(ids),
                    "outside_ha": float(shapely.area(land)) / M2_PER_HA,
                },
            )
