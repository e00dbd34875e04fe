"""Hostile names through the whole job: each output is opened by what people open it with.

=======================  ===========================================================
name holds               must stay a text in
=======================  ===========================================================
``= + - @`` tab CR       XLSX and CSV: no cell is a formula, values come back
``</script> <img ...>``  the map in Chromium: no dialog, no element, no complaint
back-tick, ``${...}``    the map: no template runs
U+2028, U+202E, ESC      the map, the terminal, every sheet and list: gone or harmless
``' " ; --``             GeoPackage: tables and rows are all there
``& < ]]>``              KML, GPX, DOCX and XLSX parse
``../ CON : * ?``        names of files: inside the folder, fit for Windows
``$ \\ ( )``              PDF: printed as typed, no action, no script
``| ; %``                the code of a sheet: read back and proved
=======================  ===========================================================
"""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import Any
from xml.etree import ElementTree

import fiona
import openpyxl
import pypdfium2
import pytest
import tomlkit
from browsing import needs_browser
from click.testing import CliRunner
from docx import Document
from small_project import write_small_project

import hkm_gis
from hkm_gis.cli import hkm
from hkm_gis.exports import write_report

SCRIPT = "<img src=x onerror=alert(1)></script><script>alert(2)</script>"
IMAGE = "<img src=x onerror=alert(1)></script>"
MAWAR = f"=KTH {IMAGE}`${{alert(3)}}`\u2028 &]]>'\";DROP TABLE andil;--|%(a)\\ $x$"
MELATI = "../../CON: *?|\x1b[2J\x1b]0;judul\x07 \u202eKTH"
FARMER, OTHER = "@SUM(1+1) <b>Sukri & ]]>\x1b[31m", "-2+3 </td>Wagi' \"`${alert(6)}"
CODES = {"M-1": "=1+1", "M-2": "+A1<b>`${alert(4)}`", "L-1": "-2' OR '1'='1"}
RESERVED = {"con", "prn", "aux", "nul", *(f"{p}{n}" for p in ("com", "lpt") for n in range(1, 10))}


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Return the results of ``hkm run``, and what the terminal showed."""
    home = write_small_project(tmp_path_factory.mktemp("ganas") / "dalam" / "usulan")
    settings = tomlkit.parse((home / "hkm.toml").read_text("utf-8"))
    settings["forest"]["name"] = f"Hutan {SCRIPT} ${{alert(5)}}"
    for group, name in zip(settings["groups"], (MAWAR, MELATI), strict=True):
        group["name"], group["ketua"], group["pekon"] = name, FARMER, FARMER
    (home / "hkm.toml").write_text(tomlkit.dumps(settings), "utf-8")
    for path in home.glob("kelompok/*/*.geojson"):
        whole = json.loads(path.read_text("utf-8"))
        for feature in whole["features"]:
            said = feature["properties"]
            said["nama"] = OTHER if said["no_andil"] == "L-1" else FARMER
            said["no_andil"] = CODES[said["no_andil"]]
            said["komoditas"], said["pengukur"] = FARMER, FARMER
        path.write_text(json.dumps(whole), "utf-8")
    (home / "anggota.csv").unlink()
    text = (home / "hkm.toml").read_text("utf-8").replace('[members]\nfile = "anggota.csv"\n', "")
    (home / "hkm.toml").write_text(text, "utf-8")
    done = CliRunner().invoke(hkm, ["run", str(home)])
    assert done.exit_code == 1, done.output
    return home / "hasil", done.stdout + done.stderr


def everything(results: Path, ending: str) -> dict[str, bytes]:
    """Return all files of one kind, also those in packages and in archives in them."""
    found: dict[str, bytes] = {}

    def look(name: str, content: bytes) -> None:
        if name.endswith(ending):
            found[name] = content
        if name.endswith((".zip", ".kmz")):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                for inner in archive.namelist():
                    look(f"{name}/{inner}", archive.read(inner))

    for path in sorted(p for p in results.rglob("*") if p.is_file()):
        look(path.relative_to(results).as_posix(), path.read_bytes())
    assert found, ending
    return found


@needs_browser
def test_the_map_runs_nothing_that_people_typed(ran: tuple[Path, str], browser: Any) -> None:
    context = browser.new_context(offline=True)
    page = context.new_page()
    noise: list[str] = []
    page.on("console", lambda message: noise.append(message.text))
    page.on("pageerror", lambda error: noise.append(str(error)))
    page.on("dialog", lambda dialog: (noise.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: noise.append(request.url))
    page.goto((ran[0] / "peta.html").as_uri())
    noise[:] = [url for url in noise if not url.startswith(("file:", "data:"))]
    page.fill(".search input", "=1")
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    for summary in page.locator(".finding-list summary").all():
        summary.click()
    page.locator(".finding-list .item").first.click()
    page.wait_for_timeout(300)

    assert noise == []
    assert page.locator("img[src=x], script:not([nonce]):not([type])").count() == 0
    assert "<img src=x onerror=alert(1)>" in page.inner_text("#panel")
    context.close()


def test_a_hostile_name_is_hidden_in_public_as_any_other(ran: tuple[Path, str]) -> None:
    for name, content in everything(ran[0], "").items():
        if "04_DATA_PETA" in name or name.startswith("data/") or name == "peta.html":
            assert not re.search(rb"(?i)sukri|wagi", content), name


def test_no_cell_of_a_workbook_is_a_formula(ran: tuple[Path, str]) -> None:
    books = everything(ran[0], ".xlsx")
    seen = ""
    for name, content in books.items():
        for sheet in openpyxl.load_workbook(io.BytesIO(content)):
            for cell in (c for row in sheet.iter_rows() for c in row if c.value is not None):
                assert cell.data_type != "f", (name, cell.coordinate)
                seen += f"{cell.value}\n"
    assert "=1+1\n" in seen
    assert "\x1b" not in seen


def test_a_csv_holds_no_formula_and_gives_names_back(ran: tuple[Path, str]) -> None:
    for name, content in everything(ran[0], ".csv").items():
        for row in csv.DictReader(io.StringIO(content.decode("utf-8"))):
            for value in row.values():
                numeric = re.fullmatch(r"-?[\d.]+(?:e-?\d+)?", value)
                assert numeric or not value.startswith(("=", "+", "-", "@", "\t", "\r")), name
    pairs = everything(ran[0], "tumpang_tindih.csv")["tumpang_tindih.csv"].decode()
    assert f"'{CODES['L-1']}" in pairs


def test_every_geopackage_has_all_its_tables_and_names_unchanged(ran: tuple[Path, str]) -> None:
    for name, content in everything(ran[0], ".gpkg").items():
        with closing(sqlite3.connect(":memory:")) as base:
            base.deserialize(content)
            codes = {row[0] for row in base.execute("SELECT parcel_id FROM andil")}
            assert codes <= set(CODES.values()), name
            assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    whole = everything(ran[0], "data/data.gpkg")["data/data.gpkg"]
    assert CODES["L-1"].encode() in whole


def test_every_kml_gpx_and_part_of_a_letter_parses(ran: tuple[Path, str]) -> None:
    for ending in (".kml", ".gpx"):
        for content in everything(ran[0], ending).values():
            text = "".join(ElementTree.fromstring(content).itertext())
            assert any(code in text for code in CODES.values())
    letters = everything(ran[0], ".docx")
    for content in letters.values():
        letter = Document(io.BytesIO(content))
        body = "\n".join(p.text for p in letter.paragraphs)
        assert "\x1b" not in body
        assert "Yang masih harus diisi" in body
        assert not re.search(rb"<w:(?:instrText|fldSimple)[^>]*>[^<]*(?:alert|SUM)", content)


def test_a_shapefile_gives_the_names_back(ran: tuple[Path, str], tmp_path: Path) -> None:
    for at, content in enumerate(everything(ran[0], "data_shp.zip").values()):
        path = tmp_path / f"{at}.zip"
        path.write_bytes(content)
        with fiona.open(f"zip://{path}!andil.shp", encoding="UTF-8") as file:
            assert {row["properties"]["NO_ANDIL"] for row in file} <= set(CODES.values())


_ACTION = re.compile(rb"/(?:JavaScript|JS|Launch|OpenAction|AA|URI|SubmitForm)\b")


def test_a_sheet_prints_names_as_typed_and_does_nothing(ran: tuple[Path, str]) -> None:
    printed = ""
    for name, content in everything(ran[0], ".pdf").items():
        assert not re.search(
            rb"/(?:JavaScript|JS|Launch|OpenAction|AA|URI|SubmitForm)\b", content
        ), name
        with pypdfium2.PdfDocument(content) as book:
            text = "\n".join(page.get_textpage().get_text_range() for page in book)
        assert not set(text) & {"\x1b", "\u202e", "\u2028"}, name
        printed += text
    assert "=1+1" in printed
    assert "$x$" in printed.replace("\r\n", "")


def test_the_terminal_gets_no_order_and_no_turned_line(ran: tuple[Path, str]) -> None:
    reports = [ran[1], *(c.decode() for c in everything(ran[0], "pemeriksaan.txt").values())]
    for text in reports:
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)


def test_every_file_lies_in_the_results_under_a_name_that_windows_takes(
    ran: tuple[Path, str],
) -> None:
    results = ran[0]
    names = [p.relative_to(results).as_posix() for p in results.rglob("*")]
    for package in everything(results, ".zip").values():
        with zipfile.ZipFile(io.BytesIO(package)) as archive:
            names += archive.namelist()
    for part in (part for name in names for part in PurePosixPath(name).parts):
        assert re.fullmatch(r"[\w. -]+", part, re.ASCII), part
        assert part.split(".")[0].casefold() not in RESERVED
        assert part == part.strip(" .")
    outside = [p for p in results.parents[2].rglob("*[cC][oO][nN]*") if results not in p.parents]
    assert outside == []


def test_programs_read_the_names_in_json_and_sarif(ran: tuple[Path, str]) -> None:
    survey = hkm_gis.open_survey(ran[0].parent)
    report = hkm_gis.check(survey)
    for form in ("json", "geojson", "sarif"):
        content = write_report(survey, report, format=form)
        assert CODES["L-1"] in json.dumps(json.loads(content))
        assert b"\x1b" not in content


def test_a_sheet_of_a_hostile_group_is_proved_by_its_code(ran: tuple[Path, str]) -> None:
    for path in (ran[0] / "usulan").glob("*.zip"):
        with zipfile.ZipFile(path) as archive:
            qr = json.loads(archive.read("manifest.json"))["digest"]
        assert hkm_gis.verify_proposal(path, qr=qr).intact
