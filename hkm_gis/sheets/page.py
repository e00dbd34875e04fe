"""Paper: its sizes, and where the map and the panels lie on it."""

from __future__ import annotations

from dataclasses import dataclass

from hkm_gis.errors import HkmError
from hkm_gis.sheets.canvas import Box

__all__ = ["ORIENTATIONS", "PAPERS_MM", "Layout", "layouts"]

PAPERS_MM = {
    "A4": (210, 297),
    "A3": (297, 420),
    "A2": (420, 594),
    "A1": (594, 841),
    "A0": (841, 1189),
}
"""Short and long side of each paper (ISO 216)."""

ORIENTATIONS = ("auto", "landscape", "portrait")
"""Which way paper lies; ``auto`` leaves it to the shape of the land."""

EDGE_MM = 5.0
"""From the paper's edge to the border line; printers leave out the last 4 to 5 mm."""
BAND_MM = 12.0
"""Room round the map for grid ticks and coordinates."""
INNER_MM = 9.5
"""From the paper's edge to the panels."""
GAP_MM = 4.0
_PANEL_WIDTH_MM, _PANEL_HEIGHT_MM = {"A4": 88.0}, {"A4": 108.0}
_NARROWEST_MM = 88.0
_ENLARGED = {"A2": 1.2, "A1": 1.4, "A0": 1.7}
"""How much larger letters are than on A3: large paper hangs on a wall."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One way to divide a paper: the map, and the columns that hold the panels."""

    paper: str
    width_mm: float
    height_mm: float
    map_mm: Box
    columns_mm: tuple[Box, ...]
    enlarged: float = 1.0
    """How much larger the letters of this paper are than those of A3."""

    @property
    def border_mm(self) -> Box:
        """The border line of the sheet."""
        return Box(0, 0, self.width_mm, self.height_mm).grown(-EDGE_MM)


def layouts(paper: str, orientation: str = "auto") -> tuple[Layout, ...]:
    """Return the ways to lay out a paper: landscape, then portrait, or the one that is asked for.

    Raises
    ------
    HkmError
        The paper is none of `PAPERS_MM`, or the orientation none of `ORIENTATIONS`.
    """
    if paper not in PAPERS_MM:
        raise HkmError("paper_unknown", paper=paper, papers=tuple(PAPERS_MM))
    if orientation not in ORIENTATIONS:
        raise HkmError("orientation_unknown", orientation=orientation, orientations=ORIENTATIONS)
    short, long = PAPERS_MM[paper]
    ways = {"landscape": _landscape(paper, long, short), "portrait": _portrait(paper, short, long)}
    return tuple(ways.values()) if orientation == "auto" else (ways[orientation],)


def _landscape(paper: str, width_mm: float, height_mm: float) -> Layout:
    e = _ENLARGED.get(paper, 1.0)
    panel_x0 = width_mm - INNER_MM - e * _PANEL_WIDTH_MM.get(paper, 100.0)
    low = EDGE_MM + e * BAND_MM
    return Layout(
        paper=paper,
        width_mm=width_mm,
        height_mm=height_mm,
        map_mm=Box(low, low, panel_x0 - GAP_MM - e * BAND_MM, height_mm - low),
        columns_mm=(Box(panel_x0, INNER_MM, width_mm - INNER_MM, height_mm - INNER_MM),),
        enlarged=e,
    )


def _portrait(paper: str, width_mm: float, height_mm: float) -> Layout:
    e = _ENLARGED.get(paper, 1.0)
    panel_y1 = INNER_MM + e * _PANEL_HEIGHT_MM.get(paper, 112.0)
    low = EDGE_MM + e * BAND_MM
    usable = width_mm - 2 * INNER_MM
    count = int((usable + GAP_MM) // (e * _NARROWEST_MM + GAP_MM))
    step = (usable + GAP_MM) / count
    lefts = [INNER_MM + i * step for i in range(count)]
    return Layout(
        paper=paper,
        width_mm=width_mm,
        height_mm=height_mm,
        map_mm=Box(low, panel_y1 + GAP_MM + e * BAND_MM, width_mm - low, height_mm - low),
        columns_mm=tuple(Box(x, INNER_MM, x + step - GAP_MM, panel_y1) for x in lefts),
        enlarged=e,
    )
