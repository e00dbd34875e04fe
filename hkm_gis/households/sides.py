"""Which claim meets which other parcels, alone and two at a time, and whether they quarrel."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from hkm_gis.households.claims import Claims
from hkm_gis.households.ground import Flags, Ground, Indices

__all__ = ["Beside", "Sides"]


@dataclass(frozen=True, slots=True)
class Beside:
    """Claims, each beside another parcel that shares land with its own."""

    claim: Indices
    other: Indices
    """The other parcel."""
    pair: Indices
    """What the two share, as a place in `Ground.pairs`; -1 where it is nothing."""


class Sides:
    """Every claim beside the parcels that share land with its own, for one kind of sum.

    Parameters
    ----------
    ground
        What the parcels share.
    claims
        Who claims which of them, for which row.
    """

    def __init__(self, ground: Ground, claims: Claims) -> None:
        self.ground, self.claims = ground, claims
        self._in_row = pd.Index(claims.parcel * claims.units + claims.unit)
        self._owners = int(claims.owner.max(initial=0)) + 1
        self._held = pd.Index(claims.parcel * self._owners + claims.owner)

    @cached_property
    def ones(self) -> Beside:
        """Every claim beside every other parcel."""
        pairs = self.ground.pairs
        parcel, other = np.append(pairs.a, pairs.b), np.append(pairs.b, pairs.a)
        row, claim = self.each(parcel)
        return Beside(claim, other[row], np.tile(np.arange(len(pairs.a)), 2)[row])

    @cached_property
    def twos(self) -> tuple[Beside, Beside, Indices, Indices]:
        """Every claim beside two parcels at one place: each, what those two share, which triple."""
        known = self.ground.triples
        ij, ik, jk = known.pairs.T
        i, j, k = known.parcels.T
        parcel, one, two = np.array([(i, j, k), (j, i, i), (k, k, j)]).reshape(3, -1)
        to_one, to_two, across = np.array([(ij, ij, ik), (ik, jk, jk), (jk, ik, ij)]).reshape(3, -1)
        row, claim = self.each(parcel)
        triple = np.tile(np.arange(len(i)), 3)[row]
        first = Beside(claim, one[row], to_one[row])
        return first, Beside(claim, two[row], to_two[row]), across[row], triple

    @cached_property
    def is_deep(self) -> Flags:
        """Whether four parcels lie over each other somewhere in the land of each claim.

        Counted are those that matter to the claim: of its row, or among the overlaps.
        """
        deep = np.zeros(len(self.claims.parcel), dtype=bool)
        quads = self.ground.triples.quads
        for nth in range(4):
            row, claim = self.each(quads[:, nth])
            others = np.delete(quads, nth, axis=1)[row]
            matters = [self._matters(self._beside(claim, other)) for other in others.T]
            deep[claim[np.logical_and.reduce(matters)]] = True
        crowded, ones = self.ground.is_crowded, self.ones
        deep |= crowded[self.claims.parcel]
        deep[ones.claim[crowded[ones.other] & self._matters(ones)]] = True
        return deep

    def mate(self, beside: Beside) -> Indices:
        """Return the claim of the same row to the other parcel, -1 where there is none."""
        wanted = beside.other * self.claims.units + self.claims.unit[beside.claim]
        mate: Indices = self._in_row.get_indexer(wanted).astype(np.intp)
        return mate

    def is_earlier(self, beside: Beside) -> Flags:
        """Tell where the other parcel comes earlier in the same row."""
        earlier: Flags = beside.other < self.claims.parcel[beside.claim]
        return earlier & (self.mate(beside) >= 0)

    def quarrel(self, beside: Beside, counts: Flags) -> Flags:
        """Tell where the owner of the claim does not hold the other parcel, by counting pairs."""
        there = (beside.claim >= 0) & (beside.pair >= 0)
        wanted = beside.other * self._owners + self.claims.owner[beside.claim]
        quarrel: Flags = there & (self._held.get_indexer(wanted) < 0)
        quarrel[there] &= counts[beside.pair[there]]
        return quarrel

    def _matters(self, beside: Beside) -> Flags:
        is_told = self.ground.pairs.is_told
        told = np.zeros(len(beside.claim), dtype=bool)
        told[beside.pair >= 0] = is_told[beside.pair[beside.pair >= 0]]
        return told | (self.mate(beside) >= 0)

    def _beside(self, claim: Indices, other: Indices) -> Beside:
        own = self.claims.parcel[claim]
        pair = self.ground.place(np.minimum(own, other), np.maximum(own, other))
        return Beside(claim, other, pair)

    def each(self, parcel: Indices) -> tuple[Indices, Indices]:
        """Return every claim to each of some parcels: which of them, and the claim."""
        times = np.bincount(self.claims.parcel, minlength=len(self.ground.parcels))
        start = np.cumsum(times) - times
        many = times[parcel]
        row = np.repeat(np.arange(len(parcel)), many)
        nth = np.arange(len(row)) - np.repeat(np.cumsum(many) - many, many)
        return row, start[parcel[row]] + nth
