"""The logos of a project: pictures that are proved to be pictures, as large as they print."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hkm_gis.errors import FileError
from hkm_gis.files import Limits, Refusal, local_path, read_content
from hkm_gis.sheets.blocks import Block
from hkm_gis.sheets.canvas import Box, Canvas

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["logos_panel", "read_logo"]

LOGO_MM, WIDEST_MM, GAP_MM = 13.0, 26.0, 6.0
LOGO_DPI = 300
LOGO_LIMITS = Limits(file_mb=20)


def read_logo(file: Path) -> Image:
    """Return a PNG or JPEG on white, no larger than it prints at 300 dpi.

    Raises
    ------
    FileError
        The file is missing, or its bytes are no PNG or JPEG that can be drawn.
    """
    from PIL import Image as Pictures
    from PIL import ImageOps

    try:
        content = read_content(local_path(file), LOGO_LIMITS)
        with Pictures.open(io.BytesIO(content), formats=("PNG", "JPEG")) as picture:
            upright = ImageOps.exif_transpose(picture).convert("RGBA")
    except (Refusal, OSError, SyntaxError, ValueError, Pictures.DecompressionBombError) as error:
        if isinstance(error, FileError):
            raise
        raise FileError("logo_unreadable", file=file.name) from error
    paper = Pictures.new("RGBA", upright.size, "white")
    paper.alpha_composite(upright)
    most = tuple(round(side_mm / 25.4 * LOGO_DPI) for side_mm in (WIDEST_MM, LOGO_MM))
    paper.thumbnail((most[0], most[1]))
    return paper.convert("RGB")


def logos_panel(files: Sequence[Path], width_mm: float) -> Block:
    """Stand the logos in a row above the title, each in its own proportions."""
    pictures = [read_logo(file) for file in files]
    fitted = [_fitted_mm(picture) for picture in pictures]
    whole = sum(w for w, _ in fitted) + GAP_MM * (len(fitted) - 1)
    shrink = min(1.0, width_mm / whole)

    def draw(canvas: Canvas, box: Box) -> None:
        x = box.centre[0] - shrink * whole / 2
        for picture, (width, height) in zip(pictures, fitted, strict=True):
            low = box.y1 - (LOGO_MM + shrink * height) / 2
            canvas.picture(picture, Box(x, low, x + shrink * width, low + shrink * height))
            x += shrink * (width + GAP_MM)

    return Block("logos", LOGO_MM, draw)


def _fitted_mm(picture: Image) -> tuple[float, float]:
    width_mm = min(WIDEST_MM, LOGO_MM * picture.width / picture.height)
    return width_mm, width_mm * picture.height / picture.width
