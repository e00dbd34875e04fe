"""``manifest.json``: the hash of every file of a package, and the versions of what it rests on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hkm_gis.digest import Digest, parse_digest
from hkm_gis.errors import FileError, TableError
from hkm_gis.exports import program_version
from hkm_gis.files import hash_file
from hkm_gis.privacy import public_digest, redact
from hkm_gis.survey import Survey

__all__ = [
    "MANIFEST",
    "MANIFEST_VERSION",
    "Manifest",
    "hash_content",
    "read_manifest",
    "write_manifest",
]

MANIFEST = "manifest.json"
MANIFEST_VERSION = 2

MOST_BYTES = 8 * 2**20
"""A manifest of 10,000 files with long names has 3 MiB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a manifest says that can be proved: the files, and the land on the sheets."""

    group: str
    draft: bool
    open_errors: int
    digest: Digest
    files: Mapping[str, str]
    """Name in the package → SHA-256."""


def write_manifest(
    survey: Survey,
    group: str,
    *,
    digest: Digest,
    open_errors: int,
    contents: Mapping[str, bytes],
    hidden_codes: bool = False,
) -> bytes:
    """Return the manifest of a package.

    Parameters
    ----------
    survey
        What it rests on: each layer is named with its version, date and SHA-256.
    group
        Whose package it is.
    digest
        The line that the QR code of the sheets holds.
    open_errors
        Number of open findings of severity error; above 0 the package is a draft.
    contents
        Every other file of the package.
    hidden_codes
        Whether a parcel's code was hidden in public files, because it was a name or a number of
        a person.
    """
    project = survey.project
    said = {
        "version": MANIFEST_VERSION,
        "program": program_version(),
        "project": redact(project.name),
        "group": redact(group),
        "date": project.date,
        "status": "rancangan" if open_errors else "siap",
        "open_errors": open_errors,
        "regulation": survey.regulation.code,
        "crs": f"EPSG:{project.crs_epsg}",
        "digest": str(public_digest(digest)),
        "hidden_codes": hidden_codes,
        "layers": _layers(survey),
        "files": {name: hash_content(contents[name]) for name in sorted(contents)},
    }
    return json.dumps(said, ensure_ascii=False, indent=1).encode()


def read_manifest(content: bytes) -> Manifest:
    """Read a manifest that anybody may have written.

    Raises
    ------
    FileError
        It is larger than any of ours, no JSON, or something in it is of the wrong kind.
    """
    if len(content) > MOST_BYTES:
        raise FileError("manifest_wrong", field=f"> {MOST_BYTES // 2**20} MB")
    try:
        said = json.loads(content)
    except (ValueError, RecursionError):
        raise FileError("manifest_wrong", field="JSON") from None
    whole = said if isinstance(said, dict) else {}
    if whole.get("version") != MANIFEST_VERSION:
        raise FileError("manifest_wrong", field="version")
    return Manifest(
        group=_text(whole, "group"),
        draft=_text(whole, "status") != "siap",
        open_errors=_count(whole, "open_errors"),
        digest=_digest(_text(whole, "digest")),
        files=_files(whole.get("files")),
    )


def hash_content(content: bytes) -> str:
    """Return the SHA-256 of ``content`` as 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def _text(said: Mapping[str, Any], key: str) -> str:
    value = said.get(key)
    if not isinstance(value, str):
        raise FileError("manifest_wrong", field=key)
    return value


def _count(said: Mapping[str, Any], key: str) -> int:
    value = said.get(key)
    if not isinstance(value, int) or isinstance(value, bool):
        raise FileError("manifest_wrong", field=key)
    return value


def _digest(line: str) -> Digest:
    try:
        return parse_digest(line)
    except TableError:
        raise FileError("manifest_wrong", field="digest") from None


def _files(said: object) -> dict[str, str]:
    if not isinstance(said, dict) or not all(isinstance(v, str) for v in said.values()):
        raise FileError("manifest_wrong", field="files")
    return dict(said)


def _layers(survey: Survey) -> list[dict[str, object]]:
    """Return name, role, version, date and hash of each layer that the package rests on."""
    project, layers = survey.project, []
    if survey.forest is not None:
        stated: Any = project.forest or survey.forest
        layers.append(_layer("batas_kawasan", survey.forest.name, stated, survey.forest.sha256))
    rasters = (("dem", project.dem), ("tutupan_lahan", project.landcover))
    layers += [_layer(role, r.file.name, r, hash_file(r.file)) for role, r in rasters if r]
    layers += [_layer(x.role, x.name, x, hash_file(x.file)) for x in project.layers]
    return layers


def _layer(role: str, name: str, stated: Any, sha256: str) -> dict[str, object]:
    facts = {key: redact(getattr(stated, key, "")) for key in ("source", "version", "date")}
    return {"role": role, "name": redact(name), **facts, "sha256": sha256}
