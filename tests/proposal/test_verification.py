"""A change is found: by the manifest, by the land itself, and by the code on signed paper."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from small_project import write_small_project

from hkm_gis import check, open_survey, pack_proposal, verify_proposal
from hkm_gis.cli import hkm
from hkm_gis.digest import digest_of
from hkm_gis.errors import TableError
from hkm_gis.proposal.layout import (
    ANDIL_LIST,
    LAND,
    LAND_WITH_OWN_CODES,
    MAP_DATA,
    OFFICE_ONLY,
    RECAP,
    SHEETS,
)
from hkm_gis.proposal.manifest import hash_content
from hkm_gis.proposal.packed_land import read_land
from hkm_gis.proposal.verification import Verification, tell_verification
from hkm_gis.sheets.pages.surround import Surround

Contents = dict[str, bytes]
ONE_CENTIMETRE_DEG = 9e-8


@pytest.fixture
def qr(contents: Contents) -> str:
    return str(json.loads(contents["manifest.json"])["digest"])


def move_a_corner(contents: Contents) -> None:
    land = json.loads(contents[LAND])
    land["features"][0]["geometry"]["coordinates"][0][1][0] += ONE_CENTIMETRE_DEG
    contents[LAND] = json.dumps(land).encode()


def rename_a_farmer(contents: Contents) -> None:
    (name,) = [n for n in contents if n.startswith(ANDIL_LIST) and n.endswith(".xlsx")]
    with zipfile.ZipFile(io.BytesIO(contents[name])) as book:
        parts = {n: book.read(n).replace(b"Sukirman", b"Sukarman") for n in book.namelist()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as book:
        for part, content in parts.items():
            book.writestr(part, content)
    contents[name] = buffer.getvalue()


def rewrite_manifest(contents: Contents) -> None:
    """Do what a forger does: let the manifest state the new hashes."""
    said = json.loads(contents["manifest.json"])
    said["files"] = {n: hash_content(c) for n, c in contents.items() if n != "manifest.json"}
    contents["manifest.json"] = json.dumps(said).encode()


def test_a_fresh_package_is_intact_with_and_without_the_code_of_its_sheet(
    package: Path, qr: str
) -> None:
    assert verify_proposal(package).intact
    verdict = verify_proposal(package, qr=qr)
    assert verdict.intact
    assert verdict.qr_checked
    assert verdict.draft


def test_a_corner_moved_by_one_centimetre_is_found(repacked, qr: str) -> None:
    verdict = verify_proposal(repacked(move_a_corner), qr=qr)

    assert verdict.changed == (LAND,)
    assert "code" in verdict.unlike_qr
    assert "code" in verdict.unlike_manifest
    assert f"{MAP_DATA}data.gpkg" in verdict.contradictions
    assert f"M-1 ({MAP_DATA}data.gpkg)" in verdict.moved
    assert not [parcel for parcel in verdict.moved if parcel.startswith("M-2")]


def test_a_changed_name_is_found(repacked) -> None:
    (changed,) = verify_proposal(repacked(rename_a_farmer)).changed

    assert changed.startswith(ANDIL_LIST)


def test_a_swapped_sheet_is_found(repacked) -> None:
    def swap(contents: Contents) -> None:
        (name,) = [n for n in contents if n.startswith(f"{SHEETS}peta_")]
        contents[name] = contents["00_BACA_DULU.pdf"]

    (changed,) = verify_proposal(repacked(swap)).changed
    assert changed.startswith(SHEETS)


def test_an_added_and_a_removed_file_are_named(repacked) -> None:
    def change(contents: Contents) -> None:
        contents["08_TAMBAHAN/baru.txt"] = b"baru"
        del contents[f"{MAP_DATA}titik_sudut.gpx"]

    verdict = verify_proposal(repacked(change))
    assert verdict.added == ("08_TAMBAHAN/baru.txt",)
    assert verdict.removed == (f"{MAP_DATA}titik_sudut.gpx",)


def test_the_code_of_another_group_s_sheet_is_told_by_its_name(package: Path, qr: str) -> None:
    other = qr.replace("KTH Mawar", "KTH Melati")

    verdict = verify_proposal(package, qr=other)
    assert verdict.unlike_qr == ("groups",)
    assert "nama kelompok" in told(verdict)


def test_an_edited_manifest_is_found_by_the_files_and_by_the_land(repacked) -> None:
    def edit(contents: Contents) -> None:
        said = json.loads(contents["manifest.json"])
        said["digest"] = said["digest"].replace("|2|", "|3|")
        said["files"].pop(f"{MAP_DATA}data.kmz")
        contents["manifest.json"] = json.dumps(said).encode()

    verdict = verify_proposal(repacked(edit))
    assert verdict.added == (f"{MAP_DATA}data.kmz",)
    assert verdict.unlike_manifest == ("count",)


BOOKS = (
    f"{ANDIL_LIST}daftar_andil_kth_mawar.xlsx",
    f"{OFFICE_ONLY}daftar_andil_kth_mawar.xlsx",
    f"{RECAP}rekap_luas_kth_mawar.xlsx",
)


@pytest.mark.parametrize("name", BOOKS)
def test_hectares_changed_in_a_workbook_are_found_though_the_manifest_was_forged(
    repacked, name: str
) -> None:
    def forge(contents: Contents) -> None:
        contents[name] = edited(contents[name], lambda row: row.__setitem__(-1, row[-1] + 0.0002))
        rewrite_manifest(contents)

    verdict = verify_proposal(repacked(forge))
    assert verdict.wrong_areas == (f"M-2 ({name})",)
    assert not verdict.changed
    assert f"M-2 ({name})" in told(verdict)


@pytest.mark.parametrize("name", BOOKS)
def test_a_workbook_that_lists_another_parcel_contradicts_the_land(repacked, name: str) -> None:
    def forge(contents: Contents) -> None:
        contents[name] = edited(contents[name], lambda row: row.__setitem__(0, "M-9"))
        rewrite_manifest(contents)

    assert verify_proposal(repacked(forge)).contradictions == (name,)


def test_a_total_of_the_recap_that_no_longer_follows_is_named_by_its_group(repacked) -> None:
    def forge(contents: Contents) -> None:
        whole = openpyxl.load_workbook(io.BytesIO(contents[BOOKS[2]]))
        column = [cell.value for cell in whole["kelompok"][1]].index("Luas kotor (ha)") + 1
        whole["kelompok"].cell(2, column).value += 0.0002
        buffer = io.BytesIO()
        whole.save(buffer)
        contents[BOOKS[2]] = buffer.getvalue()
        rewrite_manifest(contents)

    assert verify_proposal(repacked(forge)).wrong_areas == (f"KTH Mawar ({BOOKS[2]})",)


@pytest.mark.parametrize(
    ("said", "differing"),
    [
        ({"status": "siap"}, ("findings",)),
        ({"status": "siap", "open_errors": 0}, ("findings",)),
        ({"open_errors": 1}, ("findings",)),
        ({"group": "KTH Melati"}, ("groups",)),
    ],
    ids=str,
)
def test_a_manifest_that_contradicts_the_findings_or_its_own_digest_is_told(
    repacked, said: dict[str, Any], differing: tuple[str, ...]
) -> None:
    def edit(contents: Contents) -> None:
        whole = json.loads(contents["manifest.json"])
        assert whole["open_errors"] == 2
        contents["manifest.json"] = json.dumps(whole | said).encode()

    assert verify_proposal(repacked(edit)).unlike_manifest == differing


def edited(book: bytes, change: Callable[[list[Any]], None]) -> bytes:
    """Return a workbook in which the row of M-2 is changed: its code and its hectares."""
    whole = openpyxl.load_workbook(io.BytesIO(book))
    for sheet in whole:
        for row in sheet.iter_rows():
            codes = [c for c in row if c.value == "M-2"]
            sizes = [c for c in row if c.value == pytest.approx(1.0, abs=1e-4)]
            if codes and sizes:
                cells = (codes[0], sizes[-1 if "daftar" in sheet.title else 0])
                values = [cell.value for cell in cells]
                change(values)
                for cell, value in zip(cells, values, strict=True):
                    cell.value = value
    buffer = io.BytesIO()
    whole.save(buffer)
    return buffer.getvalue()


def told(verdict: Verification) -> str:
    return "\n".join(tell_verification(verdict, "id"))


def test_hectares_that_do_not_follow_from_the_corners_are_named(repacked) -> None:
    def enlarge(contents: Contents) -> None:
        land = json.loads(contents[LAND])
        land["features"][1]["properties"]["area_ha"] += 0.0002
        contents[LAND] = json.dumps(land).encode()

    assert verify_proposal(repacked(enlarge)).wrong_areas == (f"M-2 ({LAND})",)


@pytest.mark.parametrize(
    "name",
    [
        f"{MAP_DATA}data.gpkg",
        f"{MAP_DATA}data_shp.zip",
        f"{MAP_DATA}data.kmz",
        f"{OFFICE_ONLY}data_shp_khusus_kantor.zip",
    ],
)
def test_other_land_in_the_files_that_offices_open_is_found_though_the_manifest_was_forged(
    repacked, moved_contents: Contents, qr: str, name: str
) -> None:
    """The code on paper anchors every form of the land, not only the one it was made from."""

    def forge(contents: Contents) -> None:
        contents[name] = moved_contents[name]
        rewrite_manifest(contents)

    verdict = verify_proposal(repacked(forge), qr=qr)
    assert verdict.contradictions == (name,)
    assert not verdict.changed
    assert not verdict.intact


def test_what_a_forged_manifest_hides_the_code_on_paper_shows(repacked, qr: str) -> None:
    def forge(contents: Contents) -> None:
        said = json.loads(contents[LAND])
        said["features"].pop()
        contents[LAND] = json.dumps(said).encode()
        for name in [n for n in contents if n.endswith((".gpkg", ".kmz", ".zip", ".xlsx"))]:
            del contents[name]
        rewrite_manifest(contents)
        manifest = json.loads(contents["manifest.json"])
        land = read_land(contents, LAND)
        assert land is not None
        manifest["digest"] = str(digest_of(land.table()))
        contents["manifest.json"] = json.dumps(manifest).encode()

    path = repacked(forge)
    assert verify_proposal(path).intact  # the limit that the documentation states
    assert set(verify_proposal(path, qr=qr).unlike_qr) == {"count", "area_ha", "code"}


def test_the_code_of_a_sheet_of_one_parcel_is_compared_with_that_parcel(package: Path) -> None:
    with zipfile.ZipFile(package) as archive:
        land = read_land({LAND: archive.read(LAND)}, LAND)
    assert land is not None
    one = digest_of(land.table(("M-2",)), named=True)

    assert verify_proposal(package, qr=str(one)).intact
    other = str(one).replace("M-2", "L-1")
    assert verify_proposal(package, qr=other).unlike_qr == ("parcels",)


def test_a_text_that_is_no_code_is_refused(package: Path) -> None:
    with pytest.raises(TableError):
        verify_proposal(package, qr="https://example.org")


def test_the_command_speaks_indonesian_and_json(package: Path, repacked, qr: str) -> None:
    run = CliRunner().invoke

    whole = run(hkm, ["verify-proposal", str(package)])
    assert whole.exit_code == 0
    assert "utuh" in whole.stdout
    assert "--qr" in whole.stdout  # what it cannot prove
    proved = run(hkm, ["verify-proposal", str(package), "--qr", qr])
    assert proved.exit_code == 0
    assert "--qr" not in proved.stdout
    changed = run(hkm, ["verify-proposal", str(repacked(move_a_corner)), "--format", "json"])
    assert changed.exit_code == 1
    said = json.loads(changed.stdout)
    assert said["intact"] is False
    assert said["changed"] == [LAND]
    assert run(hkm, ["verify-proposal", str(package), "--qr", "x"]).exit_code == 2


def test_parcels_that_are_called_by_their_farmers_are_proved_without_naming_them(
    tmp_path: Path, drawn: list[Path]
) -> None:
    """Many GPS files have no code but a name: the sheets carry it, public files do not."""
    home = write_small_project(tmp_path)
    file = home / "kelompok/KTH Mawar/lahan.geojson"
    file.write_text(file.read_text("utf-8").replace('"no_andil": "M-1", ', ""), "utf-8")
    survey = open_survey(home)
    path = pack_proposal(survey, check(survey), "KTH Mawar", tmp_path, sheets=drawn)

    qr = digest_of(survey.of_group("KTH Mawar").parcels)
    assert verify_proposal(path, qr=str(qr)).intact
    posted = Surround(survey, "id", names=False).digest([0])
    assert posted.parcels == ("andil-1",)
    assert verify_proposal(path, qr=str(posted)).intact
    with zipfile.ZipFile(path) as archive:
        codes = [f["properties"]["parcel_id"] for f in json.loads(archive.read(LAND))["features"]]
        assert LAND_WITH_OWN_CODES in archive.namelist()
    assert survey.parcels["parcel_id"].iloc[0] == "Sukirman"
    assert codes == ["andil-1", "M-2"]


def test_a_package_exits_by_the_findings_of_its_own_group(small_project: Path, tmp_path) -> None:
    land = small_project / "kelompok/KTH Bersih"
    land.mkdir()
    text = (small_project / "kelompok/KTH Melati/lahan.geojson").read_text("utf-8")
    moved = json.loads(text.replace("L-1", "B-1"))
    ring = moved["features"][0]["geometry"]["coordinates"][0]
    moved["features"][0]["geometry"]["coordinates"][0] = [[x, y + 0.005] for x, y in ring]
    (land / "lahan.geojson").write_text(json.dumps(moved), "utf-8")
    members = small_project / "anggota.csv"
    row = "Bersih,9999011203700004,9999010101100004,KTH Bersih,Pekon Uji,B-1\n"
    members.write_text(members.read_text("utf-8") + row, "utf-8")

    settings = small_project / "hkm.toml"
    old = settings.read_text("utf-8")  # another regulation asks for fifteen members
    settings.write_text(old.replace("[forest]", 'regulation = "p83_2016"\n[forest]'), "utf-8")

    def packed(group: str) -> int:
        words = ["pack-proposal", str(small_project), "--group", group, "--out", str(tmp_path)]
        done = CliRunner().invoke(hkm, words)
        assert done.exit_code in (0, 1), done.output
        return done.exit_code

    assert packed("KTH Mawar") == 1
    assert packed("KTH Bersih") == 0
