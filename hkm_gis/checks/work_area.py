"""The work area of each group: which of its parcels lie together, and beside whose."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hkm_gis.checks.connected import connected
from hkm_gis.survey import Survey

__all__ = ["group_codes", "pieces_of_groups"]

Indices = NDArray[np.intp]


def group_codes(survey: Survey) -> Indices:
    """Return for each parcel the place of its group in ``survey.groups``."""
    return pd.Index(survey.groups).get_indexer(survey.parcels["group"])


def pieces_of_groups(survey: Survey, rows: Indices, reach_m: float) -> Indices:
    """Return for each of ``rows`` the first row of its group that it hangs together with.

    Parcels of one group hang together if they share land or are no farther apart than
    ``reach_m``. Rows that are not asked for connect nothing.
    """
    group = group_codes(survey)
    asked = np.zeros(len(group), dtype=bool)
    asked[rows] = True
    a, b = survey.ground.told
    kin = (group[a] == group[b]) & asked[a] & asked[b]
    a, b = a[kin], b[kin]
    first = connected(len(group), a, b)
    # Most of a group hangs together by shared land already: only the rest is measured.
    apart = rows[first[rows] != _largest(first, group, rows)[group[rows]]]
    c, d = survey.land_tree.query(survey.land[apart], predicate="dwithin", distance=reach_m)
    c = apart[c]
    kin = (group[c] == group[d]) & asked[d] & (c != d)
    return connected(len(group), np.append(a, c[kin]), np.append(b, d[kin]))[rows]


def _largest(first: Indices, group: Indices, rows: Indices) -> Indices:
    """Return for each group the heap with the most of its parcels."""
    sizes = pd.DataFrame({"group": group[rows], "first": first[rows]}).value_counts(sort=True)
    heaps = sizes.reset_index().drop_duplicates("group")
    largest = np.full(int(group.max(initial=-1)) + 1, -1)
    largest[heaps["group"]] = heaps["first"]
    return largest
