"""Which land goes on which detail sheet: few sheets, none empty, none crowded."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from hkm_gis.sheets.canvas import Box

__all__ = [
    "DETAIL_SCALES",
    "Cell",
    "detail_scale",
    "divide",
    "dividing_lines",
    "has_room_for_labels",
    "side_of",
]

DETAIL_SCALES = (5000, 2500)
"""Scales of detail sheets, the one that needs fewer sheets first."""

LABEL_RADIUS_MM = 3.6
"""Radius of the circle on paper that holds a number and hectares."""
LABELLED_SHARE = 0.8
"""Share of the parcels that must have room for a label, else a detail atlas is drawn."""

GAP_CLOSED_M = 5.0
"""Half the width of a path between two walks."""

Side = Literal["left", "right", "bottom", "top"]


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """One detail sheet.

    Attributes
    ----------
    parcels
        Positions of the parcels that this sheet lists, in their order.
    land_m
        Their land, dissolved; of a parcel that no sheet holds whole, the piece on this one.
    """

    parcels: tuple[int, ...]
    land_m: BaseGeometry

    @property
    def bounds_m(self) -> Box:
        """The rectangle of the grid that holds the land of the sheet."""
        return Box(*self.land_m.bounds)


def has_room_for_labels(parcels_m: NDArray[Any], scale: int, *, enlarged: float = 1.0) -> bool:
    """Tell whether four parcels in five hold their number and hectares at this scale.

    Examples
    --------
    A parcel of 100 m x 100 m holds a circle of 50 m, which is 3.6 mm at 1:13,889; the search for
    the circle is given 1 m.

    >>> import numpy as np, shapely
    >>> land = np.array([shapely.box(0, 0, 100, 100)] * 4 + [shapely.box(0, 0, 9, 9)])
    >>> has_room_for_labels(land, 13_800), has_room_for_labels(land, 14_200)
    (True, False)
    """
    radii_m = shapely.length(shapely.maximum_inscribed_circle(parcels_m, tolerance=1.0))
    # 1 m is what the search for the circle may lack
    roomy = radii_m + 1.0 >= LABEL_RADIUS_MM * enlarged * scale / 1000
    return bool(roomy.mean() >= LABELLED_SHARE)


def detail_scale(parcels_m: NDArray[Any], scale: int, *, enlarged: float = 1.0) -> int | None:
    """Return the scale of the detail sheets, or None where the sheet at ``scale`` shows enough."""
    if has_room_for_labels(parcels_m, scale, enlarged=enlarged):
        return None
    larger = [s for s in DETAIL_SCALES if s < scale]
    roomy = (s for s in larger if has_room_for_labels(parcels_m, s, enlarged=enlarged))
    return next(roomy, larger[-1] if larger else None)


def divide(
    parcels_m: Sequence[BaseGeometry] | NDArray[Any], room_m: tuple[float, float]
) -> list[Cell]:
    """Divide parcels among sheets that each show ``room_m`` of land, width and height.

    Land that lies apart is divided apart, so no sheet is empty. Each part is cut into bands and
    each band into sheets, first along the axis that needs fewer of them; bands and sheets are as
    even as their number allows, and neighbours that fit on one sheet share it. A parcel stands
    whole on its sheet unless it is larger than any sheet.

    Returns
    -------
    list of Cell
        From north to south, then from west to east. Every parcel is on at least one.

    Examples
    --------
    >>> import shapely
    >>> west, east = shapely.box(0, 0, 90, 90), shapely.box(9000, 0, 9090, 90)
    >>> [cell.parcels for cell in divide([west, east], (1000, 1000))]
    [(0,), (1,)]
    """
    land = np.asarray(parcels_m, dtype=object)
    units = [unit for i, parcel in enumerate(land) for unit in _units(i, parcel, room_m)]
    boxes = shapely.bounds(np.array([shape for _, shape in units], dtype=object))
    parts = [
        part for island in _islands(boxes, min(room_m) / 4) for part in _cut(boxes, island, room_m)
    ]
    return _in_reading_order([_cell(units, part) for part in _merged(boxes, parts, room_m)])


def dividing_lines(cells: Sequence[Cell]) -> list[NDArray[np.float64]]:
    """Return the lines, in grid metres, along which the land of one sheet faces that of another.

    Each runs along the true outline of the first of the two sheets; paths between parcels are
    stepped over.
    """
    lands = [_closed(cell.land_m) for cell in cells]
    pairs = shapely.STRtree(lands).query(lands, predicate="dwithin", distance=2 * GAP_CLOSED_M).T
    facing = [
        # what is outline alone and lies inside both together
        lands[i].boundary & _closed(lands[i] | lands[j]).buffer(-1.0)
        for i, j in pairs.tolist()
        if i < j
    ]
    parts = [p for p in shapely.get_parts(facing) if p.geom_type == "LineString" and p.length > 0]
    lines = shapely.get_parts(shapely.line_merge(shapely.MultiLineString(parts)))
    return [shapely.get_coordinates(line) for line in lines]


def side_of(cell: Cell, other: Cell, view_m: Box) -> Side | None:
    """Return the side on which ``other`` follows on a sheet that shows ``view_m``.

    None where its land begins more than a tenth of the sheet beyond the edges.
    """
    reach_m = min(view_m.width, view_m.height) / 10
    if not other.land_m.intersects(shapely.box(*view_m.grown(reach_m))):
        return None
    here, there = cell.bounds_m.centre, other.bounds_m.centre
    east, north = (there[0] - here[0]) / view_m.width, (there[1] - here[1]) / view_m.height
    if abs(east) > abs(north):
        return "right" if east > 0 else "left"
    return "top" if north > 0 else "bottom"


def _closed(land_m: BaseGeometry) -> BaseGeometry:
    return land_m.buffer(GAP_CLOSED_M, join_style="mitre").buffer(-GAP_CLOSED_M, join_style="mitre")


Unit = tuple[int, BaseGeometry]
"""Position of a parcel, and the parcel or, where no sheet holds it whole, a piece of it."""


def _units(owner: int, parcel: BaseGeometry, room_m: tuple[float, float]) -> Iterator[Unit]:
    box = Box(*parcel.bounds)
    columns, rows = math.ceil(box.width / room_m[0]), math.ceil(box.height / room_m[1])
    if max(columns, rows) <= 1:
        yield owner, parcel
        return
    xs, ys = np.linspace(box.x0, box.x1, columns + 1), np.linspace(box.y0, box.y1, rows + 1)
    for x0, x1 in pairwise(xs):
        for y0, y1 in pairwise(ys):
            piece = shapely.intersection(parcel, shapely.box(x0, y0, x1, y1))
            if piece.area > 0:
                yield owner, piece


def _islands(boxes: NDArray[np.float64], gap_m: float) -> Iterator[list[int]]:
    near = shapely.box(*(boxes + gap_m / 2 * np.array([-1, -1, 1, 1])).T)
    islands = shapely.get_parts(shapely.union_all(near))
    box, island = shapely.STRtree(islands).query(near, predicate="intersects")
    return (box[island == k].tolist() for k in range(len(islands)))


def _cut(
    boxes: NDArray[np.float64], members: list[int], room_m: tuple[float, float]
) -> list[list[int]]:
    ways = [
        [
            part
            for band in _even_bands(boxes, members, axis, room_m[axis])
            for part in _even_bands(boxes, band, 1 - axis, room_m[1 - axis])
        ]
        for axis in (0, 1)
    ]
    return min(ways, key=lambda parts: (len(parts), max(map(len, parts))))


def _even_bands(
    boxes: NDArray[np.float64], members: list[int], axis: int, room_m: float
) -> list[list[int]]:
    """Cut into the fewest bands that fit ``room_m``, the widest of them as narrow as it can be."""
    fewest = len(_bands(boxes, members, axis, room_m))
    low, high = 0.0, room_m
    for _ in range(20):
        middle = (low + high) / 2
        if len(_bands(boxes, members, axis, middle)) > fewest:
            low = middle
        else:
            high = middle
    return _bands(boxes, members, axis, high)


def _bands(
    boxes: NDArray[np.float64], members: list[int], axis: int, room_m: float
) -> list[list[int]]:
    bands: list[list[int]] = []
    start = -math.inf
    for i in sorted(members, key=lambda k: (boxes[k, axis], k)):
        if not bands or boxes[i, axis + 2] - start > room_m:
            bands.append([])
            start = boxes[i, axis]
        bands[-1].append(i)
    return bands


def _merged(
    boxes: NDArray[np.float64], parts: list[list[int]], room_m: tuple[float, float]
) -> list[list[int]]:
    merged: list[list[int]] = []
    for part in sorted(parts, key=len):
        joined = next((m for m in merged if _fit_together(boxes, [*m, *part], room_m)), None)
        if joined is None:
            merged.append(list(part))
        else:
            joined.extend(part)
    return merged


def _fit_together(
    boxes: NDArray[np.float64], members: list[int], room_m: tuple[float, float]
) -> bool:
    low, high = boxes[members, :2].min(axis=0), boxes[members, 2:].max(axis=0)
    return bool((high - low <= room_m).all())


def _in_reading_order(cells: list[Cell]) -> list[Cell]:
    rows: list[list[Cell]] = []
    for cell in sorted(cells, key=lambda c: (-c.bounds_m.centre[1], c.bounds_m.centre[0])):
        # what ends below the middle of a row's first sheet stands in the next row
        if not rows or cell.bounds_m.y1 <= rows[-1][0].bounds_m.centre[1]:
            rows.append([])
        rows[-1].append(cell)
    return [c for row in rows for c in sorted(row, key=lambda c: c.bounds_m.centre[0])]


def _cell(units: Sequence[Unit], members: list[int]) -> Cell:
    owners = sorted({units[i][0] for i in members})
    return Cell(tuple(owners), shapely.union_all([units[i][1] for i in members]))
