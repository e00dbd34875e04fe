"""O03: one parcel was handed in more than once."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from hkm_gis.checks.definition import Check, check
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["parcel_twice"]


@check("O03", Severity.ERROR, facts={"parcels", "groups", "copies", "area_ha"})
def parcel_twice(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each set of parcels that are copies of one another, once, however many they are."""
    pairs = survey.overlaps
    pairs = pairs[pairs["kind"] == "duplicate"]
    first_of = _first_copies(pairs)
    at = pd.Series(range(len(survey.parcels)), index=survey.parcels["parcel_id"])
    place = pd.Series(first_of, dtype=object)
    for first, copies in place.groupby(place, sort=False):
        rows = sorted(at[[first, *copies.index]].unique())
        parcels = survey.parcels.iloc[rows]
        ids, groups = tuple(parcels["parcel_id"]), tuple(dict.fromkeys(parcels["group"]))
        yield check.finding(
            parcels=ids,
            groups=groups,
            where=parcels.geometry.iloc[0],
            facts={
                "parcels": ids,
                "groups": groups,
                "copies": len(ids),
                "area_ha": float(parcels["area_ha"].iloc[0]),
            },
        )


def _first_copies(pairs: pd.DataFrame) -> dict[str, str]:
    # 2,000 copies of one walk are two million pairs and must be one finding: a forest of
    # pointers to the first copy, each shortened when it is followed.
    first: dict[str, str] = {}

    def root(parcel: str) -> str:
        while (up := first.setdefault(parcel, parcel)) != parcel:
            first[parcel] = first[up]
            parcel = up
        return parcel

    for a, b in zip(pairs["parcel_a"], pairs["parcel_b"], strict=True):
        one, other = root(a), root(b)
        if one != other:
            first[other] = one
    return {parcel: root(parcel) for parcel in first}
