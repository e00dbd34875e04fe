"""The full table of parcels on pages of its own, behind the map."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from hkm_gis.sheets.blocks import Block
from hkm_gis.sheets.canvas import INK, Box, Canvas
from hkm_gis.sheets.content import Content, Row
from hkm_gis.sheets.page import Layout
from hkm_gis.sheets.tables import Column, draw_table
from hkm_gis.text import number, say

__all__ = ["draw_annex"]

ROW_MM = 4.2
SIZE_PT = 7.0
HEAD_MM, FOOT_MM = 22.0, 24.0
GAP_MM = 6.0
NARROWEST_MM = 150.0


def draw_annex(
    canvas: Canvas,
    content: Content,
    layout: Layout,
    panels: Sequence[Block],
    lang: str,
    *,
    after: int = 1,
) -> None:
    """Add the pages of the table, its sums, and the panels that found no room on the map page.

    ``after`` is the number of pages that stand before the annex.
    """
    border = layout.border_mm.grown(-5)
    count = max(1, int((border.width + GAP_MM) // (NARROWEST_MM + GAP_MM)))
    width_mm = (border.width + GAP_MM) / count - GAP_MM
    columns = list(_columns(width_mm, lang))
    per_column = int((border.height - HEAD_MM - FOOT_MM) // ROW_MM) - 1
    parts = list(_cut(content.rows, per_column))
    pages = math.ceil(len(parts) / count) + bool(panels)
    for page in range(math.ceil(len(parts) / count)):
        canvas.page(layout.width_mm, layout.height_mm)
        _draw_head(canvas, content, layout, (after + page + 1, after + pages), lang)
        for i, part in enumerate(parts[page * count : (page + 1) * count]):
            corner = (border.x0 + i * (width_mm + GAP_MM), border.y1 - HEAD_MM)
            draw_table(canvas, corner, columns, part, row_mm=ROW_MM, size_pt=SIZE_PT)
    _draw_sums(canvas, content, layout, lang)
    if panels:
        canvas.page(layout.width_mm, layout.height_mm)
        _draw_head(canvas, content, layout, (after + pages, after + pages), lang)
        _draw_panels(canvas, layout, panels)


def _draw_panels(canvas: Canvas, layout: Layout, panels: Sequence[Block]) -> None:
    border = layout.border_mm.grown(-5)
    top = border.y1 - HEAD_MM
    for panel in panels:
        width_mm = layout.columns_mm[0].width
        panel.draw(canvas, Box(border.x0, top - panel.height_mm, border.x0 + width_mm, top))
        top -= panel.height_mm + GAP_MM


def _cut(rows: Sequence[Row], size: int) -> Iterator[Sequence[Row]]:
    return (rows[i : i + size] for i in range(0, len(rows), size))


def _columns(width_mm: float, lang: str) -> Iterator[Column]:
    fixed = {"number": 13.0, "hectares": 15.0, "error": 13.0, "utm": 15.0, "outside": 18.0}
    rest = width_mm - sum(fixed.values())
    yield Column(say("sheets.number", lang), 13.0, lambda r: r.label)
    yield Column(say("sheets.code_head", lang), 0.3 * rest, lambda r: r.parcel_id, right=False)
    yield Column(
        say("sheets.member", lang),
        0.42 * rest,
        lambda r: r.member or say("sheets.nameless", lang),
        right=False,
    )
    yield Column(say("sheets.hectares_head", lang), 15.0, lambda r: number(r.area_ha, lang))
    yield Column(say("sheets.error_head", lang), 13.0, lambda r: _known(r.uncertainty_ha, lang))
    yield Column(say("sheets.utm_head", lang), 15.0, lambda r: number(r.utm_ha, lang))
    yield Column(say("sheets.outside_head", lang), 18.0, lambda r: number(r.outside_ha, lang))
    codes = say("sheets.status_head", lang)
    yield Column(codes, 0.28 * rest, _codes, right=False)


def _codes(row: Row) -> str:
    return ", ".join((*row.finding_codes, *(f"({code})" for code in row.accepted_codes)))


def _known(value: float, lang: str) -> str:
    return number(value, lang) if math.isfinite(value) else "–"


def _draw_head(
    canvas: Canvas, content: Content, layout: Layout, page: tuple[int, int], lang: str
) -> None:
    canvas.path([layout.border_mm.ring], closed=True, stroke=INK, width_mm=0.7)
    border = layout.border_mm.grown(-5)
    top = border.y1
    canvas.text(border.x0, top - 6, say("sheets.annex_title", lang), size_pt=13, font="bold")
    canvas.text(border.x0, top - 12, content.group.upper(), size_pt=10, font="semibold")
    words = say("sheets.annex_page", lang, page=page[0], pages=page[1])
    canvas.text(border.x1, top - 6, words, size_pt=8, align="right")
    rule = np.array([(border.x0, top - 16), (border.x1, top - 16)])
    canvas.path([rule], stroke=INK, width_mm=0.2)


def _draw_sums(canvas: Canvas, content: Content, layout: Layout, lang: str) -> None:
    border = layout.border_mm.grown(-5)
    words = (
        say("sheets.sum", lang, parcels=len(content.rows), area_ha=content.sum_ha),
        say("sheets.union", lang, area_ha=content.union_ha),
        say("sheets.utm", lang, area_ha=content.utm_ha),
    )
    for i, line in enumerate(words):
        y = border.y0 + FOOT_MM - 8 - 4.5 * i
        canvas.text(border.x1, y, line, size_pt=8, font="semibold", align="right")
    note = say("sheets.no_title_note", lang)
    canvas.text(border.x0, border.y0 + FOOT_MM - 8, note, size_pt=8, font="bold")
    if any(row.accepted_codes for row in content.rows):
        settled = say("sheets.accepted_note", lang)
        canvas.text(border.x0, border.y0 + FOOT_MM - 12.5, settled, size_pt=8)
