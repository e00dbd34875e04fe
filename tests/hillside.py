"""A survey of a few parcels drawn in metres, for every test of a check."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
from land import parcel_table, rectangle

from hkm_gis.checks import check
from hkm_gis.forest import Forest
from hkm_gis.members import MEMBER_COLUMNS, Register
from hkm_gis.parcels import Intake
from hkm_gis.project import Layer, Project
from hkm_gis.regulation import Regulation, Rule
from hkm_gis.survey import Survey
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


def layer_of(role, *claims):
    """Return a further layer as a survey holds it; each claim is a name and its land."""
    said = Layer(name="Peta Uji", file=Path("uji.shp"), role=role, version="2", date="2026-01-31")
    names, lands = [name for name, _ in claims], [land for _, land in claims]
    return said, gpd.GeoDataFrame({"name": names, "paper": ""}, geometry=lands, crs=4326)


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
    known=None,
    recap=None,
    **project,
):
    """Return a survey of parcels (dicts for `parcel_table`) as the checks see it.

    ``known`` is what follows from the parcels by other rooms (``slope_pct``, ``layers`` ...).
    """
    parcels = parcel_table(rows or [{"parcel_id": "A1", "geometry": rectangle(500, 500, 100, 100)}])
    survey = Survey(
        project=Project(thresholds=thresholds or Thresholds(), **project),
        intake=Intake(parcels, tuple(repairs), tuple(rejected)),
        forest=forest,
        register=register,
        regulation=Regulation(code="uji", title="Aturan Uji", rules=rules or {}),
        recap=recap,
    )
    # Hectares of households are given, so that a limit can be met exactly.
    given = pd.DataFrame(households or [], columns=HOUSEHOLD_COLUMNS)
    survey.__dict__.update({"households": given} | (known or {}))
    return survey


HOUSEHOLD_COLUMNS = ["group", "household", "gross_ha", "outside_ha", "uncertainty_ha"]


def found(survey, code):
    """Run one check and say severity and parcels of each finding."""
    return check(survey, only=[code]).flatten(["severity", "parcels"])
