"""The recipes for whoever adds to the house: done word for word, they make a house that holds."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from code_blocks import ROOT, Block, blocks_of

PAGE = ROOT / "docs" / "developers" / "adding.md"
NEW = re.compile(r"New file `(?P<file>[^`]+)`:")
PART = re.compile(r"`(?P<file>[^`]+)`, (?P<where>above|below|instead of) `(?P<line>[^`]+)`:")
COPIED = (
    *("hkm_gis", "tests", "docs", "data", "notebooks", ".github", ".ci"),
    *("pyproject.toml", "README.md", "LICENSE"),
)
HOLDS = (
    *("tests/test_text.py", "tests/test_regulation.py", "tests/checks/test_catalogue.py"),
    *("tests/test_agreements.py", "tests/test_results.py", "tests/test_wording.py"),
)
NOT_ASKED = "imports or command_is or not_wait or order or pickled or is_raised or file_of_a_job"
"""What the recipes leave as it is, or what takes long."""


def test_every_recipe_does_what_it_says(tmp_path):
    for name in COPIED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    followed = [_follow(block, tmp_path) for block in blocks_of(PAGE)]

    own = [file for file in followed if file.startswith("tests/") and file.count("/test_")]
    assert len(own) == 4  # three of the recipes, and the catalogue
    words = ["-m", "pytest", "-q", "-p", "no:xdist", "-k", f"not ({NOT_ASKED})", *{*own, *HOLDS}]
    done = _run([sys.executable, *words], tmp_path)
    assert done.returncode == 0, done.stdout[-6000:]


def _follow(block: Block, house: Path) -> str:
    """Do what one block says, and return the file that it is for."""
    new, part = (shape.fullmatch(block.above) for shape in (NEW, PART))
    if new:
        (house / new["file"]).write_text(block.code, "utf-8")
        return new["file"]
    if part:
        _write_in(house / part["file"], part["line"], block.code, part["where"])
        return part["file"]
    assert block.language == "sh", f"where does this go? {block.code}"
    for command in block.code.splitlines():
        # The types and layers of the whole house take long; nothing here asks for new ones.
        words = command.partition(" && mypy")[0].replace("python ", f"{sys.executable} ")
        done = _run(["bash", "-c", words], house)
        assert done.returncode == 0, done.stdout
    return ""


def _write_in(file: Path, line: str, code: str, where: str) -> None:
    lines = file.read_text("utf-8").splitlines(keepends=True)
    (place,) = (n for n, text in enumerate(lines) if text.strip() == line)
    old = lines[place]
    lines[place] = {"above": code + old, "below": old + code, "instead of": code}[where]
    file.write_text("".join(lines), "utf-8")


def _run(words: list[str], house: Path) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    own = os.environ | {"PYTHONPATH": str(house), "PATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        words, cwd=house, env=own, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
