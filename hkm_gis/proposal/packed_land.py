"""The parcels as each file of a package tells them, read within limits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from hkm_gis.files import Limits, Refusal
from hkm_gis.plane import M2_PER_HA, area_m2, reproject
from hkm_gis.proposal.layout import LAND, LAND_WITH_OWN_CODES, MAP_DATA, OFFICE_ONLY
from hkm_gis.readers.archive import unpack
from hkm_gis.readers.feature import Feature
from hkm_gis.readers.geojson import read_geojson
from hkm_gis.readers.kml import read_kml
from hkm_gis.readers.vectors import read_geopackage, read_shapefile

__all__ = ["LIMITS", "READERS", "Land", "is_off", "read_land"]

LIMITS = Limits(archive_mb=400)
"""Twice what the program packs of given papers, and everything else besides."""

_AREA_TOLERANCE_HA = 1e-4
"""1 m²: what coordinates to 1 mm can prove for the largest parcels."""


@dataclass(frozen=True, slots=True)
class Land:
    """The parcels as one file tells them, each in its place of every attribute.

    Attributes
    ----------
    codes, groups
        Of each parcel.
    hectares
        As the file states them, shape (n,).
    places
        Polygons in EPSG:4326, shape (n,).
    """

    codes: tuple[str, ...]
    groups: tuple[str, ...]
    hectares: NDArray[np.float64]
    places: NDArray[Any]

    @property
    def measured(self) -> NDArray[np.float64]:
        """Hectares that follow from the corners, shape (n,)."""
        return area_m2(self.places) / M2_PER_HA

    @property
    def wrong_areas(self) -> tuple[str, ...]:
        """Codes of the parcels whose stated hectares do not follow from their corners."""
        rows = zip(self.codes, self.measured, self.hectares, strict=True)
        return tuple(code for code, is_, said in rows if is_off(is_, said))

    def table(self, codes: Sequence[str] = ()) -> gpd.GeoDataFrame:
        """Return the parcels of these codes, or all, in EPSG:4326."""
        whole = gpd.GeoDataFrame(
            {"parcel_id": self.codes, "group": self.groups}, geometry=self.places, crs=4326
        )
        return whole[whole["parcel_id"].isin(codes)] if codes else whole


def is_off(measured_ha: float, stated_ha: float) -> bool:
    """Tell whether hectares differ by more than 1 m², or are no number."""
    return not abs(measured_ha - stated_ha) <= _AREA_TOLERANCE_HA


def read_land(contents: Mapping[str, bytes], name: str) -> Land | None:
    """Return the parcels in one file of a package; None where it tells of no whole land."""
    read, code, group, area = READERS[name]
    try:
        # what is refused is missing then, and a parcel less is other land
        whole = [f for f in read(contents[name]) if isinstance(f, Feature)]
        return Land(
            codes=tuple(f.properties[code] for f in whole),
            groups=tuple(f.properties[group] for f in whole),
            hectares=np.array([float(f.properties[area]) for f in whole]),
            places=_lonlat(whole),
        )
    except (KeyError, ValueError, Refusal, shapely.errors.ShapelyError, OverflowError):
        return None


def _lonlat(features: Sequence[Feature]) -> NDArray[Any]:
    (crs,) = {f.crs for f in features}
    drawn = np.array([f.geometry for f in features], dtype=object)
    places = drawn if crs == "EPSG:4326" else reproject(drawn, crs, 4326)
    if not (shapely.is_valid(places) & (shapely.get_dimensions(places) == 2)).all():
        raise ValueError
    xy = shapely.get_coordinates(places)
    if not (np.isfinite(xy).all() and (np.abs(xy) <= (180, 90)).all()):
        raise ValueError
    return shapely.force_2d(places)


_Reader = Callable[[bytes], Iterable[object]]


def _from_geojson(content: bytes) -> Iterable[object]:
    return read_geojson(content, LAND, LIMITS)


def _from_geopackage(content: bytes) -> Iterable[object]:
    return read_geopackage(content, MAP_DATA, LIMITS, layer="andil")


def _from_shapefile(content: bytes) -> Iterable[object]:
    parts = unpack(content, LIMITS)
    named = {f".{n.partition('.')[2]}": data for n, data in parts.items() if n[:6] == "andil."}
    return read_shapefile(named, MAP_DATA, LIMITS)


def _from_kmz(content: bytes) -> Iterable[object]:
    marks = read_kml(unpack(content, LIMITS)["doc.kml"], MAP_DATA, LIMITS)
    return (m for m in marks if isinstance(m, Feature) and m.folders == ("andil",))


_PROGRAM = ("parcel_id", "group", "area_ha")
_OFFICE = ("NO_ANDIL", "LEMBAGA", "LUAS_HA")
READERS: Mapping[str, tuple[_Reader, str, str, str]] = {
    LAND: (_from_geojson, *_PROGRAM),
    LAND_WITH_OWN_CODES: (_from_geojson, *_PROGRAM),
    f"{MAP_DATA}data.gpkg": (_from_geopackage, *_PROGRAM),
    f"{MAP_DATA}data_shp.zip": (_from_shapefile, *_OFFICE),
    f"{MAP_DATA}data.kmz": (_from_kmz, *_OFFICE),
    f"{OFFICE_ONLY}data_shp_khusus_kantor.zip": (_from_shapefile, *_OFFICE),
}
"""Files of the map data: what reads one, and its names for code, group and hectares."""
