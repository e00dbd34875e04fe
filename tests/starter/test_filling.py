"""Files and answers go where the project keeps them, and nothing is lost on the way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hkm_gis import HkmError, new_project
from hkm_gis.project import load_project
from hkm_gis.starter.filling import GivenFile, file_name, put_files, set_group, set_words


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
