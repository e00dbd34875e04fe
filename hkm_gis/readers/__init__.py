"""A file from the field → features, read by what its bytes prove."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePath, PurePosixPath

from hkm_gis.database import Address, Place, address_of
from hkm_gis.files import (
    DEFAULT_LIMITS,
    Kind,
    Limits,
    Refusal,
    has_guessed_letters,
    read_content,
    sniff_content,
)
from hkm_gis.readers.archive import unpack_nested
from hkm_gis.readers.feature import Feature, Outcome, limit_vertices, refused
from hkm_gis.readers.finding import FoundFile, find_files, is_hidden, is_part_of_other
from hkm_gis.readers.formats import FORMATS, is_named_as
from hkm_gis.readers.forms import repeat_features
from hkm_gis.readers.kml import leads_only_to
from hkm_gis.readers.postgis import read_postgis
from hkm_gis.readers.rows import Sheet
from hkm_gis.readers.tables import WGS84, form_sheets
from hkm_gis.readers.vectors import read_shapefile
from hkm_gis.record import Remark

__all__ = [
    "Feature",
    "FoundFile",
    "Outcome",
    "files_and_addresses",
    "find_files",
    "read_files",
    "read_found",
    "read_table",
]


def read_files(
    paths: Sequence[str | Place], *, crs: str = "", layer: str = "", limits: Limits = DEFAULT_LIMITS
) -> Iterator[Outcome]:
    """Yield every feature of every file, as recorded; one that cannot be read says why.

    Parameters
    ----------
    paths
        Files and folders of walks, maps, forms and tables; addresses of PostGIS tables
        (``postgresql://user@host/database?table=schema.table``), which are read after the files.
    crs
        Coordinate system of the files that state none (``EPSG:32748``).
    layer
        The one layer to read from files that hold several; all if empty.
    limits
        How much one file may ask of the machine.

    Yields
    ------
    Feature, Rejection or Remark
        In the order of the files and of the features in each. A file that cannot be read is one
        rejection without feature; a remark says what people should know of a file that was read.

    Raises
    ------
    HkmError
        A named path does not exist, or is no local file or folder; a database does not answer or
        does not let us read.
    """
    files, addresses = files_and_addresses(paths)
    for file in files:
        yield from read_found(file, crs=crs, layer=layer, limits=limits)
    for address in addresses:
        yield from read_table(address, crs=crs, limits=limits)


def files_and_addresses(paths: Sequence[str | Place]) -> tuple[list[FoundFile], list[Address]]:
    """Return the files that `read_files` reads, and the addresses of tables, each in its order."""
    places = [address_of(path) or path for path in paths]
    addresses = [place for place in places if isinstance(place, Address)]
    return find_files([place for place in places if not isinstance(place, Address)]), addresses


def read_table(address: Address, *, crs: str, limits: Limits) -> Iterator[Outcome]:
    """Yield what `read_files` yields of the table at one address."""
    try:
        for outcome in read_postgis(address, limits, crs=crs):
            yield limit_vertices(outcome, limits)
    except Refusal as refusal:
        yield refused(address.name, "", refusal)


def read_found(file: FoundFile, *, crs: str, limits: Limits, layer: str = "") -> Iterator[Outcome]:
    """Yield what `read_files` yields of one file that `find_files` has found."""
    wanted = _Wanted(crs, layer, limits)
    try:
        for outcome in _outcomes(file, wanted):
            kept = limit_vertices(outcome, limits)
            yield replace(kept, home=file.home) if isinstance(kept, Feature) else kept
    except Refusal as refusal:
        yield refused(file.source, "", refusal)
    except Exception as problem:  # the promise: no file of a user stops the batch
        yield refused(file.source, "", Refusal("unreadable", problem=type(problem).__name__))


def _outcomes(file: FoundFile, wanted: _Wanted) -> Iterator[Outcome]:
    content = _content_of(file, wanted.limits)
    name = file.path.name
    sheets = _form_around(file, wanted.limits)
    if any(sheet.name == name for sheet in sheets):
        return repeat_features(sheets, file.source, wanted.crs or WGS84, alone=name)
    parts = partial(_parts_beside, file, wanted.limits)
    return _read_content(content, file.source, name, wanted, parts)


def _form_around(file: FoundFile, limits: Limits) -> list[Sheet]:
    """Return the tables that are one form with this file; none if it is a table of its own."""
    tables: dict[str, bytes] = {}
    for path in file.form:
        with suppress(Refusal):  # that table is refused by name when its turn comes
            content = _content_of(replace(file, path=path), limits)
            tables |= {path.name: content} if sniff_content(content) == "table" else {}
    return form_sheets(tables, limits) if tables else []


@dataclass(frozen=True, slots=True)
class _Wanted:
    crs: str
    layer: str
    limits: Limits


def _content_of(file: FoundFile, limits: Limits) -> bytes:
    if file.path.is_symlink() and not file.path.resolve().is_relative_to(file.root.resolve()):
        raise Refusal("link_leads_outside")
    content = read_content(file.path, limits)
    if not content or content.startswith(b"SQLite"):  # new databases are empty beside their journal
        _refuse_in_use(file.path)
    return content


def _refuse_in_use(database: Path) -> None:
    for journal in ("-wal", "-journal"):
        waiting = database.with_name(database.name + journal)
        if waiting.is_file() and waiting.stat().st_size:
            raise Refusal("database_in_use")


def _parts_beside(file: FoundFile, limits: Limits) -> dict[str, bytes]:
    stem = file.path.stem.lower()
    beside = sorted(p for p in file.path.parent.iterdir() if p.stem.lower() == stem)
    return {
        p.suffix.lower(): _content_of(replace(file, path=p), limits)
        for p in beside
        if p.suffix.lower() in _SHAPEFILE_READ and p.is_file()
    }


_SHAPEFILE_READ = {".shp", ".shx", ".dbf", ".prj", ".cpg"}


def _read_content(
    content: bytes,
    source: str,
    name: str,
    wanted: _Wanted,
    parts: Callable[[], Mapping[str, bytes]],
) -> Iterator[Outcome]:
    kind = sniff_content(content)
    yield from _features(kind, content, source, wanted, parts)
    called = _CALLED.get(kind)
    if called and not is_named_as(kind, PurePath(name).suffix):
        yield Remark(source=source, feature="", rule="read_by_content", facts={"kind": called})
    if kind in FORMATS and FORMATS[kind].is_text and has_guessed_letters(content):
        yield Remark(source=source, feature="", rule="letters_guessed")


_CALLED = {"archive": "ZIP/KMZ"} | {kind: one.called for kind, one in FORMATS.items()}


def _features(
    kind: Kind,
    content: bytes,
    source: str,
    wanted: _Wanted,
    parts: Callable[[], Mapping[str, bytes]],
) -> Iterator[Outcome]:
    if kind == "archive":
        return _read_archive(content, source, wanted)
    if kind == "shapefile":
        return read_shapefile(parts(), source, wanted.limits, crs=wanted.crs)
    if kind not in FORMATS:
        raise _no_map(kind)
    taken = {name: getattr(wanted, name) for name in FORMATS[kind].takes}
    return FORMATS[kind].read(content, source, wanted.limits, **taken)


def _no_map(kind: Kind) -> Refusal:
    if kind == "empty":
        return Refusal("file_empty")
    if kind in ("redirect", "shortcut", "old_workbook"):
        return Refusal(kind)
    if kind in ("picture", "document"):
        return Refusal(kind, code="S02")
    return Refusal("not_a_map", code="S02")


def _read_archive(content: bytes, source: str, wanted: _Wanted) -> Iterator[Outcome]:
    members, refusals = unpack_nested(content, wanted.limits)
    names = {name.lower() for name in members}
    shown = [n for n in members if not any(is_hidden(p) for p in PurePosixPath(n).parts)]
    whole = [n for n in shown if not is_part_of_other(PurePosixPath(n), names)]
    readable = [n for n in whole if sniff_content(members[n]) in _INSIDE_ARCHIVES]
    if not readable and not refusals:
        raise Refusal("archive_without_map")
    for name, refusal in refusals.items():
        yield refused(f"{source}/{name}", "", refusal)
    tables = {n: members[n] for n in readable if sniff_content(members[n]) == "table"}
    joined = form_sheets(tables, wanted.limits)
    yield from repeat_features(joined, source, wanted.crs or WGS84)
    for name in (n for n in readable if n not in {sheet.name for sheet in joined}):
        inside = source if len(readable) == 1 else f"{source}/{name}"
        parts = partial(_parts_in, members, name)
        try:
            yield from _read_content(members[name], inside, name, wanted, parts)
        except Refusal as refusal:
            if refusal.reason != "only_links" or not leads_only_to(members[name], names):
                yield refused(inside, "", refusal)


_INSIDE_ARCHIVES = {*FORMATS, "shapefile"}


def _parts_in(members: Mapping[str, bytes], name: str) -> dict[str, bytes]:
    stem = PurePosixPath(name).with_suffix("").as_posix().lower()
    found = {PurePosixPath(n): data for n, data in members.items()}
    return {
        path.suffix.lower(): data
        for path, data in found.items()
        if path.with_suffix("").as_posix().lower() == stem
    }
