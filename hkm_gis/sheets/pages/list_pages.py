"""The printed daftar andil garapan: two parts, office columns, repeated heads, unrounded sums."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from hkm_gis.andil_list import CATEGORIES, list_andil
from hkm_gis.digest import digest_of
from hkm_gis.neighbours import SIDES
from hkm_gis.sheets.canvas import INK, Box, Font, office_copy, wrap
from hkm_gis.sheets.marks import marks_of
from hkm_gis.sheets.pages.leaf import (
    FOOT_MM,
    HEAD_MM,
    INNER_MM,
    Pad,
    draw_head,
    draw_place_to_sign,
    draw_proof,
)
from hkm_gis.sheets.panels import place_words
from hkm_gis.text import number, say, written_date

if TYPE_CHECKING:
    from hkm_gis.report import Report
    from hkm_gis.survey import Survey

__all__ = ["draw_list_pages"]

SIZE_PT = 8.0
LINE_MM = 3.45
PADDING_MM = 0.9
END_MM = 36.0
"""Room for the sums, the signatures and the digest behind the last row."""
MOST_LINES = 36
"""A row is never higher than a page."""
LEAST_SIGNED = 3
"""So many rows at least stand on the page that is signed: nobody signs an empty one."""
HEAD_GAP_MM = 1.5

_WIDTHS_MM = {
    "no": 8.0,
    "number": 21.0,
    "member": 36.0,
    "place_on_earth": 27.0,
    "utara": 27.0,
    "timur": 27.0,
    "selatan": 27.0,
    "barat": 27.0,
    "village": 22.0,
    "survey": 22.0,
    "commodity": 16.0,
    "area_ha": 15.0,
}
_RIGHT = ("no", "area_ha")


def draw_list_pages(
    survey: Survey,
    report: Report,
    group: str,
    *,
    lang: str = "id",
    private: bool = False,
    drawn: Callable[[], None] = lambda: None,
) -> bytes:
    """Return the daftar andil garapan of a group as pages of A4 landscape.

    The parts are those of the office: I. Ruang Perlindungan dan Komunal, II. Andil Garapan.
    Hectares have four decimals; sums are sums of the unrounded hectares.

    Parameters
    ----------
    survey, report
        The whole survey, and what the checks found in it.
    group
        The group.
    lang
        Language of the pages.
    private
        Whether KK numbers and NIK stand below each name: only for the office.
    drawn
        Called once when all is drawn.
    """
    title = f"{say('pages.list_title', lang)} · {group}"
    pad = Pad(title=title, subject=say("sheets.pdf_subject", lang), lang=lang, landscape=True)
    table = list_andil(survey, group=group, lang=lang, private=private)
    book = _Book(pad, survey, report, group, table)
    with office_copy(private):
        pages = book.pages()
        for nth, rows in enumerate(pages, 1):
            book.draw(rows, nth, len(pages))
    drawn()
    return pad.save()


@dataclass(frozen=True, slots=True)
class _Row:
    """One row as lines of words in each column, or one line across all of them."""

    cells: tuple[tuple[str, ...], ...]
    font: Font = "regular"
    fill: str | None = None

    @property
    def height_mm(self) -> float:
        return max(len(lines) for lines in self.cells) * LINE_MM + 2 * PADDING_MM


@dataclass(frozen=True, slots=True)
class _Book:
    """The list of one group and the pad it is printed on."""

    pad: Pad
    survey: Survey
    report: Report
    group: str
    table: pd.DataFrame

    @property
    def lang(self) -> str:
        return self.pad.lang

    def say(self, name: str, **facts: object) -> str:
        return say(f"pages.{name}", self.lang, **facts)

    @property
    def heading(self) -> _Row:
        cells = [wrap(self.say(f"list.{c}"), w - 1.6, SIZE_PT, "bold") for c, w in _columns()]
        return _Row(tuple(map(tuple, cells)), "bold", "#dcdcdc")

    def rows(self) -> list[_Row]:
        rows, no = [], 0
        for category in CATEGORIES:
            part = self.table[self.table["category"] == category]
            rows.append(_across(say(f"andil_list.part.{category}", self.lang), "#efefef"))
            if part.empty:
                rows.append(_across(self.say("list_none")))
                continue
            for record in part.to_dict("records"):
                no += 1
                rows.append(self._row(no, {str(k): v for k, v in record.items()}))
            facts = {"parcels": len(part), "area": self._hectares(part["area_ha"].sum())}
            rows.append(_across(self.say("list_sum", **facts)))
        return rows

    def _row(self, no: int, record: dict[str, object]) -> _Row:
        said: dict[str, list[object]] = {
            "no": [str(no)],
            "number": [record["number"]],
            "member": [record["member"] or say("sheets.nameless", self.lang)],
            "place_on_earth": [record["lon"], record["lat"]],
            "village": [record["pekon"], record["kecamatan"]],
            "survey": [record["surveyor"], self._date(str(record["surveyed"]))],
            "commodity": [record["commodity"]],
            "area_ha": [self._hectares(float(str(record["area_ha"])))],
        }
        said["member"] += [f"{k.upper()} {record[k]}" for k in ("nik", "kk") if record.get(k)]
        said |= {side: [record[side]] for side in SIDES}
        return _Row(tuple(_lines([str(w) for w in said[c]], w_mm) for c, w_mm in _columns()))

    def _date(self, date: str) -> str:
        return written_date(date, self.lang)

    def _hectares(self, area_ha: float) -> str:
        return number(float(area_ha), self.lang, 4)

    def pages(self) -> list[list[_Row]]:
        """Return the rows of each page; the last one leaves room for who signs."""
        head_mm = HEAD_MM + HEAD_GAP_MM + self.heading.height_mm
        room_mm = self.pad.height_mm - 2 * INNER_MM - FOOT_MM - head_mm
        rows = self.rows()
        signed = _signed(rows, room_mm - END_MM)
        pages = _paged(rows[: len(rows) - len(signed)], room_mm)
        if _height_mm([*pages[-1], *signed]) + END_MM <= room_mm:
            pages[-1] += signed
        else:
            pages.append(signed)
        return pages

    def draw(self, rows: Sequence[_Row], page: int, pages: int) -> None:
        room = self.pad.leaf(self.say("list_foot", page=page, pages=pages))
        total_ha = self.table["area_ha"].sum()
        code = (self.say("list_parcels", parcels=len(self.table)), f"{self._hectares(total_ha)} ha")
        forest = "" if self.survey.forest is None else self.survey.forest.name
        lines = (self.group, place_words(self.survey.project, self.group, self.lang), forest)
        blocking = len(self.report.of_group(self.group).blocking)
        marks = marks_of(self.survey.forest, blocking, self.lang)
        y = draw_head(self.pad, room, self.say("list_title"), lines, code, marks) - HEAD_GAP_MM
        for row in (self.heading, *rows):
            y = self._draw_row(row, room, y)
        if page == pages:
            self._draw_end(room)

    def _draw_row(self, row: _Row, room: Box, y: float) -> float:
        canvas = self.pad.canvas
        low = y - row.height_mm
        box = Box(room.x0, low, room.x1, y)
        canvas.path([box.ring], closed=True, fill=row.fill, stroke=INK, width_mm=0.12)
        if len(row.cells) == 1:
            canvas.text(
                box.x0 + 1.5, y - PADDING_MM - 2.6, row.cells[0][0], size_pt=SIZE_PT, font="bold"
            )
            return low
        x = room.x0
        for (name, width_mm), lines in zip(_columns(), row.cells, strict=True):
            if x > room.x0:
                canvas.path([np.array([(x, low), (x, y)])], stroke=INK, width_mm=0.08)
            right = name in _RIGHT
            for i, line in enumerate(lines):
                at = x + (width_mm - 0.8 if right else 0.8)
                canvas.text(
                    at,
                    y - PADDING_MM - 2.6 - i * LINE_MM,
                    line,
                    size_pt=SIZE_PT,
                    font=row.font,
                    align="right" if right else "left",
                )
            x += width_mm
        return low

    def _draw_end(self, room: Box) -> None:
        project, lang = self.survey.project, self.lang
        group = project.group(self.group)
        pekon = group.pekon or project.place.pekon
        blank = say("sheets.name_blank", lang)
        kph = project.place.kph.removeprefix("KPH").strip()
        known = say("sheets.acknowledged", lang)
        signers = [
            ("", say("sheets.head_of_group", lang), group.ketua),
            (known, say("sheets.head_of_village", lang, name=pekon).strip(), group.kepala_pekon),
            (known, say("sheets.forest_office", lang, name=kph).strip(), ""),
        ]
        part = (room.width - 40) / len(signers)
        for i, (above, role, name) in enumerate(signers):
            x = room.x0 + i * part
            box = Box(x, room.y0, x + part, room.y0 + END_MM - 4)
            draw_place_to_sign(self.pad.canvas, box, role, name or blank, above=above)
        mine = self.survey.parcels["group"] == self.group
        proof = Box(room.x1 - 26, room.y0, room.x1, room.y0 + END_MM - 3)
        draw_proof(self.pad.canvas, proof, digest_of(self.survey.parcels[mine]), lang)


def _signed(rows: list[_Row], room_mm: float) -> list[_Row]:
    """Return the last `LEAST_SIGNED` rows, fewer where the room is less; the last is a sum."""
    last = rows[-LEAST_SIGNED:]
    while len(last) > 1 and _height_mm(last) > room_mm:
        last = last[1:]
    return last


def _paged(rows: Sequence[_Row], room_mm: float) -> list[list[_Row]]:
    pages: list[list[_Row]] = [[]]
    for row in rows:
        if pages[-1] and _height_mm([*pages[-1], row]) > room_mm:
            pages.append([])
        pages[-1].append(row)
    return pages


def _height_mm(rows: Sequence[_Row]) -> float:
    return sum(row.height_mm for row in rows)


def _columns() -> list[tuple[str, float]]:
    return list(_WIDTHS_MM.items())


def _across(words: str, fill: str | None = None) -> _Row:
    return _Row(((words,),), "bold", fill)


def _lines(paragraphs: Sequence[str], width_mm: float) -> tuple[str, ...]:
    lines = [line for words in paragraphs for line in wrap(words, width_mm - 1.6, SIZE_PT)]
    cut = lines[:MOST_LINES]
    if len(lines) > MOST_LINES:
        cut[-1] = cut[-1].rstrip(".") + "…"
    return tuple(cut) or ("",)
