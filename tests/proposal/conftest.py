"""One package of the small project, with papers in ``dokumen``, packed once for all tests here."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import geopandas as gpd
import pytest
from small_project import write_small_project

from hkm_gis import check, open_survey, pack_proposal
from hkm_gis.sheets.canvas import Canvas

Contents = dict[str, bytes]


def scan() -> bytes:
    """Return a page that opens."""
    canvas = Canvas(210, 297)
    canvas.text(20, 20, "AD/ART")
    return canvas.save()


PDF = scan()
JPG = b"\xff\xd8\xff\xe0 scan \xff\xd9"

PAPERS = {
    "AD-ART KTH Mawar (final).pdf": PDF,
    "AD-ART KTH Melati.pdf": PDF,
    "Rencana Kerja.pdf": b"<html>Login</html>",
    "KTH Mawar/KTP/9999010101800001.jpg": JPG,
    "KTH Melati/KTP/wagiman.jpg": JPG,
    "folder lain/rahasia.pdf": PDF,
    "BACA_SAYA.md": b"petunjuk",
}


@pytest.fixture(scope="session")
def project_with_papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = write_small_project(tmp_path_factory.mktemp("usulan"))
    for name, content in PAPERS.items():
        path = home / "dokumen" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return home


@pytest.fixture(scope="session")
def package(project_with_papers: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    survey = open_survey(project_with_papers)
    return pack_proposal(survey, check(survey), "KTH Mawar", tmp_path_factory.mktemp("hasil"))


@pytest.fixture(scope="session")
def contents(package: Path) -> Contents:
    with zipfile.ZipFile(package) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def repacked(contents: Contents, tmp_path: Path) -> Callable[[Callable[[Contents], None]], Path]:
    """Return a function that packs the contents anew after a change."""

    def pack(change: Callable[[Contents], None]) -> Path:
        fresh = dict(contents)
        change(fresh)
        path = tmp_path / "copy.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in fresh.items():
                archive.writestr(name, content)
        return path

    return pack


@pytest.fixture(scope="session")
def drawn(contents: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The sheets of the package as files, so that no other test has to draw them."""
    folder = tmp_path_factory.mktemp("peta")
    sheets = [n for n in contents if n.endswith(".pdf") and n.startswith(("01_", "02_"))]
    for name in sheets:
        (folder / PurePosixPath(name).name).write_bytes(contents[name])
    return [folder / PurePosixPath(name).name for name in sheets]


@pytest.fixture(scope="session")
def moved_contents(drawn: list[Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What a package holds of the same group with all land one centimetre further east."""
    home = write_small_project(tmp_path_factory.mktemp("lain"))
    file = home / "kelompok/KTH Mawar/lahan.geojson"
    table = gpd.read_file(file)
    table.geometry = table.geometry.translate(xoff=9e-8)
    table.to_file(file, driver="GeoJSON", COORDINATE_PRECISION=9)
    survey = open_survey(home)
    folder = tmp_path_factory.mktemp("hasil")
    package = pack_proposal(survey, check(survey), "KTH Mawar", folder, sheets=drawn)
    with zipfile.ZipFile(package) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
