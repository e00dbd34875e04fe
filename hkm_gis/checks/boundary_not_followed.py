"""B05: a parcel nearly follows the forest boundary, but not quite."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from hkm_gis.checks.boundary import crossing
from hkm_gis.checks.definition import Check, check
from hkm_gis.checks.outline import widths_m
from hkm_gis.plane import from_plane, land_on_plane
from hkm_gis.report import Finding, Severity
from hkm_gis.standing import line_pieces
from hkm_gis.survey import Survey

__all__ = ["boundary_not_followed"]


@check("B05", Severity.WARNING, facts={"parcel", "group", "outside_ha", "width_m", "length_m"})
def boundary_not_followed(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each parcel that a walk along the boundary would have made.

    A strip narrower than ``sliver_width_m`` outside is no claim on land outside, it is the error
    of the walk (warning: those hectares are not granted). An edge that runs inside as near for
    ``follow_min_m`` leaves a strip that nobody has (note). Where the boundary itself is less sure
    than the walk, no edge can be told to follow it, and B04 speaks.
    """
    if survey.standing is None:
        return
    for row, strip in crossing(survey, wide=False):
        yield check.about(
            survey.parcels.iloc[row],
            where=survey.outside[row],
            outside_ha=float(survey.standing.outside_ha[row]),
            width_m=float(widths_m(np.array([strip]))[0]),
        )
    for row, beside in _alongside(survey):
        if beside.length >= survey.thresholds.follow_min_m:
            yield check.about(
                survey.parcels.iloc[row],
                where=from_plane([beside])[0],
                severity=Severity.NOTE,
                length_m=float(beside.length),
            )


def _alongside(survey: Survey) -> Iterator[tuple[int, BaseGeometry]]:
    """Yield the parcels inside and near, each with the part of its outline that is near."""
    assert survey.forest is not None  # noqa: S101 - its caller has asked
    assert survey.standing is not None  # noqa: S101
    reach_m = survey.thresholds.sliver_width_m
    told = survey.near_boundary | survey.standing.is_outside
    rows = np.flatnonzero(~np.asarray(told, dtype=bool))
    pieces = line_pieces(land_on_plane([survey.forest.geometry])[0])
    tree = shapely.STRtree(pieces)
    parcel, piece = tree.query(survey.land[rows], predicate="dwithin", distance=reach_m)
    for place in np.unique(parcel):
        band = shapely.union_all(shapely.buffer(pieces[piece[parcel == place]], reach_m))
        yield rows[place], shapely.intersection(shapely.boundary(survey.land[rows[place]]), band)
