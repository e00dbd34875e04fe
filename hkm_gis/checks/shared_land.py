"""Pairs of parcels that share land, as findings."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd

from hkm_gis.checks.definition import Check
from hkm_gis.report import Finding

__all__ = ["PAIR_FACTS", "shared_land"]

PAIR_FACTS = {
    *("parcel_a", "parcel_b", "group_a", "group_b", "household_a", "household_b"),
    *("area_m2", "area_ha", "share_pct", "width_m", "kind"),
}
_KINDS = ("overlap", "contained")  # a sliver is two walks of one path; a duplicate is O03


def shared_land(check: Check, pairs: gpd.GeoDataFrame) -> Iterator[Finding]:
    """Yield the pairs that share more than a sliver and are no duplicates."""
    for pair in pairs[pairs["kind"].isin(_KINDS)].itertuples():
        yield check.finding(
            parcels=(pair.parcel_a, pair.parcel_b),
            groups=tuple(dict.fromkeys((pair.group_a, pair.group_b))),
            where=pair.geometry,
            facts={
                "parcel_a": pair.parcel_a,
                "parcel_b": pair.parcel_b,
                "group_a": pair.group_a,
                "group_b": pair.group_b,
                "household_a": pair.household_a,
                "household_b": pair.household_b,
                "area_m2": float(pair.area_m2),
                "area_ha": float(pair.area_ha),
                "share_pct": 100 * float(max(pair.share_a, pair.share_b)),
                "width_m": float(pair.width_m),
                "kind": pair.kind,
            },
        )
