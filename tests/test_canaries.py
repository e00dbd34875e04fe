"""No name and no number that people typed anywhere comes out where it must not.

The project carries a canary in every field that people fill: file, folder, layer and track names,
descriptions, comments, extra columns, form questions, headings, settings and photos. Who may see
what is decided here: everything but the papers that people sign is by code; numbers of persons
stand in the folder of the package for the office alone.
"""

from __future__ import annotations

import stat
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest
from canaries import (
    FARMERS,
    KK,
    NIK,
    NUMBERS,
    SIGNERS,
    TYPED,
    find_canaries,
    write_canary_project,
)
from click.testing import CliRunner

import hkm_gis
from hkm_gis.cli import hkm
from hkm_gis.exports import REPORT_FORMATS, TABLE_FORMATS
from hkm_gis.proposal import layout

PAPERS = frozenset({"zqxkanaridokumen", "zqxkanarititip"})
"""Papers that people gave keep their names: in the lists of what lies in the package."""

ALLOWED = {
    # Everybody may see them: codes and hectares.
    "peta.html": frozenset(),
    "data": frozenset(),
    layout.RECAP: frozenset(),
    layout.MAP_DATA: frozenset(),
    "peta/titik_andil": frozenset(),
    # Posted for both sides to settle: codes, and the names of those who sign for the groups.
    "peta/tumpang_tindih": SIGNERS,
    # Signed on paper, with names as the regulation asks.
    "peta": FARMERS | SIGNERS,
    layout.SHEETS: FARMERS | SIGNERS,
    layout.ANDIL_LIST: FARMERS | SIGNERS,
    layout.DRAFTS: SIGNERS,
    layout.READ_ME: PAPERS,
    layout.COMPLETENESS: PAPERS,
    "manifest.json": PAPERS,
}


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """Return the project after ``hkm run``, and all that the terminal showed."""
    home = write_canary_project(tmp_path_factory.mktemp("kanari") / "proyek")
    done = CliRunner().invoke(hkm, ["run", str(home)])
    assert done.exit_code == 1
    return home, (done.stdout + done.stderr).encode()


@pytest.fixture(scope="module")
def results(terminal: tuple[Path, bytes]) -> Path:
    return terminal[0] / "hasil"


def written(results: Path) -> Iterator[tuple[str, bytes]]:
    """Yield every file, and for a package the files in it."""
    for path in sorted(p for p in results.rglob("*") if p.is_file()):
        name = path.relative_to(results).as_posix()
        if name.startswith("usulan/"):
            with zipfile.ZipFile(path) as package:
                yield from ((n, package.read(n)) for n in package.namelist())
        else:
            yield name, path.read_bytes()


def broken(piece: str, whole: frozenset[str]) -> bool:
    """Tell whether a word is the beginning of an allowed one that a cell broke over two lines."""
    return any(word.startswith(piece) for word in whole)


@pytest.mark.bad_input("I1")
@pytest.mark.bad_input("I2")
def test_every_output_shows_only_the_names_it_may_and_no_number(results: Path) -> None:
    seen = set()
    for name, content in written(results):
        place = max((p for p in ALLOWED if name.startswith(p)), key=len, default=None)
        if place is None:
            continue
        seen.add(place)
        leaked = {c for c in find_canaries(name, content) if not broken(c, ALLOWED[place])}
        assert leaked == set(), name
    assert seen == set(ALLOWED)


@pytest.mark.bad_input("I1")
def test_numbers_of_persons_stand_in_the_folder_for_the_office_and_nowhere_else(
    results: Path,
) -> None:
    told: set[str] = set()
    for name, content in written(results):
        numbers = find_canaries(name, content) & set(NUMBERS)
        if name.startswith(layout.OFFICE_ONLY):
            told |= numbers
        elif PurePosixPath(name).name != "pasangan.xlsx":  # names as the register has them
            assert numbers == set(), name
    assert told == {*NIK[:3], *KK[:3], TYPED}  # the hunt finds what is there


@pytest.mark.bad_input("I3")
def test_the_terminal_shows_no_canary(terminal: tuple[Path, bytes]) -> None:
    assert find_canaries("", terminal[1]) == set()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no owner-only mode")
@pytest.mark.bad_input("I3")
def test_what_names_a_person_is_readable_by_its_owner_only(results: Path) -> None:
    for path in (p for p in results.rglob("*") if p.is_file()):
        mode = stat.S_IMODE(path.stat().st_mode)
        if find_canaries(path.name, path.read_bytes()) - SIGNERS:
            assert mode == 0o600, path
        if path.parent.name == "data" or path.name == "peta.html":
            assert mode & 0o044 == 0o044, path


@pytest.mark.parametrize(
    "words",
    [
        *(["check", "--format", form] for form in REPORT_FORMATS if form != "summary"),
        *(["find-overlaps", "--format", form] for form in TABLE_FORMATS),
        *(["sum-households", "--format", form] for form in ("csv", "json", "xlsx")),
    ],
    ids=" ".join,
)
def test_no_command_prints_a_number_of_a_person(results: Path, words: list[str]) -> None:
    done = CliRunner().invoke(hkm, [words[0], str(results.parent), *words[1:]])

    assert done.exit_code in (0, 1)
    assert find_canaries("", done.stdout_bytes + done.stderr_bytes) & set(NUMBERS) == set()


@pytest.mark.parametrize("to", ["shp", "kmz", "gpx"])
@pytest.mark.bad_input("I1")
def test_the_other_public_exports_show_no_canary(results: Path, tmp_path: Path, to: str) -> None:
    survey = hkm_gis.open_survey(results.parent)
    for path in hkm_gis.export(survey, hkm_gis.check(survey), tmp_path, to=to):
        assert find_canaries(path.name, path.read_bytes()) == set()


def test_a_folder_inside_that_of_a_group_is_no_group(results: Path) -> None:
    groups = hkm_gis.open_survey(results.parent).groups

    assert [g.split()[1] for g in groups] == ["Mawar", "Melati"]
