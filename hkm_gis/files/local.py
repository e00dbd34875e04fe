"""Only regular files of this machine are read, whole and within the limits."""

from __future__ import annotations

import re
import stat
from hashlib import sha256
from pathlib import Path

from hkm_gis.errors import FileError, errno_name
from hkm_gis.files.limits import DEFAULT_LIMITS, Limits, Refusal, allowing

__all__ = [
    "hash_file",
    "local_path",
    "read_content",
]


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


def read_content(path: Path, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """Return the bytes of a local regular file.

    Raises
    ------
    Refusal
        It is no regular file, cannot be opened, or is larger than ``limits.file_bytes``.
    """
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise Refusal("not_a_regular_file")
        if found.st_size > limits.file_bytes:
            allow = allowing(file_mb=max(found.st_size / 2**20, limits.file_mb + 1))
            raise Refusal("file_too_large", limit_mb=round(limits.file_mb), allow=allow)
        with path.open("rb") as stream:
            # Room is taken for what the file has: asked for more, Python takes all of it at once.
            return stream.read(found.st_size)
    except OSError as problem:
        raise Refusal("cannot_open", problem_errno=errno_name(problem)) from None
