"""The small map beside the map: where in the forest the land lies."""

from __future__ import annotations

import shapely

from hkm_gis.sheets.canvas import INK, Box, Canvas
from hkm_gis.sheets.frame import FAR_SCALES, SCALES, Frame, largest_scale
from hkm_gis.sheets.index import draw_numbers, draw_sheet_lines, place_numbers
from hkm_gis.sheets.labels import Board
from hkm_gis.sheets.relief import LIGHTEST_INSET_GREY, draw_relief, read_elevation
from hkm_gis.sheets.sheet import Sheet
from hkm_gis.sheets.symbols import function_color, rings
from hkm_gis.text import number

__all__ = ["draw_inset", "inset_frame"]

HERE, ELSEWHERE = "#cfe3b4", "#eeeeee"
"""Colours of the land of this detail sheet, and of the others."""

INSET_SCALES = (
    30_000,
    40_000,
    60_000,
    75_000,
    80_000,
    120_000,
    150_000,
    200_000,
    300_000,
    400_000,
    600_000,
    750_000,
)


def inset_frame(sheet: Sheet, box: Box) -> Frame:
    """Return the frame of the inset: the whole forest, on a detail sheet the whole group.

    Without a forest it shows the land round the map.
    """
    main = sheet.frame
    around, least = Box(*main.bounds_m), 6 * main.scale
    if sheet.kind == "detail":
        around, least = Box(*shapely.total_bounds(sheet.content.parcels_m)), 0
    elif sheet.content.forest_m is not None:
        whole = shapely.union(shapely.box(*around), sheet.content.forest_m)
        around, least = Box(*whole.bounds), 0
    known = sorted({*SCALES, *INSET_SCALES, *FAR_SCALES})
    scale = largest_scale(around, box, [s for s in known if s >= least])
    return Frame(box_mm=box, centre_m=around.centre, scale=scale, epsg=main.epsg)


def draw_inset(canvas: Canvas, sheet: Sheet, inset: Frame) -> None:
    """Draw the inset, its heading and its scale."""
    box, e = inset.box_mm, sheet.enlarged
    index = sheet.kind == "detail"
    heading = sheet.say("index" if index else "inset")
    canvas.text(box.x0, box.y1 + 1.4 * e, heading, size_pt=7.6 * e, font="bold")
    with canvas.clip(box):
        if index:
            _draw_index(canvas, sheet, inset)
        else:
            _draw_relief(canvas, sheet, inset)
            _draw_land(canvas, sheet, inset)
    canvas.path([box.ring], closed=True, stroke=INK, width_mm=0.25)
    words = sheet.say("inset_scale", scale=number(inset.scale, sheet.lang, 0))
    canvas.text(box.x1, box.y0 - 2.6 * e, words, size_pt=5.8 * e, align="right")


def _draw_index(canvas: Canvas, sheet: Sheet, inset: Frame) -> None:
    for i, cell in enumerate(sheet.cells):
        fill = HERE if i == sheet.cell else ELSEWHERE
        canvas.path(rings(inset.draw([cell.land_m])), closed=True, fill=fill)
    draw_sheet_lines(canvas, sheet, inset)
    seen = Box(*inset.draw([shapely.box(*sheet.frame.bounds_m)])[0].bounds)
    canvas.path([seen.ring], closed=True, stroke=INK, width_mm=0.3)
    board = Board(inset.box_mm)
    draw_numbers(canvas, place_numbers(sheet, inset, board, sizes_pt=(11.0, 8.0, 6.0)))


def _draw_relief(canvas: Canvas, sheet: Sheet, inset: Frame) -> None:
    dem = sheet.survey.project.dem
    if dem is not None:
        elevation = read_elevation(dem.file, inset, dpi=100)
        if elevation.known:
            draw_relief(canvas, elevation, lightest=LIGHTEST_INSET_GREY)


def _draw_land(canvas: Canvas, sheet: Sheet, inset: Frame) -> None:
    forest = sheet.survey.forest
    if forest is not None and sheet.content.forest_m is not None:
        drawn = rings([inset.draw([sheet.content.forest_m])[0]])
        color = function_color(forest.function)[1]
        canvas.path(drawn, closed=True, fill=color, opacity=0.35)
        canvas.path(drawn, closed=True, stroke="#006b00", width_mm=0.2)
    for land in sheet.content.neighbours_m.values():
        canvas.path(rings(inset.draw(land)), closed=True, fill="#8c8c8c")
    mine = rings([inset.draw([sheet.content.work_area_m])[0]])
    canvas.path(mine, closed=True, fill="#b3001b")
    seen = Box(*inset.draw([shapely.box(*sheet.frame.bounds_m)])[0].bounds)
    canvas.path([seen.ring], closed=True, stroke="#000000", width_mm=0.4)
