"""Which tables an export holds, under which names, in public or private columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from hkm_gis.exports.names import LAYER_PARTS, one_line
from hkm_gis.exports.plain import tell_settled
from hkm_gis.plane import area_m2
from hkm_gis.privacy import (
    MEMBER_FACTS,
    Disguise,
    disguise,
    member_facts,
    public_columns,
    redact,
)
from hkm_gis.project import Acceptance
from hkm_gis.report import Report, Severity, Status
from hkm_gis.text import phrase, say
from hkm_gis.wording import explain, tell_finding, tell_fix

if TYPE_CHECKING:  # only named in signatures
    from hkm_gis.survey import Survey

__all__ = [
    "LAYER_NAMES",
    "Layer",
    "finding_table",
    "layers_of",
    "parted",
    "total_table",
    "walks_of",
    "with_land",
]

LAYER_NAMES = {
    "parcels": "andil",
    "overlaps": "tumpang_tindih",
    "households": "kk",
    "findings": "temuan",
    "corners": "titik_sudut",
    "walks": "jalur",
}
"""Name of each table as a layer, sheet or file: the words of the office, in every language."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One table of an export; ``frame`` is a GeoDataFrame (EPSG:4326) where it has places."""

    kind: str
    frame: pd.DataFrame
    part: str = ""
    """One of `LAYER_PARTS` where it holds only the lines or points of a table."""

    @property
    def name(self) -> str:
        """Its name as a layer, sheet or file."""
        return LAYER_NAMES[self.kind] + self.part

    @property
    def columns(self) -> list[str]:
        """Its columns without the geometry."""
        return [c for c in self.frame.columns if c != "geometry"]


def layers_of(survey: Survey, report: Report, *, private: bool, lang: str) -> tuple[Layer, ...]:
    """Return parcels, overlaps, households and findings, in this order.

    Parameters
    ----------
    survey, report
        What was read and what was found.
    private
        Whether names, NIK and KK numbers from the register are added.
    lang
        Language of the findings' words.
    """
    veil = disguise(survey, hide_names=not private)
    tables = {
        "parcels": with_land(survey),
        "overlaps": survey.overlaps,
        "households": survey.households,
        "findings": finding_table(report, veil, lang=lang),
    }
    layers = []
    for kind, table in tables.items():
        shown = public_columns(veil.table(table), kind)
        if private:
            shown = _with_members(shown, kind, survey)
        layers.append(Layer(kind, _lines(shown)))
    return tuple(layers)


def walks_of(survey: Survey) -> Layer:
    """Return the recorded lines of the walked parcels, for the office alone.

    A line shows what was repaired, and also the way to somebody's house.
    """
    walks = survey.intake.walks
    return Layer(
        "walks", _lines(walks[walks["parcel_id"].isin(survey.parcels["parcel_id"])].copy())
    )


def with_land(survey: Survey) -> gpd.GeoDataFrame:
    """Return the parcels with ``outside_ha``, and ``near_boundary`` as ``yes`` or empty."""
    parcels = survey.parcels
    if survey.forest is None:
        return parcels
    return parcels.assign(
        outside_ha=area_m2(survey.outside) / 1e4,
        near_boundary=["ya" if near else "" for near in survey.near_boundary],
    )


def finding_table(report: Report, veil: Disguise, *, lang: str) -> gpd.GeoDataFrame:
    """Return the findings as a table (EPSG:4326) with their words in ``lang``."""
    shown = [veil.finding(f) for f in report.findings]
    columns = {
        "code": [f.code for f in shown],
        "name": [f.name for f in shown],
        "severity": [str(f.severity) for f in shown],
        "status": [str(f.status) for f in shown],
        "accepted": [_told(f.settled, veil, lang) for f in shown],
        "parcels": [", ".join(f.parcels) for f in shown],
        "groups": [", ".join(f.groups) for f in shown],
        "message": [tell_finding(f, lang) for f in shown],
        "fix": [tell_fix(f, lang) for f in shown],
    }
    return gpd.GeoDataFrame(columns, geometry=[f.where for f in shown], crs=4326)


def total_table(report: Report, lang: str) -> pd.DataFrame:
    """Return how many findings each check has: open, by severity, and accepted."""
    rows = [
        {
            "code": code,
            "name": explain(code, lang=lang).title,
            **{f"open_{s}": _count(report, code, s, Status.OPEN) for s in Severity},
            "accepted_count": sum(_count(report, code, s, Status.ACCEPTED) for s in Severity),
        }
        for code in report.summary
    ]
    counts = [*(f"open_{s}" for s in Severity), "accepted_count"]
    table = pd.DataFrame(rows, columns=["code", "name", *counts])
    total = {"code": "", "name": phrase("exports.total", lang), **table[counts].sum()}
    return pd.concat([table, pd.DataFrame([total])], ignore_index=True)


def _count(report: Report, code: str, severity: Severity, status: Status) -> int:
    wanted = (code, severity, status)
    return sum((f.code, f.severity, f.status) == wanted for f in report.findings)


def _told(settled: Acceptance | None, veil: Disguise, lang: str) -> str:
    if settled is None:
        return ""
    if veil.names is not None:  # who and why are free words about people
        return redact(say("exports.accepted_on", lang, when=settled.when))
    return veil.text(tell_settled(settled, lang))


def parted(layer: Layer) -> Iterator[Layer]:
    """Yield the areas, lines and points of a layer that mixes them, as a GIS shows them.

    What has no place stays with the areas, so that nothing is lost. Of a place that is itself a
    mix, an area with a loose line for example, the areas are shown: one odd place would otherwise
    turn the whole layer into one of no kind, which QGIS lists once for each kind.
    """
    if not isinstance(layer.frame, gpd.GeoDataFrame):
        yield layer
        return
    places = np.array([_of_one_kind(p) for p in layer.frame.geometry], dtype=object)
    frame = layer.frame.set_geometry(gpd.GeoSeries(places, layer.frame.index, layer.frame.crs))
    flat = np.where(shapely.is_empty(places), -1, shapely.get_dimensions(places))
    yield Layer(layer.kind, frame[(flat < 0) | (flat == _AREA)])
    for part, dimension in zip(LAYER_PARTS, (1, 0), strict=True):
        if (flat == dimension).any():
            yield Layer(layer.kind, frame[flat == dimension], part)


_AREA = 2


def _of_one_kind(place: BaseGeometry | None) -> BaseGeometry | None:
    if not isinstance(place, shapely.GeometryCollection) or place.is_empty:
        return place
    parts = shapely.get_parts(place)
    dimensions = shapely.get_dimensions(parts)
    return shapely.union_all(parts[dimensions == dimensions.max()])


def _with_members(table: pd.DataFrame, kind: str, survey: Survey) -> pd.DataFrame:
    if kind not in {"parcels", "households"}:
        return table
    facts = member_facts(survey)
    if kind == "households":
        owners = facts.set_axis(survey.parcels["household"]).groupby(level=0, sort=False).first()
        facts = owners.reindex(survey.households["household"]).set_axis(table.index).fillna("")
    at = list(table.columns).index("household") + 1
    for step, name in enumerate(MEMBER_FACTS):
        table.insert(at + step, name, facts[name])
    return table


def _lines(table: pd.DataFrame) -> pd.DataFrame:
    for column in table.columns:
        if column != "geometry" and not pd.api.types.is_numeric_dtype(table[column]):
            table[column] = [one_line(v) if isinstance(v, str) else v for v in table[column]]
    return table
