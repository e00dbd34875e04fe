"""Which detail sheet shows which land: borders and numbers, and what follows beyond an edge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from hkm_gis.sheets.atlas import Side, side_of
from hkm_gis.sheets.canvas import Box, Canvas, text_width_mm
from hkm_gis.sheets.frame import Frame
from hkm_gis.sheets.labels import Board, Placed, Words, draw_label, place_in_land
from hkm_gis.sheets.sheet import Sheet
from hkm_gis.sheets.symbols import SHEET_INK, draw_line

__all__ = [
    "Pointer",
    "draw_numbers",
    "draw_pointer",
    "draw_sheet_lines",
    "place_numbers",
    "place_pointers",
]

GAP_CLOSED_MM = 0.6
"""Half the width of a path between parcels that a number may cover."""

POINTER_PT = 7.0
_ARROWS: dict[Side, str] = {"left": "▲", "right": "▲", "bottom": "▼", "top": "▲"}
"""Words at the sides are turned, and their arrow with them."""


def draw_sheet_lines(canvas: Canvas, sheet: Sheet, frame: Frame) -> None:
    """Draw the lines that part what one detail sheet lists from what the next one lists."""
    draw_line(canvas, [frame.to_mm(line) for line in sheet.sheet_lines_m], "sheet_line")


def place_numbers(
    sheet: Sheet, frame: Frame, board: Board, *, sizes_pt: Sequence[float]
) -> list[Placed]:
    """Place the number of each detail sheet on its land."""
    land = frame.draw([cell.land_m for cell in sheet.cells])
    choices = [
        [(Words(str(n), size_pt, "bold"),) for size_pt in sizes_pt] for n in sheet.numbers_of_cells
    ]
    # between the parcels of a sheet are paths; its number may stand on them
    closed = shapely.buffer(shapely.buffer(land, GAP_CLOSED_MM), -GAP_CLOSED_MM)
    placed = place_in_land(closed, choices, board)
    return [place for place in placed if place is not None]


def draw_numbers(canvas: Canvas, placed: Sequence[Placed]) -> None:
    """Write the numbers of the detail sheets."""
    for place in placed:
        draw_label(canvas, place, color=SHEET_INK)


@dataclass(frozen=True, slots=True)
class Pointer:
    """Words at an edge of the map that name the sheet beyond it."""

    text: str
    x_mm: float
    y_mm: float
    turn_deg: float


def place_pointers(sheet: Sheet, board: Board, size_pt: float = POINTER_PT) -> Iterator[Pointer]:
    """Yield for each neighbouring detail sheet its number at the edge beyond which it lies."""
    if sheet.cell is None:
        return
    own, frame = sheet.cells[sheet.cell], sheet.frame
    for number, cell in zip(sheet.numbers_of_cells, sheet.cells, strict=True):
        side = None if cell is own else side_of(own, cell, frame.bounds_m)
        if side is not None:
            text = sheet.say("sheet_beyond", arrow=_ARROWS[side], sheet=number)
            towards = frame.to_mm([cell.bounds_m.centre])[0]
            yield _pointer(text, side, towards, board, size_pt)


def draw_pointer(canvas: Canvas, pointer: Pointer, size_pt: float = POINTER_PT) -> None:
    """Write the number of the sheet beyond an edge."""
    canvas.text(
        pointer.x_mm,
        pointer.y_mm,
        pointer.text,
        size_pt=size_pt,
        font="bold",
        color=SHEET_INK,
        align="centre",
        halo_mm=0.5,
        turn_deg=pointer.turn_deg,
    )


def _pointer(text: str, side: Side, towards: np.ndarray, board: Board, size_pt: float) -> Pointer:
    half = (text_width_mm(text, size_pt, "bold") / 2 + 1, 2.0)
    upright = side in ("bottom", "top")
    half_x, half_y = half if upright else half[::-1]
    w = board.within
    x = {"left": w.x0 + half_x, "right": w.x1 - half_x}.get(side)
    y = {"bottom": w.y0 + half_y, "top": w.y1 - half_y}.get(side)
    step = np.array([2 * half_x, 0.0]) if upright else np.array([0.0, 2 * half_y])
    for k in (0, 1, -1, 2, -2, 3, -3):
        at = np.asarray(towards) + k * step
        cx = float(np.clip(at[0], w.x0 + half_x, w.x1 - half_x)) if x is None else x
        cy = float(np.clip(at[1], w.y0 + half_y, w.y1 - half_y)) if y is None else y
        box = Box(cx - half_x, cy - half_y, cx + half_x, cy + half_y)
        if board.is_free(box):
            break
    board.take(box)
    # the baseline stands a third of a letter below the middle of the box
    drop = size_pt * 0.12
    turn_deg = {"left": 90.0, "right": -90.0}.get(side, 0.0)
    dx = {"left": drop, "right": -drop}.get(side, 0.0)
    return Pointer(text, cx + dx, cy - (drop if upright else 0.0), turn_deg)
