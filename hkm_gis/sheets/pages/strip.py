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
LEFT_MM = 96.0

CLAIMS = ("first_claim", "second_claim")
"""Land that is told apart by its outline."""


def draw_strip(canvas: Canvas, box: Box, frame: Frame, shown: Mapping[str, str], lang: str) -> None:
    """Draw north, scale and bar at the left, projection and legend at the right.

    ``shown`` has the styles of land and of lines on the map that need a word, and that word's
    name (``pages.legend.<name>``).
    """
    draw_north(canvas, box.x0 + 4.5, box.y1 - 9.2, 4.6, lang)
    left, middle = box.x0 + 13, box.x0 + LEFT_MM
    words = say("sheets.scale", lang, scale=number(frame.scale, lang, 0))
    canvas.text(left, box.y1 - 4, words, size_pt=11, font="bold")
    beside = left + text_width_mm(words, 11, "bold") + 3
    printed = shorten(say("sheets.paper", lang, paper="A4"), middle - beside - 2, SMALL_PT)
    canvas.text(beside, box.y1 - 4, printed, size_pt=SMALL_PT)
    draw_scale_bar(canvas, left, box.y0 + 1.2, frame.scale, lang, room_mm=58, size_pt=SMALL_PT)
    projection = shorten(projection_name(frame, lang), box.x1 - middle, SMALL_PT)
    canvas.text(middle, box.y1 - 4, projection, size_pt=SMALL_PT)
    _draw_legend(canvas, box._replace(x0=middle, y1=box.y1 - 5.2), shown, lang)


def _draw_legend(canvas: Canvas, box: Box, shown: Mapping[str, str], lang: str) -> None:
    x, y = box.x0, box.y1 - 3
    for style, name in shown.items():
        words = say(f"pages.legend.{name}", lang)
        wide_mm = 8 + text_width_mm(words, SMALL_PT)
        if x + wide_mm > box.x1:
            x, y = box.x0, y - 4.2
        _draw_swatch(canvas, Box(x, y - 0.5, x + 6.5, y + 2.4), style)
        canvas.text(x + 8, y, words, size_pt=SMALL_PT)
        x += wide_mm + 4


def _draw_swatch(canvas: Canvas, swatch: Box, style: str) -> None:
    if style in STYLES:
        draw_area(canvas, [shapely.box(*swatch)], STYLES[style])
    if style in CLAIMS:
        draw_line(canvas, [swatch.ring], style, closed=True)
    elif style in LINES:
        y = swatch.centre[1]
        draw_line(canvas, [np.array([(swatch.x0, y), (swatch.x1, y)])], style)
