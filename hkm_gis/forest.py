"""The forest boundary: read it, prove its hectares, tell in, out and near."""

from __future__ import annotations

from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry

__all__ = ["Forest"]


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
    source, version, date
        For the list of map sources.
    example
        True for the bundled example boundary.
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
    source: str = ""
    version: str = ""
    date: str = ""
    example: bool = False
