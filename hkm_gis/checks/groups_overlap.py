"""O01: two groups claim the same land."""

from __future__ import annotations

from collections.abc import Iterator

from hkm_gis.checks.definition import Check, check
from hkm_gis.checks.shared_land import PAIR_FACTS, shared_land
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["groups_overlap"]


@check("O01", Severity.ERROR, facts=PAIR_FACTS)
def groups_overlap(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each pair of parcels of two groups that share more than a sliver."""
    pairs = survey.overlaps
    yield from shared_land(check, pairs[pairs["group_a"] != pairs["group_b"]])
