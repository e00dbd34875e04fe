"""Findings that people have settled: which they are, and whether the land is still the same."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from hkm_gis.parcels import digests
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
        marks = mark_land([found[p] for p in same], parcels) if one.land else [""] * len(same)
        held = [p for p, mark in zip(same, marks, strict=True) if mark == one.land]
        for place in held:
            if found[place].settled is None:
                found[place] = replace(found[place], status=Status.ACCEPTED, settled=one)
        if not held:
            lapsed.append(_lapse(one, [found[p] for p in same]))
    return Report(tuple(found), tuple(lapsed))


def mark_land(findings: Sequence[Finding], parcels: gpd.GeoDataFrame) -> list[str]:
    """Return the mark of the land that each finding speaks of: other land, other mark.

    Parameters
    ----------
    findings
        Any findings.
    parcels
        The parcel table (EPSG:4326) that they were found in.

    Returns
    -------
    list of str
        Twelve hexadecimal digits each, of a SHA-256 over the code, the groups, the parcels as
        `fingerprint` sees them, and box and area of the place to 0.1 m and 1 m²: so it changes too
        where another geometry, as the forest boundary, cuts the parcel elsewhere. A finding
        without parcels is marked by its facts as well, numbers to six digits.
    """
    named = {parcel for finding in findings for parcel in finding.parcels}
    own = parcels[parcels["parcel_id"].isin(named)]
    land = dict(zip(own["parcel_id"], digests(own), strict=True))
    places = _places([finding.where for finding in findings])
    return [_mark(f, land, place) for f, place in zip(findings, places, strict=True)]


def _mark(finding: Finding, land: Mapping[str, bytes], place: str) -> str:
    told = [finding.code, *sorted(finding.groups)]
    told += [*sorted(land[p].hex() for p in finding.parcels if p in land), place]
    if not finding.parcels:
        told += [f"{name}={_steady(value)}" for name, value in sorted(finding.facts.items())]
    return hashlib.sha256("\x1f".join(told).encode()).hexdigest()[:MARK_LETTERS]


def _places(where: Sequence[BaseGeometry | None]) -> list[str]:
    shapes = np.array([shape or shapely.Polygon() for shape in where], dtype=object)
    boxes = np.floor(np.nan_to_num(shapely.bounds(shapes)) / PLACE_DEG + OFF_GRID).astype(int)
    areas = np.floor(area_m2(shapes) + OFF_GRID).astype(int)
    return [f"{box} {area}" for box, area in zip(boxes.tolist(), areas, strict=True)]


def _steady(value: Fact) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _lapse(acceptance: Acceptance, same: Sequence[Finding]) -> Lapse:
    groups = tuple(dict.fromkeys(group for finding in same for group in finding.groups))
    return Lapse(acceptance, "land_changed" if same else "not_found", groups)
