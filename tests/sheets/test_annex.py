"""The table behind the map says each thing once, in letters as large as those of the map."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
from sheets.draw_land import survey_of, voronoi_parcels
from sheets.reading import pages_of, words_of

from hkm_gis.report import Report
from hkm_gis.sheets import draw_sheets
from hkm_gis.sheets.annex import SIZE_PT
from hkm_gis.sheets.sheet import LARGE_PRINT

LAND = voronoi_parcels(120, seed=3, radius_m=1500)


def annex(tmp_path: Path, group: str = "KTH A", *, large_print: bool = False) -> Path:
    survey = survey_of({group: LAND})
    kinds = ("work-area",)
    (path,) = draw_sheets(survey, Report(), tmp_path, kinds=kinds, large_print=large_print)
    return path


def sizes_of(pdf: Path, page: int, words: str) -> set[float]:
    """Return the sizes in which a text stands on a page."""
    document = pypdfium2.PdfDocument(pdf.read_bytes())
    leaf = document[page]
    kind = [pypdfium2.raw.FPDF_PAGEOBJ_TEXT]
    texts = list(leaf.get_objects(filter=kind, textpage=leaf.get_textpage()))
    found = {round(text.get_font_size(), 2) for text in texts if words in text.extract()}
    document.close()
    return found


def test_a_code_that_is_the_label_on_the_map_stands_once_in_a_row(tmp_path: Path):
    words = words_of(annex(tmp_path), 1)

    assert words.count("a-001") == 1
    assert "Kode andil" in words
    assert "No Kode" not in words


def test_a_number_in_place_of_a_long_code_stands_beside_the_code(tmp_path: Path):
    path = annex(tmp_path, "KTH Rimba")
    words = words_of(path, 1)

    assert "No Kode andil" in words
    assert "1 rimba-001" in words


def test_large_print_enlarges_the_letters_of_the_annex(tmp_path: Path):
    plain = annex(tmp_path / "plain")
    large = annex(tmp_path / "large", large_print=True)

    assert sizes_of(plain, pages_of(plain) - 1, "Siti Aminah") == {SIZE_PT}
    assert sizes_of(large, pages_of(large) - 1, "Siti Aminah") == {LARGE_PRINT * SIZE_PT}
