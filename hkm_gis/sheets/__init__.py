"""Print maps at an exact scale, and the pages that people sign."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hkm_gis.errors import HkmError
from hkm_gis.files import replace_file, replacing_together, safe_names
from hkm_gis.privacy import redact
from hkm_gis.report import Report

if TYPE_CHECKING:
    from hkm_gis.survey import Survey

__all__ = ["PAGE_FILES", "draw_sheets"]

PAGE_FILES = {
    "household": "andil",
    "conflict": "tumpang_tindih",
    "field": "titik_andil",
    "list": "daftar_andil",
}
"""Kinds of A4 pages beside the maps, and how the name of their file begins."""

_FOR_POSTING = ("conflict",)
"""Pages that name nobody. On all others farmers and signers stand by name, so their files are
readable by their owner only: it is a person who hands them on, not the computer."""

Progress = Callable[[int, int], None]


def draw_sheets(
    survey: Survey,
    report: Report,
    folder: str | Path,
    *,
    group: str | None = None,
    kinds: Sequence[str] = (),
    scale: int | None = None,
    paper: str = "A3",
    orientation: str = "auto",
    large_print: bool = False,
    lang: str = "id",
    progress: Progress | None = None,
) -> list[Path]:
    """Draw the sheets of each group at an exact scale, one PDF a group.

    Parameters
    ----------
    survey, report
        The land, and what the checks found in it.
    folder
        Where the sheets go: maps as ``peta_<group>.pdf``, pages as ``andil_<group>.pdf`` and so
        on (`PAGE_FILES`); made if it is missing. Files of these names are replaced together.
    group
        Draw only this group.
    kinds
        Which sheets. Maps: ``work-area`` (every parcel, to be signed), ``location`` (the group in
        the forest) and ``detail`` (an atlas at 1:5.000 or 1:2.500). None draws the first two, and
        the atlas where the labels would not fit on one sheet. Pages of A4, drawn only where
        named, each kind in a file of its own: ``household`` (a page for each andil, with corners,
        batas and places to sign), ``conflict`` (map and form for all land that another group
        claims too; no file where there is none), ``field`` (points of the andil) and ``list``
        (daftar andil garapan).
    scale
        Denominator of the work-area sheet; None takes the largest of 1:2.000 to 1:50.000 that
        fits. Where only detail sheets are asked for, it is theirs.
    paper
        ``A4``, ``A3``, ``A2``, ``A1`` or ``A0``.
    orientation
        ``landscape`` or ``portrait``; with ``auto`` each map lies as its land needs. The pages of
        A4 lie as they are.
    large_print
        Letters a quarter larger, for old eyes.
    lang
        Language of the sheets: ``id`` or ``en``.
    progress
        Called after each sheet with the number done and the number of all.

    Returns
    -------
    list of Path
        The files, in the order of the groups. Each has a page for every sheet, and annex pages
        where a table finds no room beside its map. Every map is georeferenced in the coordinate
        system of the project.

    Raises
    ------
    HkmError
        There is no such group, kind, paper or orientation, or the land does not fit on the paper
        at this scale.
    """
    from hkm_gis.sheets.document import draw_document
    from hkm_gis.sheets.sheet import plan_sheets

    names = safe_names(survey.groups, shown=redact)
    if group is not None and group not in names:
        raise HkmError("group_unknown", group=group, groups=tuple(names))
    wanted = [group] if group is not None else list(names)
    maps = tuple(kind for kind in kinds if kind not in PAGE_FILES)
    pages = [(name, kind) for name in wanted for kind in PAGE_FILES if kind in kinds]
    planned = {
        name: plan_sheets(
            survey,
            report,
            name,
            kinds=maps,
            scale=scale,
            paper=paper,
            orientation=orientation,
            lang=lang,
            large_print=large_print,
        )
        for name in (wanted if maps or not kinds else ())
    }
    count = _counter(progress, sum(map(len, planned.values())) + _steps(survey, report, pages))
    home = Path(folder)
    home.mkdir(parents=True, exist_ok=True)
    wanted_pages = {f"{PAGE_FILES[kind]}_{names[name]}.pdf": (name, kind) for name, kind in pages}
    drawn = []
    with replacing_together(home, stale=wanted_pages) as fresh:
        for name, sheets in planned.items():
            path = fresh / f"peta_{names[name]}.pdf"
            replace_file(path, draw_document(sheets, drawn=count), private=True)
            drawn.append(path.name)
        for file, (name, kind) in wanted_pages.items():
            if _write_pages(survey, report, name, kind, fresh / file, lang, count):
                drawn.append(file)
    return [home / file for file in drawn]


def _steps(survey: Survey, report: Report, pages: Sequence[tuple[str, str]]) -> int:
    if not pages:
        return 0
    from hkm_gis.sheets.pages import count_pages

    return sum(count_pages(survey, report, group, kind) for group, kind in pages)


def _write_pages(
    survey: Survey,
    report: Report,
    group: str,
    kind: str,
    path: Path,
    lang: str,
    drawn: Callable[[], None],
) -> bool:
    """Write the pages of one kind, and tell whether there are any."""
    from hkm_gis.sheets.pages import draw_pages

    content = draw_pages(survey, report, group, kind, lang=lang, drawn=drawn)
    if content is None:
        return False  # the file of an earlier run told of a conflict that is settled now
    replace_file(path, content, private=kind not in _FOR_POSTING)
    return True


def _counter(progress: Progress | None, total: int) -> Callable[[], None]:
    done = 0

    def count() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, total)

    return count
