"""The parts of a letter that are more than sentences: letterhead, tables, signatures."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from hkm_gis.proposal.blocks import Block
from hkm_gis.proposal.letter import Letter
from hkm_gis.proposal.letter_paper import LetterPaper
from hkm_gis.text import number, phrase, say, written_date

__all__ = ["PARTS"]

YEARS = 5
"""How many years the schedule of the outline of a work plan has columns for."""

SMALLEST_COVER_HA = 0.005
"""What would be printed as 0,00 ha in every block gets no column."""

BOARD = ("penasihat", "ketua", "sekretaris", "bendahara", "seksi", "seksi")


def _group_head(letter: Letter, paper: LetterPaper, _: Sequence[str]) -> None:
    address = letter.blank("address")
    lines = [say("drafts.group_head.line", letter.lang, **letter.facts), address]
    paper.letterhead(say("drafts.group_head.name", letter.lang, **letter.facts), lines)


def _village_head(letter: Letter, paper: LetterPaper, _: Sequence[str]) -> None:
    name = say("drafts.village_head.name", letter.lang, **letter.facts)
    line = say("drafts.village_head.line", letter.lang, **letter.facts)
    paper.letterhead(name, [line, letter.blank("village_address")])


def _letter_lines(letter: Letter, paper: LetterPaper, _: Sequence[str]) -> None:
    day = letter.survey.project.date
    date = written_date(day, letter.lang) if day else letter.blank("date")
    paper.write(f"{letter.facts['pekon']}, {date}", align="right")
    values = {
        "no": letter.blank("number"),
        "attachments": letter.say("attachments"),
        "subject": letter.say("subject"),
    }
    told = [(phrase(f"drafts.{key}", letter.lang), value) for key, value in values.items()]
    paper.pairs(told, width_cm=2.5)


def _place_table(letter: Letter, paper: LetterPaper, _: Sequence[str]) -> None:
    facts = letter.facts
    keys = ("group", "forest", "pekon", "kecamatan", "kabupaten", "provinsi", "das")
    rows = [(phrase(f"drafts.fact.{key}", letter.lang), str(facts[key])) for key in keys]
    area = number(letter.area_ha, letter.lang)
    rows.append((phrase("drafts.fact.area", letter.lang), area))
    rows.append((phrase("drafts.fact.parcels", letter.lang), str(facts["parcels"])))
    rows.append((phrase("drafts.fact.members", letter.lang), str(facts["members"])))
    paper.pairs(rows)


def _attachment_list(letter: Letter, paper: LetterPaper, _: Sequence[str]) -> None:
    for asked in letter.survey.regulation.papers:
        if asked.name != "surat_permohonan":
            forms = ", ".join(
                phrase(f"regulation.form.{form}", letter.lang) for form in asked.forms
            )
            paper.point(f"{phrase(f'regulation.paper.{asked.name}', letter.lang)} ({forms})")


def _signatures(letter: Letter, paper: LetterPaper, signers: Sequence[str]) -> None:
    stamp = phrase("drafts.wet_stamp", letter.lang)
    rows = []
    for at, who in enumerate(signers):
        above = phrase("drafts.acknowledged", letter.lang) if at else " "
        role = say(f"drafts.role.{who}", letter.lang, **letter.facts)
        rows.append((above, role, stamp, str(letter.facts[who])))
    paper.signatures(rows)


def _board_table(letter: Letter, paper: LetterPaper, _: Sequence[str]) -> None:
    heading = [phrase(f"drafts.board.{key}", letter.lang) for key in ("role", "name", "duty")]
    duty, blank = (phrase(f"drafts.board.{key}_fill", letter.lang) for key in ("duty", "name"))
    rows = [
        (
            phrase(f"drafts.board.{role}", letter.lang),
            str(letter.facts["ketua"]) if role == "ketua" else blank,
            duty,
        )
        for role in BOARD
    ]
    paper.table(heading, rows, widths_cm=(5.0, 5.0, 6.0))


def _board_chart(letter: Letter, paper: LetterPaper, _: Sequence[str]) -> None:
    roles = {role: phrase(f"drafts.board.{role}", letter.lang) for role in BOARD}
    lines = (
        f"{roles['penasihat']} – – –  {roles['ketua']}",
        "│",
        f"{roles['sekretaris']}  ──┴──  {roles['bendahara']}",
        "│",
        f"{roles['seksi']}  ·  {roles['seksi']}",
        "│",
        phrase("drafts.fact.members", letter.lang) + f": {letter.facts['members']}",
    )
    for line in lines:
        paper.write(line, align="centre")


def _blocks_table(letter: Letter, paper: LetterPaper, _: Sequence[str]) -> None:
    keys = ("name", "parcels", "area", "slope", "use")
    fill = phrase("drafts.blocks.use_fill", letter.lang)
    rows = [
        (
            _block_name(block, letter.lang),
            str(len(block.parcels)),
            number(block.area_ha, letter.lang),
            _slope(block, letter.lang),
            fill,
        )
        for block in letter.blocks
    ]
    total_ha = sum(block.area_ha for block in letter.blocks)
    total = phrase("drafts.blocks.total", letter.lang)
    parcels = str(sum(len(block.parcels) for block in letter.blocks))
    rows.append((total, parcels, number(total_ha, letter.lang), "", ""))
    heading = [phrase(f"drafts.blocks.{key}", letter.lang) for key in keys]
    paper.table(heading, rows, widths_cm=(2.5, 2.0, 2.7, 2.8, 6.0))


def _cover_table(letter: Letter, paper: LetterPaper, _: Sequence[str]) -> None:
    classes = sorted(
        {c for block in letter.blocks for c in _worth_telling(block)}, key=_class_order
    )
    if not classes:
        return
    heading = [phrase("drafts.blocks.name", letter.lang)]
    heading += [_class_name(c, letter) for c in classes]
    rows = [
        (
            _block_name(block, letter.lang),
            *(number(block.cover_ha.get(c, 0.0), letter.lang) for c in classes),
        )
        for block in letter.blocks
    ]
    paper.write(phrase("drafts.blocks.cover", letter.lang), bold=True)
    paper.table(heading, rows)


def _schedule_table(letter: Letter, paper: LetterPaper, _: Sequence[str]) -> None:
    years = [say("drafts.schedule.year", letter.lang, number=n + 1) for n in range(YEARS)]
    fill = phrase("drafts.schedule.activity_fill", letter.lang)
    heading = [phrase("drafts.schedule.activity", letter.lang), *years]
    rows = [[fill, *[""] * YEARS] for _ in range(3)]
    paper.table(heading, rows, widths_cm=(6.0, *[2.0] * YEARS))


PARTS: Mapping[str, Callable[[Letter, LetterPaper, Sequence[str]], None]] = {
    "group_head": _group_head,
    "village_head": _village_head,
    "letter_lines": _letter_lines,
    "place_table": _place_table,
    "attachment_list": _attachment_list,
    "signatures": _signatures,
    "board_table": _board_table,
    "board_chart": _board_chart,
    "blocks_table": _blocks_table,
    "cover_table": _cover_table,
    "schedule_table": _schedule_table,
}
"""``@name`` in the text of a letter → what puts that part in."""


def _block_name(block: Block, lang: str) -> str:
    return say("drafts.blocks.block", lang, number=block.number)


def _slope(block: Block, lang: str) -> str:
    unknown = math.isnan(block.slope_mean_pct)
    return "–" if unknown else number(block.slope_mean_pct, lang, 0)


def _worth_telling(block: Block) -> list[str]:
    return [c for c, ha in block.cover_ha.items() if ha >= SMALLEST_COVER_HA]


def _class_order(name: str) -> tuple[bool, int]:
    return (not name.isdigit(), int(name) if name.isdigit() else 0)


def _class_name(name: str, letter: Letter) -> str:
    if not name.isdigit():
        return phrase("drafts.blocks.unknown", letter.lang)
    raster = letter.survey.project.landcover
    cultivated = raster is not None and int(name) in raster.cultivated
    key = "class_cultivated" if cultivated else "class"
    return say(f"drafts.blocks.{key}", letter.lang, number=int(name))
