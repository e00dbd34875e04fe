"""P09: a drawn outline has corners so near to each other that nobody meant two."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from hkm_gis.checks.definition import Check, check
from hkm_gis.checks.outline import Flags, Geometries, corners_of
from hkm_gis.overlaps.threads import in_threads, together
from hkm_gis.plane import from_plane
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["edge_too_short"]


@check("P09", Severity.NOTE, facts={"parcel", "group", "edges", "length_mm", "min_length_m"})
def edge_too_short(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each drawn parcel with edges shorter than ``edge_min_m``.

    Walks are left out: a receiver that rests writes points on top of each other, and W03 speaks
    of them. Corners that are exactly the same were dropped on the way in (P03).
    """
    least_m = survey.thresholds.edge_min_m
    has_short = survey.recalled(
        "has_short_edge", lambda rows: _has_short(survey.land[rows], least_m)
    )
    drawn = np.flatnonzero(has_short & (survey.parcels["kind"] == "drawn").to_numpy())
    corners = corners_of(survey.land[drawn])
    edge_m = corners.edge_m
    short = np.flatnonzero(edge_m < least_m - _DUST_M)
    for place in np.unique(corners.owner[short]):
        own = short[corners.owner[short] == place]
        yield check.about(
            survey.parcels.iloc[drawn[place]],
            where=from_plane([shapely.multipoints(corners.xy[own])])[0],
            edges=len(own),
            length_mm=1000 * float(edge_m[own].min()),
            min_length_m=least_m,
        )


def _has_short(land: Geometries, least_m: float) -> Flags:
    def tell(some: Geometries) -> Flags:
        corners = corners_of(some)
        has_short = np.zeros(len(some), dtype=bool)
        has_short[corners.owner[corners.edge_m < least_m - _DUST_M]] = True
        return has_short

    return together(in_threads(tell, land))


_DUST_M = 1e-6  # degrees carry 1e-9 m
