"""O07: land of a group lies in a permit, a proposal or a closed area of a further layer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from hkm_gis.checks.definition import Check, check
from hkm_gis.checks.outline import is_claim, widths_m
from hkm_gis.checks.work_area import Indices, group_codes
from hkm_gis.plane import M2_PER_HA, from_plane, land_on_plane
from hkm_gis.project import Layer
from hkm_gis.report import Finding, Severity
from hkm_gis.survey import Survey

__all__ = ["land_claimed_by_others"]

_SEVERITY_OF = {
    "izin": Severity.ERROR,
    "usulan": Severity.ERROR,
    "pippib": Severity.WARNING,
}


@check(
    "O07",
    Severity.ERROR,
    facts={
        *("group", "layer", "layer_version", "layer_date", "holder", "paper"),
        *("count", "area_ha", "width_m"),
    },
)
def land_claimed_by_others(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield each group whose parcels share more than a sliver with land of such a layer.

    One finding for each group and holder, however many parcels: they settle it together. Shared
    land narrower than ``sliver_width_m`` is two drawings of one line. A permit that names the
    group itself is its own. The moratorium map (``pippib``) only warns: nobody has read here
    what it forbids.
    """
    for layer, table in survey.layers:
        if layer.role in _SEVERITY_OF:
            yield from _shared(check, survey, layer, table)


def _shared(
    check: Check, survey: Survey, layer: Layer, table: gpd.GeoDataFrame
) -> Iterator[Finding]:
    group = group_codes(survey)
    theirs = land_on_plane(table.geometry.to_numpy())
    row, claim, shared = _common(survey, theirs)
    own = (
        np.char.lower(np.array(table["name"], dtype=str))[claim]
        == np.char.lower(np.array(survey.groups, dtype=str))[group[row]]
    )
    row, claim, shared = row[~own], claim[~own], shared[~own]
    holder, names = _holders(table)
    ids = survey.parcels["parcel_id"].to_numpy()
    for key in np.unique(group[row] * len(names) + holder[claim]):
        mine = group[row] * len(names) + holder[claim] == key
        place, who = divmod(key, len(names))
        parcels = tuple(ids[np.unique(row[mine])])
        yield _finding(check, layer, survey.groups[place], parcels, names[who], shared[mine])


def _common(survey: Survey, theirs: NDArray[Any]) -> tuple[Indices, Indices, NDArray[Any]]:
    """Return parcel, claim and shared land of each pair that shares more than a sliver."""
    claim, row = survey.land_tree.query(theirs, predicate="intersects")
    order = np.lexsort((claim, row))
    claim, row = claim[order], row[order]
    shared = shapely.intersection(survey.land[row], theirs[claim])
    wide = is_claim(shared, survey.land[row], survey.thresholds.sliver_width_m)
    return row[wide], claim[wide], shared[wide]


def _holders(table: gpd.GeoDataFrame) -> tuple[Indices, list[tuple[str, str]]]:
    """Return for each feature of a layer the place of its holder, and the holders."""
    said = list(zip(table["name"], table["paper"], strict=True))
    names = list(dict.fromkeys(said))
    return np.array([names.index(one) for one in said], dtype=np.intp), names


def _finding(
    check: Check,
    layer: Layer,
    group: str,
    parcels: tuple[str, ...],
    holder: tuple[str, str],
    shared: NDArray[Any],
) -> Finding:
    land = shapely.union_all(shared)
    return check.finding(
        severity=_SEVERITY_OF[layer.role],
        parcels=parcels,
        groups=(group,),
        where=from_plane([land])[0],
        facts={
            "group": group,
            "layer": layer.name,
            "layer_version": layer.version or "–",
            "layer_date": layer.date or "–",
            "holder": holder[0] or "–",
            "paper": holder[1] or "–",
            "count": len(parcels),
            "area_ha": float(shapely.area(land)) / M2_PER_HA,
            "width_m": float(widths_m(np.array([land]))[0]),
        },
    )
