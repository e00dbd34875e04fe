"""LibreOffice, of which no line is used here, opens what a package holds for Word and Excel."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path, PurePosixPath

import pypdfium2
import pytest

from hkm_gis.proposal.layout import ANDIL_LIST, COMPLETENESS, DRAFTS, OFFICE_ONLY

OFFICE = shutil.which("soffice")


@pytest.mark.skipif(
    OFFICE is None and not os.environ.get("CI"), reason="LibreOffice is not installed"
)
def test_letters_and_lists_open_in_libreoffice(contents: dict[str, bytes], tmp_path: Path) -> None:
    wanted = {
        f"{DRAFTS}surat_permohonan.docx": ("Perihal", "KTH MAWAR", "2,00", "Sukirman"),
        f"{DRAFTS}rencana_kerja.docx": ("Blok 1", "RANCANGAN"),
        f"{ANDIL_LIST}daftar_andil_kth_mawar.xlsx": ("Batas utara", "M-1", "RANCANGAN"),
        f"{COMPLETENESS}kelengkapan_kth_mawar.xlsx": ("BELUM ADA",),
        f"{OFFICE_ONLY}daftar_anggota_kth_mawar.xlsx": ("9999010101800001",),
    }
    for at, name in enumerate(wanted):  # two files of one package have the same name
        (tmp_path / f"{at}_{PurePosixPath(name).name}").write_bytes(contents[name])

    files = sorted(map(str, tmp_path.iterdir()))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [str(OFFICE), profile, "--headless", "--convert-to", "pdf", "--outdir"]
    subprocess.run([*command, str(tmp_path), *files], check=True, capture_output=True, timeout=120)

    for at, (name, words) in enumerate(wanted.items()):
        printed = tmp_path / f"{at}_{PurePosixPath(name).stem}.pdf"
        pdf = pypdfium2.PdfDocument(printed.read_bytes())
        text = " ".join(page.get_textpage().get_text_range() for page in pdf)
        pdf.close()
        assert [word for word in words if word not in text] == [], name
