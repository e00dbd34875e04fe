"""How many hectares one household may farm, and which households reach it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from hkm_gis.households import holders
from hkm_gis.record import Fact
from hkm_gis.survey import Survey

__all__ = ["UNKNOWN_SHARE", "Holding", "Limit", "household_limit", "households_at_limit"]

UNKNOWN_SHARE = 0.3
"""The largest ± that is credible where none is known, as a share of the hectares.

It is `drawn_uncertainty_ha` of 5 ha drawn from 1:100,000: nobody draws parcels from a coarser map.
"""


@dataclass(frozen=True, slots=True)
class Limit:
    """The most hectares of one household, who says so, and whether anybody checked it."""

    max_ha: float
    source: str
    confidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What one household claims inside the forest."""

    household: str
    groups: tuple[str, ...]
    parcels: tuple[str, ...]
    claimed_ha: float
    uncertainty_ha: float  # NaN where that of one of its parcels is not known
    limit: Limit
    is_sure: bool
    """It has more, even if every error were in its favour."""

    @property
    def facts(self) -> dict[str, Fact]:
        """What a finding says of this household and its limit."""
        return {
            "household": self.household,
            "group": ", ".join(self.groups),
            "claimed_ha": self.claimed_ha,
            "limit_ha": self.limit.max_ha,
            "limit_source": self.limit.source,
            "confidence": self.limit.confidence,
        }


def household_limit(survey: Survey) -> Limit | None:
    """Return the stricter of the regulation's limit and the group's own; None without either."""
    limits = []
    rule = survey.regulation.rules.get("household_max_ha")
    if rule is not None and isinstance(rule.value, (int, float)):
        limits.append(Limit(float(rule.value), rule.source, rule.confidence))
    own_ha = survey.project.household_max_ha
    if own_ha is not None:
        limits.append(Limit(own_ha, "hkm.toml", "verified"))
    return min(limits, key=lambda limit: limit.max_ha, default=None)


def households_at_limit(survey: Survey) -> Iterator[Holding]:
    """Yield the households that are above the limit, or may be within their ±.

    Where the ± is not known, those that reach the limit are yielded, and are sure only if they
    were above it with the largest ± that is credible: silence about it is no exactness.

    Counted is all that a household claims inside the forest, shared land too: land outside is
    never granted, and land in dispute would be the household's if the dispute went its way.
    """
    limit = household_limit(survey)
    if limit is None:
        return
    table = survey.households
    claimed_ha = table["gross_ha"].to_numpy(float) - table["outside_ha"].to_numpy(float)
    uncertainty_ha = table["uncertainty_ha"].to_numpy(float)
    unknown = np.isnan(uncertainty_ha)
    at_most_ha = np.where(unknown, UNKNOWN_SHARE * claimed_ha, uncertainty_ha)
    may_be_above = claimed_ha + uncertainty_ha > limit.max_ha
    rows = np.flatnonzero(may_be_above | (unknown & (claimed_ha >= limit.max_ha)))
    if not len(rows):
        return
    parcels = survey.parcels
    held = [holders(str(household)) for household in parcels["household"]]
    for row in rows:
        household = str(table["household"].iloc[row])
        own = [household in names for names in held]
        yield Holding(
            household=household,
            groups=tuple(dict.fromkeys(parcels["group"][own])),
            parcels=tuple(parcels["parcel_id"][own]),
            claimed_ha=float(claimed_ha[row]),
            uncertainty_ha=float(uncertainty_ha[row]),
            limit=limit,
            is_sure=bool(claimed_ha[row] - at_most_ha[row] > limit.max_ha),
        )
