"""The guide on A4 pages, in letters that old eyes read at arm's length."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hkm_gis.guide.chapters import Chapter, Line, chapters, findings
from hkm_gis.guide.pictures import PICTURE_MM, draw_picture
from hkm_gis.sheets.canvas import POINTS_PER_MM, Box, Canvas, Font, text_width_mm, wrap
from hkm_gis.text import phrase, say
from hkm_gis.wording import Explanation

__all__ = ["draw_book"]

PAGE = Box(0, 0, 210, 297)
ROOM = Box(24, 26, 186, 275)
"""Where words stand on a page."""

BODY_PT = 12.0
"""Read at arm's length by somebody of sixty without glasses (WHO: 1.6 mm letters)."""
TITLE_PT = 17.0
STEP_MM = 9.0
"""Room to the left of a step for its number."""
GREEN = "#1f5132"
_COLOUR = {"error": "#b3001b", "warning": "#9a4a00", "note": "#2b5c8a"}


@dataclass(frozen=True, slots=True)
class Part:
    """Something that stays whole on one page: its height, and how it is drawn below ``top``."""

    height_mm: float
    draw: Callable[[Canvas, float], None]


def draw_book(lang: str) -> bytes:
    """Return the guide as a PDF."""
    parts = [_head(lang), *(_chapter(c) for c in chapters(lang)), _findings_head(lang)]
    pages = _pages([*parts, *(_finding(f, lang) for f in findings(lang))])
    canvas = Canvas(PAGE.width, PAGE.height, title=phrase("guide.words.title", lang))
    for number, page in enumerate(pages, 1):
        if number > 1:
            canvas.page(PAGE.width, PAGE.height)
        top = ROOM.y1
        for part in page:
            part.draw(canvas, top)
            top -= part.height_mm
        foot = say("guide.words.page", lang, page=number, pages=len(pages))
        canvas.text(PAGE.centre[0], 14, foot, size_pt=9, align="centre", color="#555555")
    return canvas.save()


def _pages(parts: Sequence[Part]) -> list[list[Part]]:
    pages: list[list[Part]] = [[]]
    left_mm = ROOM.height
    for part in parts:
        if part.height_mm > left_mm and pages[-1]:
            pages.append([])
            left_mm = ROOM.height
        pages[-1].append(part)
        left_mm -= part.height_mm
    return pages


def _head(lang: str) -> Part:
    def draw(canvas: Canvas, top: float) -> None:
        canvas.path([Box(0, top - 18, PAGE.x1, PAGE.y1).ring], closed=True, fill=GREEN)
        words = phrase("guide.words.title", lang)
        canvas.text(ROOM.x0, top - 1, words, size_pt=28, font="bold", color="#ffffff")
        under = phrase("guide.words.subtitle", lang)
        canvas.text(ROOM.x0, top - 11, under, size_pt=14, color="#ffffff")

    return Part(30.0, draw)


def _chapter(chapter: Chapter) -> Part:
    rows = [row for line in chapter.lines for row in _rows(line)]
    height = 11 + sum(high for high, _ in rows) + 8
    picture_mm = PICTURE_MM[1] + 6 if chapter.picture else 0.0

    def draw(canvas: Canvas, top: float) -> None:
        canvas.text(ROOM.x0, top - 7, chapter.title, size_pt=TITLE_PT, font="bold", color=GREEN)
        y = top - 11
        if chapter.picture:
            frame = Box(ROOM.x0, y - PICTURE_MM[1], ROOM.x0 + PICTURE_MM[0], y)
            canvas.path([frame.ring], closed=True, fill="#fbfaf6", stroke="#c9cfc6", width_mm=0.2)
            draw_picture(canvas, chapter.picture, frame.x0, frame.y0)
            y -= picture_mm
        for high, write in rows:
            y -= high
            write(canvas, y)

    return Part(height + picture_mm, draw)


def _rows(
    line: Line, *, font: Font = "regular"
) -> list[tuple[float, Callable[[Canvas, float], None]]]:
    indent = STEP_MM if line.step else 0.0
    words = wrap(line.text, ROOM.width - indent, BODY_PT, font)
    leading = BODY_PT / POINTS_PER_MM * 1.45

    def writing(text: str, number: str) -> Callable[[Canvas, float], None]:
        def write(canvas: Canvas, y: float) -> None:
            if number:
                canvas.text(ROOM.x0, y, f"{number}.", size_pt=BODY_PT, font="bold", color=GREEN)
            canvas.text(ROOM.x0 + indent, y, text, size_pt=BODY_PT, font=font)

        return write

    return [(leading, writing(text, line.step if not n else "")) for n, text in enumerate(words)]


def _findings_head(lang: str) -> Part:
    intro = Line(phrase("guide.words.findings_text", lang))
    title = phrase("guide.words.findings", lang)
    part = _chapter(Chapter("findings", title, (intro,)))
    return Part(part.height_mm, part.draw)


def _finding(found: Explanation, lang: str) -> Part:
    mark = f"[{phrase(f'guide.words.{found.severity}', lang)}]"
    head = f"{found.code} {found.title}"
    colour = _COLOUR[str(found.severity)]
    rows = [*_rows(Line(found.why)), *_rows(Line(found.fix), font="semibold")]

    def draw(canvas: Canvas, top: float) -> None:
        bar = Box(ROOM.x0 - 5, top - height + 5, ROOM.x0 - 3.6, top - 1)
        canvas.path([bar.ring], closed=True, fill=colour)
        canvas.text(ROOM.x0, top - 5, head, size_pt=13, font="bold")
        right = ROOM.x0 + text_width_mm(head, 13, "bold") + 3
        canvas.text(right, top - 5, mark, size_pt=11, color=colour)
        y = top - 6.5
        for high, write in rows:
            y -= high
            write(canvas, y)

    height = 6.5 + sum(high for high, _ in rows) + 7
    return Part(height, draw)
