"""What is decided of a sheet before its first line is drawn: kind, paper, frame, number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from hkm_gis.errors import HkmError
from hkm_gis.report import Report
from hkm_gis.sheets.atlas import DETAIL_SCALES, Cell, detail_scale, divide, dividing_lines
from hkm_gis.sheets.canvas import Box
from hkm_gis.sheets.content import Content, content_of
from hkm_gis.sheets.frame import FAR_SCALES, MARGIN_SHARE, Frame, choose_frame, largest_scale
from hkm_gis.sheets.marks import marks_of
from hkm_gis.sheets.page import Layout, layouts
from hkm_gis.text import say

if TYPE_CHECKING:
    from hkm_gis.survey import Survey

__all__ = ["KINDS", "LARGE_PRINT", "LOCATION_SCALE", "Kind", "Sheet", "plan_sheet", "plan_sheets"]

Kind = Literal["work-area", "location", "detail"]
KINDS: tuple[Kind, ...] = ("work-area", "location", "detail")
"""In the order of the document: the sheet that is signed comes first."""

LOCATION_SCALE = 50_000
"""The smallest scale that the regulations name for a proposal map."""

LARGE_PRINT = 1.25
"""How much larger the letters of large print are: 6.2 pt become 7.75 pt."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Sheet:
    """One map sheet of a group.

    Attributes
    ----------
    kind
        ``work-area``, ``location`` or ``detail``.
    survey, content
        The land of all groups, and what the sheets of this group show.
    layout, frame
        The paper, and its map.
    lang
        Language of the words.
    number
        Number of the sheet, and number of all sheets of the group.
    enlarged
        How much larger letters are than on A3: that of the paper, and `LARGE_PRINT` where asked.
    cells
        The detail sheets of the group, from north to south; empty where it needs none.
    sheet_lines_m
        Lines of the grid that part the land of one detail sheet from that of the next.
    cell
        Position in ``cells`` of this detail sheet; None on other kinds.
    """

    kind: Kind
    survey: Survey
    content: Content
    layout: Layout
    frame: Frame
    lang: str
    number: tuple[int, int] = (1, 1)
    enlarged: float = 1.0
    cells: tuple[Cell, ...] = ()
    sheet_lines_m: tuple[NDArray[np.float64], ...] = ()
    cell: int | None = None

    @property
    def own(self) -> NDArray[np.intp]:
        """Positions of the parcels that the sheet lists: those of its cell, else all."""
        here = range(len(self.content.rows)) if self.cell is None else self.cells[self.cell].parcels
        return np.array(here, dtype=int)

    @property
    def numbers_of_cells(self) -> tuple[int, ...]:
        """Sheet number of each cell; detail sheets close the series."""
        return tuple(range(self.number[1] - len(self.cells) + 1, self.number[1] + 1))

    @property
    def marks(self) -> list[str]:
        """What stands across the map because it is not final."""
        return marks_of(self.survey.forest, self.content.blocking, self.lang)

    @property
    def number_of_parcel(self) -> dict[int, int]:
        """Position of each parcel → number of the detail sheet that lists it."""
        numbered = zip(self.numbers_of_cells, self.cells, strict=True)
        return {i: number for number, cell in numbered for i in cell.parcels}

    def say(self, name: str, **facts: object) -> str:
        """Return words of the sheet in its language."""
        return say(f"sheets.{name}", self.lang, **facts)


def plan_sheets(
    survey: Survey,
    report: Report,
    group: str,
    *,
    kinds: Sequence[str] = (),
    scale: int | None = None,
    paper: str = "A3",
    orientation: str = "auto",
    lang: str = "id",
    large_print: bool = False,
) -> list[Sheet]:
    """Decide which sheets a group gets.

    Parameters
    ----------
    kinds
        Which sheets; none means the work area, the location, and detail sheets where the labels
        would not fit. Detail sheets that are named are made in any case.
    scale
        Denominator of the work-area sheet; of the detail sheets where no work area is asked for.

    Returns
    -------
    list of Sheet
        In the order of `KINDS`, each with its number.

    Raises
    ------
    HkmError
        A kind, the paper, its orientation or the scale cannot be.
    """
    wanted = tuple(kinds) or KINDS
    if unknown := [kind for kind in wanted if kind not in KINDS]:
        raise HkmError("kind_unknown", kind=unknown[0], kinds=KINDS)
    content = content_of(survey, report, group)
    land, epsg = Box(*shapely.total_bounds(content.parcels_m)), survey.project.crs_epsg
    scales = (scale, None) if "work-area" in wanted else (None, scale)
    ways = layouts(paper, orientation)
    layout, frame = choose_frame(ways, land, epsg=epsg, scale=scales[0])
    main = Sheet(
        kind="work-area",
        survey=survey,
        content=content,
        layout=layout,
        frame=frame,
        lang=lang,
        enlarged=layout.enlarged * (LARGE_PRINT if large_print else 1.0),
    )
    details = (
        _details(main, ways, scales[1], always="detail" in kinds) if "detail" in wanted else []
    )
    if details:
        lines = details[0].sheet_lines_m
        main = replace(main, cells=details[0].cells, sheet_lines_m=lines)
    chosen = [s for s in (main, _location(main, ways), *details) if s.kind in wanted]
    return [replace(s, number=(i, len(chosen))) for i, s in enumerate(chosen, 1)]


def plan_sheet(
    survey: Survey,
    report: Report,
    group: str,
    *,
    scale: int | None = None,
    paper: str = "A3",
    lang: str = "id",
) -> Sheet:
    """Decide what the work-area sheet of a group shows, and on which side of the paper."""
    kinds = ("work-area",)
    return plan_sheets(survey, report, group, kinds=kinds, scale=scale, paper=paper, lang=lang)[0]


def _location(main: Sheet, ways: Sequence[Layout]) -> Sheet:
    land = Box(*shapely.total_bounds(main.content.parcels_m))
    forest = main.content.forest_m
    wide = land if forest is None else Box(*shapely.union(shapely.box(*land), forest).bounds)
    scaled = [(_location_scale(land, way.map_mm), way) for way in ways]
    scale, layout = min(scaled, key=lambda pair: (pair[0], -_seen_share(wide, pair[1], pair[0])))
    room_m = (layout.map_mm.width * scale / 1000, layout.map_mm.height * scale / 1000)
    centre_m = _towards(wide, land, room_m)
    frame = Frame(box_mm=layout.map_mm, centre_m=centre_m, scale=scale, epsg=main.frame.epsg)
    return replace(main, kind="location", layout=layout, frame=frame)


def _location_scale(land: Box, box_mm: Box) -> int:
    return largest_scale(land, box_mm, (LOCATION_SCALE, *FAR_SCALES))


def _seen_share(wide: Box, layout: Layout, scale: int) -> float:
    seen = shapely.box(0, 0, layout.map_mm.width * scale, layout.map_mm.height * scale)
    whole = shapely.box(0, 0, wide.width * 1000, wide.height * 1000)
    return float(seen.intersection(whole).area / whole.area)


def _towards(wide: Box, land: Box, room_m: tuple[float, float]) -> tuple[float, float]:
    """Return the middle of a frame that holds ``land`` and as much of ``wide`` as it can."""
    x, y = (_along((wide[i], wide[i + 2]), (land[i], land[i + 2]), room_m[i]) for i in (0, 1))
    return x, y


def _along(wide: tuple[float, float], land: tuple[float, float], room_m: float) -> float:
    half = room_m / 2
    margin = 2 * MARGIN_SHARE * room_m
    # the frame may slide from where it just holds the end of the land to where it holds its start
    low, high = land[1] + margin - half, land[0] - margin + half
    if low >= high:
        return sum(land) / 2
    middle = sum(wide) / 2
    if wide[1] - wide[0] > room_m:  # the land in the middle, but no more edge than needed
        middle = min(max(sum(land) / 2, wide[0] - margin + half), wide[1] + margin - half)
    return min(max(middle, low), high)


def _details(
    main: Sheet, ways: Sequence[Layout], scale: int | None, *, always: bool
) -> list[Sheet]:
    parcels, whole = main.content.parcels_m, main.frame.scale
    scale = scale or detail_scale(parcels, whole, enlarged=main.enlarged)
    if scale is None and always:
        scale = next((s for s in DETAIL_SCALES if s < whole), DETAIL_SCALES[-1])
    if scale is None:
        return []
    layout, cells = min(
        ((way, divide(parcels, _room_m(way.map_mm, scale))) for way in ways),
        key=lambda pair: len(pair[1]),
    )
    lines = tuple(dividing_lines(cells))
    blank = replace(main, kind="detail", layout=layout, cells=tuple(cells), sheet_lines_m=lines)
    box_mm = layout.map_mm
    return [
        replace(blank, cell=i, frame=replace(main.frame, box_mm=box_mm, centre_m=at, scale=scale))
        for i, at in enumerate(cell.bounds_m.centre for cell in cells)
    ]


def _room_m(box_mm: Box, scale: int) -> tuple[float, float]:
    m_per_mm = (1 - 2 * MARGIN_SHARE) * scale / 1000
    return box_mm.width * m_per_mm, box_mm.height * m_per_mm
