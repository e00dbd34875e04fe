"""Sheets for land that two groups claim, and the form to settle it on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import shapely
from land import on_board, rectangle
from neighbourhood import neighbourhood
from pyproj import Transformer
from sheets.pages.hamlet_pages import NIK, dms, indonesian, plot, qr_texts
from sheets.reading import pages_of, words_of

from hkm_gis.checks import check
from hkm_gis.digest import digest_of, parse_digest
from hkm_gis.project import Group, Place
from hkm_gis.report import Report, Status
from hkm_gis.sheets import draw_sheets
from hkm_gis.sheets.pages import draw_conflict_sheets
from hkm_gis.wording import tell_fix

TO_UTM = Transformer.from_crs(4326, 32748, always_xy=True)


def claims(width_m: float = 20.0, **said):
    """Return two parcels of two groups that share a strip of that width along 100 m."""
    return (
        plot("M-1", 0, 0, "Budi Santoso"),
        plot("L-1", 100 - width_m, 0, "Siti Aminah", group="KTH Melati") | said,
    )


@pytest.fixture(scope="module")
def posted(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    survey = neighbourhood(
        *claims(),
        place=Place(kabupaten="Tanggamus", kph="KPH Kota Agung Utara"),
        groups=(
            Group(name="KTH Mawar", pekon="Atas", ketua="Sukirman", kepala_pekon="Hj. Nur"),
            Group(name="KTH Melati", pekon="Bawah", ketua="Paijo"),
        ),
    )
    report = check(survey)
    path = tmp_path_factory.mktemp("tempel") / "a.pdf"
    path.write_bytes(draw_conflict_sheets(survey, report) or b"")
    words = [words_of(path, page) for page in range(2)]
    return SimpleNamespace(survey=survey, report=report, path=path, sheet=words[0], form=words[1])


@pytest.mark.parametrize(
    "words",
    [
        "LEMBAR TUMPANG TINDIH",
        "KTH Mawar dan KTH Melati",
        "1 / 1",
        "0,20 ha",
        "M-1 · KTH Mawar · 1,00 ha, 20,0 % diakui keduanya",
        "L-1 · KTH Melati · 1,00 ha, 20,0 % diakui keduanya",
        "0,20 ha, paling lebar 20,0 m. Sebagian lahan sama.",
        "TITIK LAHAN YANG DIAKUI KEDUANYA",
        "T1 T2 T3 T4",
        "YANG PERLU DILAKUKAN",
        "bukan bukti hak atas tanah",
    ],
)
def test_the_sheet_says(posted: SimpleNamespace, words: str):
    assert all(part in posted.sheet for part in (words.split() if "T1" in words else [words]))


def test_what_to_do_is_said_in_the_words_of_the_check(posted: SimpleNamespace):
    (finding,) = [f for f in posted.report.findings if f.code == "O01"]
    steps = tell_fix(finding, "id").split(". ")

    assert len(steps) > 1
    for nth, step in enumerate(steps, 1):
        assert f"{nth}. {step}" in posted.sheet


def test_the_corners_of_the_shared_land_stand_where_proj_puts_them(posted: SimpleNamespace):
    strip = rectangle(80, 0, 20, 100)
    for lon, lat in strip.exterior.coords:
        easting, northing = TO_UTM.transform(lon, lat)
        for words in (indonesian(easting, 1), indonesian(northing, 1), dms(lon, "BT")):
            assert words in posted.sheet


def test_only_the_sheet_is_for_posting_the_form_names_the_heads(posted: SimpleNamespace):
    assert "lembar untuk ditempel, tanpa nama orang" in posted.sheet
    assert "ditempel" not in posted.form
    assert "Sukirman" not in posted.sheet


def test_a_sheet_for_posting_names_no_farmer(posted: SimpleNamespace):
    for page in (posted.sheet, posted.form):
        assert "Budi" not in page
        assert "Siti" not in page


@pytest.mark.parametrize(
    "words",
    [
        "BERITA ACARA KESEPAKATAN BATAS ANDIL",
        "Pada hari ini",
        "Pihak Pertama Nama: Andil M-1",
        "Pihak Kedua Nama: Andil L-1",
        "lahan seluas 0,20 ha",
        "Lahan itu masuk andil Pihak Pertama.",
        "Lahan itu masuk andil Pihak Kedua.",
        "batas barunya lewat titik:",
        "yang diukur ulang andil:",
        "Belum sepakat; diteruskan kepada:",
        "Catatan:",
        "Saksi 1",
        "Saksi 2",
        "Ketua Kelompok",
        "Sukirman",
        "Paijo",
        "Kepala Pekon Atas",
        "Kepala Pekon Bawah",
        "KPH Kota Agung Utara",
    ],
)
def test_the_form_has_room_for(posted: SimpleNamespace, words: str):
    assert words in posted.form


def test_the_qr_code_proves_both_parcels(posted: SimpleNamespace):
    (text,) = qr_texts(posted.path)

    assert parse_digest(text) == digest_of(posted.survey.parcels, named=True)
    assert digest_of(posted.survey.parcels).short in posted.form


def test_slivers_and_land_within_a_group_have_no_sheet():
    sliver = neighbourhood(*claims(width_m=9.0))
    family = neighbourhood(*claims(group="KTH Mawar"))

    assert len(sliver.overlaps) == len(family.overlaps) == 1
    assert draw_conflict_sheets(sliver, check(sliver)) is None
    assert draw_conflict_sheets(family, check(family)) is None


def test_a_conflict_that_people_have_settled_has_no_sheet(posted: SimpleNamespace):
    settled = Report(tuple(replace(f, status=Status.ACCEPTED) for f in posted.report.findings))

    assert draw_conflict_sheets(posted.survey, settled) is None


def test_a_settled_conflict_leaves_no_old_sheet_behind(posted: SimpleNamespace, tmp_path: Path):
    (before,) = draw_sheets(
        posted.survey, posted.report, tmp_path, kinds=("conflict",), group="KTH Mawar"
    )
    settled = Report(tuple(replace(f, status=Status.ACCEPTED) for f in posted.report.findings))
    after = draw_sheets(posted.survey, settled, tmp_path, kinds=("conflict",), group="KTH Mawar")

    assert before.name == "tumpang_tindih_kth_mawar.pdf"
    assert (after, before.exists()) == ([], False)


def test_each_pair_has_two_pages_and_a_group_only_its_own(tmp_path: Path):
    third = plot("X-1", 0, 80, "Eko", group="KTH Jauh")
    survey = neighbourhood(*claims(), third)
    report = check(survey)
    path = tmp_path / "a.pdf"

    for group, pages in ((None, 6), ("KTH Melati", 4), ("KTH Mawar", 4)):
        path.write_bytes(draw_conflict_sheets(survey, report, group) or b"")
        assert pages_of(path) == pages


def test_one_walk_handed_in_by_two_groups_says_so(tmp_path: Path):
    survey = neighbourhood(*claims(width_m=100.0))
    path = tmp_path / "a.pdf"
    path.write_bytes(draw_conflict_sheets(survey, check(survey)) or b"")

    words = words_of(path, 0)
    assert "Kedua andil adalah lahan yang sama." in words
    assert "Simpan satu saja." in words


def test_a_small_overlap_of_long_parcels_is_shown_large(tmp_path: Path):
    long = {"geometry": rectangle(80, 0, 4000, 100)}
    survey = neighbourhood(*claims(**long))
    path = tmp_path / "a.pdf"
    path.write_bytes(draw_conflict_sheets(survey, check(survey)) or b"")

    assert "Skala 1 : 3.000" in words_of(path, 0)  # both parcels would need 1 : 25.000


def test_a_number_typed_as_a_code_is_hidden(tmp_path: Path):
    mine, theirs = claims()
    survey = neighbourhood(mine | {"parcel_id": NIK}, theirs)
    path = tmp_path / "a.pdf"
    path.write_bytes(draw_conflict_sheets(survey, check(survey)) or b"")

    assert NIK not in words_of(path)
    assert shapely.area(on_board(survey.overlaps.geometry.iloc[0])) == pytest.approx(2000)
