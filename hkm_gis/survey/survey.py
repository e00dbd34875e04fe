"""Everything read for one job, in one value, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from hkm_gis.forest import Forest, land_outside, near_boundary
from hkm_gis.households import Ground, sum_households
from hkm_gis.landcover import SLOPE_COLUMNS, classify_slope, cultivated_ha
from hkm_gis.landmarks import read_landmarks
from hkm_gis.layers import CLAIM_ROLES, read_layer
from hkm_gis.members import Register
from hkm_gis.memory import Memory, land_keys
from hkm_gis.neighbours import find_gaps, find_neighbours
from hkm_gis.overlaps import find_overlaps
from hkm_gis.overlaps.threads import in_threads, together
from hkm_gis.parcels import Intake
from hkm_gis.plane import land_on_plane
from hkm_gis.project import Layer, Project
from hkm_gis.recap import Recap
from hkm_gis.recheck import overlaps_again
from hkm_gis.regulation import Regulation
from hkm_gis.standing import Standing
from hkm_gis.survey.folders import group_of_file
from hkm_gis.thresholds import Thresholds

__all__ = ["Survey"]


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
            keys=None if self.memory is None else self.land_keys,
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
        return group_of_file(source, self.project)

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


def _placed(parcels: gpd.GeoDataFrame, plan: Project) -> gpd.GeoDataFrame:
    """Return the parcels with the district and the stage of the permit of their group."""
    named = parcels["group"].to_numpy(object)
    groups = {name: plan.group(name) for name in dict.fromkeys(named)}
    districts = {name: group.kabupaten or plan.place.kabupaten for name, group in groups.items()}
    stages = {name: group.stage for name, group in groups.items()}
    return parcels.assign(
        district=[districts[name] for name in named], stage=[stages[name] for name in named]
    )
