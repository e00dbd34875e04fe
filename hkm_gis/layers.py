"""Further maps whose land counts: permits and proposals of others, and where none may be."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from hkm_gis.errors import FileError
from hkm_gis.plane import LONLAT, make_valid_land, reproject
from hkm_gis.project import Layer
from hkm_gis.readers import Feature, read_files
from hkm_gis.record import Rejection
from hkm_gis.text import Sentence

__all__ = ["CLAIM_ROLES", "read_layer"]

CLAIM_ROLES = ("izin", "usulan", "pippib", "piaps")
"""Roles of layers whose land a group may not claim, or may claim alone."""

_HOLDERS = ("lembaga", "nama_hkm", "pemegang", "namobj", "nama", "name", "kriteria", "keterangan")
_POINT = "S05"
_PAPERS = ("no_sk", "no_iuphkm", "nosk")
"""Fields that name whose land it is and by which paper, the surest first; without case."""


def read_layer(layer: Layer) -> gpd.GeoDataFrame:
    """Read one further map layer.

    Parameters
    ----------
    layer
        What the project says of it.

    Returns
    -------
    GeoDataFrame
        ``name`` (whose it is, from LEMBAGA, NAMA_HKM, NAMOBJ, nama ...; empty where not said),
        ``paper`` (NO_SK) and ``geometry`` in EPSG:4326, land valid, in the order of the file.
        Single points are left out: a mark is neither land nor a way.

    Raises
    ------
    FileError
        The file is missing, one of its features cannot be read, or nothing tells where on earth
        it lies. Half a layer of permits would leave claims unseen, so it is all or nothing.
    """
    found = list(_features(layer))
    return gpd.GeoDataFrame(
        {
            "name": pd.Series([_said(f, _HOLDERS) for f in found], dtype=object),
            "paper": pd.Series([_said(f, _PAPERS) for f in found], dtype=object),
        },
        geometry=np.array([_placed(f, layer) for f in found], dtype=object),
        crs=LONLAT,
    )


def _features(layer: Layer) -> Iterator[Feature]:
    for found in read_files([layer.file]):
        if isinstance(found, Feature):
            yield found
        elif isinstance(found, Rejection) and found.code != _POINT:
            reason = Sentence(f"rejections.{found.reason}", found.facts)
            raise FileError("layer_unreadable", file=layer.file.name, reason=reason)


def _said(feature: Feature, fields: tuple[str, ...]) -> str:
    values = {name.casefold(): value.strip() for name, value in feature.properties.items()}
    return next((values[field] for field in fields if values.get(field)), "")


def _placed(feature: Feature, layer: Layer) -> BaseGeometry:
    shape = feature.geometry
    if shape is None and feature.walk is not None:
        shape = shapely.MultiLineString([s for s in feature.walk.segments if len(s) > 1])
    if shape is None:
        return shapely.Point()
    flat = shapely.force_2d(shape)
    if feature.crs:
        flat = reproject([flat], feature.crs, LONLAT)[0]
    elif not _is_lonlat(flat):
        raise FileError("layer_without_crs", file=layer.file.name)
    return make_valid_land(flat) if shapely.get_dimensions(flat) == 2 else flat


def _is_lonlat(shape: BaseGeometry) -> bool:
    west, south, east, north = shapely.bounds(shape)
    return bool(west >= -180 and south >= -90 and east <= 180 and north <= 90)
