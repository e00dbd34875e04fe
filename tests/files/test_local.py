"""Only regular files of this machine are read, and only so much of them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hkm_gis.errors import FileError
from hkm_gis.files import Limits, Refusal, hash_file, local_path, read_content


@pytest.mark.parametrize(
    "name",
    [
        "http://127.0.0.1:9/a.geojson",
        "https://example.org/a.kml",
        "/vsicurl/http://127.0.0.1:9/a.geojson",
        "/vsizip/a.zip",
        "zip://a.zip",
        '{"type":"FeatureCollection","features":[]}',
    ],
)
def test_only_files_of_this_machine_are_opened(name: str) -> None:
    with pytest.raises(FileError) as caught:
        local_path(name)

    assert caught.value.key == "file_not_local"


@pytest.mark.parametrize("name", ["tidak-ada.gpx", "a\0b", "x" * 5000])
def test_a_path_that_names_nothing_is_an_error_in_words(name: str) -> None:
    with pytest.raises(FileError) as caught:
        local_path(name)

    assert caught.value.key == "file_missing"
    assert caught.value.sentence("id")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no named pipes in folders")
def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipa.gpx")

    with pytest.raises(FileError):
        local_path(tmp_path / "pipa.gpx")
    with pytest.raises(Refusal):
        read_content(tmp_path / "pipa.gpx")


def test_a_file_of_exactly_the_limit_is_read_and_one_byte_more_is_not(tmp_path: Path) -> None:
    file = tmp_path / "a"
    limits = Limits(file_mb=10 / 2**20)
    file.write_bytes(b"x" * 10)

    assert len(read_content(file, limits)) == 10

    file.write_bytes(b"x" * 11)
    with pytest.raises(Refusal) as caught:
        read_content(file, limits)
    assert caught.value.reason == "file_too_large"


def test_the_fingerprint_is_sha256(tmp_path: Path) -> None:
    file = tmp_path / "abc"
    file.write_bytes(b"abc")

    assert hash_file(file) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
