"""What is written across a map that is not final: an example boundary, open findings."""

from __future__ import annotations

import math
from collections.abc import Sequence

from hkm_gis.forest import Forest
from hkm_gis.sheets.canvas import Box, Canvas, text_width_mm
from hkm_gis.text import say

__all__ = ["draw_marks", "marks_of"]


def marks_of(forest: Forest | None, blocking: int, lang: str) -> list[str]:
    """Return what must stand across a map with this forest and so many blocking findings."""
    example = forest is not None and forest.example
    keys = [key for key, holds in (("example", example), ("draft", blocking)) if holds]
    return [say(f"sheets.{key}", lang) for key in keys]


def draw_marks(canvas: Canvas, box: Box, marks: Sequence[str], lang: str) -> None:
    """Write the marks across a box in hollow letters, which hide nothing."""
    with canvas.layer(say("sheets.layer_marks", lang)):
        for i, mark in enumerate(marks):
            size_pt = min(60.0, 0.72 * math.hypot(*box[2:]) / text_width_mm(mark, 1, "bold"))
            middle = box.y0 + box.height * (i + 1) / (len(marks) + 1)
            canvas.text(
                box.centre[0],
                middle,
                mark,
                size_pt=size_pt,
                font="bold",
                color="#8a0f1e",
                align="centre",
                turn_deg=30,
                opacity=0.5,
                hollow_mm=0.22,
            )
