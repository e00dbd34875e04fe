"""The same overlaps and the same boundary test, tile by tile, on the machines of a Dask cluster."""

from hkm_gis.scale.running import find_outside_in_tiles, find_overlaps_in_tiles
from hkm_gis.scale.work import PART_FORMATS, Parts

__all__ = ["PART_FORMATS", "Parts", "find_outside_in_tiles", "find_overlaps_in_tiles"]
