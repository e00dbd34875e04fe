"""Paper: its sizes, and where the map and the panels lie on it."""

from __future__ import annotations

from dataclasses import dataclass

from hkm_gis.errors import HkmError
from hkm_gis.sheets.canvas import Box

__all__ = ["PAPERS_MM", "Layout", "layouts"]

PAPERS_MM = {
    "A4": (210, 297),
    "A3": (297, 420),
    "A2": (420, 594),
    "A1": (594, 841),
    "A0": (841, 1189),
}
"""Short and long side of each paper (ISO 216)."""

EDGE_MM = 5.0
"""From the paper's edge to the border line; printers leave out the last 4 to 5 mm."""
BAND_MM = 12.0
"""Room round the map for grid ticks and coordinates."""
INNER_MM = 9.5
"""From the paper's edge to the panels."""
GAP_MM = 4.0
_PANEL_WIDTH_MM = {"A4": 88.0, "A3": 100.0, "A2": 108.0, "A1": 120.0, "A0": 140.0}
_PANEL_HEIGHT_MM = {"A4": 108.0, "A3": 112.0, "A2": 120.0, "A1": 130.0, "A0": 150.0}
_COLUMN_MM = 92.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One way to divide a paper: the map, and the columns that hold the panels."""

    paper: str
    width_mm: float
    height_mm: float
    map_mm: Box
    columns_mm: tuple[Box, ...]

    @property
    def border_mm(self) -> Box:
        """The border line of the sheet."""
        return Box(0, 0, self.width_mm, self.height_mm).grown(-EDGE_MM)


def layouts(paper: str) -> tuple[Layout, Layout]:
    """Return the two ways to lay out a paper: landscape, then portrait.

    Raises
    ------
    HkmError
        The paper is none of `PAPERS_MM`.
    """
    if paper not in PAPERS_MM:
        raise HkmError("paper_unknown", paper=paper, papers=tuple(PAPERS_MM))
    short, long = PAPERS_MM[paper]
    return _landscape(paper, long, short), _portrait(paper, short, long)


def _landscape(paper: str, width_mm: float, height_mm: float) -> Layout:
    panel_x0 = width_mm - INNER_MM - _PANEL_WIDTH_MM[paper]
    low = EDGE_MM + BAND_MM
    return Layout(
        paper=paper,
        width_mm=width_mm,
        height_mm=height_mm,
        map_mm=Box(low, low, panel_x0 - GAP_MM - BAND_MM, height_mm - low),
        columns_mm=(Box(panel_x0, INNER_MM, width_mm - INNER_MM, height_mm - INNER_MM),),
    )


def _portrait(paper: str, width_mm: float, height_mm: float) -> Layout:
    panel_y1 = INNER_MM + _PANEL_HEIGHT_MM[paper]
    low = EDGE_MM + BAND_MM
    usable = width_mm - 2 * INNER_MM
    count = max(2, round(usable / _COLUMN_MM))
    step = (usable + GAP_MM) / count
    lefts = [INNER_MM + i * step for i in range(count)]
    return Layout(
        paper=paper,
        width_mm=width_mm,
        height_mm=height_mm,
        map_mm=Box(low, panel_y1 + GAP_MM + BAND_MM, width_mm - low, height_mm - low),
        columns_mm=tuple(Box(x, INNER_MM, x + step - GAP_MM, panel_y1) for x in lefts),
    )
