"""Tell whether a package was changed since it was packed, and is that of a signed sheet."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from hkm_gis.digest import Digest, digest_of, parse_digest
from hkm_gis.errors import FileError
from hkm_gis.exports.names import one_line
from hkm_gis.exports.reading_back import same_places
from hkm_gis.files import Refusal, local_path, read_content
from hkm_gis.privacy import redact
from hkm_gis.proposal.layout import FINDINGS, LAND, LAND_WITH_OWN_CODES, OFFICE_ONLY
from hkm_gis.proposal.listed import Listed, is_list_of_parcels, read_listed_hectares
from hkm_gis.proposal.manifest import MANIFEST, Manifest, hash_content, read_manifest
from hkm_gis.proposal.packed_land import LIMITS, READERS, Land, is_off, read_land
from hkm_gis.proposal.wrapping import find_twice, find_unnamed
from hkm_gis.readers.archive import unpack
from hkm_gis.report import Severity, Status
from hkm_gis.text import Sentence, catalogue, default_language, phrase, say

__all__ = ["Verification", "tell_verification", "verify_proposal"]

_NEAR_DEG = 2e-8
"""2 mm: coordinates are written to 1 mm in degrees, or in whole metres of a grid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What happened to a package since it was packed; all empty means nothing.

    A manifest proves what its author wrote: somebody who changes a file can write a new manifest.
    What cannot be rewritten is the code on paper that people have signed. So only with the text
    of its QR code does `verify_proposal` prove that the land of the package is the land of the
    sheet; names of persons and the text of papers are not in that code.

    Attributes
    ----------
    changed, added, removed
        Files that differ from the manifest.
    twice
        Names under which two files lie: another program may open the other one.
    unnamed
        What the ZIP holds beside its files: a ``comment``, or ``hidden`` bytes.
    wrong_areas
        Codes of parcels whose hectares no longer follow from their corners, with the file that
        states them; or the group of a total in the recap.
    contradictions
        Files of the map data in which the land is not the same as in the GeoJSON, and workbooks
        that list other parcels.
    moved
        Codes of the parcels whose corners are elsewhere in those files, with the file.
    unlike_manifest
        What the land gives otherwise than the digest in the manifest: ``groups``, ``count``,
        ``area_ha``, ``code``, or ``land`` where it cannot be read; ``findings`` where it states
        another number of open errors than the findings in the package have.
    unlike_qr
        The same of the land against the QR code of the sheet.
    qr_checked
        Whether the text of a QR code was given.
    draft
        Whether the package says of itself that findings were open when it was packed.
    """

    changed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    twice: tuple[str, ...] = ()
    unnamed: tuple[str, ...] = ()
    wrong_areas: tuple[str, ...] = ()
    contradictions: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    unlike_manifest: tuple[str, ...] = ()
    unlike_qr: tuple[str, ...] = ()
    qr_checked: bool = False
    draft: bool = False

    @property
    def intact(self) -> bool:
        """True where nothing speaks against the package."""
        return not any(isinstance(said, tuple) and said for said in self._values())

    def _values(self) -> Iterable[object]:
        return (getattr(self, field.name) for field in fields(self))


def verify_proposal(path: str | Path, *, qr: str | None = None) -> Verification:
    """Tell what was changed, added or removed in a package since it was packed.

    Parameters
    ----------
    path
        The ZIP. It is unfolded in memory only, within limits; no name in it becomes a path.
    qr
        The text of the QR code on a signed sheet: of the whole group, or of some parcels.

    Raises
    ------
    FileError
        ``path`` is no package of this program, or one made to do harm.
    TableError
        ``qr`` is no text of such a code.
    """
    wanted = None if qr is None else parse_digest(qr)
    packed = _content_of(local_path(path))
    members = _unpacked(Path(path), packed)
    contents = _first_of_each(members, twice := find_twice(packed))
    if MANIFEST not in contents:
        raise FileError("no_package", path=str(path))
    stated = read_manifest(contents.pop(MANIFEST))
    found = {name: hash_content(content) for name, content in contents.items()}
    own_codes = LAND_WITH_OWN_CODES if LAND_WITH_OWN_CODES in stated.files else LAND
    proved, public = (read_land(contents, name) for name in (own_codes, LAND))
    in_files = _contradictions(contents, public, proved)
    in_lists = _compare_lists(contents, public, proved)
    return Verification(
        **_compare_files(stated, found),
        **_joined(in_files, in_lists),
        twice=twice,
        unnamed=find_unnamed(packed),
        unlike_manifest=_unlike_manifest(contents, proved, stated),
        unlike_qr=() if wanted is None else _unlike(proved, _in_own_codes(wanted, public, proved)),
        qr_checked=qr is not None,
        draft=stated.draft,
    )


def tell_verification(verdict: Verification, lang: str) -> Iterator[str]:
    """Yield the verdict and what was found as sentences, each on one line."""
    yield phrase(f"proposal.verdict.{'intact' if verdict.intact else 'not_intact'}", lang)
    for field in fields(Verification):
        said = getattr(verdict, field.name)
        for name in said if isinstance(said, tuple) else ():
            coded = field.name in _CODED
            named = phrase(f"proposal.differs.{name}", lang) if coded else name
            yield say(f"proposal.verdict.{field.name}", lang, name=one_line(named))
    if verdict.qr_checked and not verdict.unlike_qr:
        yield phrase("proposal.verdict.qr_same", lang)
    if verdict.draft:
        yield phrase("proposal.verdict.is_draft", lang)
    if not verdict.qr_checked:
        yield phrase("proposal.verdict.no_qr", lang)


_CODED = ("unnamed", "unlike_manifest", "unlike_qr")


_Said = Mapping[str, tuple[str, ...]]
"""What is said of some attributes of a `Verification`."""


def _joined(*parts: _Said) -> dict[str, Any]:
    names = dict.fromkeys(name for part in parts for name in part)
    return {name: sum((part.get(name, ()) for part in parts), ()) for name in names}


def _unlike_manifest(
    contents: Mapping[str, bytes], land: Land | None, stated: Manifest
) -> tuple[str, ...]:
    """Return what the manifest says otherwise than the land and the findings of the package."""
    differing = [*_unlike(land, stated.digest)]
    if stated.digest.groups != (stated.group,):
        differing.append("groups")
    if not _is_draft_as_stated(contents, stated):
        differing.append("findings")
    return tuple(dict.fromkeys(differing))


def _is_draft_as_stated(contents: Mapping[str, bytes], stated: Manifest) -> bool:
    try:
        found = json.loads(contents[FINDINGS])["features"]
        told = [(f["properties"]["severity"], f["properties"]["status"]) for f in found]
    except (KeyError, TypeError, ValueError, RecursionError):
        return False
    is_same = told.count((Severity.ERROR, Status.OPEN)) == stated.open_errors
    return is_same and bool(stated.open_errors) == stated.draft


def _compare_files(stated: Manifest, found: Mapping[str, str]) -> dict[str, Any]:
    both = found.keys() & stated.files.keys()
    return {
        "changed": tuple(sorted(n for n in both if found[n] != stated.files[n])),
        "added": tuple(sorted(found.keys() - stated.files.keys())),
        "removed": tuple(sorted(stated.files.keys() - found.keys())),
    }


def _in_own_codes(wanted: Digest, public: Land | None, own: Land | None) -> Digest:
    """Return the digest of a sheet with the codes under which the land can prove it.

    A sheet names a parcel whose code is a person's number by its public code.
    """
    if public is None or own is None or len(public.codes) != len(own.codes):
        return wanted
    known = dict(zip(public.codes, own.codes, strict=True))
    return replace(wanted, parcels=tuple(known.get(code, code) for code in wanted.parcels))


def _unlike(land: Land | None, wanted: Digest) -> tuple[str, ...]:
    if land is None:
        return ("land",)
    chosen = land.table(wanted.parcels)
    if len(chosen) == 0:
        return ("parcels",)
    is_ = digest_of(chosen, named=bool(wanted.parcels))
    differing = [name for name in _PROVED if getattr(is_, name) != getattr(wanted, name)]
    # a name in which a number of a person is hidden is the same name
    if tuple(map(redact, is_.groups)) == tuple(map(redact, wanted.groups)):
        differing = [name for name in differing if name != "groups"]
    return tuple(differing)


_PROVED = ("groups", "count", "area_ha", "code")


def _compare_lists(contents: Mapping[str, bytes], public: Land | None, own: Land | None) -> _Said:
    """Return the workbooks that list other parcels, and the parcels with other hectares."""
    if public is None or own is None:
        return {}
    known = dict(zip(own.codes, own.measured, strict=True))
    known |= dict(zip(public.codes, public.measured, strict=True))
    whole_ha = digest_of(own.table()).area_ha
    other: list[str] = []
    wrong: list[str] = []
    for name in filter(is_list_of_parcels, contents):
        try:
            listed = read_listed_hectares(contents[name], LIMITS)
        except (Refusal, ValueError):
            listed = Listed()
        codes = listed.parcels.keys()
        if len(codes) != len(public.codes) or not codes <= known.keys():
            other.append(name)
        rows = [(code, known.get(code, ha), ha) for code, ha in listed.parcels.items()]
        rows += [(group, whole_ha, ha) for group, ha in listed.groups.items()]
        wrong += [f"{what} ({name})" for what, is_, said in rows if is_off(is_, said)]
    return {"contradictions": tuple(other), "wrong_areas": tuple(wrong)}


def _contradictions(contents: Mapping[str, bytes], public: Land | None, own: Land | None) -> _Said:
    """Return the other files of the map data that tell of other land, and what differs in them."""
    if public is None:
        return {}
    differing: list[str] = []
    moved: list[str] = []
    wrong: list[str] = []
    for name in filter(contents.__contains__, READERS):
        other = read_land(contents, name)
        coded = own if own and name.startswith(OFFICE_ONLY) else public
        if other is None or not len(public.codes) == len(coded.codes) == len(other.codes):
            differing.append(name)
            continue
        elsewhere = ~same_places(public.places, other.places, _NEAR_DEG)
        moved += [f"{coded.codes[at]} ({name})" for at in np.flatnonzero(elsewhere)]
        wrong += [f"{code} ({name})" for code in other.wrong_areas]
        if other.codes != coded.codes or elsewhere.any():
            differing.append(name)
    return {
        "contradictions": tuple(differing),
        "moved": tuple(moved),
        "wrong_areas": tuple(wrong),
    }


def _first_of_each(members: Mapping[str, bytes], twice: Sequence[str]) -> dict[str, bytes]:
    # unpacking calls the second file of one name ``name#2``
    again = tuple(f"{name}#" for name in twice)
    return {n: c for n, c in members.items() if not (again and n.startswith(again))}


def _content_of(path: Path) -> bytes:
    with _told_as_file_error(path):
        return read_content(path, LIMITS)


def _unpacked(path: Path, content: bytes) -> dict[str, bytes]:
    with _told_as_file_error(path):
        return unpack(content, LIMITS)


@contextmanager
def _told_as_file_error(path: Path) -> Iterator[None]:
    try:
        yield
    except Refusal as refusal:
        if refusal.reason in ("file_cut_short", "archive_damaged", "not_a_regular_file"):
            raise FileError("no_package", path=path.name) from None
        words = f"unsafe.{refusal.reason}"
        known = words if words in catalogue(default_language())["proposal"] else "unsafe.other"
        why = Sentence(f"proposal.{known}", refusal.facts)
        raise FileError("package_unsafe", path=path.name, reason=why) from None
