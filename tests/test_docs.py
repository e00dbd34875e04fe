"""The documentation says what the program does: generated pages are fresh, code blocks run."""

from __future__ import annotations

import re
import runpy
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import geopandas as gpd
import pytest
from click import Option
from click.testing import CliRunner
from code_blocks import PAGES, ROOT, blocks_of
from qgis_stub import qgis_modules
from small_project import write_small_project

from hkm_gis.cli import hkm
from hkm_gis.cli.main import COMMANDS
from hkm_gis.text import LANGUAGES, catalogue
from hkm_gis.workflow import example_folder

DOCS = ROOT / "docs"
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
RECIPES = DOCS / "developers" / "adding.md"
"""Followed word for word by test_adding.py."""
WRITTEN_BY_THE_PROGRAM = {"commands.md", "perintah.md"}

NOT_RUN = {
    r"^python3 -m venv .* pip install": "installs from a network; .ci/run types the README's own",
    r"^py -m venv |^\.venv\\Scripts\\": "Windows; its own job in the workflows installs there",
}
"""Lines of a shell that are only looked at, each with its reason."""

NOT_DONE = {
    "serve": "waits for a person; tests/local_page opens it in a browser",
    "demo": "is what tests/test_example.py does",
}
"""Commands of which only the help is asked for, each with its reason."""

BLOCKS = [block for page in PAGES if page != RECIPES for block in blocks_of(page)]
SHELL_PAGES = sorted({b.page for b in BLOCKS if b.language in ("sh", "bat")})


@pytest.mark.parametrize(
    "script", ["make_architecture.py", "make_command_pages.py", "make_guide_page.py"]
)
def test_a_generated_page_is_as_its_script_writes_it(script):
    pages = runpy.run_path(str(DOCS / script))["pages"]()

    stale = [name for name, words in pages.items() if (DOCS / name).read_text("utf-8") != words]
    assert stale == [], "run python docs/make_pages.py"


def test_every_command_and_public_function_is_in_the_reference():
    from hkm_gis import __all__

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


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_what_a_page_names_of_the_repository_is_there(page):
    words = page.read_text("utf-8")
    files = re.findall(
        r"(?<!New file )`(?:python )?((?:data|docs|hkm_gis|notebooks|tests|\.ci)/[\w/.-]+)`", words
    )
    extras = re.findall(r"hkm-gis\[(\w+)\]", words)

    assert [file for file in files if not (ROOT / file).exists()] == []
    assert set(extras) <= set(SETTINGS["optional-dependencies"])


def spoken_commands() -> set[str]:
    """Return every command that a page or a sentence of the program tells people to type."""
    inline = [found for page in PAGES for found in re.findall(r"`(hkm [^`]+)`", page.read_text())]
    sentences = [
        s for lang in LANGUAGES for words in catalogue(lang).values() for s in words.values()
    ]
    told = [f for s in sentences for f in re.findall(r"\bhkm [a-z][\w-]*(?: --?[a-z][\w-]*)*", s)]
    return {*inline, *told}


@pytest.mark.parametrize("line", sorted(spoken_commands()))
def test_a_command_that_people_are_told_to_type_exists(line):
    name, *words = line.split()[1:]
    command = hkm.get_command(None, name)

    assert command is not None or name.isupper()
    known = {o for p in getattr(command, "params", ()) if isinstance(p, Option) for o in p.opts}
    assert {word for word in words if word.startswith("--")} <= known | {"--help"}


def test_every_block_is_of_a_kind_that_is_tried():
    kinds = {(b.language, b.page.name) for b in BLOCKS if b.language not in ("python", "sh", "bat")}

    assert kinds == {("{toctree}", "index.md"), *(("text", n) for n in WRITTEN_BY_THE_PROGRAM)}
    assert [p.name for p in PAGES if re.search(r"^ {4,}hkm ", p.read_text("utf-8"), re.M)] == []


def write_desk(home: Path) -> None:
    """Write what the pages speak of: the example, files of two groups, a boundary."""
    example = example_folder()
    shutil.copytree(example, home / "data" / example.name)
    walk = next((example / "kelompok").rglob("*.gpx"))
    shutil.copyfile(walk, home / "kelompok_a.gpx")
    forest = gpd.read_file(next((example / "batas").glob("*.gpkg")))
    forest.to_file(home / "kawasan.gpkg")
    land = gpd.read_file(next((example / "kelompok").rglob("*.gpkg")))[["geometry"]]
    land[land.geom_type == "Polygon"].to_file(home / "kelompok_b.shp")


@pytest.mark.parametrize(
    "block", [b for b in BLOCKS if b.language == "python"], ids=lambda b: b.place
)
def test_a_block_of_python_runs(block, tmp_path, monkeypatch):
    if "needs QGIS" in block.above:
        for name, module in qgis_modules().items():
            monkeypatch.setitem(sys.modules, name, module)
    write_desk(tmp_path)
    monkeypatch.chdir(tmp_path)

    exec(compile(block.code, block.place, "exec"), {"__name__": "page"})


@pytest.mark.parametrize("page", SHELL_PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_line_of_a_shell_works(page, tmp_path, monkeypatch):
    """The blocks of a page one after the other, as a reader types them."""
    write_desk(tmp_path)
    monkeypatch.chdir(tmp_path)
    blocks = [b for b in blocks_of(page) if b.language in ("sh", "bat")]
    if not any("hkm new-project usulan-kami" in b.code for b in blocks):
        write_small_project(tmp_path / "usulan-kami")
    for block in blocks:
        for line in block.code.splitlines():
            _type(line, can_run="<!-- needs" not in block.above)


def _type(line: str, *, can_run: bool) -> None:
    if any(re.search(known, line) for known in NOT_RUN):
        named = re.search(r"hkm(?: ([a-z-]+))?$", line)
        assert named is None or named[1] is None or named[1] in COMMANDS
        return
    words = shlex.split(line, comments=True)
    if not words:
        return
    if words[0] != "hkm":
        _complete(line)
        return
    name, *said = words[1:]
    if not can_run:
        hkm.get_command(None, name).make_context(name, said)  # it is well said
        return
    done = CliRunner().invoke(hkm, [name, *said, *(["--help"] if name in NOT_DONE else [])])
    assert done.exit_code in (0, 1), f"{line}\n{done.output}"
    if name == "new-project":
        write_small_project(Path(said[0]))  # the files of people


def _complete(line: str) -> None:
    """Run the one line that makes the Tab key work, and press it."""
    assert "_HKM_COMPLETE" in line, f"what is {line!r}?"
    if shutil.which("bash") is None or sys.platform == "win32":
        return  # the page says that it is for Linux and macOS
    press = 'COMP_WORDS=(hkm ser); COMP_CWORD=1; _hkm_completion hkm; echo "${COMPREPLY[@]}"'
    own = f"PATH={shlex.quote(str(Path(sys.executable).parent))}:$PATH"
    done = subprocess.run(
        ["bash", "-c", f"{own}; {line}\n complete -p hkm && {press}"],
        capture_output=True,
        text=True,
    )
    assert done.stdout.split()[-1] == "serve", done.stderr


def test_every_exemption_is_still_needed():
    lines = [line for block in BLOCKS for line in block.code.splitlines()]

    assert [known for known in NOT_RUN if not any(re.search(known, line) for line in lines)] == []
    assert [n for n in NOT_DONE if not any(f"hkm {n}" in line for line in lines)] == []
