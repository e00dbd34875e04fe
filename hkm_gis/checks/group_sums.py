"""What each group claims inside the forest, every square metre once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from hkm_gis.survey import Survey

__all__ = ["GroupSum", "group_sums"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSum:
    """The hectares of one group and how sure they are (0 where not all parcels say)."""

    group: str
    claimed_ha: float
    uncertainty_ha: float


def group_sums(survey: Survey) -> Iterator[GroupSum]:
    """Yield the hectares of each group: its land once, without what lies outside the forest."""
    table = survey.group_sums
    claimed_ha = table["gross_ha"].to_numpy(float) - table["outside_ha"].to_numpy(float)
    uncertainty_ha = np.nan_to_num(table["uncertainty_ha"].to_numpy(float), nan=0.0)
    for group, claimed, unsure in zip(table["group"], claimed_ha, uncertainty_ha, strict=True):
        yield GroupSum(group=str(group), claimed_ha=float(claimed), uncertainty_ha=float(unsure))
