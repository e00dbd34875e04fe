"""Files move to their places together: all of them, or none.

The old files are kept (as a second name of the same file, where the disk can), a journal says
what will move, and the new ones move in. Removing the journal is the one step that makes the new
set the valid one: whatever ends the process before it, `undo_moves` puts the old set back.
"""

from __future__ import annotations

import errno
import filecmp
import json
import os
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from hkm_gis.errors import FileError, errno_name

__all__ = ["NEW", "cannot_write", "move_in", "sync", "sync_folder", "undo_moves"]

NEW = "baru"
"""Where in a room the new files lie, each in the folders that its name begins with."""

_OLD, _JOURNAL = "lama", "jurnal.json"
_PATIENCE_S = 60.0


def move_in(room: Path, names: Collection[str], stale: Collection[str]) -> None:
    """Move the files of a room to the folder around it, and remove those of ``stale`` there.

    What fails is undone by `undo_moves`.

    Raises
    ------
    FileError
        A file cannot be replaced or removed.
    """
    home = room.parent
    moves = {name: os.path.lexists(home / name) for name in sorted({*names, *stale})}
    with _one_at_a_time(home):
        for name in (name for name, stands in moves.items() if stands):
            _told(_keep, home / name, room / _OLD / name)
        _write_journal(room, moves)
        for name in moves:
            if name in names:
                _told(_move, home / name, room / NEW / name)
            else:
                _told(_remove, home / name)
        _sync_folders(home, moves)
        (room / _JOURNAL).unlink()


def undo_moves(room: Path) -> None:
    """Put back what the moves out of ``room`` replaced, if they were not finished.

    Raises
    ------
    FileError
        A file cannot be put back; all others are, and the next run tries again.
    """
    journal, home = room / _JOURNAL, room.parent
    if not journal.is_file():
        return
    moves: Mapping[str, bool] = json.loads(journal.read_text("utf-8"))
    refused: list[FileError] = []
    with _one_at_a_time(home):
        for name, stood in moves.items():
            try:
                _put_back(home / name, room / _OLD / name if stood else None)
            except OSError as problem:
                cause = errno_name(problem)
                refused.append(FileError("old_not_back", file=name, problem_errno=cause))
        if refused:
            raise refused[0]
        _sync_folders(home, moves)
        journal.unlink()


def _put_back(place: Path, old: Path | None) -> None:
    if old is None:
        _remove(place)
    elif os.path.lexists(old) and not _is_as_it_was(place, old):  # else it was put back already
        _move(place, old)


def _is_as_it_was(place: Path, old: Path) -> bool:
    # What is open in another program could not be moved, and needs no moving back: on Windows that
    # would be refused as well.
    with suppress(OSError):
        return place.samefile(old) or filecmp.cmp(place, old, shallow=False)
    return False


def cannot_write(path: Path, problem: OSError) -> FileError:
    """Return the error that says what could not be written to, and why."""
    full = problem.errno in (errno.ENOSPC, errno.EDQUOT)
    key = "disk_full" if full else "file_not_writable"
    return FileError(key, file=path.name, problem_errno=errno_name(problem))


def sync(file: Path) -> None:
    """Bring a file to the disk, before its name says that it is there."""
    with file.open("rb+") as stream:
        os.fsync(stream.fileno())


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    if os.name == "nt":
        return  # a folder cannot be opened there
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    """Let one process after the other move its files."""
    from filelock import FileLock

    lock = FileLock(folder / ".hkm.kunci", timeout=_PATIENCE_S)
    with lock:
        try:
            yield
        finally:
            # While it is held: whoever waits sees that its file is gone and takes a new one.
            # Windows refuses, and removes it on release.
            with suppress(OSError):
                Path(lock.lock_file).unlink()


def _told(step: Callable[..., None], file: Path, *others: Path) -> None:
    """Do a step with a file of the results; an error names it."""
    try:
        step(file, *others)
    except OSError as problem:
        raise cannot_write(file, problem) from problem


def _write_journal(room: Path, moves: Mapping[str, bool]) -> None:
    draft = room / f"{_JOURNAL}.baru"
    draft.write_text(json.dumps(moves), "utf-8")
    sync(draft)
    os.replace(draft, room / _JOURNAL)  # noqa: PTH105 - Path.replace is this; tests break this name
    sync_folder(room)


def _keep(file: Path, copy: Path) -> None:
    copy.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(file, copy, follow_symlinks=os.link not in os.supports_follow_symlinks)
    except (OSError, NotImplementedError):  # a flash disk knows no second name of a file
        shutil.copy2(file, copy, follow_symlinks=False)
        sync(copy)


def _move(place: Path, file: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.replace(file, place)  # noqa: PTH105 - Path.replace is this; tests break this very name
    except OSError as problem:
        if problem.errno != errno.EXDEV:
            raise
        beside = place.with_name(f".hkm-{place.name}")  # the folder is a link to another disk
        shutil.copy2(file, beside)
        sync(beside)
        os.replace(beside, place)  # noqa: PTH105


def _remove(file: Path) -> None:
    file.unlink(missing_ok=True)


def _sync_folders(home: Path, names: Iterable[str]) -> None:
    for folder in sorted({(home / name).parent for name in names}):
        if folder.is_dir():
            sync_folder(folder)
