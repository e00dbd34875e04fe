"""How each parcel stands to the forest, and how sure the drawn boundary is of that."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from hkm_gis.forest import Forest
from hkm_gis.plane import M2_PER_HA, land_on_plane, to_plane

__all__ = ["Standing", "line_pieces"]

_PIECE_POINTS = 16  # widening a line costs more than twice as much for twice the points


class Standing:
    """How each parcel stands to the forest, one array per answer, in reading order.

    Parameters
    ----------
    parcels
        The parcel table (EPSG:4326) with ``area_ha``.
    outside
        The part of each parcel outside the forest, as `land_outside` returns it.
    forest
        The forest, with how far its line may be wrong.
    dust_m2
        Less land than this is arithmetic.

    Attributes
    ----------
    outside_ha
        Hectares outside the drawn boundary.
    is_outside
        Something lies outside, more than arithmetic dust.
    is_wholly_outside
        Nothing lies inside but dust.
    is_sure
        Some of the outside land lies farther from the forest than the boundary may be wrong.
    """

    __slots__ = ("is_outside", "is_sure", "is_wholly_outside", "outside_ha")

    def __init__(
        self,
        parcels: gpd.GeoDataFrame,
        outside: NDArray[np.object_],
        forest: Forest,
        *,
        dust_m2: float,
    ) -> None:
        land = land_on_plane(outside)
        outside_m2 = shapely.area(land)
        inside_m2 = parcels["area_ha"].to_numpy(float) * M2_PER_HA - outside_m2
        self.outside_ha = outside_m2 / M2_PER_HA
        self.is_outside = outside_m2 >= dust_m2
        self.is_wholly_outside = self.is_outside & (inside_m2 < dust_m2)
        self.is_sure = np.zeros(len(outside_m2), dtype=bool)
        self.is_sure[self.is_outside] = _is_beyond(land[self.is_outside], forest, dust_m2)

    @property
    def is_surely_elsewhere(self) -> NDArray[np.bool_]:
        """Wholly outside, and farther out than the boundary may be wrong."""
        elsewhere: NDArray[np.bool_] = self.is_wholly_outside & self.is_sure
        return elsewhere


def _is_beyond(parts: NDArray[np.object_], forest: Forest, dust_m2: float) -> NDArray[np.bool_]:
    land = to_plane([forest.geometry])[0]
    shapely.prepare(land)
    beyond: NDArray[np.bool_] = ~shapely.dwithin(land, parts, forest.tolerance_m)
    unsettled = np.flatnonzero(~beyond)
    beyond[unsettled] = _reaches_beyond(parts[unsettled], land, forest.tolerance_m, dust_m2)
    return beyond


def _reaches_beyond(
    parts: NDArray[np.object_], land: BaseGeometry, tolerance_m: float, dust_m2: float
) -> NDArray[np.bool_]:
    # The parts lie outside, so what is near the forest is what is near its line; the line is
    # widened piece by piece, because widening 500,000 vertices at once takes minutes.
    pieces = line_pieces(land)
    part, piece = shapely.STRtree(pieces).query(parts, predicate="dwithin", distance=tolerance_m)
    met, place = np.unique(piece, return_inverse=True)
    bands = shapely.buffer(pieces[met], tolerance_m)
    first = np.searchsorted(part, np.arange(len(parts)))
    times = np.bincount(part, minlength=len(parts))
    left, rows = parts.copy(), np.flatnonzero(times > 0)
    for nth in range(int(times.max(initial=0))):
        rows = rows[(times[rows] > nth) & (shapely.area(left[rows]) >= dust_m2)]
        left[rows] = shapely.difference(left[rows], bands[place[first[rows] + nth]])
    reaches: NDArray[np.bool_] = shapely.area(left) >= dust_m2
    return reaches


def line_pieces(land: BaseGeometry) -> NDArray[np.object_]:
    """Return the outline of land in pieces so short that few of them lie near a parcel."""
    rings = shapely.get_rings(shapely.get_parts(land))
    cut = [
        shapely.linestrings(xy[i : i + _PIECE_POINTS + 1])
        for xy in map(shapely.get_coordinates, rings)
        for i in range(0, len(xy) - 1, _PIECE_POINTS)
    ]
    return np.array(cut, dtype=object)
