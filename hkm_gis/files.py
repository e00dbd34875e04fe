"""Proof of what a file is, limits on what is read from it, and whole-file replacement."""

from __future__ import annotations

import math
import os
import re
import shutil
import stat
import tempfile
import unicodedata
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Literal

from hkm_gis.errors import FileError

__all__ = [
    "Kind",
    "Limits",
    "Refusal",
    "allowing",
    "has_guessed_letters",
    "hash_file",
    "local_path",
    "read_content",
    "replace_file",
    "replacing",
    "replacing_together",
    "safe_names",
    "sniff",
    "sniff_content",
]

# GDAL and PROJ read these once, when they load; every room that loads them imports this one first.
# A VRT can be talked into opening other files. The other drivers that can (GDALG, WFS ...) are not
# in every wheel, and naming one that is absent prints a warning; they see no file of a user either
# way, for only bytes that prove to be GeoPackage, FlatGeobuf or Shapefile are handed to GDAL.
os.environ["GDAL_SKIP"] = "OGR_VRT"
os.environ["PROJ_NETWORK"] = "OFF"  # the same numbers with and without internet

Kind = Literal[
    "gpx",
    "kml",
    "archive",
    "shapefile",
    "geojson",
    "geojsonseq",
    "json",
    "gpkg",
    "flatgeobuf",
    "table",
    "xlsx",
    "picture",
    "document",
    "old_workbook",
    "shortcut",
    "redirect",
    "xml",
    "empty",
    "unknown",
]
"""What the bytes of a file prove.

``archive`` is a ZIP or KMZ; ``old_workbook`` an XLS or ODS, which are not read; ``shortcut``
Windows' pointer to a file elsewhere; ``redirect`` a file that only points to other files (GDAL VRT
and pipelines); ``xml`` and ``json`` are those languages saying nothing we know; ``table`` is text.
"""

HEAD_BYTES = 65_536
"""Enough to pass any licence comment in front of the first element; one disk read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one file may ask of the machine; beyond it the file is refused, by name.

    A user who knows the file raises them: ``[limits]`` in ``hkm.toml``, or ``--limit NAME=N``.
    The sentence of each refusal says so, with the number that would do.
    """

    file_mb: float = 512
    """A province of parcels is under 300 MB; a 4 GiB laptop can still hold this twice."""
    features: int = 1_000_000
    """Ten times the parcels of the largest province."""
    vertices: int = 1_000_000
    """Corners of one feature: twice those of the most detailed boundary of a forest."""
    archive_entries: int = 10_000
    """A KMZ of a phone holds tens of entries, with photos hundreds."""
    archive_mb: float = 100
    """Expanded size of all entries together; a phone's KMZ expands to under 20 MB."""
    archive_ratio: int = 200
    """KML text packs 5 to 30 times; a bomb 1,000 times."""
    xml_depth: int = 64
    """Folders in folders: Google Earth users stop at ten."""
    xml_entities: int = 0
    """No GPS or map program declares any; ten of them can unfold to a billion words."""
    json_depth: int = 64
    """A nested form of ODK reaches eight levels."""

    @property
    def file_bytes(self) -> int:
        """`file_mb` in bytes."""
        return int(self.file_mb * 2**20)

    @property
    def archive_bytes(self) -> int:
        """`archive_mb` in bytes."""
        return int(self.archive_mb * 2**20)


def allowing(**wanted: float) -> str:
    """Return what a user writes to allow so much, rounded up: ``file_mb=600``."""
    return " ".join(f"{name}={math.ceil(number)}" for name, number in wanted.items())


class Refusal(Exception):  # noqa: N818 - it is an answer about a user's file, not an error of ours
    """One file or feature that cannot be read: the name of its words, and their facts."""

    def __init__(self, reason: str, /, code: str = "S01", **facts: str | int | float) -> None:
        super().__init__(reason, facts)
        self.reason = reason
        self.code = code
        self.facts = facts


def local_path(path: str | Path) -> Path:
    """Return ``path`` if it names an existing file or folder on this machine.

    Parameters
    ----------
    path
        What the user typed. Addresses (``https://…``), GDAL's ``/vsi…`` and data instead of a
        name are no files.

    Raises
    ------
    FileError
        There is no such file or folder, or it is neither (a device, a pipe).

    Examples
    --------
    >>> local_path("https://example.org/a.geojson")
    Traceback (most recent call last):
    ...
    hkm_gis.errors.FileError: ...
    """
    text = str(path)
    if "://" in text or re.match(r"[a-z]{2,}:/", text) or text.startswith(("/vsi", "{", "[")):
        raise FileError("file_not_local", file=_LOGIN.sub("//", text)[:80])
    try:
        mode = Path(path).stat().st_mode
    except (OSError, ValueError):
        raise FileError("file_missing", file=text[:200]) from None
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise FileError("file_not_local", file=text)
    return Path(path)


_LOGIN = re.compile(r"//?[^/?#]*@")
"""The part of an address that can hold a password."""


def hash_file(path: str | Path) -> str:
    """Return the SHA-256 of a file's bytes, as 64 hexadecimal digits."""
    digest = sha256()
    with Path(path).open("rb") as stream:
        while block := stream.read(2**20):
            digest.update(block)
    return digest.hexdigest()


def read_content(path: Path, limits: Limits = Limits()) -> bytes:
    """Return the bytes of a local regular file.

    Raises
    ------
    Refusal
        It is no regular file, cannot be opened, or is larger than ``limits.file_bytes``.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise Refusal("not_a_regular_file")
        with path.open("rb") as stream:
            content = stream.read(limits.file_bytes + 1)
        size_mb = path.stat().st_size / 2**20
    except OSError as problem:
        raise Refusal("cannot_open", problem=problem.strerror or "?") from None
    if len(content) > limits.file_bytes:
        allow = allowing(file_mb=max(size_mb, limits.file_mb + 1))
        raise Refusal("file_too_large", limit_mb=round(limits.file_mb), allow=allow)
    return content


def sniff(path: str | Path) -> Kind:
    """Tell what a file is from its bytes; its extension is not believed.

    Raises
    ------
    FileError
        There is no such local file.

    Examples
    --------
    A text that makes GDAL open another file stays what it is, whatever its name says.

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "petak.kml")
    ...     _ = file.write_text("<OGRVRTDataSource><OGRVRTLayer/></OGRVRTDataSource>")
    ...     sniff(file)
    'redirect'
    """
    with local_path(path).open("rb") as stream:
        return _kind(stream)


def sniff_content(content: bytes) -> Kind:
    """Tell what a file is from its bytes, as `sniff` does for a file on disk."""
    return _kind(BytesIO(content))


def _kind(stream: BinaryIO) -> Kind:
    head = stream.read(HEAD_BYTES)
    if not head.strip(b"\0 \t\r\n"):
        return "empty"
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return _TOLD_BY_THE_REST[magic](stream) if magic in _TOLD_BY_THE_REST else kind
    plain = head.translate(None, _CONTROL_BYTES)
    if (len(head) - len(plain)) * _TEXT_LEAST < len(head):
        head = plain  # its reader says that it is damaged
    text = text_of(head)
    return "unknown" if text is None else _text_kind(text.lstrip("\ufeff \t\r\n"))


_TEXT_LEAST = 20
"""A text with fewer stray bytes than one in twenty is a damaged text, not another kind of file."""
_CONTROL_BYTES = bytes((*range(9), *range(0x0E, 0x1B), 0x1C, 0x1D, 0x1F))


_MAGIC: tuple[tuple[bytes, Kind], ...] = (
    (b"PK\x03\x04", "archive"),
    (b"PK\x05\x06", "archive"),
    (b"\x00\x00\x27\x0a", "shapefile"),
    (b"SQLite format 3\x00", "gpkg"),
    (b"fgb\x03", "flatgeobuf"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"BM", "picture"),
    (b"RIFF", "picture"),
    (b"II*\x00", "picture"),
    (b"MM\x00*", "picture"),
    (b"%PDF", "document"),
    (b"\xd0\xcf\x11\xe0", "document"),
    (b"L\0\0\0\x01\x14\x02\0", "shortcut"),
    (b"{\\rtf", "document"),
)


def _zip_kind(stream: BinaryIO) -> Kind:
    try:
        names = zipfile.ZipFile(stream).namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return "archive"  # the reader of archives says what is wrong with it
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    if "mimetype" in names and "content.xml" in names:
        return "old_workbook" if _is_spreadsheet(stream) else "document"
    if any(name.startswith(("word/", "ppt/")) for name in names):
        return "document"
    return "archive"


def _is_spreadsheet(stream: BinaryIO) -> bool:
    # The first entry of an OpenDocument is stored as it is: its type stands at a fixed place.
    stream.seek(38)
    return b"spreadsheet" in stream.read(60)


def _ole_kind(stream: BinaryIO) -> Kind:
    stream.seek(0)
    # The directory of an OLE file names its parts in UTF-16; only Excel has one of these names.
    return "old_workbook" if "Workbook".encode("utf-16-le") in stream.read() else "document"


_TOLD_BY_THE_REST = {
    b"PK\x03\x04": _zip_kind,
    b"PK\x05\x06": _zip_kind,
    b"\xd0\xcf\x11\xe0": _ole_kind,
}


def text_of(content: bytes) -> str | None:
    r"""Return bytes as text: UTF-8 or UTF-16 where they say so, else cp1252; None if no text.

    Examples
    --------
    >>> text_of("Pak Budi".encode("utf-16"))
    'Pak Budi'
    >>> text_of(b"Jos\xe9"), text_of(b"a\0b")
    ('José', None)
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content[: len(content) // 2 * 2].decode("utf-16", "replace")
        return None if _CONTROL.search(text) else text
    if len(content.translate(None, _CONTROL_BYTES)) < len(content):
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        # A character cut by the end of the head is no proof against UTF-8.
        cut = len(content) - problem.start < 4 and len(content) == HEAD_BYTES
        return content.decode("utf-8-sig" if cut else "cp1252", "replace")


def has_guessed_letters(content: bytes) -> bool:
    """Tell whether a text is neither UTF-8 nor says what it is, so that `text_of` has to guess."""
    if content.isascii() or content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    if re.match(rb"\s*<\?xml[^>]*encoding", content):
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


_CONTROL = re.compile(f"[{re.escape(_CONTROL_BYTES.decode('ascii'))}]")


def _text_kind(text: str) -> Kind:
    if text.startswith("<"):
        return _xml_kind(text)
    if text.startswith("[InternetShortcut]"):
        return "shortcut"
    if _JSON_START.match(text):
        return _json_kind(text)
    return "table"


_JSON_START = re.compile(r"\x1e|\{\s*[\"}]|\[\s*[\[{\"\]\d-]")


def _xml_kind(text: str) -> Kind:
    start = 0
    while prolog := _PROLOG.match(text, start):
        start = prolog.end()
    root = _ELEMENT.match(text, start)
    name = root[1].lower() if root else ""
    if name.startswith("ogrvrt") or name == "vrtdataset":
        return "redirect"
    if name == "gpx":
        return "gpx"
    if name in {"kml", "document", "folder", "placemark"}:
        return "kml"
    return "document" if name == "html" or text[:9].lower() == "<!doctype" else "xml"


_PROLOG = re.compile(
    r"\s*(?:<!--.*?-->|<\?.*?\?>|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>)", re.DOTALL | re.IGNORECASE
)
_ELEMENT = re.compile(r"\s*<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)")


def _json_kind(text: str) -> Kind:
    if re.search(r'"type"\s*:\s*"gdal', text[:2000]):
        return "redirect"
    first_line = text.lstrip("\x1e").split("\n", 1)
    is_line = first_line[0].rstrip("\r \x1e").endswith("}") and '"Feature"' in first_line[0]
    if text.startswith("\x1e") or (
        is_line and len(first_line) > 1 and first_line[1].lstrip("\x1e\r\n \t").startswith("{")
    ):
        return "geojsonseq"
    is_form = _FORM_START.match(text) is not None
    return "geojson" if _GEOJSON_TYPE.search(text) and not is_form else "json"


# How the answers of ODK Central, Kobo and lists of records begin: the shapes are inside them.
_FORM_START = re.compile(r'\[|\{\s*"(?:value|results|count|@odata\.context)"')


_GEOJSON_TYPE = re.compile(
    r'"type"\s*:\s*"(?:Feature(?:Collection)?|(?:Multi)?(?:Polygon|LineString|Point)'
    r'|GeometryCollection)"'
)


def safe_names(names: Iterable[str], *, shown: Callable[[str], str] = str) -> dict[str, str]:
    """Return for each name one that every system takes as part of a file name, all different.

    Parameters
    ----------
    names
        Names as people typed them.
    shown
        Returns what of a name may be seen by everybody.

    Examples
    --------
    >>> list(safe_names(["KTH Rimba", "kth-rimba", "../..", "Pekon Nóra"]).values())
    ['kth_rimba', 'kth_rimba_2', 'tanpa_nama', 'pekon_nora']
    """
    safe: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        plain = (
            unicodedata.normalize("NFKD", shown(name)).encode("ascii", "ignore").decode().lower()
        )
        # 60 letters leave room for the path of a deep Windows folder, which ends at 260.
        word = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:60].rstrip("_") or "tanpa_nama"
        fit, count = word, 1
        while fit in taken:
            count += 1
            fit = f"{word}_{count}"
        taken.add(fit)
        safe[name] = fit
    return safe


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
