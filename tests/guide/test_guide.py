"""The guide is simple, complete, and printed whole."""

from __future__ import annotations

import re
from pathlib import Path

import pypdfium2
import pytest

from hkm_gis import draw_guide
from hkm_gis.checks import CHECKS
from hkm_gis.guide.chapters import chapters, findings, markdown
from hkm_gis.guide.pictures import PICTURES
from hkm_gis.text import LANGUAGES

DOCS = Path(__file__).parents[2] / "docs"
MEAN_WORDS_MAX = 10
"""What a slow reader takes in at once."""


def sentences(lang: str) -> list[str]:
    """Return every sentence of the guide, what each finding means included."""
    texts = [line.text for chapter in chapters(lang) for line in chapter.lines]
    texts += [text for found in findings(lang) for text in (found.why, found.fix)]
    return [s for text in texts for s in re.split(r"(?<=[.?!])\s+", text.strip()) if s]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_slow_reader_can_follow(lang):
    lengths = [len(s.split()) for s in sentences(lang)]

    assert sum(lengths) / len(lengths) <= MEAN_WORDS_MAX
    assert max(lengths) <= 25


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_line_of_the_guide_is_printed(lang, tmp_path):
    book = pypdfium2.PdfDocument(draw_guide(tmp_path / "p.pdf", lang=lang).read_bytes())
    printed = " ".join(_words(page.get_textpage().get_text_range()) for page in book)

    said = [line.text for chapter in chapters(lang) for line in chapter.lines]
    said += [text for f in findings(lang) for text in (f.title, f.why, f.fix)]
    assert [text for text in said if _words(text) not in printed] == []


def test_the_same_program_prints_the_same_bytes(tmp_path):
    first, second = (draw_guide(tmp_path / name).read_bytes() for name in ("a.pdf", "b.pdf"))

    assert first == second


def test_every_check_and_every_picture_has_its_place():
    assert [f.code for f in findings("id")] == [check.code for check in CHECKS]
    shown = {chapter.picture for chapter in chapters("id") if chapter.picture}
    assert shown == set(PICTURES)
    page = markdown("id", "panduan")
    for name in PICTURES:
        assert f"panduan/{name}.png" in page
        assert (DOCS / "panduan" / f"{name}.png").stat().st_size > 500


def test_steps_count_from_one():
    for chapter in chapters("id"):
        steps = [int(line.step) for line in chapter.lines if line.step]
        assert steps == list(range(1, len(steps) + 1)), chapter.name


def _words(text: str) -> str:
    return " ".join(text.replace("\ufffe", "-").split())
