"""What a ZIP holds beside its files: a second file of one name, a comment, or nameless bytes."""

from __future__ import annotations

import struct
import zipfile
from collections import Counter
from io import BytesIO

__all__ = ["find_twice", "find_unnamed"]

_LOCAL_BYTES, _CENTRAL_BYTES, _END_BYTES = 30, 46, 22  # APPNOTE 6.3.10, 4.3.7, 4.3.12, 4.3.16
_DESCRIPTOR_BYTES = 24  # at most, behind a file whose size the packer did not know beforehand
_END_OF_LARGE_BYTES = 56 + 20  # ZIP64: a second end and its locator


def find_twice(content: bytes) -> tuple[str, ...]:
    """Return the names under which more than one file lies: programs open one or the other."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        count = Counter(entry.filename for entry in archive.infolist())
    return tuple(name for name, times in count.items() if times > 1)


def find_unnamed(content: bytes) -> tuple[str, ...]:
    """Return ``comment`` and ``hidden`` where a ZIP holds what no name in it stands for.

    A package of this program has neither, nor has one that people unfold and pack again.

    Parameters
    ----------
    content
        A ZIP that can be read.
    """
    with zipfile.ZipFile(BytesIO(content)) as archive:
        entries = sorted(archive.infolist(), key=lambda e: e.header_offset)
        commented = bool(archive.comment) or any(e.comment for e in entries)
        found = ["comment"] if commented else []
        if _has_gap(content, archive, entries):
            found.append("hidden")
    return tuple(found)


def _has_gap(content: bytes, archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> bool:
    end, room = 0, 0
    for entry in entries:
        if entry.header_offset - end > room:
            return True
        name, extra = struct.unpack_from("<HH", content, entry.header_offset + 26)
        end = entry.header_offset + _LOCAL_BYTES + name + extra + entry.compress_size
        room = _DESCRIPTOR_BYTES if entry.flag_bits & 0x8 else 0
    listed = sum(
        _CENTRAL_BYTES + len(e.orig_filename.encode()) + len(e.extra) + len(e.comment)
        for e in entries
    )
    tail = len(content) - archive.start_dir - listed - _END_BYTES - len(archive.comment)
    return archive.start_dir - end > room or tail not in (0, _END_OF_LARGE_BYTES)
