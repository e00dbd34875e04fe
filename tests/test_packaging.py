"""The wheel holds all that the program needs, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def names(tmp_path_factory):
    """Names of the files in a freshly built wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    words = ["-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        return wheel.namelist()


def test_the_wheel_contains_the_example_project_and_all_words(names):
    assert "hkm_gis/contoh_register30/hkm.toml" in names
    for folder in ("hkm_gis/text", "hkm_gis/regulation"):
        shipped = {n for n in names if n.startswith(folder) and n.endswith(".toml")}
        assert shipped == {p.relative_to(ROOT).as_posix() for p in (ROOT / folder).rglob("*.toml")}


def test_the_wheel_contains_every_module_and_no_test(names):
    modules = {p.relative_to(ROOT).as_posix() for p in (ROOT / "hkm_gis").rglob("*.py")}

    assert modules <= set(names)
    assert not [n for n in names if n.startswith("tests/") or "hasil/" in n]
