"""Who claims which parcel, and for which row of the sums."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["Claims", "claims_of", "districts_of", "holders"]

Indices = NDArray[np.intp]


def holders(household: str) -> tuple[str, ...]:
    """Return the households that hold a parcel, from how the column ``household`` names them.

    Examples
    --------
    >>> holders("L-K001; L-K007"), holders("")
    (('L-K001', 'L-K007'), ())
    """
    if HOLDERS_APART not in household:  # as almost all are
        return (household.strip(),) if household.strip() else ()
    names = (name.strip() for name in household.split(HOLDERS_APART))
    return tuple(dict.fromkeys(name for name in names if name))


HOLDERS_APART = ";"


@dataclass(frozen=True, slots=True)
class Claims:
    """Who claims which parcel for which row of the sums; a shared parcel is claimed many times."""

    parcel: Indices
    owner: Indices
    """Number of the household, or of the households together where they share a row."""
    unit: Indices
    """Row of the sums."""
    held_by: Sequence[tuple[str, ...]]
    """The households that hold each parcel, as `holders` names them."""
    is_shared: bool = False
    """Whether a parcel is claimed more than once."""

    @property
    def units(self) -> int:
        """Number of rows of the sums."""
        return int(self.unit.max()) + 1 if len(self.unit) else 0


def claims_of(parcels: gpd.GeoDataFrame, by: str) -> Claims:
    """Return one claim a parcel; by household one a holder, a parcel without one its own."""
    named = _holders_of_each(parcels["household"])
    ids = parcels["parcel_id"].astype(str).to_numpy(object)
    if by == "household":
        each = [names or ("\0" + own,) for names, own in zip(named, ids, strict=True)]
        times = [len(names) for names in each]
        owner = _numbered(name for names in each for name in names)
        parcel = np.repeat(np.arange(len(parcels)), times)
        return Claims(parcel, owner, owner, named, max(times, default=1) > 1)
    keys = ["\x1f".join(sorted(n)) or "\0" + own for n, own in zip(named, ids, strict=True)]
    own_row = np.arange(len(parcels))
    if by == "parcel":
        return Claims(own_row, _numbered(keys), own_row, named)
    # Land that one household gave to two groups is disputed between the groups.
    groups = parcels["group"].fillna("").astype(str).to_numpy(object)
    apart = _numbered(f"{g}\0{k}" for g, k in zip(groups, keys, strict=True))
    unit = _numbered(districts_of(parcels) if by == "district" else groups)
    return Claims(own_row, apart, unit, named)


def _holders_of_each(households: pd.Series) -> list[tuple[str, ...]]:
    texts = [str(text) for text in households.fillna("").to_numpy(object)]
    known = {text: holders(text) for text in dict.fromkeys(texts)}
    return [known[text] for text in texts]


def districts_of(parcels: gpd.GeoDataFrame) -> pd.Series:
    """Return the district of each parcel, empty where nobody says."""
    known = "district" in parcels.columns
    names = parcels["district"].fillna("") if known else [""] * len(parcels)
    return pd.Series(names, index=parcels.index, dtype=object)


def _numbered(keys: Iterable[str]) -> Indices:
    # Not by pd.factorize: pandas 2 reads a text only up to its first "\0", so that all households
    # of a group were one, and nothing was disputed.
    number: dict[str, int] = {}
    return np.array([number.setdefault(key, len(number)) for key in keys], dtype=np.intp)
