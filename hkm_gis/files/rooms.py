"""Private folders for unfinished work; what a killed run leaves of them is cleared by the next."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

from hkm_gis.errors import FileError
from hkm_gis.files.moves import NEW, cannot_write, undo_moves

if TYPE_CHECKING:
    from filelock import BaseFileLock

__all__ = ["PREFIX", "scratch_folder", "scratch_for_libraries", "workroom"]

PREFIX = ".hkm_"
"""How the name of a room begins."""

# The system lets go of a lock when its process ends, however it ends: so a room whose lock is
# free was abandoned. A number of a process may be given anew, or be of another computer. The lock
# lies beside the room, and is held from before the room is there until it is gone: no moment is
# left at which a living room looks abandoned.
_LOCK = ".kunci"


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
        _clear(room, owner)


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
_WRITERS = ("pyogrio", "fiona", "sqlite3", "lxml")


def _refused(folder: Path, problem: Exception) -> FileError:
    first = (str(problem).splitlines() or [type(problem).__name__])[0]
    return FileError("scratch_refused", folder=str(folder), problem=first[:120])


def _claim(folder: Path) -> tuple[Path, BaseFileLock]:
    folder.stat()  # filelock would make one that is missing
    while True:
        room = folder / f"{PREFIX}{token_hex(4)}"
        with suppress(TimeoutError):  # another process, clearing up, was quicker
            owner = _owned(room)
            try:
                room.mkdir(mode=0o700)
            except BaseException:
                _clear(room, owner)
                raise
            return room, owner


def _owned(room: Path) -> BaseFileLock:
    from filelock import FileLock

    lock = FileLock(_lock_of(room))
    lock.acquire(timeout=0)
    return lock


def _lock_of(room: Path) -> Path:
    return room.with_name(f"{room.name}{_LOCK}")


def _clear_abandoned(folder: Path) -> None:
    found = folder.glob(f"{PREFIX}*")
    for room in sorted({place.with_name(place.name.removesuffix(_LOCK)) for place in found}):
        with suppress(OSError):  # another process uses it, or has just removed it
            if _is_ours(room):
                _clear(room, _owned(room))


def _is_ours(room: Path) -> bool:
    if room.is_symlink() or room.is_file():
        return False
    owned = room if room.exists() else _lock_of(room)
    return os.name == "nt" or owned.stat().st_uid == os.getuid()


def _clear(room: Path, owner: BaseFileLock) -> None:
    try:
        undo_moves(room)
        shutil.rmtree(room, ignore_errors=True)
    finally:
        with suppress(OSError):  # Windows refuses, and removes it on release
            _lock_of(room).unlink()
        owner.release()
