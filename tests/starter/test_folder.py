"""A new project folder explains itself, and harms nothing that lies there."""

from __future__ import annotations

import os

from hkm_gis import new_project
from hkm_gis.project import load_project


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
    assert start.index(b"belum ada") < start.index(b"serve")  # said before it is tried
    assert b"{" not in start
