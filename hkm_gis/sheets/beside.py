"""Which panels stand beside the map, and which find room only in the annex."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from hkm_gis.sheets import blocks, panels
from hkm_gis.sheets.canvas import INK, Box, Canvas
from hkm_gis.sheets.ground import Ground
from hkm_gis.sheets.legend import inset_box, legend_panel
from hkm_gis.sheets.logos import logos_panel
from hkm_gis.sheets.sheet import Sheet
from hkm_gis.sheets.signature import signature_panel
from hkm_gis.sheets.surroundings import groups_panels
from hkm_gis.sheets.tables import sum_lines, table_note_panel, table_panels

__all__ = ["Arranged", "arrange", "draw_panels"]


@dataclass(frozen=True, slots=True, eq=False)
class Arranged:
    """Where each panel stands, and which ones find room only in the annex."""

    placed: dict[str, tuple[blocks.Block, Box]]
    table_annexed: bool = False
    annexed: tuple[blocks.Block, ...] = ()


def arrange(sheet: Sheet, ground: Ground, unplaced: int) -> Arranged:
    """Stack the panels into the columns of the sheet, the table as roomy as they allow."""
    columns, e, lang = sheet.layout.columns_mm, sheet.enlarged, sheet.lang
    width_mm = columns[0].width / e
    before = [block.enlarged(e) for block in _first_panels(sheet, ground, width_mm)]
    sources = panels.sources_panel(sheet.survey, width_mm, lang).enlarged(e)
    law = panels.law_panel(sheet.survey.regulation, width_mm, lang).enlarged(e)
    last = signature_panel(sheet.survey.project, sheet.content, width_mm, lang).enlarged(e)
    *tables, note = _tables(sheet, width_mm, unplaced)
    for table in tables:
        if placed := blocks.flow([*before, table.enlarged(e), sources, law], columns, last):
            return Arranged(placed)
    note = note.enlarged(e)
    short = panels.short_law_panel(sheet.survey.regulation, width_mm, lang).enlarged(e)
    for kept, annexed in (
        ([note, sources, law], ()),
        ([note, short], (sources, law)),
        ([short], (note, sources, law)),
    ):
        if placed := blocks.flow([*before, *kept], columns, last):
            return Arranged(placed, True, annexed)
    return Arranged(blocks.stack([*before, short], columns, last), True, (note, sources, law))


def draw_panels(canvas: Canvas, sheet: Sheet, arranged: Arranged) -> Box:
    """Draw the panels with a rule below each; return the box that they leave for the inset."""
    for name, (block, box) in arranged.placed.items():
        block.draw(canvas, box)
        if name not in ("logos", "signature"):
            y = box.y0 - blocks.RULE_GAP_MM
            canvas.path([np.array([(box.x0, y), (box.x1, y)])], stroke=INK, width_mm=0.2)
    return inset_box(arranged.placed["legend"][1], sheet.kind, enlarged=sheet.enlarged)


def _first_panels(sheet: Sheet, ground: Ground, width_mm: float) -> Iterator[blocks.Block]:
    if logos := sheet.survey.project.logos:
        yield logos_panel(logos, width_mm)
    yield panels.title_panel(sheet, width_mm)
    yield panels.scale_panel(
        sheet.frame,
        sheet.layout.paper,
        width_mm,
        sheet.lang,
        relief=tuple(_relief_words(sheet, ground)),
        enlarged=sheet.enlarged,
    )
    yield legend_panel(sheet, ground, width_mm)


def _tables(sheet: Sheet, width_mm: float, unplaced: int) -> Iterator[blocks.Block]:
    """Yield the table of the sheet in every form, the roomiest first; last the word where it is."""
    if sheet.kind == "location":
        yield from groups_panels(sheet, width_mm)
        return
    rows = [sheet.content.rows[i] for i in sheet.own]
    sums = list(_sums(sheet, unplaced))
    yield from table_panels(rows, sums, width_mm, sheet.lang)
    yield table_note_panel(rows, sums, sheet.lang, page=sheet.number[1] + 1)


def _sums(sheet: Sheet, unplaced: int) -> Iterator[blocks.TextLine]:
    content = sheet.content
    if sheet.cell is None:
        yield from sum_lines(content, sheet.lang)
        if unplaced:
            where = "unplaced_detailed" if sheet.cells else "unplaced"
            yield blocks.TextLine(sheet.say(where, count=unplaced), 6.4)
        return
    facts = {"parcels": len(sheet.own), "area_ha": sum(content.rows[i].area_ha for i in sheet.own)}
    yield blocks.TextLine(sheet.say("sum_here", **facts), 7, "bold")
    whole = {"parcels": len(content.rows), "area_ha": content.union_ha}
    yield blocks.TextLine(sheet.say("sum_group", **whole), 6.4)
    elsewhere = {i for k, cell in enumerate(sheet.cells) if k != sheet.cell for i in cell.parcels}
    cut = tuple(content.rows[i].label for i in sheet.own if i in elsewhere)
    if cut:
        yield blocks.TextLine(sheet.say("cut_parcels", labels=cut), 6.4)


def _relief_words(sheet: Sheet, ground: Ground) -> Iterator[str]:
    dem = sheet.survey.project.dem
    if dem is not None and ground.elevation is not None:
        source = dem.source or sheet.say("dem_unnamed")
        yield sheet.say("relief", interval=str(ground.interval_m), source=source)
        if not ground.elevation.whole:
            yield sheet.say("relief_ends")
