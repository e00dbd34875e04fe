"""Whoever runs it, wherever and whenever: the same input gives the same bytes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from hashlib import sha256

import pytest

if sys.platform == "win32":
    pytest.skip("Windows has no umask, TZ or LC_ALL", allow_module_level=True)

from faults.bench import PAPER, write_tiny_project

import hkm_gis

LOCALES = ("tr_TR.utf8", "ar_EG.utf8", "id_ID.utf8", "de_DE.utf8")
"""Dotless i; other digits, and weeks that begin on Saturday; a comma in numbers."""

FOREIGN = [
    # Clock, zone and locale; a leap day, before any file of ours, and beyond 32-bit seconds.
    ("2028-02-29 23:59:59", "Pacific/Kiritimati", "tr_TR.utf8"),
    ("1999-12-31 23:59:59", "America/St_Johns", "ar_EG.utf8"),
    ("2039-01-01 00:00:01", "Asia/Jakarta", "id_ID.utf8"),
    ("2026-10-25 02:30:00", "Europe/Berlin", "de_DE.utf8"),
]


def lacking():
    """Return what this machine lacks for a clock and a locale of another place."""
    if shutil.which("faketime") is None:
        return "faketime"
    known = subprocess.run(["locale", "-a"], capture_output=True, check=True, text=True).stdout
    return ", ".join({*LOCALES} - {*known.split()})


elsewhere = pytest.mark.skipif(
    bool(lacking()) and not os.environ.get("CI"), reason=f"not installed here: {lacking()}"
)


def bytes_of(folder):
    """Return the hash of each result, and of none the place."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return {f.relative_to(folder).as_posix(): sha256(f.read_bytes()).hexdigest() for f in files}


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    home = write_tiny_project(tmp_path_factory.mktemp("sini") / "usulan")
    hkm_gis.run(home, paper=PAPER)
    return bytes_of(home / "hasil")


def run_in(folder, *before, umask=0o022, **environment):
    """Return the results of the program as it runs in other surroundings."""
    home = write_tiny_project(folder / "map lain" / "Usulan ünik")
    words = [*before, sys.executable, "-m", "hkm_gis", "run", str(home), "--quiet"]
    done = subprocess.run(
        [*words, "--paper", PAPER],
        env=os.environ | environment,
        cwd=folder,
        umask=umask,
        capture_output=True,
        check=False,
        text=True,
    )
    assert (done.returncode, done.stderr) == (1, "")
    return home / "hasil"


def test_another_zone_hash_seed_umask_and_no_locale_change_no_byte(expected, tmp_path):
    found = run_in(tmp_path, umask=0o077, TZ="Pacific/Kiritimati", LC_ALL="C", PYTHONHASHSEED="1")

    assert bytes_of(found) == expected
    assert not [file for file in found.rglob("*") if file.stat().st_mode & 0o077]


@elsewhere
@pytest.mark.parametrize(("clock", "zone", "locale"), FOREIGN[:2])  # all four by breaking.py
def test_another_clock_and_locale_change_no_byte(clock, zone, locale, expected, tmp_path):
    found = run_in(
        tmp_path, "faketime", clock, TZ=zone, LC_ALL=locale, PYTHONHASHSEED="2", HKM_LANG="id"
    )

    assert bytes_of(found) == expected
