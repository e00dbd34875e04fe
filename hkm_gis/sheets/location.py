"""The face of the location sheet: one group in its forest, among other groups and villages."""

from __future__ import annotations

from typing import Any

import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from hkm_gis.sheets.canvas import Canvas, wrap
from hkm_gis.sheets.face import draw_ground, forest_lines, label_forest
from hkm_gis.sheets.ground import Ground
from hkm_gis.sheets.labels import Board, Label, Words, draw_label, place_beside
from hkm_gis.sheets.marks import draw_marks
from hkm_gis.sheets.relief import label_contours
from hkm_gis.sheets.sheet import Sheet
from hkm_gis.sheets.symbols import STYLES, AreaStyle, draw_area, draw_line, function_color
from hkm_gis.sheets.topography import draw_topography, label_topography

__all__ = ["draw_location_face"]

FOREST_OPACITY = 0.25
GAP_CLOSED_MM = 0.15
"""Half the width of a gap that the pen fills: 15 m at 1:50.000."""


def draw_location_face(canvas: Canvas, sheet: Sheet, ground: Ground, board: Board) -> None:
    """Draw the forest, every group in it, and the land round them."""
    mine = _closed(sheet.frame.draw([sheet.content.work_area_m]))
    others = {
        name: _closed(sheet.frame.draw(land)) for name, land in sheet.content.neighbours_m.items()
    }
    with canvas.clip(sheet.frame.box_mm):
        draw_ground(canvas, sheet, ground)
        with canvas.layer(sheet.say("layer_forest")):
            _draw_forest(canvas, sheet)
        with canvas.layer(sheet.say("layer_neighbours")):
            draw_area(canvas, list(others.values()), STYLES["other_group"])
        with canvas.layer(sheet.say("layer_work_area")):
            draw_area(canvas, [mine], STYLES["this_group"])
        with canvas.layer(sheet.say("layer_topography")):
            draw_topography(canvas, ground.topography, spared_mm=shapely.Polygon())
        draw_marks(canvas, sheet.frame.box_mm, sheet.marks, sheet.lang)
        with canvas.layer(sheet.say("layer_boundaries")):
            draw_line(canvas, forest_lines(sheet), "forest_line")
        with canvas.layer(sheet.say("layer_labels")):
            _label_groups(canvas, sheet, {sheet.content.group: mine} | others, board)
            label_topography(canvas, ground.topography, board, enlarged=sheet.enlarged)
            label_forest(canvas, sheet, board)
            label_contours(canvas, list(ground.contours), board, enlarged=sheet.enlarged)


def _closed(parcels_mm: NDArray[Any]) -> BaseGeometry:
    """Return the land of a group without the paths between its parcels, too fine to draw here."""
    land = shapely.union_all(parcels_mm)
    return land.buffer(GAP_CLOSED_MM, join_style="mitre").buffer(-GAP_CLOSED_MM, join_style="mitre")


def _draw_forest(canvas: Canvas, sheet: Sheet) -> None:
    forest = sheet.survey.forest
    if forest is not None and sheet.content.forest_m is not None:
        color = function_color(forest.function)[1]
        style = AreaStyle(color, opacity=FOREST_OPACITY)
        draw_area(canvas, sheet.frame.draw([sheet.content.forest_m]), style)


def _label_groups(
    canvas: Canvas, sheet: Sheet, groups: dict[str, BaseGeometry], board: Board
) -> None:
    seen = {name: land & shapely.box(*board.within) for name, land in groups.items()}
    names = [name for name, land in seen.items() if not land.is_empty]
    labels = [_label(name, sheet) for name in names]
    for name, placed in zip(
        names, place_beside([seen[n] for n in names], labels, board), strict=True
    ):
        if placed is not None:
            draw_label(canvas, placed, color=_ink(name, sheet))


def _label(name: str, sheet: Sheet) -> Label:
    size_pt = (9.0 if name == sheet.content.group else 7.0) * sheet.enlarged
    return tuple(Words(w, size_pt, "bold") for w in wrap(name, 40, size_pt, "bold", lines=3))


def _ink(name: str, sheet: Sheet) -> str:
    return "#8a0f1e" if name == sheet.content.group else "#333333"
