"""A pad of A4 leaves: border, head and foot of every page, and one PDF in the end."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hkm_gis.digest import Digest
from hkm_gis.sheets.canvas import (
    INK,
    Box,
    Canvas,
    fit_pt,
    shorten,
    text_width_mm,
    wrap,
    wrap_evenly,
    wrap_items,
)
from hkm_gis.sheets.frame import Frame
from hkm_gis.sheets.geopdf import Maps, georeference
from hkm_gis.sheets.marks import MARK_INK
from hkm_gis.sheets.page import EDGE_MM, PAPERS_MM
from hkm_gis.sheets.qr import draw_qr
from hkm_gis.text import say

__all__ = [
    "BODY_PT",
    "FOOT_MM",
    "HEADING_PT",
    "HEAD_MM",
    "INNER_MM",
    "SMALL_PT",
    "Pad",
    "draw_facts",
    "draw_head",
    "draw_lines",
    "draw_place_to_sign",
    "draw_proof",
    "rule",
]

BODY_PT = 9.0
HEADING_PT = 9.5
SMALL_PT = 8.0
"""Letters of A4 pages: farmers of sixty read them in a house without a lamp."""

INNER_MM = 11.0
FOOT_MM = 6.5
HEAD_MM = 25.0
FACT_MM = 4.7
CODE_MM = 62.0
"""The most that the large letters of a head take."""


class Pad:
    """A document of A4 leaves, each with a border and a foot.

    Parameters
    ----------
    title, subject
        Names of the document.
    lang
        Its language.
    landscape
        Whether the leaves lie on their long side.
    """

    def __init__(self, *, title: str, subject: str, lang: str, landscape: bool = False) -> None:
        short, long = PAPERS_MM["A4"]
        self.width_mm, self.height_mm = (long, short) if landscape else (short, long)
        self.lang = lang
        self.canvas = Canvas(self.width_mm, self.height_mm, title=title, subject=subject)
        self._maps: list[Maps] = []

    @property
    def pages(self) -> int:
        """Number of leaves so far."""
        return len(self._maps)

    def leaf(self, foot: str) -> Box:
        """Begin a leaf and return the room on it; ``foot`` stands at its lower right."""
        if self._maps:
            self.canvas.page(self.width_mm, self.height_mm)
        self._maps.append(())
        border = Box(0, 0, self.width_mm, self.height_mm).grown(-EDGE_MM)
        self.canvas.path([border.ring], closed=True, stroke=INK, width_mm=0.7)
        self.canvas.path([border.grown(-1.3).ring], closed=True, stroke=INK, width_mm=0.15)
        room = Box(0, 0, self.width_mm, self.height_mm).grown(-INNER_MM)
        note = say("sheets.no_title_note", self.lang)
        self.canvas.text(room.x0, room.y0, note, size_pt=BODY_PT, font="bold")
        free_mm = room.width - text_width_mm(note, BODY_PT, "bold") - 5
        words = shorten(foot, free_mm, SMALL_PT)
        self.canvas.text(room.x1, room.y0, words, size_pt=SMALL_PT, align="right")
        return room._replace(y0=room.y0 + FOOT_MM)

    def map(self, name: str, frame: Frame) -> None:
        """Give the map of the latest leaf its place on earth."""
        self._maps[-1] = (*self._maps[-1], (name, frame))

    def save(self) -> bytes:
        """Finish the document and return it."""
        return georeference(self.canvas.save(), self._maps, self.canvas.layers, lang=self.lang)


def rule(canvas: Canvas, x0: float, x1: float, y: float, *, width_mm: float = 0.2) -> None:
    """Draw a level line."""
    canvas.path([np.array([(x0, y), (x1, y)])], stroke=INK, width_mm=width_mm)


def draw_head(
    pad: Pad,
    room: Box,
    title: str,
    lines: Sequence[str],
    code: tuple[str, str],
    marks: Sequence[str] = (),
) -> float:
    """Draw the head of a leaf: title and lines at the left, at the right what the leaf is about.

    The first line is the weightiest; the second may take two lines of paper. ``code`` is a few
    large letters and the words below them. Return where the head ends.
    """
    canvas = pad.canvas
    right_mm = _draw_code(canvas, room, code, marks)
    left_mm = room.width - right_mm - 4
    canvas.text(room.x0, room.y1 - 6, title, size_pt=17, font="bold")
    size = fit_pt(lines[0], left_mm, 11.5, "semibold", least_pt=SMALL_PT)
    group = shorten(lines[0], left_mm, size, "semibold")
    canvas.text(room.x0, room.y1 - 11.6, group, size_pt=size, font="semibold")
    _draw_place(canvas, room, left_mm, lines[1:])
    rule(canvas, room.x0, room.x1, room.y1 - HEAD_MM + 0.6, width_mm=0.35)
    return room.y1 - HEAD_MM


def _draw_code(canvas: Canvas, room: Box, code: tuple[str, str], marks: Sequence[str]) -> float:
    """Draw what a leaf is about and what keeps it from being final; return the width it takes."""
    right, top = room.x1, room.y1
    size_pt = fit_pt(code[0], CODE_MM, 24, "bold", least_pt=10)
    large = shorten(code[0], CODE_MM, size_pt, "bold")
    canvas.text(right, top - 8, large, size_pt=size_pt, font="bold", align="right")
    canvas.text(right, top - 15.5, code[1], size_pt=14, font="semibold", align="right")
    for i, mark in enumerate(marks):
        y = top - 19.2 - 3.5 * i
        canvas.text(right, y, mark, size_pt=SMALL_PT, font="bold", color=MARK_INK, align="right")
    widths = [text_width_mm(mark, SMALL_PT, "bold") for mark in marks]
    return max(
        text_width_mm(large, size_pt, "bold"), text_width_mm(code[1], 14, "semibold"), *widths
    )


def _draw_place(canvas: Canvas, room: Box, room_mm: float, lines: Sequence[str]) -> None:
    sizes = [fit_pt(words, room_mm, BODY_PT, least_pt=SMALL_PT) for words in lines]
    fitted = [
        (line, size)
        for i, (words, size) in enumerate(zip(lines, sizes, strict=True))
        for line in wrap_items(words, room_mm, size, lines=2 if i == 0 else 1)
    ]
    first_mm, step_mm = (16.2, 4.2) if len(fitted) < 3 else (15.5, 3.4)
    for i, (line, size) in enumerate(fitted):
        canvas.text(room.x0, room.y1 - first_mm - i * step_mm, line, size_pt=size)


def draw_facts(pad: Pad, box: Box, facts: Sequence[tuple[str, str]], label_mm: float) -> float:
    """Write facts below each other, each with its label; return where they end."""
    y = box.y1
    for label, value in facts:
        y -= FACT_MM
        pad.canvas.text(box.x0, y, label, size_pt=BODY_PT)
        words = shorten(value, box.width - label_mm - 1, BODY_PT, "semibold")
        pad.canvas.text(box.x0 + label_mm, y, words, size_pt=BODY_PT, font="semibold")
    return y


def draw_lines(
    canvas: Canvas,
    x_mm: float,
    top_mm: float,
    room_mm: float,
    paragraphs: Sequence[str],
    *,
    size_pt: float = BODY_PT,
    lines: int = 99,
) -> float:
    """Write paragraphs from ``top_mm`` down, each wrapped, and return where they end."""
    step = size_pt * 0.46
    written = [line for words in paragraphs for line in wrap(words, room_mm, size_pt, lines=lines)]
    for line in written[:lines]:
        top_mm -= step
        canvas.text(x_mm, top_mm + 0.25 * step, line, size_pt=size_pt)
    return top_mm


def draw_place_to_sign(
    canvas: Canvas, box: Box, role: str, name: str, *, above: str = "", size_pt: float = BODY_PT
) -> None:
    """Draw who signs in ``box``: the role at the top, room for ink, the name on a line."""
    middle, room = box.centre[0], box.width - 3
    y = box.y1 - 3.4
    if above:
        canvas.text(middle, y, shorten(above, room, SMALL_PT), size_pt=SMALL_PT, align="centre")
        y -= 3.9
    needed = len(wrap(role, room, size_pt, "semibold", lines=2))
    for line in wrap_evenly(role, needed, room, size_pt, "semibold"):
        canvas.text(middle, y, line, size_pt=size_pt, font="semibold", align="centre")
        y -= 3.9
    rule(canvas, box.x0 + 3, box.x1 - 3, box.y0 + 4.6, width_mm=0.15)
    size = fit_pt(name, room, size_pt, least_pt=SMALL_PT)
    canvas.text(middle, box.y0 + 1.2, shorten(name, room, size), size_pt=size, align="centre")


def draw_proof(canvas: Canvas, box: Box, digest: Digest, lang: str) -> None:
    """Draw the digest as a QR code at the foot of ``box``, with its first letters below it."""
    side = min(box.width, box.height - 8)
    corner = Box(box.x1 - side, box.y0 + 4, box.x1, box.y0 + 4 + side)
    draw_qr(canvas, corner, digest)
    title = say("sheets.fingerprint", lang)
    canvas.text(corner.centre[0], corner.y1 + 1.2, title, size_pt=SMALL_PT, align="centre")
    canvas.text(corner.centre[0], box.y0 + 0.6, digest.short, size_pt=SMALL_PT, align="centre")
