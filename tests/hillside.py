"""A survey of a few parcels drawn in metres, for every test of a check."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import shapely
from land import parcel_table, rectangle

from hkm_gis.checks import check
from hkm_gis.forest import Forest
from hkm_gis.members import MEMBER_COLUMNS, Register
from hkm_gis.overlaps import find_overlaps
from hkm_gis.parcels import Intake
from hkm_gis.plane import to_plane
from hkm_gis.project import Project
from hkm_gis.regulation import Regulation, Rule
from hkm_gis.standing import Standing
from hkm_gis.thresholds import Thresholds

# The forest of the board: 2 km by 2 km, 400 ha, its lower left corner at 0, 0.
FOREST = rectangle(0, 0, 2000, 2000)


def forest_of_board(**said):
    """Return the forest of the drawing board as a boundary file would draw it."""
    parts = {"name": "Hutan Uji", "geometry": FOREST, "area_ha": 400.0, "utm_ha": 400.0}
    return Forest(**parts | {"stated_ha": 400.0, "tolerance_m": 25.0} | said)


def member_list(*rows):
    """Return a register; each row gives what matters, in the columns of the member table."""
    silent = dict.fromkeys(MEMBER_COLUMNS, "") | {"parcel_ids": (), "row": 0}
    filled = [
        silent | {"member_id": str(n), "household": f"KK-{n}", "group": "Lestari"} | row
        for n, row in enumerate(rows, 1)
    ]
    return Register(pd.DataFrame(filled, columns=list(MEMBER_COLUMNS)))


def rule(value, confidence="verified"):
    """Return one value of a regulation."""
    return Rule(value, "Aturan Uji", confidence)


def survey_of(
    *rows,
    forest=None,
    register=None,
    households=None,
    rules=None,
    repairs=(),
    rejected=(),
    thresholds=None,
    **project,
):
    """Return a survey of parcels (dicts for `parcel_table`) as the checks see it."""
    parcels = parcel_table(rows or [{"parcel_id": "A1", "geometry": rectangle(500, 500, 100, 100)}])
    lands = parcels.geometry.to_numpy()
    outside = np.array([shapely.Polygon()] * len(lands), dtype=object)
    near = np.zeros(len(lands), dtype=bool)
    if forest is not None:
        outside = shapely.difference(lands, forest.geometry)
        line = to_plane([forest.geometry])[0].boundary
        near = shapely.dwithin(line, to_plane(lands), forest.tolerance_m)
    thresholds = thresholds or Thresholds()
    standing = None
    if forest is not None:
        standing = Standing(parcels, outside, forest, dust_m2=thresholds.overlap_min_m2)
    return SimpleNamespace(
        project=Project(thresholds=thresholds, **project),
        intake=Intake(parcels, tuple(repairs), tuple(rejected)),
        parcels=parcels,
        thresholds=thresholds,
        forest=forest,
        register=register,
        regulation=Regulation(code="uji", title="Aturan Uji", rules=rules or {}),
        overlaps=find_overlaps(parcels),
        outside=outside,
        near_boundary=near,
        standing=standing,
        households=pd.DataFrame(households or [], columns=HOUSEHOLD_COLUMNS),
    )


HOUSEHOLD_COLUMNS = ["group", "household", "gross_ha", "outside_ha", "uncertainty_ha"]


def found(survey, code):
    """Run one check and say severity and parcels of each finding."""
    return check(survey, only=[code]).flatten(["severity", "parcels"])
