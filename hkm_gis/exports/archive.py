"""ZIP files that are the same bytes twice."""

from __future__ import annotations

import zipfile
from collections.abc import Collection, Mapping
from io import BytesIO

__all__ = ["pack_zip"]

# A ZIP cannot hold a date before 1980; a fixed one gives the same bytes on every run.
_DATE = (1980, 1, 1, 0, 0, 0)


def pack_zip(contents: Mapping[str, bytes], *, stored: Collection[str] = ()) -> bytes:
    """Return a ZIP of ``contents`` (name → bytes) in the order given, without clock or owner.

    The names in ``stored`` are kept as they are: scans do not become smaller, and a blank page
    that does would look like a bomb to whoever unfolds it.
    """
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in contents.items():
            entry = zipfile.ZipInfo(name, _DATE)
            kept = name in stored
            entry.compress_type = zipfile.ZIP_STORED if kept else zipfile.ZIP_DEFLATED
            entry.create_system = 3  # as on Unix, on every system
            archive.writestr(entry, content)
    return buffer.getvalue()
