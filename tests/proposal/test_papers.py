"""Papers are known by tolerant names and by their bytes; whose they are is never guessed."""

from __future__ import annotations

import io
import sys
import zipfile
from pathlib import Path

import pytest
from small_project import write_small_project

from hkm_gis import open_survey
from hkm_gis.errors import ProjectError
from hkm_gis.proposal import Standing, list_papers, papers
from hkm_gis.proposal.papers import GivenPaper, answers_of, find_papers, problem_of
from hkm_gis.regulation import load_regulation

PDF = b"%PDF-1.4\n%%EOF"


@pytest.mark.parametrize(
    ("name", "answers"),
    [
        ("adart.pdf", {"adart"}),
        ("AD_ART KTH Rimba.PDF", {"adart"}),
        ("AD dan ART.docx", {"adart"}),
        ("Anggaran Dasar & Anggaran Rumah Tangga.pdf", {"adart"}),
        ("RencanaKerja2026.docx", {"rencana_kerja"}),
        ("rencna kerja 2026.pdf", {"rencana_kerja"}),
        ("RKU 2026-2031.pdf", {"rencana_kerja"}),
        ("scan0001 surat-pengantar pekon.jpg", {"surat_pengantar"}),
        ("Surat Pengantar Peta.pdf", {"surat_pengantar"}),
        ("SURAT PERMOHONAN HKM.pdf", {"surat_permohonan"}),
        ("Struktur Organisasi & AD-ART.pdf", {"struktur", "adart"}),
        ("fakta integritas.pdf", {"pakta_integritas"}),
        ("SK KTH 2019.pdf", {"sk_kelompok"}),
        ("KTP/Budi.jpg", {"salinan_ktp_kk"}),
        ("Kartu Keluarga/0001.jpg", {"salinan_ktp_kk"}),
        ("daftar anggota.xlsx", {"daftar_anggota"}),
        ("foto kebun.jpg", set()),
        ("surat kepala Darto.pdf", set()),  # "kepalA DARTo" is no AD/ART
        ("skema.pdf", set()),
    ],
)
def test_a_name_tells_which_paper_it_is(name: str, answers: set[str]) -> None:
    assert set(answers_of(name)) == answers


def docx() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.pdf", PDF, ""),
        ("a.pdf", b"", "empty"),
        ("a.pdf", b"\0" * 100, "empty"),
        ("a.pdf", b"<html>Login</html>", "not_its_ending"),
        ("a.pdf", docx(), "not_its_ending"),
        ("a.pdf", b"%PDF-1.4 cut", "cut_short"),
        ("a.docx", docx(), ""),
        ("a.docx", docx()[:-10], "cut_short"),
        ("a.docx", PDF, "not_its_ending"),
        ("a.jpg", b"\xff\xd8\xff\xe0..\xff\xd9", ""),
        ("a.jpg", b"\xff\xd8\xff\xe0", "cut_short"),
        ("a.png", b"\x89PNG\r\n\x1a\n....IEND\xaeB`\x82", ""),
        ("a", PDF, ""),
        ("a.exe", b"MZ\x90\0\x03", "unknown_form"),
    ],
)
def test_bytes_prove_whether_a_paper_can_be_opened(name: str, content: bytes, problem: str) -> None:
    assert problem_of(name, content) == problem


def put(home: Path, name: str, content: bytes = PDF) -> None:
    path = home / "dokumen" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def test_each_group_gets_its_own_papers_and_the_common_ones(tmp_path: Path) -> None:
    home = write_small_project(tmp_path)
    put(home, "Surat pengantar.pdf")
    put(home, "AD-ART mawar.pdf")
    put(home, "AD-ART KTH Melati.pdf")
    put(home, "kth_mawar/Struktur.pdf")
    put(home, "KTH Melati/Struktur.pdf")
    put(home, "KTP/kelompok mawar.pdf")
    survey = open_survey(home)

    mawar = {p.name for p in find_papers(survey, "KTH Mawar").given}
    melati = {p.name for p in find_papers(survey, "KTH Melati").given}

    assert mawar == {
        "Surat pengantar.pdf", "AD-ART mawar.pdf", "kth_mawar/Struktur.pdf",
        "KTP/kelompok mawar.pdf",
    }  # fmt: skip
    assert melati == {"Surat pengantar.pdf", "AD-ART KTH Melati.pdf", "KTH Melati/Struktur.pdf"}


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right on Windows")
def test_a_link_and_a_folder_of_nobody_are_left_out_and_told(tmp_path: Path) -> None:
    home = write_small_project(tmp_path)
    put(home, "KTH Mawarr lama/Struktur.pdf")
    (home / "dokumen" / "AD-ART.pdf").symlink_to("/etc/passwd")

    found = find_papers(open_survey(home), "KTH Mawar")

    assert found.given == ()
    assert found.left_out == ("AD-ART.pdf", "KTH Mawarr lama/Struktur.pdf")


def test_papers_beyond_what_an_office_can_take_stop_the_packing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = write_small_project(tmp_path)
    put(home, "Struktur.pdf", PDF + b"x" * 100)
    monkeypatch.setattr(papers, "MOST_BYTES", len(PDF) + 100)
    assert len(find_papers(open_survey(home), "KTH Mawar").given) == 1
    monkeypatch.setattr(papers, "MOST_BYTES", len(PDF) + 99)

    with pytest.raises(ProjectError) as refused:
        find_papers(open_survey(home), "KTH Mawar")
    assert refused.value.facts["file"] == "Struktur.pdf"


def test_a_good_scan_beside_a_broken_one_makes_a_paper_present() -> None:
    regulation = load_regulation("p83_2016")
    broken = GivenPaper(name="a.pdf", content=b"", answers=("adart",), problem="empty")
    good = GivenPaper(name="b.pdf", content=PDF, answers=("adart",), problem="")

    def standing(*given: GivenPaper) -> Standing:
        states = list_papers(regulation, given, drafts={"adart": "05/ad_art.docx"})
        return next(s.standing for s in states if s.name == "adart")

    assert standing() is Standing.MISSING
    assert standing(broken) is Standing.NOT_CHECKED
    assert standing(broken, good) is Standing.PRESENT


def test_a_list_of_papers_is_only_as_sure_as_its_source() -> None:
    states = {s.name: s for s in list_papers(load_regulation("permenlhk_9_2021"), ())}

    assert states["peta"].confidence == "verified"
    assert states["adart"].confidence == "believed"
    assert states["peta"].signers_confidence == "verified"
    assert states["surat_pengantar"].signers_confidence == "believed"
