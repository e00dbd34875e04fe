"""Who signs, with room for stamp and ink, and the fingerprint of the parcels."""

from __future__ import annotations

from hkm_gis.project import Project
from hkm_gis.sheets.blocks import Block
from hkm_gis.sheets.canvas import (
    Box,
    Canvas,
    shorten,
    wrap,
    wrap_evenly,
)
from hkm_gis.sheets.content import Content
from hkm_gis.sheets.qr import draw_qr
from hkm_gis.text import say, written_date

__all__ = ["signature_panel"]


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
    day = written_date(project.date, lang) if project.date else say("sheets.date_blank", lang)
    dated = say("sheets.signed_at", lang, place=place, date=day)

    def draw(canvas: Canvas, box: Box) -> None:
        part = (width_mm - qr_mm - 2) / len(signers)
        canvas.text(box.x0, box.y1 - 2.4, shorten(dated, 3 * part, 6.4), size_pt=6.4)
        for i, (above, role, name) in enumerate(signers):
            middle = box.x0 + (i + 0.5) * part
            above = say("sheets.acknowledged", lang) if above else ""
            _signature(canvas, box, middle, part - 1.5, (above, role, name or blank))
        corner = Box(box.x1 - qr_mm, box.y0 + 3.2, box.x1, box.y0 + 3.2 + qr_mm)
        draw_qr(canvas, corner, content.digest)
        title = say("sheets.fingerprint", lang)
        canvas.text(corner.centre[0], corner.y1 + 1.2, title, size_pt=5.8, align="centre")
        short = content.digest.short
        canvas.text(corner.centre[0], box.y0 + 0.6, short, size_pt=5.6, align="centre")

    return Block("signature", 30.0, draw)


def _signature(
    canvas: Canvas, box: Box, middle: float, room_mm: float, words: tuple[str, str, str]
) -> None:
    above, role, name = words
    needed = len(wrap(role, room_mm, 6.4, "semibold", lines=2))
    roles = wrap_evenly(role, needed, room_mm, 6.4, "semibold")
    lines = [(text, box.y1 - 8.2 - 2.8 * i, 6.4, "semibold") for i, text in enumerate(roles)]
    for text, y, size_pt, font in (
        (above, box.y1 - 5.4, 6.0, "regular"),
        *lines,
        (name, box.y0 + 1.2, 6.4, "semibold"),
    ):
        fitted = shorten(text, room_mm, size_pt, font)  # type: ignore[arg-type]
        canvas.text(middle, y, fitted, size_pt=size_pt, font=font, align="centre")  # type: ignore[arg-type]
