"""A register as villages have it, by command, up to the run after a person decided."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from land import square
from small_project import feature_collection, write_small_project

from hkm_gis.cli import hkm

NIK = ("9999010101800001", "9999010202750002", "9999014303780003", "9999011203700004")
KK = ("9999010101100001", "9999010101100002", "9999010101100003")
REGISTER = f"""Nama,NIK,No. KK,Kelompok,No. Andil
Sukirman,{NIK[0]},{KK[0]},KTH Mawar,M-1
Sukirman,{NIK[0]},{KK[0]},KTH Melati,
Tukiran,{NIK[1]},{KK[1]},KTH Mawar,"M-2, M-3"
Siti Aminah,{NIK[2]},{KK[1]},KTH Mawar,
Wagiman Hadi,{NIK[3]},{KK[2]},KTH Melati,
"""
LANDS = {
    "KTH Mawar": [
        ({"no_andil": "M-1", "nama": "Sukirman"}, square(0, 0, 100)),
        ({"no_andil": "M-2", "nama": "Tukiran"}, square(100, 0, 100)),
        ({"no_andil": "M-3"}, square(200, 0, 100)),
        ({"no_andil": "M-4", "nama": "Hj. Siti AMINAH"}, square(300, 0, 100)),
    ],
    "KTH Melati": [
        ({"no_andil": "L-1", "nama": "Sukirman"}, square(0, 200, 100)),
        ({"no_andil": "L-2", "nama": "Wagimin Hadi"}, square(100, 200, 100)),
    ],
}


@pytest.fixture
def village(tmp_path: Path) -> Path:
    home = write_small_project(tmp_path / "usulan")
    (home / "anggota.csv").write_text(REGISTER, "utf-8")
    for group, lands in LANDS.items():
        (home / "kelompok" / group / "lahan.geojson").write_text(feature_collection(lands), "utf-8")
    return home


def told(*words: str) -> dict | list:
    done = CliRunner().invoke(hkm, [*words, "--format", "json"])
    assert done.exit_code < 2, done.stderr
    return json.loads(done.stdout)


def households(home: Path) -> dict[str, tuple[int, float]]:
    rows = told("sum-households", str(home))
    return {row["household"]: (row["parcels"], round(row["gross_ha"], 6)) for row in rows}


def parcels(home: Path) -> dict[str, tuple[str, str]]:
    rows = told("check", str(home))["parcels"]
    return {row["parcel_id"]: (row["household"], row["member"]) for row in rows}


def test_a_card_is_one_household_in_two_groups_with_several_members_and_parcels(
    village: Path,
) -> None:
    assert parcels(village) == {
        "M-1": ("M-K001", "Sukirman"),
        "M-2": ("M-K002", "Tukiran"),
        "M-3": ("M-K002", "Tukiran"),
        "M-4": ("M-K002", "Siti Aminah"),
        "L-1": ("M-K001", "Sukirman"),
        "L-2": ("Wagimin Hadi", "Wagimin Hadi"),
    }
    assert households(village) == {
        "M-K001": (2, 2.0),
        "M-K002": (3, 3.0),
        "Wagimin Hadi": (1, 1.0),
    }


def test_what_is_in_doubt_or_twice_is_told_and_an_answer_settles_it(village: Path) -> None:
    assert people_told_of(village) == [
        ("H01", "Wagimin Hadi"),
        ("H02", "Wagiman Hadi"),
        ("H05", "KTH Mawar, KTH Melati"),
    ]

    done = CliRunner().invoke(hkm, ["run", str(village)])
    assert done.exit_code < 2, done.stderr
    book = openpyxl.load_workbook(village / "hasil" / "pasangan.xlsx")
    page = book.worksheets[0]
    columns = {cell.value: cell.column for cell in page[1]}
    asked = [
        (page.cell(2, columns["No andil"]).value, page.cell(2, columns["Nama di berkas"]).value),
        page.cell(2, columns["Nama di daftar anggota"]).value,
    ]
    assert asked == [("L-2", "Wagimin Hadi"), "Wagiman Hadi"]
    page.cell(2, columns["Pilihan"]).value = "ya"
    book.save(village / "pasangan.xlsx")

    assert parcels(village)["L-2"] == ("M2-K001", "Wagiman Hadi")
    assert households(village)["M2-K001"] == (1, 1.0)
    assert people_told_of(village) == [("H05", "KTH Mawar, KTH Melati")]


def people_told_of(home: Path) -> list[tuple[str, str]]:
    found = told("check", str(home))["findings"]
    return [
        (f["code"], f["facts"].get("member") or f["facts"]["groups"])
        for f in found
        if f["code"].startswith("H")
    ]
