"""O09: the maps of two groups overlap, by no more than two walks of one border part."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from hkm_gis.checks.definition import Check, check
from hkm_gis.checks.outline import Floats, Geometries, is_wide
from hkm_gis.checks.work_area import group_codes
from hkm_gis.overlaps.threads import in_threads, together
from hkm_gis.plane import M2_PER_HA, from_plane, land_on_plane
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["group_border_unsure"]


@check(
    "O09",
    Severity.WARNING,
    facts={"group_a", "group_b", "count", "area_m2", "area_ha", "width_m", "error_m"},
)
def group_border_unsure(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each two groups whose parcels share slivers, with all of them together.

    A strip of 8 m may be two walks of one path or land that both farm: no GPS can tell, so the
    groups walk that side together. Where all are narrower than one GPS error, which two walks of
    one path nearly always part by, it is a note: one line for both maps is enough. More than
    slivers is O01.
    """
    pairs, group = survey.overlaps, group_codes(survey)
    a, b = survey.ground.told
    slivers = np.flatnonzero((pairs["kind"] == "sliver").to_numpy() & (group[a] != group[b]))
    strips = together(in_threads(land_on_plane, pairs.geometry.to_numpy()[slivers]))
    width_m = pairs["width_m"].to_numpy(float)[slivers]
    sides = np.column_stack([a[slivers], b[slivers]])
    both = np.sort(group[sides], axis=1) @ [len(survey.groups), 1]
    ids = survey.parcels["parcel_id"].to_numpy()
    for key in dict.fromkeys(both.tolist()):
        shared = both == key
        groups = tuple(survey.groups[code] for code in divmod(key, len(survey.groups)))
        parcels = tuple(ids[np.unique(sides[shared])])
        yield _finding(check, survey, groups, parcels, strips[shared], width_m[shared])


def _finding(
    check: Check,
    survey: Survey,
    groups: tuple[str, ...],
    parcels: tuple[str, ...],
    strips: Geometries,
    width_m: Floats,
) -> Finding:
    error_m = survey.thresholds.gps_error_m
    land = shapely.disjoint_subset_union_all(strips)
    area_m2 = float(shapely.area(land))
    return check.finding(
        severity=check.severity if _any_wide(strips, width_m, error_m) else Severity.NOTE,
        parcels=parcels,
        groups=groups,
        where=from_plane([land])[0],
        facts={
            "group_a": groups[0],
            "group_b": groups[1],
            "count": len(strips),
            "area_m2": area_m2,
            "area_ha": area_m2 / M2_PER_HA,
            "width_m": float(width_m.max()),
            "error_m": error_m,
        },
    )


def _any_wide(strips: Geometries, width_m: Floats, least_m: float) -> bool:
    """Tell whether one strip is so wide; the known widths of overlaps are up to 0.5 m too small."""
    if (width_m >= least_m).any():
        return True
    return bool(is_wide(strips[width_m >= least_m - _TOO_SMALL_M], least_m).any())


_TOO_SMALL_M = 0.52  # with what rounding and measuring may take away
