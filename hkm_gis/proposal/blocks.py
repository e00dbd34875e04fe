"""Blocks of land for the work plan: parcels that lie together, their hectares, cover and slope."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from hkm_gis.landcover import classify_landcover, classify_slope
from hkm_gis.plane import LONLAT, M2_PER_HA, area_m2, from_plane, land_on_plane
from hkm_gis.survey import Survey

__all__ = ["BLOCK_GAP_M", "Block", "list_blocks"]

BLOCK_GAP_M = 50.0
"""Parcels nearer to each other than this lie in one block: a path or a stream parts no block."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Parcels that lie together.

    Attributes
    ----------
    number
        1 for the northernmost.
    parcels
        Codes in reading order.
    area_ha
        Hectares of the union: land that two parcels share counts once.
    cover_ha
        Class of the land-cover grid → hectares, where the project has a grid; the key
        ``unknown`` is land where the grid has no value.
    slope_mean_pct
        NaN without heights.
    """

    number: int
    parcels: tuple[str, ...]
    area_ha: float
    cover_ha: Mapping[str, float]
    slope_mean_pct: float


def list_blocks(survey: Survey, group: str) -> tuple[Block, ...]:
    """Return the blocks of ``group`` from north to south."""
    parcels = survey.parcels[survey.parcels["group"] == group]
    land = land_on_plane(parcels.geometry.to_numpy())
    reach = BLOCK_GAP_M / 2
    hulls = shapely.get_parts(shapely.union_all(shapely.buffer(land, reach)))
    of = shapely.STRtree(hulls).query(shapely.point_on_surface(land), predicate="within")
    block = np.empty(len(land), dtype=int)
    block[of[0]] = of[1]
    members = [np.flatnonzero(block == k) for k in range(len(hulls))]
    members.sort(key=lambda rows: (-shapely.bounds(land[rows])[:, 3].max(), rows[0]))
    return _measured(survey, parcels["parcel_id"].to_numpy(str), land, members)


def _measured(
    survey: Survey, ids: np.ndarray, land: np.ndarray, members: list[np.ndarray]
) -> tuple[Block, ...]:
    whole = from_plane(np.array([shapely.union_all(land[rows]) for rows in members]))
    names = [str(k + 1) for k in range(len(members))]
    table = gpd.GeoDataFrame({"parcel_id": names}, geometry=whole, crs=LONLAT)
    covers = _covers(survey, table)
    slopes = _slopes(survey, table)
    return tuple(
        Block(
            number=k + 1,
            parcels=tuple(ids[rows]),
            area_ha=float(area_m2(whole[k : k + 1])[0]) / M2_PER_HA,
            cover_ha=covers[k],
            slope_mean_pct=slopes[k],
        )
        for k, rows in enumerate(members)
    )


def _covers(survey: Survey, blocks: gpd.GeoDataFrame) -> list[dict[str, float]]:
    raster = survey.project.landcover
    if raster is None:
        return [{} for _ in range(len(blocks))]
    found = classify_landcover(blocks, raster.file).drop(columns="parcel_id")
    classes = [c.removesuffix("_ha").removeprefix("class_") for c in found.columns]
    return [
        {name: float(ha) for name, ha in zip(classes, row, strict=True) if ha > 0}
        for row in found.to_numpy(float)
    ]


def _slopes(survey: Survey, blocks: gpd.GeoDataFrame) -> list[float]:
    raster = survey.project.dem
    if raster is None:
        return [float("nan")] * len(blocks)
    return [float(s) for s in classify_slope(blocks, raster.file)["slope_mean_pct"]]
