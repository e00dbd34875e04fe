"""What each group claims inside the forest, every square metre once."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from hkm_gis.checks.limit import UNKNOWN_SHARE
from hkm_gis.survey import Survey

__all__ = ["GroupSum", "group_sums"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSum:
    """The hectares of one group and how sure they are."""

    group: str
    claimed_ha: float
    uncertainty_ha: float  # NaN where that of one of its parcels is not known

    def is_above(self, limit_ha: float) -> bool:
        """Say whether the group has more, even if every known error were in its favour."""
        known_ha = 0.0 if math.isnan(self.uncertainty_ha) else self.uncertainty_ha
        return self.claimed_ha - known_ha > limit_ha

    def is_surely_above(self, limit_ha: float) -> bool:
        """Say the same of the largest error that is credible, where none is known."""
        credible_ha = UNKNOWN_SHARE * self.claimed_ha
        unsure_ha = credible_ha if math.isnan(self.uncertainty_ha) else self.uncertainty_ha
        return self.claimed_ha - unsure_ha > limit_ha


def group_sums(survey: Survey) -> Iterator[GroupSum]:
    """Yield the hectares of each group: its land once, without what lies outside the forest."""
    table = survey.group_sums
    claimed_ha = table["gross_ha"].to_numpy(float) - table["outside_ha"].to_numpy(float)
    uncertainty_ha = table["uncertainty_ha"].to_numpy(float)
    for group, claimed, unsure in zip(table["group"], claimed_ha, uncertainty_ha, strict=True):
        yield GroupSum(group=str(group), claimed_ha=float(claimed), uncertainty_ha=float(unsure))
