"""Who confirms a parcel: the neighbours of its four batas, its farmer, and the heads."""

from __future__ import annotations

import numpy as np

from hkm_gis.neighbours import SIDES
from hkm_gis.sheets.canvas import Box, shorten, text_width_mm
from hkm_gis.sheets.pages.leaf import (
    BODY_PT,
    HEADING_PT,
    SMALL_PT,
    Pad,
    draw_lines,
    draw_place_to_sign,
    draw_proof,
    rule,
)
from hkm_gis.sheets.pages.sketch import Sketch
from hkm_gis.text import say, written_date

__all__ = ["CONFIRMED_MM", "GAP_MM", "draw_batas", "draw_signatures"]

SIGN_MM, GAP_MM = 29.0, 2.5
BATAS_ROW_MM = 7.2
INK_LINE_MM = 76.0
CONFIRMED_MM = SIGN_MM + 4 * BATAS_ROW_MM + 5.5 + 2 * GAP_MM
"""Height of the batas and the signatures together."""


def draw_batas(pad: Pad, sketch: Sketch, room: Box, low: float) -> float:
    """Draw the four batas with places to sign, and return the height above them."""
    canvas = pad.canvas
    top = low + 4 * BATAS_ROW_MM + 5.0
    canvas.text(room.x0, top - 3.4, sketch.say("batas_heading"), size_pt=HEADING_PT, font="bold")
    ink = sketch.say("neighbour_signs")
    canvas.text(room.x0 + 112, top - 3.4, ink, size_pt=SMALL_PT)
    batas = sketch.surround.batas.loc[sketch.row.parcel_id]
    for i, side in enumerate(SIDES):
        y1 = top - 5.0 - i * BATAS_ROW_MM
        rule(canvas, room.x0, room.x1, y1, width_mm=0.12)
        y = y1 - BATAS_ROW_MM / 2 - 1.1
        canvas.text(room.x0 + 1, y, sketch.say(side), size_pt=BODY_PT, font="semibold")
        words = batas[side] or sketch.say("batas_unknown")
        _draw_cell(pad, Box(room.x0 + 20, y1 - BATAS_ROW_MM, room.x0 + 110, y1), words)
        ink_line = np.array([(room.x0 + 112, y - 0.6), (room.x0 + 112 + INK_LINE_MM, y - 0.6)])
        canvas.path([ink_line], stroke="#6a6a6a", width_mm=0.15, dash_mm=(0.4, 0.8))
    rule(canvas, room.x0, room.x1, top - 5.0 - 4 * BATAS_ROW_MM, width_mm=0.12)
    return top + GAP_MM


def _draw_cell(pad: Pad, box: Box, words: str) -> None:
    """Write words in one line, or in two smaller ones."""
    room = box.width - 2
    if text_width_mm(words, BODY_PT) <= room:
        pad.canvas.text(box.x0 + 1, box.centre[1] - 1.1, words, size_pt=BODY_PT)
        return
    draw_lines(pad.canvas, box.x0 + 1, box.y1 - 0.2, room, [words], size_pt=SMALL_PT, lines=2)


def draw_signatures(pad: Pad, sketch: Sketch, room: Box) -> float:
    """Draw three places to sign and the QR code at the foot, and return the height above them."""
    project, lang = sketch.surround.survey.project, sketch.lang
    group = project.group(sketch.row.group)
    pekon = group.pekon or project.place.pekon
    blank = say("sheets.name_blank", lang)
    qr_mm = 24.0
    row = Box(room.x0, room.y0, room.x1 - qr_mm - 3, room.y0 + SIGN_MM)
    place = project.place.kabupaten or pekon or "................"
    day = written_date(project.date, lang) if project.date else say("sheets.date_blank", lang)
    dated = say("sheets.signed_at", lang, place=place, date=day)
    pad.canvas.text(row.x0, row.y1 - 3.2, shorten(dated, row.width, BODY_PT), size_pt=BODY_PT)
    village = say("sheets.head_of_village", lang, name=pekon).strip()
    signers = (
        ("", sketch.say("signs_farmer"), sketch.member),
        ("", say("sheets.head_of_group", lang), group.ketua),
        (say("sheets.acknowledged", lang), village, group.kepala_pekon),
    )
    part = row.width / len(signers)
    for i, (above, role, name) in enumerate(signers):
        box = Box(row.x0 + i * part, row.y0, row.x0 + (i + 1) * part, row.y1 - 4)
        draw_place_to_sign(pad.canvas, box, role, name or blank, above=above)
    draw_proof(pad.canvas, Box(room.x1 - qr_mm, room.y0, room.x1, row.y1 + 2), sketch.digest, lang)
    rule(pad.canvas, room.x0, room.x1, row.y1 + 2.6, width_mm=0.35)
    return row.y1 + 2.6 + GAP_MM
