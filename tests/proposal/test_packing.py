"""What lies in a package: the same bytes twice, whole, marked as a draft, private at its place."""

from __future__ import annotations

import io
import json
import re
import stat
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import fiona
import openpyxl
import pypdfium2
import pytest
from docx import Document
from pyproj import Transformer

from hkm_gis import check, open_survey, pack_proposal
from hkm_gis.errors import ProjectError
from hkm_gis.privacy import find_identity_numbers
from hkm_gis.project import Acceptance
from hkm_gis.proposal import layout
from hkm_gis.report import Report

NIK, KK, NAME = "9999010101800001", "9999010101100001", "Sukirman"
NEIGHBOUR = "Wagiman"  # of the other group
GPX = "{http://www.topografix.com/GPX/1/1}"
TO_UTM = Transformer.from_crs(4326, 32748, always_xy=True)
LIST_PAGES = f"{layout.ANDIL_LIST}daftar_andil_kth_mawar.pdf"


def words_of_pdf(content: bytes) -> str:
    pdf = pypdfium2.PdfDocument(content)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in pdf)
    finally:
        pdf.close()


def all_bytes(content: bytes, name: str) -> bytes:
    """Return everything that can be read in a file: of archives what is inside, of PDF the text."""
    if content.startswith(b"%PDF"):
        return content + words_of_pdf(content).encode()
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return content + b"".join(all_bytes(archive.read(n), n) for n in archive.namelist())
    return content


def told(content: bytes, name: str) -> str:
    if content.startswith(b"%PDF"):
        return words_of_pdf(content)
    return all_bytes(content, name).decode("utf-8", "replace")


def test_every_folder_that_the_read_me_names_is_there_in_order(contents: dict[str, bytes]) -> None:
    names = list(contents)

    assert names[0] == layout.READ_ME
    assert names[-1] == "manifest.json"
    folders = dict.fromkeys(n.partition("/")[0] + "/" for n in names[1:-1])
    assert tuple(folders) == layout.FOLDERS


def test_the_same_project_gives_the_same_bytes_also_of_sheets_that_are_drawn_already(
    project_with_papers: Path, package: Path, drawn: list[Path], tmp_path: Path
) -> None:
    survey = open_survey(project_with_papers)

    again = pack_proposal(survey, check(survey), "KTH Mawar", tmp_path, sheets=drawn)

    assert again.read_bytes() == package.read_bytes()


def test_the_read_me_is_one_page_that_tells_totals_findings_and_papers(
    contents: dict[str, bytes],
) -> None:
    pdf = pypdfium2.PdfDocument(contents[layout.READ_ME])
    words = words_of_pdf(contents[layout.READ_ME])

    assert len(pdf) == 1
    pdf.close()
    assert "RANCANGAN" in words
    assert "2,00 ha" in words
    assert "O01" in words
    assert "BELUM ADA" in words
    assert "07_KHUSUS_KANTOR" in words


def test_a_draft_says_so_in_every_form_that_a_person_opens(contents: dict[str, bytes]) -> None:
    for name, content in contents.items():
        forms = (".pdf", ".docx", ".xlsx", ".kmz", ".gpx", ".gpkg", "shp.zip")
        # the sheet about a conflict is itself what people settle it with
        left_out = (layout.GIVEN_PAPERS, f"{layout.SHEETS}tumpang_tindih")
        if name.endswith(forms) and not name.startswith(left_out):
            assert "RANCANGAN" in told(content, name), name
    assert json.loads(contents["manifest.json"])["status"] == "rancangan"


def test_without_open_errors_nothing_but_the_letters_is_a_draft(
    project_with_papers: Path, drawn: list[Path], tmp_path: Path
) -> None:
    survey = open_survey(project_with_papers)
    path = pack_proposal(survey, Report(), "KTH Mawar", tmp_path, sheets=drawn)

    with zipfile.ZipFile(path) as archive:
        assert json.loads(archive.read("manifest.json"))["status"] == "siap"
        marked = [
            name
            for name in archive.namelist()
            # the sheets were drawn as drafts
            if not name.startswith((layout.GIVEN_PAPERS, layout.SHEETS, LIST_PAGES))
            and "RANCANGAN" in told(archive.read(name), name).replace("RANCANGAN_SURAT", "")
        ]
    assert {name.partition("/")[0] for name in marked} == {"05_RANCANGAN_SURAT"}


def test_numbers_of_persons_stand_in_one_folder_only(contents: dict[str, bytes]) -> None:
    for name, content in contents.items():
        # a typeface says in sixteen digits how it looks
        words = re.sub(rb'panose1 w:val="\w+"', b"", all_bytes(content, name))
        found = find_identity_numbers(words)
        private = (f"{layout.OFFICE_ONLY}daftar_", f"{layout.OFFICE_ONLY}data_")
        assert bool(found) == name.startswith(private), name
    assert not any(find_identity_numbers(name) for name in contents)


def test_the_map_data_name_nobody_of_any_group(contents: dict[str, bytes]) -> None:
    for name, content in contents.items():
        if name.startswith((layout.MAP_DATA, layout.RECAP, layout.COMPLETENESS)):
            told = all_bytes(content, name)
            for person in (NAME, NEIGHBOUR, "Tukiran"):
                assert person.encode() not in told, (name, person)
                assert person.encode("utf-16-le") not in told, (name, person)


def test_the_office_gets_members_with_their_numbers_as_texts(contents: dict[str, bytes]) -> None:
    (name,) = [n for n in contents if n.startswith(f"{layout.OFFICE_ONLY}daftar_anggota")]
    sheet = openpyxl.load_workbook(io.BytesIO(contents[name])).worksheets[0]

    rows = list(sheet.iter_rows(values_only=True))
    assert [row[1:4] for row in rows if isinstance(row[0], int)] == [
        (NAME, NIK, KK),
        ("Tukiran", "9999010202750002", "9999010101100002"),
    ]


def test_the_list_of_members_says_whose_it_is_and_who_signs(contents: dict[str, bytes]) -> None:
    (name,) = [n for n in contents if n.startswith(f"{layout.OFFICE_ONLY}daftar_anggota")]
    sheet = openpyxl.load_workbook(io.BytesIO(contents[name])).worksheets[0]

    said = [cell.value for row in sheet.iter_rows() for cell in row if cell.value]
    assert said[:2] == ["DAFTAR ANGGOTA", "KTH Mawar"]
    assert "RANCANGAN" in said[3]
    assert said[-4] == "ketua kelompok"
    assert NAME in said[-2:]  # who leads the group signs


def test_no_column_of_the_recap_is_empty_or_the_same_for_every_parcel(
    contents: dict[str, bytes],
) -> None:
    (name,) = [n for n in contents if n.startswith(layout.RECAP)]
    book = openpyxl.load_workbook(io.BytesIO(contents[name]))

    heads = {sheet.title: [cell.value for cell in sheet[1]] for sheet in book}
    assert "Kode KK" not in heads["kelompok"]
    assert "Andil" in heads["kelompok"]
    assert "Andil" not in heads["andil"]
    assert heads["andil"][:3] == ["No andil", "Kelompok", "Kode KK"]


def test_the_list_of_andil_has_the_office_s_columns_and_both_parts(
    contents: dict[str, bytes],
) -> None:
    (name,) = [n for n in contents if n.startswith(layout.ANDIL_LIST) and n.endswith(".xlsx")]
    sheet = openpyxl.load_workbook(io.BytesIO(contents[name])).worksheets[0]

    rows = list(sheet.iter_rows(values_only=True))
    head = next(i for i, row in enumerate(rows) if row[1] == "No andil")
    assert [str(cell) for cell in rows[head][5:9]] == [
        "Batas utara", "Batas timur", "Batas selatan", "Batas barat",
    ]  # fmt: skip
    parts = [row[0] for row in rows if isinstance(row[0], str) and row[0].startswith("I")]
    assert parts == ["I. Ruang Perlindungan dan Komunal", "II. Andil Garapan"]
    first = next(row for row in rows if row[1] == "M-1")
    assert first[-1] == pytest.approx(1.0, abs=1e-6)
    cell = next(c for row in sheet.iter_rows() for c in row if c.value == first[-1])
    assert cell.number_format == "#,##0.0000"
    assert not [c for row in sheet for c in row if c.data_type == "f"]


def test_every_letter_opens_says_rancangan_and_lists_its_blanks(contents: dict[str, bytes]) -> None:
    letters = [n for n in contents if n.startswith(layout.DRAFTS)]

    assert len(letters) == 5
    for name in letters:
        letter = Document(io.BytesIO(contents[name]))
        head = " ".join(p.text for p in letter.sections[0].header.paragraphs)
        body = "\n".join(p.text for p in letter.paragraphs)
        assert "RANCANGAN" in head
        assert "[isi: " in body
        assert "Yang masih harus diisi" in body
        assert letter.core_properties.created.year == 1980
        assert letter.core_properties.author.startswith("hkm_gis")


def test_papers_of_other_groups_and_of_nobody_stay_out(contents: dict[str, bytes]) -> None:
    given = {n.removeprefix(layout.GIVEN_PAPERS) for n in contents if layout.GIVEN_PAPERS in n}

    assert given == {
        "AD-ART KTH Mawar (final).pdf",
        "Rencana Kerja.pdf",
        "KTH Mawar/KTP/nomor.jpg",  # its name was a NIK, and names stand in the manifest
    }
    (name,) = [n for n in contents if n.startswith(layout.COMPLETENESS)]
    assert b"folder lain/rahasia.pdf" in all_bytes(contents[name], name)


def test_the_list_of_papers_tells_present_missing_and_not_checked(
    contents: dict[str, bytes],
) -> None:
    (name,) = [n for n in contents if n.startswith(layout.COMPLETENESS)]
    sheet = openpyxl.load_workbook(io.BytesIO(contents[name])).worksheets[0]

    standing = {row[0]: row[1] for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert standing["AD/ART kelompok"] == "ADA"
    assert standing["Rencana kerja"] == "PERIKSA"  # a page of HTML that calls itself PDF
    assert standing["Struktur kelembagaan"] == "BELUM ADA"  # a draft is no paper
    assert standing["Peta areal kelola kelompok"] == "ADA"


def test_the_manifest_names_each_layer_with_its_version_and_hash(
    contents: dict[str, bytes],
) -> None:
    said = json.loads(contents["manifest.json"])

    (forest,) = said["layers"]
    assert forest["role"] == "batas_kawasan"
    assert len(forest["sha256"]) == 64
    assert said["program"].startswith("hkm_gis")
    assert said["digest"].startswith("HKM1|KTH Mawar|")
    assert set(said["files"]) == set(contents) - {"manifest.json"}


def test_the_shapefile_has_the_documented_fields(
    contents: dict[str, bytes], tmp_path: Path
) -> None:
    documented = (Path(__file__).parents[2] / "docs" / "kemasan.md").read_text("utf-8")

    (tmp_path / "a.zip").write_bytes(contents[f"{layout.MAP_DATA}data_shp.zip"])
    with fiona.open(f"zip://{tmp_path}/a.zip!andil.shp") as file:
        fields = dict(file.schema["properties"])
    for field, kind in fields.items():
        assert f"| {field} | {kind} |" in documented


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no owner-only mode")
def test_only_the_owner_may_read_a_package(package: Path) -> None:
    assert stat.S_IMODE(package.stat().st_mode) == 0o600


def test_a_handheld_leads_to_the_corner_that_the_page_numbers(contents: dict[str, bytes]) -> None:
    page = " ".join(words_of_pdf(contents[f"{layout.SHEETS}andil_kth_mawar.pdf"]).split())
    marks = ElementTree.fromstring(contents[f"{layout.MAP_DATA}titik_sudut.gpx"]).iter(f"{GPX}wpt")

    names = []
    for mark in marks:
        names.append(mark.findtext(f"{GPX}name", ""))
        xy = TO_UTM.transform(float(mark.attrib["lon"]), float(mark.attrib["lat"]))
        written = (f"{v:,.1f}".translate(str.maketrans(",.", ".,")) for v in xy)
        assert " ".join([names[-1].partition(".")[2], *written]) in page, names[-1]
    assert names == [f"{code}.{n}" for code in ("M-1", "M-2") for n in (1, 2, 3, 4)]


def test_no_other_group_is_packed(project_with_papers: Path, tmp_path: Path) -> None:
    survey = open_survey(project_with_papers)
    with pytest.raises(ProjectError):
        pack_proposal(survey, check(survey), "KTH Lain", tmp_path)


def test_a_member_that_only_the_land_names_is_hidden_too(
    project_with_papers: Path, drawn: list[Path], tmp_path: Path
) -> None:
    unregistered = replace(open_survey(project_with_papers), register=None)
    report = check(unregistered)

    path = pack_proposal(unregistered, report, "KTH Mawar", tmp_path, sheets=drawn)

    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.startswith((layout.MAP_DATA, layout.RECAP)):
                for person in (NAME, NEIGHBOUR):  # without a register a name is a household's code
                    assert person.encode() not in all_bytes(archive.read(name), name), name
        assert not [n for n in archive.namelist() if "daftar_anggota" in n]


def test_an_accepted_finding_is_shown_as_accepted_on_the_front_page_and_in_the_data(
    project_with_papers: Path, tmp_path: Path
) -> None:
    survey = open_survey(project_with_papers)
    who = {"who": "Ketua", "when": "2026-08-17", "why": "Sepakat di pal 7"}
    settled = Acceptance(code="O01", parcels=("M-2", "L-1"), **who)
    survey = replace(survey, project=replace(survey.project, accepted=(settled,)))

    package = pack_proposal(survey, check(survey), "KTH Mawar", tmp_path)

    with zipfile.ZipFile(package) as archive:
        front = words_of_pdf(archive.read(layout.READ_ME))
        told = json.loads(archive.read("04_DATA_PETA/temuan.geojson"))["features"]
    assert "1 temuan sudah disepakati" in front
    assert "O01" not in front  # what is settled stands in the way of nothing
    status = {f["properties"]["code"]: f["properties"]["status"] for f in told}
    assert status == {"O01": "accepted", "D01": "open"}
