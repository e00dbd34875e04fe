"""O06: the land of one group lies in several pieces."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray

from hkm_gis.checks.definition import Check, check
from hkm_gis.checks.parcel_among_another_group import strangers
from hkm_gis.checks.work_area import Indices, group_codes, pieces_of_groups
from hkm_gis.plane import from_plane
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["work_area_scattered"]


@check("O06", Severity.NOTE, facts={"group", "pieces", "count", "apart_ha", "group_ha"})
def work_area_scattered(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each group whose parcels lie farther apart than ``work_area_gap_m``.

    The finding names the parcels that do not lie in the largest piece, by hectares. Land wholly
    outside the forest is no part of the work area (B01), nor is a walk that another group handed
    in too (O03) or a parcel in the middle of another group's land (O05).
    """
    group = group_codes(survey)
    rows = np.flatnonzero(~_told_elsewhere(survey, group))
    piece = pieces_of_groups(survey, rows, survey.thresholds.work_area_gap_m)
    order = np.argsort(group[rows], kind="stable")
    ends = np.flatnonzero(np.diff(group[rows][order])) + 1
    for own in np.split(order, ends):
        if len(np.unique(piece[own])) > 1:
            yield _finding(check, survey, rows[own], piece[own])


def _told_elsewhere(survey: Survey, group: Indices) -> NDArray[np.bool_]:
    a, b = survey.ground.told
    copied = (survey.overlaps["kind"] == "duplicate").to_numpy() & (group[a] != group[b])
    told = np.zeros(len(group), dtype=bool)
    told[a[copied]] = told[b[copied]] = True
    told[[row for row, _, _ in strangers(survey)]] = True
    return told if survey.standing is None else told | survey.standing.is_surely_elsewhere


def _finding(check: Check, survey: Survey, rows: Indices, piece: Indices) -> Finding:
    parcels = survey.parcels.iloc[rows]
    area_ha = parcels["area_ha"].groupby(piece).sum()
    apart = piece != area_ha.index[int(np.argmax(area_ha.to_numpy()))]
    group = str(parcels["group"].iloc[0])
    ids = tuple(parcels["parcel_id"][apart])
    return check.finding(
        parcels=ids,
        groups=(group,),
        where=from_plane([shapely.union_all(survey.land[rows[apart]])])[0],
        facts={
            "group": group,
            "pieces": len(area_ha),
            "count": len(ids),
            "apart_ha": float(parcels["area_ha"][apart].sum()),
            "group_ha": float(area_ha.sum()),
        },
    )
