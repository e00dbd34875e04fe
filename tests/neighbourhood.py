"""A whole survey of land drawn in metres, as it comes from a project folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
from land import on_earth, parcel_table

from hkm_gis.forest import Forest
from hkm_gis.members import Register
from hkm_gis.parcels import Intake
from hkm_gis.project import Layer, Project
from hkm_gis.regulation import load_regulation
from hkm_gis.survey import Survey


def neighbourhood(
    *rows: Mapping[str, Any],
    forest: Forest | None = None,
    register: Register | None = None,
    **project: Any,
) -> Survey:
    """Return a survey of parcels (dicts for `parcel_table`)."""
    return Survey(
        project=Project(**project),
        intake=Intake(parcel_table(rows)),
        forest=forest,
        register=register,
        regulation=load_regulation("permenlhk_9_2021"),
    )


def layer_of(folder: Path, role: str, name: str, drawing: Any) -> Layer:
    """Write one feature, drawn in board metres, as a layer of the project."""
    file = folder / f"{role}.geojson"
    table = gpd.GeoDataFrame({"NAMOBJ": [name]}, geometry=[on_earth(drawing)], crs=4326)
    table.to_file(file)
    return Layer(name=f"Peta {role}", file=file, role=role)
