"""Exports read back with other libraries, hunted for canaries, and compared byte by byte."""

from __future__ import annotations

import csv
import io
import json
import math
import sqlite3
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import fiona
import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely
from hamlet import BUDI, CANARIES, FORMULA, HOSTILE, KK, NIK, findings, hamlet
from land import lonlat
from walker import SQUARE, along

from hkm_gis.checks import check
from hkm_gis.errors import TableError
from hkm_gis.exports import (
    EXPORT_FORMATS,
    REPORT_FORMATS,
    TABLE_FORMATS,
    export,
    report_as_dict,
    write_report,
    write_table,
)
from hkm_gis.exports.layers import LAYER_NAMES, Layer
from hkm_gis.exports.shapefile import FIELDS, field_of
from hkm_gis.privacy import PUBLIC_COLUMNS, find_identity_numbers
from hkm_gis.report import Report
from hkm_gis.survey import open_survey


def unpacked(content: bytes) -> bytes:
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


@pytest.mark.parametrize("to", EXPORT_FORMATS)
@pytest.mark.bad_input("I1")
def test_no_canary_is_in_any_byte_of_a_public_export(tmp_path: Path, to: str) -> None:
    for path in export(hamlet(), findings(), tmp_path, to=to):
        content = unpacked(path.read_bytes())
        assert find_identity_numbers(path.read_bytes()) == ()
        assert not [
            c for c in CANARIES if c.encode() in content or c.encode("utf-16-le") in content
        ]


def test_everybody_reads_that_a_finding_is_accepted_and_the_office_also_by_whom_and_why(
    tmp_path: Path,
) -> None:
    def told(private: bool) -> str:
        (path,) = export(hamlet(), findings(), tmp_path, to="gpkg", private=private)
        return str(gpd.read_file(path, layer="temuan_titik")["accepted"][0])

    assert told(private=False) == "Disepakati tanggal 2026-08-17"
    assert told(private=True).startswith(BUDI)
    assert "Sepakat di lapangan" in told(private=True)


@pytest.mark.parametrize("to", EXPORT_FORMATS)
@pytest.mark.bad_input("E14")
def test_the_office_copy_says_who_and_only_its_owner_reads_it(tmp_path: Path, to: str) -> None:
    written = export(hamlet(), findings(), tmp_path, to=to, private=True)

    content = b"".join(unpacked(path.read_bytes()) for path in written)
    assert BUDI.encode() in content
    # a handheld is easily lost: it gets the name alone
    assert (NIK.encode() in content, KK.encode() in content) == (to != "gpx", to != "gpx")
    assert all("khusus_kantor" in path.name for path in written)
    assert all(path.stat().st_mode & 0o077 == 0 for path in written)


@pytest.mark.parametrize("to", EXPORT_FORMATS)
def test_the_same_survey_gives_the_same_bytes(tmp_path: Path, to: str) -> None:
    first = export(hamlet(), findings(), tmp_path / "a", to=to)
    second = export(hamlet(), findings(), tmp_path / "b", to=to)

    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TableError):
        export(hamlet(), findings(), tmp_path, to="dwg")


def test_a_geopackage_holds_four_layers_in_the_crs_of_the_project(tmp_path: Path) -> None:
    (path,) = export(hamlet(), findings(), tmp_path, to="gpkg")

    assert {"andil", "tumpang_tindih", "kk", "temuan"} <= set(fiona.listlayers(path))
    andil = gpd.read_file(path, layer="andil")
    assert andil.crs.to_epsg() == 32748
    assert list(andil.columns) == list(PUBLIC_COLUMNS["parcels"])
    assert andil.area.sum() / 1e4 == pytest.approx(andil["utm_ha"].sum(), rel=1e-9)
    with sqlite3.connect(path) as base:
        styled = {row[0] for row in base.execute("SELECT f_table_name FROM layer_styles")}
    base.close()
    assert styled == {"andil", "tumpang_tindih", "temuan", "temuan_titik", "kk"}


def test_a_geopackage_is_of_the_version_that_old_programs_read_without_a_warning(
    tmp_path: Path,
) -> None:
    (path,) = export(hamlet(), findings(), tmp_path, to="gpkg")

    assert int.from_bytes(path.read_bytes()[60:64], "big") == 10200  # SQLite's user version


def test_the_extent_of_a_shapefile_is_that_of_its_shapes(tmp_path: Path) -> None:
    nowhere_first = Report(findings().findings[::-1])

    (path,) = export(hamlet(), nowhere_first, tmp_path, to="shp")
    with fiona.open(f"zip://{path}!temuan.shp") as file:
        assert [row["geometry"] is None for row in file] == [False, False, True]
        west, south, _, _ = file.bounds
    assert west > 100_000
    assert south > 9_000_000


def test_geojson_keeps_hectares_and_turns_its_rings_as_rfc_7946_asks(tmp_path: Path) -> None:
    andil = export(hamlet(), findings(), tmp_path, to="geojson")[0]

    collection = json.loads(andil.read_bytes(), parse_constant=pytest.fail)
    assert [f["properties"]["area_ha"] for f in collection["features"]] == list(
        hamlet().parcels["area_ha"]
    )
    assert collection["features"][2]["properties"]["uncertainty_ha"] is None
    for feature in collection["features"]:
        assert shapely.geometry.shape(feature["geometry"]).exterior.is_ccw


@pytest.mark.bad_input("F3")
def test_a_shapefile_has_the_fields_that_kolom_txt_explains(tmp_path: Path) -> None:
    (path,) = export(hamlet(), findings(), tmp_path, to="shp")

    with fiona.open(f"zip://{path}!andil.shp", encoding="UTF-8") as file:
        assert dict(file.schema["properties"]) == {
            "NO_ANDIL": "str:80",
            "LEMBAGA": "str:120",
            "KODE_KK": "str:80",
            "JENIS": "str:30",
            "LUAS_HA": "float:14.4",
            "LUAS_UTM": "float:14.4",
            "PLUSMIN_HA": "float:14.4",
            "LUAR_HA": "float:14.4",
            "DEKAT_BTS": "str:5",
        }
        assert file.crs.to_epsg() == 32748
        assert [row["properties"]["LEMBAGA"] for row in file][1] == HOSTILE
    with zipfile.ZipFile(path) as archive:
        assert archive.read("andil.cpg") == b"UTF-8"
        assert b"LUAS_HA" in archive.read("KOLOM.txt")


def test_every_public_column_has_a_field_of_at_most_ten_letters() -> None:
    columns = {c for table in PUBLIC_COLUMNS.values() for c in table} - {"geometry"}

    assert columns <= set(FIELDS)
    assert all(len(field) <= 10 for field, _ in FIELDS.values())


def test_a_kmz_parses_and_keeps_hostile_names_as_text(tmp_path: Path) -> None:
    (path,) = export(hamlet(), findings(), tmp_path, to="kmz")

    root = ElementTree.fromstring(zipfile.ZipFile(path).read("doc.kml"))
    values = [v.text for v in root.iter("{http://www.opengis.net/kml/2.2}value")]
    assert HOSTILE in values
    assert gpd.read_file(path, layer="andil", engine="pyogrio").shape[0] == 4


def test_a_workbook_holds_texts_as_texts_and_numbers_unrounded(tmp_path: Path) -> None:
    (path,) = export(hamlet(), findings(), tmp_path, to="xlsx")

    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["andil", "tumpang_tindih", "kk", "temuan"]
    assert not [c for s in book for row in s for c in row if c.data_type == "f"]
    sheet = book["andil"]
    assert sheet.freeze_panes == "A2"
    assert (sheet["C5"].value, sheet["C5"].data_type) == (FORMULA, "s")
    assert sheet["E2"].value == pytest.approx(hamlet().parcels["area_ha"].iloc[0], rel=1e-14)
    assert sheet["E2"].number_format == "#,##0.00"


def test_the_check_json_says_what_the_contract_promises() -> None:
    told = report_as_dict(hamlet(), findings(), "id")

    assert list(told) == [
        "version",
        "program",
        "forest",
        "read",
        "rejected",
        "parcels",
        "findings",
        "lapsed",
        "summary",
    ]
    assert told["read"] == {"features": 5, "accepted": 4, "repaired": 0, "rejected": 1}
    assert list(told["forest"]) == ["name", "area_ha", "utm_ha", "stated_ha", "crs", "sha256"]
    assert list(told["parcels"][0]) == [
        *("parcel_id", "group", "household", "member", "source"),
        *("area_ha", "utm_ha", "uncertainty_ha", "outside_ha"),
    ]
    assert told["parcels"][0]["member"] == BUDI
    assert told["parcels"][3]["outside_ha"] == pytest.approx(0.5)
    assert list(told["findings"][0]) == [
        *("code", "name", "severity", "status", "accepted", "parcels", "groups", "where"),
        *("facts", "message", "fix"),
    ]
    assert told["findings"][1]["facts"]["area_m2"] is None
    assert told["findings"][2]["where"] is None
    assert told["summary"] == {"O01": 3}


@pytest.mark.parametrize("form", REPORT_FORMATS)
@pytest.mark.parametrize("lang", ["id", "en"])
def test_no_report_carries_an_identity_number(form: str, lang: str) -> None:
    first = write_report(hamlet(), findings(), format=form, lang=lang)

    assert find_identity_numbers(first) == ()
    assert first == write_report(hamlet(), findings(), format=form, lang=lang)


def test_sarif_suppresses_what_people_have_accepted() -> None:
    told = json.loads(write_report(hamlet(), findings(), format="sarif"))

    results = told["runs"][0]["results"]
    assert told["version"] == "2.1.0"
    assert [len(r["suppressions"]) for r in results] == [0, 1, 0]
    assert [r["level"] for r in results] == ["error", "warning", "note"]


@pytest.mark.parametrize("form", TABLE_FORMATS)
def test_a_table_is_the_same_twice_without_identity_numbers(form: str) -> None:
    for table in (hamlet().overlaps, hamlet().households):
        content = write_table(table, format=form)
        assert content == write_table(table, format=form)
        assert find_identity_numbers(content) == ()


def test_csv_guards_formulas_and_leaves_numbers_alone() -> None:
    table = pd.DataFrame({"group": [FORMULA, "-a", "b"], "net_ha": [-0.5, 1 / 3, math.nan]})

    rows = list(csv.DictReader(io.StringIO(write_table(table, format="csv").decode())))
    assert [r["group"] for r in rows] == [f"'{FORMULA}", "'-a", "b"]
    assert [r["net_ha"] for r in rows] == ["-0.5", repr(1 / 3), ""]


def test_json_has_exactly_the_columns_of_the_table() -> None:
    overlaps = hamlet().overlaps

    (row,) = json.loads(write_table(overlaps, format="json"))
    assert list(row) == [c for c in overlaps.columns if c != "geometry"]


@pytest.mark.bad_input("I6")
def test_the_recorded_line_of_each_walk_is_for_the_office_alone(tmp_path: Path) -> None:
    points = lonlat(along([(-200, 0), *SQUARE, (-200, 0)]))
    trail = "".join(f'<trkpt lat="{y!r}" lon="{x!r}"/>' for x, y in points.tolist())
    (tmp_path / "Mawar").mkdir()
    gpx = tmp_path / "Mawar/budi.gpx"
    gpx.write_text(f"<gpx><trk><name>Budi</name><trkseg>{trail}</trkseg></trk></gpx>")
    survey = open_survey(parcels=[gpx])
    report = check(survey)
    (public,) = export(survey, report, tmp_path / "out", to="gpkg")
    (private,) = export(survey, report, tmp_path / "out", to="gpkg", private=True)

    assert "jalur" not in fiona.listlayers(public)
    walks = gpd.read_file(private, layer="jalur").to_crs(4326)
    assert walks["parcel_id"].tolist() == survey.parcels["parcel_id"].tolist()
    assert shapely.get_num_coordinates(survey.parcels.geometry[0]) < len(points)
    drawn = shapely.get_coordinates(walks.geometry[0])
    assert np.abs(drawn - points).max() < 1e-9


def test_every_field_of_every_layer_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "kemasan.md").read_text("utf-8")

    for kind, columns in PUBLIC_COLUMNS.items():
        for column in columns:
            if kind in LAYER_NAMES and column != "geometry":
                field, type_ = field_of(column, Layer(kind, pd.DataFrame()))
                assert f"| {field} | {type_} | {column} |" in page, (kind, column)
