"""What is forged, attached or made to do harm is told in one sentence, and nothing is obeyed."""

from __future__ import annotations

import contextlib
import io
import json
import struct
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from hkm_gis import verify_proposal
from hkm_gis.cli import hkm
from hkm_gis.errors import FileError
from hkm_gis.proposal.layout import (
    LAND,
)
from hkm_gis.proposal.verification import tell_verification

Contents = dict[str, bytes]


def test_two_files_of_one_name_are_found_whichever_a_program_opens(
    package: Path, contents: Contents, tmp_path: Path
) -> None:
    path = tmp_path / "a.zip"
    for first, second in ((contents[LAND], b"{}"), (b"{}", contents[LAND])):
        with zipfile.ZipFile(path, "w") as archive, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about the name that is there already
            archive.writestr(LAND, first)
            for name, content in contents.items():
                archive.writestr(name, second if name == LAND else content)
        verdict = verify_proposal(path)

        assert verdict.twice == (LAND,)
        assert verdict.added == ()
        assert LAND in "\n".join(tell_verification(verdict, "id"))
    assert verdict.changed == (LAND,)


def comment(path: Path) -> None:
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = b"baca https://example.org"


ATTACHED: dict[str, tuple[Callable[[Path], None], str]] = {
    "comment": (comment, "comment"),
    "behind": (lambda path: path.write_bytes(path.read_bytes() + b"x" * 9), "hidden"),
    "before": (lambda path: path.write_bytes(b"#!/bin/sh\n" + path.read_bytes()), "hidden"),
}


@pytest.mark.parametrize("kind", ATTACHED)
def test_what_is_attached_to_a_package_is_told(package: Path, tmp_path: Path, kind: str) -> None:
    attach, named = ATTACHED[kind]
    path = tmp_path / "a.zip"
    path.write_bytes(package.read_bytes())
    attach(path)

    verdict = verify_proposal(path)
    assert verdict.unnamed == (named,)
    assert not verdict.intact
    assert "ditempelkan" in "\n".join(tell_verification(verdict, "id"))


def test_what_lies_between_two_files_without_a_name_is_told(package: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(package) as old, zipfile.ZipFile(path, "w") as new:
        for at, name in enumerate(old.namelist()):
            new.writestr(name, old.read(name))
            if at == 1:
                assert new.fp is not None
                new.fp.write(b"MZ" + bytes(50))
                new.start_dir = new.fp.tell()

    assert verify_proposal(path).unnamed == ("hidden",)


def test_a_package_that_somebody_unfolded_and_packed_again_is_intact(
    repacked, package: Path, tmp_path: Path
) -> None:
    assert verify_proposal(repacked(lambda _: None)).intact
    streamed = io.BytesIO()
    streamed.seekable = lambda: False  # type: ignore[method-assign]
    with zipfile.ZipFile(package) as old, zipfile.ZipFile(streamed, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    path = tmp_path / "stream.zip"
    path.write_bytes(streamed.getvalue())
    assert verify_proposal(path).intact


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "C:\\windows\\x", "a/..\\x"])
def test_a_name_that_leads_outside_is_told_and_nothing_is_written(
    package: Path, tmp_path: Path, name: str
) -> None:
    path = tmp_path / "kotak" / "a.zip"
    path.parent.mkdir()
    path.write_bytes(package.read_bytes())
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(zipfile.ZipInfo(name), b"x")

    with pytest.raises(FileError) as refused:
        verify_proposal(path)
    assert name in refused.value.sentence("id")
    assert list(tmp_path.rglob("*")) == [path.parent, path]


HOSTILE: dict[str, Callable[[zipfile.ZipFile], None]] = {
    "bomb": lambda z: z.writestr("a.txt", b"0" * 60_000_000),
    "leads outside": lambda z: z.writestr("../../etc/passwd", b"x"),
    "absolute": lambda z: z.writestr("/etc/passwd", b"x"),
    "drive": lambda z: z.writestr("C:\\windows\\x", b"x"),
    "no manifest": lambda z: z.writestr("a.txt", b"x"),
    "huge manifest": lambda z: z.writestr("manifest.json", json.dumps({"a": list(range(10**6))})),
    "manifest is a list": lambda z: z.writestr("manifest.json", b"[1, 2]"),
    "manifest is deep": lambda z: z.writestr("manifest.json", b"[" * 100_000),
    "manifest has a huge number": lambda z: z.writestr("manifest.json", b"9" * 10_000),
    "files is a list": lambda z: z.writestr(
        "manifest.json", json.dumps({"version": 2, "group": "a", "status": "siap",
                                     "open_errors": 0, "files": [1],
                                     "digest": "HKM1|a||1|1.0000|" + "ab" * 16}),
    ),
    "hashes are numbers": lambda z: z.writestr(
        "manifest.json", json.dumps({"version": 2, "group": "a", "status": "siap", "open_errors": 0,
                                     "files": {"a": 1},
                                     "digest": "HKM1|a||1|1.0000|" + "ab" * 16}),
    ),
    "open errors are a word": lambda z: z.writestr(
        "manifest.json", json.dumps({"version": 2, "group": "a", "status": "siap",
                                     "open_errors": "0", "files": {},
                                     "digest": "HKM1|a||1|1.0000|" + "ab" * 16}),
    ),
    "digest is no digest": lambda z: z.writestr(
        "manifest.json", json.dumps({"version": 2, "group": "a", "status": "siap", "open_errors": 0,
                                     "files": {}, "digest": {"a": 1}}),
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_package_is_one_sentence_and_exit_2(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        HOSTILE[kind](archive)

    with pytest.raises(FileError):
        verify_proposal(path)
    done = CliRunner().invoke(hkm, ["verify-proposal", str(path)])
    assert done.exit_code == 2
    assert "Traceback" not in done.output
    assert len(done.stderr.splitlines()) == 1
    assert "tidak terduga" not in done.stderr


def test_thousands_of_entries_are_refused_before_any_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for n in range(10_001):
            archive.writestr(f"{n}", b"")

    with pytest.raises(FileError):
        verify_proposal(path)


@pytest.mark.parametrize(
    "land",
    [
        b"",
        b"{}",
        b"[" * 5000,
        b'{"type":"FeatureCollection","features":[]}',
        b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"parcel_id":"a",'
        b'"group":"b","area_ha":"x"},"geometry":{"type":"Point","coordinates":[1,2]}}]}',
        b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"parcel_id":"a",'
        b'"group":"b","area_ha":1},"geometry":{"type":"Polygon","coordinates":'
        b"[[[0,0],[1e400,0],[1,1],[0,0]]]}}]}",
        b"<OGRVRTDataSource/>",
    ],
)
def test_land_that_is_no_land_is_told_and_not_obeyed(repacked, land: bytes) -> None:
    verdict = verify_proposal(repacked(lambda c: c.update({LAND: land})))

    assert verdict.unlike_manifest == ("land",)
    assert verdict.changed == (LAND,)


def test_cut_at_any_length_it_is_one_sentence(package: Path, tmp_path: Path) -> None:
    whole = package.read_bytes()
    path = tmp_path / "cut.zip"
    for length in (0, 1, 4, 100, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(FileError):
            verify_proposal(path)


def test_one_changed_byte_anywhere_in_a_file_is_found(package: Path, tmp_path: Path) -> None:
    whole = bytearray(package.read_bytes())
    path = tmp_path / "byte.zip"
    with zipfile.ZipFile(package) as archive:
        entries = [e for e in archive.infolist() if e.file_size]
    for entry in entries:
        start = entry.header_offset
        name, extra = struct.unpack("<HH", whole[start + 26 : start + 30])
        at = start + 30 + name + extra + entry.compress_size // 2
        whole[at] ^= 0xFF
        path.write_bytes(whole)
        whole[at] ^= 0xFF
        with contextlib.suppress(FileError):  # its checksum no longer fits
            assert not verify_proposal(path).intact
