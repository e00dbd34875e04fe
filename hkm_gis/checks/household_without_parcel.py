"""H02: a household on the member list has no parcel on the map."""

from __future__ import annotations

from collections.abc import Iterator

from hkm_gis.checks.definition import Check, check
from hkm_gis.checks.membership import members_of_survey
from hkm_gis.households import holders
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["household_without_parcel"]


@check("H02", Severity.WARNING, facts={"household", "member", "group"})
def household_without_parcel(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each household of a mapped group that has no parcel.

    Groups of which no parcel was read are another job, and are passed over.
    """
    if survey.register is None:
        return
    members = members_of_survey(survey)
    held = survey.parcels["household"].to_numpy(object)
    holding = {name for some in held for name in holders(str(some))}
    landless = members[[name not in holding for name in members["household"].to_numpy(object)]]
    for member in landless.drop_duplicates("household").itertuples():
        yield check.finding(
            groups=(member.group,),
            facts={
                "household": member.household,
                "member": member.name or "–",
                "group": member.group,
            },
        )
