"""Names and columns of the sums: by parcel, household and group, and in the form of the recap."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from hkm_gis.households.claims import Claims, districts_of
from hkm_gis.project import STAGES
from hkm_gis.recap import RECAP_COLUMNS

__all__ = ["HOUSEHOLD_COLUMNS", "PARTS", "arrange", "name_rows"]

HOUSEHOLD_COLUMNS = (
    "group",
    "household",
    "member",
    "parcels",
    "gross_ha",
    "outside_ha",
    "disputed_ha",
    "sliver_ha",
    "net_ha",
    "uncertainty_ha",
)

PARTS = ("gross", "outside", "disputed", "sliver", "net")


def name_rows(parcels: gpd.GeoDataFrame, claims: Claims, by: str) -> pd.DataFrame:
    """Return who and what each row of the sums stands for, and how many."""
    said = {
        "parcel_id": parcels["parcel_id"],
        "kabupaten": districts_of(parcels),
        "group": parcels["group"].fillna(""),
        "household": parcels["household"].fillna(""),
        "member": parcels["member"].fillna("") if "member" in parcels.columns else "",
        "stage": parcels["stage"] if "stage" in parcels.columns else "",
    }
    frame = pd.DataFrame(said, index=parcels.index).iloc[claims.parcel]
    if by == "household":
        frame["household"] = _own_names(claims)
    rows = frame.groupby(claims.unit, sort=True)
    table = rows[["parcel_id", "kabupaten", "household"]].first()
    table["group"] = _listed(frame["group"], claims)
    table["member"] = _listed(frame["member"], claims) if by in {"parcel", "household"} else ""
    table["household"] = table["household"] if by in {"parcel", "household"} else ""
    table["households"] = _numbers_of_holders(claims)
    table["parcels"] = rows.size()
    if by == "district":
        _add_permits(table, frame, claims, known="stage" in parcels.columns)
    return table.reset_index(drop=True)


def _own_names(claims: Claims) -> list[str]:
    """Return for each claim the one household it is of; claims of a parcel follow each other."""
    nth = np.arange(len(claims.parcel)) - np.searchsorted(claims.parcel, claims.parcel)
    each = zip(claims.parcel.tolist(), nth.tolist(), strict=True)
    return [(claims.held_by[parcel] or ("",))[n] for parcel, n in each]


def _numbers_of_holders(claims: Claims) -> list[int]:
    known: list[set[str]] = [set() for _ in range(claims.units)]
    nameless = [0] * claims.units
    for parcel, unit in zip(claims.parcel.tolist(), claims.unit.tolist(), strict=True):
        names = claims.held_by[parcel]
        known[unit].update(names)
        # A parcel that names nobody has a household all the same: nobody knows which.
        nameless[unit] += not names
    return [len(names) + more for names, more in zip(known, nameless, strict=True)]


def _add_permits(table: pd.DataFrame, frame: pd.DataFrame, claims: Claims, *, known: bool) -> None:
    """Add the number of groups in each stage of a permit, and of all groups."""
    groups = frame.assign(unit=claims.unit).drop_duplicates(["unit", "group"])
    for stage in STAGES:
        in_stage = groups["unit"][groups["stage"] == stage].value_counts()
        counted = in_stage.reindex(table.index, fill_value=0).astype("Int64")
        table[stage] = counted if known else pd.array([pd.NA] * len(table), dtype="Int64")
    table["total"] = groups["unit"].value_counts().reindex(table.index)


def _listed(names: pd.Series, claims: Claims) -> list[str]:
    """Return the different names of each row, in their order."""
    told: list[dict[str, None]] = [{} for _ in range(claims.units)]
    for name, unit in zip(names.to_numpy(object), claims.unit.tolist(), strict=True):
        if name:
            told[unit][str(name)] = None
    return ["; ".join(row) for row in told]


def arrange(table: pd.DataFrame, by: str, covers: list[str]) -> pd.DataFrame:
    """Return the columns that sums of this kind have, in their order."""
    if by == "district":
        parts = [f"{part}_ha" for part in PARTS[1:]]
        form = table.rename(columns={"households": "KK", "gross_ha": "ha"})
        return form[[*RECAP_COLUMNS, *parts, "uncertainty_ha", *covers]]
    first = ["parcel_id"] if by == "parcel" else []
    joint = ["joint_ha"] if "joint_ha" in table.columns else []
    last = ["households"] if by == "group" else []
    return table[[*first, *HOUSEHOLD_COLUMNS, *covers, *joint, *last]]
