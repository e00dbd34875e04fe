"""Who borders whom, on which side: the four batas of each parcel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from hkm_gis.forest import Forest
from hkm_gis.parcels import require_columns
from hkm_gis.plane import LONLAT, land_on_plane, to_plane

__all__ = ["SIDES", "find_neighbours"]

SIDES = ("utara", "timur", "selatan", "barat")
"""The four batas in the order in which an andil list prints them."""

STEP_M = 5.0
"""Outlines are looked at in pieces no longer than this, the error of a handheld GPS."""

Indices = NDArray[np.intp]
Floats = NDArray[np.float64]
Geometries = NDArray[Any]


def find_neighbours(
    parcels: gpd.GeoDataFrame,
    *,
    layers: Mapping[str, gpd.GeoSeries | gpd.GeoDataFrame] | None = None,
    forest: Forest | None = None,
    reach_m: float = 10.0,
) -> pd.DataFrame:
    """Return what each parcel borders on each of its four sides.

    The outline is looked at in pieces of at most 5 m. A piece belongs to the side towards which
    it lies and faces: its place in the upright box round the parcel (-1 to 1 eastwards and
    northwards from the middle) plus its outward unit normal; the larger part of that sum decides.
    So a long narrow parcel has four sides too, and a corner belongs to the edge that ends there.

    A piece borders the nearest thing that a line straight across it meets within ``reach_m``,
    outward or inward (a road is often walked on its far edge). Where two are equally near, the one
    that lies between comes first: layers in their order, then the forest boundary, then parcels.

    Parameters
    ----------
    parcels
        Parcels in EPSG:4326 with ``parcel_id`` and ``geometry``. Holes have no sides.
    layers
        What else may be a border, by kind (``"jalan"``, ``"sungai"``), in any coordinate system
        (lon/lat where none is stated). A table with a column ``name`` names its features.
    forest
        Its boundary is the kind ``"batas_kawasan"``.
    reach_m
        How far from the outline a thing may lie and still border it.

    Returns
    -------
    DataFrame
        ``parcel_id``, ``side`` (of `SIDES`), ``kind`` (``"parcel"``, a kind of ``layers``,
        ``"batas_kawasan"``, ``"none"``), ``neighbour`` (parcel, name of the feature or else of its
        kind, name of the forest, or ``""``) and ``length_m`` of the outline on the plane, true
        within 0.5 % down to 7°S. By reading order, side, and longest first; each side of each
        parcel with land has at least one row.

    Raises
    ------
    TableError
        A column or the coordinate system is missing.

    Examples
    --------
    Two plots side by side; nothing is known of their other sides.

    >>> from hkm_gis.plane import from_plane
    >>> squares = from_plane([shapely.box(x, 0, x + 100, 100) for x in (0, 100)])
    >>> plots = gpd.GeoDataFrame({"parcel_id": ["a", "b"]}, geometry=squares, crs=4326)
    >>> found = find_neighbours(plots)
    >>> found[found["kind"] == "parcel"].round(1).values.tolist()
    [['a', 'timur', 'parcel', 'b', 100.0], ['b', 'barat', 'parcel', 'a', 100.0]]
    """
    require_columns(parcels, ("parcel_id", "geometry"))
    land = land_on_plane(np.asarray(parcels.geometry.values, dtype=object))
    outline = _outline(land)
    things = _things(layers or {}, forest, parcels["parcel_id"], land)
    return _table(parcels["parcel_id"], outline, things, _nearest(outline, things, reach_m))


@dataclass(frozen=True, slots=True)
class _Outline:
    """The pieces of all outlines: whose, on which side, how long, and the line across each."""

    parcel: Indices
    side: Indices
    length_m: Floats
    middle: Floats
    """Shape (n, 2)."""
    outward: Floats
    """Unit normals, shape (n, 2)."""

    def across(self, reach_m: float) -> Geometries:
        ends = (self.middle - reach_m * self.outward, self.middle + reach_m * self.outward)
        return np.asarray(shapely.linestrings(np.stack(ends, axis=1)))


@dataclass(frozen=True, slots=True)
class _Things:
    """All that can be a border, in small parts: its kind, its name, and whose land it is."""

    parts: Geometries
    kind: NDArray[np.object_]
    name: NDArray[np.object_]
    parcel: Indices
    """The parcel, or -1."""


def _outline(land: Geometries) -> _Outline:
    polygons, owner = shapely.get_parts(land, return_index=True)
    rings = shapely.get_exterior_ring(shapely.orient_polygons(polygons))
    xy, ring = shapely.get_coordinates(shapely.segmentize(rings, STEP_M), return_index=True)
    here = np.flatnonzero(ring[1:] == ring[:-1])
    along = xy[here + 1] - xy[here]
    length_m = np.hypot(*along.T)
    here, along, length_m = (some[length_m > 0] for some in (here, along, length_m))
    middle, parcel = xy[here] + along / 2, owner[ring[here]]
    # Land lies to the left of an outer ring, so outward is to the right.
    outward = np.column_stack([along[:, 1], -along[:, 0]]) / length_m[:, None]
    side = _sides(middle, outward, shapely.bounds(land)[parcel])
    return _Outline(parcel, side, length_m, middle, outward)


def _sides(middle: Floats, outward: Floats, bounds: Floats) -> Indices:
    low, high = bounds[:, :2], bounds[:, 2:]
    east, north = ((2 * middle - low - high) / (high - low) + outward).T
    upright = np.abs(north) >= np.abs(east)
    return np.where(upright, np.where(north >= 0, 0, 2), np.where(east >= 0, 1, 3))


def _things(
    layers: Mapping[str, gpd.GeoSeries | gpd.GeoDataFrame],
    forest: Forest | None,
    parcel_id: pd.Series,
    land: Geometries,
) -> _Things:
    found = [_layer(kind, layer) for kind, layer in layers.items()]
    if forest is not None:
        boundary = shapely.boundary(to_plane([forest.geometry]))
        found.append(_small("batas_kawasan", boundary, np.array([forest.name], dtype=object)))
    plots = _Things(
        land,
        np.full(len(land), "parcel", dtype=object),
        parcel_id.to_numpy(dtype=object),
        np.arange(len(land)),
    )
    found.append(plots)
    return _Things(
        *(
            np.concatenate([getattr(some, field) for some in found])
            for field in ("parts", "kind", "name", "parcel")
        )
    )


def _layer(kind: str, layer: gpd.GeoSeries | gpd.GeoDataFrame) -> _Things:
    lonlat = layer.geometry if layer.crs is None else layer.geometry.to_crs(LONLAT)
    named = isinstance(layer, gpd.GeoDataFrame) and "name" in layer.columns
    said = layer["name"] if named else pd.Series("", index=layer.index)
    name = said.astype("string").fillna("").str.strip().replace("", kind)
    return _small(kind, to_plane(np.asarray(lonlat.values)), name.to_numpy(dtype=object))


def _small(kind: str, shapes: Geometries, name: NDArray[np.object_]) -> _Things:
    """Cut lines into single segments, so that a river of 500,000 corners is found as fast."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    lines = shapely.get_dimensions(parts) == 1
    xy, line = shapely.get_coordinates(parts[lines], return_index=True)
    here = np.flatnonzero(line[1:] == line[:-1])
    segments = shapely.linestrings(np.stack([xy[here], xy[here + 1]], axis=1))
    whose = np.concatenate([owner[lines][line[here]], owner[~lines]])
    small = np.concatenate([segments, parts[~lines]])
    return _Things(
        small, np.full(len(small), kind, dtype=object), name[whose], np.full(len(small), -1)
    )


def _nearest(outline: _Outline, things: _Things, reach_m: float) -> Indices:
    """Return for each piece the thing it borders, or -1."""
    tree = shapely.STRtree(things.parts)
    piece, thing = tree.query(outline.across(reach_m), predicate="intersects")
    others = things.parcel[thing] != outline.parcel[piece]
    piece, thing = piece[others], thing[others]
    apart_m = shapely.distance(shapely.points(outline.middle[piece]), things.parts[thing])
    # A micrometre apart is equally near: degrees carry no more.
    order = np.lexsort((thing, np.round(apart_m, 6), piece))
    pieces, first = np.unique(piece[order], return_index=True)
    nearest = np.full(len(outline.parcel), -1)
    nearest[pieces] = thing[order[first]]
    return nearest


def _table(
    parcel_id: pd.Series, outline: _Outline, things: _Things, nearest: Indices
) -> pd.DataFrame:
    pieces = pd.DataFrame(
        {
            "parcel": outline.parcel,
            "side": outline.side,
            "kind": np.append(things.kind, "none")[nearest],
            "neighbour": np.append(things.name, "")[nearest],
            "length_m": outline.length_m,
        }
    )
    pieces = pd.concat([pieces, _sides_without_outline(outline)])
    keys = ["parcel", "side", "kind", "neighbour"]
    rows: pd.DataFrame = pieces.groupby(keys)["length_m"].sum().reset_index()
    rows["shorter"] = -rows["length_m"].round(3)  # equal lengths go by name, not by dust
    rows = rows.sort_values(["parcel", "side", "shorter", "kind", "neighbour"], ignore_index=True)
    rows["side"] = np.array(SIDES, dtype=object)[rows["side"]]
    rows.insert(0, "parcel_id", parcel_id.to_numpy()[rows["parcel"]])
    return rows.drop(columns=["parcel", "shorter"])


def _sides_without_outline(outline: _Outline) -> pd.DataFrame:
    parcels = np.unique(outline.parcel)
    every = np.add.outer(parcels * len(SIDES), np.arange(len(SIDES))).ravel()
    bare = np.setdiff1d(every, outline.parcel * len(SIDES) + outline.side)
    parcel, side = np.divmod(bare, len(SIDES))
    return pd.DataFrame(
        {"parcel": parcel, "side": side, "kind": "none", "neighbour": "", "length_m": 0.0}
    )
