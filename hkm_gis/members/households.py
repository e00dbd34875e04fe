"""Who is one household: the people of one family card."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import pandas as pd

from hkm_gis.members.names import fold_group, fold_name
from hkm_gis.members.numbers import is_whole

__all__ = ["households_of"]


def households_of(table: pd.DataFrame) -> list[str]:
    """Return one code a family card, numbered by its first row: ``RL-K012``."""
    codes: dict[tuple[str, ...], str] = {}
    counts: dict[str, int] = defaultdict(int)
    prefixes = _prefixes(table["group"])
    households = []
    columns = table[["kk", "nik", "group", "name"]].itertuples(index=False)
    for kk, nik, group, name in columns:
        key = _household_key(kk, nik, group, name)
        if key not in codes:
            prefix = prefixes[group]
            counts[prefix] += 1
            codes[key] = f"{prefix}-K{counts[prefix]:03d}"
        households.append(codes[key])
    return households


def _household_key(kk: str, nik: str, group: str, name: str) -> tuple[str, ...]:
    # A damaged number is no identity: two lost tails would make strangers one family.
    if is_whole(kk):
        return ("kk", kk)
    if is_whole(nik):
        return ("nik", nik)
    return ("name", fold_group(group), fold_name(name))


def _prefixes(groups: Iterable[str]) -> dict[str, str]:
    prefixes: dict[str, str] = {}
    for group in dict.fromkeys(groups):
        initials = "".join(w[0] for w in fold_group(group).split())[:3].upper() or "A"
        taken, n = set(prefixes.values()), 1
        prefix = initials
        while prefix in taken:
            n += 1
            prefix = f"{initials}{n}"
        prefixes[group] = prefix
    return prefixes
