"""O02: two parcels of one group claim the same land."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from hkm_gis.checks.definition import Check, check
from hkm_gis.checks.shared_land import PAIR_FACTS, shared_land
from hkm_gis.households import holders
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["members_overlap"]


# A warning: the group's outer line, for which it asks the permit, stays the same whoever of its
# members farms the shared land; the group can settle it at home.
@check("O02", Severity.WARNING, facts=PAIR_FACTS)
def members_overlap(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each pair of parcels of one group that share more than a sliver.

    Between parcels of one household it is a note: no land is counted twice, nobody disagrees.
    """
    pairs = survey.overlaps
    for finding in shared_land(check, pairs[pairs["group_a"] == pairs["group_b"]]):
        a, b = (set(holders(str(finding.facts[f"household_{k}"]))) for k in "ab")
        at_home = a == b
        yield replace(finding, severity=Severity.NOTE) if at_home else finding
