"""What a worker does with one tile: read it, compute, write its part."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hkm_gis.errors import FileError
from hkm_gis.exports import write_table
from hkm_gis.exports.layers import LAYER_NAMES
from hkm_gis.files import replace_file
from hkm_gis.forest import Forest, land_outside, near_boundary, read_forest
from hkm_gis.overlaps import find_overlaps
from hkm_gis.plane import M2_PER_HA, area_m2
from hkm_gis.privacy import public_columns
from hkm_gis.scale.tables import COLUMNS, Table
from hkm_gis.scale.tiles import Tile

__all__ = ["PART_FORMATS", "Done", "Job", "OutsideJob", "OverlapJob", "Parts"]

PART_FORMATS = ("parquet", "gpkg")
"""What parts can be written as."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a job over tiles has written.

    Attributes
    ----------
    files
        The parts, from south-west to north-east; a tile with nothing to say has none.
    rows
        Rows in all parts.
    parcels
        Parcels with land, each counted once.
    features
        Rows of the tables; those that are no parcels have no geometry.
    """

    files: tuple[Path, ...]
    rows: int
    parcels: int
    features: int


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one tile."""

    file: Path | None
    rows: int
    parcels: int
    widest_deg: float
    """Width or height of the largest parcel read: no wider than the halo, or pairs were missed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(ABC):
    """What every tile of a job has in common: paths and numbers, never geometry of parcels."""

    tables: tuple[Table, ...]
    folder: Path
    form: str
    halo_deg: float
    kind: str
    """Whose public columns the parts have: ``overlaps`` or ``parcels``."""

    @property
    def layer(self) -> str:
        """How the parts and their layers are called."""
        return LAYER_NAMES[self.kind]

    def do(self, tile: Tile) -> Done:
        """Work on one tile and write its part; doing it again writes the same part again."""
        read = self._read(tile)
        sizes = read.bounds.to_numpy()
        # The halo is for boxes that reach into the tile without their land; the rest goes.
        near = tile.meets(sizes)
        parcels, boxes = read[near].reset_index(drop=True), sizes[near]
        rows = public_columns(self.rows(parcels, boxes, tile), self.kind)
        file = self.folder / f"{self.layer}_{tile.row:+05d}_{tile.column:+05d}.{self.form}"
        if len(rows):
            replace_file(file, _content(rows, self.form, self.layer))
        mine = int(tile.owns(boxes).sum())
        widest_deg = float((sizes[:, 2:] - sizes[:, :2]).max(initial=0.0))
        return Done(file if len(rows) else None, len(rows), mine, widest_deg)

    @abstractmethod
    def rows(
        self, parcels: gpd.GeoDataFrame, boxes: NDArray[np.float64], tile: Tile
    ) -> gpd.GeoDataFrame:
        """Return what the tile reports of the parcels that it has read, with their boxes."""

    def _read(self, tile: Tile) -> gpd.GeoDataFrame:
        box = tile.box(self.halo_deg)
        parts = [table.read(box) for table in self.tables]
        read = [part for part in parts if len(part)] or parts[:1]
        return pd.concat(read, ignore_index=True)[[*COLUMNS, "geometry"]]


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlapJob(Job):
    """Pairs that share land, as `find_overlaps` returns them."""

    between: str
    min_area_m2: float
    classify: bool
    sliver_width_m: float

    def rows(
        self, parcels: gpd.GeoDataFrame, boxes: NDArray[np.float64], tile: Tile
    ) -> gpd.GeoDataFrame:
        """Return the pairs that this tile owns."""
        found = find_overlaps(
            parcels,
            between=self.between,
            min_area_m2=self.min_area_m2,
            classify=self.classify,
            sliver_width_m=self.sliver_width_m,
        )
        place = pd.Series(np.arange(len(parcels)), index=parcels["parcel_id"])
        a, b = (boxes[place.loc[found[side]]] for side in ("parcel_a", "parcel_b"))
        return found[tile.owns(np.maximum(a, b))]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideJob(Job):
    """The land of each parcel outside the forest."""

    forest: Path
    forest_sha256: str
    """So that a worker that has read another boundary under this path reads it again."""
    forest_crs: str
    map_scale: int

    def rows(
        self, parcels: gpd.GeoDataFrame, boxes: NDArray[np.float64], tile: Tile
    ) -> gpd.GeoDataFrame:
        """Return the parcels that this tile owns and that lie outside or near the line."""
        mine = parcels[tile.owns(boxes)]
        forest = _forest(self.forest, self.forest_sha256, self.forest_crs, self.map_scale)
        outside = land_outside(mine, forest)
        table = mine.assign(
            area_ha=area_m2(mine.geometry.to_numpy()) / M2_PER_HA,
            outside_ha=area_m2(outside) / M2_PER_HA,
            near_boundary=near_boundary(mine, forest),
        ).set_geometry(gpd.GeoSeries(outside, index=mine.index, crs=4326))
        told = (*COLUMNS, "area_ha", "outside_ha", "near_boundary", "geometry")
        return table.loc[(table["outside_ha"] > 0) | table["near_boundary"], list(told)]


@lru_cache(maxsize=2)
def _forest(path: Path, sha256: str, crs: str, map_scale: int) -> Forest:
    forest = read_forest(path, crs=crs, map_scale=map_scale)
    if forest.sha256 != sha256:
        raise FileError("forest_changed", file=path.name)
    return forest


def _content(rows: gpd.GeoDataFrame, form: str, layer: str) -> bytes:
    if form != "parquet":
        return write_table(rows, format=form, name=layer)
    stream = BytesIO()
    rows.to_parquet(stream, index=False, write_covering_bbox=True)
    return stream.getvalue()
