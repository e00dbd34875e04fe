"""P07: the outline of a parcel comes back to itself and nearly cuts the land in two."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from hkm_gis.checks.definition import Check, check
from hkm_gis.checks.outline import Geometries, is_mended, is_wide
from hkm_gis.overlaps.threads import in_threads, together
from hkm_gis.plane import M2_PER_HA, from_plane
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["parcel_pinched"]


@check("P07", Severity.WARNING, facts={"parcel", "group", "neck_m", "smaller_ha"})
def parcel_pinched(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each parcel whose halves hang together by a neck narrower than ``gps_error_m``.

    Such a neck may not exist at all: often two plots were walked in one go, or the way in is part
    of the line. Halves in which no circle of ``sliver_width_m`` fits are only a crooked corner.
    """
    neck_m = survey.thresholds.gps_error_m
    least_m = survey.thresholds.sliver_width_m - neck_m
    pieces = survey.recalled(
        "pieces_when_shrunk",
        lambda rows: shapely.get_num_geometries(_shrunk(survey.land[rows], neck_m / 2)),
    )
    whole = shapely.get_num_geometries(survey.land)
    rows = np.flatnonzero((pieces > whole) & (whole == 1) & ~is_mended(survey))
    for row, shrunk in zip(rows, _shrunk(survey.land[rows], neck_m / 2), strict=True):
        parts = shapely.get_parts(shrunk)
        halves = parts[is_wide(parts, least_m)]
        if len(halves) > 1:
            first, second = halves[np.argsort(-shapely.area(halves), kind="stable")[:2]]
            across = shapely.shortest_line(first, second)
            yield check.about(
                survey.parcels.iloc[row],
                where=from_plane([shapely.centroid(across)])[0],
                neck_m=neck_m,
                smaller_ha=float(shapely.area(second)) / M2_PER_HA,
            )


def _shrunk(land: Geometries, by_m: float) -> Geometries:
    def shrink(some: Geometries) -> Geometries:
        return np.asarray(shapely.buffer(some, -by_m, join_style="mitre"))

    return together(in_threads(shrink, land))
