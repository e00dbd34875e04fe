"""What lies in a project folder, as the page shows it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hkm_gis.errors import HkmError
from hkm_gis.local_page.answers import ANSWERS
from hkm_gis.project import Project, load_project
from hkm_gis.readers import find_files
from hkm_gis.results import RESULTS_FOLDER, results_by_kind
from hkm_gis.starter.filling import is_empty_form

__all__ = ["contents_of", "results_of"]


def contents_of(home: Path, lang: str) -> dict[str, Any]:
    """Return the groups with their files, the boundary, the member list and the papers."""
    try:
        project, problem = load_project(home), ""
    except HkmError as error:
        project, problem = Project(folder=home), error.sentence(lang)
    return {
        "problem": problem,
        "groups": list(_groups(home, project)),
        "boundary": "" if project.forest is None else project.forest.file.name,
        "forest": _said("forest", project.forest),
        "place": _said("place", project.place),
        "members": _member_list(project.members),
        "papers": [found.source for found in _found(home / "dokumen")],
    }


def results_of(home: Path) -> dict[str, Any]:
    """Return the files that a person can take, by kind, and the findings of the last job."""
    results = home / RESULTS_FOLDER
    found = results_by_kind((p for p in results.rglob("*") if p.is_file()), results)
    kinds = [
        {"kind": kind, "files": [p.relative_to(results).as_posix() for p in files]}
        for kind, files in found.items()
    ]
    return {"kinds": kinds, "report": _report(results / "pemeriksaan.json")}


def _groups(home: Path, project: Project) -> Iterator[dict[str, Any]]:
    """Yield each group: what is said of it, its files as people know them and as paths."""
    known = {g.folder: g for g in project.groups if g.folder is not None}
    files: dict[Path, list[Path]] = {folder: [] for folder in known}
    for path in (found.path for found in _found(home / "kelompok")):
        top = path.relative_to(home).parts[1]
        files.setdefault(home / "kelompok" / top, []).append(path)
    for folder, paths in files.items():
        group = known.get(folder)
        yield {
            "name": folder.name if group is None else group.name,
            "said": _said("groups", group),
            "files": [p.relative_to(folder).as_posix() if p != folder else p.name for p in paths],
            "paths": [p.relative_to(home).as_posix() for p in paths],
        }


def _member_list(file: Path | None) -> str:
    """Return the name of the member list; none of the empty form of a new project."""
    return "" if file is None or not file.is_file() or is_empty_form(file) else file.name


def _said(table: str, source: object) -> dict[str, Any]:
    """Return what ``hkm.toml`` says of what the page asks; nothing where it says nothing yet."""
    return {} if source is None else {key: getattr(source, key) for key in ANSWERS[table]}


def _found(folder: Path) -> Any:
    return find_files([folder]) if folder.is_dir() else []


def _report(file: Path) -> dict[str, Any]:
    try:
        said = json.loads(file.read_text("utf-8"))
        findings = [
            {key: f[key] for key in ("code", "severity", "status", "message", "fix")}
            for f in said["findings"]
        ]
        return {"read": said["read"], "findings": findings}
    except (OSError, ValueError, KeyError, TypeError):
        return {}  # no job yet, or a file of another program: the page shows no findings
