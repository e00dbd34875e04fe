"""One GPS walk → one polygon, every change recorded."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from hkm_gis.record import Rejection, Repair
from hkm_gis.thresholds import Thresholds
from hkm_gis.walks.land import land_inside
from hkm_gis.walks.loops import find_loops
from hkm_gis.walks.pieces import join_pieces
from hkm_gis.walks.receiver import keep_recorded
from hkm_gis.walks.trail import Kept, NoLandError, Trail
from hkm_gis.walks.uncertainty import (
    area_uncertainty_ha,
    drawn_uncertainty_ha,
    unwalked_uncertainty_ha,
)
from hkm_gis.walks.walk import Walk

__all__ = ["Outcome", "Walk", "area_uncertainty_ha", "drawn_uncertainty_ha", "to_polygon"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one walk: its land with everything that was done to it, or a refusal.

    Attributes
    ----------
    polygons
        The land in lon/lat (EPSG:4326); several where the walk went round several parcels.
    rejection
        Why there is no land; None where there is.
    repairs
        Every change, in the order in which it was made.
    gaps_m
        For each polygon the geodesic distance between the ends of its walk, NaN for corners.
    accuracy_m
        Standard error of a position as the device tells it (root mean square), NaN if it does not.
    uncertainties_ha
        For each polygon the half width of the 95 % interval of its hectares, NaN where not known.
    """

    polygons: tuple[BaseGeometry, ...] = ()
    rejection: Rejection | None = None
    repairs: tuple[Repair, ...] = ()
    gaps_m: tuple[float, ...] = ()
    accuracy_m: float = math.nan
    uncertainties_ha: tuple[float, ...] = ()

    @property
    def gap_m(self) -> float:
        """The widest gap between the ends of a walk."""
        return max(self.gaps_m, default=math.nan)

    @property
    def uncertainty_ha(self) -> float:
        """Half width of the 95 % interval of all the land together."""
        return math.hypot(*self.uncertainties_ha) if self.uncertainties_ha else math.nan


def to_polygon(walk: Walk, *, source: str, feature: str, thresholds: Thresholds) -> Outcome:
    """Turn one walk into the land it goes round.

    No point is ever moved: every step only leaves points out, so a clean closed walk comes out
    as it was recorded, to the byte. The steps, each recorded as a `Repair` where it changes
    something: pieces are joined (``join_segments``); standing points (``drop_repeated_points``),
    fixes that the device itself does not trust (``drop_inaccurate``), leaps of the receiver
    (``drop_jump``), rests (``drop_resting``) and thousands of fixes on top of each other
    (``drop_crowded``) go; each loop of the track becomes a parcel
    (``split_walk``) without the way in and out (``cut_tail``) and without its second lap
    (``cut_lap``); its ends are joined (``close_gap``) and its knots cut (``cut_crossing``). Land
    of which a side was not walked at all is kept with its ± unknown (``guess_side``): on the map
    people see it and can walk that side, refused it would be missing there.

    Parameters
    ----------
    walk
        The walk in lon/lat (EPSG:4326).
    source, feature
        Where it comes from, for the record.
    thresholds
        ``gps_error_m`` and the limits of a closing gap decide.

    Returns
    -------
    Outcome
        One polygon or more, or a rejection: ``too_few_points``, ``straight_line``, ``no_area``,
        ``segments_apart`` or ``walk_not_closed``.

    Examples
    --------
    A walk of 220 m in one direction goes round nothing:

    >>> line = Walk((np.array([[104.65, -5.42], [104.651, -5.42], [104.652, -5.42]]),))
    >>> to_polygon(line, source="a.gpx", feature="1", thresholds=Thresholds()).rejection.reason
    'straight_line'
    """
    trail = Trail.of(walk, source, feature, thresholds)
    repairs: list[Repair] = []
    try:
        strands = [keep_recorded(trail, s, repairs) for s in join_pieces(trail, repairs)]
        trail = trail if walk.corners else trail.ironed(*strands)
        loops = find_loops(trail, strands, repairs)
        lands = [land_inside(trail, loop, repairs) for loop in loops]
    except NoLandError as refusal:
        return Outcome(rejection=refusal.rejection, repairs=tuple(repairs))
    return Outcome(
        polygons=tuple(lands),
        repairs=tuple(repairs),
        gaps_m=tuple(math.nan if walk.corners else trail.gap_m(loop) for loop in loops),
        accuracy_m=_root_mean_square(trail.accuracy_m[np.concatenate(loops)]),
        uncertainties_ha=tuple(_uncertainty_ha(trail, loop) for loop in loops),
    )


def _uncertainty_ha(trail: Trail, loop: Kept) -> float:
    """Return the half width of the 95 % interval; NaN where too much of the outline is a guess."""
    errors_m, corners = _errors_m(trail, loop), trail.walk.corners
    walked_ha = area_uncertainty_ha(trail.xy[loop], error_m=errors_m, independent=corners)
    if corners:
        return walked_ha
    if trail.unwalked_share(loop) > trail.thresholds.closing_gap_max_share:
        return math.nan
    return math.hypot(walked_ha, unwalked_uncertainty_ha(trail.wide_m(trail.unwalked(loop))))


def _errors_m(trail: Trail, loop: Kept) -> float | NDArray[np.float64]:
    """Return the error of each point as the device tells it; the usual one where it does not."""
    told_m = trail.accuracy_m[loop]
    usual_m = _root_mean_square(told_m)
    if math.isnan(usual_m):
        return trail.thresholds.gps_error_m
    return np.where(np.isfinite(told_m), told_m, usual_m)


def _root_mean_square(values: NDArray[np.float64]) -> float:
    known = values[np.isfinite(values)]
    return float(np.sqrt((known**2).mean())) if len(known) else math.nan
