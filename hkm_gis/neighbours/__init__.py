"""Who borders whom, on which side: the four batas of each parcel, and the gaps between parcels."""

from hkm_gis.neighbours.borders import SIDES, find_neighbours
from hkm_gis.neighbours.gaps import find_gaps

__all__ = ["SIDES", "find_gaps", "find_neighbours"]
