"""Folders, named files, and the promise that no file of a user stops the batch."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from fieldfiles import RING, gpx, kml, kml_polygon, placemark, put, read, reasons, track

from hkm_gis.errors import FileError
from hkm_gis.files import Limits
from hkm_gis.readers import find_files, read_files
from hkm_gis.readers.feature import Feature
from hkm_gis.record import Rejection, Remark

GOOD = gpx(track(RING))


def test_a_folder_is_read_to_the_bottom_in_a_stable_order(tmp_path: Path) -> None:
    for name in ("b/2.gpx", "b/10.gpx", "a/1.gpx", "c.gpx", ".sembunyi/x.gpx", "~$a.xlsx"):
        put(tmp_path, name, GOOD)
    for name in (".DS_Store", "Thumbs.db", "desktop.ini"):
        put(tmp_path, name, "x")

    found = [file.source for file in find_files([tmp_path])]

    assert found == ["a/1.gpx", "b/10.gpx", "b/2.gpx", "c.gpx"]


def test_a_named_file_goes_by_its_name_and_is_read_once(tmp_path: Path) -> None:
    file = put(tmp_path, "dalam/1.gpx", GOOD)

    assert [f.source for f in find_files([file, tmp_path, str(file)])] == ["1.gpx"]


def test_files_of_one_name_in_two_folders_keep_their_folders(tmp_path: Path) -> None:
    put(tmp_path, "Lestari/1.gpx", GOOD)
    put(tmp_path, "Maju/1.gpx", GOOD)

    found = find_files([tmp_path / "Lestari", tmp_path / "Maju"])

    assert [f.source for f in found] == ["Lestari/1.gpx", "Maju/1.gpx"]


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_link_out_of_the_folder_is_not_opened(tmp_path: Path) -> None:
    secret = put(tmp_path, "rahasia/a.gpx", GOOD)
    (tmp_path / "jalur").mkdir()
    (tmp_path / "jalur" / "a.gpx").symlink_to(secret)

    assert reasons(tmp_path / "jalur") == ["link_leads_outside"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no named pipes in folders")
def test_a_pipe_among_tables_keeps_nobody_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.csv")
    put(tmp_path, "b.csv", "titik,lat,lon\n" + "\n".join(f"1,{y},{x}" for x, y in RING))

    features, rejected = read(tmp_path)

    assert len(features) == 1
    assert [(r.source, r.reason) for r in rejected] == [("a.csv", "not_a_regular_file")]


def test_a_named_path_that_is_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileError):
        list(read_files([tmp_path / "tidak-ada.gpx"]))


@pytest.mark.parametrize(
    ("content", "code", "reason"),
    [
        (b"", "S01", "file_empty"),
        (b"\x89PNG\r\n\x1a\n\0", "S02", "picture"),
        (b"%PDF-1.7", "S02", "document"),
        (b"<html>Masuk</html>", "S02", "document"),
        (b"\x80\x04\x95\x00", "S02", "not_a_map"),
        (b"<OGRVRTDataSource/>", "S01", "redirect"),
    ],
)
def test_what_is_no_map_is_one_rejection_without_feature(
    tmp_path: Path, content: bytes, code: str, reason: str
) -> None:
    put(tmp_path, "a.gpx", content)
    put(tmp_path, "b.gpx", GOOD)

    features, (rejection,) = read(tmp_path)

    assert len(features) == 1
    assert (rejection.source, rejection.feature) == ("a.gpx", "")
    assert (rejection.code, rejection.reason) == (code, reason)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.lnk", b"L\0\0\0\x01\x14\x02\0" + b"\0" * 100, "shortcut"),
        ("a.url", b"[InternetShortcut]\r\nURL=https://example.org", "shortcut"),
        (
            "a.xls",
            b"\xd0\xcf\x11\xe0" + b"\0" * 80_000 + "Workbook".encode("utf-16-le"),
            "old_workbook",
        ),
    ],
)
def test_what_only_looks_like_a_file_says_what_to_copy(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    assert reasons(put(tmp_path, name, content)) == [reason]


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("a.kml", GOOD, "read_by_content"),
        ("a.csv", kml(placemark("x", kml_polygon())), "read_by_content"),
        (
            "a.gpx",
            GOOD.replace(' encoding="UTF-8"', "").replace("Budi", "José").encode("cp1252"),
            "letters_guessed",
        ),
        ("a.gpx", GOOD, ""),
        ("a.txt", "lat,lon\n" + "\n".join(f"{y},{x}" for x, y in RING), ""),
    ],
)
def test_what_people_should_know_of_a_file_is_a_remark(
    tmp_path: Path, name: str, content: str | bytes, rule: str
) -> None:
    outcomes = list(read_files([put(tmp_path, name, content)]))

    assert [o.rule for o in outcomes if isinstance(o, Remark)] == [rule] * bool(rule)
    assert sum(isinstance(o, Feature) for o in outcomes) == 1


def test_a_file_beyond_the_limit_is_refused_by_name(tmp_path: Path) -> None:
    file = put(tmp_path, "a.gpx", GOOD)

    (outcome,) = read_files([file], limits=Limits(file_mb=100 / 2**20))

    assert isinstance(outcome, Rejection)
    assert outcome.reason == "file_too_large"
