"""Every threshold of the project, each with its unit in its name and its reason beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["GPS_ERRORS", "Thresholds", "in_gps_errors"]

GPS_ERRORS = {
    "sliver_width_m": 2,
    "closing_gap_note_m": 3,
    "spike_min_m": 3,
    "gap_min_width_m": 4,
    "follow_min_m": 6,
    "jump_min_m": 4,
}
"""How many GPS errors long these are, where a project does not set them itself."""


def in_gps_errors(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``[thresholds]`` with the lengths that follow from its ``gps_error_m``.

    Examples
    --------
    A project whose phones err by 7 m, and which wants no overlap below 20 m to be a claim:

    >>> said = in_gps_errors({"gps_error_m": 7.0, "sliver_width_m": 20.0})
    >>> said["sliver_width_m"], said["gap_min_width_m"]
    (20.0, 28.0)
    """
    error_m = said.get("gps_error_m")
    if not isinstance(error_m, int | float):
        return dict(said)
    return {name: count * error_m for name, count in GPS_ERRORS.items()} | dict(said)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """What a project may set under ``[thresholds]`` in ``hkm.toml``."""

    gps_error_m: float = 5.0
    """Standard position error of a handheld under trees: 3 to 5 m open sky, 5 to 15 m canopy."""
    sliver_width_m: float = 10.0
    """Shared land narrower than two GPS errors is no claim, only two walks of one path."""
    overlap_min_m2: float = 1.0
    """Shared land below this is arithmetic dust."""
    closing_gap_note_m: float = 15.0
    """A walk whose ends lie nearer than three GPS errors counts as closed."""
    closing_gap_max_m: float = 100.0
    """A walk whose ends lie farther apart than this is not closed by a program but by a person."""
    closing_gap_max_share: float = 0.15
    """Nor is one sure whose gaps are more than this share of the walked length."""
    closing_gap_guess_share: float = 0.33
    """Up to this share the land stays on the map, its ± unknown, until that side is walked: one of
    the four sides of a field. Beyond it the line across would be somebody's idea of the land."""
    jump_min_m: float = 20.0
    """A leap of the receiver, out and back again, is at least four GPS errors long; below that it
    is plain noise."""
    walking_speed_max_m_s: float = 3.0
    """Nobody walks a boundary faster (11 km/h): such a step was made by the receiver."""
    tail_land_max_share: float = 0.3
    """Two ways that leave a field part, and a gap between their ends would enclose land that nobody
    works; a part larger than this share of the whole may be a field, so a person decides."""
    parcel_min_ha: float = 0.05
    """Andil are 0.25 to 3 ha; below 500 m² a GPS walk measures mostly its own error."""
    parcel_max_ha: float = 10.0
    """Above this one household cannot have walked one andil; usually a wrong file."""
    forest_area_tolerance_share: float = 0.01
    """A boundary whose hectares differ more from the stated ones is a finding."""
    corner_min_deg: float = 10.0
    """Land inside a sharper corner is narrower than the GPS error for its first 28 m."""
    spike_min_m: float = 15.0
    """A corner whose arms are shorter than three GPS errors is plain noise, however sharp."""
    edge_min_m: float = 0.1
    """Nobody sees a bend of 10 cm; two corners so near come from a hand that clicked twice."""
    follow_min_m: float = 30.0
    """Along three sliver widths an edge follows the boundary; along less a corner comes near."""
    gap_min_width_m: float = 20.0
    """Two walks of one path part by four GPS errors at one place of a thousand."""
    gap_max_width_m: float = 40.0
    """A wider opening can hold an andil, and is no gap but land between."""
    work_area_gap_m: float = 50.0
    """Two parcels of a group farther apart than a road or stream with both its banks are apart."""
    surrounded_min_share: float = 0.75
    """A parcel that another group borders on three of its four sides lies in that group's land."""
    slope_max_pct: float = 45.0
    """Above this land is very steep, the last of the five classes of `classify_slope`."""
    cultivated_min_share: float = 0.05
    """Less cover than this is the edge of a neighbour's cells."""
    stated_area_tolerance_share: float = 0.01
    """Hectares in the papers may differ this much from the map, or by the ± of the map."""
