"""Parcels → the parcel table, and the table of the recorded walks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from hkm_gis.parcels.columns import PARCEL_COLUMNS
from hkm_gis.parcels.land import Parcel
from hkm_gis.parcels.naming import (
    COMMODITY_WORDS,
    SURVEYED_WORDS,
    SURVEYOR_WORDS,
    groups_of,
    households_of,
    ids_of,
    is_communal,
    member_of,
    said_by,
)
from hkm_gis.plane import (
    LONLAT,
    M2_PER_HA,
    area_m2,
    reproject,
)
from hkm_gis.walks import Walk

__all__ = ["parcel_table", "walk_table"]


def parcel_table(parcels: Sequence[Parcel], group: str | None, crs_epsg: int) -> gpd.GeoDataFrame:
    """Return the parcel table, columns as `PARCEL_COLUMNS`, in reading order."""
    lands = np.array([parcel.geometry for parcel in parcels], dtype=object)
    groups = groups_of(parcels, group)
    members = [member_of(parcel) for parcel in parcels]
    ids = ids_of(parcels, groups)
    utm_m2 = shapely.area(reproject(lands, LONLAT, crs_epsg)) if len(lands) else np.empty(0)
    columns = {
        "parcel_id": ids,
        "group": groups,
        "household": households_of(parcels, groups, members, ids),
        "member": members,
        "match": [""] * len(parcels),
        "source": [parcel.source for parcel in parcels],
        "feature": [parcel.feature for parcel in parcels],
        "communal": np.array(list(map(is_communal, parcels, ids)), dtype=bool),
        "commodity": [said_by(parcel.said, COMMODITY_WORDS) for parcel in parcels],
        "surveyor": [said_by(parcel.said, SURVEYOR_WORDS) for parcel in parcels],
        "surveyed": [said_by(parcel.said, SURVEYED_WORDS) or parcel.surveyed for parcel in parcels],
        "kind": [parcel.kind for parcel in parcels],
        "repaired": np.array([bool(parcel.repairs) for parcel in parcels], dtype=bool),
        "gap_m": np.array([parcel.gap_m for parcel in parcels], dtype=float),
        "accuracy_m": np.array([parcel.accuracy_m for parcel in parcels], dtype=float),
        "area_ha": area_m2(lands) / M2_PER_HA if len(lands) else np.empty(0),
        "utm_ha": utm_m2 / M2_PER_HA,
        "uncertainty_ha": np.array([parcel.uncertainty_ha for parcel in parcels], dtype=float),
    }
    frame = gpd.GeoDataFrame(pd.DataFrame(columns), geometry=lands, crs=4326)
    return frame[list(PARCEL_COLUMNS)]


def walk_table(parcels: Sequence[Parcel], ids: Iterable[str]) -> gpd.GeoDataFrame:
    """Return the recorded line of each walked parcel, nothing left out (EPSG:4326)."""
    walked = [(parcel_id, p) for parcel_id, p in zip(ids, parcels, strict=True) if p.walk]
    lines = [_line_of(p.walk) for _, p in walked if p.walk]
    columns = {
        "parcel_id": [parcel_id for parcel_id, _ in walked],
        "source": [p.source for _, p in walked],
        "feature": [p.feature for _, p in walked],
        "points": [sum(map(len, p.walk.segments)) for _, p in walked if p.walk],
    }
    return gpd.GeoDataFrame(columns, geometry=lines, crs=4326)


def _line_of(walk: Walk) -> BaseGeometry:
    pieces = [segment for segment in walk.segments if len(segment) > 1]
    return shapely.MultiLineString([shapely.LineString(piece) for piece in pieces])
