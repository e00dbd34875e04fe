"""What lies below the parcels of a map: relief, contour lines, rivers, roads, villages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hkm_gis.project import Project
from hkm_gis.sheets.frame import Frame
from hkm_gis.sheets.relief import (
    Contour,
    Elevation,
    contour_interval_m,
    contours,
    read_elevation,
)
from hkm_gis.sheets.topography import Features, Topography, topography_in

__all__ = ["Ground", "read_ground"]


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """The land of one frame as its project knows it.

    Attributes
    ----------
    elevation
        Heights; None where the project has none for this frame.
    contours, interval_m
        Contour lines on paper, and the metres between two of them.
    topography
        Rivers, roads and villages on paper.
    """

    elevation: Elevation | None
    contours: tuple[Contour, ...]
    interval_m: int
    topography: tuple[Topography, ...]


def read_ground(project: Project, features: Sequence[Features], frame: Frame) -> Ground:
    """Read the elevations of a project, and what ``features`` show, as far as the frame goes."""
    elevation = None if project.dem is None else read_elevation(project.dem.file, frame)
    topography = tuple(topography_in(features, frame))
    if elevation is None or not elevation.known:
        return Ground(None, (), 0, topography)
    interval_m = contour_interval_m(elevation)
    return Ground(elevation, tuple(contours(elevation, interval_m)), interval_m, topography)
