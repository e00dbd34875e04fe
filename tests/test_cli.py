"""The command line keeps its contract: names, columns, JSON, exit codes."""

from __future__ import annotations

import csv
import io
import json
import warnings

import pytest
from click.testing import CliRunner
from land import square
from shapely import Point
from small_project import feature_collection

from hkm_gis.cli import hkm
from hkm_gis.cli.drawing import SHEET_KINDS
from hkm_gis.sheets import PAGE_FILES
from hkm_gis.sheets.sheet import KINDS

OVERLAP_COLUMNS = [
    "parcel_a",
    "parcel_b",
    "group_a",
    "group_b",
    "household_a",
    "household_b",
    "area_m2",
    "area_ha",
    "share_a",
    "share_b",
    "width_m",
    "kind",
]
HOUSEHOLD_COLUMNS = [
    "group",
    "household",
    "member",
    "parcels",
    "gross_ha",
    "outside_ha",
    "disputed_ha",
    "sliver_ha",
    "net_ha",
    "uncertainty_ha",
]


def call(*words):
    return CliRunner().invoke(hkm, [str(w) for w in words])


def test_check_gives_the_contracts_json(small_project):
    done = call("check", small_project, "--format", "json")
    said = json.loads(done.stdout)

    assert done.exit_code == 1  # the overlap of two groups is an error
    assert said["version"] == 1
    assert said["read"] == {"features": 3, "accepted": 3, "repaired": 0, "rejected": 0}
    assert {"name", "area_ha", "utm_ha", "stated_ha", "crs", "sha256"} <= set(said["forest"])
    assert [p["parcel_id"] for p in said["parcels"]] == ["M-1", "M-2", "L-1"]
    assert all(p["area_ha"] == pytest.approx(1, abs=1e-6) for p in said["parcels"])
    overlap = next(f for f in said["findings"] if f["code"] == "O01")
    assert overlap["parcels"] == ["M-2", "L-1"]
    assert overlap["groups"] == ["KTH Mawar", "KTH Melati"]
    assert overlap["severity"] == "error"
    assert overlap["status"] == "open"
    assert overlap["where"]["type"] == "Polygon"
    assert overlap["message"]
    assert overlap["fix"]
    assert said["summary"]["O01"] == 1


def test_check_speaks_indonesian_unless_asked(small_project):
    indonesian = call("check", small_project).stdout
    english = call("check", small_project, "--lang", "en").stdout

    assert "bertumpang tindih" in indonesian.lower() or "tumpang tindih" in indonesian.lower()
    assert indonesian != english


def test_find_overlaps_gives_the_contracts_columns(small_project):
    rows = list(csv.reader(io.StringIO(call("find-overlaps", small_project).stdout)))

    assert rows[0] == OVERLAP_COLUMNS
    assert rows[1][:4] == ["M-2", "L-1", "KTH Mawar", "KTH Melati"]
    assert float(rows[1][6]) == pytest.approx(2000, abs=0.01)
    assert rows[1][-1] == "overlap"


def test_sum_households_gives_the_contracts_columns(small_project):
    said = json.loads(call("sum-households", small_project, "--format", "json").stdout)

    assert list(said[0])[: len(HOUSEHOLD_COLUMNS)] == HOUSEHOLD_COLUMNS
    assert [row["disputed_ha"] for row in said] == pytest.approx([0, 0.2, 0.2], abs=1e-6)
    assert [row["net_ha"] for row in said] == pytest.approx([1, 0.8, 0.8], abs=1e-6)


def test_loose_files_need_no_project(small_project):
    done = call(
        "check",
        "--parcels", small_project / "kelompok/KTH Mawar/lahan.geojson",
        "--forest", small_project / "batas/kawasan.geojson",
        "--forest-ha", "400",
        "--format", "json",
    )  # fmt: skip
    said = json.loads(done.stdout)

    assert done.exit_code == 0
    assert {p["group"] for p in said["parcels"]} == {"lahan"}


def test_explain_lists_all_checks_and_tells_one():
    assert "O01" in call("explain").stdout
    assert json.loads(call("explain", "O01", "--format", "json").stdout)[0]["code"] == "O01"
    assert call("explain", "X99").exit_code == 2


@pytest.mark.parametrize(
    "words",
    [
        ("check", "no-such-folder"),
        ("check", "--parcels", "no-such-file.gpx"),
        ("check", "--parcels", "http://127.0.0.1:9/a.geojson"),
        ("check", "--parcels", "/vsicurl/http://127.0.0.1:9/a.geojson"),
        ("check", "--parcels", '{"type": "FeatureCollection", "features": []}'),
        ("verify-proposal", "no-such-file.zip"),
        ("check", "--format", "docx"),
        ("no-such-command",),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_exit_2(words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = call(*words)

    assert done.exit_code == 2
    assert "Traceback" not in done.output
    assert done.stdout == ""
    assert done.stderr.strip()


def test_a_file_that_stands_there_is_not_overwritten_unless_asked(small_project, tmp_path):
    out = tmp_path / "hasil.csv"
    out.write_text("mine")

    assert call("find-overlaps", small_project, "--out", out).exit_code == 2
    assert out.read_text() == "mine"
    assert call("find-overlaps", small_project, "--out", out, "--overwrite").exit_code == 0
    assert out.read_text("utf-8-sig").startswith("parcel_a,")


def test_a_new_project_explains_itself_and_keeps_what_is_there(tmp_path):
    home = tmp_path / "baru"

    assert call("new-project", home).exit_code == 0
    assert {p.name for p in home.iterdir()} >= {"hkm.toml", "anggota.xlsx", "BACA_SAYA.txt"}
    assert call("new-project", home).exit_code == 2
    assert call("new-project", home, "--overwrite").exit_code == 0


def test_run_writes_everything_it_names(small_project):
    done = call("run", small_project)
    results = small_project / "hasil"

    assert done.exit_code == 1
    kinds = ("andil", "daftar_andil", "peta", "titik_andil", "tumpang_tindih")
    assert sorted(p.name for p in (results / "peta").iterdir()) == [
        f"{kind}_{group}.pdf" for kind in kinds for group in ("kth_mawar", "kth_melati")
    ]
    for name in ("peta.html", "pemeriksaan.json", "luas_per_kk.csv", "tumpang_tindih.csv"):
        assert (results / name).stat().st_size > 0
        assert name in done.stdout


def test_pages_are_drawn_where_they_are_named_and_no_map_then(small_project):
    done = call("draw-sheets", small_project, "--kind", "household", "--kind", "list")

    assert done.exit_code == 0
    assert sorted(p.name for p in (small_project / "hasil/peta").iterdir()) == [
        *("andil_kth_mawar.pdf", "andil_kth_melati.pdf"),
        *("daftar_andil_kth_mawar.pdf", "daftar_andil_kth_melati.pdf"),
    ]


def test_every_kind_of_sheet_can_be_asked_for():
    assert (*KINDS, *PAGE_FILES) == SHEET_KINDS


def test_a_group_that_is_named_in_a_project_is_drawn_alone(small_project):
    done = call("draw-sheets", small_project, "--group", "KTH Mawar")

    assert done.exit_code == 0
    assert [p.name for p in (small_project / "hasil/peta").iterdir()] == ["peta_kth_mawar.pdf"]
    assert call("draw-sheets", small_project, "--group", "KTH Lain").exit_code == 2


def test_a_group_that_is_named_for_loose_files_is_their_group(small_project):
    land = small_project / "kelompok/KTH Mawar/lahan.geojson"
    said = json.loads(
        call("check", "--parcels", land, "--group", "Mawar", "--format", "json").stdout
    )

    assert {p["group"] for p in said["parcels"]} == {"Mawar"}


def test_what_a_format_cannot_hold_is_told_and_the_file_written(small_project):
    folder = "kelompok/KTH Mawar"
    settings = small_project / "hkm.toml"
    said = settings.read_text("utf-8").replace(f'folder = "{folder}"\n', "")
    settings.write_text(said, "utf-8")
    (small_project / folder).rename(small_project / "kelompok" / ("Mawar Sejahtera " * 9).strip())

    with warnings.catch_warnings():
        warnings.simplefilter("default")  # as outside of the tests
        done = call("export", small_project, "--to", "shp")

    assert done.exit_code == 0
    assert done.stderr.count("data_shp.zip: ") == len(done.stderr.splitlines()) > 1
    assert "Warning" not in done.stderr
    assert (small_project / "hasil/data/data_shp.zip").is_file()
    assert call("export", small_project, "--to", "gpkg").exit_code == 0


def test_a_note_for_the_user_is_one_sentence_on_stderr(capsys):
    from hkm_gis.cli.main import _note
    from hkm_gis.exports import LossWarning

    _note("Nama dipotong.", LossWarning, "writing.py", 1)
    _note("deprecated", DeprecationWarning, "numpy.py", 1)

    assert capsys.readouterr().err == "Nama dipotong.\n"


@pytest.mark.bad_input("I3")
def test_an_error_shows_no_number_of_a_person_and_no_control_sign(tmp_path):
    done = call("run", tmp_path / "\x1b[2J\u202eKTP 9999010101800001")

    assert done.exit_code == 2
    assert "KTP [***]" in done.stderr
    assert "9999010101800001" not in done.stderr
    assert not set("\x1b\u202e") & set(done.stderr)


@pytest.mark.filterwarnings("always")
def test_a_warning_is_shown_as_harmless_as_an_error(monkeypatch, small_project):
    import hkm_gis
    from hkm_gis.exports import LossWarning

    def warned(*_given, **_named):
        warnings.warn("\x1b[2J9999010101800001", LossWarning, stacklevel=1)
        raise MemoryError

    monkeypatch.setattr(hkm_gis, "run", warned)
    done = call("run", small_project)

    assert done.exit_code == 2
    assert "[***]" in done.stderr
    assert "Tutup program lain" in done.stderr
    assert not {"9999010101800001", "\x1b"} & {done.stderr, *done.stderr}


def test_results_that_cannot_be_written_are_a_sentence_that_names_the_place(small_project):
    (small_project / "hasil").write_text("bukan folder", "utf-8")
    done = call("run", small_project)

    assert done.exit_code == 2
    assert str(small_project / "hasil") in done.stderr
    assert "Error" not in done.stderr
    assert (small_project / "hasil").read_text("utf-8") == "bukan folder"


def test_a_command_that_only_counts_says_that_a_feature_is_not_in_its_numbers(tmp_path):
    land = [({"no_andil": "A"}, square(0, 0, 100)), ({"no_andil": "B"}, Point(104, -5))]
    file = tmp_path / "lahan.geojson"
    file.write_text(feature_collection(land), "utf-8")

    for command in ("find-overlaps", "sum-households"):
        told = call(command, "--parcels", file).stderr
        assert "1 dari 2" in told
        assert "hkm check" in told
    assert "hkm check" not in call("check", "--parcels", file).stderr
    file.write_text(feature_collection(land[:1]), "utf-8")
    assert call("sum-households", "--parcels", file).stderr == ""
