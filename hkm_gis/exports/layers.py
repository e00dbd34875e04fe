"""Which tables an export holds, under which names, in public or private columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from hkm_gis.exports.names import one_line
from hkm_gis.exports.plain import tell_settled
from hkm_gis.plane import area_m2
from hkm_gis.privacy import MEMBER_FACTS, Disguise, disguise, member_facts, public_columns
from hkm_gis.project import Acceptance
from hkm_gis.report import Report
from hkm_gis.wording import tell_finding, tell_fix

if TYPE_CHECKING:  # only named in signatures
    from hkm_gis.survey import Survey

__all__ = ["LAYER_NAMES", "Layer", "finding_table", "layers_of", "with_land"]

LAYER_NAMES = {
    "parcels": "andil",
    "overlaps": "tumpang_tindih",
    "households": "kk",
    "findings": "temuan",
    "corners": "titik_sudut",
}
"""Name of each table as a layer, sheet or file: the words of the office, in every language."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One table of an export; ``frame`` is a GeoDataFrame (EPSG:4326) where it has places."""

    kind: str
    frame: pd.DataFrame

    @property
    def name(self) -> str:
        """Its name as a layer, sheet or file."""
        return LAYER_NAMES[self.kind]

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


def _told(settled: Acceptance | None, veil: Disguise, lang: str) -> str:
    return "" if settled is None else veil.text(tell_settled(settled, lang))


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
