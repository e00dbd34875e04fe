"""ZIP and KMZ → the files inside, counted while they unfold, never written to disk."""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import replace
from io import BytesIO

from hkm_gis.files import Limits, Refusal, allowing, sniff_content
from hkm_gis.readers.coordinates import printable

__all__ = ["unpack", "unpack_nested"]


def unpack(content: bytes, limits: Limits) -> dict[str, bytes]:
    """Return name → bytes of every file in the archive, in its order.

    Raises
    ------
    Refusal
        It is cut short or damaged (every checksum is compared), locked by a password, holds a
        link, a path that leads outside, two entries in one place, or unfolds beyond ``limits``.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = [e for e in archive.infolist() if not e.is_dir()]
            _refuse_tricks(entries, limits)
            _refuse_shared_places(entries)
            return _read(archive, entries, limits)
    except zipfile.BadZipFile as problem:
        cut = "central directory" in str(problem) or "not a zip file" in str(problem)
        raise Refusal("file_cut_short" if cut else "archive_damaged", line=1) from None
    except (zlib.error, EOFError, LookupError, ValueError, OSError, RuntimeError):
        raise Refusal("archive_damaged") from None


def unpack_nested(content: bytes, limits: Limits) -> tuple[dict[str, bytes], dict[str, Refusal]]:
    """Return what `unpack` returns, with the files of archives inside it (``a.kmz/doc.kml``).

    People zip a folder of KMZ. One level is opened, all of it within the room of one archive; an
    archive that cannot be opened, or lies deeper, is in the second part of the answer.
    """
    members, refusals = unpack(content, limits), {}
    room_bytes = limits.archive_bytes - sum(map(len, members.values()))
    files: dict[str, bytes] = {}
    for name, data in members.items():
        if sniff_content(data) != "archive":
            files[name] = data
            continue
        try:
            inside = unpack(data, replace(limits, archive_mb=room_bytes / 2**20))
        except Refusal as refusal:
            refusals[name] = refusal
            continue
        room_bytes -= sum(map(len, inside.values()))
        files |= {f"{name}/{inner}": inner_data for inner, inner_data in inside.items()}
        deeper = [n for n, d in inside.items() if sniff_content(d) == "archive"]
        refusals |= {f"{name}/{inner}": Refusal("archive_in_archive") for inner in deeper}
    return files, refusals


def _refuse_tricks(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(entries) > limits.archive_entries:
        allow = allowing(archive_entries=len(entries))
        raise Refusal(
            "archive_too_many", entries=len(entries), limit=limits.archive_entries, allow=allow
        )
    stated_mb = sum(e.file_size for e in entries) / 2**20
    if stated_mb > limits.archive_mb:
        raise _too_large(limits, stated_mb)
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise Refusal("archive_locked")
        if (entry.external_attr >> 28) == _SYMBOLIC_LINK or _leads_outside(entry.filename):
            raise Refusal("archive_leads_outside", name=printable(entry.filename))
        packed = max(entry.compress_size, 1)
        if entry.file_size > _RATIO_FROM_BYTES and entry.file_size > limits.archive_ratio * packed:
            ratio = entry.file_size / packed
            raise Refusal(
                "archive_too_tight", ratio=round(ratio), allow=allowing(archive_ratio=ratio)
            )


_RATIO_FROM_BYTES = 2**20  # below 1 MiB a high ratio is only a short, repetitive file
_SYMBOLIC_LINK = 0o12  # the upper four bits of a Unix file mode


def _leads_outside(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return ".." in parts or parts[0] == "" or parts[0].endswith(":")


def _too_large(limits: Limits, wanted_mb: float) -> Refusal:
    allow = allowing(archive_mb=max(wanted_mb, limits.archive_mb + 1))
    return Refusal("archive_too_large", limit_mb=round(limits.archive_mb), allow=allow)


def _refuse_shared_places(entries: list[zipfile.ZipInfo]) -> None:
    """Two entries over the same bytes are how a small archive unfolds without end."""
    end = 0
    for entry in sorted(entries, key=lambda e: e.header_offset):
        if entry.header_offset < end:
            raise Refusal("archive_damaged")
        end = entry.header_offset + 30 + len(entry.filename) + entry.compress_size


def _read(
    archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], limits: Limits
) -> dict[str, bytes]:
    room_bytes = limits.archive_bytes
    members: dict[str, bytes] = {}
    for entry in entries:
        pieces: list[bytes] = []
        with archive.open(entry) as stream:
            while piece := stream.read(_PIECE_BYTES):
                room_bytes -= len(piece)
                if room_bytes < 0:
                    raise _too_large(limits, 2 * limits.archive_mb)
                pieces.append(piece)
        members[_free_name(entry.filename, members)] = b"".join(pieces)
    return members


_PIECE_BYTES = 2**20  # what a bomb may unfold to before it is counted


def _free_name(name: str, taken: dict[str, bytes]) -> str:
    """Two entries of one name are both read: the second goes by ``name#2``."""
    free, count = name, 1
    while free in taken:
        count += 1
        free = f"{name}#{count}"
    return free
