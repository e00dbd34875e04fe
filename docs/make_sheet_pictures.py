"""Draw the sheets of the bundled example as the small pictures that README and guide show.

Run ``python docs/make_sheet_pictures.py``; it needs the libraries of the tests.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import pypdfium2

import hkm_gis
from hkm_gis.workflow import example_folder

DOCS = Path(__file__).parent
LONGER_PX = 1400
MOST_BYTES = 300_000

# Picture → group, kind of sheet, which of its pages.
PICTURES = {
    "lembar_peta.jpg": ("KTH Rimba Lestari", "work-area", 0),
    "lembar_lokasi.jpg": ("KTH Rimba Lestari", "location", 0),
    "lembar_rinci.jpg": ("KTH Wana Makmur", "detail", 0),
    "sketsa_andil.jpg": ("KTH Rimba Lestari", "household", 0),
    "lembar_tumpang_tindih.jpg": ("KTH Rimba Lestari", "conflict", 0),
}


def main() -> None:
    """Draw every picture."""
    survey = hkm_gis.open_survey(example_folder())
    report = hkm_gis.check(survey)
    for name, (group, kind, page) in PICTURES.items():
        with tempfile.TemporaryDirectory() as folder:
            (sheet,) = hkm_gis.draw_sheets(survey, report, folder, group=group, kinds=[kind])
            draw(sheet, page, DOCS / name)


def draw(sheet: Path, page: int, picture: Path) -> None:
    """Draw one page of a PDF; stop where the picture is larger than a page should load."""
    document = pypdfium2.PdfDocument(sheet.read_bytes())
    # twice the size, then halved: thin lines stay even
    large = document[page].render(scale=2 * LONGER_PX / max(document[page].get_size())).to_pil()
    large.reduce(2).save(picture, quality=76, optimize=True)
    document.close()
    size = picture.stat().st_size
    if size > MOST_BYTES:
        raise SystemExit(f"{picture.name} has {size} bytes, more than {MOST_BYTES}")


if __name__ == "__main__":
    main()
