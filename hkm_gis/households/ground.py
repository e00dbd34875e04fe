"""What parcels share on the plane: two of them, three, and where four lie over each other.

Every sum of land is a sum over these: what two share is taken off once, what three share is put
back. They are found once and serve the sums of parcels, households, groups and districts alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from hkm_gis.memory import land_keys
from hkm_gis.overlaps.shared import intersection
from hkm_gis.overlaps.threads import in_threads, together
from hkm_gis.plane import land_on_plane, polygonal

__all__ = [
    "Extent",
    "Flags",
    "Floats",
    "Geometries",
    "Ground",
    "Indices",
    "Pairs",
    "Triples",
    "in_common",
]

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Geometries = NDArray[Any]
Indices = NDArray[np.intp]

CROWD = 30
"""A parcel that shares land with more others than this is not looked at in threes: 2,000 copies of
one walk would be a billion of them."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Two parcels that have land in common, a before b, by reading order."""

    a: Indices
    b: Indices
    land: Geometries
    m2: Floats
    is_told: Flags
    """The pair is among the overlaps; the others share too little to quarrel about."""
    is_sliver: Flags


@dataclass(frozen=True, slots=True)
class Triples:
    """Three parcels with land in common, and four."""

    parcels: Indices
    """Shape (n, 3), by reading order."""
    pairs: Indices
    """Shape (n, 3): the pairs of the first and second, first and third, second and third."""
    m2: Floats
    inside_m2: Floats
    """Of it inside the forest."""
    quads: Indices
    """Shape (m, 4): four parcels with land in common."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How much of what two and three parcels share counts: all, or what lies in or out."""

    pairs_m2: Floats
    triples_m2: Floats
    land_of: Callable[[Indices], Geometries]
    """Takes places among the pairs, returns of each the land that counts."""


class Ground:
    """The land of parcels and what they share, each found when it is first asked for.

    Parameters
    ----------
    parcels
        Parcels in EPSG:4326 with ``parcel_id``.
    outside
        The part of each outside the forest, as `land_outside` returns it.
    overlaps
        As `find_overlaps` returns them, with classes.
    on_plane
        The land of the parcels as `land_on_plane` returns it; computed where not given.
    keys
        The key of the land of each parcel, as `land_keys` returns it; computed where not given.
    """

    def __init__(
        self,
        parcels: gpd.GeoDataFrame,
        outside: Geometries,
        overlaps: gpd.GeoDataFrame,
        *,
        on_plane: Geometries | None = None,
        keys: Sequence[bytes] | None = None,
    ) -> None:
        self.parcels, self.outside, self.overlaps = parcels, outside, overlaps
        self._on_plane, self._keys = on_plane, keys

    @cached_property
    def land(self) -> Geometries:
        """The land of each parcel on the plane."""
        if self._on_plane is not None:
            return self._on_plane
        return together(in_threads(land_on_plane, np.asarray(self.parcels.geometry.array)))

    @cached_property
    def keys(self) -> Sequence[bytes]:
        """The key of the land of each parcel."""
        known = self._keys
        return land_keys(self.parcels.geometry.to_numpy()) if known is None else known

    @cached_property
    def out(self) -> Geometries:
        """The part of each parcel outside the forest, on the plane."""
        out = np.full(len(self.outside), shapely.Polygon(), dtype=object)
        there = np.flatnonzero(~shapely.is_empty(self.outside))
        out[there] = together(in_threads(land_on_plane, self.outside[there]))
        return out

    @cached_property
    def told(self) -> tuple[Indices, Indices]:
        """The places of the two parcels of each overlap, -1 where it is none of these parcels."""
        place = pd.Index(self.parcels["parcel_id"])
        a, b = (place.get_indexer(self.overlaps[f"parcel_{k}"]).astype(np.intp) for k in "ab")
        return a, b

    @cached_property
    def is_crowded(self) -> Flags:
        """Whether each parcel overlaps so many others that it is not looked at in threes."""
        ends = np.concatenate(self.told)
        return np.bincount(ends[ends >= 0], minlength=len(self.parcels)) > CROWD

    @cached_property
    def pairs(self) -> Pairs:
        """All pairs of parcels with land in common."""
        a, b = self.told
        here = (a >= 0) & (b >= 0)
        a, b = np.minimum(a, b)[here], np.maximum(a, b)[here]
        told = together(in_threads(land_on_plane, np.asarray(self.overlaps.geometry.array[here])))
        sliver = np.asarray(self.overlaps["kind"] == "sliver", dtype=bool)[here]
        c, d = self._untold(a, b)
        # Most do not even touch, and that is known in a quarter of the time.
        meet = together(in_threads(shapely.intersects, self.land[c], self.land[d]))
        c, d = c[meet], d[meet]
        rest = together(in_threads(in_common, self.land[c], self.land[d]))
        a, b, land = np.append(a, c), np.append(b, d), np.append(told, rest)
        m2 = shapely.area(land)
        order = np.lexsort((b, a))
        order = order[m2[order] > 0]
        is_told = np.arange(len(a)) < len(told)
        is_sliver = np.append(sliver, np.zeros(len(rest), dtype=bool))
        return Pairs(a[order], b[order], land[order], m2[order], is_told[order], is_sliver[order])

    def _untold(self, a: Indices, b: Indices) -> tuple[Indices, Indices]:
        """Return the pairs whose boxes meet, and that are not among those of the overlaps."""
        c, d = shapely.STRtree(self.land).query(self.land)
        c, d = c[c < d], d[c < d]
        many = len(self.parcels)
        new = ~np.isin(c * many + d, a * many + b)
        return c[new], d[new]

    @cached_property
    def triples(self) -> Triples:
        """Three parcels with land in common, where none of them is crowded."""
        pairs = self.pairs
        calm = np.flatnonzero(~(self.is_crowded[pairs.a] | self.is_crowded[pairs.b]))
        first, second = _beside(pairs.a[calm], shapely.bounds(pairs.land[calm]))
        first, second = calm[first], calm[second]
        common = together(in_threads(in_common, pairs.land[first], pairs.land[second]))
        m2 = shapely.area(common)
        there = m2 > 0
        first, second, common, m2 = first[there], second[there], common[there], m2[there]
        three = np.column_stack([pairs.a[first], pairs.b[first], pairs.b[second]])
        third = self.place(three[:, 1], three[:, 2])
        sides = np.column_stack([first, second, third])
        inside_m2 = shapely.area(self._inside(common, three[:, 0]))
        return Triples(three, sides, m2, inside_m2, _quads(three, first, common))

    @cached_property
    def whole(self) -> Extent:
        """All that parcels share."""
        land = self.pairs.land
        return Extent(self.pairs.m2, self.triples.m2, lambda pair: land[pair])

    @cached_property
    def inside(self) -> Extent:
        """What parcels share inside the forest."""
        land = self._inside(self.pairs.land, self.pairs.a)
        return Extent(shapely.area(land), self.triples.inside_m2, lambda pair: land[pair])

    @cached_property
    def outside_forest(self) -> Extent:
        """What parcels share outside the forest."""
        whole, inside, pairs = self.whole, self.inside, self.pairs

        def land_of(pair: Indices) -> Geometries:
            a, b = self.out[pairs.a[pair]], self.out[pairs.b[pair]]
            return together(in_threads(in_common, a, b))

        two_m2, three_m2 = whole.pairs_m2 - inside.pairs_m2, whole.triples_m2 - inside.triples_m2
        return Extent(two_m2, three_m2, land_of)

    def _inside(self, land: Geometries, parcel: Indices) -> Geometries:
        """Return what lies inside the forest of each land, which is of a parcel."""
        inside, out = land.copy(), self.out[parcel]
        cut = np.flatnonzero(~shapely.is_empty(out))
        # Of a parcel that lies outside as a whole nothing is left.
        gone = shapely.equals_identical(out[cut], self.land[parcel[cut]])
        inside[cut[gone]] = shapely.Polygon()
        cut = cut[~gone]
        inside[cut] = together(in_threads(shapely.difference, land[cut], out[cut]))
        return inside

    def place(self, a: Indices, b: Indices) -> Indices:
        """Return the place of each pair of parcels among the pairs, -1 where it has none."""
        many = len(self.parcels)
        known = self.pairs.a * many + self.pairs.b
        found: Indices = pd.Index(known).get_indexer(a * many + b).astype(np.intp)
        return found

    def part(self, near: Flags) -> Ground:
        """Return the ground of some of the parcels, each as crowded as it is among all."""
        a, b = self.told
        touching = (a >= 0) & (b >= 0)
        touching[touching] = near[a[touching]] & near[b[touching]]
        part = Ground(
            self.parcels[near],
            self.outside[near],
            self.overlaps[touching],
            on_plane=self.land[near],
        )
        part.__dict__["is_crowded"] = self.is_crowded[near]
        return part


def in_common(land: Geometries, other: Geometries) -> Geometries:
    """Return the land that each two have in common."""
    return polygonal(intersection(land, other))


def _beside(key: Indices, bounds_m: Floats) -> tuple[Indices, Indices]:
    """Return every two things of one key, the keys ascending, whose boxes have land in common."""
    _, start, times = np.unique(key, return_index=True, return_counts=True)
    ends = np.repeat(start + times, times)
    later = ends - np.arange(len(key)) - 1
    one = np.repeat(np.arange(len(key)), later)
    other = one + 1 + np.arange(len(one)) - np.repeat(np.cumsum(later) - later, later)
    west, south, east, north = bounds_m.T
    meet = np.minimum(east[one], east[other]) > np.maximum(west[one], west[other])
    meet &= np.minimum(north[one], north[other]) > np.maximum(south[one], south[other])
    return one[meet], other[meet]


def _quads(three: Indices, first: Indices, common: Geometries) -> Indices:
    """Return the fours: two threes of the same first two parcels that have land in common."""
    one, other = _beside(first, shapely.bounds(common))
    both = shapely.area(in_common(common[one], common[other])) > 0
    return np.column_stack([three[one[both]], three[other[both], 2]])
