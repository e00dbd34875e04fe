"""Rivers, roads and villages from the layers of the project."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from hkm_gis.landmarks import with_names
from hkm_gis.plane import reproject
from hkm_gis.project import Layer
from hkm_gis.sheets.canvas import Canvas, Font
from hkm_gis.sheets.frame import Frame
from hkm_gis.sheets.labels import Board, Words, draw_label, place_on_lines
from hkm_gis.sheets.symbols import draw_line

__all__ = ["DRAWN_ROLES", "Topography", "draw_topography", "label_topography", "read_topography"]

DRAWN_ROLES = ("pekon", "sungai", "jalan")
"""Roles of layers that are drawn, the lowest first; ``izin`` is checked, not drawn."""

# Natural features are written in italic, man-made ones upright (KLHK sheets).
_LETTERS: dict[str, tuple[Font, str]] = {
    "sungai": ("italic", "#1f5a91"),
    "jalan": ("regular", "#1a1a1a"),
    "pekon": ("regular", "#1a1a1a"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Topography:
    """The lines of one role on paper, and the name of each."""

    role: str
    lines_mm: tuple[NDArray[np.float64], ...]
    names: tuple[str, ...]


def read_topography(layers: Iterable[Layer], frame: Frame) -> list[Topography]:
    """Read what lies in the frame, in the order in which it is drawn."""
    wanted = sorted(
        (layer for layer in layers if layer.role in DRAWN_ROLES),
        key=lambda layer: DRAWN_ROLES.index(layer.role),
    )
    return [found for layer in wanted if (found := _read(layer, frame)).lines_mm]


def draw_topography(
    canvas: Canvas, layers: Iterable[Topography], *, spared_mm: BaseGeometry
) -> None:
    """Draw the lines of each layer, with a gap in ``spared_mm``, where labels stand."""
    for layer in layers:
        pieces = shapely.get_parts([shapely.LineString(mm) - spared_mm for mm in layer.lines_mm])
        draw_line(canvas, [shapely.get_coordinates(piece) for piece in pieces], layer.role)


def label_topography(canvas: Canvas, layers: Iterable[Topography], board: Board) -> None:
    """Write names along their lines where room is free, each name at most twice."""
    for layer in layers:
        font, color = _LETTERS[layer.role]
        for name in dict.fromkeys(filter(None, layer.names)):
            lines = [mm for mm, n in zip(layer.lines_mm, layer.names, strict=True) if n == name]
            places = place_on_lines(lines, Words(name, 6.2, font), board, apart_mm=120, lift_mm=1.9)
            for placed, _ in zip(places, range(2), strict=False):
                draw_label(canvas, placed, color=color)


def _read(layer: Layer, frame: Frame) -> Topography:
    import geopandas as gpd

    view = shapely.box(*frame.bounds_m)
    around = gpd.GeoSeries(reproject([view], frame.epsg, 4326), crs=4326)
    table = with_names(gpd.read_file(layer.file, bbox=around))
    drawn = table.to_crs(frame.epsg).geometry.to_numpy()
    lines: list[NDArray[np.float64]] = []
    owners: list[str] = []
    for geometry, name in zip(drawn, table["name"], strict=True):
        for part in _lines_in(geometry, view):
            lines.append(frame.to_mm(shapely.get_coordinates(part)))
            owners.append(name)
    return Topography(layer.role, tuple(lines), tuple(owners))


def _lines_in(geometry: BaseGeometry, view: BaseGeometry) -> list[BaseGeometry]:
    line = geometry.boundary if shapely.get_dimensions(geometry) == 2 else geometry
    inside = shapely.line_merge(line.intersection(view))
    return [p for p in shapely.get_parts(inside) if p.geom_type == "LineString" and p.length > 0]
