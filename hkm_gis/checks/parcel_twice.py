"""O03: one parcel was handed in more than once."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from hkm_gis.checks.connected import connected
from hkm_gis.checks.definition import Check, check
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["parcel_twice"]


@check("O03", Severity.ERROR, facts={"parcels", "groups", "copies", "area_ha"})
def parcel_twice(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each set of parcels that are copies of one another, once, however many they are."""
    parcels = survey.parcels
    duplicate = (survey.overlaps["kind"] == "duplicate").to_numpy()
    a, b = (rows[duplicate] for rows in survey.ground.told)
    # 2,000 copies of one walk are two million pairs and must be one finding.
    first = connected(len(parcels), a, b)
    copied = np.unique(np.concatenate([a, b]))
    named, held = parcels["parcel_id"].to_numpy(object), parcels["group"].to_numpy(object)
    area_ha = parcels["area_ha"].to_numpy(float)
    for _, rows in pd.Series(copied).groupby(first[copied]):
        ids, groups = tuple(named[rows]), tuple(dict.fromkeys(held[rows]))
        yield check.finding(
            parcels=ids,
            groups=groups,
            where=parcels.geometry.iloc[rows.iloc[0]],
            facts={
                "parcels": ids,
                "groups": groups,
                "copies": len(ids),
                "area_ha": float(area_ha[rows.iloc[0]]),
            },
        )
