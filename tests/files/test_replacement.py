"""Files are written whole or not at all."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from hkm_gis.errors import FileError
from hkm_gis.files import replace_file, replacing, replacing_together


def names_in(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


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
    assert [name for name in left if not name.startswith(".hkm_")] == ["peta.txt"]
    assert len(left) > 1

    replace_file(file, b"baru")

    assert file.read_bytes() == b"baru"
    assert names_in(tmp_path) == ["peta.txt"]


def test_two_writers_at_once_do_not_clear_each_other(tmp_path: Path) -> None:
    with replacing(tmp_path / "a") as first, replacing(tmp_path / "b") as second:
        first.write_bytes(b"1")
        second.write_bytes(b"2")

    assert names_in(tmp_path) == ["a", "b"]
