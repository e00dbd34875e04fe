"""The bundled example: made by its script, and hiding exactly the faults of its answer key."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pyogrio
import pytest
import rasterio
import shapely
from likeness import say_the_same
from pyproj import Geod

from hkm_gis import check, open_survey
from hkm_gis.checks import CHECKS
from hkm_gis.plane import reproject
from hkm_gis.report import Finding, Report, Status
from hkm_gis.survey import Survey

DATA = Path(__file__).resolve().parents[1] / "data"
EXAMPLE = DATA / "contoh_register30"
SCRIPT = DATA / "make_contoh_register30.py"
HECTARES_OF = {
    "P04": "hole_ha",
    "P05": "smaller_ha",
    "P06": "area_ha",
    "P10": "area_ha",
    "P11": "area_ha",
    "O05": "area_ha",
    "O07": "area_ha",
    "O08": "outside_ha",
    "P02": "area_ha",
    "B01": "outside_ha",
    "B02": "outside_ha",
    "O01": "area_ha",
    "O02": "area_ha",
    "O03": "area_ha",
    "O09": "area_ha",
    "H01": "area_ha",
    "H03": "claimed_ha",
    "H06": "claimed_ha",
    "D04": "claimed_ha",
}
"""The fact that must equal the hectares of the key."""


@pytest.fixture(scope="module")
def key() -> dict[str, Any]:
    return json.loads((EXAMPLE / "kunci.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def survey() -> Survey:
    return open_survey(EXAMPLE)


@pytest.fixture(scope="module")
def report(survey: Survey) -> Report:
    return check(survey)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("contoh")
    subprocess.run([sys.executable, SCRIPT, folder], check=True)
    return folder


def files_below(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file() and "hasil" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_the_script_writes_the_committed_folder(fresh: Path) -> None:
    names = sorted(files_below(fresh))
    assert names == sorted(files_below(EXAMPLE))
    assert [name for name in names if not say_the_same(fresh / name, EXAMPLE / name)] == []


def test_a_second_run_writes_the_same_bytes_and_removes_what_the_example_no_longer_has(
    fresh: Path, tmp_path: Path
) -> None:
    (tmp_path / "kelompok").mkdir()
    (tmp_path / "kelompok" / "lama.gpx").write_text("tidak dipakai lagi")
    subprocess.run([sys.executable, SCRIPT, tmp_path], check=True)
    assert files_below(tmp_path) == files_below(fresh)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("kelompok/KTH Rimba Lestari/RL-03 Ahmad Prasetyo.gpx", b"</name>", b" </name>"),
        ("hkm.toml", b"16060.0", b"16060.2"),
        ("kunci.json", b'"members": 14', b'"members": 15'),
        ("batas/kawasan_hutan_CONTOH.gpkg", b"Bukan batas resmi", b"Sudah batas resmi"),
        ("anggota.xlsx", b"PK", b"KP"),
        ("raster/dem_CONTOH.tif", b"-32768", b"-32767"),
    ],
)
def test_a_file_that_says_something_else_is_told_apart(
    tmp_path: Path, name: str, old: bytes, new: bytes
) -> None:
    content = (EXAMPLE / name).read_bytes()
    assert old in content
    changed = tmp_path / Path(name).name
    changed.write_bytes(content.replace(old, new, 1))
    assert not say_the_same(changed, EXAMPLE / name)


def test_the_folder_is_small_enough_to_travel_in_the_wheel() -> None:
    sizes = {name: len(content) for name, content in files_below(EXAMPLE).items()}
    assert sum(sizes.values()) < 1_500_000
    assert max(sizes.values()) < 300_000


def test_the_forest_is_16060_hectares_on_the_ellipsoid() -> None:
    _, _, shapes, _ = pyogrio.raw.read(
        EXAMPLE / "batas" / "kawasan_hutan_CONTOH.gpkg", where="NO_REG = 30"
    )
    (forest,) = shapely.from_wkb(shapes)
    area_m2, _ = Geod(ellps="WGS84").geometry_area_perimeter(forest)
    assert abs(area_m2) / 1e4 == pytest.approx(16_060.00, abs=0.005)
    assert forest.is_valid
    assert shapely.get_num_coordinates(forest) > 3000
    assert forest.contains(shapely.Point(104.69, -5.43))


def test_the_forest_follows_the_slope_and_is_no_circle(survey: Survey) -> None:
    assert survey.forest is not None
    line = shapely.segmentize(survey.forest.geometry.exterior, 0.001)
    circle = 2 * np.sqrt(np.pi * survey.forest.geometry.area)
    assert survey.forest.geometry.length > 1.5 * circle
    with rasterio.open(EXAMPLE / "raster" / "dem_CONTOH.tif") as grid:
        assert grid.read(1).max() == pytest.approx(2102, abs=8)
        xy = shapely.get_coordinates(reproject([line], "EPSG:4326", "EPSG:32748"))
        heights_m = np.array([cell[0] for cell in grid.sample(xy)])
        everywhere_m = grid.read(1)
    assert heights_m.std() < everywhere_m.std() / 3


def test_only_the_forest_of_the_filter_is_read(survey: Survey) -> None:
    layers = pyogrio.read_dataframe(EXAMPLE / "batas" / "kawasan_hutan_CONTOH.gpkg")
    assert sorted(layers["NO_REG"]) == [28, 30, 39]
    assert survey.forest is not None
    assert survey.forest.area_ha == pytest.approx(16_060.00, abs=0.005)
    assert survey.forest.tolerance_m == pytest.approx(25.0)
    assert survey.forest.example


def test_every_name_of_the_boundary_says_that_it_is_invented() -> None:
    layers = pyogrio.read_dataframe(EXAMPLE / "batas" / "kawasan_hutan_CONTOH.gpkg")
    assert layers["NAMOBJ"].str.startswith("CONTOH").all()
    assert layers["REMARK"].str.contains("Bukan batas resmi").all()


def test_every_feature_is_accepted_repaired_or_rejected_as_the_key_says(
    survey: Survey, key: dict[str, Any]
) -> None:
    read = survey.intake
    counted = (read.features, read.accepted, read.repaired, len(read.rejected))
    assert counted == tuple(
        key["read"][word] for word in ("features", "accepted", "repaired", "rejected")
    )


def test_the_groups_are_as_large_as_real_ones(survey: Survey, key: dict[str, Any]) -> None:
    ordinary_ha = survey.parcels["area_ha"][survey.parcels["area_ha"].between(0.1, 10)]
    assert 1.1 < ordinary_ha.median() < 1.4
    assert ordinary_ha.min() > 0.25
    assert ordinary_ha.max() < 3
    for group, total in key["totals"].items():
        assert 30 <= total["parcels"] <= 50
        assert group in survey.groups


def test_neighbours_share_slivers_and_no_more_than_slivers(survey: Survey) -> None:
    slivers = survey.overlaps[survey.overlaps["kind"] == "sliver"]
    assert len(slivers) > 50
    # Two metres to the sliver width of 10 m: no verdict of the example hangs on a thread.
    assert slivers["width_m"].max() < 8.5


def test_the_hectares_of_each_group_are_those_of_the_key(
    survey: Survey, key: dict[str, Any]
) -> None:
    gross_ha = survey.sum_by("group").set_index("group")["gross_ha"]
    for group, total in key["totals"].items():
        assert gross_ha[group] == pytest.approx(total["mapped_ha"], abs=0.01)
        # Everybody walks a step inside his own land, and two walks are refused.
        assert 0.88 * total["true_ha"] < total["mapped_ha"] < total["true_ha"]


def test_the_checks_find_exactly_the_planted_faults(report: Report, key: dict[str, Any]) -> None:
    found = Counter((f.code, tuple(sorted(f.parcels))) for f in report.findings)
    planted = Counter((f["code"], tuple(f["parcels"])) for f in key["findings"])
    assert sorted((found - planted).elements()) == []
    assert sorted((planted - found).elements()) == []


def test_every_check_that_can_be_planted_has_something_to_find(report: Report) -> None:
    assert {f.code for f in report.findings} == {c.code for c in CHECKS} - NOT_PLANTED


NOT_PLANTED = {"B03", "B05", "B06", "D02", "D03", "H07", "W04"}
"""The boundary is exact and less sure than a walk, and its function is right; nobody asks for
5,000 ha or has 300 members; the ± of every parcel that a household holds is known, so no side of a
walk is a guess."""


def test_the_hectares_of_every_finding_are_those_of_the_key(
    report: Report, key: dict[str, Any]
) -> None:
    planted = [f for f in key["findings"] if f["ha"] is not None]
    assert {f["code"] for f in planted} == set(HECTARES_OF)
    for fault in planted:
        found = _the_finding(report, fault)
        assert found.facts[HECTARES_OF[fault["code"]]] == pytest.approx(fault["ha"], abs=0.01)


def test_findings_without_parcels_name_who_is_meant(report: Report, key: dict[str, Any]) -> None:
    for code, fact in (("H02", "member"), ("D01", "group"), ("D10", "column"), ("D11", "district")):
        named = sorted(str(f.facts[fact]) for f in report.findings if f.code == code)
        notes = sorted(f["note"] for f in key["findings"] if f["code"] == code)
        assert all(note.startswith(name) for name, note in zip(named, notes, strict=True))


def test_what_could_not_be_read_stands_in_the_way_of_the_group_whose_folder_it_is_in(
    report: Report,
) -> None:
    owners = {(f.code, f.facts.get("reason")): f.groups for f in report.findings}

    assert owners["S01", "file_cut_short"] == ("KTH Rimba Lestari",)
    assert owners["S01", "too_few_points"] == ("KTH Sumber Jaya",)
    assert owners["W01", "walk_not_closed"] == ("KTH Rimba Lestari",)
    assert owners["H04", "member_without_name"] == ("KTH Wana Makmur",)
    of_wana_makmur = report.of_group("KTH Wana Makmur").findings
    assert {f.code for f in of_wana_makmur} & {"S01", "S02", "S05"} == set()


def test_a_settled_finding_stays_in_the_report_as_accepted(report: Report) -> None:
    settled = [f for f in report.findings if f.status is Status.ACCEPTED]
    assert [f.code for f in settled] == ["O02"]


def test_another_stated_size_of_the_forest_is_found(tmp_path: Path) -> None:
    copy = tmp_path / "register30"
    shutil.copytree(EXAMPLE, copy, ignore=shutil.ignore_patterns("hasil"))
    plan = (copy / "hkm.toml").read_text("utf-8")
    (copy / "hkm.toml").write_text(plan.replace("= 16060.0", "= 15060.0"), "utf-8")
    (finding,) = check(open_survey(copy), only=["B03"]).findings
    assert finding.facts["difference_ha"] == pytest.approx(1000.0, abs=0.01)


def test_a_forest_of_another_function_is_found(tmp_path: Path) -> None:
    copy = tmp_path / "register30"
    shutil.copytree(EXAMPLE, copy, ignore=shutil.ignore_patterns("hasil"))
    base = sqlite3.connect(copy / "batas" / "kawasan_hutan_CONTOH.gpkg")
    base.execute("UPDATE kawasan_hutan SET FUNGSIKWS = 100200 WHERE NO_REG = 30")
    base.commit()
    base.close()
    survey = open_survey(copy)
    (finding,) = check(survey, only=["B06"]).findings
    assert (finding.severity, finding.facts["function"]) == ("error", "KSA/KPA")
    assert len(finding.parcels) == len(survey.parcels) - 1  # one lies outside the forest


def test_nobody_of_the_register_can_be_a_real_person() -> None:
    sheet = openpyxl.load_workbook(EXAMPLE / "anggota.xlsx").active
    heading, *rows = sheet.iter_rows(values_only=True)
    column = {name: place for place, name in enumerate(heading)}
    for row in rows:
        for number in ("NIK", "No. KK"):
            assert re.fullmatch(r"99\d{13,14}", row[column[number]])  # no such province
        day, month = int(row[column["NIK"]][6:8]) % 40, int(row[column["NIK"]][8:10])
        assert 1 <= day <= 31
        assert 1 <= month <= 12
        assert re.fullmatch(r"0800-0000-\d{4}", row[column["HP"]])
    assert len({row[column["NIK"]] for row in rows}) == len(rows)
    assert len({row[column["Nama"]] for row in rows}) == len(rows)


def _the_finding(report: Report, fault: dict[str, Any]) -> Finding:
    alike = [
        f
        for f in report.findings
        if f.code == fault["code"] and sorted(f.parcels) == fault["parcels"]
    ]
    if not fault["parcels"]:  # told apart by the group that begins the note
        alike = [f for f in alike if fault["note"].startswith(f.groups)]
    (found,) = alike
    return found
