"""The forest boundary: read it, prove its hectares, tell in, out and near.

The line between two corners of the boundary is straight on the equal-area plane, as a GIS draws it
straight; the forest's own hectares come from the ellipsoid, since its edges can be kilometres long.
"""

from hkm_gis.forest.outside import land_outside, near_boundary, outside_ha
from hkm_gis.forest.reading import Forest, forest_of, read_forest

__all__ = [
    "Forest",
    "forest_of",
    "land_outside",
    "near_boundary",
    "outside_ha",
    "read_forest",
]
