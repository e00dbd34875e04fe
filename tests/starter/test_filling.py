"""Files and answers go where the project keeps them, and nothing is lost on the way."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hkm_gis import HkmError, new_project
from hkm_gis.project import load_project
from hkm_gis.starter.filling import (
    GivenFile,
    file_name,
    put_aside,
    put_files,
    set_group,
    set_words,
    typed_number,
)


@pytest.fixture
def home(tmp_path):
    return new_project(tmp_path / "proyek")


def test_walks_lie_in_the_folder_of_their_group(home):
    placed = put_files(home, "walks", [GivenFile("a.gpx", b"<gpx/>")], group="KTH Mekar")

    assert placed == [home / "kelompok/KTH Mekar/a.gpx"]
    assert placed[0].read_bytes() == b"<gpx/>"


def test_the_same_file_twice_is_one_file(home):
    for _ in range(2):
        put_files(home, "walks", [GivenFile("a.gpx", b"<gpx/>")], group="KTH Mekar")

    assert len(list((home / "kelompok/KTH Mekar").iterdir())) == 1


def test_another_file_of_that_name_is_not_replaced_unless_somebody_agrees(home):
    put_files(home, "walks", [GivenFile("a.gpx", b"old")], group="KTH Mekar")
    fresh = [GivenFile("b.gpx", b"new"), GivenFile("a.gpx", b"new")]

    with pytest.raises(HkmError) as refused:
        put_files(home, "walks", fresh, group="KTH Mekar")

    assert refused.value.facts["files"] == ("a.gpx",)
    assert not (home / "kelompok/KTH Mekar/b.gpx").exists()
    put_files(home, "walks", fresh, group="KTH Mekar", replace=True)
    assert (home / "kelompok/KTH Mekar/a.gpx").read_bytes() == b"new"


def test_a_boundary_of_several_parts_is_entered_by_its_whole(home):
    parts = [GivenFile(f"batas.{part}", b"x") for part in ("dbf", "prj", "shp", "shx")]

    put_files(home, "boundary", parts)

    assert load_project(home).forest.file == home / "batas/batas.shp"


def test_the_member_list_is_entered_and_readable_by_its_owner_only(home):
    placed = put_files(home, "members", [GivenFile("Daftar Anggota.csv", b"Nama;NIK\n")])

    assert load_project(home).members == placed[0]
    assert placed[0].stat().st_mode & 0o077 == 0


def test_answers_leave_the_comments_of_the_project_file(home):
    before = [line for line in (home / "hkm.toml").read_text().splitlines() if "#" in line]

    set_words(home, "place", kph="KPH Kota Agung Utara")
    set_group(home, "KTH Mekar", ketua="Sukirman")
    set_group(home, "KTH Mekar", pekon='Pekon "Baru"')

    project = load_project(home)
    assert project.place.kph == "KPH Kota Agung Utara"
    assert project.place.kabupaten == "Tanggamus"
    assert project.group("KTH Mekar").ketua == "Sukirman"
    assert project.group("KTH Mekar").pekon == 'Pekon "Baru"'
    assert len(project.groups) == 1
    after = (home / "hkm.toml").read_text()
    assert [line for line in before if line.split("=")[0] not in ("kph", "kph ")] != []
    assert all(line in after for line in before if line.startswith("#"))


def test_a_shapefile_comes_with_its_parts_and_a_folder_with_its_files(tmp_path):
    for name in ("Batas.shp", "batas.DBF", "batas.shx", "lain.dbf", "~$lock.xlsx"):
        (tmp_path / name).write_bytes(name.encode())

    one = {given.name for given in GivenFile.all_in(tmp_path / "Batas.shp")}
    all_of_it = {given.name for given in GivenFile.all_in(tmp_path)}

    assert one == {"Batas.shp", "batas.DBF", "batas.shx"}
    assert all_of_it == {"Batas.shp", "batas.DBF", "batas.shx", "lain.dbf"}


@given(st.text(max_size=300))
def test_any_name_stays_inside_its_folder_on_every_system(name):
    safe = file_name(name)

    assert safe
    assert not set(safe) & set('<>:"/\\|?*\0')
    assert safe.strip(". ") == safe.rstrip(". ").lstrip(". ") or safe[0] == "."
    assert safe not in (".", "..")
    assert len(safe) <= 115
    assert file_name(safe) == safe


def test_the_empty_form_of_a_new_project_gives_way_and_a_filled_one_does_not(home):
    filled, other = (member_list(names) for names in (["Sukirman"], ["Sukirman", "Tukiran"]))

    put_files(home, "members", [GivenFile("anggota.xlsx", filled)])

    assert (home / "anggota.xlsx").read_bytes() == filled
    with pytest.raises(HkmError) as refused:
        put_files(home, "members", [GivenFile("anggota.xlsx", other)])
    assert refused.value.key == "upload_differs"


def test_a_letter_is_no_boundary_and_an_old_workbook_no_member_list(home):
    for role, content in (("boundary", b"%PDF-1.4"), ("members", b""), ("boundary", b"")):
        with pytest.raises(HkmError) as refused:
            put_files(home, role, [GivenFile("surat", content)])
        assert refused.value.key == "file_refused"

    assert list((home / "batas").iterdir()) == []
    put_files(home, "papers", [GivenFile("surat.pdf", b"%PDF-1.4")])


def test_a_boundary_states_no_hectares_until_somebody_says_them(home):
    put_files(home, "boundary", [GivenFile("a.geojson", b"{}")])
    assert load_project(home).forest.stated_ha == 0

    set_words(home, "forest", stated_ha=16060)
    put_files(home, "boundary", [GivenFile("b.geojson", b"{ }")])
    assert load_project(home).forest.stated_ha == 16060


def test_what_is_put_aside_is_never_written_over_and_keeps_its_parts(home):
    for times in (1, 2):
        parts = [GivenFile(f"petak.{part}", b"%d" % times) for part in ("dbf", "shp")]
        put_files(home, "walks", parts, group="KTH Mekar")
        put_aside(home, home / "kelompok/KTH Mekar/petak.shp")

    aside = home / "tidak_dipakai/kelompok/KTH Mekar"
    assert {f.name: f.read_bytes() for f in aside.iterdir()} == {
        **{f"petak.{part}": b"1" for part in ("dbf", "shp")},
        **{f"petak_.{part}": b"2" for part in ("dbf", "shp")},
    }


@pytest.mark.parametrize("typed", ["", "*", "luas sekali", "-5", "1e9", "nan"])
def test_what_is_no_number_is_not_taken_for_one(typed):
    with pytest.raises(HkmError):
        typed_number(typed)


def member_list(names):
    book = openpyxl.Workbook()
    book.active.append(["Nama", "NIK", "Kelompok"])
    for name in names:
        book.active.append([name, "", "KTH Mekar"])
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()
