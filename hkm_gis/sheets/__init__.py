"""Print maps at an exact scale."""

from __future__ import annotations

from collections.abc import Callable
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
    scale: int | None = None,
    paper: str = "A3",
    lang: str = "id",
    progress: Progress | None = None,
) -> list[Path]:
    """Draw the work area of each group as one PDF at an exact scale.

    Parameters
    ----------
    survey, report
        The land, and what the checks found in it.
    folder
        Where the sheets go, as ``peta_<group>.pdf``; made if it is missing. A sheet of that name
        is replaced whole.
    group
        Draw only this group.
    scale
        Denominator of the scale; None takes the largest of 1:2.000 to 1:50.000 that fits.
    paper
        ``A4``, ``A3``, ``A2``, ``A1`` or ``A0``; the land decides which way it lies.
    lang
        Language of the sheet: ``id`` or ``en``.
    progress
        Called after each sheet with the number done and the number of all.

    Returns
    -------
    list of Path
        The sheets, in the order of the groups. Each is a PDF of one map page, and annex pages
        where the table of parcels finds no room beside the map. Its map frame is georeferenced
        in the coordinate system of the project.

    Raises
    ------
    HkmError
        There is no such group or paper, or the land does not fit on the paper at this scale.
    """
    from hkm_gis.sheets.sheet import draw_sheet, plan_sheet

    names = safe_names(survey.groups)
    if group is not None and group not in names:
        raise HkmError("group_unknown", group=group, groups=tuple(names))
    wanted = list(names) if group is None else [group]
    Path(folder).mkdir(parents=True, exist_ok=True)
    paths = []
    for done, name in enumerate(wanted, 1):
        sheet = plan_sheet(survey, report, name, scale=scale, paper=paper, lang=lang)
        path = Path(folder) / f"peta_{names[name]}.pdf"
        replace_file(path, draw_sheet(sheet))
        paths.append(path)
        if progress is not None:
            progress(done, len(wanted))
    return paths
