"""Private folders for unfinished work; what a killed run leaves of them is cleared by the next."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from hkm_gis.errors import FileError
from hkm_gis.files.moves import NEW, cannot_write, undo_moves

if TYPE_CHECKING:
    from filelock import BaseFileLock

__all__ = ["PREFIX", "scratch_folder", "scratch_for_libraries", "workroom"]

PREFIX = ".hkm-"
"""How the name of a room begins."""

# The system lets go of a lock when its process ends, however it ends: so a room whose lock is
# free was abandoned. A number of a process may be given anew, or be of another computer.
_OWNER = ".kunci"


@contextmanager
def workroom(folder: Path) -> Iterator[Path]:
    """Give an empty folder inside ``folder`` that is gone when the block ends.

    Raises
    ------
    FileError
        ``folder`` takes no files, or the block met an `OSError`.
    """
    try:
        _clear_abandoned(folder)
        room, owner = _claim(folder)
    except OSError as problem:
        raise cannot_write(folder, problem) from problem
    try:
        yield room
    except FileError:
        raise
    except OSError as problem:
        raise cannot_write(folder, problem) from problem
    finally:
        owner.release()
        _clear(room)


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Give an empty folder for files that only another library sees, as `workroom` does.

    It lies where the system keeps such things, readable by its owner only. Members' data that a
    killed run leaves there is cleared by the next run.
    """
    with workroom(Path(tempfile.gettempdir())) as room:
        inside = room / NEW
        inside.mkdir()
        try:
            yield inside
        except Exception as problem:
            if type(problem).__module__.partition(".")[0] not in _WRITERS:
                raise
            raise _refused(room.parent, problem) from problem


@contextmanager
def scratch_for_libraries() -> Iterator[None]:
    """Let the temporary files that a library makes by itself lie in a `scratch_folder`."""
    before = tempfile.tempdir
    with scratch_folder() as scratch:
        tempfile.tempdir = str(scratch)
        try:
            yield
        finally:
            tempfile.tempdir = before


# Their errors are no OSError: a full disk, a disk that fails, or a limit of the system.
_WRITERS = ("pyogrio", "fiona", "sqlite3")


def _refused(folder: Path, problem: Exception) -> FileError:
    first = (str(problem).splitlines() or [type(problem).__name__])[0]
    return FileError("scratch_refused", folder=str(folder), problem=first[:120])


def _claim(folder: Path) -> tuple[Path, BaseFileLock]:
    while True:
        room = Path(tempfile.mkdtemp(dir=folder, prefix=PREFIX))
        # Another process that clears up may have taken the room for an abandoned one meanwhile.
        with suppress(TimeoutError, FileNotFoundError):
            return room, _owned(room)


def _owned(room: Path) -> BaseFileLock:
    from filelock import FileLock

    lock = FileLock(room / _OWNER)
    lock.acquire(timeout=0)
    return lock


def _clear_abandoned(folder: Path) -> None:
    for room in sorted(folder.glob(f"{PREFIX}*")):
        if _is_ours(room):
            with suppress(OSError):
                _owned(room).release()
                _clear(room)


def _is_ours(room: Path) -> bool:
    if room.is_symlink() or not room.is_dir():
        return False
    return os.name == "nt" or room.stat().st_uid == os.getuid()


def _clear(room: Path) -> None:
    undo_moves(room)
    shutil.rmtree(room, ignore_errors=True)
