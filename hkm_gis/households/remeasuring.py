"""The land of each row of the sums, measured again only where something of it has changed."""

from __future__ import annotations

from dataclasses import asdict, replace

import numpy as np
from numpy.typing import NDArray

from hkm_gis.households.claims import Claims
from hkm_gis.households.ground import Ground, Indices
from hkm_gis.households.measuring import Parts, measure_land
from hkm_gis.memory import Memory, key_of, land_keys

__all__ = ["measure_again"]


def measure_again(ground: Ground, claims: Claims, memory: Memory, by: str) -> Parts:
    """Return what `measure_land` does, from an earlier run for rows that are as they were.

    A row follows from the land of its parcels, in their order; from the parcels that share land
    with them; and from who holds those. The forest and the limits are in the seal of the memory.
    """
    keys = _row_keys(land_keys(ground.parcels.geometry.to_numpy()), ground, claims)

    def compute(rows: Indices) -> dict[str, NDArray[np.float64]]:
        wanted = np.zeros(claims.units, dtype=bool)
        wanted[rows] = True
        return asdict(_measure_rows(ground, claims, wanted))

    return Parts(**memory.recall(f"sums_{by}", keys, compute))


def _row_keys(lands: list[bytes], ground: Ground, claims: Claims) -> list[bytes]:
    told: list[list[bytes]] = [[] for _ in range(claims.units)]
    held: list[list[int]] = [[] for _ in lands]  # by whom a parcel is claimed, and for which rows
    rows: list[list[int]] = [[] for _ in lands]
    columns = (claims.parcel.tolist(), claims.owner.tolist(), claims.unit.tolist())
    for parcel, owner, unit in zip(*columns, strict=True):
        told[unit].append(lands[parcel])
        rows[parcel].append(unit)
        held[parcel].append(owner)
    crowded = ground.is_crowded.tolist()
    ends = (some.tolist() for some in ground.told)
    for one, other, kind in zip(*ends, ground.overlaps["kind"], strict=True):
        if one < 0 or other < 0:
            continue
        same = [crowded[one], crowded[other]]
        same += [h in held[other] for h in held[one]] + [h in held[one] for h in held[other]]
        pair = lands[one] + lands[other] + bytes(same) + str(kind).encode()
        for unit in {*rows[one], *rows[other]}:
            told[unit].append(pair + bytes((unit in rows[one], unit in rows[other])))
    joint = np.bincount(claims.parcel, minlength=len(lands)) > 1 if claims.is_shared else None
    for parcel, unit in zip(claims.parcel, claims.unit, strict=True):
        if joint is not None and joint[parcel]:
            told[unit].append(b"joint" + lands[parcel] + repr(len(rows[parcel])).encode())
    return [key_of(*parts) for parts in told]


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
