"""The proposal package: all that the office asks for in one ZIP, and proof it is unchanged."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

import geopandas as gpd
import numpy as np

from hkm_gis.errors import FileError, ProjectError
from hkm_gis.exports import export, program_version
from hkm_gis.exports.archive import pack_zip
from hkm_gis.files import replace_file, safe_names
from hkm_gis.parcels import fingerprint
from hkm_gis.plane import area_m2
from hkm_gis.report import Report
from hkm_gis.sheets import draw_sheets
from hkm_gis.survey import Survey
from hkm_gis.text import say
from hkm_gis.wording import tell_finding

__all__ = ["PaperState", "Verification", "completeness", "pack_proposal", "verify_proposal"]

MANIFEST = "manifest.json"
PARCELS_MEMBER = "data/andil.geojson"
PAPERS_FOLDER = "dokumen"
# 1 m² is what the GeoJSON's coordinates can prove for the largest parcels.
_AREA_TOLERANCE_HA = 1e-4


@dataclass(frozen=True, slots=True)
class PaperState:
    """One paper the regulation asks for: its name, the files found, and who signs."""

    name: str
    files: tuple[str, ...]
    signed_by: tuple[str, ...]

    @property
    def present(self) -> bool:
        """True where a file of this name lies in ``dokumen`` or the program writes it."""
        return bool(self.files)


@dataclass(frozen=True, slots=True)
class Verification:
    """What happened to a package since it was packed; all empty means nothing."""

    changed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    wrong_areas: tuple[str, ...] = ()
    """Parcels whose hectares no longer follow from their geometry."""

    @property
    def intact(self) -> bool:
        """True where the package is exactly as it was packed."""
        return not (self.changed or self.added or self.removed or self.wrong_areas)


def pack_proposal(
    survey: Survey, report: Report, group: str, folder: str | Path, *, lang: str = "id"
) -> Path:
    """Write one ZIP with everything the office asks of ``group``.

    Parameters
    ----------
    survey, report
        What was read and what was found.
    group
        Name of the group.
    folder
        Where the ZIP is written, as ``usulan_<group>.zip``.
    lang
        Language of its words.

    Returns
    -------
    Path
        The ZIP. The same input gives the same bytes.

    Raises
    ------
    ProjectError
        No parcel belongs to ``group``.

    Notes
    -----
    The package is the office's copy: its member list carries identity numbers. It is written
    readable by its owner only.
    """
    if group not in survey.groups:
        raise ProjectError("group_unknown", group=group, groups=survey.groups)
    part, found = survey.of_group(group), report.of_group(group)
    with TemporaryDirectory() as scratch:
        home = Path(scratch)
        draw_sheets(survey, report, home / "peta", group=group, lang=lang)
        for form in ("gpkg", "shp", "kmz", "geojson"):
            export(part, found, home / "data", to=form, lang=lang)
        export(part, found, home / "khusus_kantor", to="xlsx", private=True, lang=lang)
        contents = {p.relative_to(home).as_posix(): p.read_bytes() for p in _files(home)}
    contents |= _papers_given(survey, group)
    contents["00_BACA_DULU.txt"] = _read_me(part, found, group, contents, lang).encode()
    contents[MANIFEST] = _manifest(part, group, contents)
    target = Path(folder) / f"usulan_{safe_names(survey.groups)[group]}.zip"
    target.parent.mkdir(parents=True, exist_ok=True)
    replace_file(target, pack_zip(contents), private=True)
    return target


def verify_proposal(path: str | Path) -> Verification:
    """Tell what was changed, added or removed in a package since it was packed.

    Raises
    ------
    FileError
        ``path`` is no package of this program.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            contents = {name: archive.read(name) for name in archive.namelist()}
        stated = json.loads(contents.pop(MANIFEST))["files"]
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise FileError("no_package", path=str(path)) from error
    found = {name: _sha256(content) for name, content in contents.items()}
    return Verification(
        changed=tuple(sorted(n for n in found.keys() & stated.keys() if found[n] != stated[n])),
        added=tuple(sorted(found.keys() - stated.keys())),
        removed=tuple(sorted(stated.keys() - found.keys())),
        wrong_areas=_wrong_areas(contents.get(PARCELS_MEMBER, b"")),
    )


def completeness(survey: Survey, contents: Mapping[str, bytes]) -> tuple[PaperState, ...]:
    """Return each paper that the regulation asks for, with the files that answer it."""
    return tuple(
        PaperState(paper.name, tuple(sorted(_answers(paper.name, contents))), paper.signed_by)
        for paper in survey.regulation.papers
    )


# What the program writes answers these papers; all others are recognised by their file name.
_WRITTEN = {"peta": "peta/", "daftar_anggota": "khusus_kantor/"}


def _answers(paper: str, contents: Mapping[str, bytes]) -> Iterator[str]:
    ours = _WRITTEN.get(paper)
    for name in contents:
        stem = PurePosixPath(name).stem.lower().replace("-", "_").replace(" ", "_")
        if (ours and name.startswith(ours)) or (
            name.startswith(f"{PAPERS_FOLDER}/") and paper in stem
        ):
            yield name


def _papers_given(survey: Survey, group: str) -> dict[str, bytes]:
    home = survey.project.folder
    if home is None:
        return {}
    folders = (home / PAPERS_FOLDER, home / PAPERS_FOLDER / group)
    return {
        f"{PAPERS_FOLDER}/{path.name}": path.read_bytes()
        for folder in folders
        if folder.is_dir()
        for path in sorted(folder.iterdir())
        if path.is_file() and not path.is_symlink() and not path.name.startswith((".", "~"))
    }


def _read_me(
    part: Survey, found: Report, group: str, contents: Mapping[str, bytes], lang: str
) -> str:
    blocking = found.blocking
    head = say(
        "proposal.head",
        lang,
        group=group,
        parcels=len(part.parcels),
        total_ha=float(part.parcels["area_ha"].sum()),
        findings=len(blocking),
    )
    lines = [head, ""]
    if blocking:
        lines += [say("proposal.draft", lang), ""]
        lines += [f"- {f.code} {tell_finding(f, lang)}" for f in blocking]
        lines.append("")
    lines.append(say("proposal.papers", lang))
    for paper in completeness(part, contents):
        lines.append(_told(paper, lang))
    return "\n".join(lines) + "\n"


def _told(paper: PaperState, lang: str) -> str:
    signers = tuple(say(f"regulation.signer.{who}", lang) for who in paper.signed_by)
    return say(
        "proposal.present" if paper.present else "proposal.missing",
        lang,
        paper=say(f"regulation.paper.{paper.name}", lang),
        files=paper.files,
        signed=signers or "–",
    )


def _manifest(part: Survey, group: str, contents: Mapping[str, bytes]) -> bytes:
    forest = part.forest
    stated = {
        "version": 1,
        "program": program_version(),
        "group": group,
        "fingerprint": fingerprint(part.parcels),
        "forest": None
        if forest is None
        else {"name": forest.name, "sha256": forest.sha256, "version": forest.version},
        "files": {name: _sha256(contents[name]) for name in sorted(contents)},
    }
    return json.dumps(stated, ensure_ascii=False, indent=1).encode()


def _wrong_areas(geojson: bytes) -> tuple[str, ...]:
    if not geojson:
        return ()
    parcels = gpd.read_file(BytesIO(geojson))
    off = np.abs(area_m2(parcels.geometry.to_numpy()) / 1e4 - parcels["area_ha"].to_numpy(float))
    return tuple(parcels["parcel_id"].astype(str)[off > _AREA_TOLERANCE_HA])


def _files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.is_file())


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
