"""B06: the forest, or a part of it, serves a purpose for which there is no such permit."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from hkm_gis.checks.definition import Check, check
from hkm_gis.checks.outline import is_claim
from hkm_gis.plane import M2_PER_HA, from_plane, land_on_plane
from hkm_gis.record import Fact
from hkm_gis.regulation import Rule
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["forest_function_not_allowed"]

_PRODUCTION = frozenset({"HPT", "HPK"})
"""Kinds of production forest: whether "HP" means them too is not checked, so they only warn."""


@check(
    "B06",
    Severity.ERROR,
    facts={"function", "allowed", "source", "confidence", "count", "area_ha"},
)
def forest_function_not_allowed(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each function of the boundary that the regulation does not name, with its parcels.

    A parcel whose part there is narrower than ``sliver_width_m`` follows the line between two
    functions as well as a walk can. A value that nobody has read in its source warns, and so does
    a code that is not known. A boundary file that names no function says nothing.
    """
    rule = survey.regulation.rules.get("forest_functions")
    if survey.forest is None or rule is None or not isinstance(rule.value, tuple):
        return
    for function, land in survey.forest.functions:
        if function not in rule.value:
            yield from _finding(check, survey, function, land_on_plane([land])[0], rule)


def _finding(
    check: Check, survey: Survey, function: str, land: shapely.Geometry, rule: Rule
) -> Iterator[Finding]:
    shapely.prepare(land)
    rows = np.flatnonzero(shapely.intersects(land, survey.land))
    shared = shapely.intersection(survey.land[rows], land)
    wide = is_claim(shared, survey.land[rows], survey.thresholds.sliver_width_m)
    if not wide.any():
        return
    parcels = survey.parcels.iloc[rows[wide]]
    there = shapely.union_all(shared[wide])
    ids = tuple(parcels["parcel_id"])
    facts: dict[str, Fact] = {
        "function": function,
        "allowed": rule.value if isinstance(rule.value, tuple) else (),
        "source": rule.source,
        "confidence": rule.confidence,
        "count": len(ids),
        "area_ha": float(shapely.area(there)) / M2_PER_HA,
    }
    sure = rule.is_verified and function in _KNOWN
    yield check.finding(
        severity=Severity.ERROR if sure else Severity.WARNING,
        parcels=ids,
        groups=tuple(dict.fromkeys(parcels["group"])),
        where=from_plane([there])[0],
        facts=facts,
    )


_KNOWN = frozenset({"HL", "HP", "KSA/KPA", "APL", "AIR"}) - _PRODUCTION
