"""The table of parcels: beside the map where it fits, in the annex where not."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hkm_gis.sheets.blocks import Block, TextLine, draw_heading, titled, write_lines
from hkm_gis.sheets.canvas import (
    INK,
    MIN_PT,
    POINTS_PER_MM,
    Box,
    Canvas,
    Font,
    fit_pt,
    shorten,
    text_width_mm,
)
from hkm_gis.sheets.content import Content, Row
from hkm_gis.text import number, say

__all__ = ["Column", "draw_table", "sum_lines", "table_note_panel", "table_panels"]


LEFT_MM, RIGHT_MM = 0.9, 0.5
"""From the edges of a column to its words."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: heading, width, words of each row, and which side they keep to."""

    heading: str
    width_mm: float
    words: Callable[[Any], str]
    """What stands in the column of a row, whatever the rows of the table are."""
    right: bool = True


def table_panels(
    rows: Sequence[Row], sums: Sequence[TextLine], width_mm: float, lang: str
) -> Iterator[Block]:
    """Yield the table of parcels and its sums in every form that may fit, largest letters first.

    A form that would cut names which one column shows whole is none: the annex has room for them.
    """
    forms = sorted(_forms(rows, width_mm, lang), key=lambda form: form.rank)
    for form in forms:
        yield _table_panel(rows, sums, form, lang)


@dataclass(frozen=True, slots=True)
class _Form:
    """One way to print the table: side by side in so many parts, its columns, rows and letters."""

    parts: int
    columns: tuple[Column, ...]
    row_mm: float
    size_pt: float
    tight: bool

    @property
    def width_mm(self) -> float:
        return sum(column.width_mm for column in self.columns)

    @property
    def rank(self) -> tuple[float, int, bool, float]:
        return -self.size_pt, self.parts, self.tight, -self.row_mm


def _forms(rows: Sequence[Row], width_mm: float, lang: str) -> Iterator[_Form]:
    widest_mm = _name_room_mm(_short_columns(rows, width_mm, lang, tight=False))
    names = [_member(row, lang) for row in rows]
    # what one column cannot show is shortened in any
    longest_mm = max(
        (w for w in (text_width_mm(n, 1.0) for n in names) if w * MIN_PT <= widest_mm), default=0.0
    )
    for parts, tight in itertools.product((1, 2, 3), (False, True)):
        part_mm = (width_mm + 2) / parts - 2
        columns = tuple(_short_columns(rows, part_mm, lang, tight=tight))
        room_mm = _name_room_mm(columns)
        if longest_mm * MIN_PT > room_mm:
            continue
        fitting_pt = room_mm / longest_mm if longest_mm else math.inf
        for row_mm in (4.2, 3.9, 3.6, 3.3, 3.0, 2.75, 2.5):
            size_pt = max(MIN_PT, min(7.4, row_mm * POINTS_PER_MM * 0.74, fitting_pt))
            yield _Form(parts, columns, row_mm, round(size_pt, 1), tight)


def table_note_panel(
    rows: Sequence[Row], sums: Sequence[TextLine], lang: str, *, page: int
) -> Block:
    """Say on which page the table is, and its sums, on a sheet that has no room for it."""
    note = say("sheets.annex_note", lang, parcels=len(rows), page=page)
    return titled("table", say("sheets.table", lang), [TextLine(note), *sums])


def sum_lines(content: Content, lang: str) -> Iterator[TextLine]:
    """Say what all parcels of a group add up to."""
    parcels = len(content.rows)
    total = say("sheets.sum", lang, parcels=parcels, area_ha=content.sum_ha)
    yield TextLine(total, 7, "bold")
    yield TextLine(say("sheets.union", lang, area_ha=content.union_ha), 6.4)
    yield TextLine(say("sheets.utm", lang, area_ha=content.utm_ha), 6.4)


def draw_table(
    canvas: Canvas,
    corner: tuple[float, float],
    columns: Sequence[Column],
    rows: Sequence[Any],
    *,
    row_mm: float,
    size_pt: float,
) -> None:
    """Draw one table with its head; ``corner`` is its upper left corner."""
    x0, top = corner
    width_mm = sum(column.width_mm for column in columns)
    head = Box(x0, top - row_mm, x0 + width_mm, top)
    canvas.path([head.ring], closed=True, fill="#dcdcdc")
    for i, row in enumerate([None, *rows]):
        _table_row(canvas, x0, top - i * row_mm - row_mm * 0.72, columns, row, size_pt)
    bottoms = [top - (i + 1) * row_mm for i in range(len(rows))]
    canvas.path(
        [np.array([(x0, y), (x0 + width_mm, y)]) for y in bottoms],
        stroke="#a8a8a8",
        width_mm=0.07,
    )
    whole = Box(x0, top - row_mm * (len(rows) + 1), x0 + width_mm, top)
    canvas.path([whole.ring], closed=True, stroke=INK, width_mm=0.15)


def _table_row(
    canvas: Canvas,
    x_mm: float,
    y_mm: float,
    columns: Sequence[Column],
    row: Any | None,
    size_pt: float,
) -> None:
    font: Font = "regular" if row else "bold"
    for column in columns:
        words = column.words(row) if row else column.heading
        room_mm = column.width_mm - LEFT_MM - RIGHT_MM
        size = fit_pt(words, room_mm, size_pt, font, least_pt=MIN_PT)
        words = shorten(words, room_mm, size, font)
        x = x_mm + (column.width_mm - RIGHT_MM if column.right else LEFT_MM)
        align = "right" if column.right else "left"
        canvas.text(x, y_mm, words, size_pt=size, font=font, align=align)  # type: ignore[arg-type]
        x_mm += column.width_mm


def _table_panel(rows: Sequence[Row], sums: Sequence[TextLine], form: _Form, lang: str) -> Block:
    per_part = math.ceil(len(rows) / form.parts)
    below_mm = (per_part + 1) * form.row_mm
    height_mm = 5 + below_mm + 0.8 + sum(line.height_mm for line in sums)

    def draw(canvas: Canvas, box: Box) -> None:
        draw_heading(canvas, box, say("sheets.table", lang))
        for i in range(form.parts):
            part = rows[i * per_part : (i + 1) * per_part]
            corner = (box.x0 + i * (form.width_mm + 2), box.y1 - 4.5)
            if part:
                draw_table(
                    canvas, corner, form.columns, part, row_mm=form.row_mm, size_pt=form.size_pt
                )
        write_lines(canvas, sums, box.x1, box.y1 - 5.3 - below_mm, box.width, "right")

    return Block("table", height_mm, draw)


def _name_room_mm(columns: Iterable[Column]) -> float:
    _, name, *_ = columns
    return name.width_mm - LEFT_MM - RIGHT_MM


def _short_columns(
    rows: Sequence[Row], width_mm: float, lang: str, *, tight: bool
) -> Iterator[Column]:
    errors = any(math.isfinite(row.uncertainty_ha) for row in rows)
    area_mm, error_mm = (7.4, 6.0) if tight else (12.0, 9.5)
    size_pt = MIN_PT if tight else 7.0
    widest_mm = max((text_width_mm(row.label, size_pt) for row in rows), default=0.0)
    number_mm = max(4.6 if tight else 7.0, widest_mm + 2.0)
    fixed = number_mm + area_mm + (error_mm if errors else 0)
    heads = ("member_short", "ha") if tight else ("member", "")
    area_head = "ha" if tight else say("sheets.hectares_head", lang)
    yield Column(say("sheets.number", lang), number_mm, lambda row: row.label)
    yield Column(
        say(f"sheets.{heads[0]}", lang), width_mm - fixed, lambda r: _member(r, lang), right=False
    )
    yield Column(area_head, area_mm, lambda row: number(row.area_ha, lang))
    if errors:
        head = "±" if tight else say("sheets.error_head", lang)
        yield Column(head, error_mm, lambda row: _known(row.uncertainty_ha, lang))


def _member(row: Row, lang: str) -> str:
    return row.member or say("sheets.nameless", lang)


def _known(value: float, lang: str) -> str:
    return number(value, lang) if math.isfinite(value) else "–"
