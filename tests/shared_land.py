"""Land that parcels share, computed on the board by plain shapely: what the sums are held to."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import shapely
from land import on_board, on_earth
from shapely.geometry.base import BaseGeometry

PARTS = ["outside_ha", "disputed_ha", "sliver_ha", "net_ha"]


def land_only(geometry: BaseGeometry) -> BaseGeometry:
    parts = shapely.get_parts(geometry)
    return shapely.union_all(parts[shapely.get_dimensions(parts) == 2])


def pairs_of(parcels: gpd.GeoDataFrame, kinds: dict[tuple[str, str], str]) -> gpd.GeoDataFrame:
    """Return the shared land of the parcels, computed on the board by plain shapely."""
    board = [on_board(g) for g in parcels.geometry]
    ids = list(parcels["parcel_id"])
    rows: list[dict[str, Any]] = []
    for i, a in enumerate(board):
        for j in range(i + 1, len(board)):
            shared = land_only(a & board[j])
            if shared.area > 0:
                pair = (ids[i], ids[j])
                kind = kinds.get(pair, "overlap")
                land = on_earth(shared)
                rows.append(
                    {"parcel_a": pair[0], "parcel_b": pair[1], "kind": kind, "geometry": land}
                )
    columns = ["parcel_a", "parcel_b", "kind", "geometry"]
    return gpd.GeoDataFrame(rows, columns=columns, geometry="geometry", crs=4326)
