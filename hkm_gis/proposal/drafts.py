"""Drafts of the letters that a proposal needs, filled with what the project knows."""

from __future__ import annotations

from hkm_gis.privacy import redact
from hkm_gis.proposal.letter import Letter
from hkm_gis.proposal.letter_paper import LetterPaper
from hkm_gis.proposal.letter_parts import PARTS
from hkm_gis.report import Report
from hkm_gis.survey import Survey
from hkm_gis.text import fill, phrase, say

__all__ = ["DRAFTED", "write_drafts"]

DRAFTED = {
    "surat_permohonan.docx": "surat_permohonan",
    "surat_pengantar_pekon.docx": "surat_pengantar",
    "struktur_kelembagaan.docx": "struktur",
    "rencana_kerja.docx": "rencana_kerja",
    "ad_art.docx": "adart",
}
"""File → the paper of the regulation that it is a draft of."""


_TWO_LINES = 170
"""Letters that fill two lines of a letter."""


def write_drafts(
    survey: Survey, found: Report, group: str, *, lang: str = "id"
) -> dict[str, bytes]:
    """Return the drafts of ``group`` as DOCX, file name → bytes, the same for the same input.

    Parameters
    ----------
    survey
        Everything read, all groups.
    found
        What was found of this group.
    group
        Name of the group.
    lang
        Language. Offices read Indonesian.

    Notes
    -----
    Each says RANCANGAN on every page, marks in yellow what people must write, and lists it on a
    last page. What the project does not know is a blank, never a guess.
    """
    letters = (Letter(name.removesuffix(".docx"), survey, found, group, lang) for name in DRAFTED)
    return {f"{letter.name}.docx": _write(letter) for letter in letters}


def _write(letter: Letter) -> bytes:
    paper = LetterPaper(
        f"{letter.say('title')} – {redact(letter.group)}",
        warning="\n".join(_warnings(letter)),
        page=say("drafts.page", letter.lang),
    )
    # The marks are those of the text alone: no name that is filled in can be one.
    for line in phrase(f"drafts.{letter.name}.body", letter.lang).strip().split("\n"):
        _write_line(letter, paper, line)
    _list_blanks(letter, paper)
    return paper.save()


def _warnings(letter: Letter) -> list[str]:
    told = [say("drafts.draft", letter.lang)]
    forest = letter.survey.forest
    if forest is not None and forest.example:
        told.append(say("drafts.example", letter.lang))
    if letter.found.blocking:
        told.append(say("drafts.findings", letter.lang, findings=len(letter.found.blocking)))
    return told


def _write_line(letter: Letter, paper: LetterPaper, line: str) -> None:
    mark, _, rest = line.partition(" ")
    if mark.startswith("@"):
        PARTS[mark[1:]](letter, paper, rest.split())
    elif mark in ("#", "##"):
        paper.head(fill(rest, letter.lang, **letter.facts), len(mark))
    elif mark == "-":
        paper.point(fill(rest, letter.lang, **letter.facts))
    else:
        words = fill(line, letter.lang, **letter.facts)
        # two lines set to both sides have holes between the words of the first
        paper.write(words, align="both" if len(words) > _TWO_LINES else "left")


def _list_blanks(letter: Letter, paper: LetterPaper) -> None:
    blanks = list(dict.fromkeys(paper.blanks))
    if blanks:
        paper.head(say("drafts.to_fill", letter.lang), 1, new_page=True)
        paper.write(say("drafts.to_fill_help", letter.lang))
        for blank in blanks:
            paper.point(blank.strip("[]"))
