"""The berita acara: the form on which two farmers and their groups settle one boundary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from hkm_gis.project import Project
from hkm_gis.sheets.canvas import INK, Box, Canvas, shorten, text_width_mm
from hkm_gis.sheets.marks import MARK_INK
from hkm_gis.sheets.pages.leaf import BODY_PT, SMALL_PT, draw_lines, draw_place_to_sign, rule
from hkm_gis.text import say

__all__ = ["draw_agreement"]

TEXT_PT = 10.0
CHOICES = ("to_first", "to_second", "divided", "measured_wrongly", "not_agreed")
CHOICE_MM, WRITE_MM, SIGN_MM, BOX_MM = 9.0, 8.5, 32.0, 4.2
"""Rows are as far apart as lines of a school book: people fill them in by hand."""
APART_MM = 4.0
"""Between a name and what stands above the next signature: else they read as one."""


def draw_agreement(
    canvas: Canvas,
    room: Box,
    project: Project,
    parcels: tuple[str, str],
    groups: tuple[str, str],
    facts: Mapping[str, object],
    marks: Sequence[str],
    lang: str,
) -> None:
    """Draw the form into ``room``: when and where, the parties, what they agree on, who signs.

    Parameters
    ----------
    canvas, room
        The leaf.
    project
        Names the heads of groups and villages.
    parcels, groups
        Code and group of each of the two parcels; the farmers write their names themselves.
    facts
        ``number``, ``count``, ``area_ha``, ``digest`` and ``forest`` of the conflict.
    marks
        What keeps the map of the conflict from being final.
    lang
        Language of the form.
    """
    middle = room.centre[0]
    title = say("pages.agreement_title", lang)
    canvas.text(middle, room.y1 - 6, title, size_pt=15, font="bold", align="centre")
    words = say("pages.agreement_subtitle", lang, **facts)
    fitted = shorten(words, room.width, TEXT_PT)
    canvas.text(middle, room.y1 - 11.5, fitted, size_pt=TEXT_PT, align="centre")
    told = " · ".join(marks)
    canvas.text(
        middle, room.y1 - 16, told, size_pt=SMALL_PT, font="bold", color=MARK_INK, align="centre"
    )
    rule(canvas, room.x0, room.x1, room.y1 - 18, width_mm=0.35)
    opening = say("pages.agreement_opening", lang)
    y = draw_lines(canvas, room.x0, room.y1 - 20, room.width, [opening], size_pt=TEXT_PT) - 2
    for key, parcel, group in zip(("first", "second"), parcels, groups, strict=True):
        y = _draw_party(canvas, room, y, key, parcel, group, lang)
    agreed = say("pages.agreement_agreed", lang, **facts)
    y = draw_lines(canvas, room.x0, y - 1, room.width, [agreed], size_pt=TEXT_PT) - 1.5
    for key in CHOICES:
        y = _draw_choice(canvas, room, y, say(f"pages.choice.{key}", lang))
    signed_mm = room.y0 + 3 * SIGN_MM
    closing = say("pages.agreement_closing", lang)
    draw_lines(canvas, room.x0, signed_mm + 12, room.width, [closing], size_pt=TEXT_PT)
    _draw_writing(canvas, room, y - 1, signed_mm + 18, say("pages.agreement_notes", lang))
    _draw_signers(canvas, room, project, groups, lang)


def _draw_party(
    canvas: Canvas, room: Box, y: float, key: str, parcel: str, group: str, lang: str
) -> float:
    role = say(f"pages.party.{key}", lang)
    canvas.text(room.x0, y - 4.2, role, size_pt=TEXT_PT, font="semibold")
    parts = (say("pages.party.name", lang), say("pages.party.parcel", lang, parcel=parcel))
    x = room.x0 + 34
    canvas.text(x, y - 4.2, parts[0], size_pt=TEXT_PT)
    _draw_dots(canvas, x + text_width_mm(parts[0], TEXT_PT) + 1, x + 92, y - 4.6)
    canvas.text(x + 95, y - 4.2, shorten(parts[1], room.x1 - x - 95, TEXT_PT), size_pt=TEXT_PT)
    fitted = shorten(group, room.x1 - x, TEXT_PT)
    canvas.text(x, y - 9.6, fitted, size_pt=TEXT_PT)
    return y - 13.5


def _draw_choice(canvas: Canvas, room: Box, y: float, words: str) -> float:
    corner = Box(room.x0, y - BOX_MM - 1.0, room.x0 + BOX_MM, y - 1.0)
    canvas.path([corner.ring], closed=True, stroke=INK, width_mm=0.3)
    x = room.x0 + BOX_MM + 3
    canvas.text(x, y - 4.2, words, size_pt=TEXT_PT)
    _draw_dots(canvas, x + text_width_mm(words, TEXT_PT) + 1.5, room.x1, y - 4.6)
    return y - CHOICE_MM


def _draw_writing(canvas: Canvas, room: Box, y: float, low: float, words: str) -> None:
    canvas.text(room.x0, y - 4.2, words, size_pt=TEXT_PT)
    _draw_dots(canvas, room.x0 + text_width_mm(words, TEXT_PT) + 1.5, room.x1, y - 4.6)
    while y - WRITE_MM - 4.6 > low:
        y -= WRITE_MM
        _draw_dots(canvas, room.x0, room.x1, y - 4.6)


def _draw_dots(canvas: Canvas, x0: float, x1: float, y: float) -> None:
    if x1 - x0 > 4:
        line = np.array([(x0, y), (x1, y)])
        canvas.path([line], stroke="#4a4a4a", width_mm=0.18, dash_mm=(0.4, 0.8))


def _draw_signers(
    canvas: Canvas, room: Box, project: Project, groups: tuple[str, str], lang: str
) -> None:
    blank = say("sheets.name_blank", lang)
    first, second = (project.group(name) for name in groups)
    pekon = [g.pekon or project.place.pekon for g in (first, second)]
    heads = [g.kepala_pekon or blank for g in (first, second)]
    head, known = say("pages.signs.head", lang), say("sheets.acknowledged", lang)
    village = [say("sheets.head_of_village", lang, name=name).strip() for name in pekon]
    rows: list[list[tuple[str, str, str]]] = [
        [("", say(f"pages.party.{key}", lang), blank) for key in ("first", "second")]
        + [("", say("pages.signs.witness", lang, number=1), blank)],
        [(head, g.name, g.ketua or blank) for g in (first, second)]
        + [("", say("pages.signs.witness", lang, number=2), blank)],
        [(known, role, name) for role, name in dict.fromkeys(zip(village, heads, strict=True))]
        + [(known, say("pages.signs.office", lang, name=_office(project)).strip(), blank)],
    ]
    for i, row in enumerate(rows):
        y0 = room.y0 + (len(rows) - 1 - i) * SIGN_MM
        part = room.width / len(row)
        for k, (above, role, name) in enumerate(row):
            box = Box(room.x0 + k * part, y0, room.x0 + (k + 1) * part, y0 + SIGN_MM - APART_MM)
            draw_place_to_sign(canvas, box, role, name, above=above, size_pt=BODY_PT)


def _office(project: Project) -> str:
    return project.place.kph.removeprefix("KPH").strip()
