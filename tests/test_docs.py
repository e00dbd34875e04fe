"""The documentation says what the program does: generated pages are fresh, code blocks run."""

from __future__ import annotations

import re
import runpy
import shlex
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from click.testing import CliRunner
from qgis_stub import qgis_modules
from small_project import write_small_project

from hkm_gis.cli import hkm
from hkm_gis.workflow import example_folder

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]

BLOCK = re.compile(
    r"^(?:<!-- (?P<mark>[^>]*) -->\n)?```(?P<language>\w+)\n(?P<code>.*?)^```",
    re.MULTILINE | re.DOTALL,
)
"""A fenced block, and the mark on the line above it."""

SHELLS = ("sh", "bat")
SETS_UP = re.compile(r"venv|pip install|^ruff|^pytest|^\.ci")
"""Lines that set up a machine: CI types the README's own, the others need what it installed."""


@pytest.mark.parametrize(
    "script", ["make_architecture.py", "make_command_pages.py", "make_guide_page.py"]
)
def test_a_generated_page_is_as_its_script_writes_it(script):
    pages = runpy.run_path(str(DOCS / script))["pages"]()

    stale = [name for name, words in pages.items() if (DOCS / name).read_text("utf-8") != words]
    assert stale == [], f"run python docs/{script}"


def test_every_command_and_public_function_is_in_the_reference():
    from hkm_gis import __all__
    from hkm_gis.cli.main import COMMANDS

    commands = (DOCS / "commands.md").read_text("utf-8")
    api = set(
        re.findall(r"^ +(\w+)$|autoclass:: (\w+)", (DOCS / "api.rst").read_text(), re.MULTILINE)
    )
    named = {word for pair in api for word in pair if word}

    assert [c for c in COMMANDS if f"## hkm {c}\n" not in commands] == []
    assert set(__all__) - named - {"CHECKS"} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_links_to_files_lead_somewhere(page):
    links = re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text("utf-8"))
    local = [link for link in links if not link.startswith(("http", "mailto"))]
    made_later = {"api.rst"}

    assert [x for x in local if x not in made_later and not (page.parent / x).exists()] == []


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds what the pages speak of: a project, files of two groups, a boundary."""
    home = tmp_path_factory.mktemp("meja")
    example = example_folder()
    shutil.copytree(example, home / "data" / example.name)
    write_small_project(home / "usulan-kami")
    walk = next((example / "kelompok").rglob("*.gpx"))
    shutil.copyfile(walk, home / "kelompok_a.gpx")
    forest = gpd.read_file(next((example / "batas").glob("*.gpkg")))
    forest.to_file(home / "kawasan.gpkg")
    land = gpd.read_file(next((example / "kelompok").rglob("*.gpkg")))[["geometry"]]
    land[land.geom_type == "Polygon"].to_file(home / "kelompok_b.shp")
    return home


def blocks(*languages: str) -> list[Any]:
    return list(_blocks(languages))


def _blocks(languages: tuple[str, ...]) -> Iterator[Any]:
    for page in PAGES:
        text = page.read_text("utf-8")
        for number, found in enumerate(BLOCK.finditer(text), 1):
            if found["language"] in languages:
                name = f"{page.relative_to(ROOT).as_posix()}-{number}"
                yield pytest.param(found["code"], found["mark"] or "", id=name)


@pytest.mark.parametrize(("code", "mark"), blocks("python"))
def test_a_block_of_python_runs(code, mark, desk, monkeypatch):
    compile(code, "page", "exec")
    if mark == "needs QGIS":
        for name, module in qgis_modules().items():
            monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.chdir(desk)

    exec(code, {"__name__": "page"})


@pytest.mark.parametrize(("code", "mark"), blocks(*SHELLS))
def test_every_command_of_a_block_works(code, mark, desk, monkeypatch):
    monkeypatch.chdir(desk)
    for line in code.splitlines():
        words = shlex.split(line, comments=True, posix=True)
        if not words or SETS_UP.search(line) or words[0] != "hkm":
            assert not words or SETS_UP.search(line), f"what is {line!r}?"
            continue
        if words[1] in ("serve", "demo"):
            words.append("--help")  # one waits for a person, the other is what CI does first
        if words[1] == "new-project":
            words[2] += "-baru"
        if mark.startswith("needs"):
            hkm.get_command(None, words[1]).make_context(words[1], words[2:])  # it is well said
            continue
        done = CliRunner().invoke(hkm, words[1:])
        assert done.exit_code in (0, 1), f"{line}\n{done.output}"
