"""Who overlaps whom: every pair of parcels that shares land, where, how much and how wide."""

from hkm_gis.overlaps.classes import KINDS
from hkm_gis.overlaps.finding import BETWEEN, find_overlaps

__all__ = ["BETWEEN", "KINDS", "find_overlaps"]
