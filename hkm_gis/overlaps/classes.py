"""What kind of overlap a pair is: its width, and the first kind that fits."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from hkm_gis.overlaps.land import Floats, Geometries, Land
from hkm_gis.overlaps.pairs import Pairs
from hkm_gis.overlaps.shared import Shared
from hkm_gis.overlaps.threads import in_threads, together

__all__ = ["KINDS", "kinds_of", "widths_of"]

KINDS = ("duplicate", "contained", "sliver", "overlap")
"""What a pair can be; the first that fits."""

SAME_LAND_SHARE = 0.95
"""Two parcels that agree on 95 % of their land are one walk handed in twice (CLI contract)."""

SHARE_DUST = 1e-9
"""The same as a share of a parcel, so that a share of exactly 0.95 counts as 0.95."""

COARSE_M = 0.5
FINE_M = 0.005
"""How far a width may be off: reported, and where it decides between sliver and overlap."""


def widths_of(shared: Shared, sliver_width_m: float) -> Floats:
    """Return the diameter of the largest circle inside each shape, to the centimetre shown."""
    width_m = _circles(shared.land, COARSE_M)
    # The coarse circle is up to 0.5 m too small: where that could make a sliver of an overlap,
    # measure finely.
    doubtful = np.flatnonzero(
        (width_m < sliver_width_m) & (width_m > sliver_width_m - 2 * COARSE_M)
    )
    width_m[doubtful] = _circles(shared.land[doubtful], FINE_M)
    return np.round(width_m, 2)


def _circles(land: Geometries, tolerance_m: float) -> Floats:
    def diameters(some: Geometries) -> Floats:
        return 2 * shapely.length(shapely.maximum_inscribed_circle(some, tolerance_m / 2))

    return together(in_threads(diameters, land)).astype(float)


def kinds_of(
    land: Land, pairs: Pairs, shared: Shared, narrow: NDArray[np.bool_]
) -> NDArray[np.object_]:
    """Return the kind of each shared land; ``narrow`` tells which are slivers by their width."""
    area_u_m2 = land.area_m2[pairs.u[shared.pair]]
    area_v_m2 = land.area_m2[pairs.v[shared.pair]]
    least_share = SAME_LAND_SHARE - SHARE_DUST
    duplicate = shared.area_m2 >= least_share * (area_u_m2 + area_v_m2 - shared.area_m2)
    contained = shared.area_m2 >= least_share * np.minimum(area_u_m2, area_v_m2)
    return np.select([duplicate, contained, narrow], KINDS[:3], KINDS[3]).astype(object)
