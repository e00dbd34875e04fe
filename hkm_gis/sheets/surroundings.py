"""The table of the location sheet: where the group lies, and which groups lie round it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import shapely

from hkm_gis.plane import area_m2, reproject
from hkm_gis.sheets.blocks import Block, TextLine, draw_heading, titled, write_lines
from hkm_gis.sheets.canvas import Box, Canvas, wrap
from hkm_gis.sheets.sheet import Sheet
from hkm_gis.sheets.symbols import function_color
from hkm_gis.sheets.tables import Column, draw_table
from hkm_gis.text import number, written_degrees

__all__ = ["groups_panels"]

ROW_MM, SIZE_PT, LINE_PT = 4.2, 7.0, 6.6

GroupRow = tuple[str, int, float]
"""Name of a group, number of its parcels, hectares of its dissolved land."""


def groups_panels(sheet: Sheet, width_mm: float) -> Iterator[Block]:
    """Yield where the group lies, with the table of all groups, then without it."""
    lines = [
        TextLine(part, LINE_PT)
        for words in _where(sheet)
        for part in wrap(words, width_mm, LINE_PT, lines=2)
    ]
    for count in (1, 2, 3):
        yield _panel(sheet, lines, _groups(sheet), count, width_mm)
    yield titled("table", sheet.say("place"), lines)


def _panel(
    sheet: Sheet, lines: Sequence[TextLine], groups: Sequence[GroupRow], count: int, width_mm: float
) -> Block:
    per_part = -(-len(groups) // count)
    part_mm = (width_mm + 2) / count - 2
    head_mm = 4.6 + sum(line.height_mm for line in lines) + 1.5
    columns = [
        Column(sheet.say("group_head"), part_mm - 32, lambda g: g[0], right=False),
        Column(sheet.say("parcels_head"), 14, lambda g: number(g[1], sheet.lang, 0)),
        Column(sheet.say("hectares_head"), 18, lambda g: number(g[2], sheet.lang)),
    ]

    def draw(canvas: Canvas, box: Box) -> None:
        draw_heading(canvas, box, sheet.say("place"))
        write_lines(canvas, lines, box.x0, box.y1 - 3.6, box.width)
        for i in range(count):
            corner = (box.x0 + i * (part_mm + 2), box.y1 - head_mm)
            part = groups[i * per_part : (i + 1) * per_part]
            if part:
                draw_table(canvas, corner, columns, part, row_mm=ROW_MM, size_pt=SIZE_PT)

    return Block("table", head_mm + (per_part + 1) * ROW_MM + 0.5, draw)


def _groups(sheet: Sheet) -> list[GroupRow]:
    parcels = sheet.survey.parcels
    lands = parcels.groupby("group", sort=False).geometry
    found = [
        (str(name), len(land), float(area_m2([shapely.union_all(land.to_numpy())])[0]) / 1e4)
        for name, land in lands
    ]
    return sorted(found, key=lambda row: row[0] != sheet.content.group)


def _where(sheet: Sheet) -> Iterator[str]:
    content, forest, lang = sheet.content, sheet.survey.forest, sheet.lang
    middle = shapely.point_on_surface(content.work_area_m)
    lon, lat = reproject([middle], sheet.frame.epsg, 4326)[0].coords[0]
    yield sheet.say(
        "middle",
        easting=number(middle.x, lang, 0),
        northing=number(middle.y, lang, 0),
        lat=written_degrees(lat, "lat", lang, 0),
        lon=written_degrees(lon, "lon", lang, 0),
    )
    if forest is None:
        return
    function = sheet.say(f"function.{function_color(forest.function)[0]}")
    yield sheet.say("forest_facts", function=function, area_ha=forest.area_ha)
    if forest.stated_ha:
        source = forest.stated_source or sheet.say("no_source")
        yield sheet.say("forest_stated", stated_ha=forest.stated_ha, source=source)
    outside_ha = content.special_ha.get("outside", 0.0)
    yield sheet.say("in_and_out", inside_ha=content.union_ha - outside_ha, outside_ha=outside_ha)
