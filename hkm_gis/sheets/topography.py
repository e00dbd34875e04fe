"""Rivers, roads and villages from the layers of the project."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from hkm_gis.landmarks import with_names
from hkm_gis.plane import reproject
from hkm_gis.project import Layer
from hkm_gis.sheets.canvas import Box, Canvas, Font, wrap
from hkm_gis.sheets.frame import Frame, lines_in_view
from hkm_gis.sheets.labels import (
    Board,
    Words,
    draw_label,
    place_at_spots,
    place_in_land,
    place_on_lines,
)
from hkm_gis.sheets.symbols import draw_line, draw_settlement

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = [
    "DRAWN_ROLES",
    "Features",
    "Topography",
    "draw_topography",
    "label_topography",
    "read_features",
    "topography_in",
]

DRAWN_ROLES = ("pekon", "sungai", "jalan")
"""Roles of layers that are drawn, the lowest first; ``izin`` is checked, not drawn."""

FOOTPATH = "setapak"
"""Stands in some column of a footpath on official maps (``REMARK = Jalan Setapak``)."""

# Natural features are written in italic, man-made ones upright (KLHK sheets).
_LETTERS: dict[str, tuple[Font, str]] = {
    "sungai": ("italic", "#1f5a91"),
    "jalan": ("regular", "#1a1a1a"),
    "setapak": ("regular", "#1a1a1a"),
    "pekon": ("semibold", "#1a1a1a"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """The features of one layer on the grid, read once for many frames."""

    role: str
    geometries_m: NDArray[Any]
    names: tuple[str, ...]
    tree: shapely.STRtree

    def within(self, view: BaseGeometry) -> Iterator[tuple[BaseGeometry, str]]:
        """Yield what meets ``view``, in the order of the file, with its names."""
        for k in np.sort(self.tree.query(view, predicate="intersects")):
            yield self.geometries_m[k], self.names[k]


@dataclass(frozen=True, slots=True, eq=False)
class Topography:
    """Features of one style on paper: lines, spots and areas, each with its name.

    ``role`` is that of the layer, or ``setapak`` for the footpaths of a layer of roads. The
    outlines of areas are among the lines, without a name; the name stands in the area.
    """

    role: str
    lines: tuple[tuple[NDArray[np.float64], str], ...] = ()
    spots: tuple[tuple[NDArray[np.float64], str], ...] = ()
    areas: tuple[tuple[BaseGeometry, str], ...] = ()

    @property
    def lines_mm(self) -> tuple[NDArray[np.float64], ...]:
        """The lines alone."""
        return tuple(mm for mm, _ in self.lines)


def read_features(layers: Iterable[Layer], bounds_m: Box, epsg: int) -> list[Features]:
    """Read once what lies in ``bounds_m``, for many frames; in the order in which it is drawn.

    Footpaths are a role of their own.
    """
    wanted = sorted(
        (layer for layer in layers if layer.role in DRAWN_ROLES),
        key=lambda layer: DRAWN_ROLES.index(layer.role),
    )
    return [found for layer in wanted for found in _read(layer, bounds_m, epsg)]


def topography_in(features: Iterable[Features], frame: Frame) -> list[Topography]:
    """Return what one frame shows of features that were read for all frames."""
    drawn = [_drawn(layer, frame) for layer in features]
    return [found for found in drawn if found.lines or found.spots]


def draw_topography(
    canvas: Canvas, layers: Iterable[Topography], *, spared_mm: BaseGeometry
) -> None:
    """Draw the features of all layers, lines with a gap in ``spared_mm``, where labels stand."""
    drawn = list(layers)
    for layer in drawn:
        pieces = shapely.get_parts([shapely.LineString(mm) - spared_mm for mm in layer.lines_mm])
        draw_line(canvas, [shapely.get_coordinates(piece) for piece in pieces], layer.role)
    for layer in drawn:
        for xy, _ in layer.spots:
            draw_settlement(canvas, float(xy[0]), float(xy[1]))


def label_topography(
    canvas: Canvas, layers: Iterable[Topography], board: Board, *, enlarged: float = 1.0
) -> None:
    """Write names beside spots, in areas and along lines where room is free.

    A name stands at most twice along the lines that bear it.
    """
    for layer in layers:
        font, color = _LETTERS[layer.role]
        size_pt = 6.2 * enlarged
        spots = [(xy, Words(name, size_pt, font)) for xy, name in layer.spots if name]
        for placed in place_at_spots(spots, board):
            draw_label(canvas, placed, color=color)
        for placed in _in_areas(layer.areas, size_pt, board):
            draw_label(canvas, placed, color=color)
        for name in dict.fromkeys(name for _, name in layer.lines if name):
            lines = [mm for mm, n in layer.lines if n == name]
            words = Words(name, size_pt, font)
            places = place_on_lines(lines, words, board, apart_mm=120, lift_mm=1.9)
            for placed in islice(places, 2):
                draw_label(canvas, placed, color=color)


def _in_areas(
    areas: Sequence[tuple[BaseGeometry, str]], size_pt: float, board: Board
) -> Iterator[Any]:
    seen = [(area & shapely.box(*board.within), name) for area, name in areas if name]
    roomy = [(land, name) for land, name in seen if land.area > 0]
    choices = [
        [tuple(Words(w, size_pt, "semibold") for w in wrap(name, 40, size_pt))] for _, name in roomy
    ]
    placed = place_in_land([land for land, _ in roomy], choices, board, leaders=False)
    return (place for place in placed if place is not None)


def _read(layer: Layer, bounds_m: Box, epsg: int) -> Iterator[Features]:
    import geopandas as gpd

    view = shapely.box(*bounds_m)
    around = gpd.GeoSeries(reproject([view], epsg, 4326), crs=4326)
    said = gpd.read_file(layer.file, bbox=around)
    paths = _footpaths(said) if layer.role == "jalan" else np.zeros(len(said), dtype=bool)
    table = with_names(said).to_crs(epsg)
    for role, rows in ((FOOTPATH, table[paths]), (layer.role, table[~paths])):
        land = rows.geometry.to_numpy()
        yield Features(role, land, tuple(rows["name"]), shapely.STRtree(land))


def _footpaths(table: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    rows = table.drop(columns="geometry").itertuples(index=False)
    return np.array([FOOTPATH in " ".join(map(str, row)).casefold() for row in rows], dtype=bool)


def _drawn(layer: Features, frame: Frame) -> Topography:
    view = shapely.box(*frame.bounds_m)
    lines: list[tuple[NDArray[np.float64], str]] = []
    spots: list[tuple[NDArray[np.float64], str]] = []
    areas: list[tuple[BaseGeometry, str]] = []
    for geometry, name in layer.within(view):
        dimension = shapely.get_dimensions(geometry)
        if dimension == 2:
            areas.append((frame.draw([geometry])[0], name))
        if dimension == 0:
            seen = shapely.get_coordinates(geometry.intersection(view))
            spots += [(frame.to_mm([xy])[0], name) for xy in seen]
        else:
            lines += [(mm, "" if dimension == 2 else name) for mm in lines_in_view(geometry, frame)]
    return Topography(layer.role, tuple(lines), tuple(spots), tuple(areas))
