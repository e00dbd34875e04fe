"""Files that belong together take their places together, or none does."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from hkm_gis.errors import FileError
from hkm_gis.files import replace_file, replacing_together
from hkm_gis.text import LANGUAGES

OLD = {"a.pdf": "lama", "peta/b.pdf": "lama", "peta/lalu.pdf": "lama"}
NEW = {"a.pdf": "baru", "peta/b.pdf": "baru", "usulan/c.zip": "baru"}
STEPS = ("replace", "fsync", "link", "mkdir", "unlink")


@pytest.fixture
def results(tmp_path):
    home = tmp_path / "hasil"
    home.mkdir()
    write(home, OLD)
    return home


def write(home, contents):
    for name, text in contents.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text)


def contents_of(home):
    return {f.relative_to(home).as_posix(): f.read_text() for f in home.rglob("*") if f.is_file()}


def replace_all(home):
    with replacing_together(home, stale=["peta/lalu.pdf", "tak_ada.pdf"]) as fresh:
        write(fresh, NEW)


def test_all_files_take_their_places_and_what_is_past_goes(results):
    replace_all(results)

    assert contents_of(results) == NEW


def test_a_room_that_could_not_be_cleared_is_no_result(results):
    with replacing_together(results) as fresh:
        write(fresh, {"peta/.hkm_sisa/baru/x.pdf": "sisa", "peta/b.pdf": "baru"})

    assert contents_of(results) == OLD | {"peta/b.pdf": "baru"}


@pytest.mark.parametrize("step", STEPS)
def test_a_fault_at_any_step_leaves_the_whole_old_set_or_the_whole_new_one(
    results, monkeypatch, step
):
    real, faults = getattr(os, step), 0
    for at in range(1, 60):
        calls = 0

        def failing(*given, at=at, **named):
            nonlocal calls
            calls += 1
            if calls == at:
                raise OSError(5, "Input/output error")
            return real(*given, **named)

        with monkeypatch.context() as patch:
            patch.setattr(os, step, failing)
            try:
                replace_all(results)
            except FileError:
                faults += 1
                assert contents_of(results) in (OLD, NEW)
        if calls < at:
            break
        for name in NEW:
            (results / name).unlink(missing_ok=True)
        write(results, OLD)

    assert calls < at
    assert faults or step in ("link", "unlink")  # a copy is kept where no second name can be


def test_a_file_that_cannot_be_replaced_keeps_all_others_as_they_were(results):
    (results / "usulan" / "c.zip").mkdir(parents=True)

    with pytest.raises(FileError) as caught:
        replace_all(results)

    assert caught.value.facts["file"] == "c.zip"
    assert contents_of(results) == OLD


@pytest.mark.parametrize(
    ("number", "key", "asks"),
    [(errno.EACCES, "file_not_writable", "Excel"), (errno.ENOSPC, "disk_full", "disk")],
)
def test_a_file_that_is_open_in_excel_is_named_and_all_others_stay(
    results, monkeypatch, number, key, asks
):
    real = os.replace

    def replace(file, place):
        if Path(place) == results / "peta" / "b.pdf":
            raise OSError(number, "Access is denied", str(place))
        real(file, place)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(FileError) as caught:
        replace_all(results)

    assert caught.value.key == key
    for lang in LANGUAGES:
        assert '"b.pdf"' in caught.value.sentence(lang)
        assert asks in caught.value.sentence(lang)
        assert "Access" not in caught.value.sentence(lang)
    assert contents_of(results) == OLD


def test_what_cannot_be_put_back_is_named_all_others_are_and_the_next_run_tries_again(
    results, monkeypatch
):
    real, held = os.replace, results / "a.pdf"

    def replace(file, place):
        if Path(place) == results / "usulan" / "c.zip":
            raise OSError(errno.EIO, "")
        if Path(place) == held and held.read_text() == "baru":  # somebody opens it just now
            raise OSError(errno.EACCES, "")
        real(file, place)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", replace)
        with pytest.raises(FileError) as caught:
            replace_all(results)

    assert (caught.value.key, caught.value.facts["file"]) == ("old_not_back", "a.pdf")
    for lang in LANGUAGES:
        assert '"a.pdf"' in caught.value.sentence(lang)
    assert (results / "peta" / "b.pdf").read_text() == "lama"

    replace_file(results / "lain.txt", b"lain")

    assert contents_of(results) == OLD | {"lain.txt": "lain"}


def test_a_folder_of_new_files_that_cannot_be_read_moves_none_of_them(results, monkeypatch):
    real = os.scandir

    def scandir(place):
        if not isinstance(place, int) and Path(place).name == "usulan":
            raise OSError(13, "Permission denied")
        return real(place)

    monkeypatch.setattr(os, "scandir", scandir)
    with pytest.raises(FileError):
        replace_all(results)

    monkeypatch.undo()
    assert contents_of(results) == OLD


KILLED = """
import os, signal, sys
sys.path.insert(0, sys.argv[2])
from files.test_moves import replace_all
from pathlib import Path
real, moved = os.replace, []
def replace(*names):
    real(*names)
    moved.append(names)
    if len(moved) == int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)
os.replace = replace
replace_all(Path(sys.argv[1]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
@pytest.mark.parametrize("moves", [1, 2, 3])
def test_after_a_kill_between_two_moves_the_next_writer_puts_the_old_set_back(results, moves):
    tests = str(Path(__file__).parent.parent)
    command = [sys.executable, "-c", KILLED, str(results), tests, str(moves)]
    ended = subprocess.run(command, check=False)

    assert ended.returncode == -signal.SIGKILL

    replace_file(results / "lain.txt", b"lain")

    assert contents_of(results) == OLD | {"lain.txt": "lain"}


def test_of_two_writers_at_once_one_set_stands_whole(results):
    names = [f"{n}.txt" for n in range(40)]

    def write_set(text):
        with replacing_together(results) as fresh:
            write(fresh, dict.fromkeys(names, text))

    for _ in range(5):
        writers = [threading.Thread(target=write_set, args=(text,)) for text in "xyz"]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()

        assert len({(results / name).read_text() for name in names}) == 1
    assert {f.name for f in results.iterdir()} == {"a.pdf", "peta", *names}
