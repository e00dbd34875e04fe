"""The land of each row of the sums in m², cut into parts that do not overlap."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import shapely

from hkm_gis.households.claims import Claims
from hkm_gis.households.ground import (
    Extent,
    Flags,
    Floats,
    Geometries,
    Ground,
    Indices,
    in_common,
)
from hkm_gis.households.sides import Beside, Sides
from hkm_gis.overlaps.threads import in_threads, together

__all__ = ["Parts", "measure_land", "sum_by"]


@dataclass(frozen=True, slots=True)
class Parts:
    """The land of each row in m²."""

    gross_m2: Floats
    outside_m2: Floats
    shared_m2: Floats
    disputed_m2: Floats
    joint_m2: Floats
    """Land of the row in parcels that it holds together with others."""
    counted_once: Floats
    """Land of the row as a share of the sum of its parcels."""

    @property
    def sliver_m2(self) -> Floats:
        """Land that others claim by slivers only."""
        return self.shared_m2 - self.disputed_m2

    @property
    def net_m2(self) -> Floats:
        """Land inside the forest that nobody else claims."""
        return self.gross_m2 - self.outside_m2 - self.shared_m2


def measure_land(ground: Ground, claims: Claims) -> Parts:
    """Measure the land of each row of the sums.

    A parcel adds to its row what no earlier parcel of the row has. Where at most three parcels lie
    over each other, that follows from how much two and three of them share. Land is united only
    where four do.
    """
    sides = Sides(ground, claims)
    told = ground.pairs.is_told
    land_m2, out_m2 = (shapely.area(of)[claims.parcel] for of in (ground.land, ground.out))
    added = {
        "gross_m2": land_m2 - _repeated_m2(sides, ground.whole),
        "outside_m2": out_m2 - _repeated_m2(sides, ground.outside_forest),
        "shared_m2": _claimed_m2(sides, told),
        "disputed_m2": _claimed_m2(sides, told & ~ground.pairs.is_sliver),
        "joint_m2": _joint_m2(sides, land_m2),
    }
    count = claims.units
    rows = {name: sum_by(claims.unit, m2, count) for name, m2 in added.items()}
    total_m2 = sum_by(claims.unit, land_m2, count)
    once = np.divide(rows["gross_m2"], total_m2, out=np.ones(count), where=total_m2 > 0)
    return Parts(**rows, counted_once=once)


def _repeated_m2(sides: Sides, extent: Extent, among: Flags | None = None) -> Floats:
    """Return what of each claim an earlier parcel of its row has too, of all or some parcels."""

    def repeated(beside: Beside) -> Flags:
        earlier = sides.is_earlier(beside)
        return earlier if among is None else earlier & among[beside.other]

    one, two, _, _ = sides.twos
    ones = repeated(sides.ones)
    both = repeated(one) & repeated(two)
    m2 = _summed(sides, extent, ones) - _put_back(sides, extent, both.astype(float))
    deep = np.flatnonzero(ones & sides.is_deep[sides.ones.claim])
    claim = sides.ones.claim[deep]
    united = _union_by(claim, extent.land_of(sides.ones.pair[deep]), len(m2))
    return np.where(sides.is_deep, shapely.area(united), m2)


def _joint_m2(sides: Sides, land_m2: Floats) -> Floats:
    """Return what each claim adds to the land that its row holds together with others."""
    if not sides.claims.is_shared:
        return np.zeros(len(land_m2))
    joint = np.bincount(sides.claims.parcel, minlength=len(sides.ground.land)) > 1
    repeated_m2 = _repeated_m2(sides, sides.ground.whole, joint)
    return (land_m2 - repeated_m2) * joint[sides.claims.parcel]


def _claimed_m2(sides: Sides, counts: Flags) -> Floats:
    """Return what each claim adds to the land of its row, inside, that others claim too."""
    ones, (one, two, across, _), inside = sides.ones, sides.twos, sides.ground.inside
    claimed = sides.quarrel(ones, counts)
    first, second = sides.quarrel(one, counts), sides.quarrel(two, counts)
    both = (first & second).astype(float)
    m2 = _summed(sides, inside, claimed) - _put_back(sides, inside, both)
    # An earlier parcel of the row has added what it and somebody else claim, at two and at three.
    known = claimed & _has_added(sides, ones, counts)
    known_one, known_two = (
        some & _has_added(sides, at, counts) for some, at in ((first, one), (second, two))
    )
    known_all = (first | second) & (
        _has_added(sides, one, counts, (two.other, across))
        | _has_added(sides, two, counts, (one.other, across))
    )
    at_three = known_all.astype(float) - known_one - known_two
    m2 -= _summed(sides, inside, known) + _put_back(sides, inside, at_three)
    return np.where(sides.is_deep, _claimed_by_uniting_m2(sides, claimed, counts), m2)


def _has_added(
    sides: Sides, beside: Beside, counts: Flags, third: tuple[Indices, Indices] | None = None
) -> Flags:
    """Tell where the other parcel is an earlier one of the row, and somebody else claims it there.

    Somebody is the owner of the claim, or the third parcel that has land at the same place.
    """
    mate, own = sides.mate(beside), sides.claims.parcel[beside.claim]
    added = sides.quarrel(Beside(mate, own, beside.pair), counts)
    if third is not None:
        added |= sides.quarrel(Beside(mate, *third), counts)
    return added & sides.is_earlier(beside)


def _summed(sides: Sides, extent: Extent, chosen: Flags) -> Floats:
    weights = chosen * extent.pairs_m2[sides.ones.pair]
    return sum_by(sides.ones.claim, weights, len(sides.claims.parcel))


def _put_back(sides: Sides, extent: Extent, times: Floats) -> Floats:
    one, _, _, triple = sides.twos
    weights = times * extent.triples_m2[triple]
    return sum_by(one.claim, weights, len(sides.claims.parcel))


def _claimed_by_uniting_m2(sides: Sides, claimed: Flags, counts: Flags) -> Floats:
    """Return what `_claimed_m2` does for the deep claims, by uniting what is claimed of each."""
    ones, deep, count = sides.ones, sides.is_deep, len(sides.is_deep)
    mate = sides.mate(ones)
    known = sides.is_earlier(ones) & deep[ones.claim]
    needed = deep.copy()
    needed[mate[known]] = True
    used = np.flatnonzero(claimed & needed[ones.claim])
    pieces = np.full(len(claimed), shapely.Polygon(), dtype=object)
    pieces[used] = sides.ground.inside.land_of(ones.pair[used])
    land = _union_by(ones.claim[used], pieces[used], count)
    # All that two parcels have in common is claimed if both claim it, so it need not be cut again.
    whole = claimed & _has_added(sides, ones, counts)
    again = np.flatnonzero(known & ~whole)
    one, other = land[ones.claim[again]], land[mate[again]]
    pieces[again] = together(in_threads(in_common, one, other))
    repeated = _union_by(ones.claim[known], pieces[known], count)
    return np.asarray(shapely.area(land) - shapely.area(repeated))


def _union_by(keys: Indices, pieces: Geometries, count: int) -> Geometries:
    """Unite the pieces of each key, all keys with equally many pieces in one call."""
    united = np.full(count, shapely.Polygon(), dtype=object)
    order = np.argsort(keys, kind="stable")
    found, first, sizes = np.unique(keys[order], return_index=True, return_counts=True)
    for size in np.unique(sizes):
        alike = sizes == size
        rows = order[first[alike][:, None] + np.arange(size)]
        united[found[alike]] = together(in_threads(_united, pieces[rows]))
    return united


def _united(pieces: Geometries) -> Geometries:
    """Unite each row; a row whose pieces lie apart is only put together, which costs nothing."""
    united = np.full(len(pieces), shapely.Polygon(), dtype=object)
    close = _come_close(shapely.bounds(pieces))
    # Most of the pieces round a parcel touch only one or two others: those are united, in half
    # the time that uniting all takes.
    united[close] = shapely.disjoint_subset_union_all(pieces[close], axis=1)
    apart = np.flatnonzero(~close)
    parts, piece = shapely.get_parts(pieces[apart].ravel(), return_index=True)
    land = shapely.area(parts) > 0
    rows, row = np.unique(piece[land] // max(pieces.shape[1], 1), return_inverse=True)
    if len(rows):
        united[apart[rows]] = shapely.multipolygons(parts[land], indices=row)
    return united


def _come_close(bounds: Floats) -> Flags:
    """Tell in which rows (n, pieces, 4) the boxes of two pieces touch; an empty one has none."""
    close = np.zeros(len(bounds), dtype=bool)
    low, high = bounds[:, :, :2], bounds[:, :, 2:]
    for i, j in combinations(range(bounds.shape[1]), 2):
        close |= ((low[:, i] <= high[:, j]) & (low[:, j] <= high[:, i])).all(axis=1)
    return close


def sum_by(keys: Indices, values: Floats, count: int) -> Floats:
    """Return the sum of the values of each key from 0 to ``count``."""
    return np.bincount(keys, weights=values, minlength=count).astype(np.float64)
