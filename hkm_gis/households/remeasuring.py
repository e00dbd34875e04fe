"""The land of each row of the sums, measured again only where something of it has changed."""

from __future__ import annotations

from dataclasses import asdict, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hkm_gis.households.claims import Claims
from hkm_gis.households.ground import Ground, Indices
from hkm_gis.households.measuring import Parts, measure_land
from hkm_gis.households.sides import Beside, Sides
from hkm_gis.memory import KEY_BYTES, Memory, key_of
from hkm_gis.overlaps.classes import KINDS

__all__ = ["measure_again"]


def measure_again(ground: Ground, claims: Claims, memory: Memory, by: str) -> Parts:
    """Return what `measure_land` does, from an earlier run for rows that are as they were.

    A row follows from the land of its parcels, in their order; from the parcels that share land
    with them; and from who holds those. The forest and the limits are in the seal of the memory.
    """

    def compute(rows: Indices) -> dict[str, NDArray[np.float64]]:
        wanted = np.zeros(claims.units, dtype=bool)
        wanted[rows] = True
        return asdict(_measure_rows(ground, claims, wanted))

    return Parts(**memory.recall(f"sums_{by}", _row_keys(ground, claims), compute))


def _row_keys(ground: Ground, claims: Claims) -> list[bytes]:
    """Return the key of each row: all that its land follows from, in the order of the parcels."""
    lands = np.frombuffer(b"".join(ground.keys), dtype=np.uint8).reshape(-1, KEY_BYTES)
    times = np.bincount(claims.parcel, minlength=len(lands))[claims.parcel]
    alone = _told(times.astype("<u4"))
    own = np.column_stack([lands[claims.parcel], np.zeros_like(lands[claims.parcel]), alone])
    beside, about = _beside(ground, claims)
    claimed = claims.parcel[beside.claim]
    with_others = np.column_stack([lands[claimed], lands[beside.other], about])
    told = np.concatenate([own, with_others])
    unit = np.concatenate([claims.unit, claims.unit[beside.claim]])
    order = np.argsort(unit, kind="stable")
    ends = np.cumsum(np.bincount(unit, minlength=claims.units))
    starts = ends - np.diff(ends, prepend=0)
    content, size = told[order].tobytes(), told.shape[1]
    each = zip((starts * size).tolist(), (ends * size).tolist(), strict=True)
    return [key_of(content[start:end]) for start, end in each]


def _beside(ground: Ground, claims: Claims) -> tuple[Beside, NDArray[np.uint8]]:
    """Return every claim beside every parcel it overlaps, and four bytes of what they are."""
    a, b = ground.told
    here = np.flatnonzero((a >= 0) & (b >= 0))
    sides = Sides(ground, claims)
    row, claim = sides.each(np.append(a[here], b[here]))
    other, pair = np.append(b[here], a[here])[row], np.tile(here, 2)[row]
    beside = Beside(claim, other, pair)
    own, mate = claims.parcel[claim], sides.mate(beside)
    any_pair = np.ones(len(a), dtype=bool)
    kind = pd.Index(KINDS).get_indexer(ground.overlaps["kind"])[pair]
    flags = (
        sides.quarrel(beside, any_pair),
        sides.quarrel(Beside(mate, own, pair), any_pair),
        mate >= 0,
        own < other,
        ground.is_crowded[own],
        ground.is_crowded[other],
    )
    bits = sum(flag.astype(np.uint32) << (8 + nth) for nth, flag in enumerate(flags))
    return beside, _told((kind.astype(np.uint32) + bits).astype("<u4"))


def _told(numbers: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """Return each number as its four bytes, a row each."""
    return numbers.view(np.uint8).reshape(-1, 4)


def _measure_rows(ground: Ground, claims: Claims, wanted: NDArray[np.bool_]) -> Parts:
    """Measure the wanted rows among the parcels that share land with theirs."""
    if wanted.all():
        return measure_land(ground, claims)
    a, b = ground.told
    own = np.zeros(len(ground.parcels), dtype=bool)
    own[claims.parcel[wanted[claims.unit]]] = True
    touching = (a >= 0) & (b >= 0)
    touching[touching] = own[a[touching]] | own[b[touching]]
    near = own.copy()
    near[a[touching]] = near[b[touching]] = True
    chosen = near[claims.parcel]
    renumbered = np.cumsum(near) - 1
    units, unit = np.unique(claims.unit[chosen], return_inverse=True)
    some = replace(
        claims,
        parcel=renumbered[claims.parcel[chosen]],
        owner=claims.owner[chosen],
        unit=unit.astype(np.intp),
    )
    parts = measure_land(ground.part(near), some)
    mine = wanted[units]
    return Parts(**{name: values[mine] for name, values in asdict(parts).items()})
