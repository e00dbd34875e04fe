"""The first page of a package: what is inside, what it adds up to, and what is still open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from hkm_gis.digest import Digest
from hkm_gis.exports import Loss, tell_loss
from hkm_gis.exports.reading_back import prove_tables
from hkm_gis.exports.workbook import write_workbook
from hkm_gis.privacy import redact
from hkm_gis.proposal.completeness import PaperState, Standing, tell_paper, tell_signers
from hkm_gis.proposal.layout import FOLDERS
from hkm_gis.report import Report, Severity, Status
from hkm_gis.sheets.canvas import INK, Box, Canvas, Font, shorten, text_width_mm, wrap
from hkm_gis.sheets.qr import draw_qr
from hkm_gis.survey import Survey
from hkm_gis.text import number, phrase, say

__all__ = ["Summary", "draw_read_me", "write_completeness"]

WIDTH_MM, HEIGHT_MM, EDGE_MM = 210.0, 297.0, 17.0
TEXT_PT, SMALL_PT, HEAD_PT = 11.5, 10.0, 13.0
"""Sizes that old eyes read: newspapers print in 9."""
LINE_MM = 5.3
MOST_FINDINGS = 6
MOST_NOTES = 3
QR_MM = 25.0
_RED, _GREEN, _AMBER = "#b30000", "#1f5132", "#9a5b00"
_COLORS = {
    Standing.PRESENT: _GREEN,
    Standing.MISSING: _RED,
    Standing.NOT_CHECKED: _AMBER,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What the first page and the list of papers tell of one package."""

    survey: Survey
    part: Survey
    found: Report
    group: str
    digest: Digest
    papers: tuple[PaperState, ...]
    left_out: tuple[str, ...] = ()
    losses: tuple[Loss, ...] = ()


def draw_read_me(summary: Summary, lang: str) -> bytes:
    """Return the read-me as a PDF of one A4 page, the same for the same summary."""
    title = say("proposal.title", lang, group=redact(summary.group))
    canvas = Canvas(WIDTH_MM, HEIGHT_MM, title=title)
    page = _Page(canvas, lang, HEIGHT_MM - EDGE_MM)
    page.marks(summary)
    page.title(title)
    page.totals(summary)
    page.folders()
    page.findings(summary)
    page.papers(summary)
    page.notes(summary)
    page.foot(summary)
    return canvas.save()


def write_completeness(summary: Summary, remark: str, lang: str) -> bytes:
    """Return the list of papers as an XLSX: how each stands, its files, who must sign."""
    rows = [_row(state, lang) for state in summary.papers]
    sheet = phrase("proposal.completeness.sheet", lang)
    notes = pd.DataFrame({"note": list(_notes(summary, lang))})
    tables = {sheet: pd.DataFrame(rows), phrase("proposal.completeness.notes", lang): notes}
    book = write_workbook(
        tables,
        heading=lambda column: phrase(f"proposal.completeness.{column}", lang),
        remark=remark,
        widest=24,
    )
    prove_tables(sheet, book, tables)
    return book


def _row(state: PaperState, lang: str) -> dict[str, str]:
    problems = (f"{f}: {phrase(f'proposal.problem.{p}', lang)}" for f, p in state.problems)
    return {
        "paper": tell_paper(state, lang),
        "standing": phrase(f"proposal.standing.{state.standing}", lang),
        "files": "; ".join(state.files),
        "problems": "; ".join(problems),
        "signed_by": tell_signers(state, lang),
        "signed": phrase("proposal.never_checked", lang),
        "draft": state.draft,
        "asked": phrase(f"regulation.confidence.{state.confidence}", lang),
        "signers_asked": phrase(f"regulation.confidence.{state.signers_confidence}", lang),
    }


def _notes(summary: Summary, lang: str) -> Iterator[str]:
    """Yield what a reader must know that no table says, the gravest first."""
    for name in summary.left_out:
        yield say("proposal.left_out", lang, name=name)
    for loss in summary.losses:
        yield tell_loss(loss, lang)
    if any(state.confidence != "verified" for state in summary.papers):
        yield phrase("proposal.star", lang)
    yield phrase("proposal.papers_not_read", lang)
    if summary.survey.forest is None:
        yield phrase("proposal.no_forest", lang)
    yield say("proposal.regulation", lang, regulation=summary.survey.regulation.title)


@dataclass(slots=True)
class _Page:
    """A page that is filled downwards; ``y_mm`` is where the last line stands."""

    canvas: Canvas
    lang: str
    y_mm: float

    def line(
        self,
        text: str,
        *,
        x_mm: float = EDGE_MM,
        size_pt: float = TEXT_PT,
        font: Font = "regular",
        color: str = INK,
    ) -> None:
        """Write one line and go to the next."""
        room_mm = WIDTH_MM - EDGE_MM - x_mm
        self.y_mm -= LINE_MM * max(1.0, size_pt / TEXT_PT)
        words = shorten(text, room_mm, size_pt, font)
        self.canvas.text(x_mm, self.y_mm, words, size_pt=size_pt, font=font, color=color)

    def head(self, text: str) -> None:
        self.y_mm -= 2.2
        self.line(text, size_pt=HEAD_PT, font="bold", color=_GREEN)
        self.y_mm -= 0.6

    def marks(self, summary: Summary) -> None:
        forest = summary.survey.forest
        told = []
        if forest is not None and forest.example:
            told.append(phrase("exports.example", self.lang))
        if blocking := summary.found.blocking:
            told.append(say("proposal.draft", self.lang, findings=len(blocking)))
        for words in told:
            box = Box(EDGE_MM, self.y_mm - 9.0, WIDTH_MM - EDGE_MM, self.y_mm)
            self.canvas.path([box.ring], closed=True, stroke=_RED, width_mm=0.6)
            shown = shorten(words, box.width - 4, 12.5, "bold")
            middle = (box.x0 + box.x1) / 2
            self.canvas.text(
                middle, box.y0 + 2.9, shown, size_pt=12.5, font="bold", color=_RED, align="centre"
            )
            self.y_mm -= 11.0

    def title(self, title: str) -> None:
        lines = wrap(title, WIDTH_MM - 2 * EDGE_MM, 20, "bold", lines=2)
        for words in lines:
            self.line(words, size_pt=20, font="bold")

    def totals(self, summary: Summary) -> None:
        register = summary.part.parcels["household"]
        numbers = {
            "area": f"{number(summary.digest.area_ha, self.lang)} ha",
            "parcels": str(summary.digest.count),
            "households": str(len({h for h in register if h})),
            "findings": str(len(summary.found.blocking)),
        }
        self.y_mm -= 12.5
        part_mm = (WIDTH_MM - 2 * EDGE_MM) / len(numbers)
        for at, (key, value) in enumerate(numbers.items()):
            x = EDGE_MM + at * part_mm
            color = _RED if key == "findings" and summary.found.blocking else INK
            self.canvas.text(x, self.y_mm, value, size_pt=20, font="bold", color=color)
            words = phrase(f"proposal.total.{key}", self.lang)
            self.canvas.text(x, self.y_mm - 5.0, words, size_pt=SMALL_PT)
        self.y_mm -= 6.0

    def folders(self) -> None:
        self.head(phrase("proposal.inside", self.lang))
        names = [folder.rstrip("/") for folder in FOLDERS]
        column_mm = max(text_width_mm(name, TEXT_PT, "semibold") for name in names) + 4
        for at, name in enumerate(names, start=1):
            self.line(name, font="semibold")
            self.y_mm += LINE_MM
            self.line(phrase(f"proposal.folder.{at}", self.lang), x_mm=EDGE_MM + column_mm)

    def findings(self, summary: Summary) -> None:
        self.head(phrase("proposal.open", self.lang))
        counts = Counter(f.code for f in summary.found.blocking)
        warnings = sum(
            f.severity is Severity.WARNING and f.status is Status.OPEN
            for f in summary.found.findings
        )
        if not counts:
            self.line(phrase("proposal.nothing_open", self.lang), color=_GREEN)
        for code, times in counts.most_common(MOST_FINDINGS):
            title = phrase(f"checks.{code}.title", self.lang)
            self.line(f"{code}   {times} ×   {title}")
        rest = len(counts) - MOST_FINDINGS
        if rest > 0:
            self.line(say("proposal.more_open", self.lang, kinds=rest))
        if warnings:
            self.line(say("proposal.warnings", self.lang, warnings=warnings))
        accepted = sum(f.status is Status.ACCEPTED for f in summary.found.findings)
        if accepted:
            self.line(say("proposal.accepted", self.lang, accepted=accepted))

    def papers(self, summary: Summary) -> None:
        self.head(phrase("proposal.papers", self.lang))
        standing_mm = max(
            text_width_mm(phrase(f"proposal.standing.{s}", self.lang), TEXT_PT, "bold")
            for s in Standing
        )
        for state in summary.papers:
            words = phrase(f"proposal.standing.{state.standing}", self.lang)
            self.line(words, font="bold", color=_COLORS[state.standing])
            self.y_mm += LINE_MM
            asked = "paper" if state.confidence == "verified" else "paper_believed"
            told = say(
                f"proposal.{asked}",
                self.lang,
                paper=tell_paper(state, self.lang),
                signers=tell_signers(state, self.lang),
            )
            self.line(told, x_mm=EDGE_MM + standing_mm + 4)

    def notes(self, summary: Summary) -> None:
        self.y_mm -= 1.5
        for note in list(_notes(summary, self.lang))[:MOST_NOTES]:
            lines = wrap(note, WIDTH_MM - 2 * EDGE_MM, SMALL_PT, lines=2)
            if self.y_mm - len(lines) * LINE_MM < EDGE_MM + QR_MM:
                return  # the list of papers tells them all
            for words in lines:
                self.line(words, size_pt=SMALL_PT)

    def foot(self, summary: Summary) -> None:
        corner = Box(WIDTH_MM - EDGE_MM - QR_MM, EDGE_MM - 5, WIDTH_MM - EDGE_MM, EDGE_MM + 20)
        draw_qr(self.canvas, corner, summary.digest)
        room_mm = corner.x0 - EDGE_MM - 4
        words = say("proposal.prove", self.lang, code=summary.digest.short)
        lines = wrap(words, room_mm, SMALL_PT, lines=4)
        for at, line in enumerate(reversed(lines)):
            self.canvas.text(EDGE_MM, corner.y0 + 1 + at * 4.6, line, size_pt=SMALL_PT)
