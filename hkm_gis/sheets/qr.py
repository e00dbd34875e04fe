"""The digest of a sheet as a QR code: drawn as ink, so that it stays sharp on any printer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from hkm_gis.digest import Digest
from hkm_gis.privacy import public_digest
from hkm_gis.sheets.canvas import Box, Canvas

__all__ = ["draw_qr"]


def draw_qr(canvas: Canvas, box: Box, digest: Digest) -> None:
    """Draw a digest as a QR code that fills ``box``; the paper round it must stay white.

    Whoever photographs the sheet can read it, so no name in it holds an identity number.
    """
    matrix = _matrix(str(public_digest(digest)))
    cell = box.width / len(matrix)
    bars = [
        Box(box.x0 + a * cell, box.y1 - (i + 1) * cell, box.x0 + b * cell, box.y1 - i * cell)
        for i, row in enumerate(matrix)
        for a, b in _dark_runs(row)
    ]
    canvas.fill_boxes(bars, "#000000")


@lru_cache(maxsize=8)
def _matrix(words: str) -> tuple[tuple[int, ...], ...]:
    """Return the dark cells; every sheet of an atlas carries the same code."""
    import segno

    return tuple(map(tuple, segno.make(words, error="m", micro=False).matrix))


def _dark_runs(row: Sequence[int]) -> Iterator[tuple[int, int]]:
    start = None
    for i, dark in enumerate([*row, 0]):
        if dark and start is None:
            start = i
        elif not dark and start is not None:
            yield start, i
            start = None
