"""What the interactive map shows: plain data with every word and number already written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from hkm_gis.plane import M2_PER_HA, area_m2, from_plane, to_plane
from hkm_gis.privacy import Disguise, disguise, public_columns, redact
from hkm_gis.project import Layer
from hkm_gis.report import Finding, Report
from hkm_gis.text import phrase, say
from hkm_gis.webmap.relief import relief_picture
from hkm_gis.webmap.shapes import Shape, encode, inner_point, simplify
from hkm_gis.webmap.tiles import Tiles
from hkm_gis.wording import explain, tell_finding, tell_fix

if TYPE_CHECKING:  # only named in signatures
    from hkm_gis.survey import Survey

__all__ = ["GROUP_COLORS", "WORDS", "map_content"]

GROUP_COLORS = (
    "#0072b2",
    "#e69f00",
    "#009e73",
    "#cc79a7",
    "#56b4e9",
    "#f0e442",
    "#8c6d31",
    "#7a5195",
)
"""Okabe and Ito's colours that the colour-blind can tell apart, without the red of overlaps; a
ninth group gets the first colour with a dashed outline."""

WORDS = (
    *("search", "search_hint", "layers", "findings", "no_findings", "more", "parcel"),
    *("household", "area", "utm", "outside", "near", "width", "share"),
    *("close", "whole", "measure", "measure_hint", "measure_undo", "measure_end", "distance"),
    *("perimeter", "measured_area", "print", "panel", "fix", "nothing_found", "forest", "labels"),
    *("relief", "tiles", "accepted", "on_map", "sources", "disclaimer", "north", "south", "east"),
)
"""Words of the map itself: ``webmap.word.<name>``."""

# How far around the parcels rivers, roads and the relief are drawn.
_SURROUNDINGS_M = 3_000.0


def map_content(
    survey: Survey, report: Report, lang: str, tiles: Tiles | None = None
) -> dict[str, Any]:
    """Return everything that the map shows, with codes instead of names.

    Every text is plain: the page writes it as text, never as markup.
    """
    veil = disguise(survey)
    parcels = public_columns(veil.table(survey.parcels), "parcels")
    place = {code: row for row, code in enumerate(parcels["parcel_id"])}
    land = _surroundings(survey.parcels)
    lands = _lands(survey)
    findings = _findings(survey, report, veil, place, lang)
    fixes = {text: at for at, text in enumerate(dict.fromkeys(f["fix"] for f in findings))}
    return {
        "lang": lang,
        "words": {word: phrase(f"webmap.word.{word}", lang) for word in WORDS},
        "title": _title(survey, lang),
        "subtitle": _subtitle(survey, lang, lands),
        "banner": _banner(survey, lang),
        "sources": _sources(survey, lang),
        "groups": _groups(survey, lang, lands),
        "parcels": _columns(_parcels(survey, parcels, lang)),
        "overlaps": _columns(_overlaps(survey, veil, place, lang)),
        "kinds": {kind: phrase(f"webmap.kind.{kind}", lang) for kind in _KINDS},
        "findings": _columns([f | {"fix": fixes[f["fix"]]} for f in findings]),
        "fixes": list(fixes),
        "checks": {code: _check(code, lang) for code in report.summary},
        "severities": {s: phrase(f"webmap.severity.{s}", lang) for s in _SEVERITIES},
        "forest": encode(_forest_line(survey, land)),
        "layers": [_layer(layer, land) for layer in survey.project.layers],
        "relief": None if tiles else _relief(survey, land),
        "tiles": tiles.told(lang) if tiles else None,
    }


def _relief(survey: Survey, land: BaseGeometry) -> dict[str, Any] | None:
    return relief_picture(survey.project.dem.file, land) if survey.project.dem else None


def _columns(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """Return the table by columns: of thousands of rows the names of fields are a third."""
    return {name: [row[name] for row in rows] for name in (rows[0] if rows else ())}


def _check(code: str, lang: str) -> dict[str, str]:
    told = explain(code, lang=lang)
    return {"title": told.title, "why": told.why}


_KINDS = ("overlap", "duplicate", "contained", "sliver")
_SEVERITIES = ("error", "warning", "note", "accepted")


def _title(survey: Survey, lang: str) -> str:
    name = survey.forest.name if survey.forest else survey.project.name
    return say("webmap.title", lang, name=redact(name)) if name else phrase("webmap.untitled", lang)


def _subtitle(survey: Survey, lang: str, lands: Mapping[str, BaseGeometry]) -> str:
    return say(
        "webmap.subtitle",
        lang,
        parcels=len(survey.parcels),
        groups=len(survey.groups),
        total_ha=_union_ha([*lands.values()]),
    )


def _lands(survey: Survey) -> dict[str, BaseGeometry]:
    """Return the land of each group, in which nothing is counted twice."""
    whole = survey.parcels.geometry.groupby(survey.parcels["group"], sort=False)
    return {group: shapely.union_all(land.to_numpy()) for group, land in whole}


def _union_ha(lands: Sequence[BaseGeometry]) -> float:
    return float(area_m2([shapely.union_all(lands)])[0]) / M2_PER_HA


def _banner(survey: Survey, lang: str) -> str:
    example = survey.forest is not None and survey.forest.example
    return phrase("webmap.example", lang) if example else ""


def _sources(survey: Survey, lang: str) -> list[str]:
    forest, project = survey.forest, survey.project
    named: list[tuple[str, Any]] = [(forest.name, forest)] if forest else []
    named += [(layer.name, layer) for layer in project.layers]
    if project.dem:
        named.append((phrase("webmap.word.relief", lang), project.dem))
    told = [(name, " ".join(filter(None, (s.source, s.version, s.date)))) for name, s in named]
    return [redact(f"{name}: {source}") if source else redact(name) for name, source in told]


def _groups(survey: Survey, lang: str, lands: Mapping[str, BaseGeometry]) -> list[dict[str, Any]]:
    counts = Counter(survey.parcels["group"])
    return [
        {
            "name": redact(name),
            "color": GROUP_COLORS[at % len(GROUP_COLORS)],
            "dashed": at >= len(GROUP_COLORS),
            "told": say("webmap.group", lang, parcels=counts[name], sum_ha=_union_ha([land])),
        }
        for at, (name, land) in enumerate(lands.items())
    ]


def _parcels(survey: Survey, public: pd.DataFrame, lang: str) -> list[dict[str, Any]]:
    order = {name: at for at, name in enumerate(dict.fromkeys(survey.parcels["group"]))}
    outside_ha = area_m2(survey.outside) / M2_PER_HA if survey.forest else np.zeros(len(public))
    near = survey.near_boundary if survey.forest else np.zeros(len(public), dtype=bool)
    shapes = simplify(survey.parcels.geometry.to_numpy())
    return [
        {
            "code": row.parcel_id,
            "group": order[name],
            "household": row.household,
            "area": _hectares(row.area_ha, row.uncertainty_ha, lang),
            "utm": say("webmap.ha", lang, area_ha=float(row.utm_ha)),
            # Below 0.005 ha nothing would stand in the sentence but a zero.
            "outside": say("webmap.ha", lang, area_ha=out_ha) if out_ha >= 0.005 else "",
            "near": int(close),
            "at": inner_point(shape),
            "shape": encode(shape),
        }
        for row, name, out_ha, close, shape in zip(
            _rows(public), survey.parcels["group"], outside_ha, near, shapes, strict=True
        )
    ]


def _rows(table: pd.DataFrame) -> Iterator[Any]:
    return iter(table.itertuples(index=False))


def _hectares(area_ha: float, uncertainty_ha: float, lang: str) -> str:
    if np.isnan(uncertainty_ha):
        return say("webmap.ha", lang, area_ha=float(area_ha))
    return say(
        "webmap.ha_give_or_take", lang, area_ha=float(area_ha), more_ha=float(uncertainty_ha)
    )


def _overlaps(
    survey: Survey, veil: Disguise, place: Mapping[str, int], lang: str
) -> list[dict[str, Any]]:
    pairs = veil.table(survey.overlaps)
    return [
        {
            # A neighbour that is not on the map of one group alone is named by its code.
            "parcels": [place.get(p, redact(p)) for p in (row.parcel_a, row.parcel_b)],
            "kind": row.kind,
            "area": say("webmap.ha_and_m2", lang, area_ha=row.area_ha, area_m2=row.area_m2),
            "width": say("webmap.m", lang, width_m=float(row.width_m)),
            "shares": [
                say("webmap.pct", lang, share_pct=s * 100) for s in (row.share_a, row.share_b)
            ],
            "shape": encode(row.geometry),
        }
        for row in _rows(pairs)
    ]


def _findings(
    survey: Survey, report: Report, veil: Disguise, place: Mapping[str, int], lang: str
) -> list[dict[str, Any]]:
    lands = dict(enumerate(shapely.to_wkb(survey.parcels.geometry.to_numpy())))
    shared = set(shapely.to_wkb(survey.overlaps.geometry.to_numpy()))
    rows = []
    for finding in map(veil.finding, report.findings):
        parcels = [place[p] for p in finding.parcels if p in place]
        land = shapely.to_wkb(finding.where)
        # Land that is drawn already as a parcel or as shared land is not drawn once more.
        drawn = land in shared or any(land == lands[at] for at in parcels)
        rows.append(_finding(finding, parcels, lang, drawn=drawn))
    return rows


def _finding(finding: Finding, parcels: list[int], lang: str, *, drawn: bool) -> dict[str, Any]:
    shape = None if finding.where is None or drawn else _simple(finding.where)
    return {
        "code": finding.code,
        "severity": str(finding.severity),
        "accepted": int(finding.status == "accepted"),
        "parcels": parcels,
        "message": redact(tell_finding(finding, lang)),
        "fix": redact(tell_fix(finding, lang)),
        "at": inner_point(finding.where),
        "shape": encode(shape),
    }


def _simple(place: BaseGeometry) -> BaseGeometry:
    simple: BaseGeometry = from_plane([shapely.simplify(to_plane([place])[0], 1.0)])[0]
    return simple


def _surroundings(parcels: gpd.GeoDataFrame) -> BaseGeometry:
    box_m = shapely.box(*shapely.total_bounds(to_plane(parcels.geometry.to_numpy())))
    around: BaseGeometry = from_plane([shapely.envelope(box_m.buffer(_SURROUNDINGS_M))])[0]
    return around


def _forest_line(survey: Survey, land: BaseGeometry) -> BaseGeometry | None:
    # The whole boundary is drawn, thinned to what a screen can show; only its line, not its area.
    if survey.forest is None:
        return None
    line_m = shapely.boundary(to_plane([survey.forest.geometry])[0])
    size_m = max(np.ptp(shapely.bounds(to_plane([land])[0]).reshape(2, 2), axis=0))
    line: BaseGeometry = from_plane([shapely.simplify(line_m, min(5.0, size_m / 2_000))])[0]
    return line


def _layer(layer: Layer, land: BaseGeometry) -> dict[str, Any]:
    table = gpd.read_file(layer.file)
    table = table.set_crs(4326) if table.crs is None else table.to_crs(4326)
    cut = shapely.intersection(table.geometry.dropna().to_numpy(), land)
    shapes: list[Shape] = [encode(_simple(line)) for line in cut if not line.is_empty]
    return {"name": redact(layer.name), "role": layer.role, "shapes": [s for s in shapes if s]}
