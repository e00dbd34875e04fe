"""The map frame: exact millimetres of paper for exact metres of the grid."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

from hkm_gis.errors import HkmError
from hkm_gis.sheets.canvas import Box
from hkm_gis.sheets.page import Layout

__all__ = ["SCALES", "Frame", "choose_frame", "largest_scale", "lines_in_view"]

SCALES = (2000, 2500, 5000, 7500, 10000, 15000, 20000, 25000, 50000)
"""Denominators that a rule or a scale ruler knows."""

FAR_SCALES = (100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000)
"""For location insets, and for land torn apart by one parcel in a wrong place."""

CLEARLY = math.log(1.2)
"""A shape is clearly better where its proportions are nearer by a fifth."""

MARGIN_SHARE = 0.04
"""Free room between the land and each side of the frame."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A rectangle of paper that shows a rectangle of the projected grid.

    Attributes
    ----------
    box_mm
        The rectangle on paper.
    centre_m
        Easting and northing in its middle.
    scale
        Denominator: 10000 for 1:10.000.
    epsg
        Coordinate system of the metres.

    Examples
    --------
    >>> frame = Frame(box_mm=Box(0, 0, 200, 100), centre_m=(500.0, 500.0), scale=2000, epsg=32748)
    >>> frame.to_mm([[500.0, 500.0], [700.0, 400.0]]).tolist()
    [[100.0, 50.0], [200.0, 0.0]]
    """

    box_mm: Box
    centre_m: tuple[float, float]
    scale: int
    epsg: int

    @property
    def mm_per_m(self) -> float:
        """Millimetres of paper for one metre of the grid."""
        return 1000 / self.scale

    @property
    def bounds_m(self) -> Box:
        """The rectangle of the grid that the frame shows."""
        half_width = self.box_mm.width / self.mm_per_m / 2
        half_height = self.box_mm.height / self.mm_per_m / 2
        x, y = self.centre_m
        return Box(x - half_width, y - half_height, x + half_width, y + half_height)

    def to_mm(self, xy_m: ArrayLike) -> NDArray[np.float64]:
        """Return grid metres of shape (n, 2) as millimetres on the page."""
        mm: NDArray[np.float64] = (
            np.asarray(xy_m, dtype=float) - self.centre_m
        ) * self.mm_per_m + self.box_mm.centre
        return mm

    def draw(self, geometries_m: Sequence[BaseGeometry] | NDArray[Any]) -> NDArray[Any]:
        """Return geometries in grid metres as geometries in millimetres on the page."""
        drawn: NDArray[Any] = shapely.transform(np.asarray(geometries_m, dtype=object), self.to_mm)
        return drawn


def lines_in_view(geometry_m: BaseGeometry, frame: Frame) -> list[NDArray[np.float64]]:
    """Return a line, or the outline of land, in millimetres as far as the frame shows it."""
    land = shapely.get_dimensions(geometry_m) == 2
    line = shapely.boundary(geometry_m) if land else geometry_m
    inside = shapely.line_merge(line.intersection(shapely.box(*frame.bounds_m)))
    parts = (p for p in shapely.get_parts(inside) if p.geom_type == "LineString" and p.length > 0)
    return [frame.to_mm(shapely.get_coordinates(part)) for part in parts]


def choose_frame(
    layouts: Iterable[Layout], land_m: Box, *, epsg: int, scale: int | None = None
) -> tuple[Layout, Frame]:
    """Return the layout and frame that show the land at the largest scale.

    Parameters
    ----------
    layouts
        Ways to lay out the paper; where scales are equal, the first wins unless the map of another
        is shaped clearly more like the land.
    land_m
        Bounds of the land in metres of ``epsg``.
    scale
        Denominator to keep to; None takes the largest of `SCALES` that fits.

    Raises
    ------
    HkmError
        ``scale`` is no scale, or the land does not fit on the paper at it.
    """
    if scale is not None and scale <= 0:
        raise HkmError("scale_impossible", scale=scale)
    fitting = [(largest_scale(land_m, layout.map_mm), layout) for layout in layouts]
    best = min(scale for scale, _ in fitting)
    layout = _best_shaped([way for scale, way in fitting if scale == best], land_m)
    if scale is not None and scale < best and not _fits(land_m, layout.map_mm, scale, margin=0.0):
        raise HkmError("sheet_too_small", scale=scale, paper=layout.paper, fits=best)
    frame = Frame(box_mm=layout.map_mm, centre_m=land_m.centre, scale=scale or best, epsg=epsg)
    return layout, frame


def largest_scale(land_m: Box, box_mm: Box, scales: Iterable[int] = (*SCALES, *FAR_SCALES)) -> int:
    """Return the smallest denominator at which the land, and a margin, fit into the box."""
    known = tuple(scales)
    return next((s for s in known if _fits(land_m, box_mm, s, margin=MARGIN_SHARE)), known[-1])


def _best_shaped(ways: Sequence[Layout], land_m: Box) -> Layout:
    usual, best = ways[0], min(ways, key=lambda way: _misfit(land_m, way.map_mm))
    gained = _misfit(land_m, usual.map_mm) - _misfit(land_m, best.map_mm)
    return best if gained > CLEARLY else usual


def _misfit(land_m: Box, box_mm: Box) -> float:
    """Return how far the proportions of a map are from those of the land, 0 for the same."""
    # a metre is nothing on any sheet, and keeps land without width or height measurable
    land, paper = (math.log((b.width + s) / (b.height + s)) for b, s in ((land_m, 1), (box_mm, 0)))
    return abs(land - paper)


def _fits(land_m: Box, box_mm: Box, scale: int, *, margin: float) -> bool:
    m_per_mm = (1 - 2 * margin) * scale / 1000
    slack_m = 1e-6  # what arithmetic may add to land that fits exactly
    return (
        land_m.width <= box_mm.width * m_per_mm + slack_m
        and land_m.height <= box_mm.height * m_per_mm + slack_m
    )
