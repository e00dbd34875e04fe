"""A small survey for the rooms that write: two groups, hostile names, and canaries to hunt.

It is a double of `Survey` with every value computed by hand, so that an output is tested on what
it was given and not on what other rooms found.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from land import on_earth, parcel_table, rectangle, square

from hkm_gis.forest import Forest
from hkm_gis.members import MEMBER_COLUMNS, Register
from hkm_gis.parcels import Intake
from hkm_gis.plane import area_m2
from hkm_gis.project import Acceptance, Project
from hkm_gis.record import Rejection
from hkm_gis.report import Finding, Report, Severity, Status

NIK = "1806051201800001"
KK = "1806050102030004"
PHONE = "081234567890"
BUDI = "Budi Santoso"
HOSTILE = "<img src=x onerror=alert(1)></script>`${alert(2)}"
FORMULA = "=HYPERLINK(1)"
CANARIES = (NIK, KK, PHONE, BUDI)


def hamlet(**changes: Any) -> SimpleNamespace:
    """Return a survey of four parcels of two groups; ``changes`` replace its attributes."""
    parcels = _parcels()
    overlaps = _overlaps()
    outside = np.array([shapely.Polygon()] * 3 + [rectangle(450, 0, 50, 100)], dtype=object)
    rejected = Rejection(
        source="b.gpx", feature=f"track {NIK}", code="W01", reason=REASON, facts={"points": 2}
    )
    parts: dict[str, Any] = {
        "project": Project(name="Register 30", date="2026-08-17"),
        "forest": _forest(),
        "parcels": parcels,
        "everybody": parcels,
        "overlaps": overlaps,
        "outside": outside,
        "near_boundary": np.array([False, False, False, True]),
        "households": _households(),
        "groups": ("Rimba Lestari", HOSTILE),
        "regulation": None,
        "register": _register(),
        "intake": Intake(parcels, rejected=(rejected,)),
    }
    return SimpleNamespace(**(parts | changes))


REASON = "too_few_points"


def findings() -> Report:
    """Return one error, one accepted warning and one note without a place."""
    shared = rectangle(90, 0, 10, 100)
    return Report(
        (
            Finding(
                code="O01",
                name="groups-overlap",
                severity=Severity.ERROR,
                parcels=("A-1", "B-1"),
                groups=("Rimba Lestari", HOSTILE),
                where=shared,
                facts={
                    "parcel_a": "A-1",
                    "parcel_b": "B-1",
                    "group_a": "Rimba Lestari",
                    "group_b": HOSTILE,
                    "member_a": BUDI,
                    "area_m2": 1000.0,
                    "area_ha": 0.1,
                    "share_a": 0.1,
                    "share_b": 0.1,
                    "width_m": 10.0,
                    "kind": "overlap",
                },
            ),
            Finding(
                code="O01",
                name="groups-overlap",
                severity=Severity.WARNING,
                status=Status.ACCEPTED,
                settled=Acceptance(
                    code="O01",
                    parcels=("B-1", "C-1"),
                    who=f"{BUDI} {PHONE}",
                    when="2026-08-17",
                    why=f"Sepakat di lapangan, saksi {NIK}",
                    land="0123456789ab",
                ),
                parcels=("B-1", "C-1"),
                groups=(HOSTILE,),
                where=shapely.centroid(square(250, 0, 100)),
                facts={
                    "parcel_a": "B-1",
                    "parcel_b": "C-1",
                    "group_a": HOSTILE,
                    "group_b": HOSTILE,
                    "area_ha": 0.05,
                    "width_m": 6.0,
                    "area_m2": float("nan"),
                    "note": f"{NIK} {BUDI}",
                },
            ),
            Finding(
                code="O01",
                name="groups-overlap",
                severity=Severity.NOTE,
                facts={
                    "parcel_a": "A-1",
                    "parcel_b": "C-1",
                    "group_a": "Rimba Lestari",
                    "group_b": HOSTILE,
                    "area_ha": 0.01,
                    "width_m": 2.0,
                },
            ),
        )
    )


def _parcels() -> gpd.GeoDataFrame:
    lestari, other = "Rimba Lestari", HOSTILE
    table = parcel_table(
        [
            {"parcel_id": "A-1", "geometry": square(0, 0, 100), "group": lestari, "member": BUDI},
            {"parcel_id": "B-1", "geometry": square(90, 0, 100), "group": other},
            {"parcel_id": "C-1", "geometry": square(200, 0, 100), "group": other},
            {"parcel_id": NIK, "geometry": rectangle(400, 0, 100, 100), "group": other},
        ]
    )
    table["household"] = ["KK-01", HOSTILE, BUDI, FORMULA]
    table["source"] = ["budi santoso.gpx", f"{NIK}.gpx", "c.gpx", "d.gpx"]
    table["uncertainty_ha"] = [0.05, 0.05, np.nan, 0.05]
    return table


def _overlaps() -> gpd.GeoDataFrame:
    shared = rectangle(90, 0, 10, 100)
    row = {
        "parcel_a": "A-1",
        "parcel_b": "B-1",
        "group_a": "Rimba Lestari",
        "group_b": HOSTILE,
        "household_a": "KK-01",
        "household_b": HOSTILE,
        "area_m2": 1000.0,
        "area_ha": 0.1,
        "share_a": 0.1,
        "share_b": 0.1,
        "width_m": 10.0,
        "kind": "overlap",
        "geometry": shared,
    }
    return gpd.GeoDataFrame([row], geometry="geometry", crs=4326)


def _households() -> pd.DataFrame:
    names = ["KK-01", HOSTILE, BUDI, FORMULA]
    return pd.DataFrame(
        {
            "group": ["Rimba Lestari", HOSTILE, HOSTILE, HOSTILE],
            "household": names,
            "member": [BUDI, "", BUDI, ""],
            "parcels": [1, 1, 1, 1],
            "gross_ha": [1.0, 1.0, 1.0, 1.0],
            "outside_ha": [0.0, 0.0, 0.0, 0.5],
            "disputed_ha": [0.1, 0.1, 0.0, 0.0],
            "sliver_ha": [0.0, 0.0, 0.0, 0.0],
            "net_ha": [0.9, 0.9, 1.0, 0.5],
            "uncertainty_ha": [0.05, 0.05, np.nan, 0.05],
        }
    )


def _register() -> Register:
    row = (
        "1",
        BUDI,
        NIK,
        KK,
        "KK-01",
        "Rimba Lestari",
        "Pekon",
        PHONE,
        ("A-1",),
        "anggota.xlsx",
        2,
    )
    return Register(pd.DataFrame([row], columns=list(MEMBER_COLUMNS)))


def _forest() -> Forest:
    land = on_earth(shapely.box(-500, -500, 450, 600))
    area_ha = float(area_m2([land])[0] / 1e4)
    return Forest(
        name="Register 30", geometry=land, area_ha=area_ha, utm_ha=area_ha, stated_ha=16060
    )
