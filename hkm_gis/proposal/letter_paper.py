"""A letter as DOCX: paragraphs, marked blanks, tables and signatures, the same bytes twice."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

from hkm_gis.exports.archive import pack_zip
from hkm_gis.exports.names import one_line, program_version

if TYPE_CHECKING:  # python-docx is imported where a letter is written
    from docx.text.paragraph import Paragraph

__all__ = ["LetterPaper"]

# What people must fill in, as the texts mark it: [isi: …] or [fill in: …].
_BLANK = re.compile(r"(\[(?:isi|fill in): [^\]]*\])")
_FACE = "Times New Roman"  # on every Windows; LibreOffice has one of the same widths
_NO_CLOCK = dt.datetime(1980, 1, 1)  # a DOCX holds no zone
_MARGIN_CM = 2.5
_ROOM_CM = 21.0 - 2 * _MARGIN_CM


class LetterPaper:
    """One letter, filled from top to bottom on A4.

    Parameters
    ----------
    title
        Name of the document.
    warning
        Stands in red above every page.
    page
        The word before the number of the page.

    Notes
    -----
    Every text is written literally; nothing in it becomes a field, a link or a style.
    """

    def __init__(self, title: str, *, warning: str, page: str) -> None:
        from docx import Document
        from docx.shared import Cm, Pt

        self._file: Any = Document()
        self._file.core_properties.title = one_line(title)
        self.blanks: list[str] = []
        self._last_point: Any = None
        style = self._file.styles["Normal"]
        style.font.name, style.font.size = _FACE, Pt(12)
        style.paragraph_format.space_after = Pt(6)
        section = self._file.sections[0]
        section.page_width, section.page_height = Cm(21.0), Cm(29.7)
        for side in ("left", "right", "top", "bottom"):
            setattr(section, f"{side}_margin", Cm(_MARGIN_CM))
        section.header_distance = Cm(1.0)
        self._mark(section, warning, page)

    def write(self, text: str, *, bold: bool = False, align: str = "left") -> Paragraph:
        """Add a paragraph; blanks to fill in are marked yellow and remembered."""
        paragraph: Paragraph = self._file.add_paragraph()
        self._last_point = None  # the list has ended, and keeps its distance
        self._fill(paragraph, text, bold=bold)
        _align(paragraph, align)
        return paragraph

    def head(self, text: str, level: int, *, new_page: bool = False) -> None:
        """Add a heading in black, on a new page where asked."""
        from docx.shared import Pt, RGBColor

        paragraph = self._file.add_heading(level=level)
        self._last_point = None
        paragraph.paragraph_format.page_break_before = new_page
        self._fill(paragraph, text, bold=True)
        for run in paragraph.runs:
            run.font.name, run.font.size = _FACE, Pt(13 if level == 1 else 12)
            run.font.color.rgb = RGBColor(0, 0, 0)

    def point(self, text: str) -> None:
        """Add a line of a list."""
        from docx.shared import Pt

        paragraph = self._file.add_paragraph(style="List Bullet")
        self._fill(paragraph, text)
        if self._last_point is not None:
            self._last_point.paragraph_format.space_after = Pt(0)
        self._last_point = paragraph

    def letterhead(self, name: str, lines: Sequence[str]) -> None:
        """Add the kop surat: who writes, in capitals, and a double rule below."""
        from docx.shared import Pt

        first = self.write(one_line(name).upper(), bold=True, align="centre")
        first.runs[0].font.size = Pt(15)
        for line in lines:
            blank = _BLANK.fullmatch(line)
            first = self.write(line if blank else line.upper(), align="centre")
        for line_paragraph in self._file.paragraphs[-len(lines) - 1 :]:
            line_paragraph.paragraph_format.space_after = Pt(0)
        _rule_below(first)
        self.write("")

    def pairs(self, rows: Sequence[tuple[str, str]], *, width_cm: float = 5.5) -> None:
        """Add rows of a name, a colon and a value, without lines."""
        widths_cm = (width_cm, 0.5, _ROOM_CM - width_cm - 0.5)
        self._rows([(name, ":", value) for name, value in rows], widths_cm)

    def table(
        self,
        heading: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        widths_cm: Sequence[float] = (),
    ) -> None:
        """Add a table with lines, its columns of equal width where none is given."""
        equal = [_ROOM_CM / len(heading)] * len(heading)
        self._rows([heading, *rows], widths_cm or equal, style="Table Grid")

    def _rows(
        self, rows: Sequence[Sequence[str]], widths_cm: Sequence[float], *, style: str = ""
    ) -> None:
        from docx.shared import Cm, Pt

        table = self._file.add_table(rows=len(rows), cols=len(widths_cm), style=style or None)
        table.autofit = False
        for column, width_cm in zip(table.columns, widths_cm, strict=True):
            column.width = Cm(width_cm)  # LibreOffice goes by the column, Word by the cell
        for number, (row, texts) in enumerate(zip(table.rows, rows, strict=True)):
            _keep_together(row, repeated=bool(style) and number == 0)
            for at, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
                cell.width = Cm(widths_cm[at])
                paragraph = cell.paragraphs[0]
                self._fill(paragraph, text, bold=bool(style) and number == 0)
                paragraph.paragraph_format.space_after = Pt(0)
                paragraph.paragraph_format.keep_with_next = number == 0
                _align(paragraph, "right" if style and at and _is_number(text) else "left")
        self.write("")

    def signatures(self, signers: Sequence[Sequence[str]]) -> None:
        """Add who signs, side by side: the lines above the ink, then the name."""
        from docx.shared import Pt

        table = self._file.add_table(rows=1, cols=len(signers))
        _keep_together(table.rows[0], repeated=False)
        for cell, (*above, name) in zip(table.rows[0].cells, signers, strict=True):
            paragraph = cell.paragraphs[0]
            self._fill(paragraph, "\n".join(above))
            paragraph.paragraph_format.space_after = Pt(54)  # room for ink and stamp
            self._fill(cell.add_paragraph(), name, bold=True)
            for each in cell.paragraphs:
                _align(each, "centre")
                each.paragraph_format.keep_with_next = each is paragraph

    def save(self) -> bytes:
        """Finish the letter: no clock, no user, no picture of the template in it."""
        core = self._file.core_properties
        core.author = core.last_modified_by = program_version()
        core.created = core.modified = _NO_CLOCK
        core.comments, core.revision = "", 1
        buffer = BytesIO()
        self._file.save(buffer)
        with zipfile.ZipFile(buffer) as archive:
            return pack_zip({name: archive.read(name) for name in archive.namelist()})

    def _mark(self, section: Any, warning: str, page: str) -> None:
        from docx.shared import Pt, RGBColor

        fresh = section.header.paragraphs[0]
        for at, line in enumerate(warning.split("\n")):
            fresh = section.header.add_paragraph() if at else fresh
            run = fresh.add_run(one_line(line))
            run.bold, run.font.size, run.font.color.rgb = True, Pt(10), RGBColor(0xB3, 0, 0)
            _align(fresh, "centre")
            fresh.paragraph_format.space_after = Pt(0)
        fresh.paragraph_format.space_after = Pt(10)
        foot = section.footer.paragraphs[0]
        foot.add_run(f"{page} ")
        _add_page_number(foot.add_run())
        _align(foot, "right")

    def _fill(self, paragraph: Paragraph, text: str, *, bold: bool = False) -> None:
        from docx.enum.text import WD_COLOR_INDEX

        for number, line in enumerate(text.split("\n")):
            if number:
                paragraph.add_run().add_break()
            for part in filter(None, _BLANK.split(one_line(line))):
                run = paragraph.add_run(part)
                run.bold = bold or None
                if _BLANK.fullmatch(part):
                    run.font.highlight_color = WD_COLOR_INDEX.YELLOW
                    self.blanks.append(part)


def _align(paragraph: Paragraph, side: str) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    sides = {
        "left": WD_ALIGN_PARAGRAPH.LEFT,
        "centre": WD_ALIGN_PARAGRAPH.CENTER,
        "right": WD_ALIGN_PARAGRAPH.RIGHT,
        "both": WD_ALIGN_PARAGRAPH.JUSTIFY,
    }
    paragraph.alignment = sides[side]


def _keep_together(row: Any, *, repeated: bool) -> None:
    from docx.oxml import OxmlElement

    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if repeated:  # the heading stands on every page that the table reaches
        properties.append(OxmlElement("w:tblHeader"))


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"[\d.,]+|–", text))


def _rule_below(paragraph: Paragraph) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    borders = OxmlElement("w:pBdr")
    line = OxmlElement("w:bottom")
    for key, value in (("val", "thinThickSmallGap"), ("sz", "24"), ("space", "4")):
        line.set(qn(f"w:{key}"), value)
    borders.append(line)
    properties = paragraph._p.get_or_add_pPr()
    # the schema wants the border before spacing and alignment
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")


def _add_page_number(run: Any) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for kind in ("begin", "PAGE", "end"):
        if kind == "PAGE":
            part = OxmlElement("w:instrText")
            part.text = kind
        else:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        run._r.append(part)
