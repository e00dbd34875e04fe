"""The panels beside the map: title, scale, sources, law."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import shapely
from pyproj import CRS, Proj

from hkm_gis.plane import reproject
from hkm_gis.project import Project
from hkm_gis.regulation import Regulation
from hkm_gis.sheets.canvas import (
    Box,
    Canvas,
    text_width_mm,
    wrap,
    wrap_items,
)
from hkm_gis.sheets.frame import Frame
from hkm_gis.sheets.grid import graticule_step_s, grid_step_m
from hkm_gis.sheets.sheet import Sheet
from hkm_gis.sheets.symbols import (
    draw_north,
    draw_scale_bar,
)
from hkm_gis.text import number, say, written_date

if TYPE_CHECKING:
    from hkm_gis.survey import Survey
from hkm_gis.sheets.blocks import (
    BODY_PT,
    Block,
    TextLine,
    centred,
    titled,
    write_lines,
    writer,
)

__all__ = [
    "law_panel",
    "place_words",
    "projection_name",
    "scale_panel",
    "short_law_panel",
    "sources_panel",
    "title_panel",
]


def title_panel(sheet: Sheet, width_mm: float) -> Block:
    """Title, group, forest, place, hectares, and what keeps the sheet from being final."""
    return centred("title", list(_title_lines(sheet, width_mm)))


def scale_panel(
    frame: Frame,
    paper: str,
    width_mm: float,
    lang: str,
    *,
    relief: Sequence[str] = (),
    enlarged: float = 1.0,
) -> Block:
    """North arrow, scale, scale bar, projection and grids."""
    scale = say("sheets.scale", lang, scale=number(frame.scale, lang, 0))
    printed = say("sheets.paper", lang, paper=paper)
    beside = text_width_mm(scale, 10, "bold") + 3 + text_width_mm(printed, 5.8) <= width_mm - 15
    below = () if beside else (printed,)
    lines = [TextLine(words) for words in (*below, *_projection_words(frame, lang), *relief)]
    bar_mm = 11.5
    height_mm = bar_mm + sum(line.height_mm for line in lines) + 0.8

    def draw(canvas: Canvas, box: Box) -> None:
        draw_north(canvas, box.x0 + 6, box.y1 - 10.5, 6, lang)
        left = box.x0 + 15
        canvas.text(left, box.y1 - 3.2, scale, size_pt=10, font="bold")
        if beside:
            canvas.text(box.x1, box.y1 - 3.2, printed, size_pt=5.8, align="right")
        # the bar grows with its panel, so it is drawn for a scale that is smaller by as much
        bar_scale = frame.scale * enlarged
        draw_scale_bar(canvas, left, box.y1 - 10, bar_scale, lang, room_mm=width_mm - 24)
        write_lines(canvas, lines, left, box.y1 - bar_mm, width_mm - 15)

    return Block("scale", height_mm, draw)


def sources_panel(survey: Survey, width_mm: float, lang: str) -> Block:
    """Which layers the map stands on: source, version and date of each."""
    lines = []
    for i, words in enumerate(_sources(survey, lang), 1):
        for k, part in enumerate(wrap(words, width_mm - 4, BODY_PT, lines=3)):
            lines.append(TextLine(f"{i}. {part}" if k == 0 else f"    {part}"))
    return titled("sources", say("sheets.sources", lang), lines)


def law_panel(regulation: Regulation, width_mm: float, lang: str) -> Block:
    """Name the regulation, how much of it anybody has checked, and what this map is not."""
    rules = list(regulation.rules.values())
    unchecked = sum(not rule.is_verified for rule in rules)
    key = "sheets.law_believed" if unchecked else "sheets.law_verified"
    law = say(key, lang, title=regulation.title, unchecked=unchecked, rules=len(rules))
    words = [*wrap(law, width_mm, BODY_PT, lines=4), *_map_rule(regulation, lang)]
    words += wrap(say("sheets.area_note", lang), width_mm, BODY_PT)
    lines = [TextLine(w) for w in words]
    lines.append(TextLine(say("sheets.no_title_note", lang), 7.2, "bold", 1.5))
    return titled("law", say("sheets.law", lang), lines)


def short_law_panel(regulation: Regulation, width_mm: float, lang: str) -> Block:
    """Name the regulation in one line, where the sheet has room for no more."""
    title = say("sheets.law_annexed", lang, title=regulation.short_title or regulation.title)
    lines = [TextLine(w) for w in wrap(title, width_mm, BODY_PT, lines=2)]
    lines.append(TextLine(say("sheets.no_title_note", lang), 7.2, "bold", 1.5))
    return Block("law", sum(line.height_mm for line in lines) + 0.5, writer(lines))


def _map_rule(regulation: Regulation, lang: str) -> Iterator[str]:
    rule = regulation.rules.get("map_scale_min")
    least = regulation.number("map_scale_min")
    if rule is not None and least is not None:
        words = say("sheets.law_map_scale", lang, scale=int(least))
        unsure = "" if rule.is_verified else f" ({say('sheets.unchecked', lang)})"
        yield f"{words}{unsure}."


def _title_lines(sheet: Sheet, width_mm: float) -> Iterator[TextLine]:
    content, forest, lang = sheet.content, sheet.survey.forest, sheet.lang
    yield TextLine(sheet.say(f"title.{sheet.kind}"), 15, "bold", 1.15)
    yield TextLine(sheet.say("scheme"), 10.5, "bold")
    for words in wrap(content.group.upper(), width_mm, 11, "semibold", lines=2):
        yield TextLine(words, 11, "semibold")
    if forest is not None:
        for words in wrap(forest.name.upper(), width_mm, 8.4, "semibold", lines=2):
            yield TextLine(words, 8.4, "semibold")
    place = place_words(sheet.survey.project, content.group, lang)
    size_pt = next((s for s in (7.0, 6.6, 6.2) if text_width_mm(place, s) <= width_mm), 6.6)
    for words in wrap_items(place, width_mm, size_pt, lines=2):
        yield TextLine(words, size_pt)
    facts = {"area_ha": content.union_ha, "parcels": len(content.rows)}
    number_of, sheets = sheet.number
    total = sheet.say("total", sheet=number_of, sheets=sheets, **facts)
    yield TextLine(total, 7.6, "semibold", 1.35)
    if forest is not None and forest.example:
        yield TextLine(sheet.say("example"), 8.5, "bold", 1.35)
    if content.blocking:
        words = sheet.say("draft_count", findings=content.blocking)
        yield TextLine(words, 8.5, "bold", 1.35)


def place_words(project: Project, group_name: str, lang: str) -> str:
    """Return village, district, regency, province and watershed of a group, as far as known."""
    group, place = project.group(group_name), project.place
    named = {
        "village": group.pekon or place.pekon,
        "district": group.kecamatan or place.kecamatan,
        "regency": place.kabupaten,
        "province": place.provinsi,
        "watershed": place.das,
    }
    return " · ".join(say(f"sheets.{key}", lang, name=v) for key, v in named.items() if v)


def projection_name(frame: Frame, lang: str) -> str:
    """Return projection and datum of a frame, with the EPSG code."""
    crs = CRS.from_epsg(frame.epsg)
    if crs.utm_zone and crs.geodetic_crs is not None:
        facts = {"zone": crs.utm_zone, "datum": crs.geodetic_crs.name, "epsg": str(frame.epsg)}
        return say("sheets.projection_utm", lang, **facts)
    return say("sheets.projection", lang, crs=f"{crs.name} (EPSG:{frame.epsg})")


def _projection_words(frame: Frame, lang: str) -> Iterator[str]:
    yield projection_name(frame, lang)
    step = number(grid_step_m(frame.scale), lang, 0)
    every = _angle(graticule_step_s(frame.scale))
    yield say("sheets.grid", lang, step=step, graticule=every)
    lon, lat = reproject([shapely.Point(frame.centre_m)], frame.epsg, 4326)[0].coords[0]
    factors = Proj(CRS.from_epsg(frame.epsg)).get_factors(lon, lat)
    convergence = number(factors.meridian_convergence, lang, 2)
    factor = number(factors.meridional_scale, lang, 5)
    yield say("sheets.factor", lang, factor=factor, convergence=convergence)


def _angle(seconds: int) -> str:
    parts = zip((seconds // 3600, seconds // 60 % 60, seconds % 60), "°'\"", strict=True)
    return " ".join(f"{value}{sign}" for value, sign in parts if value)


def _sources(survey: Survey, lang: str) -> Iterator[str]:
    project, forest = survey.project, survey.forest
    accuracy = survey.thresholds.gps_error_m
    walked = [say("sheets.walks", lang), say("sheets.walks_accuracy", lang, accuracy_m=accuracy)]
    yield ", ".join([*walked, project.measured or say("sheets.no_date", lang)]) + "."
    if forest is not None:
        words = say(
            "sheets.forest_source", lang, forest=forest.name, source=_stated(forest.source, lang)
        )
        tolerance = say("sheets.forest_tolerance", lang, tolerance_m=forest.tolerance_m)
        yield f"{words}, {_version(forest.version, forest.date, lang)}, {tolerance}."
    if project.dem is not None:
        words = say("sheets.dem_source", lang, source=_stated(project.dem.source, lang))
        yield f"{words}, {_version(project.dem.version, project.dem.date, lang)}."
    for layer in project.layers:
        words = say(
            "sheets.layer_source", lang, name=layer.name, source=_stated(layer.source, lang)
        )
        yield f"{words}, {_version(layer.version, layer.date, lang)}."


def _stated(source: str, lang: str) -> str:
    return source or say("sheets.no_source", lang)


def _version(version: str, date: str, lang: str) -> str:
    known = say("sheets.version", lang, version=version) if version else ""
    dated = written_date(date, lang) if date else say("sheets.no_date", lang)
    return f"{known or say('sheets.no_version', lang)}, {dated}"
