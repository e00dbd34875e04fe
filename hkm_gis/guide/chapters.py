"""What the guide says: its chapters, and what each finding means, in the words of the checks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from hkm_gis.checks import CHECKS
from hkm_gis.text import catalogue, phrase
from hkm_gis.wording import Explanation, explain

__all__ = ["Chapter", "Line", "chapters", "findings", "markdown"]

WORDS = "words"
"""The table of ``guide.toml`` that is no chapter."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a chapter: a step with its number, or a plain sentence without."""

    text: str
    step: str = ""


@dataclass(frozen=True, slots=True)
class Chapter:
    """One thing to do: its title, its lines, and the picture that shows it, if any."""

    name: str
    title: str
    lines: tuple[Line, ...]
    picture: str = ""


def chapters(lang: str) -> list[Chapter]:
    """Return the chapters in reading order."""
    words = catalogue(lang)["guide"]
    names = dict.fromkeys(key.partition(".")[0] for key in words)
    return [
        Chapter(
            name,
            words[f"{name}.title"],
            tuple(_lines(words[f"{name}.text"])),
            words.get(f"{name}.picture", ""),
        )
        for name in names
        if name != WORDS
    ]


def findings(lang: str) -> list[Explanation]:
    """Return what each check looks for, in the order of the checks."""
    return [explain(check.code, lang=lang) for check in CHECKS]


def markdown(lang: str, pictures: str) -> str:
    """Return the guide as one Markdown page; ``pictures`` is the folder of its pictures."""
    told = [f"# {phrase('guide.words.title', lang)}", phrase("guide.words.subtitle", lang)]
    for chapter in chapters(lang):
        told.append(f"## {chapter.title}")
        if chapter.picture:
            told.append(f"![{chapter.title}]({pictures}/{chapter.picture}.png)")
        told += _paragraphs(chapter)
    told += [f"## {phrase('guide.words.findings', lang)}"]
    told += [phrase("guide.words.findings_text", lang)]
    for found in findings(lang):
        mark = phrase(f"guide.words.{found.severity}", lang)
        told += [f"### {found.code} {found.title} [{mark}]", found.why, f"**{found.fix}**"]
    return "\n\n".join(told) + "\n"


def _lines(text: str) -> Iterator[Line]:
    for line in text.strip().splitlines():
        step = re.match(r"(\d+)\. (.*)", line)
        yield Line(step.group(2), step.group(1)) if step else Line(line)


def _paragraphs(chapter: Chapter) -> Iterator[str]:
    # Steps that follow each other are one list, sentences one paragraph.
    block: list[str] = []
    steps = False
    for line in chapter.lines:
        if block and bool(line.step) != steps:
            yield "\n".join(block)
            block = []
        steps = bool(line.step)
        block.append(f"{line.step}. {line.text}" if steps else line.text)
    yield "\n".join(block)
