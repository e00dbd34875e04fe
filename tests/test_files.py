"""What a file is, and how one is written: the promises of files.py."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from hkm_gis.errors import FileError
from hkm_gis.files import (
    Limits,
    Refusal,
    hash_file,
    local_path,
    read_content,
    replace_file,
    replacing,
    replacing_together,
    safe_names,
    sniff,
)


def names_in(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def archive(*names: str) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b'<?xml version="1.0"?>\n<!-- made by <kml> --><gpx version="1.1"/>', "gpx"),
        ("\ufeff<gpx/>".encode(), "gpx"),
        ('<?xml version="1.0" encoding="UTF-16"?><gpx/>'.encode("utf-16"), "gpx"),
        (b"<kml:kml xmlns:kml='http://www.opengis.net/kml/2.2'/>", "kml"),
        (b'<!DOCTYPE kml [<!ENTITY a "b">]><kml/>', "kml"),
        (b"<OGRVRTDataSource/>", "redirect"),
        (b"<VRTDataset/>", "redirect"),
        (b'{"type": "gdal_streamed_alg", "command_line": "gdal vector"}', "redirect"),
        (b'{"type":"FeatureCollection","features":[]}', "geojson"),
        (b'{"type":"Feature"}\n{"type":"Feature"}\n', "geojsonseq"),
        (b'\x1e{"type":"Feature"}\n', "geojsonseq"),
        (b'[{"nama": "Budi"}]', "json"),
        (b"nama;nik\nBudi;1", "table"),
        ("nama\tnik".encode("utf-16"), "table"),
        (b"<html><body>Masuk</body></html>", "document"),
        (b"<!doctype html><p>", "document"),
        (b"%PDF-1.7", "document"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"\xff\xd8\xff\xe0", "picture"),
        (b"SQLite format 3\x00" + b"\0" * 100, "gpkg"),
        (b"fgb\x03fgb\x00", "flatgeobuf"),
        (b"\x00\x00\x27\x0a" + b"\0" * 96, "shapefile"),
        (archive("doc.kml"), "archive"),
        (archive("xl/workbook.xml"), "xlsx"),
        (archive("word/document.xml"), "document"),
        (b"PK\x03\x04 cut", "archive"),
        (b"", "empty"),
        (b"\0\0\0\0", "empty"),
        (b"\x01\x02\x03", "unknown"),
    ],
)
def test_a_file_is_what_its_bytes_prove(tmp_path: Path, content: bytes, kind: str) -> None:
    file = tmp_path / "petak.shp"
    file.write_bytes(content)

    assert sniff(file) == kind


def test_a_comment_that_never_ends_costs_no_time(tmp_path: Path) -> None:
    file = tmp_path / "a.kml"
    file.write_bytes(b"<!--" * 16_000)

    assert sniff(file) == "xml"


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


def test_a_block_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "peta.html"
    file.write_bytes(b"lama")

    def write_half() -> None:
        with replacing(file) as fresh:
            fresh.write_bytes(b"setengah")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_half()

    assert file.read_bytes() == b"lama"
    assert names_in(tmp_path) == ["peta.html"]


@pytest.mark.parametrize("name", ["fsync", "replace"])
def test_a_fault_at_any_step_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    file = tmp_path / "peta.html"
    file.write_bytes(b"lama")

    def fail(*_arguments: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, name, fail)
    with pytest.raises(FileError) as caught:
        replace_file(file, b"baru")

    assert caught.value.key == "file_not_writable"
    assert file.read_bytes() == b"lama"
    assert names_in(tmp_path) == ["peta.html"]


def test_a_missing_folder_is_an_error_in_words(tmp_path: Path) -> None:
    with pytest.raises(FileError) as caught:
        replace_file(tmp_path / "tidak" / "ada.txt", b"")

    assert caught.value.key == "file_not_writable"


def test_an_input_is_never_written_to_whatever_its_name(tmp_path: Path) -> None:
    file = tmp_path / "masukan.gpx"
    file.write_bytes(b"asli")

    with pytest.raises(FileError) as caught:
        replace_file(tmp_path / "." / "masukan.gpx", b"x", inputs=[file])
    with pytest.raises(FileError), replacing_together(tmp_path, inputs=[file]) as room:
        (room / "masukan.gpx").write_bytes(b"x")

    assert caught.value.key == "output_is_input"
    assert file.read_bytes() == b"asli"


def test_a_block_that_writes_nothing_keeps_the_old_file(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(b"lama")

    with pytest.raises(FileError) as caught, replacing(file):
        pass

    assert caught.value.key == "nothing_written"
    assert file.read_bytes() == b"lama"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no file modes")
def test_members_data_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    replace_file(tmp_path / "a.xlsx", b"nik", private=True)

    assert stat.S_IMODE((tmp_path / "a.xlsx").stat().st_mode) == 0o600


def test_parts_that_belong_together_leave_no_older_part_beside_them(tmp_path: Path) -> None:
    for part in ("a.shp", "a.dbf", "a.sbn"):
        (tmp_path / part).write_bytes(b"lama")

    with replacing_together(tmp_path, stale=["a.shp", "a.dbf", "a.sbn"]) as room:
        (room / "a.shp").write_bytes(b"baru")
        (room / "a.dbf").write_bytes(b"baru")

    assert {f.name: f.read_bytes() for f in tmp_path.iterdir()} == {
        "a.shp": b"baru",
        "a.dbf": b"baru",
    }


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_a_killed_run_leaves_the_old_file_and_the_next_run_clears_up(tmp_path: Path) -> None:
    file = tmp_path / "peta.txt"
    file.write_bytes(b"lama")
    program = (
        "import sys, time; from hkm_gis.files import replacing\n"
        "with replacing(sys.argv[1]) as fresh:\n"
        "    fresh.write_bytes(b'setengah'); print('go', flush=True); time.sleep(60)"
    )
    run = subprocess.Popen([sys.executable, "-c", program, file], stdout=subprocess.PIPE)
    assert run.stdout is not None
    assert run.stdout.readline() == b"go\n"
    run.send_signal(signal.SIGKILL)
    run.wait()
    run.stdout.close()
    left = names_in(tmp_path)

    assert file.read_bytes() == b"lama"
    assert len(left) == 2

    replace_file(file, b"baru")

    assert file.read_bytes() == b"baru"
    assert names_in(tmp_path) == ["peta.txt"]


def test_two_writers_at_once_do_not_clear_each_other(tmp_path: Path) -> None:
    with replacing(tmp_path / "a") as first, replacing(tmp_path / "b") as second:
        first.write_bytes(b"1")
        second.write_bytes(b"2")

    assert names_in(tmp_path) == ["a", "b"]


def test_names_of_files_are_safe_and_all_different():
    names = ["Nama", "NAMA", "../Nama", "Na ma", "日本", "", "a" * 200, "a" * 201]
    safe = list(safe_names(names).values())

    assert safe[:6] == ["nama", "nama_2", "nama_3", "na_ma", "tanpa_nama", "tanpa_nama_2"]
    assert len(set(safe)) == len(names)
    assert all(s.replace("_", "").isalnum() and s.isascii() and len(s) < 70 for s in safe)
