"""Proof of what a file is: its bytes are believed, its extension is not."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Literal

from hkm_gis.files.local import local_path

__all__ = [
    "Kind",
    "has_guessed_letters",
    "sniff",
    "sniff_content",
    "text_of",
]

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


def sniff(path: str | Path) -> Kind:
    """Tell what a file is from its bytes; its extension is not believed.

    Raises
    ------
    FileError
        There is no such local file.

    Examples
    --------
    A text that makes GDAL open another file stays what it is, whatever its name says.

    >>> import tempfile
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
