"""Rivers and roads of the project, by name: what people name as the end of their land."""

from __future__ import annotations

from collections.abc import Iterable

import geopandas as gpd
import pandas as pd
import shapely

from hkm_gis.plane import LONLAT, from_plane, to_plane
from hkm_gis.project import Layer

__all__ = ["BORDER_ROLES", "read_landmarks", "with_names"]

BORDER_ROLES = ("jalan", "sungai")
"""Roles of layers that can be the end of a parcel; a village's own boundary is nobody's fence."""

NAME_COLUMNS = ("NAMOBJ", "WADMKD", "nama", "NAMA", "name", "NAME")
AROUND_M = 100.0


def read_landmarks(
    layers: Iterable[Layer], parcels: gpd.GeoDataFrame
) -> dict[str, gpd.GeoDataFrame]:
    """Read roads and rivers near parcels, as `find_neighbours` takes them.

    Parameters
    ----------
    layers
        The layers of the project; those of other roles are left out.
    parcels
        Parcels in EPSG:4326.

    Returns
    -------
    dict
        ``jalan`` and ``sungai``, each a table of ``name`` (empty where the layer says none) and
        ``geometry`` in EPSG:4326; only those that some layer has, several layers of one role
        together.
    """
    if parcels.empty:
        return {}
    bounds = to_plane([shapely.box(*parcels.total_bounds)])[0].buffer(AROUND_M).bounds
    near = gpd.GeoSeries(from_plane([shapely.box(*bounds)]), crs=LONLAT)
    found: dict[str, list[gpd.GeoDataFrame]] = {}
    for layer in layers:
        if layer.role in BORDER_ROLES:
            table = with_names(gpd.read_file(layer.file, bbox=near)).to_crs(LONLAT)
            found.setdefault(layer.role, []).append(table)
    return {role: pd.concat(found[role]) for role in BORDER_ROLES if role in found}


def with_names(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return only ``name`` (of the first column that names features, else empty) and geometry."""
    column = next((c for c in NAME_COLUMNS if c in table.columns), None)
    names = [""] * len(table) if column is None else table[column].fillna("").astype(str)
    return gpd.GeoDataFrame({"name": list(names)}, geometry=table.geometry.array, crs=table.crs)
