"""What the user named → the files to read, each once, in a stable order."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from hkm_gis.files import local_path, text_of
from hkm_gis.readers.repeats import PARENT_MARKS, ROW_MARKS

__all__ = ["FoundFile", "find_files", "is_hidden", "is_part_of_other"]


@dataclass(frozen=True, slots=True)
class FoundFile:
    """One file to read, and the name that every report uses for it.

    Attributes
    ----------
    path
        Where it lies.
    source
        Its path relative to what the user named, ``/`` between folders.
    root
        The folder that the user named (or that holds the named file).
    home
        Name of the folder that the user named; empty for a named file.
    form
        The text tables of its folder, itself among them, where one says that its rows belong to
        rows of another: KoboToolbox and ODK write a repeated group to a file of its own.
    """

    path: Path
    source: str
    root: Path
    home: str = ""
    form: tuple[Path, ...] = ()


def find_files(paths: Sequence[str | Path]) -> list[FoundFile]:
    """Return every file in the named files and folders, each once, in a stable order.

    Parameters
    ----------
    paths
        Files and folders; a folder is searched to the bottom.

    Returns
    -------
    list of FoundFile
        In the order of ``paths``, inside a folder by name. Hidden and temporary files
        (``~$anggota.xlsx``, ``.DS_Store``) and the parts of a shapefile are left out.

    Raises
    ------
    HkmError
        A named path does not exist, or is no local file or folder.
    """
    found: dict[Path, FoundFile] = {}
    for path in map(local_path, paths):
        for file in _files_below(path) if path.is_dir() else [_named(path)]:
            found.setdefault(file.path.absolute(), file)
    return _with_forms(_with_distinct_sources(list(found.values())))


def _named(path: Path) -> FoundFile:
    return FoundFile(path, path.name, path.resolve().parent)


def _files_below(root: Path) -> Iterator[FoundFile]:
    files = (Path(folder, name) for folder, _, names in os.walk(root) for name in names)
    shown = [f for f in files if not any(is_hidden(p) for p in f.relative_to(root).parts)]
    names = {f.as_posix().lower() for f in shown}
    for file in sorted(shown, key=lambda f: f.relative_to(root).parts):
        if not is_part_of_other(file, names):
            yield FoundFile(file, file.relative_to(root).as_posix(), root, root.resolve().name)


def is_hidden(name: str) -> bool:
    """Tell whether a file or folder is one of the system or of an open program."""
    return name.startswith((".", "~$", "__MACOSX")) or name.lower() in _OF_THE_SYSTEM


_OF_THE_SYSTEM = {"thumbs.db", "ehthumbs.db", "desktop.ini"}


_SHAPEFILE_PARTS = {
    *(".shx", ".dbf", ".prj", ".cpg", ".qpj", ".qmd", ".sbn", ".sbx", ".fix", ".qix", ".cst"),
    *(".ain", ".aih", ".atx", ".ixs", ".mxs", ".idm", ".ind", ".shp.xml", ".qml", ".sld"),
}
_DATABASE_PARTS = {".gpkg-wal": ".gpkg", ".gpkg-shm": ".gpkg", ".gpkg-journal": ".gpkg"}


def is_part_of_other(file: PurePath, names: set[str]) -> bool:
    """Tell whether a file is only a part of a shapefile or database among ``names``."""
    lower = file.as_posix().lower()
    for part in _SHAPEFILE_PARTS:
        stem = lower.removesuffix(part)
        # Where the shapes themselves are missing, their index stands for all other parts.
        if stem != lower and (
            stem + ".shp" in names or (part != ".shx" and stem + ".shx" in names)
        ):
            return True
    return any(
        lower.endswith(part) and lower.removesuffix(part) + whole in names
        for part, whole in _DATABASE_PARTS.items()
    )


def _with_distinct_sources(files: list[FoundFile]) -> list[FoundFile]:
    """Two named folders may both hold ``1.gpx``: then the folder's name comes before it."""
    count: dict[str, int] = {}
    for file in files:
        count[file.source] = count.get(file.source, 0) + 1
    return [
        f if count[f.source] == 1 else replace(f, source=f"{f.root.resolve().name}/{f.source}")
        for f in files
    ]


def _with_forms(files: Sequence[FoundFile]) -> list[FoundFile]:
    tables: dict[Path, list[Path]] = {}
    for file in files:
        if file.path.suffix.lower() in _TEXT_TABLES and not file.path.is_symlink():
            tables.setdefault(file.path.parent, []).append(file.path)
    form_of: dict[Path, tuple[Path, ...]] = {}
    for beside in (paths for paths in tables.values() if len(paths) > 1):
        marks = {path: _marks_of(path) for path in beside}
        form = tuple(path for path in beside if marks[path])
        if len(form) <= _TABLES_OF_A_FORM and PARENT_MARKS & frozenset().union(*marks.values()):
            form_of |= dict.fromkeys(form, form)
    return [replace(f, form=form_of[f.path]) if f.path in form_of else f for f in files]


_TEXT_TABLES = {".csv", ".tsv", ".txt"}
_TABLES_OF_A_FORM = 50  # each is looked at with all others; a form has a handful
_HEADING_BYTES = 16_384  # a form of 300 questions


def _marks_of(table: Path) -> frozenset[str]:
    """Return the columns of a table by which its rows belong to others, or others to them."""
    try:
        if not table.is_file():
            return frozenset()  # a pipe would keep us waiting
        with table.open("rb") as stream:
            heading = (text_of(stream.read(_HEADING_BYTES)) or "").partition("\n")[0]
    except OSError:
        return frozenset()  # its reader says what is wrong with it
    return ROW_MARKS.intersection(re.findall(r"[\w/-]+", heading))
