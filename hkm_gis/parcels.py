"""The parcel table, and the law read = accepted + repaired + rejected."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd

from hkm_gis.record import Rejection, Repair

__all__ = ["PARCEL_COLUMNS", "Intake"]

PARCEL_COLUMNS = (
    "parcel_id",  # unique text
    "group",  # name of the group; the file's or folder's name where nothing says it
    "household",  # code of the household (never a KK number); the member or parcel where unknown
    "member",  # name of the person, as written; empty where unknown
    "match",  # how the member was found: "", "id", "name", "doubtful" or "none"
    "source",  # file, relative to what the user named, "/" between folders
    "feature",  # the feature within the file
    "kind",  # "walk" (GPS line), "corners" (points), "drawn" (digitised polygon)
    "repaired",  # bool: one repair or more changed it on its way in
    "gap_m",  # float: distance between the ends of a walk, NaN for other kinds
    "accuracy_m",  # float: standard error of a position, NaN where not known
    "area_ha",  # float: on the equal-area plane, equal to the geodesic hectares
    "utm_ha",  # float: on the grid of the project's UTM zone, as a GIS would show it
    "uncertainty_ha",  # float: half width of the 95 % interval of area_ha, NaN where not known
    "geometry",  # Polygon or MultiPolygon, EPSG:4326
)


@dataclass(frozen=True, slots=True)
class Intake:
    """Everything that was read: the parcels, and what became of every other feature.

    ``features`` = accepted + repaired + rejected, always.
    """

    parcels: gpd.GeoDataFrame
    repairs: tuple[Repair, ...] = ()
    rejected: tuple[Rejection, ...] = ()

    @property
    def repaired(self) -> int:
        """Number of features that became parcels after one repair or more."""
        return int(self.parcels["repaired"].sum())

    @property
    def accepted(self) -> int:
        """Number of features that became parcels exactly as they were read."""
        return len(self.parcels) - self.repaired

    @property
    def features(self) -> int:
        """Number of features read, a file that cannot be read counting as one."""
        return len(self.parcels) + len(self.rejected)
