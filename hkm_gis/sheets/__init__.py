"""Print maps at an exact scale."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hkm_gis.errors import HkmError
from hkm_gis.files import replace_file, safe_names
from hkm_gis.report import Report

if TYPE_CHECKING:
    from hkm_gis.survey import Survey

__all__ = ["draw_sheets"]

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
        Where the sheets go, as ``peta_<group>.pdf``; made if it is missing. A file of that name
        is replaced whole.
    group
        Draw only this group.
    kinds
        Which sheets: ``work-area`` (every parcel, to be signed), ``location`` (the group in the
        forest) and ``detail`` (an atlas at 1:5.000 or 1:2.500). None draws the first two, and
        the atlas where the labels would not fit on one sheet.
    scale
        Denominator of the work-area sheet; None takes the largest of 1:2.000 to 1:50.000 that
        fits. Where only detail sheets are asked for, it is theirs.
    paper
        ``A4``, ``A3``, ``A2``, ``A1`` or ``A0``; the land decides which way it lies.
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
        There is no such group, kind or paper, or the land does not fit on the paper at this
        scale.
    """
    from hkm_gis.sheets.document import draw_document
    from hkm_gis.sheets.sheet import plan_sheets

    names = safe_names(survey.groups)
    if group is not None and group not in names:
        raise HkmError("group_unknown", group=group, groups=tuple(names))
    planned = {
        name: plan_sheets(
            survey, report, name,
            kinds=kinds, scale=scale, paper=paper, lang=lang, large_print=large_print,
        )
        for name in ([group] if group is not None else names)
    }  # fmt: skip
    count = _counter(progress, sum(map(len, planned.values())))
    Path(folder).mkdir(parents=True, exist_ok=True)
    paths = []
    for name, sheets in planned.items():
        path = Path(folder) / f"peta_{names[name]}.pdf"
        replace_file(path, draw_document(sheets, drawn=count))
        paths.append(path)
    return paths


def _counter(progress: Progress | None, total: int) -> Callable[[], None]:
    done = 0

    def count() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, total)

    return count
