"""A project folder, or loose files, read into one survey."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path

import geopandas as gpd
import numpy as np

from hkm_gis.database import address_of
from hkm_gis.errors import HkmError
from hkm_gis.files import Limits, hash_file
from hkm_gis.forest import Forest, forest_of
from hkm_gis.members import read_members
from hkm_gis.memory import Memory, land_keys, seal_of
from hkm_gis.pairing import (
    Decision,
    doubtful_matches,
    match_members,
    note_lost_decisions,
    read_decisions,
)
from hkm_gis.parcels import Intake, nothing_read, take_in_files
from hkm_gis.project import ForestSource, Project, load_project
from hkm_gis.recap import read_recap
from hkm_gis.regulation import load_regulation
from hkm_gis.survey.folders import named_groups
from hkm_gis.survey.survey import Survey
from hkm_gis.walks import drawn_uncertainty_ha

__all__ = ["DECISIONS_FILE", "MEMORY_FILE", "open_survey"]

WALKS_FOLDER = "kelompok"
"""Where the walks of a project lie, one folder a group."""

MEMORY_FILE = Path("hasil") / "cek_ulang.bin"
"""What the next run need not find again; safe to delete."""

DECISIONS_FILE = "pasangan.xlsx"
"""What a person has decided about doubtful pairs of parcel and member, beside ``hkm.toml``."""


def open_survey(
    project: str | Path | None = None,
    *,
    parcels: Sequence[str | Path] = (),
    group: str | None = None,
    forest: str | Path | None = None,
    forest_ha: float = 16060.0,
    members: str | Path | None = None,
    crs: str = "",
    limits: Mapping[str, float] | None = None,
    processes: int = 1,
) -> Survey:
    """Read a project folder, or loose files, into one survey.

    Parameters
    ----------
    project
        A folder with ``hkm.toml``; None to read loose files only.
    parcels
        Files or folders with walks or parcels, instead of the project's own; or addresses of
        PostGIS tables (``postgresql://user@host/database?table=schema.table``).
    group
        Group of the files that name none.
    forest, forest_ha
        The boundary file or PostGIS table, and the hectares that the papers state for it.
    members
        The member list.
    crs
        Coordinate system of the files that state none (``EPSG:32748``).
    limits
        Limits of what one file may ask of the machine, by their names in `Limits`, instead of
        those of ``[limits]`` in ``hkm.toml``: ``{"file_mb": 1024}``.
    processes
        How many processes share the reading of a thousand files and more, as `take_in_files`
        takes it.

    Returns
    -------
    Survey
        Everything read. What could not be read is in ``survey.intake.rejected``, by name.

    Raises
    ------
    HkmError
        Nothing at all could be read, or a named file is missing or not what it claims.
    """
    plan = Project(name=group or "") if project is None else load_project(project)
    if forest is not None:
        source = ForestSource(file=address_of(forest) or Path(forest), stated_ha=forest_ha)
        plan = replace(plan, forest=source)
    if members is not None:
        plan = replace(plan, members=Path(members))
    plan = replace(plan, limits=_raised(plan.limits, limits or {}))
    boundary = None
    if plan.forest is not None:
        boundary = forest_of(plan.forest, plan.crs_epsg, limits=plan.limits)
    intake = _take_in(plan, parcels or _walks_of(plan), group, boundary, crs, processes)
    intake = replace(intake, parcels=_with_map_error(named_groups(intake.parcels, plan), plan))
    register = None if plan.members is None else read_members(plan.members)
    pairs = None
    if register is not None:
        decisions = _decisions_of(plan)
        register = note_lost_decisions(intake.parcels, register, decisions)
        pairs = doubtful_matches(intake.parcels, register, decisions=decisions)
        matched = match_members(intake.parcels, register, decisions=decisions)
        intake = replace(intake, parcels=matched)
    recap = None if plan.recap is None else read_recap(plan.recap)
    rules = load_regulation(plan.regulation)
    survey = Survey(plan, intake, boundary, register, rules, pairs, recap)
    if plan.folder is None or parcels:
        return survey
    return replace(survey, memory=Memory.read(plan.folder / MEMORY_FILE, _seal(survey)))


def _seal(survey: Survey) -> bytes:
    """Return the seal of all that a result may follow from beside the land of the parcels."""
    plan, forest = survey.project, survey.forest
    named = [plan.dem, plan.landcover, *plan.layers]
    inputs = [hash_file(n.file) for n in named if n is not None and n.file.is_file()]
    drawn = None if forest is None else (land_keys(np.array([forest.geometry])), forest.tolerance_m)
    return seal_of(plan.thresholds, survey.regulation, plan.crs_epsg, drawn, inputs)


def _raised(limits: Limits, wanted: Mapping[str, float]) -> Limits:
    known = tuple(limit.name for limit in fields(Limits))
    unknown = tuple(name for name in wanted if name not in known)
    if unknown:
        raise HkmError("limit_unknown", names=unknown, known=known)
    whole = {n: int(v) if float(v).is_integer() else v for n, v in wanted.items()}
    return replace(limits, **whole)  # type: ignore[arg-type]


def _decisions_of(plan: Project) -> tuple[Decision, ...]:
    file = None if plan.folder is None else plan.folder / DECISIONS_FILE
    return read_decisions(file) if file is not None and file.is_file() else ()


def _walks_of(plan: Project) -> tuple[Path, ...]:
    if plan.folder is None:
        raise HkmError("nothing_given")
    return (plan.folder / WALKS_FOLDER,)


def _take_in(
    plan: Project,
    paths: Sequence[str | Path],
    group: str | None,
    boundary: Forest | None,
    crs: str,
    processes: int,
) -> Intake:
    intake = take_in_files(
        paths,
        group=group,
        near=None if boundary is None else boundary.geometry,
        crs=crs,
        crs_epsg=plan.crs_epsg,
        thresholds=plan.thresholds,
        limits=plan.limits,
        processes=processes,
    )
    if intake.parcels.empty:
        raise nothing_read(intake.rejected, paths)
    return intake


def _with_map_error(parcels: gpd.GeoDataFrame, plan: Project) -> gpd.GeoDataFrame:
    """Return the parcels with the ± of the drawn ones, where the scale of their map is stated."""
    known = parcels["uncertainty_ha"].to_numpy(float, copy=True)
    for row in np.flatnonzero(parcels["kind"] == "drawn"):
        scale = plan.group(parcels["group"].iloc[row]).map_scale or plan.map_scale
        if scale:
            known[row] = drawn_uncertainty_ha(parcels.geometry.iloc[row], map_scale=scale)
    return parcels.assign(uncertainty_ha=known)
