"""The table of corners: metres of the grid, degrees, and the side to the next corner."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import NamedTuple

from hkm_gis.corners import Outline
from hkm_gis.sheets.canvas import Box, Canvas
from hkm_gis.sheets.pages.leaf import SMALL_PT
from hkm_gis.sheets.tables import Column, draw_table
from hkm_gis.text import number, say, written_degrees

__all__ = ["NOTE_MM", "TABLE_ROW_MM", "CornerRow", "corner_rows", "draw_corner_table"]

TABLE_ROW_MM = 4.15
GAP_MM = 4.0
NOTE_MM = 1.2
"""From the table to the words below it."""

DEGREE_DECIMALS = 2
"""0.01" is 0.3 m, a tenth of what a handheld GPS knows."""


class CornerRow(NamedTuple):
    """One corner in words."""

    number: str
    easting: str
    northing: str
    lon: str
    lat: str
    side: str


def corner_rows(outline: Outline, lang: str, *, prefix: str = "") -> list[CornerRow]:
    """Return the corners of an outline in words: metres to 0.1, degrees to 0.01"."""
    return [
        CornerRow(
            f"{prefix}{corner.number}",
            number(corner.xy_m[0], lang, 1),
            number(corner.xy_m[1], lang, 1),
            written_degrees(corner.lonlat[0], "lon", lang, DEGREE_DECIMALS),
            written_degrees(corner.lonlat[1], "lat", lang, DEGREE_DECIMALS),
            number(corner.side_m, lang, 1),
        )
        for corner in outline.corners
    ]


def draw_corner_table(
    canvas: Canvas, box: Box, rows: Sequence[CornerRow], per_column: int, lang: str
) -> float:
    """Draw rows in two columns from the top of ``box`` down; return where words below may begin."""
    width_mm = (box.width - GAP_MM) / 2
    for i in range(2):
        part = rows[i * per_column : (i + 1) * per_column]
        corner = (box.x0 + i * (width_mm + GAP_MM), box.y1)
        if part:
            columns = _columns(width_mm, lang)
            draw_table(canvas, corner, columns, part, row_mm=TABLE_ROW_MM, size_pt=SMALL_PT)
    return box.y1 - TABLE_ROW_MM * (per_column + 1) - NOTE_MM


def _columns(width_mm: float, lang: str) -> list[Column]:
    widths = {"number": 8.0, "easting": 14.0, "northing": 17.5, "lon": 23.5, "lat": 20.0}
    widths["side"] = width_mm - sum(widths.values())
    return [
        Column(say(f"pages.{name}_head", lang), widths[name], attrgetter(name))
        for name in CornerRow._fields
    ]
