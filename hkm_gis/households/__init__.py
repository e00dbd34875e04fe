"""Hectares per parcel, household and group: gross, outside, shared, disputed, net."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

from hkm_gis.errors import TableError
from hkm_gis.forest import Forest, land_outside
from hkm_gis.households.claims import Claims, claims_of, holders
from hkm_gis.households.ground import Ground
from hkm_gis.households.measuring import measure_land, sum_by
from hkm_gis.households.naming import HOUSEHOLD_COLUMNS, PARTS, arrange, name_rows
from hkm_gis.households.remeasuring import measure_again
from hkm_gis.memory import Memory
from hkm_gis.overlaps import find_overlaps
from hkm_gis.parcels import require_columns
from hkm_gis.plane import M2_PER_HA

__all__ = ["BY", "HOUSEHOLD_COLUMNS", "Ground", "holders", "sum_households"]

BY = ("parcel", "household", "group", "district")
"""What one row of the sums may stand for."""


def sum_households(
    parcels: gpd.GeoDataFrame,
    forest: Forest | BaseGeometry | None = None,
    *,
    by: str = "household",
    overlaps: gpd.GeoDataFrame | None = None,
    outside: NDArray[np.object_] | None = None,
    ground: Ground | None = None,
    memory: Memory | None = None,
    cultivated_ha: ArrayLike | None = None,
    slope_ha: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Add up the hectares of each parcel, household, group or district.

    The land of a row is the union of its parcels, so land walked twice counts once. It is cut into
    four parts that do not overlap: outside the forest; inside and shared with another household;
    inside and shared with another household only by slivers; and the rest, which is net. So
    ``gross_ha = outside_ha + disputed_ha + sliver_ha + net_ha``.

    Parameters
    ----------
    parcels
        Parcels in EPSG:4326 with ``parcel_id``, ``group``, ``household`` and ``geometry``;
        ``member``, ``uncertainty_ha``, ``district`` and ``stage`` (``HKm``, ``IHHBK``,
        ``proses``: how far the group's permit is) are used where they are there.
        The same household in two groups is one row, which names both groups. Parcels without a
        household are each their own. A parcel of several households names them all, ``;`` between
        them: it stands whole in the row of each, and is no dispute between them.
    forest
        The forest (or its land in lon/lat). Without it nothing counts as outside.
    by
        What one row stands for: ``parcel``, ``household``, ``group`` or ``district``.
        Land that two households of one group share stays disputed in the sum of the group, and
        so does land that one household has in two groups.
    overlaps
        What `find_overlaps` returned for these parcels, with classes; computed where not given.
        Shared land below its smallest area is nobody's dispute.
    outside
        What `land_outside` returned for these parcels; computed where not given.
    ground
        What these parcels share, with the same overlaps and land outside, if several sums are
        made of them.
    memory
        What an earlier run kept: a row all of whose land is as it was is not measured again.
    cultivated_ha
        Cultivated hectares of each parcel, in the order of ``parcels``. Where the parcels of a row
        overlap each other, their sum is reduced by the share of the land that was counted twice.
    slope_ha
        Hectares of each parcel in each class of slope, one column a class, summed in the same way.

    Returns
    -------
    DataFrame
        Columns `HOUSEHOLD_COLUMNS`, ``cultivated_ha`` and the classes of slope if given, in
        reading order. ``parcels`` is their number; ``member`` names the people, ``;`` between them.
        By parcel the first column is ``parcel_id``. By household ``joint_ha`` is what it holds
        together with others, if any does. By group ``household`` and ``member`` are empty and the
        last column ``households`` is their number. By district the columns are those of the
        provincial recap, `RECAP_COLUMNS` (``total`` groups, ``KK`` households, ``ha`` gross
        hectares; permits are NA without ``stage``), then the parts of ``ha`` and its ±.

    Raises
    ------
    TableError
        A column or the coordinate system is missing, or ``by`` is none of its words.

    Notes
    -----
    ``uncertainty_ha`` is the root of the sum of the squares of the parcels' own; NaN where that of
    one parcel is not known. That is exact for parcels that lie apart and were walked apart. It is
    too large, never too small, for the union of neighbours: the error of an edge that two walks
    share is no error of their union. It takes the walks as independent; what all of them have in
    common (a receiver that is always off to one side moves the land and does not change its area)
    is not in it, nor is a walker who always keeps to the outer side of the path.

    Examples
    --------
    One hectare walked twice by one household is one hectare.

    >>> import shapely
    >>> from hkm_gis.plane import from_plane
    >>> walks = from_plane([shapely.box(0, 0, 100, 100)] * 2)
    >>> table = {"parcel_id": ["a", "b"], "group": "Lestari", "household": "L-K001"}
    >>> sums = sum_households(gpd.GeoDataFrame(table, geometry=walks, crs=4326))
    >>> sums[["parcels", "gross_ha", "net_ha"]].round(6).values.tolist()
    [[2.0, 1.0, 1.0]]
    """
    _require(parcels, by)
    pairs = find_overlaps(parcels) if overlaps is None else overlaps
    claims = claims_of(parcels, by)
    out = land_outside(parcels, forest) if outside is None else outside
    found = Ground(parcels, out, pairs) if ground is None else ground
    if memory is None:
        parts = measure_land(found, claims)
    else:
        parts = measure_again(found, claims, memory, by)
    table = name_rows(parcels, claims, by)
    for part in PARTS:
        table[f"{part}_ha"] = getattr(parts, f"{part}_m2") / M2_PER_HA
    table["uncertainty_ha"] = _uncertainty_ha(parcels, claims)
    covers = {} if cultivated_ha is None else {"cultivated_ha": cultivated_ha}
    covers |= {} if slope_ha is None else {str(c): slope_ha[c] for c in slope_ha.columns}
    for name, hectares in covers.items():
        of_row = np.asarray(hectares, dtype=float)[claims.parcel]
        table[name] = sum_by(claims.unit, of_row, len(table)) * parts.counted_once
    if claims.is_shared:
        table["joint_ha"] = parts.joint_m2 / M2_PER_HA
    return arrange(table, by, list(covers))


def _require(parcels: gpd.GeoDataFrame, by: str) -> None:
    require_columns(parcels, ("parcel_id", "group", "household", "geometry"))
    if by not in BY:
        raise TableError("by_unknown", words=BY)


def _uncertainty_ha(parcels: gpd.GeoDataFrame, claims: Claims) -> NDArray[np.float64]:
    if "uncertainty_ha" not in parcels.columns:
        return np.full(claims.units, np.nan)
    own_ha = parcels["uncertainty_ha"].to_numpy(float)[claims.parcel]
    return np.sqrt(sum_by(claims.unit, own_ha**2, claims.units))
