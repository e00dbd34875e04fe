"""Sheets for land that two groups claim: a map to post, and a form to settle it on."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import shapely
from shapely.geometry.base import BaseGeometry

from hkm_gis.corners import Outline, outline_of
from hkm_gis.digest import Digest
from hkm_gis.plane import reproject
from hkm_gis.report import Finding, Report, Status
from hkm_gis.sheets.canvas import Box, wrap
from hkm_gis.sheets.frame import Frame
from hkm_gis.sheets.grid import draw_grid
from hkm_gis.sheets.labels import Board, Label, Placed, Words, draw_label, place_in_land
from hkm_gis.sheets.marks import draw_marks, marks_of
from hkm_gis.sheets.pages.agreement import draw_agreement
from hkm_gis.sheets.pages.corner_map import draw_dots, place_numbers, tell_unnumbered
from hkm_gis.sheets.pages.corner_table import (
    NOTE_MM,
    TABLE_ROW_MM,
    CornerRow,
    corner_rows,
    draw_corner_table,
)
from hkm_gis.sheets.pages.leaf import (
    HEADING_PT,
    SMALL_PT,
    Pad,
    draw_facts,
    draw_head,
    draw_lines,
    draw_proof,
)
from hkm_gis.sheets.pages.strip import STRIP_MM, draw_strip
from hkm_gis.sheets.pages.surround import Surround, frame_of
from hkm_gis.sheets.symbols import STYLES, draw_area, draw_line, rings
from hkm_gis.text import say
from hkm_gis.wording import explain, tell_fix

if TYPE_CHECKING:
    from hkm_gis.survey import Survey

__all__ = ["Conflict", "conflicts_of", "draw_conflict_sheets"]

PREFIX = "T"
"""Corners of the shared land are T1, T2 …: they are no corners of either parcel."""

FACTS_MM, TO_DO_MM, GAP_MM, GRID_MM, GRID_PT = 15.5, 31.0, 3.0, 5.5, 7.5
TO_DO_PT = 10.0
MOST_ROWS = 12
"""Rows of corners in each of the two columns of the sheet; more go on a sheet of their own."""
SMALLEST_MM = 15.0
"""Shared land shorter than this on paper is shown larger, without all of both parcels."""

LEFT_SHARE = 0.1

_CODES = ("O01", "O03")
"""The checks that speak of land of two groups: overlaps, and one walk handed in twice."""


def draw_conflict_sheets(
    survey: Survey,
    report: Report,
    group: str | None = None,
    *,
    lang: str = "id",
    drawn: Callable[[], None] = lambda: None,
) -> bytes | None:
    """Return two pages for each piece of land that parcels of two groups share, as one PDF.

    The first is to be posted: both outlines, the shared land with its corners, hectares and
    width, and what to do, in the words of the check. The second is the berita acara, to be filled
    in by hand and signed. Parcels stand on them by code, never people: farmers write their own
    names when they sign.

    Parameters
    ----------
    survey, report
        The whole survey, and what the checks found in it.
    group
        Only the conflicts of this group.
    lang
        Language of the pages.
    drawn
        Called after each conflict.

    Returns
    -------
    bytes or None
        None where no two groups share more than slivers, or people have settled all of it.
    """
    found = conflicts_of(survey, report, group)
    if not found:
        return None
    title = say("pages.conflict_title", lang)
    pad = Pad(title=title, subject=say("sheets.pdf_subject", lang), lang=lang)
    surround = Surround(survey, lang, names=False)
    for number, conflict in enumerate(found, 1):
        sheet = _Sheet(surround, conflict, number, len(found))
        _draw_sheet(pad, sheet)
        drawn()
    return pad.save()


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two parcels of two groups, the land they share (lon/lat), and what was found of it."""

    pair: Any
    finding: Finding | None


def conflicts_of(survey: Survey, report: Report, group: str | None = None) -> list[Conflict]:
    """Return the open conflicts between groups in reading order; slivers are none."""
    known = {frozenset(f.parcels): f for f in report.findings if f.code in _CODES}
    conflicts = []
    for pair in survey.overlaps.itertuples():
        if pair.kind == "sliver" or pair.group_a == pair.group_b:
            continue
        both = {pair.parcel_a, pair.parcel_b}
        finding = next((f for parcels, f in known.items() if both <= parcels), None)
        settled = finding is not None and finding.status is Status.ACCEPTED
        if not settled and group in (None, pair.group_a, pair.group_b):
            conflicts.append(Conflict(pair, finding))
    return conflicts


@dataclass(frozen=True)
class _Sheet:
    """One conflict among all of them."""

    surround: Surround
    conflict: Conflict
    number: int
    count: int

    @property
    def lang(self) -> str:
        return self.surround.lang

    @property
    def pair(self) -> Any:
        return self.conflict.pair

    @property
    def places(self) -> tuple[int, int]:
        place = self.surround.place
        return place[self.pair.parcel_a], place[self.pair.parcel_b]

    @property
    def codes(self) -> tuple[str, str]:
        return self.surround.code(self.pair.parcel_a), self.surround.code(self.pair.parcel_b)

    @property
    def parcels_m(self) -> list[BaseGeometry]:
        return [self.surround.parcels_m[k] for k in self.places]

    @cached_property
    def shared_m(self) -> BaseGeometry:
        shared: BaseGeometry = reproject([self.pair.geometry], 4326, self.surround.epsg)[0]
        return shared

    @cached_property
    def outline(self) -> Outline:
        within_m = self.surround.survey.thresholds.gps_error_m
        return outline_of(self.pair.geometry, epsg=self.surround.epsg, within_m=within_m)

    @cached_property
    def digest(self) -> Digest:
        return self.surround.digest(self.places)

    @property
    def marks(self) -> list[str]:
        # what it shows is claimed twice until both groups have agreed: no map of it is final
        return marks_of(self.surround.survey.forest, 1, self.lang)

    @property
    def fix(self) -> str:
        finding = self.conflict.finding
        code = "O03" if self.pair.kind == "duplicate" else "O01"
        return (
            explain(code, lang=self.lang).fix if finding is None else tell_fix(finding, self.lang)
        )

    def say(self, name: str, **facts: object) -> str:
        return say(f"pages.{name}", self.lang, **facts)


def _draw_sheet(pad: Pad, sheet: _Sheet) -> None:
    rows = corner_rows(sheet.outline, sheet.lang, prefix=PREFIX)
    here, rest = rows[: 2 * MOST_ROWS], rows[2 * MOST_ROWS :]
    room = pad.leaf(_foot(sheet))
    top = _draw_facts(pad, sheet, room, _draw_head(pad, sheet, room))
    low = _draw_to_do(pad, sheet, room)
    table_mm = 5.0 + (math.ceil(len(here) / 2) + 1) * TABLE_ROW_MM + NOTE_MM + 7.5
    table = Box(room.x0, low + GAP_MM, room.x1, low + GAP_MM + table_mm)
    _draw_table(pad, sheet, table, here)
    strip = Box(room.x0, table.y1 + GAP_MM, room.x1, table.y1 + GAP_MM + STRIP_MM)
    frame, numbers = _draw_map(pad, sheet, Box(room.x0, strip.y1 + 1, room.x1, top))
    tell_unnumbered(pad.canvas, table, numbers, sheet.lang, prefix=PREFIX)
    draw_strip(pad.canvas, strip, frame, _shown(sheet, frame), sheet.lang)
    _draw_further_rows(pad, sheet, rest)
    _draw_form(pad, sheet)


def _foot(sheet: _Sheet) -> str:
    return sheet.say("conflict_foot", number=sheet.number, count=sheet.count)


def _draw_head(pad: Pad, sheet: _Sheet, room: Box) -> float:
    pair, survey = sheet.pair, sheet.surround.survey
    forest = "" if survey.forest is None else survey.forest.name
    groups = sheet.say("two_groups", group_a=pair.group_a, group_b=pair.group_b)
    place = survey.project.place
    where = [
        say(f"sheets.{key}", sheet.lang, name=name)
        for key, name in (("regency", place.kabupaten), ("province", place.provinsi))
        if name
    ]
    code = (f"{sheet.number} / {sheet.count}", sheet.say("hectares", area_ha=float(pair.area_ha)))
    lines = (groups, " · ".join(where), forest)
    return draw_head(pad, room, sheet.say("conflict_title"), lines, code, sheet.marks)


def _draw_facts(pad: Pad, sheet: _Sheet, room: Box, top: float) -> float:
    pair = sheet.pair
    facts = []
    for side, code in zip("ab", sheet.codes, strict=True):
        whole_ha = float(pair.area_ha) / getattr(pair, f"share_{side}")
        told = sheet.say(
            "claim",
            parcel=code,
            group=getattr(pair, f"group_{side}"),
            area_ha=whole_ha,
            share_pct=100 * float(getattr(pair, f"share_{side}")),
        )
        facts.append((sheet.say(f"parcel_{side}"), told))
    shared = sheet.say("shared_facts", area_ha=float(pair.area_ha), width_m=float(pair.width_m))
    facts.append((sheet.say("shared"), f"{shared} {sheet.say(f'kind.{pair.kind}')}"))
    draw_facts(pad, Box(room.x0, 0, room.x1, top + 0.3), facts, 30)
    return top - FACTS_MM


def _draw_to_do(pad: Pad, sheet: _Sheet, room: Box) -> float:
    top = room.y0 + TO_DO_MM
    qr_mm = 24.0
    draw_proof(pad.canvas, Box(room.x1 - qr_mm, room.y0, room.x1, top), sheet.digest, sheet.lang)
    pad.canvas.text(room.x0, top - 3.6, sheet.say("to_do"), size_pt=11, font="bold")
    steps = re.split(r"(?<=[.!?])\s+", sheet.fix.strip())
    numbered = [f"{i}.  {step}" for i, step in enumerate(steps, 1)]
    draw_lines(
        pad.canvas, room.x0, top - 5.2, room.width - qr_mm - 8, numbered, size_pt=TO_DO_PT, lines=6
    )
    return top


def _draw_table(pad: Pad, sheet: _Sheet, box: Box, rows: Sequence[CornerRow]) -> None:
    heading = sheet.say("shared_corners")
    pad.canvas.text(box.x0, box.y1 - 3.4, heading, size_pt=HEADING_PT, font="bold")
    per_column = math.ceil(len(rows) / 2)
    low = draw_corner_table(pad.canvas, box._replace(y1=box.y1 - 5), rows, per_column, sheet.lang)
    outline = sheet.outline
    notes = [sheet.say("sides_note")]
    if len(outline.corners) < outline.points:
        facts = {"shown": len(outline.corners), "points": outline.points, "off_m": outline.off_m}
        notes.append(sheet.say("left_out_note", **facts))
    lines = wrap(" ".join(notes), box.width, SMALL_PT, lines=2)
    draw_lines(pad.canvas, box.x0, low, box.width, lines, size_pt=SMALL_PT)


def _draw_further_rows(pad: Pad, sheet: _Sheet, rows: Sequence[CornerRow]) -> None:
    per_page = 2 * 50
    for start in range(0, len(rows), per_page):
        room = pad.leaf(_foot(sheet))
        top = _draw_head(pad, sheet, room)
        _draw_table(pad, sheet, room._replace(y1=top), rows[start : start + per_page])


def _draw_form(pad: Pad, sheet: _Sheet) -> None:
    # the heads of groups and villages stand on the form by name: it is no sheet for posting
    room = pad.leaf(sheet.say("agreement_foot", number=sheet.number, count=sheet.count))
    forest = sheet.surround.survey.forest
    facts = {
        "number": sheet.number,
        "count": sheet.count,
        "area_ha": float(sheet.pair.area_ha),
        "digest": sheet.digest.short,
        "forest": "" if forest is None else forest.name,
    }
    groups = (sheet.pair.group_a, sheet.pair.group_b)
    project, marks = sheet.surround.survey.project, sheet.marks
    draw_agreement(pad.canvas, room, project, sheet.codes, groups, facts, marks, sheet.lang)


# The map


def _draw_map(pad: Pad, sheet: _Sheet, box: Box) -> tuple[Frame, list[Placed | None]]:
    """Draw the map; return its frame, and where the number of each corner stands."""
    canvas, surround = pad.canvas, sheet.surround
    frame = _frame(sheet, box.grown(-GRID_MM))
    pad.map(sheet.say("conflict_title"), frame)
    board = Board(frame.box_mm.grown(-0.8))
    first, second = frame.draw(sheet.parcels_m)
    shared = frame.draw([sheet.shared_m])[0]
    numbers = place_numbers(frame, shared, sheet.outline.corners, board, prefix=PREFIX)
    labels = [
        *filter(None, numbers),
        *_names(sheet, frame, [first - shared, second - shared, shared], board),
    ]
    spared = shapely.union_all([shapely.box(*placed.box_mm) for placed in labels])
    with canvas.clip(frame.box_mm):
        surround.draw_parcels(canvas, frame, sheet.places)
        draw_area(canvas, [first], STYLES["first_claim"])
        draw_area(canvas, [second - first], STYLES["second_claim"])
        draw_area(canvas, [shared], STYLES["disputed"], spared_mm=spared)
        surround.draw_lines(canvas, frame)
        draw_line(canvas, rings([first]), "first_claim", closed=True)
        draw_line(canvas, rings([second]), "second_claim", closed=True)
        draw_marks(canvas, frame.box_mm, sheet.marks, sheet.lang)
        draw_dots(canvas, frame, sheet.outline.corners)
        for placed in labels:
            draw_label(canvas, placed)
        surround.label(canvas, frame, board, sheet.places)
    draw_grid(canvas, frame, board, sheet.lang, size_pt=GRID_PT)
    return frame, numbers


def _frame(sheet: _Sheet, box_mm: Box) -> Frame:
    """Return a frame round both parcels, or round the shared land where that would vanish in it."""
    epsg = sheet.surround.epsg
    frame = frame_of(sheet.parcels_m, box_mm, epsg)
    x0, y0, x1, y1 = frame.draw([sheet.shared_m])[0].bounds
    if max(x1 - x0, y1 - y0) >= SMALLEST_MM:
        return frame
    around_m = Box(*sheet.shared_m.bounds)
    return frame_of([shapely.box(*around_m.grown(around_m.width + around_m.height))], box_mm, epsg)


def _names(
    sheet: _Sheet, frame: Frame, land: Sequence[BaseGeometry], board: Board
) -> Iterator[Placed]:
    view = shapely.box(*frame.box_mm)
    pair, codes = sheet.pair, sheet.codes
    rest = [1 - float(share) for share in (pair.share_a, pair.share_b)]
    hectares = Words(sheet.say("hectares", area_ha=float(pair.area_ha)), 11, "bold")
    # a parcel of which next to nothing is left bears its code in the shared land
    swallowed = [c for c, left in zip(codes, rest, strict=True) if left < LEFT_SHARE]
    both = tuple(Words(code, 12, "bold") for code in swallowed)
    choices = [list(_claim(c, g)) for c, g in zip(codes, (pair.group_a, pair.group_b), strict=True)]
    choices.append([(*both, hectares), (hectares,), (replace(hectares, size_pt=9),)])
    seen = [piece & view for piece in land]
    worth = [left >= LEFT_SHARE for left in rest] + [True]
    shown = [
        (piece, choice)
        for piece, choice, named in zip(seen, choices, worth, strict=True)
        if named and piece.area > 0
    ]
    placed = place_in_land([p for p, _ in shown], [c for _, c in shown], board)
    return (place for place in placed if place is not None)


def _claim(code: str, group: str) -> Iterator[Label]:
    yield (Words(code, 15, "bold"), *(Words(w, 9) for w in wrap(group, 40, 9, lines=2)))
    yield (Words(code, 12, "bold"),)
    yield (Words(code, 10, "bold"),)


def _shown(sheet: _Sheet, frame: Frame) -> dict[str, str]:
    shown = {"first_claim": "first_claim", "second_claim": "second_claim", "disputed": "both"}
    return shown | {style: style for style in sheet.surround.lines_shown(frame)}
