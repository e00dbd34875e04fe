"""P08: a parcel has a thorn, a corner so sharp that nobody farms in it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from hkm_gis.checks.definition import Check, check
from hkm_gis.checks.outline import Corners, Flags, Geometries, Indices, corners_of, is_mended
from hkm_gis.overlaps.threads import in_threads, together
from hkm_gis.plane import from_plane
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey
from hkm_gis.thresholds import Thresholds

__all__ = ["corner_too_sharp"]


@check("P08", Severity.WARNING, facts={"parcel", "group", "corners", "angle_deg", "length_m"})
def corner_too_sharp(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each parcel with a corner below ``corner_min_deg`` whose arms reach ``spike_min_m``.

    Bends of less than half a GPS error are straightened first: a thorn that was walked has steps
    in its arms. The sharpest corner is the one that is named. The corners of a crossed outline
    are told by P01 and W02.
    """
    usual = survey.thresholds
    has_thorn = survey.recalled("has_thorn", lambda rows: _has_thorn(survey.land[rows], usual))
    told = np.flatnonzero(has_thorn & ~is_mended(survey))
    sharp, corners = _thorns(survey.land[told], usual)
    angle_deg = corners.angle_deg
    for place, row in enumerate(told):
        own = sharp[corners.owner[sharp] == place]
        worst = own[np.argmin(angle_deg[own])]
        yield check.about(
            survey.parcels.iloc[row],
            where=from_plane([shapely.multipoints(corners.xy[own])])[0],
            corners=len(own),
            angle_deg=round(float(angle_deg[worst])),
            length_m=float(corners.arm_m[worst]),
        )


def _has_thorn(land: Geometries, usual: Thresholds) -> Flags:
    def tell(some: Geometries) -> Flags:
        sharp, corners = _thorns(some, usual)
        has_thorn = np.zeros(len(some), dtype=bool)
        has_thorn[corners.owner[sharp]] = True
        return has_thorn

    return together(in_threads(tell, land))


def _thorns(land: Geometries, usual: Thresholds) -> tuple[Indices, Corners]:
    """Return the places of the thorns among the corners, and the corners."""
    corners = corners_of(land, straightened_m=usual.gps_error_m / 2)
    sharp = np.flatnonzero(
        (corners.angle_deg < usual.corner_min_deg - _DUST_DEG)
        & (corners.arm_m >= usual.spike_min_m - _DUST_M)
    )
    return sharp, corners


_DUST_DEG, _DUST_M = 1e-6, 1e-6  # degrees carry 1e-9 m
