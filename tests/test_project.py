"""hkm.toml: every word known, every path inside, every mistake named."""

from __future__ import annotations

import pytest

from hkm_gis.errors import ProjectError
from hkm_gis.project import load_project
from hkm_gis.thresholds import GPS_ERRORS, Thresholds

SETTLED = "[[accepted]]\ncode = 'O01'\n"


def write(folder, text):
    (folder / "hkm.toml").write_text(text, "utf-8")
    return folder


def test_a_full_project_is_read(tmp_path):
    project = load_project(
        write(
            tmp_path,
            """
            [project]
            name = "Usulan"
            crs = "EPSG:32748"
            household_max_ha = 2
            [forest]
            file = "batas/kawasan.gpkg"
            stated_ha = 16060
            [members]
            file = "anggota.xlsx"
            [raster.landcover]
            file = "raster/lc.tif"
            cultivated = [3, 4]
            [[groups]]
            name = "KTH A"
            folder = "kelompok/a"
            [[accepted]]
            code = "O02"
            parcels = ["A-1", "A-2"]
            who = "ketua"
            when = "2026-08-01"
            why = "sepakat"
            [[allowed_gaps]]
            parcels = ["A-1", "A-3"]
            why = "alur air"
            [[layers]]
            name = "PIAPS"
            file = "lapisan/piaps.gpkg"
            role = "piaps"
            [thresholds]
            sliver_width_m = 8
            """,
        )
    )

    assert (project.crs_epsg, project.household_max_ha) == (32748, 2.0)
    assert project.forest.file == tmp_path / "batas" / "kawasan.gpkg"
    assert project.members == tmp_path / "anggota.xlsx"
    assert project.landcover.cultivated == (3, 4)
    assert project.group("KTH A").folder == tmp_path / "kelompok" / "a"
    assert project.group("unknown").name == "unknown"
    assert project.accepted[0].parcels == ("A-1", "A-2")
    assert project.allowed_gaps[0].parcels == ("A-1", "A-3")
    assert project.layers[0].role == "piaps"
    assert project.thresholds.sliver_width_m == 8.0


@pytest.mark.parametrize(("said", "widths_m"), [("", (10, 20)), ("3", (6, 12)), ("7.5", (15, 30))])
def test_what_counts_as_a_sliver_or_a_gap_follows_the_stated_error_of_the_gps(
    tmp_path, said, widths_m
):
    text = f"[thresholds]\ngps_error_m = {said}\n" if said else ""
    usual = load_project(write(tmp_path, text)).thresholds

    assert (usual.sliver_width_m, usual.gap_min_width_m) == widths_m
    assert usual.parcel_max_ha == Thresholds().parcel_max_ha


def test_every_length_in_gps_errors_is_so_long_by_itself():
    usual = Thresholds()

    assert {name: getattr(usual, name) / usual.gps_error_m for name in GPS_ERRORS} == GPS_ERRORS


def test_a_byte_order_mark_of_windows_is_no_fault(tmp_path):
    (tmp_path / "hkm.toml").write_bytes(b"\xef\xbb\xbf[project]\nname = 'A'\n")

    assert load_project(tmp_path).name == "A"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[project", "project_not_toml"),
        ("[projet]\n", "project_unknown_word"),
        ("[project]\nnme = 'A'", "project_unknown_word"),
        ("[raster.hillshade]\nfile = 'a.tif'", "project_unknown_word"),
        ("[forest]\nname = 'A'", "project_lacks"),
        ("[forest]\nfile = 'a.gpkg'\nstated_ha = 'banyak'", "project_value"),
        ("[forest]\nfile = 'a.gpkg'\nexample = 1", "project_value"),
        ("[project]\ncrs = 'UTM 48S'", "project_value"),
        ("[project]\nmap_scale = 0", "project_value"),
        ("[[groups]]\nname = 'A'\nmap_scale = -1", "project_value"),
        (
            "[[accepted]]\ncode = 'O01'\nparcels = 'A'\nwho = ''\nwhen = ''\nwhy = ''",
            "project_value",
        ),
        (f"{SETTLED}parcels = ['A']\nwho = ' '\nwhen = '1'\nwhy = 'x'", "accepted_blank"),
        (f"{SETTLED}who = 'a'\nwhen = '1'\nwhy = 'x'", "accepted_names_nothing"),
        ("[[layers]]\nname = 'A'\nfile = 'a.shp'\nrole = 'ijin'", "project_value"),
        ("[[allowed_gaps]]\nparcels = ['A']", "project_lacks"),
        ("[members]\nfile = '../anggota.xlsx'", "project_path_outside"),
        ("[members]\nfile = '/etc/passwd'", "project_path_outside"),
        ("forest = 'a.gpkg'", "project_table"),
        ("[groups]\nname = 'A'", "project_list"),
    ],
)
def test_each_mistake_is_named(tmp_path, text, key):
    with pytest.raises(ProjectError) as caught:
        load_project(write(tmp_path, text))

    assert caught.value.key == key
    assert "{" not in caught.value.sentence("id") + caught.value.sentence("en")


def test_a_folder_without_project_file_says_how_to_make_one(tmp_path):
    with pytest.raises(ProjectError) as caught:
        load_project(tmp_path)

    assert caught.value.key == "project_missing"
    assert "hkm new-project" in caught.value.sentence("id")


def test_logos_are_files_of_the_project(tmp_path):
    project = load_project(write(tmp_path, "[sheets]\nlogos = ['dokumen/a.png', 'b.jpg']"))
    assert project.logos == (tmp_path / "dokumen/a.png", tmp_path / "b.jpg")
    with pytest.raises(ProjectError) as error:
        load_project(write(tmp_path, "[sheets]\nlogos = ['../a.png']"))
    assert error.value.key == "project_path_outside"
