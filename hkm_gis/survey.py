"""Everything read for one job, in one value: the argument of every check and every output."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property, partial
from pathlib import Path, PurePosixPath
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from hkm_gis.database import address_of
from hkm_gis.errors import HkmError
from hkm_gis.files import Limits, hash_file
from hkm_gis.forest import Forest, forest_of, land_outside, near_boundary
from hkm_gis.households import Ground, sum_households
from hkm_gis.landcover import SLOPE_COLUMNS, classify_slope, cultivated_ha
from hkm_gis.landmarks import read_landmarks
from hkm_gis.layers import CLAIM_ROLES, read_layer
from hkm_gis.members import Register, read_members
from hkm_gis.memory import Memory, land_keys, seal_of
from hkm_gis.neighbours import find_gaps, find_neighbours
from hkm_gis.overlaps import find_overlaps
from hkm_gis.overlaps.threads import in_threads, together
from hkm_gis.pairing import (
    Decision,
    doubtful_matches,
    match_members,
    note_lost_decisions,
    read_decisions,
)
from hkm_gis.parcels import Intake, nothing_read, take_in_files
from hkm_gis.plane import land_on_plane
from hkm_gis.project import ForestSource, Layer, Project, load_project
from hkm_gis.recap import Recap, read_recap
from hkm_gis.recheck import overlaps_again
from hkm_gis.regulation import Regulation, load_regulation
from hkm_gis.standing import Standing
from hkm_gis.thresholds import Thresholds
from hkm_gis.walks import drawn_uncertainty_ha

__all__ = ["Survey", "open_survey"]

WALKS_FOLDER = "kelompok"
"""Where the walks of a project lie, one folder a group."""

MEMORY_FILE = Path("hasil") / "cek_ulang.bin"
"""What the next run need not find again; safe to delete."""

DECISIONS_FILE = "pasangan.xlsx"
"""What a person has decided about doubtful pairs of parcel and member, beside ``hkm.toml``."""


@dataclass(frozen=True)
class Survey:
    """Everything read for one job, and what follows from it, computed once when first asked.

    Attributes
    ----------
    project
        What ``hkm.toml`` or the command line says.
    intake
        The parcels and what became of every other feature.
    forest, register
        The forest boundary and the member list; None where not given.
    regulation
        What the chosen regulation asks.
    pairs
        The parcels of all groups whose farmer is or was not sure, and what a person has decided
        of them, as `doubtful_matches` returns it; None without a member list.
    recap
        The recap of the districts, as it was typed; None where not given.
    memory
        What an earlier run of the same project found; None for loose files.
    """

    project: Project
    intake: Intake
    forest: Forest | None
    register: Register | None
    regulation: Regulation
    pairs: pd.DataFrame | None = None
    recap: Recap | None = None
    memory: Memory | None = field(default=None, compare=False, repr=False)

    @property
    def parcels(self) -> gpd.GeoDataFrame:
        """The parcel table (EPSG:4326), columns as `PARCEL_COLUMNS`."""
        return self.intake.parcels

    @property
    def thresholds(self) -> Thresholds:
        """The thresholds of the project."""
        return self.project.thresholds

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """Names of the groups in reading order."""
        return tuple(dict.fromkeys(self.parcels["group"]))

    @cached_property
    def land(self) -> NDArray[np.object_]:
        """The land of each parcel on the plane, in metres."""
        return together(in_threads(land_on_plane, self.parcels.geometry.to_numpy()))

    @cached_property
    def land_tree(self) -> shapely.STRtree:
        """The land of the parcels, to be asked what lies near a place."""
        return shapely.STRtree(self.land)

    @cached_property
    def overlaps(self) -> gpd.GeoDataFrame:
        """Pairs of parcels that share land, as `find_overlaps` returns them."""
        least_m2, sliver_m = self.thresholds.overlap_min_m2, self.thresholds.sliver_width_m
        if self.memory is None:
            return find_overlaps(
                self.parcels, min_area_m2=least_m2, sliver_width_m=sliver_m, on_plane=self.land
            )
        return overlaps_again(
            self.parcels,
            self.land_keys,
            self.memory,
            min_area_m2=least_m2,
            sliver_width_m=sliver_m,
            on_plane=self.land,
        )

    @cached_property
    def land_keys(self) -> list[bytes]:
        """The key of the land of each parcel, as `land_keys` returns it."""
        return land_keys(self.parcels.geometry.to_numpy())

    @cached_property
    def gaps(self) -> gpd.GeoDataFrame:
        """Land between parcels that nobody claims, too wide for two walks of one path."""
        return find_gaps(
            self.parcels,
            min_width_m=self.thresholds.gap_min_width_m,
            max_width_m=self.thresholds.gap_max_width_m,
            on_plane=self.land,
            memory=self.memory,
        )

    @cached_property
    def layers(self) -> tuple[tuple[Layer, gpd.GeoDataFrame], ...]:
        """The further layers whose land counts, each with what `read_layer` returns of it."""
        counting = (layer for layer in self.project.layers if layer.role in CLAIM_ROLES)
        return tuple((layer, read_layer(layer)) for layer in counting)

    @cached_property
    def slope_pct(self) -> NDArray[np.float64] | None:
        """How steep each parcel is on average; None without a grid of heights."""
        return None if self.slope is None else self.slope["slope_mean_pct"].to_numpy(float)

    @cached_property
    def slope(self) -> pd.DataFrame | None:
        """How steep each parcel is, as `classify_slope` returns it; None without a grid."""
        dem = self.project.dem
        return None if dem is None else classify_slope(self.parcels, dem.file, on_plane=self.land)

    @cached_property
    def outside(self) -> NDArray[np.object_]:
        """The part of each parcel outside the forest (lon/lat, empty where none)."""
        return self.recalled("outside", partial(self._to_forest, land_outside))

    @cached_property
    def near_boundary(self) -> NDArray[np.bool_]:
        """Whether each parcel comes nearer to the boundary than the boundary is sure."""
        return self.recalled("near_boundary", partial(self._to_forest, near_boundary))

    def _to_forest(self, ask: Callable[..., NDArray[Any]], rows: NDArray[np.intp]) -> NDArray[Any]:
        return ask(self.parcels.iloc[rows], self.forest, on_plane=self.land[rows])

    def recalled(
        self, kind: str, compute: Callable[[NDArray[np.intp]], NDArray[Any]]
    ) -> NDArray[Any]:
        """Return what ``compute`` finds of each parcel, for unchanged land as an earlier run found.

        Parameters
        ----------
        kind
            What is asked; the answer may follow from the land of the parcel, the forest and the
            thresholds alone.
        compute
            Takes the rows of some parcels and returns one value for each.
        """
        if self.memory is None:
            return compute(np.arange(len(self.parcels)))
        return self.memory.recall(kind, self.land_keys, lambda rows: {kind: compute(rows)})[kind]

    @cached_property
    def neighbours(self) -> pd.DataFrame:
        """What each parcel borders on each side, as `find_neighbours` returns it."""
        return find_neighbours(self.parcels, layers=self.landmarks, forest=self.forest)

    @cached_property
    def landmarks(self) -> dict[str, gpd.GeoDataFrame]:
        """Roads and rivers near the parcels, as `read_landmarks` returns them."""
        return read_landmarks(self.project.layers, self.parcels)

    @cached_property
    def standing(self) -> Standing | None:
        """How each parcel stands to the forest; None without a boundary."""
        if self.forest is None:
            return None
        dust_m2 = self.thresholds.overlap_min_m2
        return Standing(self.parcels, self.outside, self.forest, dust_m2=dust_m2)

    @cached_property
    def households(self) -> pd.DataFrame:
        """Hectares of each household, as `sum_households` returns them."""
        return self.sum_by("household")

    @cached_property
    def group_sums(self) -> pd.DataFrame:
        """Hectares of each group, as `sum_households` returns them."""
        return self.sum_by("group")

    @cached_property
    def ground(self) -> Ground:
        """What the parcels share, found once for all sums."""
        keys = None if self.memory is None else self.land_keys
        return Ground(self.parcels, self.outside, self.overlaps, on_plane=self.land, keys=keys)

    def sum_by(self, by: str) -> pd.DataFrame:
        """Return hectares by parcel, household, group or district, as `sum_households` does."""
        return sum_households(
            _placed(self.parcels, self.project),
            self.forest,
            by=by,
            overlaps=self.overlaps,
            outside=self.outside,
            ground=self.ground,
            memory=self.memory,
            cultivated_ha=self.cultivated_ha,
            slope_ha=None if self.slope is None else self.slope[list(SLOPE_COLUMNS)],
        )

    @cached_property
    def cultivated_ha(self) -> NDArray[np.float64] | None:
        """Cultivated hectares of each parcel; None without a land-cover raster."""
        raster = self.project.landcover
        if raster is None:
            return None
        return cultivated_ha(self.parcels, raster, on_plane=self.land)

    def remember(self) -> None:
        """Keep what was found of the land for the next run of the same project."""
        if self.memory is not None:
            self.memory.write()

    @cached_property
    def everybody(self) -> pd.DataFrame:
        """Parcel, household and member of all land read, also where this is the survey of a part.

        Whoever hides names must know those of the neighbours too.
        """
        return pd.DataFrame(self.parcels[["parcel_id", "household", "member"]])

    def group_of(self, source: str) -> str:
        """Return the group in whose folder a file of the field lies; "" where it is in none."""
        names = _names_of_folders(self.project)
        declared = _from_declared(source, names)
        return names[declared[0]] if declared else ""

    def of_group(self, group: str) -> Survey:
        """Return the survey of one group alone, as it stands among its neighbours.

        Overlaps with other groups stay known: everything was computed with all land present.
        """
        mine = (self.parcels["group"] == group).to_numpy()
        pairs = (self.overlaps["group_a"] == group) | (self.overlaps["group_b"] == group)
        intake = replace(self.intake, parcels=self.parcels[mine])
        part = replace(self, intake=intake, memory=None)
        # What is already known of all land holds for its part; asking again with fewer
        # neighbours would lose the overlaps with other groups.
        part.__dict__.update(
            everybody=self.everybody,
            overlaps=self.overlaps[pairs],
            outside=self.outside[mine],
            near_boundary=self.near_boundary[mine],
            households=self.households[self.households["group"] == group],
            cultivated_ha=None if self.cultivated_ha is None else self.cultivated_ha[mine],
            slope=None if self.slope is None else self.slope[mine],
        )
        return part


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
    intake = replace(intake, parcels=_with_map_error(_named_groups(intake.parcels, plan), plan))
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


def _placed(parcels: gpd.GeoDataFrame, plan: Project) -> gpd.GeoDataFrame:
    """Return the parcels with the district and the stage of the permit of their group."""
    named = parcels["group"].to_numpy(object)
    groups = {name: plan.group(name) for name in dict.fromkeys(named)}
    districts = {name: group.kabupaten or plan.place.kabupaten for name, group in groups.items()}
    stages = {name: group.stage for name, group in groups.items()}
    return parcels.assign(
        district=[districts[name] for name in named], stage=[stages[name] for name in named]
    )


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


def _named_groups(parcels: gpd.GeoDataFrame, plan: Project) -> gpd.GeoDataFrame:
    """Return the parcels with the group whose folder they lie in, however deep, by its name.

    A folder inside it is that of a farmer or a day, not of a group; only what the file itself says
    of its group counts for more.
    """
    names = _names_of_folders(plan)
    rows = zip(parcels["group"], parcels["source"], strict=True)
    return parcels.assign(group=[_named_group(g, source, names) for g, source in rows])


def _names_of_folders(plan: Project) -> dict[str, str]:
    return {g.folder.name: g.name for g in plan.groups if g.folder is not None}


def _named_group(group: str, source: str, names: Mapping[str, str]) -> str:
    declared = _from_declared(source, names)
    return names[declared[0]] if group in declared else names.get(group, group)


def _from_declared(source: str, names: Mapping[str, str]) -> tuple[str, ...]:
    """Return the folders of a file from that of a group on; none where no group has one of them."""
    folders = PurePosixPath(source).parent.parts
    return next((folders[at:] for at, f in enumerate(folders) if f in names), ())


def _with_map_error(parcels: gpd.GeoDataFrame, plan: Project) -> gpd.GeoDataFrame:
    """Return the parcels with the ± of the drawn ones, where the scale of their map is stated."""
    known = parcels["uncertainty_ha"].to_numpy(float, copy=True)
    for row in np.flatnonzero(parcels["kind"] == "drawn"):
        scale = plan.group(parcels["group"].iloc[row]).map_scale or plan.map_scale
        if scale:
            known[row] = drawn_uncertainty_ha(parcels.geometry.iloc[row], map_scale=scale)
    return parcels.assign(uncertainty_ha=known)
