"""The face of a map of parcels: everything inside the frame of a work-area or detail sheet."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from hkm_gis.sheets.canvas import Canvas, wrap
from hkm_gis.sheets.content import GAP_CLOSED_M, work_area_line
from hkm_gis.sheets.frame import lines_in_view
from hkm_gis.sheets.ground import Ground
from hkm_gis.sheets.index import (
    draw_numbers,
    draw_pointer,
    draw_sheet_lines,
    place_numbers,
    place_pointers,
)
from hkm_gis.sheets.labels import (
    Board,
    Placed,
    Words,
    draw_label,
    place_in_land,
    place_on_lines,
)
from hkm_gis.sheets.marks import draw_marks
from hkm_gis.sheets.parcel_labels import place_parcel_labels
from hkm_gis.sheets.relief import draw_contours, draw_relief, label_contours
from hkm_gis.sheets.sheet import Sheet
from hkm_gis.sheets.symbols import STYLES, draw_area, draw_line, rings
from hkm_gis.sheets.topography import draw_topography, label_topography

__all__ = ["draw_face", "draw_ground", "forest_lines", "label_forest"]

SPECIAL_ORDER = ("outside", "shared", "sliver", "disputed")
"""Kinds of land laid over the parcels, the gravest on top."""


OWN_LINE_MM = 0.8
"""Half the width of the outline of the work area, with its white edge."""

INDEX_PT = (26.0, 20.0, 14.0)
"""Sizes of the number of a detail sheet on the index, the largest that fits is taken."""


def draw_face(canvas: Canvas, sheet: Sheet, ground: Ground, board: Board) -> int:
    """Draw the map and mark its labels on the board; return how many parcels bear none."""
    shown = _in_view(sheet)
    pointers = list(place_pointers(sheet, board))
    numbers = _place_numbers(sheet, board)
    labels, missing = place_parcel_labels(sheet, shown, board, _lines_to_avoid(sheet, ground))
    spared = shapely.union_all([shapely.box(*box) for box in board.boxes])
    with canvas.clip(sheet.frame.box_mm):
        draw_ground(canvas, sheet, ground)
        with canvas.layer(sheet.say("layer_neighbours")):
            for parcels in _neighbours_in_view(sheet).values():
                draw_area(canvas, parcels, STYLES["neighbour"])
        _draw_parcels(canvas, sheet, shown, spared)
        with canvas.layer(sheet.say("layer_topography")):
            draw_topography(canvas, ground.topography, spared_mm=spared)
        draw_marks(canvas, sheet.frame.box_mm, sheet.marks, sheet.lang)
        with canvas.layer(sheet.say("layer_boundaries")):
            _draw_boundaries(canvas, sheet)
        with canvas.layer(sheet.say("layer_labels")):
            _draw_labels(canvas, sheet, ground, labels, board)
        with canvas.layer(sheet.say("layer_sheets")):
            for pointer in pointers:
                draw_pointer(canvas, pointer)
            draw_numbers(canvas, numbers)
    return missing


def draw_ground(canvas: Canvas, sheet: Sheet, ground: Ground) -> None:
    """Draw relief and contour lines."""
    if ground.elevation is None:
        return
    with canvas.layer(sheet.say("layer_relief")):
        draw_relief(canvas, ground.elevation)
    with canvas.layer(sheet.say("layer_contours")):
        draw_contours(canvas, list(ground.contours))


def forest_lines(sheet: Sheet) -> list[NDArray[np.float64]]:
    """Return the boundary of the forest on paper, as far as the frame shows it."""
    forest = sheet.content.forest_m
    return [] if forest is None else lines_in_view(forest, sheet.frame)


def label_forest(canvas: Canvas, sheet: Sheet, board: Board) -> None:
    """Write the name of the forest along its boundary."""
    forest = sheet.survey.forest
    if forest is not None:
        words = Words(forest.name, 7 * sheet.enlarged, "italic")
        places = place_on_lines(forest_lines(sheet), words, board, apart_mm=120, lift_mm=2.2)
        for place in islice(places, 2):
            draw_label(canvas, place, color="#005500")


def _in_view(sheet: Sheet) -> NDArray[np.intp]:
    view = shapely.box(*sheet.frame.bounds_m)
    return np.flatnonzero(shapely.intersects(sheet.content.parcels_m, view))


def _place_numbers(sheet: Sheet, board: Board) -> list[Placed]:
    if sheet.cell is not None:
        return []
    return place_numbers(sheet, sheet.frame, board, sizes_pt=INDEX_PT)


def _lines_to_avoid(sheet: Sheet, ground: Ground) -> list[NDArray[np.float64]]:
    frame = sheet.frame
    wide = [land for kind, land in sheet.content.special_m.items() if kind != "sliver"]
    outlines = [ring for land in wide for ring in rings(frame.draw(land))]
    return [
        *(mm for layer in ground.topography for mm in layer.lines_mm),
        *forest_lines(sheet),
        *outlines,
    ]


def _draw_parcels(
    canvas: Canvas, sheet: Sheet, shown: NDArray[np.intp], spared: BaseGeometry
) -> None:
    content, frame = sheet.content, sheet.frame
    view = shapely.box(*frame.bounds_m)
    with canvas.layer(sheet.say("layer_parcels")):
        own = np.isin(shown, sheet.own)
        draw_area(canvas, frame.draw(content.parcels_m[shown[~own]]), STYLES["elsewhere"])
        for status in ("clean", "finding"):
            chosen = shown[own & (content.status[shown] == status)]
            land = frame.draw(content.parcels_m[chosen])
            draw_area(canvas, land, STYLES[status], spared_mm=spared)
    with canvas.layer(sheet.say("layer_conflicts")):
        for status in SPECIAL_ORDER:
            land = content.special_m.get(status, np.array([], dtype=object))
            seen = frame.draw(land[shapely.intersects(land, view)])
            draw_area(canvas, seen, STYLES[status], spared_mm=spared)
        outlines = rings(frame.draw(content.parcels_m[shown]))
        draw_line(canvas, outlines, "parcel", closed=True)


def _draw_boundaries(canvas: Canvas, sheet: Sheet) -> None:
    outline = [sheet.frame.to_mm(line) for line in work_area_line(sheet.content.work_area_m)]
    draw_line(canvas, outline, "work_area")
    draw_line(canvas, forest_lines(sheet), "forest_line")
    draw_sheet_lines(canvas, sheet, sheet.frame)


def _draw_labels(
    canvas: Canvas, sheet: Sheet, ground: Ground, placed: Iterable[Placed], board: Board
) -> None:
    for place in placed:
        draw_label(canvas, place)
    _label_neighbours(canvas, sheet, board)
    label_forest(canvas, sheet, board)
    label_topography(canvas, ground.topography, board, enlarged=sheet.enlarged)
    label_contours(canvas, list(ground.contours), board, enlarged=sheet.enlarged)


def _neighbours_in_view(sheet: Sheet) -> dict[str, NDArray[Any]]:
    view = shapely.box(*sheet.frame.bounds_m)
    seen = {
        name: sheet.frame.draw(land[shapely.intersects(land, view)])
        for name, land in sheet.content.neighbours_m.items()
    }
    return {name: land for name, land in seen.items() if len(land)}


def _label_neighbours(canvas: Canvas, sheet: Sheet, board: Board) -> None:
    view = shapely.box(*board.within)
    own = shapely.union_all(sheet.frame.draw(sheet.content.parcels_m[_in_view(sheet)]))
    gap_mm = GAP_CLOSED_M * sheet.frame.mm_per_m
    for name, land in _neighbours_in_view(sheet).items():
        # a name may cross the paths between the parcels of its group, but no parcel of this one
        whole = shapely.union_all(land).buffer(gap_mm).buffer(-gap_mm)
        free = shapely.get_parts((whole & view) - own.buffer(OWN_LINE_MM))
        room = max(free, key=shapely.area, default=None)
        if room is None or room.area < 20 or room.geom_type != "Polygon":
            continue
        lines, e = wrap(name, 40, 8, "semibold", lines=3), sheet.enlarged
        labels = [
            tuple(Words(line, size * e, "semibold") for line in lines) for size in (9.0, 7.0, 5.6)
        ]
        for placed in place_in_land([room], [labels], board, leaders=False):
            if placed is not None:
                draw_label(canvas, placed, color="#666666")
