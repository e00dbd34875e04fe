"""The sheets of one group as one PDF: a page for each sheet, the annex behind them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from hkm_gis.sheets.annex import draw_annex
from hkm_gis.sheets.beside import Arranged, arrange, draw_panels
from hkm_gis.sheets.canvas import INK, Box, Canvas
from hkm_gis.sheets.face import draw_face
from hkm_gis.sheets.geopdf import Maps, georeference
from hkm_gis.sheets.grid import draw_graticule, draw_grid
from hkm_gis.sheets.ground import Ground, read_ground
from hkm_gis.sheets.inset import draw_inset, inset_frame
from hkm_gis.sheets.labels import Board
from hkm_gis.sheets.location import draw_location_face
from hkm_gis.sheets.page import Layout
from hkm_gis.sheets.sheet import Sheet
from hkm_gis.sheets.topography import Features, read_features

__all__ = ["draw_document"]


def draw_document(sheets: Sequence[Sheet], *, drawn: Callable[[], None] = lambda: None) -> bytes:
    """Return the sheets of one group as PDF, every map georeferenced on its page.

    Parameters
    ----------
    sheets
        The sheets of one group, as `plan_sheets` returns them.
    drawn
        Called after each sheet.
    """
    first = sheets[0]
    canvas = Canvas(
        first.layout.width_mm,
        first.layout.height_mm,
        title=first.say("page_title", group=first.content.group),
        subject=first.say("pdf_subject"),
    )
    features = _features_of(sheets)
    pages: list[Maps] = []
    annexed: list[tuple[Sheet, Arranged]] = []
    for sheet in sheets:
        if pages:
            canvas.page(sheet.layout.width_mm, sheet.layout.height_mm)
        maps, arranged = _draw_page(canvas, sheet, features)
        pages.append(maps)
        if arranged.table_annexed:
            annexed.append((sheet, arranged))
        drawn()
    for sheet, arranged in annexed[:1]:  # one annex lists the parcels of the whole group
        draw_annex(canvas, sheet, arranged.annexed, after=len(sheets))
    return georeference(canvas.save(), pages, canvas.layers, lang=first.lang)


def _features_of(sheets: Sequence[Sheet]) -> list[Features]:
    """Read rivers, roads and villages once for all sheets."""
    frames = np.array([sheet.frame.bounds_m for sheet in sheets])
    around = Box(*frames[:, :2].min(axis=0).tolist(), *frames[:, 2:].max(axis=0).tolist())
    return read_features(sheets[0].survey.project.layers, around, sheets[0].frame.epsg)


def _draw_page(canvas: Canvas, sheet: Sheet, features: Sequence[Features]) -> tuple[Maps, Arranged]:
    _draw_border(canvas, sheet.layout)
    ground = read_ground(sheet.survey.project, features, sheet.frame)
    board = Board(sheet.frame.box_mm.grown(-1.0))
    unplaced = _draw_face(canvas, sheet, ground, board)
    large = sheet.layout.enlarged
    draw_grid(canvas, sheet.frame, board, sheet.lang, enlarged=large)
    draw_graticule(canvas, sheet.frame, sheet.lang, enlarged=large)
    arranged = arrange(sheet, ground, unplaced)
    inset = inset_frame(sheet, draw_panels(canvas, sheet, arranged))
    draw_inset(canvas, sheet, inset)
    maps = ((sheet.say("viewport_map"), sheet.frame), (sheet.say("viewport_inset"), inset))
    return maps, arranged


def _draw_face(canvas: Canvas, sheet: Sheet, ground: Ground, board: Board) -> int:
    if sheet.kind == "location":
        draw_location_face(canvas, sheet, ground, board)
        return 0
    return draw_face(canvas, sheet, ground, board)


def _draw_border(canvas: Canvas, layout: Layout) -> None:
    canvas.path([layout.border_mm.ring], closed=True, stroke=INK, width_mm=0.7)
    inner = layout.border_mm.grown(-1.3)
    canvas.path([inner.ring], closed=True, stroke=INK, width_mm=0.15)
