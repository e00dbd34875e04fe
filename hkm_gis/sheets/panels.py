"""The panels beside the map: title, scale, legend, table, sources, law, signatures."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from pyproj import CRS, Proj

from hkm_gis.forest import Forest
from hkm_gis.plane import reproject
from hkm_gis.project import Project
from hkm_gis.regulation import Regulation
from hkm_gis.sheets.canvas import (
    INK,
    POINTS_PER_MM,
    Box,
    Canvas,
    Font,
    shorten,
    text_width_mm,
    wrap,
)
from hkm_gis.sheets.content import STATUS_ORDER, Content, Row
from hkm_gis.sheets.frame import Frame
from hkm_gis.sheets.grid import graticule_step_s, grid_step_m
from hkm_gis.sheets.symbols import (
    STYLES,
    draw_area,
    draw_line,
    draw_north,
    draw_scale_bar,
)
from hkm_gis.text import number, say

if TYPE_CHECKING:
    from hkm_gis.survey import Survey

__all__ = [
    "Block",
    "Column",
    "draw_table",
    "flow",
    "inset_box",
    "law_panel",
    "legend_panel",
    "scale_panel",
    "short_law_panel",
    "signature_panel",
    "sources_panel",
    "stack",
    "table_note_panel",
    "table_panels",
    "title_panel",
]

RULE_GAP_MM = 1.7
"""From a panel to the line below it, and from that line to the next panel."""
BODY_PT = 6.2


@dataclass(frozen=True, slots=True)
class Block:
    """One panel: the height it needs, and how to draw it into a box of that height."""

    name: str
    height_mm: float
    draw: Callable[[Canvas, Box], None]


def flow(
    blocks: Sequence[Block], columns: Sequence[Box], last: Block
) -> dict[str, tuple[Block, Box]] | None:
    """Return where each block stands, or None where they do not all fit.

    Blocks run down the first column, then the next; ``last`` stands at the foot of the last one.
    """
    *others, final = columns
    foot = Box(final.x0, final.y0, final.x1, final.y0 + last.height_mm)
    rooms = [*others, Box(final.x0, foot.y1 + RULE_GAP_MM, final.x1, final.y1)]
    placed: dict[str, tuple[Block, Box]] = {last.name: (last, foot)}
    room, top = 0, rooms[0].y1
    for block in blocks:
        if top - block.height_mm < rooms[room].y0 - 1e-6:
            room += 1
            if room == len(rooms):
                return None
            top = rooms[room].y1
            if top - block.height_mm < rooms[room].y0 - 1e-6:
                return None
        box = Box(rooms[room].x0, top - block.height_mm, rooms[room].x1, top)
        placed[block.name] = (block, box)
        top = box.y0 - 2 * RULE_GAP_MM
    return placed


def stack(
    blocks: Sequence[Block], columns: Sequence[Box], last: Block
) -> dict[str, tuple[Block, Box]]:
    """Return a place for each block on paper that is too small: they run on below the edge."""
    endless = [*columns[:-1], columns[-1]._replace(y0=columns[-1].y0 - 1e4)]
    placed = flow(blocks, endless, last) or {}
    foot = columns[-1]._replace(y1=columns[-1].y0 + last.height_mm)
    return placed | {last.name: (last, foot)}


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of running text in a panel."""

    text: str
    size_pt: float = BODY_PT
    font: Font = "regular"
    leading: float = 1.25

    @property
    def height_mm(self) -> float:
        """Height from the line above to this one."""
        return self.size_pt / POINTS_PER_MM * self.leading


def title_panel(
    project: Project,
    forest: Forest | None,
    content: Content,
    sheet: tuple[int, int],
    width_mm: float,
    lang: str,
) -> Block:
    """Title, group, forest, place, hectares, and what keeps the sheet from being final."""
    lines = list(_title_lines(project, forest, content, sheet, width_mm, lang))
    return _centred("title", lines)


def scale_panel(frame: Frame, paper: str, width_mm: float, lang: str, *, relief: str = "") -> Block:
    """North arrow, scale, scale bar, projection and grids."""
    lines = [TextLine(words) for words in _projection_words(frame, lang)]
    lines += [TextLine(relief)] if relief else []
    bar_mm = 11.5
    height_mm = bar_mm + sum(line.height_mm for line in lines) + 0.8

    def draw(canvas: Canvas, box: Box) -> None:
        draw_north(canvas, box.x0 + 6, box.y1 - 10.5, 6, lang)
        left = box.x0 + 15
        words = say("sheets.scale", lang, scale=number(frame.scale, lang, 0))
        canvas.text(left, box.y1 - 3.2, words, size_pt=10, font="bold")
        printed = say("sheets.paper", lang, paper=paper)
        canvas.text(box.x1, box.y1 - 3.2, printed, size_pt=5.8, align="right")
        draw_scale_bar(canvas, left, box.y1 - 10, frame.scale, lang, room_mm=width_mm - 24)
        _write(canvas, lines, left, box.y1 - bar_mm, width_mm - 15)

    return Block("scale", height_mm, draw)


def legend_panel(
    content: Content,
    lines: Sequence[str],
    width_mm: float,
    lang: str,
    *,
    sliver_width_m: float,
) -> Block:
    """Say what each colour, pattern and line means, with its hectares, beside the inset."""
    areas = [s for s in STATUS_ORDER if s in content.special_ha or (content.status == s).any()]
    if content.neighbours_m:
        areas.append("neighbour")
    across = 2 if width_mm > 95 else 1
    height_mm = max(6 + 4.7 * len(areas) + 4.0 * math.ceil(len(lines) / across) + 0.5, 40.0)
    inset_mm = width_mm * INSET_SHARE

    def draw(canvas: Canvas, box: Box) -> None:
        _heading(canvas, box, say("sheets.legend", lang))
        right = box.x1 - inset_mm - 3
        y = box.y1 - 7.5
        for status in areas:
            _legend_area(canvas, Box(box.x0, y - 0.9, box.x0 + 7.5, y + 2.5), status)
            words = say(f"sheets.{status}", lang, width_m=number(sliver_width_m, lang, 0))
            known = status != "neighbour"
            hectares = number(content.hectares_of(status), lang) + " ha" if known else ""
            _legend_words(canvas, box.x0 + 9.5, right, y, words, hectares)
            y -= 4.7
        half = (right - box.x0 + across) / across
        for i, name in enumerate(lines):
            left = box.x0 + i % across * half
            run = np.array([(left, y + 0.8), (left + 7.5, y + 0.8)])
            draw_line(canvas, [run], name)
            _legend_words(canvas, left + 9.5, left + half - 1, y, say(f"sheets.{name}", lang), "")
            y -= 4.0 if i % across == across - 1 else 0

    return Block("legend", height_mm, draw)


INSET_SHARE = 0.38
"""Share of the panel's width that the inset takes."""


def inset_box(legend: Box) -> Box:
    """Return the box of the inset map within the box of the legend panel."""
    return Box(legend.x1 - legend.width * INSET_SHARE, legend.y0 + 3, legend.x1, legend.y1 - 4)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: heading, width, words of each row, and which side they keep to."""

    heading: str
    width_mm: float
    words: Callable[[Row], str]
    right: bool = True


def table_panels(
    content: Content, width_mm: float, lang: str, *, unplaced: int = 0
) -> Iterator[Block]:
    """Yield the table of parcels in every form that may fit, the roomiest first."""
    for count in (1, 2, 3):
        part_mm = (width_mm + 2) / count - 2
        if part_mm < 30:
            return
        for row_mm in (3.6, 3.3, 3.0, 2.75):
            yield _table_panel(content, count, part_mm, row_mm, unplaced, lang)


def table_note_panel(content: Content, lang: str, *, unplaced: int = 0) -> Block:
    """Where the table is, and its sums, on a sheet that has no room for it."""
    note = say("sheets.annex_note", lang, parcels=len(content.rows))
    lines = [TextLine(note), *_sum_lines(content, unplaced, lang)]
    return _titled("table", say("sheets.table", lang), lines)


def sources_panel(survey: Survey, width_mm: float, lang: str) -> Block:
    """Which layers the map stands on: source, version and date of each."""
    lines = []
    for i, words in enumerate(_sources(survey, lang), 1):
        for k, part in enumerate(wrap(words, width_mm - 4, BODY_PT, lines=3)):
            lines.append(TextLine(f"{i}. {part}" if k == 0 else f"    {part}"))
    return _titled("sources", say("sheets.sources", lang), lines)


def law_panel(regulation: Regulation, width_mm: float, lang: str) -> Block:
    """Name the regulation, how much of it anybody has checked, and what this map is not."""
    rules = list(regulation.rules.values())
    unchecked = sum(rule.confidence != "verified" for rule in rules)
    key = "sheets.law_believed" if unchecked else "sheets.law_verified"
    law = say(key, lang, title=regulation.title, unchecked=unchecked, rules=len(rules))
    words = [*wrap(law, width_mm, BODY_PT, lines=4), *_map_rule(regulation, lang)]
    words += wrap(say("sheets.area_note", lang), width_mm, BODY_PT)
    lines = [TextLine(w) for w in words]
    lines.append(TextLine(say("sheets.no_title_note", lang), 7.2, "bold", 1.5))
    return _titled("law", say("sheets.law", lang), lines)


def short_law_panel(regulation: Regulation, width_mm: float, lang: str) -> Block:
    """Name the regulation in one line, where the sheet has room for no more."""
    title = say("sheets.law_annexed", lang, title=regulation.short_title or regulation.title)
    lines = [TextLine(w) for w in wrap(title, width_mm, BODY_PT, lines=2)]
    lines.append(TextLine(say("sheets.no_title_note", lang), 7.2, "bold", 1.5))
    return Block("law", sum(line.height_mm for line in lines) + 0.5, _writer(lines))


def _writer(lines: Sequence[TextLine]) -> Callable[[Canvas, Box], None]:
    return lambda canvas, box: _write(canvas, lines, box.x0, box.y1, box.width)


def _map_rule(regulation: Regulation, lang: str) -> Iterator[str]:
    rule = regulation.rules.get("map_scale_min")
    least = regulation.number("map_scale_min")
    if rule is not None and least is not None:
        words = say("sheets.law_map_scale", lang, scale=int(least))
        unsure = "" if rule.confidence == "verified" else f" ({say('sheets.unchecked', lang)})"
        yield f"{words}{unsure}."


def signature_panel(project: Project, content: Content, width_mm: float, lang: str) -> Block:
    """Who signs, room for stamp and ink, and the fingerprint of the parcels as a QR code."""
    group = project.group(content.group)
    pekon = group.pekon or project.place.pekon
    blank = say("sheets.name_blank", lang)
    kph = project.place.kph.removeprefix("KPH").strip()
    signers = [
        ("", say("sheets.head_of_group", lang), group.ketua),
        ("ack", say("sheets.head_of_village", lang, name=pekon).strip(), group.kepala_pekon),
        ("ack", say("sheets.forest_office", lang, name=kph).strip(), ""),
    ]
    qr_mm = 21.0
    place = project.place.kabupaten or pekon or ".................."
    dated = say("sheets.signed_at", lang, place=place, date=_date(project.date, lang))

    def draw(canvas: Canvas, box: Box) -> None:
        part = (width_mm - qr_mm - 2) / len(signers)
        canvas.text(box.x0, box.y1 - 2.4, shorten(dated, 3 * part, 6.4), size_pt=6.4)
        for i, (above, role, name) in enumerate(signers):
            middle = box.x0 + (i + 0.5) * part
            above = say("sheets.acknowledged", lang) if above else ""
            _signature(canvas, box, middle, part - 1.5, (above, role, name or blank))
        corner = Box(box.x1 - qr_mm, box.y0 + 3.2, box.x1, box.y0 + 3.2 + qr_mm)
        _qr(canvas, corner, _qr_words(content))
        title = say("sheets.fingerprint", lang)
        canvas.text(corner.centre[0], corner.y1 + 1.2, title, size_pt=5.8, align="centre")
        short = " ".join(content.fingerprint[i : i + 4] for i in range(0, 16, 4))
        canvas.text(corner.centre[0], box.y0 + 0.6, short, size_pt=5.6, align="centre")

    return Block("signature", 30.0, draw)


def draw_table(
    canvas: Canvas, corner: tuple[float, float], columns: Sequence[Column], rows: Sequence[Row],
    *, row_mm: float, size_pt: float,
) -> None:  # fmt: skip
    """Draw one table with its head; ``corner`` is its upper left corner."""
    x0, top = corner
    width_mm = sum(column.width_mm for column in columns)
    head = Box(x0, top - row_mm, x0 + width_mm, top)
    canvas.path([head.ring], closed=True, fill="#dcdcdc")
    for i, row in enumerate([None, *rows]):
        _table_row(canvas, x0, top - i * row_mm - row_mm * 0.72, columns, row, size_pt)
    bottoms = [top - (i + 1) * row_mm for i in range(len(rows))]
    canvas.path(
        [np.array([(x0, y), (x0 + width_mm, y)]) for y in bottoms],
        stroke="#a8a8a8",
        width_mm=0.07,
    )
    whole = Box(x0, top - row_mm * (len(rows) + 1), x0 + width_mm, top)
    canvas.path([whole.ring], closed=True, stroke=INK, width_mm=0.15)


def _table_row(
    canvas: Canvas, x_mm: float, y_mm: float, columns: Sequence[Column], row: Row | None,
    size_pt: float,
) -> None:  # fmt: skip
    font: Font = "regular" if row else "bold"
    for column in columns:
        words = column.words(row) if row else column.heading
        room_mm = column.width_mm - 1.0
        size = size_pt if text_width_mm(words, size_pt, font) <= room_mm else 0.88 * size_pt
        words = shorten(words, room_mm, size, font)
        x = x_mm + (column.width_mm - 0.5 if column.right else 0.5)
        align = "right" if column.right else "left"
        canvas.text(x, y_mm, words, size_pt=size, font=font, align=align)  # type: ignore[arg-type]
        x_mm += column.width_mm


def _table_panel(
    content: Content, count: int, part_mm: float, row_mm: float, unplaced: int, lang: str
) -> Block:
    per_part = math.ceil(len(content.rows) / count)
    sums = list(_sum_lines(content, unplaced, lang))
    height_mm = 5 + (per_part + 1) * row_mm + 0.8 + sum(line.height_mm for line in sums)
    columns = list(_short_columns(content, part_mm, lang))
    size_pt = min(6.6, row_mm * POINTS_PER_MM * 0.74)

    def draw(canvas: Canvas, box: Box) -> None:
        _heading(canvas, box, say("sheets.table", lang))
        for i in range(count):
            part = content.rows[i * per_part : (i + 1) * per_part]
            corner = (box.x0 + i * (part_mm + 2), box.y1 - 4.5)
            if part:
                draw_table(canvas, corner, columns, part, row_mm=row_mm, size_pt=size_pt)
        _write(canvas, sums, box.x1, box.y1 - 5.3 - (per_part + 1) * row_mm, box.width, "right")

    return Block("table", height_mm, draw)


def _short_columns(content: Content, width_mm: float, lang: str) -> Iterator[Column]:
    errors = any(math.isfinite(row.uncertainty_ha) for row in content.rows)
    tight = width_mm < 40
    area_mm, error_mm = (7.4, 6.0) if tight else (12.0, 9.5)
    size_pt = 5.0 if tight else 6.4
    widest_mm = max((text_width_mm(row.label, size_pt) for row in content.rows), default=0.0)
    number_mm = max(4.6 if tight else 7.0, widest_mm + 2.0)
    fixed = number_mm + area_mm + (error_mm if errors else 0)
    heads = ("member_short", "ha") if tight else ("member", "")
    area_head = "ha" if tight else say("sheets.hectares_head", lang)
    yield Column(say("sheets.number", lang), number_mm, lambda row: row.label)
    yield Column(
        say(f"sheets.{heads[0]}", lang), width_mm - fixed, lambda r: _member(r, lang), right=False
    )
    yield Column(area_head, area_mm, lambda row: number(row.area_ha, lang))
    if errors:
        head = "±" if tight else say("sheets.error_head", lang)
        yield Column(head, error_mm, lambda row: _known(row.uncertainty_ha, lang))


def _member(row: Row, lang: str) -> str:
    return row.member or say("sheets.nameless", lang)


def _known(value: float, lang: str) -> str:
    return number(value, lang) if math.isfinite(value) else "–"


def _sum_lines(content: Content, unplaced: int, lang: str) -> Iterator[TextLine]:
    parcels = len(content.rows)
    total = say("sheets.sum", lang, parcels=parcels, area_ha=content.sum_ha)
    yield TextLine(total, 7, "bold")
    yield TextLine(say("sheets.union", lang, area_ha=content.union_ha), 6.4)
    yield TextLine(say("sheets.utm", lang, area_ha=content.utm_ha), 6.4)
    if unplaced:
        yield TextLine(say("sheets.unplaced", lang, count=unplaced), 6.4)


def _title_lines(
    project: Project,
    forest: Forest | None,
    content: Content,
    sheet: tuple[int, int],
    width_mm: float,
    lang: str,
) -> Iterator[TextLine]:
    yield TextLine(say("sheets.title", lang), 15, "bold", 1.15)
    yield TextLine(say("sheets.scheme", lang), 10.5, "bold")
    for words in wrap(content.group.upper(), width_mm, 11, "semibold", lines=2):
        yield TextLine(words, 11, "semibold")
    if forest is not None:
        for words in wrap(forest.name.upper(), width_mm, 8.4, "semibold", lines=2):
            yield TextLine(words, 8.4, "semibold")
    place = " · ".join(_place_words(project, content.group, lang))
    size_pt = next((s for s in (7.0, 6.6, 6.2) if text_width_mm(place, s) <= width_mm), 6.6)
    for words in wrap(place, width_mm, size_pt, lines=2):
        yield TextLine(words, size_pt)
    facts = {"area_ha": content.union_ha, "parcels": len(content.rows)}
    total = say("sheets.total", lang, sheet=sheet[0], sheets=sheet[1], **facts)
    yield TextLine(total, 7.6, "semibold", 1.35)
    if forest is not None and forest.example:
        yield TextLine(say("sheets.example", lang), 8.5, "bold", 1.35)
    if content.blocking:
        words = say("sheets.draft_count", lang, findings=content.blocking)
        yield TextLine(words, 8.5, "bold", 1.35)


def _place_words(project: Project, group_name: str, lang: str) -> Iterator[str]:
    group, place = project.group(group_name), project.place
    named = {
        "village": group.pekon or place.pekon,
        "district": group.kecamatan or place.kecamatan,
        "regency": place.kabupaten,
        "province": place.provinsi,
        "watershed": place.das,
    }
    return (say(f"sheets.{key}", lang, name=name) for key, name in named.items() if name)


def _projection_words(frame: Frame, lang: str) -> Iterator[str]:
    crs = CRS.from_epsg(frame.epsg)
    if crs.utm_zone and crs.geodetic_crs is not None:
        datum = crs.geodetic_crs.name
        facts = {"zone": crs.utm_zone, "datum": datum, "epsg": str(frame.epsg)}
        yield say("sheets.projection_utm", lang, **facts)
    else:
        yield say("sheets.projection", lang, crs=f"{crs.name} (EPSG:{frame.epsg})")
    step = number(grid_step_m(frame.scale), lang, 0)
    every = _angle(graticule_step_s(frame.scale))
    yield say("sheets.grid", lang, step=step, graticule=every)
    lon, lat = reproject([shapely.Point(frame.centre_m)], frame.epsg, 4326)[0].coords[0]
    factors = Proj(crs).get_factors(lon, lat)
    convergence = number(factors.meridian_convergence, lang, 2)
    factor = number(factors.meridional_scale, lang, 5)
    yield say("sheets.factor", lang, factor=factor, convergence=convergence)


def _angle(seconds: int) -> str:
    parts = zip((seconds // 3600, seconds // 60 % 60, seconds % 60), "°'\"", strict=True)
    return " ".join(f"{value}{sign}" for value, sign in parts if value)


def _legend_area(canvas: Canvas, box: Box, status: str) -> None:
    draw_area(canvas, [shapely.box(*box)], STYLES[status])


def _legend_words(
    canvas: Canvas, left: float, right: float, y: float, words: str, hectares: str
) -> None:
    room = right - left - (text_width_mm(hectares, 6.4) + 1 if hectares else 0)
    size_pt = 6.6
    while size_pt > 5.2 and text_width_mm(words, size_pt) > room:
        size_pt -= 0.2
    canvas.text(left, y, shorten(words, room, size_pt), size_pt=size_pt)
    if hectares:
        canvas.text(right, y, hectares, size_pt=6.4, align="right")


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
    dated = _date(date, lang) if date else say("sheets.no_date", lang)
    return f"{known or say('sheets.no_version', lang)}, {dated}"


def _date(date: str, lang: str) -> str:
    if not date:
        return say("sheets.date_blank", lang)
    try:
        day = dt.date.fromisoformat(date)
    except ValueError:  # written in words, as the people of the project want it
        return date
    return f"{day.day} {say('sheets.months', lang).split()[day.month - 1]} {day.year}"


def _signature(
    canvas: Canvas, box: Box, middle: float, room_mm: float, words: tuple[str, str, str]
) -> None:
    above, role, name = words
    roles = wrap(role, room_mm, 6.4, "semibold", lines=2)
    lines = [(text, box.y1 - 8.2 - 2.8 * i, 6.4, "semibold") for i, text in enumerate(roles)]
    for text, y, size_pt, font in (
        (above, box.y1 - 5.4, 6.0, "regular"),
        *lines,
        (name, box.y0 + 1.2, 6.4, "semibold"),
    ):
        fitted = shorten(text, room_mm, size_pt, font)  # type: ignore[arg-type]
        canvas.text(middle, y, fitted, size_pt=size_pt, font=font, align="centre")  # type: ignore[arg-type]


def _qr_words(content: Content) -> str:
    hectares = f"{content.union_ha:.4f}"
    return f"HKM1|{len(content.rows)}|{hectares}|sha256:{content.fingerprint}"


def _qr(canvas: Canvas, box: Box, words: str) -> None:
    import segno

    matrix = [list(row) for row in segno.make(words, error="m", micro=False).matrix]
    cell = box.width / len(matrix)
    bars = [
        Box(box.x0 + a * cell, box.y1 - (i + 1) * cell, box.x0 + b * cell, box.y1 - i * cell).ring
        for i, row in enumerate(matrix)
        for a, b in _dark_runs(row)
    ]
    canvas.path(bars, closed=True, fill="#000000")


def _dark_runs(row: Sequence[int]) -> Iterator[tuple[int, int]]:
    start = None
    for i, dark in enumerate([*row, 0]):
        if dark and start is None:
            start = i
        elif not dark and start is not None:
            yield start, i
            start = None


def _heading(canvas: Canvas, box: Box, words: str) -> None:
    canvas.text(box.x0, box.y1 - 2.6, words, size_pt=7.6, font="bold")


def _centred(name: str, lines: Sequence[TextLine]) -> Block:
    def draw(canvas: Canvas, box: Box) -> None:
        _write(canvas, lines, box.centre[0], box.y1, box.width, "centre")

    return Block(name, sum(line.height_mm for line in lines) + 0.5, draw)


def _titled(name: str, title: str, lines: Sequence[TextLine]) -> Block:
    def draw(canvas: Canvas, box: Box) -> None:
        _heading(canvas, box, title)
        _write(canvas, lines, box.x0, box.y1 - 3.6, box.width)

    return Block(name, 4.4 + sum(line.height_mm for line in lines), draw)


def _write(
    canvas: Canvas,
    lines: Iterable[TextLine],
    x_mm: float,
    top_mm: float,
    room_mm: float,
    align: str = "left",
) -> None:
    for line in lines:
        top_mm -= line.height_mm
        words = shorten(line.text, room_mm, line.size_pt, line.font)
        canvas.text(
            x_mm,
            top_mm + 0.5,
            words,
            size_pt=line.size_pt,
            font=line.font,
            align=align,  # type: ignore[arg-type]
        )
