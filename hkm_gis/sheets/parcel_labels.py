"""What stands in each parcel: its code, farmer and hectares, as large as the land bears."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from hkm_gis.sheets.canvas import wrap_evenly
from hkm_gis.sheets.content import Row
from hkm_gis.sheets.labels import Board, Label, Placed, Words, place_in_land
from hkm_gis.sheets.sheet import Sheet
from hkm_gis.text import number

__all__ = ["enlargement", "place_parcel_labels"]

LARGEST = 1.5
"""Letters of a label are never larger than this many times those of a crowded sheet."""
ROOMY_SHARE = 0.85
"""So many of the parcels hold the larger label in their inscribed circle."""
INDEX_SHARE = 0.5
"""An index shows the numbers of parcels only where so many of them find room."""


def place_parcel_labels(
    sheet: Sheet, shown: NDArray[np.intp], board: Board, avoided_mm: Sequence[NDArray[np.float64]]
) -> tuple[list[Placed], int]:
    """Return the labels of parcels with their places, and how many parcels bear none.

    Each part of a parcel bears its code. An index on which few numbers find room shows none: they
    stand on the detail sheets.

    Parameters
    ----------
    sheet
        The sheet.
    shown
        Positions of the parcels that its map shows.
    board
        Room on the map; the labels are marked on it.
    avoided_mm
        Lines that labels keep off where their land leaves them the choice.
    """
    index = bool(sheet.cells) and sheet.cell is None
    land = shapely.intersection(
        sheet.frame.draw(sheet.content.parcels_m[shown]), shapely.box(*board.within)
    )
    seen = shapely.area(land) > 0
    shown, land = shown[seen], land[seen]
    choices = list(_choices(sheet, shown, land, index=index))
    trial = board.copy()
    # where detail sheets follow, a number that finds no room in its land is read there
    placed = place_in_land(land, choices, trial, leaders=not index, avoided_mm=avoided_mm)
    bearing = {int(k) for k, place in zip(shown, placed, strict=True) if place is not None}
    missing = sum(int(k) not in bearing for k in sheet.own)
    if index and missing > INDEX_SHARE * len(sheet.own):
        return [], len(sheet.own)
    board.take_over(trial)
    labels = [place for place in placed if place is not None]
    return [*labels, *_further_parts(sheet, shown, land, placed, board)], missing


def enlargement(land_mm: NDArray[Any], labels: Iterable[Label]) -> float:
    """Return how much larger the labels of a map may be drawn for most of its parcels to hold them.

    Examples
    --------
    A circle of 20 mm holds a label of 10 mm x 4 mm several times as large; no letter grows beyond
    half as much again.

    >>> import numpy as np, shapely
    >>> label = (Words("12", 9.0, "bold"),)
    >>> enlargement(np.array([shapely.box(0, 0, 40, 40)]), [label])
    1.5
    """
    radii_mm = shapely.length(shapely.maximum_inscribed_circle(land_mm, tolerance=0.5))
    needed_mm = [_radius_mm(label) for label in labels]
    if not needed_mm:
        return 1.0
    bearable = np.quantile(radii_mm / needed_mm, 1 - ROOMY_SHARE)
    return float(np.clip(np.floor(bearable * 20) / 20, 1.0, LARGEST))


def _radius_mm(label: Label) -> float:
    width_mm = max(words.width_mm for words in label)
    return float(np.hypot(width_mm, sum(words.height_mm for words in label))) / 2


def _choices(
    sheet: Sheet, shown: NDArray[np.intp], land_mm: NDArray[Any], *, index: bool
) -> Iterator[list[Label]]:
    rows, own = sheet.content.rows, np.isin(shown, sheet.own)
    full = [_full(rows[k], sheet, sheet.enlarged)[0] for k in shown[own]]
    factor = 1.0 if index else enlargement(land_mm[own], full)
    for k, mine in zip(shown, own, strict=True):
        if not mine:
            yield _elsewhere(int(k), sheet)
        elif index:
            yield [(Words(rows[k].label, size * sheet.enlarged, "bold"),) for size in (7.0, 5.8)]
        else:
            yield _own(rows[k], sheet, factor)


def _own(row: Row, sheet: Sheet, factor: float) -> list[Label]:
    e = sheet.enlarged
    larger = _full(row, sheet, e * factor) if factor > 1 else []
    if row.member.strip():
        larger = larger[:-1]  # a name in smaller letters says more than none
    shorter = [(Words(row.label, size * e, "bold"),) for size in (8.0, 6.4)]
    return [*larger, *_full(row, sheet, e), *shorter]


def _full(row: Row, sheet: Sheet, e: float) -> list[Label]:
    """Return code, name and hectares in one size, the fullest first; the last has no name."""
    name = row.member.strip()
    hectares = Words(number(row.area_ha, sheet.lang) + " ha", 5.5 * e, "italic")
    full: list[Label] = []
    for lines in (1, 2) if name else ():
        parts = wrap_evenly(name, lines, 60 * e / lines, 6 * e)
        if len(parts) == lines and not any(part.endswith("…") for part in parts):
            names = (Words(part, 6 * e) for part in parts)
            full.append((Words(row.label, 9 * e, "bold"), *names, hectares))
    return [*full, (Words(row.label, 8.5 * e, "bold"), hectares)]


def _elsewhere(parcel: int, sheet: Sheet) -> list[Label]:
    e, row = sheet.enlarged, sheet.content.rows[parcel]
    where = sheet.say("on_sheet", sheet=sheet.number_of_parcel[parcel])
    return [
        (Words(row.label, 8 * e), Words(where, 5.5 * e, "italic")),
        (Words(row.label, 6.4 * e),),
    ]


def _further_parts(
    sheet: Sheet,
    shown: NDArray[np.intp],
    land_mm: NDArray[Any],
    placed: Sequence[Placed | None],
    board: Board,
) -> Iterator[Placed]:
    for k, land, place in zip(shown, land_mm, placed, strict=True):
        parts = _parts_without(land, place)
        code, e = sheet.content.rows[k].label, sheet.enlarged
        choices = [(Words(code, size * e, "bold"),) for size in (8.0, 6.4)]
        found = place_in_land(parts, [choices] * len(parts), board, leaders=False) if parts else ()
        yield from (place for place in found if place is not None)


def _parts_without(land: BaseGeometry, place: Placed | None) -> list[BaseGeometry]:
    """Return the parts of land in several pieces in which its label does not stand."""
    parts = [part for part in shapely.get_parts(land) if part.area > 0]
    if place is None or len(parts) < 2:
        return []
    at = shapely.Point(place.x_mm, place.y_mm)
    bearing = min(parts, key=lambda part: shapely.distance(part, at))
    return [part for part in parts if part is not bearing]
