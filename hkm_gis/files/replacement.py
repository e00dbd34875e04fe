"""Files are written whole or not at all, one by one or together."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from hkm_gis.errors import FileError
from hkm_gis.files.moves import NEW, cannot_write, move_in, sync, sync_folder
from hkm_gis.files.rooms import PREFIX, workroom

__all__ = ["replace_file", "replacing", "replacing_together"]


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
    with workroom(path.parent) as room:
        yield room / path.name
        if not (room / path.name).is_file():
            raise FileError("nothing_written", file=path.name)
        _move_in(room / path.name, path, private=private)


@contextmanager
def replacing_together(
    folder: str | Path, *, inputs: Collection[Path] = (), stale: Collection[str] = ()
) -> Iterator[Path]:
    """Give a folder to write to; when the block ends well, all files in it move to ``folder``.

    All of them take their places, or none: after an error, a full disk or a kill at any moment
    ``folder`` holds what it held before, at the latest when the next run begins to write there.
    Of two runs at once the one that ends later wins, whole.

    Parameters
    ----------
    folder
        Where the files go, with the folders in which they lie; it must exist.
    inputs
        Files that were read and must not be written to.
    stale
        Names below ``folder`` that are removed unless they were written anew, so that no older
        part is left beside new ones.

    Yields
    ------
    Path
        An empty private folder.

    Raises
    ------
    FileError
        A file of the set is one of ``inputs``, or cannot be written.
    """
    folder = Path(folder)
    with workroom(folder) as room:
        fresh = room / NEW
        fresh.mkdir()
        yield fresh
        names = sorted(_files_below(fresh))
        _refuse_inputs([folder / name for name in names], inputs)
        for name in names:
            sync(fresh / name)
        move_in(room, names, stale)


def _files_below(folder: Path) -> Iterator[str]:
    # Path.rglob passes over a folder that cannot be read; half a set must not move.
    for place, folders, files in os.walk(folder, onerror=_raise):
        folders[:] = [name for name in folders if not name.startswith(PREFIX)]  # rooms left over
        for file in (name for name in files if not name.startswith(PREFIX)):
            yield (Path(place) / file).relative_to(folder).as_posix()


def _raise(problem: OSError) -> None:
    raise problem


def _refuse_inputs(outputs: Collection[Path], inputs: Collection[Path]) -> None:
    taken = {Path(file).resolve() for file in inputs}
    for output in outputs:
        if output.resolve() in taken:
            raise FileError("output_is_input", file=output.name)


def _move_in(fresh: Path, path: Path, *, private: bool) -> None:
    try:
        if private:
            fresh.chmod(0o600)
        sync(fresh)
        os.replace(fresh, path)  # noqa: PTH105 - Path.replace is this; tests break this very name
        sync_folder(path.parent)
    except OSError as problem:
        raise cannot_write(path, problem) from problem
