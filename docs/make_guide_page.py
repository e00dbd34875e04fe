"""Write the guide as a page, and its pictures, from the words and drawings of the program."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pypdfium2

from hkm_gis.guide.chapters import markdown
from hkm_gis.guide.pictures import PICTURE_MM, PICTURES, draw_picture
from hkm_gis.sheets.canvas import Canvas

DOCS = Path(__file__).parent
DPI = 160


def pages() -> dict[str, str]:
    """Return every page by the name of its file."""
    return {"panduan.md": markdown("id", "panduan")}


def picture(name: str) -> bytes:
    """Return one picture as PNG."""
    canvas = Canvas(*PICTURE_MM)
    draw_picture(canvas, name, 0, 0)
    drawn = pypdfium2.PdfDocument(canvas.save())[0].render(scale=DPI / 72).to_pil()
    png = BytesIO()
    drawn.quantize(64).save(png, "PNG", optimize=True)
    return png.getvalue()


if __name__ == "__main__":
    for name, words in pages().items():
        (DOCS / name).write_text(words, "utf-8", newline="\n")
    (DOCS / "panduan").mkdir(exist_ok=True)
    for name in PICTURES:
        (DOCS / "panduan" / f"{name}.png").write_bytes(picture(name))
