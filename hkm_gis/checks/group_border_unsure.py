"""O09: the maps of two groups overlap, by no more than two walks of one border part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from hkm_gis.checks.definition import Check, check
from hkm_gis.checks.outline import Floats, Geometries, is_wide
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
    pairs = survey.overlaps
    slivers = pairs[(pairs["kind"] == "sliver") & (pairs["group_a"] != pairs["group_b"])]
    strips = together(in_threads(land_on_plane, slivers.geometry.to_numpy()))
    place = {name: k for k, name in enumerate(survey.groups)}
    rows = defaultdict(list)
    for row, both in enumerate(zip(slivers["group_a"], slivers["group_b"], strict=True)):
        rows[tuple(sorted(both, key=place.__getitem__))].append(row)
    row_of = pd.Index(survey.parcels["parcel_id"])
    for groups, shared in rows.items():
        yield _finding(check, survey, groups, slivers.iloc[shared], strips[shared], row_of)


def _finding(
    check: Check,
    survey: Survey,
    groups: tuple[str, ...],
    shared: gpd.GeoDataFrame,
    strips: Geometries,
    row_of: pd.Index,
) -> Finding:
    error_m = survey.thresholds.gps_error_m
    land = shapely.disjoint_subset_union_all(strips)
    area_m2, width_m = float(shapely.area(land)), shared["width_m"].to_numpy(float)
    rows = np.unique(row_of.get_indexer(pd.Index([*shared["parcel_a"], *shared["parcel_b"]])))
    return check.finding(
        severity=check.severity if _any_wide(strips, width_m, error_m) else Severity.NOTE,
        parcels=tuple(row_of[rows]),
        groups=groups,
        where=from_plane([land])[0],
        facts={
            "group_a": groups[0],
            "group_b": groups[1],
            "count": len(shared),
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
