"""Read a forest boundary, prove its hectares, and tell where it comes from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from hkm_gis.database import Place, located
from hkm_gis.errors import FileError
from hkm_gis.files import DEFAULT_LIMITS, Limits, hash_file
from hkm_gis.forest.choosing import chosen_features
from hkm_gis.forest.drawing import land_of_features, require_indonesia
from hkm_gis.forest.functions import lands_by_function
from hkm_gis.plane import LONLAT, M2_PER_HA, geodesic_area_m2, reproject
from hkm_gis.project import ForestSource
from hkm_gis.readers import Feature, read_files
from hkm_gis.record import Rejection
from hkm_gis.text import Sentence

__all__ = ["Forest", "forest_of", "read_forest"]

DRAWN_LINE_M = 0.0005
"""A line on a map cannot be placed better than 0.5 mm on the paper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forest:
    """One protection forest as its boundary file draws it.

    Attributes
    ----------
    name
        Name of the forest.
    geometry
        Its land in lon/lat (EPSG:4326), valid.
    area_ha, utm_ha
        Its hectares: geodesic on WGS 84, and on the grid of the project's UTM zone.
    stated_ha, stated_source
        What the papers say, and which papers.
    crs, sha256
        Coordinate system and fingerprint of the file.
    tolerance_m
        How far the drawn line may lie from the true one: 0.5 mm at the scale of its map.
    function
        FUNGSIKWS code where the file has one.
    functions
        Every function that the file names (``HL``, ``HP`` ...) with its land in lon/lat; empty
        where it names none.
    source, version, date
        For the list of map sources.
    example
        True for the bundled example boundary; a boundary that calls itself CONTOH is one always.
    """

    name: str
    geometry: BaseGeometry
    area_ha: float
    utm_ha: float
    stated_ha: float
    stated_source: str = ""
    crs: str = "EPSG:4326"
    sha256: str = ""
    tolerance_m: float = 125.0
    function: str = ""
    functions: tuple[tuple[str, BaseGeometry], ...] = ()
    source: str = ""
    version: str = ""
    date: str = ""
    example: bool = False


def read_forest(
    path: str | Place,
    *,
    stated_ha: float = 16060.0,
    layer: str = "",
    where: str = "",
    name: str = "",
    map_scale: int = 250_000,
    stated_source: str = "",
    source: str = "",
    version: str = "",
    date: str = "",
    example: bool = False,
    crs: str = "",
    crs_epsg: int = 32748,
    limits: Limits = DEFAULT_LIMITS,
) -> Forest:
    """Read a forest boundary and prove its hectares.

    Parameters
    ----------
    path
        Any map file or PostGIS table that `read_files` reads. All its features together are the
        forest.
    stated_ha, stated_source
        What the papers say, and which papers.
    layer, where
        The one layer, and the features (``FUNGSIKWS = 1001``, ``NAMOBJ = 'Register 30'``) that are
        this forest. Fields and texts match without case, numbers however they are stored, and
        forest-function codes with or without their padding to six digits.
    name
        Name of the forest; else ``NAMOBJ`` of its features, else the file's name.
    map_scale
        Scale of the map it was drawn on; 0.5 mm on it is how unsure the line is.
    source, version, date
        For the list of map sources.
    example
        True for the bundled example boundary; a boundary that calls itself CONTOH is one always.
    crs
        Coordinate system if the file states none.
    crs_epsg
        Coordinate system of official outputs, for ``utm_ha``.
    limits
        How much the file may ask of the machine.

    Returns
    -------
    Forest
        Its land in EPSG:4326, valid, with geodesic hectares (Karney 2013, through pyproj).

    Raises
    ------
    HkmError
        The file is missing or cannot be read, nothing in it matches ``where``, it encloses no
        land, or it does not lie in Indonesia.
    """
    file = located(path)
    found = chosen_features(_features(file, crs, layer, limits), where, file)
    land = land_of_features(found, crs, file)
    require_indonesia(land, file)
    return Forest(
        name=name or _only(_said(found, "NAMOBJ")) or file.stem,
        geometry=land,
        area_ha=geodesic_area_m2(land) / M2_PER_HA,
        utm_ha=float(shapely.area(reproject([land], LONLAT, crs_epsg)[0])) / M2_PER_HA,
        stated_ha=float(stated_ha),
        stated_source=stated_source,
        crs=found[0].crs or crs or "EPSG:4326",
        sha256=hash_file(file) if isinstance(file, Path) else _hash_features(found),
        tolerance_m=map_scale * DRAWN_LINE_M,
        function=_only(_said(found, "FUNGSIKWS")),
        functions=lands_by_function(found, crs, file),
        source=source,
        version=version,
        date=date,
        example=example or _calls_itself_example(name, file, found),
    )


def _calls_itself_example(name: str, file: Place, found: Sequence[Feature]) -> bool:
    # The bundled boundary must never pass for an official one, whoever copies its file elsewhere.
    values = (value for feature in found for value in feature.properties.values())
    return any("CONTOH" in text.upper() for text in (name, file.stem, *values))


def forest_of(source: ForestSource, crs_epsg: int, *, limits: Limits = DEFAULT_LIMITS) -> Forest:
    """Read the forest that ``[forest]`` of a project describes, as `read_forest` does."""
    return read_forest(
        source.file,
        stated_ha=source.stated_ha,
        layer=source.layer,
        where=source.where,
        name=source.name,
        map_scale=source.map_scale,
        stated_source=source.stated_source,
        source=source.source,
        version=source.version,
        date=source.date,
        example=source.example,
        crs_epsg=crs_epsg,
        limits=limits,
    )


def _features(file: Place, crs: str, layer: str, limits: Limits) -> list[Feature]:
    features: list[Feature] = []
    for found in read_files([file], crs=crs, layer=layer, limits=limits):
        if isinstance(found, Rejection):
            # Half a boundary would put land outside that is inside: all of it or nothing.
            reason = Sentence(f"rejections.{found.reason}", found.facts)
            raise FileError(
                "forest_unreadable", file=file.name, feature=found.feature, reason=reason
            )
        if isinstance(found, Feature):
            features.append(found)
    return features


def _hash_features(features: Sequence[Feature]) -> str:
    digest = sha256()
    for feature in features:
        digest.update(json.dumps(dict(feature.properties), sort_keys=True).encode())
        digest.update(b"" if feature.geometry is None else shapely.to_wkb(feature.geometry))
    return digest.hexdigest()


def _said(features: Iterable[Feature], field: str) -> set[str]:
    return {
        value.strip().removesuffix(".0")
        for feature in features
        for key, value in feature.properties.items()
        if key.casefold() == field.casefold() and value.strip()
    }


def _only(values: set[str]) -> str:
    return values.pop() if len(values) == 1 else ""
