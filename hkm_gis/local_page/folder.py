"""What lies in a project folder, as the page shows it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hkm_gis.errors import HkmError
from hkm_gis.project import Project, load_project
from hkm_gis.readers import find_files
from hkm_gis.results import RESULTS_FOLDER, results_by_kind

__all__ = ["contents_of", "results_of"]


def contents_of(home: Path) -> dict[str, Any]:
    """Return the groups with their files, the boundary, the member list and the papers."""
    try:
        project, problem = load_project(home), ""
    except HkmError as error:
        project, problem = Project(folder=home), error.sentence()
    return {
        "problem": problem,
        "groups": [{"name": n, "files": f} for n, f in _files_by_group(home, project).items()],
        "boundary": "" if project.forest is None else project.forest.file.name,
        "members": "" if project.members is None else project.members.name,
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


def _files_by_group(home: Path, project: Project) -> dict[str, list[str]]:
    names = {g.folder.name: g.name for g in project.groups if g.folder is not None}
    groups: dict[str, list[str]] = {g.name: [] for g in project.groups}
    for found in _found(home / "kelompok"):
        folder, _, name = found.source.partition("/")
        groups.setdefault(names.get(folder, folder if name else ""), []).append(name or folder)
    return groups


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
