"""Findings that people have settled: which they are, and whether the land is still the same."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from hkm_gis.parcels import fingerprint
from hkm_gis.plane import area_m2
from hkm_gis.project import Acceptance
from hkm_gis.record import Fact
from hkm_gis.report import Finding, Lapse, Report, Status

__all__ = ["mark_land", "settle"]

MARK_LETTERS = 12
"""48 bits: short enough to copy by hand, and no two findings of a project share one by chance."""

PLACE_DEG = 1e-6
"""0.1 m: a place that moved less has not moved."""

OFF_GRID = 0.2137
"""Keeps typed coordinates and round areas away from where the rounding jumps, on any machine."""


def settle(
    findings: Iterable[Finding], accepted: Sequence[Acceptance], parcels: gpd.GeoDataFrame
) -> Report:
    """Return the report of ``findings`` with those marked accepted that people have settled.

    An acceptance holds for the findings of its code and its parcels, and where it names the mark
    of the land, only while that is the mark of the land. Otherwise it has lapsed, and the report
    says why.
    """
    found = list(findings)
    places = defaultdict(list)
    for place, finding in enumerate(found):
        places[finding.code, frozenset(finding.parcels)].append(place)
    lapsed = []
    for one in accepted:
        same = places[one.code, frozenset(one.parcels)]
        held = [p for p in same if one.land in ("", mark_land(found[p], parcels))]
        for place in held:
            if found[place].settled is None:
                found[place] = replace(found[place], status=Status.ACCEPTED, settled=one)
        if not held:
            lapsed.append(_lapse(one, [found[p] for p in same]))
    return Report(tuple(found), tuple(lapsed))


def mark_land(finding: Finding, parcels: gpd.GeoDataFrame) -> str:
    """Return the mark of the land that a finding speaks of: other land, other mark.

    Parameters
    ----------
    finding
        Any finding.
    parcels
        The parcel table (EPSG:4326) that it was found in.

    Returns
    -------
    str
        Twelve hexadecimal digits of a SHA-256 over the code, the groups, the parcels as
        `fingerprint` sees them, and box and area of the place to 0.1 m and 1 m²: so it changes too
        where another geometry, as the forest boundary, cuts the parcel elsewhere. A finding
        without parcels is marked by its facts as well, numbers to six digits.
    """
    own = parcels[parcels["parcel_id"].isin(finding.parcels)]
    told = [finding.code, *sorted(finding.groups), fingerprint(own), _place(finding.where)]
    if not finding.parcels:
        told += [f"{name}={_steady(value)}" for name, value in sorted(finding.facts.items())]
    return hashlib.sha256("\x1f".join(told).encode()).hexdigest()[:MARK_LETTERS]


def _place(where: BaseGeometry | None) -> str:
    if where is None or where.is_empty:
        return ""
    box = np.floor(np.array(shapely.bounds(where)) / PLACE_DEG + OFF_GRID).astype(int)
    return f"{where.geom_type} {box.tolist()} {np.floor(area_m2([where])[0] + OFF_GRID):.0f}"


def _steady(value: Fact) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _lapse(acceptance: Acceptance, same: Sequence[Finding]) -> Lapse:
    groups = tuple(dict.fromkeys(group for finding in same for group in finding.groups))
    return Lapse(acceptance, "land_changed" if same else "not_found", groups)
