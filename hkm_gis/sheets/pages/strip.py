"""The strip below a small map: its scale, its grid, and what its patterns mean."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import shapely

from hkm_gis.sheets.canvas import Box, Canvas, shorten, text_width_mm
from hkm_gis.sheets.frame import Frame
from hkm_gis.sheets.pages.leaf import SMALL_PT
from hkm_gis.sheets.panels import projection_name
from hkm_gis.sheets.symbols import LINES, STYLES, draw_area, draw_line, draw_north, draw_scale_bar
from hkm_gis.text import number, say

__all__ = ["STRIP_MM", "draw_strip"]

STRIP_MM = 14.0

CLAIMS = ("first_claim", "second_claim")
"""Land that is told apart by its outline."""


def draw_strip(canvas: Canvas, box: Box, frame: Frame, shown: Mapping[str, str], lang: str) -> None:
    """Draw north, scale and bar at the left, projection and legend at the right.

    ``shown`` has the styles of land and of lines on the map that need a word, and that word's
    name (``pages.legend.<name>``).
    """
    draw_north(canvas, box.x0 + 4.5, box.y1 - 9.2, 4.6, lang)
    left = box.x0 + 13
    words = say("sheets.scale", lang, scale=number(frame.scale, lang, 0))
    canvas.text(left, box.y1 - 4, words, size_pt=11, font="bold")
    draw_scale_bar(canvas, left, box.y0 + 1.2, frame.scale, lang, room_mm=58, size_pt=SMALL_PT)
    x, room = box.x0 + 82, box.x1 - box.x0 - 82
    canvas.text(
        x, box.y1 - 4, shorten(projection_name(frame, lang), room, SMALL_PT), size_pt=SMALL_PT
    )
    printed = say("sheets.paper", lang, paper="A4")
    canvas.text(x, box.y1 - 8, shorten(printed, room, SMALL_PT), size_pt=SMALL_PT)
    _draw_legend(canvas, x, box.y1 - 12.4, room, shown, lang)


def _draw_legend(
    canvas: Canvas, x: float, y: float, room: float, shown: Mapping[str, str], lang: str
) -> None:
    right = x + room
    for style, name in shown.items():
        words = say(f"pages.legend.{name}", lang)
        if x + 8.5 + text_width_mm(words, SMALL_PT) > right:
            return
        swatch = Box(x, y - 0.5, x + 6.5, y + 2.4)
        if style in STYLES:
            draw_area(canvas, [shapely.box(*swatch)], STYLES[style])
        if style in CLAIMS:
            draw_line(canvas, [swatch.ring], style, closed=True)
        elif style in LINES:
            draw_line(canvas, [np.array([(x, y + 0.9), (x + 6.5, y + 0.9)])], style)
        canvas.text(x + 8, y, words, size_pt=SMALL_PT)
        x += 8 + text_width_mm(words, SMALL_PT) + 4
