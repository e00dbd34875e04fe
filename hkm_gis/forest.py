"""The forest boundary: read it, prove its hectares, tell in, out and near.

The line between two corners of the boundary is straight on the equal-area plane, as a GIS draws it
straight; the forest's own hectares come from the ellipsoid, since its edges can be kilometres long.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from hkm_gis.errors import FileError
from hkm_gis.files import hash_file, local_path
from hkm_gis.parcels import require_columns
from hkm_gis.plane import (
    LONLAT,
    M2_PER_HA,
    area_m2,
    from_plane,
    geodesic_area_m2,
    land_on_plane,
    polygonal,
    reproject,
)
from hkm_gis.project import ForestSource
from hkm_gis.readers import Feature, read_files
from hkm_gis.record import Rejection
from hkm_gis.text import default_language, say

__all__ = [
    "Forest",
    "forest_of",
    "land_outside",
    "near_boundary",
    "outside_ha",
    "read_forest",
]

DRAWN_LINE_M = 0.0005
"""A line on a map cannot be placed better than 0.5 mm on the paper."""

PIECE_VERTICES = 4096
"""Smaller pieces cost more to put together again under a parcel than they save in cutting it."""

LINE_VERTICES = 128
"""Below this GEOS tells in microseconds whether a parcel meets the line."""

PIECE_MARGIN_M = 1.0
"""Pieces overlap by this much, so that no crack runs between them through a parcel."""

DUST_M2 = 1e-3
"""An edge shared with the boundary but drawn with other corners leaves less than this."""

DUST_M = 1e-6
"""Degrees carry 1e-9 m: a parcel at exactly the tolerance is not nearer than the tolerance."""

INDONESIA_DEG = (94.0, -12.0, 142.0, 7.0)
"""West, south, east, north, with a degree to spare."""

Geometries = NDArray[Any]


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
    source: str = ""
    version: str = ""
    date: str = ""
    example: bool = False


def read_forest(
    path: str | Path,
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
) -> Forest:
    """Read a forest boundary and prove its hectares.

    Parameters
    ----------
    path
        Any map file that `read_files` reads. All its features together are the forest.
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
    file = local_path(path)
    found = _chosen(_features(file, crs, layer), where, file)
    land = _one_land(found, crs, file)
    _require_indonesia(land, file)
    return Forest(
        name=name or _only(_said(found, "NAMOBJ")) or file.stem,
        geometry=land,
        area_ha=geodesic_area_m2(land) / M2_PER_HA,
        utm_ha=float(shapely.area(reproject([land], LONLAT, crs_epsg)[0])) / M2_PER_HA,
        stated_ha=float(stated_ha),
        stated_source=stated_source,
        crs=found[0].crs or crs or "EPSG:4326",
        sha256=hash_file(file),
        tolerance_m=map_scale * DRAWN_LINE_M,
        function=_only(_said(found, "FUNGSIKWS")),
        source=source,
        version=version,
        date=date,
        example=example or _calls_itself_example(name, file, found),
    )


def _calls_itself_example(name: str, file: Path, found: Sequence[Feature]) -> bool:
    # The bundled boundary must never pass for an official one, whoever copies its file elsewhere.
    values = (value for feature in found for value in feature.properties.values())
    return any("CONTOH" in text.upper() for text in (name, file.stem, *values))


def forest_of(source: ForestSource, crs_epsg: int) -> Forest:
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
    )


def land_outside(
    parcels: gpd.GeoDataFrame, forest: Forest | BaseGeometry | None
) -> NDArray[np.object_]:
    """Return the part of each parcel that lies outside the forest.

    Parameters
    ----------
    parcels
        Parcels in EPSG:4326.
    forest
        The forest, or its land in lon/lat. Without it no land counts as outside.

    Returns
    -------
    array of geometries
        Lon/lat, one a parcel in their order; an empty polygon where nothing lies outside. Less
        than 10 cm² is arithmetic, not land.

    Examples
    --------
    A parcel that ends at the boundary has nothing outside it.

    >>> from hkm_gis.plane import from_plane
    >>> boxes = [shapely.box(0, 0, 900, 900), shapely.box(800, 0, 900, 100)]
    >>> forest, inside, half = from_plane([*boxes, shapely.box(850, 0, 950, 100)])
    >>> parcels = gpd.GeoDataFrame(geometry=[inside, half], crs=4326)
    >>> area_m2(land_outside(parcels, forest)).round(3).tolist()
    [0.0, 5000.0]
    """
    require_columns(parcels, ("geometry",))
    outside = np.full(len(parcels), shapely.Polygon(), dtype=object)
    if forest is None:
        return outside
    boundary = _boundary(_land_of(forest))
    lonlat = np.asarray(parcels.geometry.values, dtype=object)
    land = land_on_plane(lonlat)
    crossing = boundary.meets(land)
    there = ~(shapely.is_missing(land) | shapely.is_empty(land))
    apart = np.flatnonzero(there & ~crossing)
    apart = apart[~boundary.holds(shapely.point_on_surface(land[apart]))]
    outside[apart] = np.where(
        shapely.is_valid(lonlat[apart]), lonlat[apart], from_plane(land[apart])
    )
    outside[crossing] = from_plane(_without_dust(boundary.cut_from(land[crossing])))
    return outside


def outside_ha(
    parcels: gpd.GeoDataFrame, forest: Forest | BaseGeometry | None
) -> NDArray[np.float64]:
    """Return the hectares of each parcel outside the forest; arguments as `land_outside`."""
    return area_m2(land_outside(parcels, forest)) / M2_PER_HA


def near_boundary(parcels: gpd.GeoDataFrame, forest: Forest | None) -> NDArray[np.bool_]:
    """Tell which parcels are neither clearly inside nor clearly outside the forest.

    Parameters
    ----------
    parcels
        Parcels in EPSG:4326.
    forest
        The forest; without it no parcel is near.

    Returns
    -------
    array of bool
        True where the parcel comes nearer to the drawn line than ``forest.tolerance_m``: the line
        itself is no surer than that, so only boundary marks on the ground can tell.
    """
    require_columns(parcels, ("geometry",))
    near = np.zeros(len(parcels), dtype=bool)
    if forest is None:
        return near
    land = land_on_plane(np.asarray(parcels.geometry.values, dtype=object))
    return _boundary(forest.geometry).comes_within(land, forest.tolerance_m - DUST_M)


def _land_of(forest: Forest | BaseGeometry) -> BaseGeometry:
    return forest.geometry if isinstance(forest, Forest) else forest


def _features(file: Path, crs: str, layer: str) -> list[Feature]:
    features: list[Feature] = []
    for found in read_files([file], crs=crs, layer=layer):
        if isinstance(found, Rejection):
            # Half a boundary would put land outside that is inside: all of it or nothing.
            reason = say(f"rejections.{found.reason}", default_language(), **found.facts)
            raise FileError(
                "forest_unreadable", file=file.name, feature=found.feature, reason=reason
            )
        features.append(found)
    return features


def _chosen(features: list[Feature], where: str, file: Path) -> list[Feature]:
    if not where.strip():
        chosen = features
    else:
        condition = _CONDITION.fullmatch(where.strip())
        if condition is None:
            raise FileError("forest_where", where=where)
        field, value = condition["field"].casefold(), condition["text"] or condition["bare"] or ""
        said = [{k.casefold(): v for k, v in f.properties.items()} for f in features]
        if not any(field in words for words in said):
            names = tuple(sorted({k for f in features for k in f.properties}))
            raise FileError(
                "forest_no_field", file=file.name, field=condition["field"], names=names
            )
        wanted = _comparable(field, value)
        chosen = [
            f
            for f, words in zip(features, said, strict=True)
            if field in words and _comparable(field, words[field]) == wanted
        ]
    if not chosen:
        raise FileError("forest_nothing_chosen", file=file.name, where=where)
    return chosen


_CONDITION = re.compile(
    r"""(?P<field>\w+)\s*={1,2}\s*(?:(?P<quote>['"])(?P<text>.*)(?P=quote)|(?P<bare>[^'"].*))"""
)

_FUNCTION_FIELDS = frozenset({"fungsikws", "f_kws"})


def _comparable(field: str, value: str) -> str | float:
    text = " ".join(value.split()).casefold()
    try:
        number = float(text)
    except ValueError:
        return text
    if field in _FUNCTION_FIELDS:
        return float(f"{number:.0f}".ljust(6, "0"))  # 1001 and 100100 are both protection forest
    return number


def _said(features: Iterable[Feature], field: str) -> set[str]:
    return {
        value.strip().removesuffix(".0")
        for feature in features
        for key, value in feature.properties.items()
        if key.casefold() == field.casefold() and value.strip()
    }


def _only(values: set[str]) -> str:
    return values.pop() if len(values) == 1 else ""


def _one_land(features: Sequence[Feature], crs: str, file: Path) -> BaseGeometry:
    parts = [_lonlat(f, crs, file) for f in features]
    polygons = [g for g in parts if shapely.get_dimensions(g) == 2]
    lines = [g for g in parts if shapely.get_dimensions(g) == 1]
    if lines:
        polygons.append(_enclosed(lines, file))
    if not polygons:
        raise FileError("forest_no_land", file=file.name)
    whole = shapely.union_all(_valid(np.array(polygons, dtype=object)))
    if shapely.area(whole) == 0:
        raise FileError("forest_no_land", file=file.name)
    return shapely.orient_polygons(whole, exterior_cw=False)


def _valid(geometries: Geometries) -> Geometries:
    flat = shapely.force_2d(geometries)
    return polygonal(shapely.make_valid(flat, method="structure", keep_collapsed=False))


def _enclosed(lines: list[BaseGeometry], file: Path) -> BaseGeometry:
    """Return the land that boundary lines enclose, if each of them helps to enclose it."""
    noded = shapely.union_all(np.array(lines, dtype=object))
    _, cuts, dangles, invalid = shapely.polygonize_full(shapely.get_parts(noded))
    open_ends = [part for part in (cuts, dangles, invalid) if not shapely.is_empty(part)]
    if open_ends:
        lon, lat = shapely.get_coordinates(open_ends[0])[0]
        raise FileError("forest_open_line", file=file.name, lon_deg=float(lon), lat_deg=float(lat))
    return shapely.build_area(noded)


def _lonlat(feature: Feature, crs: str, file: Path) -> BaseGeometry:
    shape = feature.geometry
    if shape is None and feature.walk is not None:
        shape = shapely.MultiLineString([s for s in feature.walk.segments if len(s) > 1])
    if shape is None:
        raise FileError("forest_no_land", file=file.name)
    stated = feature.crs or crs
    if stated:
        moved: BaseGeometry = reproject([shape], stated, LONLAT)[0]
        return moved
    if not _in_indonesia(shape):  # degrees of this country cannot be anything else
        raise FileError("forest_no_crs", file=file.name)
    return shape


def _in_indonesia(lonlat: BaseGeometry) -> bool:
    west, south, east, north = INDONESIA_DEG
    x0, y0, x1, y1 = shapely.bounds(lonlat)
    return bool(x0 >= west and y0 >= south and x1 <= east and y1 <= north)


def _require_indonesia(land: BaseGeometry, file: Path) -> None:
    if not _in_indonesia(land):
        centre = shapely.centroid(land)
        raise FileError("forest_elsewhere", file=file.name, lon_deg=centre.x, lat_deg=centre.y)


@dataclass(frozen=True, slots=True, eq=False)
class _Boundary:
    """A forest on the plane in pieces so small that a parcel meets one or two of them."""

    pieces: Geometries
    piece_tree: shapely.STRtree
    line_tree: shapely.STRtree

    def meets(self, land: Geometries) -> NDArray[np.bool_]:
        return _hit(self.line_tree.query(land, predicate="intersects"), land)

    def comes_within(self, land: Geometries, distance_m: float) -> NDArray[np.bool_]:
        if distance_m < 0:
            return np.zeros(len(land), dtype=bool)
        return _hit(self.line_tree.query(land, predicate="dwithin", distance=distance_m), land)

    def holds(self, points: Geometries) -> NDArray[np.bool_]:
        return _hit(self.piece_tree.query(points, predicate="intersects"), points)

    def cut_from(self, land: Geometries) -> Geometries:
        row, piece = self.piece_tree.query(land)
        ends = np.cumsum(np.bincount(row, minlength=len(land)))
        # Cut to the parcel first: whole pieces carry corners that their union would work on.
        inside = shapely.intersection(land[row], self.pieces[piece])
        forest = [
            shapely.union_all(inside[k:end])
            for k, end in zip(ends - np.diff(ends, prepend=0), ends, strict=True)
        ]
        return polygonal(shapely.difference(land, np.array(forest, dtype=object)))


def _hit(pairs: NDArray[np.intp], of: Geometries) -> NDArray[np.bool_]:
    hit = np.zeros(len(of), dtype=bool)
    hit[pairs[0]] = True
    return hit


@lru_cache(maxsize=2)
def _boundary(lonlat: BaseGeometry) -> _Boundary:
    land = land_on_plane([lonlat])[0]
    pieces = np.array(list(_pieces(land)), dtype=object)
    return _Boundary(pieces, shapely.STRtree(pieces), shapely.STRtree(_lines(land)))


def _pieces(land: BaseGeometry) -> Iterable[BaseGeometry]:
    """Halve the land until each piece has few vertices; neighbouring pieces overlap a little."""
    waiting = [(land, *shapely.bounds(land))]
    while waiting:
        piece, x0, y0, x1, y1 = waiting.pop()
        small_m = max(x1 - x0, y1 - y0) <= 4 * PIECE_MARGIN_M
        if shapely.get_num_coordinates(piece) <= PIECE_VERTICES or small_m:
            yield piece
            continue
        for window in _halves(x0, y0, x1, y1):
            part = _clipped(piece, window)
            if not shapely.is_empty(part):
                waiting.append((part, *window))


def _halves(x0: float, y0: float, x1: float, y1: float) -> tuple[Any, Any]:
    if x1 - x0 >= y1 - y0:
        middle = (x0 + x1) / 2
        return (x0, y0, middle + PIECE_MARGIN_M, y1), (middle - PIECE_MARGIN_M, y0, x1, y1)
    middle = (y0 + y1) / 2
    return (x0, y0, x1, middle + PIECE_MARGIN_M), (x0, middle - PIECE_MARGIN_M, x1, y1)


def _clipped(piece: BaseGeometry, window: tuple[float, float, float, float]) -> BaseGeometry:
    part = shapely.clip_by_rect(piece, *window)
    if not shapely.is_valid(part):  # the fast clip may leave a line where a ring touches itself
        part = shapely.intersection(piece, shapely.box(*window))
    land: BaseGeometry = polygonal(np.array([part], dtype=object))[0]
    return land


def _lines(land: BaseGeometry) -> Geometries:
    """Return the boundary as short lines that follow on each other."""
    rings = [shapely.get_coordinates(r) for r in shapely.get_rings(shapely.get_parts(land))]
    lines = [
        shapely.LineString(xy[start : start + LINE_VERTICES])
        for xy in rings
        for start in range(0, len(xy) - 1, LINE_VERTICES - 1)
    ]
    return np.array(lines, dtype=object)


def _without_dust(land: Geometries) -> Geometries:
    parts, owner = shapely.get_parts(land, return_index=True)
    kept = shapely.area(parts) >= DUST_M2
    clean = np.full(len(land), shapely.Polygon(), dtype=object)
    for k in np.unique(owner[kept]):
        clean[k] = shapely.multipolygons(parts[kept & (owner == k)])
    return clean
