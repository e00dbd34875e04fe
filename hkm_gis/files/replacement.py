"""Files are written whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from hkm_gis.errors import FileError

__all__ = [
    "replace_file",
    "replacing",
    "replacing_together",
]


def replace_file(
    path: str | Path, data: bytes, *, inputs: Collection[Path] = (), private: bool = False
) -> None:
    """Write ``data`` to ``path``, whole or not at all.

    Parameters
    ----------
    path
        The file to write; its folder must exist.
    data
        Its new content.
    inputs
        Files that were read and must not be written to.
    private
        True where the file holds members' data: only its owner may read it (mode 0600).

    Raises
    ------
    FileError
        ``path`` is one of ``inputs``, or cannot be written.
    """
    with replacing(path, inputs=inputs, private=private) as fresh:
        fresh.write_bytes(data)


@contextmanager
def replacing(
    path: str | Path, *, inputs: Collection[Path] = (), private: bool = False
) -> Iterator[Path]:
    """Give a path to write to; when the block ends well, it becomes ``path`` in one step.

    Parameters as `replace_file`. A block that fails, and a killed run, leave the old file as it
    was; what a killed run left behind is cleared by the next one.

    Yields
    ------
    Path
        A path in a private folder beside ``path``, of the same name.
    """
    path = Path(path)
    _refuse_inputs([path], inputs)
    with _workroom(path.parent) as room:
        yield room / path.name
        if not (room / path.name).is_file():
            raise FileError("nothing_written", file=path.name)
        _move_in(room / path.name, path, private=private)


@contextmanager
def replacing_together(
    folder: str | Path,
    *,
    inputs: Collection[Path] = (),
    stale: Collection[str] = (),
    private: bool = False,
) -> Iterator[Path]:
    """Give a folder to write several files to; when the block ends well, all move to ``folder``.

    For files that belong together, as the parts of a shapefile. Each file is replaced whole;
    the names in ``stale`` that were not written anew are removed, so that no old part is left
    beside new ones.

    Yields
    ------
    Path
        An empty private folder inside ``folder``.
    """
    folder = Path(folder)
    with _workroom(folder) as room:
        yield room
        fresh = sorted(room.iterdir())
        _refuse_inputs([folder / f.name for f in fresh], inputs)
        for name in sorted(set(stale) - {f.name for f in fresh}):
            (folder / name).unlink(missing_ok=True)
        for file in fresh:
            _move_in(file, folder / file.name, private=private)


@contextmanager
def _workroom(folder: Path) -> Iterator[Path]:
    try:
        _clear_abandoned(folder)
        room = Path(tempfile.mkdtemp(dir=folder, prefix=f".hkm-{os.getpid()}-"))
    except OSError as problem:
        raise _cannot_write(folder, problem) from problem
    try:
        yield room
    except FileError:
        raise
    except OSError as problem:
        raise _cannot_write(folder, problem) from problem
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _cannot_write(path: Path, problem: OSError) -> FileError:
    return FileError("file_not_writable", file=path.name, problem=problem.strerror or str(problem))


def _clear_abandoned(folder: Path) -> None:
    for room in folder.glob(".hkm-*-*"):
        owner = room.name.split("-")[1]
        if owner.isdigit() and not _is_running(int(owner)):
            shutil.rmtree(room, ignore_errors=True)


def _is_running(pid: int) -> bool:
    if os.name == "nt":
        return True  # Windows has no harmless way to ask; a leftover folder there is only untidy
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _refuse_inputs(outputs: Collection[Path], inputs: Collection[Path]) -> None:
    taken = {Path(file).resolve() for file in inputs}
    for output in outputs:
        if output.resolve() in taken:
            raise FileError("output_is_input", file=output.name)


def _move_in(fresh: Path, path: Path, *, private: bool) -> None:
    try:
        if private:
            fresh.chmod(0o600)
        with fresh.open("rb+") as stream:
            os.fsync(stream.fileno())
        os.replace(fresh, path)  # noqa: PTH105 - Path.replace is this; tests break this very name
        _sync_folder(path.parent)
    except OSError as problem:
        raise _cannot_write(path, problem) from problem


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return  # a folder cannot be opened there
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
