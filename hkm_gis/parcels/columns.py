"""What a parcel table holds, the proof that it does, and its fingerprint."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence

import geopandas as gpd
import numpy as np
import shapely

from hkm_gis.errors import TableError
from hkm_gis.plane import (
    LONLAT,
    area_m2,
    round_degrees,
)

__all__ = ["PARCEL_COLUMNS", "digests", "fingerprint", "require_columns"]

PARCEL_COLUMNS = (
    "parcel_id",  # unique text
    "group",  # name of the group; the file's or folder's name where nothing says it
    "household",  # code of the household (never a KK number); the member or parcel where unknown
    "member",  # name of the person, as written; empty where unknown
    "match",  # how the member was found: "", "id", "name", "decided", "doubtful" or "none"
    "source",  # file, relative to what the user named, "/" between folders
    "feature",  # the feature within the file
    "communal",  # bool: shared land of the group (ruang perlindungan dan komunal), nobody's andil
    "commodity",  # what grows there, as written; empty where nobody says
    "surveyor",  # who measured it, as written; empty where nobody says
    "surveyed",  # date of the measuring, as written or of the walk's last point; empty if unknown
    "kind",  # "walk" (GPS line), "corners" (points), "drawn" (digitised polygon)
    "repaired",  # bool: one repair or more changed it on its way in
    "gap_m",  # float: distance between the ends of a walk, NaN for other kinds
    "accuracy_m",  # float: standard error of a position, NaN where not known
    "area_ha",  # float: on the equal-area plane, equal to the geodesic hectares
    "utm_ha",  # float: on the grid of the project's UTM zone, as a GIS would show it
    "uncertainty_ha",  # float: half width of the 95 % interval of area_ha, NaN where not known
    "geometry",  # Polygon or MultiPolygon, EPSG:4326
)


def require_columns(frame: gpd.GeoDataFrame, columns: Iterable[str]) -> None:
    """Prove that a parcel table has these columns, unique ids, and lon/lat coordinates.

    Raises
    ------
    TableError
        Names every missing column; or the table is not in EPSG:4326, or ``parcel_id`` is not
        unique text.
    """
    missing = tuple(column for column in columns if column not in frame.columns)
    if missing:
        raise TableError("parcels_lack_columns", columns=missing)
    if isinstance(frame, gpd.GeoDataFrame) and "geometry" in frame.columns and frame.crs != LONLAT:
        raise TableError("parcels_not_lonlat", crs=str(frame.crs))
    if "parcel_id" in frame.columns:
        _require_unique_text(frame["parcel_id"].to_numpy(object).tolist())


def fingerprint(parcels: gpd.GeoDataFrame) -> str:
    """Return the SHA-256 of what a parcel table says of the land, whatever the order of its rows.

    It covers ``parcel_id``, ``group``, the corners in degrees to eight decimals (1.1 mm, as every
    export writes them) whatever the start and direction of their rings, and the area in whole m²
    that those corners give. So a table that was exported and read again has the same one.
    """
    return hashlib.sha256(b"".join(sorted(digests(parcels)))).hexdigest()


def digests(parcels: gpd.GeoDataFrame) -> list[bytes]:
    """Return the SHA-256 of each row of a parcel table, of all that `fingerprint` covers."""
    grid = round_degrees(parcels.geometry.to_numpy())
    lands = shapely.to_wkb(shapely.normalize(grid), byte_order=1)
    areas = np.round(area_m2(grid)).astype(int)
    return [
        hashlib.sha256(
            "\x1f".join((str(parcel_id), str(group), str(area))).encode() + b"\x1f" + land
        ).digest()
        for parcel_id, group, area, land in zip(
            parcels["parcel_id"], parcels["group"], areas, lands, strict=True
        )
    ]


def _require_unique_text(ids: Sequence[object]) -> None:
    if not all(isinstance(parcel_id, str) and parcel_id for parcel_id in ids):
        raise TableError("parcels_id_not_text")
    twice = tuple(str(i) for i, times in Counter(ids).items() if times > 1)
    if twice:
        raise TableError("parcels_id_twice", ids=twice[:5])
