"""Pages of A4 that people carry, sign and post: for a household, a conflict, the list of andil."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from hkm_gis.sheets.pages.conflict import conflicts_of, draw_conflict_sheets
from hkm_gis.sheets.pages.field_sheet import draw_field_sheets
from hkm_gis.sheets.pages.household import draw_household_pages
from hkm_gis.sheets.pages.list_pages import draw_list_pages

if TYPE_CHECKING:
    from hkm_gis.report import Report
    from hkm_gis.survey import Survey

__all__ = [
    "count_pages",
    "draw_conflict_sheets",
    "draw_field_sheets",
    "draw_household_pages",
    "draw_list_pages",
    "draw_pages",
]


def draw_pages(
    survey: Survey,
    report: Report,
    group: str,
    kind: str,
    *,
    lang: str = "id",
    drawn: Callable[[], None] = lambda: None,
) -> bytes | None:
    """Return the pages of one kind for one group as PDF; None where there is nothing to draw.

    Parameters
    ----------
    survey, report
        The whole survey, neighbours of other groups included, and what the checks found in it.
    group
        The group.
    kind
        One of `PAGE_FILES`.
    lang
        Language of the pages.
    drawn
        Called as often as `count_pages` says.
    """
    return _DRAW[kind](survey, report, group, lang=lang, drawn=drawn)


_DRAW: Mapping[str, Callable[..., bytes | None]] = {
    "household": draw_household_pages,
    "conflict": draw_conflict_sheets,
    "field": draw_field_sheets,
    "list": draw_list_pages,
}


def count_pages(survey: Survey, report: Report, group: str, kind: str) -> int:
    """Return how many steps drawing the pages of one kind takes: one, unless told here."""
    if kind == "household":
        return int((survey.parcels["group"] == group).sum())
    return len(conflicts_of(survey, report, group)) if kind == "conflict" else 1
