"""What the groups handed in: every parcel measured, and no quarrel but the planted ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import shapely

from make_contoh import oddities
from make_contoh.boundary import to_lonlat, to_utm
from make_contoh.measuring import bow_tied, draw, knotted, leapt, walk, with_way_in
from make_contoh.terrain import Floats
from make_contoh.village import (
    BOW_TIE,
    CLICKED_TWICE,
    HOLED,
    IN_PIECES,
    KNOTTED,
    LEAPT,
    NEARLY_CLOSED,
    NEVER_CLOSED,
    PINCHED,
    SMALL,
    THORNY,
    UNCLOSED,
    WAY_IN,
    Village,
)

SLIVER_M = 8.0
"""Neighbours' maps may share a strip this wide at most; the program calls it a claim from 10 m."""
KOBO_LAST = 21
"""SJ-01 to SJ-21 came by KoboToolbox, the rest by QField."""


@dataclass(frozen=True)
class Measured:
    """One parcel as its file shows it."""

    parcel: str
    lonlat: Floats
    """Points as written, shape (n, 2): a walk is open, a drawn ring repeats its first corner."""
    seconds: Floats = field(default_factory=lambda: np.empty(0))
    """When each point of a walk was recorded; empty for what was drawn."""

    hole: Floats | None = None
    piece: Floats | None = None
    """Further rings of a drawn parcel: of a hole in it, and of a second piece of land."""

    @property
    def polygon(self) -> shapely.Geometry:
        """The land in lon/lat."""
        land = shapely.Polygon(self.lonlat, [] if self.hole is None else [self.hole])
        return land if self.piece is None else shapely.MultiPolygon([land, self.piece_land])

    @property
    def piece_land(self) -> shapely.Polygon:
        """The second piece of land in lon/lat."""
        return shapely.Polygon(self.piece)


def measure(village: Village) -> dict[str, Measured]:
    """Return every parcel as it was measured, by its number."""
    measured: dict[str, Measured] = {}
    shapes: dict[str, shapely.Polygon] = {}
    for place, parcel in enumerate(sorted(village.claimed)):
        for attempt in range(400):
            rng = np.random.default_rng([30, place, attempt])
            found = _measured(rng, village, parcel)
            shape = to_utm(found.polygon)
            if _fits(village, parcel, shape, shapes):
                break
        else:
            raise ValueError(f"{parcel} does not fit between its neighbours")
        measured[parcel], shapes[parcel] = found, shape
    for parcel, found in measured.items():
        others = shapely.union_all([s for name, s in shapes.items() if name != parcel])
        measured[parcel] = _spoiled(found, shapes[parcel], others)
    for copy, original in village.copies.items():
        ring = measured[original].lonlat
        closed = ring if (ring[0] == ring[-1]).all() else np.concatenate([ring, ring[:1]])
        measured[copy] = Measured(copy, closed)
    return measured


def recorded(found: Measured) -> Measured:
    """Return a walk as the device recorded it, with what does not belong to the parcel."""
    points = shapely.get_coordinates(to_utm(shapely.MultiPoint(found.lonlat)))
    if found.parcel == LEAPT:
        points, seconds = leapt(points, found.seconds)
    elif found.parcel == WAY_IN:
        points, seconds = with_way_in(np.random.default_rng(33), points, found.seconds)
    else:
        return found
    return Measured(found.parcel, _written(points), seconds)


def how(parcel: str) -> str:
    """Return how ``parcel`` was measured: gpx, kml, kobo or qfield."""
    if parcel.startswith("SJ"):
        return "kobo" if int(parcel[3:]) <= KOBO_LAST else "qfield"
    return "gpx" if parcel.startswith("RL") else "kml"


def _measured(rng: np.random.Generator, village: Village, parcel: str) -> Measured:
    land = village.claimed[parcel]
    if how(parcel) == "gpx":
        gap_m = {NEARLY_CLOSED: 38.0, NEVER_CLOSED: 146.0}.get(parcel, 0.0)
        points, seconds = walk(rng, land, gap_m=gap_m)
        return Measured(parcel, _written(points), seconds)
    detail_m, error_m = {"kml": (2.5, 1.5), "kobo": (4.0, 2.5), "qfield": (3.0, 1.5)}[how(parcel)]
    if parcel == SMALL:
        detail_m = 0.1
    return Measured(parcel, _written(draw(rng, land, detail_m=detail_m, error_m=error_m)))


def _written(points: Floats) -> Floats:
    return shapely.get_coordinates(to_lonlat(shapely.MultiPoint(points), digits=7))


def _spoiled(found: Measured, land: shapely.Polygon, others: shapely.Geometry) -> Measured:
    if found.parcel in _ODD:
        return _ODD[found.parcel](found, land, others)
    if found.parcel == KNOTTED:
        points = shapely.get_coordinates(to_utm(shapely.MultiPoint(found.lonlat)))
        points, seconds = knotted(points, found.seconds)
        return Measured(found.parcel, _written(points), seconds)
    if found.parcel == UNCLOSED:
        return Measured(found.parcel, found.lonlat[:-1])
    if found.parcel == BOW_TIE:
        return Measured(found.parcel, bow_tied(found.lonlat))
    return found


def _redrawn(found: Measured, land: shapely.Polygon) -> Measured:
    return replace(found, lonlat=_written(shapely.get_coordinates(land.exterior)))


_ODD: dict[str, Callable[[Measured, shapely.Polygon, shapely.Geometry], Measured]] = {
    HOLED: lambda found, land, _: replace(found, hole=_written(oddities.hole(land))),
    IN_PIECES: lambda found, land, others: replace(
        found, piece=_written(oddities.second_piece(land, others))
    ),
    PINCHED: lambda found, land, others: _redrawn(found, oddities.with_lobe(land, others)),
    THORNY: lambda found, land, others: _redrawn(found, oddities.with_thorn(land, others)),
    CLICKED_TWICE: lambda found, land, _: replace(
        found, lonlat=_written(oddities.clicked_twice(shapely.get_coordinates(land)))
    ),
}


def _fits(
    village: Village, parcel: str, shape: shapely.Polygon, others: dict[str, shapely.Polygon]
) -> bool:
    if not shape.is_valid or not _stands_right(village, parcel, shape):
        return False
    if how(parcel) == "gpx" and parcel not in (NEARLY_CLOSED, NEVER_CLOSED):
        ring = shapely.get_coordinates(shape)
        if np.hypot(*(ring[-2] - ring[0])) > 10:
            return False
    for name, other in others.items():
        planted = (parcel, name) in village.disputes or (name, parcel) in village.disputes
        if (
            not planted
            and shape.intersects(other)
            and _width_m(shape.intersection(other)) > SLIVER_M
        ):
            return False
    return True


def _width_m(shared: shapely.Geometry) -> float:
    parts = [p for p in shapely.get_parts(shared) if p.area > 0]
    return max(
        (2 * shapely.maximum_inscribed_circle(p, tolerance=0.2).length for p in parts), default=0
    )


def _stands_right(village: Village, parcel: str, shape: shapely.Polygon) -> bool:
    forest = village.forest
    if parcel == village.near:
        return forest.contains(shape) and 6 < forest.exterior.distance(shape) < 18
    if parcel == village.outside:
        return forest.distance(shape) > 35
    if parcel == village.crossing:
        return (
            forest.buffer(35).difference(shape).area > 0
            and shape.difference(forest.buffer(35)).area > 100
        )
    return forest.buffer(-36).contains(shape)
