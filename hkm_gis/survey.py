"""Everything read for one job, in one value: the argument of every check and every output."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hkm_gis.forest import Forest, land_outside, near_boundary
from hkm_gis.households import sum_households
from hkm_gis.members import Register
from hkm_gis.overlaps import find_overlaps
from hkm_gis.parcels import Intake
from hkm_gis.project import Project
from hkm_gis.regulation import Regulation
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
    """

    project: Project
    intake: Intake
    forest: Forest | None
    register: Register | None
    regulation: Regulation

    @property
    def parcels(self) -> gpd.GeoDataFrame:
        """The parcel table (EPSG:4326), columns as `PARCEL_COLUMNS`."""
        return self.intake.parcels

    @property
    def thresholds(self) -> Thresholds:
        """The thresholds of the project."""
        return self.project.thresholds

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the groups in reading order."""
        return tuple(dict.fromkeys(self.parcels["group"]))

    @cached_property
    def overlaps(self) -> gpd.GeoDataFrame:
        """Pairs of parcels that share land, as `find_overlaps` returns them."""
        return find_overlaps(self.parcels, min_area_m2=self.thresholds.overlap_min_m2)

    @cached_property
    def outside(self) -> NDArray[np.object_]:
        """The part of each parcel outside the forest (lon/lat, empty where none)."""
        return land_outside(self.parcels, self.forest)

    @cached_property
    def near_boundary(self) -> NDArray[np.bool_]:
        """Whether each parcel comes nearer to the boundary than the boundary is sure."""
        return near_boundary(self.parcels, self.forest)

    @cached_property
    def households(self) -> pd.DataFrame:
        """Hectares of each household, as `sum_households` returns them."""
        return sum_households(self.parcels, self.forest, by="household")
