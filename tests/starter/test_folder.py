"""A new project folder explains itself, and harms nothing that lies there."""

from __future__ import annotations

import os
import re
from dataclasses import fields

import pytest

from hkm_gis import new_project
from hkm_gis.project import ROLES, AllowedGap, Group, Layer, Project, load_project
from hkm_gis.text import LANGUAGES


def test_a_new_project_can_be_opened_as_it_is(tmp_path):
    home = new_project(tmp_path / "baru")

    assert load_project(home).members == home / "anggota.xlsx"
    assert oct((home / "anggota.xlsx").stat().st_mode)[-3:] == "600" or os.name == "nt"


def test_filling_up_a_folder_replaces_no_file_in_it(tmp_path):
    (tmp_path / "anggota.xlsx").write_bytes(b"the list of 200 farmers")
    (tmp_path / "hkm.toml").write_text("# mine\n")

    new_project(tmp_path, overwrite=True)

    assert (tmp_path / "anggota.xlsx").read_bytes() == b"the list of 200 farmers"
    assert (tmp_path / "hkm.toml").read_text() == "# mine\n"
    assert (tmp_path / "BACA_SAYA.txt").is_file()


def test_the_start_file_of_windows_has_its_line_ends_and_opens_the_page(tmp_path):
    start = (new_project(tmp_path / "baru") / "MULAI.bat").read_bytes()

    assert start.startswith(b"@echo off\r\n")
    assert b"\n" not in start.replace(b"\r\n", b"")
    assert start.count(b"-m hkm_gis serve .") == 1
    assert start.rindex(b"belum ada") < start.index(b"serve")  # said before it is tried
    assert b"{" not in start


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_start_file_waits_with_every_message_and_says_no_bracket_that_ends_its_block(
    tmp_path, lang
):
    lines = (new_project(tmp_path / "baru", lang=lang) / "MULAI.bat").read_text().splitlines()
    said = [line for line in lines if line.strip().startswith("echo")]

    assert not [line for line in said if set(line) & set("()%&<>|^")]
    assert sum(line.strip() == "pause" for line in lines) == 2
    assert lines[-1] == "if errorlevel 1 pause"
    # The code page is set before the first path, which may hold letters beyond ASCII.
    assert lines.index("chcp 65001 >nul") < lines.index('pushd "%~dp0"')
    assert sum(line.count("(") - line.count(")") for line in lines if line not in said) == 0


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_project_file_shows_every_word_that_it_may_hold(tmp_path, lang):
    home = new_project(tmp_path / "baru", lang=lang)
    commented = (home / "hkm.toml").read_text("utf-8")
    shown = re.sub(r"^#(?=\[|\w+ = )", "", commented, flags=re.MULTILINE)
    (home / "hkm.toml").write_text(shown, "utf-8")

    project = load_project(home)

    assert project.allowed_gaps
    assert project.accepted
    assert project.thresholds.gps_error_m == 5.0
    assert {layer.role for layer in project.layers} >= {"sungai", "izin"}
    assert all(f'"{role}"' in shown for role in ROLES)
    for kind in (Group, Layer, AllowedGap):
        assert all(re.search(rf"^{one.name} = ", shown, re.MULTILINE) for one in fields(kind))
    silent = {f.name for f in fields(Project) if getattr(project, f.name) in (None, ())}
    assert silent == set()
