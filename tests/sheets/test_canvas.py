from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sheets.reading import run, words_of

from hkm_gis.sheets.canvas import (
    Box,
    Canvas,
    office_copy,
    printable,
    shorten,
    text_width_mm,
    wrap,
    wrap_evenly,
    wrap_items,
)

NAMES = [
    "Budi $50 & Co.",
    "Siti 🌱 Aminah",
    "Ali\u202etxt.exe",
    "الاسم",
    "5° 26' 0\" LS ± 3 – 4 ′ ″",
]


def page_with(text: str) -> bytes:
    canvas = Canvas(100, 50)
    canvas.text(10, 10, text, halo_mm=0.3)
    return canvas.save()


def test_a_name_is_printed_literally_and_what_no_glyph_can_show_becomes_a_lozenge():
    assert printable("Budi $50 & Co. \\n {x} %s") == "Budi $50 & Co. \\n {x} %s"
    assert printable("Siti 🌱🌱 Aminah") == "Siti ◊ Aminah"
    assert printable("الاسم") == "◊"


def test_a_mark_that_turns_the_reading_direction_is_shown_not_obeyed():
    assert printable("Ali\u202etxt.exe") == "Ali◊txt.exe"


def test_line_breaks_in_a_name_become_spaces():
    assert printable("Siti\n\tAminah\x0b") == "Siti Aminah"


@pytest.mark.parametrize("name", NAMES)
def test_another_reader_finds_the_text_as_printed(tmp_path: Path, name: str):
    path = tmp_path / "a.pdf"
    path.write_bytes(page_with(name))
    assert printable(name) in words_of(path)


def test_the_width_of_a_text_is_what_reportlab_draws():
    from reportlab.pdfbase.pdfmetrics import stringWidth

    Canvas(10, 10)  # registers the faces
    for font in ("regular", "italic", "semibold", "bold"):
        width_pt = stringWidth("Way Contoh 1.234,56 ha ±", font, 7)
        measured = text_width_mm("Way Contoh 1.234,56 ha ±", 7, font)
        # its font tables are rounded to a thousandth of the size
        assert measured == pytest.approx(width_pt / 72 * 25.4, rel=2e-3)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=80), st.floats(8, 60))
def test_wrapped_and_shortened_text_is_never_wider_than_its_room(text: str, width_mm: float):
    for line in [*wrap(text, width_mm, 7), shorten(text, width_mm, 7)]:
        assert text_width_mm(line, 7) <= width_mm


def test_wrapping_keeps_every_word_in_order():
    text = "Peta usulan; bukan bukti hak atas tanah."
    assert " ".join(wrap(text, 25, 7)) == text


def test_words_beyond_the_last_line_are_marked_by_an_ellipsis():
    assert wrap("satu dua tiga empat lima enam", 12, 7, lines=2)[-1].endswith("…")


def test_the_same_drawing_gives_the_same_bytes():
    assert page_with("Register 30") == page_with("Register 30")


def test_every_font_is_embedded_as_a_subset(tmp_path: Path):
    path = tmp_path / "a.pdf"
    path.write_bytes(page_with("Register 30"))
    with pikepdf.open(path) as pdf:
        fonts = [font for page in pdf.pages for _, font in page.obj.Resources.Font.items()]
        assert fonts
        assert all("/FontFile2" in font.FontDescriptor for font in fonts)
    assert "Helvetica" not in run("pdffonts", str(path))


def test_a_layer_is_marked_in_the_content():
    canvas = Canvas(100, 50)
    with canvas.layer("Andil"):
        canvas.path([Box(1, 1, 2, 2).ring], closed=True, fill="#ff0000")
    with canvas.layer("Andil"):
        pass
    assert canvas.layers == {"Andil": "OC0"}
    with pikepdf.open(io.BytesIO(canvas.save())) as pdf:
        operators = [str(i.operator) for i in pikepdf.parse_content_stream(pdf.pages[0])]
    assert operators.count("BDC") == operators.count("EMC") == 2


def test_a_colour_or_text_mode_never_leaks_into_what_is_drawn_next():
    canvas = Canvas(100, 50)
    canvas.text(10, 10, "a", halo_mm=0.3, color="#ff0000", opacity=0.5)
    canvas.path([np.array([(0.0, 0.0), (1.0, 1.0)])], stroke="#00ff00", dash_mm=(1, 1))
    with pikepdf.open(io.BytesIO(canvas.save())) as pdf:
        operators = [str(i.operator) for i in pikepdf.parse_content_stream(pdf.pages[0])]
    assert operators.count("q") == operators.count("Q") == 3


@pytest.mark.parametrize("size_pt", [6.0, 12.0])
def test_an_identity_number_is_printed_for_the_office_alone(size_pt: float):
    nik = "Sukirman 9999010101800001"
    public, wide = printable(nik), text_width_mm(nik, size_pt)
    with office_copy():
        private, office_wide = printable(nik), text_width_mm(nik, size_pt)

    assert "9999010101800001" not in public
    assert private == nik
    assert printable(nik) == public
    assert text_width_mm(nik, size_pt) == wide != office_wide


@given(st.text("abc ", max_size=60), st.integers(1, 4), st.floats(15, 80))
@settings(max_examples=60, deadline=None)
def test_even_lines_keep_every_word_and_are_never_wider_than_plain_ones(
    text: str, count: int, room_mm: float
):
    plain = wrap(text, room_mm, 7)
    even = wrap_evenly(text, count, room_mm, 7)
    if len(plain) <= count and "…" not in "".join(plain):
        assert " ".join(even).split() == text.split()
        assert len(even) <= count

        def widest(lines: list[str]) -> float:
            return max((text_width_mm(line, 7) for line in lines), default=0.0)

        assert widest(even) <= widest(plain) + 1e-6


def test_a_role_of_four_words_breaks_in_its_middle():
    assert wrap("Kepala Pekon Way Lestari", 30, 8) == ["Kepala Pekon Way", "Lestari"]
    assert wrap_evenly("Kepala Pekon Way Lestari", 2, 30, 8) == ["Kepala Pekon", "Way Lestari"]


def test_a_word_wider_than_its_room_is_cut_as_by_plain_wrapping():
    assert wrap_evenly("Talang " + "A" * 60, 2, 30, 8) == wrap("Talang " + "A" * 60, 30, 8, lines=2)


def test_a_row_of_items_breaks_between_two_items_unless_one_is_wider_than_a_line():
    place = "Pekon Uji · Kec. Sumberejo · Kab. Tanggamus"
    assert wrap_items(place, 34, 7) == ["Pekon Uji · Kec. Sumberejo", "Kab. Tanggamus"]
    assert wrap_items(place, 15, 7) == wrap(place, 15, 7)
    assert wrap_items(place, 34, 7, lines=1) == wrap(place, 34, 7, lines=1)
