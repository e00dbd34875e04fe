"""O04: a strip between neighbours belongs to nobody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from hkm_gis.checks.definition import Check, check
from hkm_gis.checks.outline import is_wide, widths_m
from hkm_gis.plane import M2_PER_HA, from_plane, to_plane
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["gap_between_parcels"]


@check("O04", Severity.NOTE, facts={"parcels", "groups", "area_m2", "area_ha", "width_m"})
def gap_between_parcels(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each gap from ``gap_min_width_m`` to ``gap_max_width_m`` wide.

    A narrower one is two walks of one path; a wider one is land that lies between. A gap is none
    where a road or river of the project, with ``sliver_width_m`` on both sides, leaves nothing so
    wide, nor where the project lists it as allowed.
    """
    gaps, parcels = survey.gaps, survey.parcels
    allowed = [set(gap.parcels) for gap in survey.project.allowed_gaps]
    asked = [k for k, ids in enumerate(gaps["parcels"]) if not any(set(ids) <= a for a in allowed)]
    whole = to_plane(gaps.geometry.to_numpy()[asked])
    left, cut = _without_ways(whole, survey)
    width_m, wide = gaps["width_m"].to_numpy(float)[asked], np.ones(len(asked), dtype=bool)
    width_m[cut] = widths_m(left[cut])
    wide[cut] = is_wide(left[cut], survey.thresholds.gap_min_width_m)
    group_of = dict(zip(parcels["parcel_id"].to_numpy(), parcels["group"].to_numpy(), strict=True))
    beside, area_m2, places = (
        gaps["parcels"].to_numpy()[asked],
        shapely.area(left),
        from_plane(left),
    )
    for k in np.flatnonzero(wide):
        groups = tuple(dict.fromkeys(group_of[i] for i in beside[k]))
        yield check.finding(
            parcels=beside[k],
            groups=groups,
            where=places[k],
            facts={
                "parcels": beside[k],
                "groups": groups,
                "area_m2": float(area_m2[k]),
                "area_ha": float(area_m2[k]) / M2_PER_HA,
                "width_m": float(width_m[k]),
            },
        )


def _without_ways(gaps: NDArray[Any], survey: Survey) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Return the gaps without roads and rivers, and the places of those that had any."""
    shapes = [table.geometry.to_numpy() for table in survey.landmarks.values()]
    if not shapes or not len(gaps):
        return gaps, np.empty(0, dtype=np.intp)
    reach_m = survey.thresholds.sliver_width_m
    ways = shapely.get_parts(to_plane(np.concatenate(shapes)))
    gap, way = shapely.STRtree(ways).query(gaps, predicate="dwithin", distance=reach_m)
    left, cut = gaps.copy(), np.unique(gap)
    for k in cut:
        near = shapely.clip_by_rect(ways[way[gap == k]], *_around(gaps[k], 3 * reach_m))
        left[k] = shapely.difference(gaps[k], shapely.buffer(shapely.union_all(near), reach_m))
    return left, cut


def _around(gap: Any, by_m: float) -> tuple[float, float, float, float]:
    west, south, east, north = shapely.bounds(gap)
    return west - by_m, south - by_m, east + by_m, north + by_m
