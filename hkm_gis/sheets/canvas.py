"""A drawing surface in millimetres: paths, text, pictures, layers and pages of one PDF."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hkm_gis.privacy import redact
from hkm_gis.sheets.lettering import (
    MISSING_GLYPH,
    POINTS_PER_MM,
    Font,
    fit_pt,
    office_copy,
    printable,
    register_faces,
    shorten,
    text_width_mm,
    wrap,
    wrap_evenly,
    wrap_items,
)

__all__ = [
    "INK",
    "MIN_PT",
    "MISSING_GLYPH",
    "POINTS_PER_MM",
    "Box",
    "Canvas",
    "Font",
    "fit_pt",
    "office_copy",
    "printable",
    "shorten",
    "text_width_mm",
    "wrap",
    "wrap_evenly",
    "wrap_items",
]

Line = NDArray[np.float64]
"""A line on paper: an array of shape (n, 2) in millimetres."""

INK = "#1a1a1a"
MIN_PT = 5.5
"""The smallest letters on a sheet: an x-height of 0.94 mm."""
_SHIFT: dict[str, float] = {"left": 0.0, "centre": -0.5, "right": -1.0}


class Box(NamedTuple):
    """A rectangle in millimetres, or in metres of a map grid: left, bottom, right, top."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        """Width of the box."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Height of the box."""
        return self.y1 - self.y0

    @property
    def centre(self) -> tuple[float, float]:
        """Middle of the box."""
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2

    @property
    def ring(self) -> Line:
        """The four corners, anticlockwise from the lower left one."""
        x0, y0, x1, y1 = self
        return np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], dtype=float)

    def grown(self, by: float) -> Box:
        """Return the box moved outward by ``by`` on every side."""
        return Box(self.x0 - by, self.y0 - by, self.x1 + by, self.y1 + by)


class Canvas:
    """One PDF, drawn in millimetres from the lower left corner of the page.

    The same calls give the same bytes; fonts are embedded as subsets.

    Parameters
    ----------
    width_mm, height_mm
        Size of the first page.
    title, subject
        Names of the document.
    """

    def __init__(
        self, width_mm: float, height_mm: float, *, title: str = "", subject: str = ""
    ) -> None:
        from reportlab.pdfgen.canvas import Canvas as Pdf

        register_faces()
        self._buffer = io.BytesIO()
        # initialFontName: else reportlab names an un-embedded Helvetica on every page
        self._pdf = Pdf(
            self._buffer,
            pagesize=(width_mm * POINTS_PER_MM, height_mm * POINTS_PER_MM),
            pageCompression=1,
            invariant=1,
            initialFontName="regular",
            initialFontSize=7,
        )
        self._pdf.setTitle(redact(title))
        self._pdf.setSubject(redact(subject))
        self._pdf.setAuthor("")
        self._pdf.setCreator("hkm_gis")
        self._layers: dict[str, str] = {}

    @property
    def layers(self) -> dict[str, str]:
        """Name of each layer → the resource name that its content carries."""
        return dict(self._layers)

    def path(
        self,
        lines: Iterable[Line],
        *,
        closed: bool = False,
        fill: str | None = None,
        stroke: str | None = None,
        width_mm: float = 0.1,
        dash_mm: Sequence[float] = (),
        opacity: float = 1.0,
    ) -> None:
        """Draw lines or rings together; rings that run the other way round are holes.

        Rings that run one way and lie on each other are filled once (the nonzero rule).

        Parameters
        ----------
        lines
            Arrays of shape (n, 2) in mm; rings need no repeated end when ``closed``.
        fill, stroke
            Colours as ``#rrggbb``; None leaves out the fill or the line.
        width_mm, dash_mm
            Width of the line, and lengths of its dashes and gaps.
        opacity
            1 covers what lies below, 0 shows all of it.
        """
        operators = [_trace(line, closed) for line in lines if len(line) > 1]
        if not operators or (fill is None and stroke is None):
            return
        with self._state(opacity):
            code = self._pdf._code
            code.append("1 j 0 J")
            if fill is not None:
                code.append(f"{_rgb(fill)} rg")
            if stroke is not None:
                code.append(f"{_rgb(stroke)} RG")
                dashes = " ".join(f"{dash * POINTS_PER_MM:.2f}" for dash in dash_mm)
                code.append(f"{width_mm * POINTS_PER_MM:.3f} w [{dashes}] 0 d")
            code.extend(operators)
            code.append(_PAINT[fill is not None, stroke is not None])

    def fill_boxes(self, boxes: Iterable[Box], fill: str) -> None:
        """Fill many rectangles with one colour."""
        corners = (
            (
                b.x0 * POINTS_PER_MM,
                b.y0 * POINTS_PER_MM,
                b.width * POINTS_PER_MM,
                b.height * POINTS_PER_MM,
            )
            for b in boxes
        )
        with self._state():
            code = [f"{x:.2f} {y:.2f} {w:.3f} {h:.3f} re" for x, y, w, h in corners]
            self._pdf._code.extend([f"{_rgb(fill)} rg", *code, "f"])

    def text(
        self,
        x_mm: float,
        y_mm: float,
        text: str,
        *,
        size_pt: float = 7.0,
        font: Font = "regular",
        color: str = INK,
        align: Literal["left", "centre", "right"] = "left",
        halo_mm: float = 0.0,
        halo: str = "#ffffff",
        turn_deg: float = 0.0,
        opacity: float = 1.0,
        hollow_mm: float = 0.0,
    ) -> None:
        """Write one line of text with its baseline at ``x_mm, y_mm``, literally as it stands.

        A halo keeps it legible on what lies below; hollow letters are drawn as outlines of that
        width and hide nothing.
        """
        words = printable(text, font)
        shift = _SHIFT[align] * text_width_mm(words, size_pt, font)
        with self._state(opacity):
            self._move(x_mm, y_mm, turn_deg=turn_deg)
            for pen_mm, ink in ((2 * halo_mm, halo), (hollow_mm, color)):
                if pen_mm:
                    # its own state: a text mode leaks into every later text otherwise
                    with self._state():
                        self._pdf._code.append(f"1 j {_rgb(ink)} RG")
                        self._pdf._code.append(f"{pen_mm * POINTS_PER_MM:.3f} w")
                        self._write(words, shift, size_pt, font, stroked=True)
            if not hollow_mm:
                self._pdf._code.append(f"{_rgb(color)} rg")
                self._write(words, shift, size_pt, font, stroked=False)

    def image(self, grey: NDArray[np.uint8], box: Box, *, quality: int = 80) -> None:
        """Draw a grey picture (rows from the top, 0 black to 255 white) into ``box``."""
        from PIL import Image
        from reportlab.lib.utils import ImageReader

        jpeg = io.BytesIO()
        Image.fromarray(grey).save(jpeg, "JPEG", quality=quality, optimize=True)
        corner_and_size = (box.x0, box.y0, box.width, box.height)
        with _binary_streams():
            self._pdf.drawImage(ImageReader(jpeg), *(v * POINTS_PER_MM for v in corner_and_size))

    def picture(self, picture: Any, box: Box) -> None:
        """Draw a picture of Pillow into ``box``, pixel for pixel."""
        from reportlab.lib.utils import ImageReader

        corner_and_size = (box.x0, box.y0, box.width, box.height)
        with _binary_streams():
            self._pdf.drawImage(ImageReader(picture), *(v * POINTS_PER_MM for v in corner_and_size))

    @contextmanager
    def clip(self, box: Box) -> Iterator[None]:
        """Draw only inside ``box``."""
        with self._state():
            self._pdf._code.append(_trace(box.ring, closed=True) + " W n")
            yield

    @contextmanager
    def layer(self, name: str) -> Iterator[None]:
        """Draw on the layer ``name``, which a reader of the PDF can switch off."""
        key = self._layers.setdefault(name, f"OC{len(self._layers)}")
        self._pdf._code.append(f"/OC /{key} BDC")
        yield
        self._pdf._code.append("EMC")

    @contextmanager
    def zoom(self, x_mm: float, y_mm: float, factor: float) -> Iterator[None]:
        """Draw ``factor`` times as large, in millimetres from ``x_mm, y_mm``."""
        with self._state():
            self._move(x_mm, y_mm, factor=factor)
            yield

    def page(self, width_mm: float, height_mm: float) -> None:
        """Begin a new page."""
        self._pdf.showPage()
        self._pdf.setPageSize((width_mm * POINTS_PER_MM, height_mm * POINTS_PER_MM))

    def save(self) -> bytes:
        """Finish the document and return it."""
        with _binary_streams():
            self._pdf.save()
        return self._buffer.getvalue()

    @contextmanager
    def _state(self, opacity: float = 1.0) -> Iterator[None]:
        if opacity < 1:
            self._pdf.saveState()
            self._pdf.setFillAlpha(opacity)
            self._pdf.setStrokeAlpha(opacity)
            yield
            self._pdf.restoreState()
        else:  # reportlab copies its whole state on each save; only alpha needs that
            self._pdf._code.append("q")
            yield
            self._pdf._code.append("Q")

    def _move(self, x_mm: float, y_mm: float, *, turn_deg: float = 0, factor: float = 1) -> None:
        along, across = math.cos(math.radians(turn_deg)), math.sin(math.radians(turn_deg))
        turned = f"{factor * along:.6f} {factor * across:.6f} {-factor * across:.6f}"
        place = f"{x_mm * POINTS_PER_MM:.4f} {y_mm * POINTS_PER_MM:.4f}"
        self._pdf._code.append(f"{turned} {factor * along:.6f} {place} cm")

    def _write(
        self, words: str, shift_mm: float, size_pt: float, font: Font, *, stroked: bool
    ) -> None:
        line = self._pdf.beginText(shift_mm * POINTS_PER_MM, 0)
        line.setFont(font, size_pt)
        if stroked:
            line.setTextRenderMode(1)
        line.textOut(words)
        self._pdf.drawText(line)


_PAINT = {(True, True): "B", (True, False): "f", (False, True): "S"}


def _trace(line: Line, closed: bool) -> str:
    points = np.round(np.asarray(line, dtype=float) * POINTS_PER_MM, 2).tolist()
    steps = [f"{x:.2f} {y:.2f} l" for x, y in points[1:]]
    x, y = points[0]
    return " ".join([f"{x:.2f} {y:.2f} m", *steps, *(["h"] if closed else [])])


def _rgb(color: str) -> str:
    return " ".join(f"{int(color[i : i + 2], 16) / 255:.3f}" for i in (1, 3, 5))


@contextmanager
def _binary_streams() -> Iterator[None]:
    # Base-85 text, reportlab's default, makes a sheet a fifth larger.
    from reportlab import rl_config

    before, rl_config.useA85 = rl_config.useA85, 0
    try:
        yield
    finally:
        rl_config.useA85 = before
