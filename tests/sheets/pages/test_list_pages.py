"""The printed daftar andil garapan and the sheet of points."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hillside import forest_of_board, member_list
from land import rectangle
from neighbourhood import neighbourhood
from sheets.pages.hamlet_pages import KK, NIK, indonesian, plot, qr_texts
from sheets.reading import boxes_of, pages_of, words_of

from hkm_gis.digest import digest_of, parse_digest
from hkm_gis.report import Finding, Report, Severity
from hkm_gis.sheets.pages import draw_field_sheets, draw_list_pages
from hkm_gis.sheets.pages.leaf import HEAD_MM, INNER_MM

GROUP = "KTH Mawar"


def rows(count: int, side_m: float = 100.0):
    across = math.isqrt(count - 1) + 1
    return [
        plot(f"M-{i:04d}", 0, 0, f"Petani {i}", communal=i % 40 == 7)
        | {"geometry": rectangle(i % across * 110, i // across * 110, side_m, side_m)}
        for i in range(count)
    ]


def listed(survey, path: Path, **options) -> Path:
    path.write_bytes(draw_list_pages(survey, Report(), GROUP, **options))
    return path


@pytest.fixture(scope="module")
def many():
    """Parcels of 0.98724 ha: rounded first, 120 of them would add up 0.0048 ha less."""
    return neighbourhood(*rows(120, side_m=math.sqrt(9872.4)))


def test_the_list_has_two_parts_repeated_heads_and_page_numbers(many, tmp_path: Path):
    path = listed(many, tmp_path / "a.pdf")
    pages = pages_of(path)

    assert pages > 5
    assert "I. Ruang Perlindungan dan Komunal" in words_of(path, 0)
    assert "II. Andil Garapan" in words_of(path, 0)
    for page in range(pages - 1):
        words = words_of(path, page)
        assert f"halaman {page + 1} dari {pages}" in words
        assert "Nama penggarap Koordinat BT, LS Batas utara Batas timur Batas selatan" in words
    everything = words_of(path)
    assert all(f"M-{i:04d}" in everything for i in range(120))


def test_sums_are_sums_of_unrounded_hectares(many, tmp_path: Path):
    words = words_of(listed(many, tmp_path / "a.pdf"))
    shared = many.parcels["communal"]

    for parcels, area_ha in many.parcels["area_ha"].groupby(shared):
        assert (
            f"Jumlah {(shared == parcels).sum()} andil: {indonesian(area_ha.sum(), 4)} ha" in words
        )
    total = many.parcels["area_ha"].sum()
    assert f"{indonesian(total, 4)} ha" in words
    assert round(many.parcels["area_ha"].round(4).sum(), 4) != round(total, 4)


def test_identity_numbers_stand_in_the_private_list_alone(tmp_path: Path):
    survey = neighbourhood(
        plot("M-1", 0, 0, "Budi", household="KK-1"),
        register=member_list({"name": "Budi", "nik": NIK, "kk": KK, "parcel_ids": ("M-1",)}),
    )
    public = words_of(listed(survey, tmp_path / "a.pdf"))
    private = words_of(listed(survey, tmp_path / "b.pdf", private=True))

    assert NIK not in public
    assert KK not in public
    assert f"NIK {NIK}" in private
    assert f"KK {KK}" in private


def test_a_part_without_land_says_so_and_the_list_is_signed(tmp_path: Path):
    path = listed(neighbourhood(plot("M-1", 0, 0, "Budi")), tmp_path / "a.pdf")
    words = words_of(path)

    assert "Tidak ada." in words
    assert "Ketua Kelompok" in words
    assert "1,0000" in words


@pytest.mark.parametrize("parcels", range(9, 18))
def test_nobody_signs_a_page_without_rows(tmp_path: Path, parcels: int):
    path = listed(neighbourhood(*rows(parcels)), tmp_path / "a.pdf")
    last = words_of(path, pages_of(path) - 1)

    assert "Ketua Kelompok" in last
    assert f"M-{parcels - 1:04d}" in last
    assert "Nama penggarap" in last


def test_neighbours_with_long_names_are_named_whole(tmp_path: Path):
    first, second = (f"Raden {nth} Abdul Hamid Darmawan Kusumaningrat Adi" * 3 for nth in "IV")
    survey = neighbourhood(
        plot("M-0", 0, 0, "Budi"),
        {
            "parcel_id": "M-1",
            "geometry": rectangle(0, 100, 50, 90),
            "group": GROUP,
            "member": first,
        },
        {
            "parcel_id": "M-2",
            "geometry": rectangle(50, 100, 50, 90),
            "group": GROUP,
            "member": second,
        },
    )
    row = words_of(listed(survey, tmp_path / "a.pdf")).partition(" M-0 ")[2].partition(" M-1 ")[0]

    assert "…" not in row
    assert row.count("Kusumaningrat") == 6


def test_what_stands_beside_the_title_keeps_off_the_line_below(many, tmp_path: Path):
    forest = forest_of_board()
    survey = neighbourhood(plot("M-1", 0, 0, "Budi"), forest=replace(forest, example=True))
    draft = Finding(
        code="O01", name="x", severity=Severity.ERROR, groups=(GROUP,), parcels=("M-1",)
    )
    path = tmp_path / "a.pdf"
    path.write_bytes(draw_list_pages(survey, Report((draft,)), GROUP))
    (mark,) = boxes_of(path, "RANCANGAN")
    line_mm = 210 - INNER_MM - HEAD_MM + 0.6

    assert mark.bounds[1] > line_mm + 0.9


def test_the_qr_code_of_the_list_proves_the_whole_group(many, tmp_path: Path):
    path = listed(many, tmp_path / "a.pdf")
    (text,) = qr_texts(path, pages_of(path))

    assert parse_digest(text) == digest_of(many.parcels)


# Points


def drawn(survey, path: Path) -> Path:
    path.write_bytes(draw_field_sheets(survey, Report(), GROUP))
    return path


def test_points_are_numbered_as_the_list_is_and_counted_by_where_they_lie(tmp_path: Path):
    survey = neighbourhood(
        plot("M-1", 500, 500),
        plot("M-2", 640, 500, communal=True),
        plot("M-3", 1990, 500),
        forest=forest_of_board(),
    )
    words = words_of(drawn(survey, tmp_path / "a.pdf"))

    assert "PETA TITIK ANDIL GARAPAN" in words
    assert "di dalam kawasan 2" in words
    assert "di luar kawasan 1" in words
    assert re.search(r"\d+° \d+' \d+\" BT", words)
    assert re.search(r"\d+° \d+' \d+\" LS", words)
    assert "lembar 1 dari 1" in words


def test_crowded_points_go_on_several_sheets_and_every_number_stands(tmp_path: Path):
    far = plot("M-9999", 9000, 0)
    path = drawn(neighbourhood(*rows(60, side_m=20), far), tmp_path / "a.pdf")
    seen = {
        int(n) for n in re.findall(r"(?<![\d.,'° ])\b(\d{1,2})\b(?![\d.,'°\"])", words_of(path))
    }
    spaced = {int(n) for n in re.findall(r"(?<=\s)(\d{1,2})(?=\s)", f" {words_of(path)} ")}

    assert pages_of(path) > 1
    assert set(range(1, 62)) <= seen | spaced


def test_the_same_sheets_are_the_same_bytes(many, tmp_path: Path):
    first, second = (drawn(many, tmp_path / name).read_bytes() for name in ("a.pdf", "b.pdf"))

    assert first == second
    assert (
        listed(many, tmp_path / "a.pdf").read_bytes()
        == listed(many, tmp_path / "b.pdf").read_bytes()
    )
