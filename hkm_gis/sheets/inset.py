"""The small map beside the map: where in the forest the land lies."""

from __future__ import annotations

import shapely

from hkm_gis.sheets.canvas import INK, Box, Canvas
from hkm_gis.sheets.frame import FAR_SCALES, SCALES, Frame, largest_scale
from hkm_gis.sheets.relief import LIGHTEST_INSET_GREY, draw_relief, read_elevation
from hkm_gis.sheets.sheet import Sheet
from hkm_gis.sheets.symbols import function_color, rings
from hkm_gis.text import number

__all__ = ["draw_inset", "inset_frame"]

INSET_SCALES = (75_000, 150_000, 200_000, 300_000, 400_000, 600_000, 750_000)


def inset_frame(sheet: Sheet, box: Box) -> Frame:
    """Return the frame of the inset: the whole forest, or the land round the map without one."""
    forest, main = sheet.content.forest_m, sheet.frame
    land = Box(*main.bounds_m)
    around = land if forest is None else Box(*shapely.union(shapely.box(*land), forest).bounds)
    known = sorted({*SCALES, *INSET_SCALES, *FAR_SCALES})
    scales = [s for s in known if forest is not None or s >= 6 * main.scale]
    scale = largest_scale(around, box, scales)
    return Frame(box_mm=box, centre_m=around.centre, scale=scale, epsg=main.epsg)


def draw_inset(canvas: Canvas, sheet: Sheet, inset: Frame) -> None:
    """Draw the inset, its heading and its scale."""
    box, e = inset.box_mm, sheet.enlarged
    canvas.text(box.x0, box.y1 + 1.4 * e, sheet.say("inset"), size_pt=7.6 * e, font="bold")
    with canvas.clip(box):
        dem = sheet.survey.project.dem
        if dem is not None:
            elevation = read_elevation(dem.file, inset, dpi=100)
            if elevation.known:
                draw_relief(canvas, elevation, lightest=LIGHTEST_INSET_GREY)
        _draw_land(canvas, sheet, inset)
    canvas.path([box.ring], closed=True, stroke=INK, width_mm=0.25)
    words = sheet.say("inset_scale", scale=number(inset.scale, sheet.lang, 0))
    canvas.text(box.x1, box.y0 - 2.6 * e, words, size_pt=5.8 * e, align="right")


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
