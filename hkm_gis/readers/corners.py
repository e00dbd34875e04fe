"""Numbered points that somebody marked at the corners of a parcel → one ring of corners."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from shapely import Point
from shapely.geometry.base import BaseGeometry

from hkm_gis.readers.feature import Feature
from hkm_gis.record import Rejection
from hkm_gis.walks import Walk

__all__ = ["MarkedPoint", "join_corners", "with_corners"]

MIN_CORNERS = 3
"""Fewer points enclose no land."""

_NUMBERED = re.compile(r"(?P<prefix>.*?)[\s_.-]*(?P<number>\d{1,4})", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedPoint:
    """One point that somebody marked: its name, its place, and where in the file it stands."""

    feature: str
    name: str
    x: float
    y: float
    time_s: float = np.nan
    accuracy_m: float = np.nan
    folders: tuple[str, ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)


def with_corners(
    outcomes: Iterable[Feature | Rejection | MarkedPoint], *, source: str, crs: str
) -> Iterator[Feature | Rejection]:
    """Yield what became of each feature of a file; points come last, as corners or refused."""
    points: list[MarkedPoint] = []
    has_land = False
    for outcome in outcomes:
        if isinstance(outcome, MarkedPoint):
            points.append(outcome)
            continue
        has_land = has_land or isinstance(outcome, Feature)
        yield outcome
    yield from join_corners(points, source=source, crs=crs, has_land=has_land)


def join_corners(
    points: Sequence[MarkedPoint], *, source: str, crs: str, has_land: bool
) -> Iterator[Feature | Rejection]:
    """Join numbered points (1, 2, 3 …; A1, A2 …) of one file to parcels, and refuse the rest.

    Parameters
    ----------
    points
        The marked points in file order.
    source, crs
        File and coordinate system of the points.
    has_land
        True where the file also holds a walk or polygon: its points are then only remarks.

    Yields
    ------
    Feature or Rejection
        One feature for each folder and prefix with three numbers or more, none of them twice,
        corners by number; each other point is refused by name.
    """
    series: dict[tuple[tuple[str, ...], str], dict[int, MarkedPoint]] = {}
    alone = []
    for point in points:
        match = None if has_land else _NUMBERED.fullmatch(point.name.strip())
        numbered = series.setdefault((point.folders, match["prefix"]), {}) if match else {}
        if match is None or int(match["number"]) in numbered:
            alone.append(point)
        else:
            numbered[int(match["number"])] = point
    for (folders, prefix), numbered in series.items():
        if len(numbered) < MIN_CORNERS:
            alone.extend(numbered.values())
        else:
            yield _parcel([numbered[n] for n in sorted(numbered)], source, crs, folders, prefix)
    for point in sorted(alone, key=points.index):
        yield Rejection(
            source=source,
            feature=point.feature,
            code="S05",
            reason="waypoint_not_a_parcel",
            where=_place(point, crs),
        )


def _parcel(
    corners: Sequence[MarkedPoint], source: str, crs: str, folders: tuple[str, ...], prefix: str
) -> Feature:
    first, last = corners[0], corners[-1]
    walk = Walk(
        segments=(np.array([(p.x, p.y) for p in corners], dtype=np.float64),),
        times_s=(np.array([p.time_s for p in corners], dtype=np.float64),),
        accuracy_m=(np.array([p.accuracy_m for p in corners], dtype=np.float64),),
        corners=True,
    )
    return Feature(
        source=source,
        feature=f'corners "{first.name}" to "{last.name}"',
        name=prefix or (folders[-1] if folders else ""),
        walk=walk,
        crs=crs,
        folders=folders,
        properties=dict(first.properties),
    )


def _place(point: MarkedPoint, crs: str) -> BaseGeometry | None:
    return Point(point.x, point.y) if crs == "EPSG:4326" else None
