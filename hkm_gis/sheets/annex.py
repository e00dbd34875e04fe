"""The full table of parcels on pages of its own, behind the map."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from hkm_gis.sheets.blocks import Block
from hkm_gis.sheets.canvas import INK, Box, Canvas, fit_pt, shorten
from hkm_gis.sheets.content import Row
from hkm_gis.sheets.marks import draw_marks
from hkm_gis.sheets.page import Layout
from hkm_gis.sheets.sheet import Sheet
from hkm_gis.sheets.tables import Column, draw_table
from hkm_gis.text import number

__all__ = ["draw_annex"]

ROW_MM = 4.2
SIZE_PT = 7.0
HEAD_MM, FOOT_MM = 22.0, 24.0
GAP_MM = 6.0
NARROWEST_MM = 150.0


def draw_annex(canvas: Canvas, sheet: Sheet, panels: Sequence[Block], *, after: int = 1) -> None:
    """Add the pages of the table, its sums, and the panels that found no room on the map page.

    ``after`` is the number of pages that stand before the annex.
    """
    room, e = sheet.layout.border_mm.grown(-5), sheet.enlarged
    count = max(1, int((room.width + GAP_MM) // (NARROWEST_MM * e + GAP_MM)))
    width_mm = (room.width + GAP_MM) / count - GAP_MM
    columns = list(_columns(sheet, width_mm))
    per_column = int((room.height - HEAD_MM - FOOT_MM) // (ROW_MM * e)) - 1
    parts = list(_cut(sheet.content.rows, per_column))
    pages = math.ceil(len(parts) / count) + bool(panels)
    for page in range(math.ceil(len(parts) / count)):
        _begin_page(canvas, sheet, (after + page + 1, after + pages))
        for i, part in enumerate(parts[page * count : (page + 1) * count]):
            corner = (room.x0 + i * (width_mm + GAP_MM), room.y1 - HEAD_MM)
            draw_table(canvas, corner, columns, part, row_mm=ROW_MM * e, size_pt=SIZE_PT * e)
    _draw_sums(canvas, sheet)
    if panels:
        _begin_page(canvas, sheet, (after + pages, after + pages))
        _draw_panels(canvas, sheet.layout, panels)


def _draw_panels(canvas: Canvas, layout: Layout, panels: Sequence[Block]) -> None:
    border = layout.border_mm.grown(-5)
    top = border.y1 - HEAD_MM
    for panel in panels:
        width_mm = layout.columns_mm[0].width
        panel.draw(canvas, Box(border.x0, top - panel.height_mm, border.x0 + width_mm, top))
        top -= panel.height_mm + GAP_MM


def _cut(rows: Sequence[Row], size: int) -> Iterator[Sequence[Row]]:
    return (rows[i : i + size] for i in range(0, len(rows), size))


def _columns(sheet: Sheet, width_mm: float) -> Iterator[Column]:
    lang, e = sheet.lang, sheet.enlarged
    # where the code is the label on the map, a number beside it would be the same twice
    numbered = any(row.label != row.parcel_id for row in sheet.content.rows)
    fixed_mm = e * (61.0 + 13.0 * numbered)
    rest_mm = width_mm - fixed_mm
    if numbered:
        yield Column(sheet.say("number"), 13.0 * e, lambda r: r.label)
    yield Column(sheet.say("code_head"), 0.3 * rest_mm, lambda r: r.parcel_id, right=False)
    yield Column(
        sheet.say("member"),
        0.42 * rest_mm,
        lambda r: r.member or sheet.say("nameless"),
        right=False,
    )
    yield Column(sheet.say("hectares_head"), 15.0 * e, lambda r: number(r.area_ha, lang))
    yield Column(sheet.say("error_head"), 13.0 * e, lambda r: _known(r.uncertainty_ha, lang))
    yield Column(sheet.say("utm_head"), 15.0 * e, lambda r: number(r.utm_ha, lang))
    yield Column(sheet.say("outside_head"), 18.0 * e, lambda r: number(r.outside_ha, lang))
    yield Column(sheet.say("status_head"), 0.28 * rest_mm, _codes, right=False)


def _codes(row: Row) -> str:
    return ", ".join((*row.finding_codes, *(f"({code})" for code in row.accepted_codes)))


def _known(value: float, lang: str) -> str:
    return number(value, lang) if math.isfinite(value) else "–"


def _begin_page(canvas: Canvas, sheet: Sheet, page: tuple[int, int]) -> None:
    layout, e = sheet.layout, sheet.enlarged
    canvas.page(layout.width_mm, layout.height_mm)
    canvas.path([layout.border_mm.ring], closed=True, stroke=INK, width_mm=0.7)
    room = layout.border_mm.grown(-5)
    top = room.y1
    canvas.text(room.x0, top - 6, sheet.say("annex_title"), size_pt=13, font="bold")
    group = sheet.content.group.upper()
    size_pt = fit_pt(group, room.width, 10, "semibold", least_pt=7)
    fitted = shorten(group, room.width, size_pt, "semibold")
    canvas.text(room.x0, top - 12, fitted, size_pt=size_pt, font="semibold")
    words = sheet.say("annex_page", page=page[0], pages=page[1])
    canvas.text(room.x1, top - 6, words, size_pt=8 * e, align="right")
    rule = np.array([(room.x0, top - 16), (room.x1, top - 16)])
    canvas.path([rule], stroke=INK, width_mm=0.2)
    below = room._replace(y0=room.y0 + FOOT_MM, y1=top - HEAD_MM)
    draw_marks(canvas, below, sheet.marks, sheet.lang)


def _draw_sums(canvas: Canvas, sheet: Sheet) -> None:
    content, room, e = sheet.content, sheet.layout.border_mm.grown(-5), sheet.enlarged
    words = (
        sheet.say("sum", parcels=len(content.rows), area_ha=content.sum_ha),
        sheet.say("union", area_ha=content.union_ha),
        sheet.say("utm", area_ha=content.utm_ha),
    )
    top = room.y0 + FOOT_MM - 8
    for i, line in enumerate(words):
        y = top - 4.5 * e * i
        canvas.text(room.x1, y, line, size_pt=8 * e, font="semibold", align="right")
    canvas.text(room.x0, top, sheet.say("no_title_note"), size_pt=8 * e, font="bold")
    if any(row.accepted_codes for row in content.rows):
        settled = sheet.say("accepted_note")
        canvas.text(room.x0, top - 4.5 * e, settled, size_pt=8 * e)
