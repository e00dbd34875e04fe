"""What was computed before of land that has not changed since: one file, asked by content.

The file is only ever a shortcut. It holds results, no input, under a seal of all that they depend
on; whoever deletes it loses a few seconds, and one that is broken or of another seal is not read.
"""

from __future__ import annotations

import hashlib
import io
import platform
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from hkm_gis.errors import FileError
from hkm_gis.files import replace_file

__all__ = ["KEY_BYTES", "Memory", "key_of", "land_keys", "seal_of"]

KEY_BYTES = 16
"""128 bits: two pieces of land that differ never share a key by chance."""

_SEAL_BYTES = 32
_WKB, _ENDS = "wkb", "ends"

Columns = Mapping[str, NDArray[Any]]
Keys = Sequence[bytes]


@dataclass(slots=True)
class Memory:
    """Results of an earlier run by kind and key, and those of this run.

    Attributes
    ----------
    path, seal
        The file, and what its results depend on beside their keys.
    """

    path: Path
    seal: bytes
    _known: dict[str, tuple[Keys, Columns]] = field(default_factory=dict)
    _fresh: dict[str, tuple[Keys, Columns]] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path, seal: bytes) -> Memory:
        """Return the memory kept in ``path``; an empty one where it cannot be trusted."""
        memory = cls(path, seal)
        try:
            content = path.read_bytes()
            if content[:_SEAL_BYTES] == _sealed(seal, content[_SEAL_BYTES:]):
                memory._known = _unpacked(content[_SEAL_BYTES:])
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, shapely.GEOSException):
            memory._known = {}
        return memory

    def recall(
        self, kind: str, keys: Keys, compute: Callable[[NDArray[np.intp]], Columns]
    ) -> dict[str, NDArray[Any]]:
        """Return one value a key for each column, computing only those that are not known.

        Parameters
        ----------
        kind
            What is asked; each kind has its own columns.
        keys
            What each value follows from, all of it.
        compute
            Returns the columns for the places of these keys, in their order.
        """
        known_keys, known = self._known.get(kind, ((), {}))
        place = {key: row for row, key in enumerate(known_keys)}
        rows = np.array([place.get(key, -1) for key in keys], dtype=np.intp)
        missing = np.flatnonzero(rows < 0)
        found = {name: values[rows] for name, values in known.items()} if len(place) else {}
        if len(missing) or not found:
            computed = {name: np.asarray(v) for name, v in compute(missing).items()}
            found = {name: _merged(found.get(name), v, missing) for name, v in computed.items()}
        self.keep(kind, keys, found)
        return found

    def known(self, kind: str) -> tuple[Keys, Columns]:
        """Return all keys and columns of a kind that an earlier run kept."""
        return self._known.get(kind, ((), {}))

    def keep(self, kind: str, keys: Keys, columns: Columns) -> None:
        """Keep the results of this run for the next; what was not asked again is forgotten."""
        self._fresh[kind] = (keys, columns)

    def write(self) -> None:
        """Write what this run knows; a folder that takes no file costs the next run its time."""
        if not self._fresh:
            return
        content = _packed(self._known | self._fresh)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(self.path, _sealed(self.seal, content) + content, private=True)
        except (FileError, OSError):
            return


def key_of(*parts: bytes) -> bytes:
    """Return the key of what follows from all these parts, in this order."""
    digest = hashlib.blake2b(digest_size=KEY_BYTES)
    for part in parts:
        digest.update(len(part).to_bytes(4, "little") + part)
    return digest.digest()


def land_keys(geometries: NDArray[Any]) -> list[bytes]:
    """Return the key of each geometry: equal only where every corner is equal, bit by bit."""
    wkb = shapely.to_wkb(geometries, byte_order=1)
    return [hashlib.blake2b(w or b"", digest_size=KEY_BYTES).digest() for w in wkb]


def seal_of(*parts: object) -> bytes:
    """Return the seal of results of this very program, libraries and all, for these inputs."""
    digest = hashlib.sha256()
    versions = (platform.python_version(), platform.machine(), np.__version__)
    geometry = (shapely.__version__, shapely.geos_version_string, _projections())
    for part in (*versions, *geometry, find_spec("numba") is None, *parts):
        digest.update(repr(part).encode() + b"\x1f")
    for name, content in _code(files("hkm_gis")):
        digest.update(name.encode() + b"\x1f" + content)
    return digest.digest()


def _projections() -> tuple[str, str]:
    import pyproj

    return pyproj.__version__, pyproj.proj_version_str


def _code(folder: Traversable, prefix: str = "") -> Iterable[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        name = f"{prefix}{entry.name}"
        if entry.is_dir():
            yield from _code(entry, f"{name}/")
        elif name.endswith((".py", ".toml")):
            yield name, entry.read_bytes()


def _sealed(seal: bytes, content: bytes) -> bytes:
    return hashlib.sha256(seal + content).digest()


def _merged(
    known: NDArray[Any] | None, fresh: NDArray[Any], missing: NDArray[np.intp]
) -> NDArray[Any]:
    if known is None:
        return fresh
    both = known.astype(np.promote_types(known.dtype, fresh.dtype))
    both[missing] = fresh
    return both


def _packed(kinds: Mapping[str, tuple[Keys, Columns]]) -> bytes:
    arrays: dict[str, NDArray[Any]] = {}
    for kind, (keys, columns) in kinds.items():
        joined = np.frombuffer(b"".join(keys), dtype=np.uint8)
        arrays[f"{kind}|"] = joined.reshape(len(keys), -1) if len(keys) else joined
        for name, values in columns.items():
            if values.dtype == object:
                wkb = [w or b"" for w in shapely.to_wkb(values)]
                arrays[f"{kind}|{name}|{_WKB}"] = np.frombuffer(b"".join(wkb), dtype=np.uint8)
                arrays[f"{kind}|{name}|{_ENDS}"] = np.cumsum([len(w) for w in wkb], dtype=np.int64)
            else:
                arrays[f"{kind}|{name}"] = values
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)  # type: ignore[arg-type]
    return buffer.getvalue()


def _unpacked(content: bytes) -> dict[str, tuple[Keys, Columns]]:
    kinds: dict[str, tuple[list[bytes], dict[str, NDArray[Any]]]] = {}
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        for name in arrays.files:
            kind, column, *form = name.split("|")
            keys, columns = kinds.setdefault(kind, ([], {}))
            if not column:
                keys.extend(row.tobytes() for row in arrays[name])
            elif form == [_WKB]:
                ends = arrays[f"{kind}|{column}|{_ENDS}"]
                columns[column] = _geometries(arrays[name].tobytes(), ends)
            elif not form:
                columns[column] = arrays[name]
    return dict(kinds)


def _geometries(wkb: bytes, ends: NDArray[np.int64]) -> NDArray[Any]:
    starts = np.concatenate([[0], ends[:-1]]) if len(ends) else ends
    cut = [wkb[i:j] or None for i, j in zip(starts.tolist(), ends.tolist(), strict=True)]
    shapes: NDArray[Any] = np.asarray(shapely.from_wkb(np.array(cut, dtype=object)))
    return shapes
