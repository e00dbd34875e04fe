"""O05: a parcel lies in the middle of another group's land."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import shapely

from hkm_gis.checks.definition import Check, check
from hkm_gis.checks.work_area import Indices, group_codes
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["parcel_among_another_group", "strangers"]


@check("O05", Severity.WARNING, facts={"parcel", "group", "other_group", "beside_pct", "area_ha"})
def parcel_among_another_group(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each parcel that borders no parcel of its group and mostly those of another.

    It borders what comes within ``sliver_width_m``, two GPS errors. Mostly is
    ``surrounded_min_share`` of its outline. Where the two groups claim the same land, O01 and O03
    speak; a group of one parcel has no other land to belong to.
    """
    for row, code, share in strangers(survey):
        parcel = survey.parcels.iloc[row]
        finding = check.about(
            parcel,
            where=parcel.geometry,
            other_group=survey.groups[code],
            beside_pct=100 * share,
            area_ha=float(parcel.area_ha),
        )
        yield replace(finding, groups=(parcel.group, survey.groups[code]))


def strangers(survey: Survey) -> Iterator[tuple[int, int, float]]:
    """Yield such a parcel's row, the place of the group round it, and the share of its outline."""
    reach_m = survey.thresholds.sliver_width_m
    group = group_codes(survey)
    lonely = _lonely(survey, group)
    place, other = survey.land_tree.query(
        survey.land[lonely], predicate="dwithin", distance=reach_m
    )
    place, other = place[other != lonely[place]], other[other != lonely[place]]
    at_home = np.unique(place[group[other] == group[lonely[place]]])
    for k in np.setdiff1d(place, at_home):
        row, beside = int(lonely[k]), slice(*np.searchsorted(place, (k, k + 1)))
        code, share = _mostly(survey, row, other[beside], group, reach_m)
        if share >= survey.thresholds.surrounded_min_share:
            yield row, code, share


def _lonely(survey: Survey, group: Indices) -> Indices:
    """Return the parcels that share no land with their own group and quarrel with no other."""
    a, b = survey.ground.told
    own = group[a] == group[b]
    settled = own | (survey.overlaps["kind"] != "sliver").to_numpy()
    told = np.zeros(len(group), dtype=bool)
    told[a[settled]] = told[b[settled]] = True
    single = np.bincount(group, minlength=len(survey.groups)) == 1
    return np.flatnonzero(~told & ~single[group])


def _mostly(
    survey: Survey, row: int, beside: Indices, group: Indices, reach_m: float
) -> tuple[int, float]:
    """Return the group that borders most of the outline, and that share of it."""
    outline = shapely.boundary(survey.land[row])
    codes = np.unique(group[beside])
    near = [
        shapely.union_all(shapely.buffer(survey.land[beside[group[beside] == code]], reach_m))
        for code in codes
    ]
    shares = shapely.length(shapely.intersection(outline, near)) / outline.length
    most = int(np.argmax(shares))
    return int(codes[most]), float(shares[most])
