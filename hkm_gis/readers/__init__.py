"""A file from the field → features, read by what its bytes prove."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from hkm_gis.files import Kind, Limits, Refusal, local_path, read_content, sniff_content
from hkm_gis.readers.archive import unpack
from hkm_gis.readers.feature import Feature
from hkm_gis.readers.geojson import read_geojson, read_geojsonseq
from hkm_gis.readers.gpx import read_gpx
from hkm_gis.readers.kml import read_kml
from hkm_gis.record import Rejection

__all__ = ["Feature", "FoundFile", "find_files", "read_files"]


DEFAULT_LIMITS = Limits()


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
    """

    path: Path
    source: str
    root: Path


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
    return _with_distinct_sources(list(found.values()))


def _named(path: Path) -> FoundFile:
    return FoundFile(path, path.name, path.resolve().parent)


def _files_below(root: Path) -> Iterator[FoundFile]:
    files = (Path(folder, name) for folder, _, names in os.walk(root) for name in names)
    shown = [f for f in files if not any(_is_hidden(p) for p in f.relative_to(root).parts)]
    names = {f.as_posix().lower() for f in shown}
    for file in sorted(shown, key=lambda f: f.relative_to(root).parts):
        if not _is_part_of_other(file, names):
            yield FoundFile(file, file.relative_to(root).as_posix(), root)


def _is_hidden(name: str) -> bool:
    return name.startswith((".", "~$", "__MACOSX")) or name.lower() in {"thumbs.db", "ehthumbs.db"}


_SHAPEFILE_PARTS = {
    *(".shx", ".dbf", ".prj", ".cpg", ".qpj", ".qmd", ".sbn", ".sbx", ".fix", ".qix", ".cst"),
    *(".ain", ".aih", ".atx", ".ixs", ".mxs", ".idm", ".ind", ".shp.xml", ".qml", ".sld"),
}
_DATABASE_PARTS = {".gpkg-wal": ".gpkg", ".gpkg-shm": ".gpkg", ".gpkg-journal": ".gpkg"}


def _is_part_of_other(file: Path, names: set[str]) -> bool:
    lower = file.as_posix().lower()
    for part in _SHAPEFILE_PARTS:
        if lower.endswith(part) and lower.removesuffix(part) + ".shp" in names:
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
        f
        if count[f.source] == 1
        else FoundFile(f.path, f"{f.root.resolve().name}/{f.source}", f.root)
        for f in files
    ]


def read_files(
    paths: Sequence[str | Path], *, crs: str = "", layer: str = "", limits: Limits = DEFAULT_LIMITS
) -> Iterator[Feature | Rejection]:
    """Yield every feature of every file, as recorded; one that cannot be read says why.

    Parameters
    ----------
    paths
        Files and folders of walks, maps, forms and tables.
    crs
        Coordinate system of the files that state none (``EPSG:32748``).
    layer
        The one layer to read from files that hold several; all if empty.
    limits
        How much one file may ask of the machine.

    Yields
    ------
    Feature or Rejection
        In the order of the files and of the features in each. A file that cannot be read is one
        rejection without feature.

    Raises
    ------
    HkmError
        A named path does not exist, or is no local file or folder.
    """
    for file in find_files(paths):
        yield from _read_file(file, crs, layer, limits)


def _read_file(
    file: FoundFile, crs: str, layer: str, limits: Limits
) -> Iterator[Feature | Rejection]:
    try:
        yield from _read_content(_content_of(file, limits), file.source, crs, layer, limits)
    except Refusal as refusal:
        yield _rejected(file.source, refusal)
    except Exception as problem:  # the promise: no file of a user stops the batch
        yield _rejected(file.source, Refusal("unreadable", problem=type(problem).__name__))


def _content_of(file: FoundFile, limits: Limits) -> bytes:
    if not file.path.resolve().is_relative_to(file.root.resolve()):
        raise Refusal("link_leads_outside")
    return read_content(file.path, limits)


def _rejected(source: str, refusal: Refusal) -> Rejection:
    return Rejection(
        source=source, feature="", code=refusal.code, reason=refusal.reason, facts=refusal.facts
    )


def _read_content(
    content: bytes, source: str, crs: str, layer: str, limits: Limits
) -> Iterator[Feature | Rejection]:
    kind = sniff_content(content)
    if kind == "archive":
        yield from _read_archive(content, source, crs, layer, limits)
    elif kind == "gpx":
        yield from read_gpx(content, source, limits)
    elif kind == "kml":
        yield from read_kml(content, source, limits)
    elif kind == "geojson":
        yield from read_geojson(content, source, limits, crs=crs)
    elif kind == "geojsonseq":
        yield from read_geojsonseq(content, source, limits, crs=crs)
    else:
        raise _no_map(kind)


def _no_map(kind: Kind) -> Refusal:
    if kind == "empty":
        return Refusal("file_empty")
    if kind == "redirect":
        return Refusal("redirect")
    return Refusal("not_a_map", code="S02")


def _read_archive(
    content: bytes, source: str, crs: str, layer: str, limits: Limits
) -> Iterator[Feature | Rejection]:
    members = unpack(content, limits)
    readable = {
        name: data
        for name, data in members.items()
        if not _is_hidden(Path(name).name) and sniff_content(data) in _INSIDE_ARCHIVES
    }
    if not readable:
        raise Refusal("archive_without_map")
    for name, data in readable.items():
        inside = source if len(readable) == 1 else f"{source}/{name}"
        try:
            yield from _read_content(data, inside, crs, layer, limits)
        except Refusal as refusal:
            yield _rejected(inside, refusal)


_INSIDE_ARCHIVES = {"gpx", "kml", "geojson", "geojsonseq"}
