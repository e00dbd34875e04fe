"""What is written across a map that is not final: an example boundary, open findings."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hkm_gis.forest import Forest
from hkm_gis.sheets.canvas import Box, Canvas, text_width_mm
from hkm_gis.text import say

__all__ = ["MARK_INK", "Mark", "draw_marks", "marks_of", "place_marks"]

MARK_INK = "#8a0f1e"
STEEPEST_DEG, LARGEST_PT = 30.0, 60.0
CAPITAL_MM = 0.233
"""Height of a capital of 1 pt (Source Sans: 0.66 of the size)."""
FILLED_SHARE = 0.94
OPACITY = 0.65
"""Dark enough to survive a photocopier: a copy of a draft must not pass for a final map."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Words across a map: their middle, size and slant."""

    text: str
    x_mm: float
    y_mm: float
    size_pt: float
    turn_deg: float

    @property
    def ring_mm(self) -> NDArray[np.float64]:
        """The four corners of the words."""
        half = np.array([text_width_mm(self.text, self.size_pt, "bold"), self.height_mm]) / 2
        x, y = (half * [(-1, -1), (1, -1), (1, 1), (-1, 1)]).T
        along, across = _direction(self.turn_deg)
        return np.column_stack(
            [self.x_mm + x * along - y * across, self.y_mm + x * across + y * along]
        )

    @property
    def height_mm(self) -> float:
        """Height of the capitals."""
        return CAPITAL_MM * self.size_pt


def marks_of(forest: Forest | None, blocking: int, lang: str) -> list[str]:
    """Return what must stand across a map with this forest and so many blocking findings."""
    example = forest is not None and forest.example
    keys = [key for key, holds in (("example", example), ("draft", blocking)) if holds]
    return [say(f"sheets.{key}", lang) for key in keys]


def place_marks(box: Box, marks: Sequence[str]) -> list[Mark]:
    """Return a place for each mark, below each other and wholly inside ``box``.

    All are of one size and slant, which a low box makes flatter.
    """
    if not marks:
        return []
    room_mm = box.width, 2 * box.height / (len(marks) + 1)
    turn_deg = min(STEEPEST_DEG, math.degrees(math.atan2(room_mm[1], room_mm[0])))
    step_mm = box.height / (len(marks) + 1)
    apart_pt = FILLED_SHARE * step_mm * _direction(turn_deg)[0] / CAPITAL_MM
    fitting_pt = (_largest_pt(mark, room_mm, turn_deg) for mark in marks)
    size_pt = min(LARGEST_PT, apart_pt, *fitting_pt)
    return [
        Mark(mark, box.centre[0], box.y0 + i * step_mm, size_pt, turn_deg)
        for i, mark in enumerate(marks, 1)
    ]


def draw_marks(canvas: Canvas, box: Box, marks: Sequence[str], lang: str) -> None:
    """Write the marks across a box in hollow letters, which hide nothing."""
    with canvas.layer(say("sheets.layer_marks", lang)):
        for mark in place_marks(box, marks):
            along, across = _direction(mark.turn_deg)
            canvas.text(
                # letters stand on their line, which lies half a capital below the middle
                mark.x_mm + across * mark.height_mm / 2,
                mark.y_mm - along * mark.height_mm / 2,
                mark.text,
                size_pt=mark.size_pt,
                font="bold",
                color=MARK_INK,
                align="centre",
                turn_deg=mark.turn_deg,
                opacity=OPACITY,
                hollow_mm=0.26,
            )


def _largest_pt(mark: str, room_mm: tuple[float, float], turn_deg: float) -> float:
    along, across = _direction(turn_deg)
    wide_mm = text_width_mm(mark, 1, "bold")
    return FILLED_SHARE * min(
        room_mm[0] / (wide_mm * along + CAPITAL_MM * across),
        room_mm[1] / (wide_mm * across + CAPITAL_MM * along),
    )


def _direction(turn_deg: float) -> tuple[float, float]:
    return math.cos(math.radians(turn_deg)), math.sin(math.radians(turn_deg))
