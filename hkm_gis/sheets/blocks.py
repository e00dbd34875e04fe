"""Blocks of words and drawings that stack into a column of a sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from hkm_gis.sheets.canvas import (
    POINTS_PER_MM,
    Box,
    Canvas,
    Font,
    shorten,
)

__all__ = [
    "BODY_PT",
    "RULE_GAP_MM",
    "Block",
    "TextLine",
    "centred",
    "draw_heading",
    "flow",
    "stack",
    "titled",
    "write_lines",
    "writer",
]

RULE_GAP_MM = 1.7
"""From a panel to the line below it, and from that line to the next panel."""
MOST_MORE_MM = 3.0
"""Free room of a column moves its panels apart by no more."""


BODY_PT = 6.2


@dataclass(frozen=True, slots=True)
class Block:
    """One panel: the height it needs, and how to draw it into a box of that height."""

    name: str
    height_mm: float
    draw: Callable[[Canvas, Box], None]

    def enlarged(self, factor: float) -> Block:
        """Return the block drawn ``factor`` times as large, for old eyes."""
        if factor == 1:
            return self

        def draw(canvas: Canvas, box: Box) -> None:
            with canvas.zoom(box.x0, box.y0, factor):
                self.draw(canvas, Box(0, 0, box.width / factor, box.height / factor))

        return Block(self.name, self.height_mm * factor, draw)


def flow(
    blocks: Sequence[Block], columns: Sequence[Box], last: Block
) -> dict[str, tuple[Block, Box]] | None:
    """Return where each block stands, or None where they do not all fit.

    Each block stands in the first column that has room for it, all columns filled to about the
    same height; ``last`` stands at the foot of the last column.
    """
    *others, final = columns
    foot = Box(final.x0, final.y0, final.x1, final.y0 + last.height_mm)
    rooms = [*others, Box(final.x0, foot.y1 + RULE_GAP_MM, final.x1, final.y1)]
    highest_mm = max(room.height for room in rooms)
    for share in np.linspace(0.3, 1.0, 15) if len(rooms) > 1 else (1.0,):
        filled = _first_fit(blocks, [min(room.height, share * highest_mm) for room in rooms])
        if filled is not None:
            placed: dict[str, tuple[Block, Box]] = {last.name: (last, foot)}
            for room, inside in zip(rooms, filled, strict=True):
                placed |= _spread(inside, room)
            return placed
    return None


def _first_fit(blocks: Sequence[Block], rooms_mm: Sequence[float]) -> list[list[Block]] | None:
    filled: list[list[Block]] = [[] for _ in rooms_mm]
    free_mm = [room_mm + 2 * RULE_GAP_MM + 1e-6 for room_mm in rooms_mm]
    for block in blocks:
        needed_mm = block.height_mm + 2 * RULE_GAP_MM
        first = next((i for i, free in enumerate(free_mm) if free >= needed_mm), None)
        if first is None:
            return None
        filled[first].append(block)
        free_mm[first] -= needed_mm
    return filled


def _spread(blocks: Sequence[Block], room: Box) -> dict[str, tuple[Block, Box]]:
    """Return where each block stands in one column, the free room shared out between them."""
    taken_mm = sum(block.height_mm + 2 * RULE_GAP_MM for block in blocks)
    more_mm = min(max(0.0, room.height - taken_mm) / max(1, len(blocks)), MOST_MORE_MM)
    # half of it is the block's own, so that the line below it stands in the middle of the gap
    placed, top = {}, room.y1
    for block in blocks:
        box = Box(room.x0, top - block.height_mm - more_mm / 2, room.x1, top)
        placed[block.name] = (block, box)
        top = box.y0 - 2 * RULE_GAP_MM - more_mm / 2
    return placed


def stack(
    blocks: Sequence[Block], columns: Sequence[Box], last: Block
) -> dict[str, tuple[Block, Box]]:
    """Return a place for each block on paper that is too small: they run on below the edge."""
    endless = [*columns[:-1], columns[-1]._replace(y0=columns[-1].y0 - 1e4)]
    placed = flow(blocks, endless, last) or {}
    foot = columns[-1]._replace(y1=columns[-1].y0 + last.height_mm)
    return placed | {last.name: (last, foot)}


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of running text in a panel."""

    text: str
    size_pt: float = BODY_PT
    font: Font = "regular"
    leading: float = 1.25

    @property
    def height_mm(self) -> float:
        """Height from the line above to this one."""
        return self.size_pt / POINTS_PER_MM * self.leading


def writer(lines: Sequence[TextLine]) -> Callable[[Canvas, Box], None]:
    """Return what draws ``lines`` from the top of a box down."""
    return lambda canvas, box: write_lines(canvas, lines, box.x0, box.y1, box.width)


def draw_heading(canvas: Canvas, box: Box, words: str) -> None:
    """Draw the heading of a panel at the top of its box."""
    canvas.text(box.x0, box.y1 - 2.6, words, size_pt=7.6, font="bold")


def centred(name: str, lines: Sequence[TextLine]) -> Block:
    """Return a block of centred lines."""

    def draw(canvas: Canvas, box: Box) -> None:
        write_lines(canvas, lines, box.centre[0], box.y1, box.width, "centre")

    return Block(name, sum(line.height_mm for line in lines) + 0.5, draw)


def titled(name: str, title: str, lines: Sequence[TextLine]) -> Block:
    """Return a block of lines below a heading."""

    def draw(canvas: Canvas, box: Box) -> None:
        draw_heading(canvas, box, title)
        write_lines(canvas, lines, box.x0, box.y1 - 3.6, box.width)

    return Block(name, 4.4 + sum(line.height_mm for line in lines), draw)


def write_lines(
    canvas: Canvas,
    lines: Iterable[TextLine],
    x_mm: float,
    top_mm: float,
    room_mm: float,
    align: str = "left",
) -> None:
    """Draw lines from ``top_mm`` down, each shortened to the room there is."""
    for line in lines:
        top_mm -= line.height_mm
        words = shorten(line.text, room_mm, line.size_pt, line.font)
        canvas.text(
            x_mm,
            top_mm + 0.5,
            words,
            size_pt=line.size_pt,
            font=line.font,
            align=align,  # type: ignore[arg-type]
        )
