"""Which cells of a grid parcels lie on, and how much of each cell: exactextract tells it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

__all__ = ["Cells", "cells_under"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Geometries = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells that lands lie on, by land, and within it by row and column."""

    land: Indices
    cell: Indices
    """Place in the grid, row after row."""
    share: Floats
    """Of the cell, above 0 to 1, to seven digits."""


def cells_under(
    lands: Geometries, shape: tuple[int, int], bounds: tuple[float, float, float, float]
) -> Cells:
    """Return the cells of a grid of so many rows and columns under valid lands.

    ``bounds`` are the western, southern, eastern and northern edge of the grid, in the coordinate
    system of the lands. What lies off the grid has no cells.

    Examples
    --------
    A square of one and a half by one cell, in the upper left corner of nine.

    >>> square = np.array([shapely.box(0.5, 2, 2, 3)], dtype=object)
    >>> cells = cells_under(square, (3, 3), (0, 0, 3, 3))
    >>> cells.cell.tolist(), cells.share.tolist()
    ([0, 1], [0.5, 1.0])
    """
    there = np.flatnonzero(shapely.area(lands) > 0)
    if 0 in shape or not len(there):
        nothing = np.empty(0, dtype=np.intp)
        return Cells(nothing, nothing, np.empty(0))
    from exactextract import exact_extract
    from exactextract.raster import NumPyRasterSource

    # The values do not matter: where the land lies is asked once, whatever is read there.
    grid = NumPyRasterSource(np.broadcast_to(np.uint8(0), shape), *bounds)
    columns = ("cell_id", "coverage")
    told = exact_extract(grid, _features(lands[there]), columns, output=_columns(columns))
    cells, shares = (told[column] for column in columns)
    return Cells(
        land=np.repeat(there, [len(some) for some in cells]),
        cell=np.concatenate(cells).astype(np.intp),
        share=np.concatenate(shares).astype(np.float64),
    )


def _features(lands: Geometries) -> Any:
    """Return lands as exactextract takes them soonest: it would write each as GeoJSON."""
    from exactextract.feature import Feature, FeatureSource

    class Land(Feature):  # type: ignore[misc]  # it states no types
        def __init__(self, wkb: bytes) -> None:
            super().__init__()
            self.wkb = wkb

        def geometry(self) -> bytes:
            return self.wkb

        def fields(self) -> list[str]:
            return []

    class Lands(FeatureSource):  # type: ignore[misc]
        def count(self) -> int:
            return len(lands)

        def __iter__(self) -> Iterator[Land]:
            return map(Land, shapely.to_wkb(lands))

        def srs_wkt(self) -> None:
            return None

    return Lands()


def _columns(names: Sequence[str]) -> Any:
    """Return what takes the answers of exactextract by column: it would make each a feature."""
    from exactextract.feature import Feature
    from exactextract.writer import Writer

    class Told(Feature):  # type: ignore[misc]  # it states no types
        def __init__(self) -> None:
            super().__init__()
            self.columns: dict[str, list[NDArray[Any]]] = {name: [] for name in names}

        def set(self, name: str, value: NDArray[Any]) -> None:
            self.columns[name].append(value)

        def set_geometry(self, geometry: object) -> None:
            pass

    class Columns(Writer):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.told = Told()

        def add_operation(self, operation: object) -> None:
            pass

        def write(self, feature: Feature) -> None:
            feature.copy_to(self.told)

        def features(self) -> dict[str, list[NDArray[Any]]]:
            return self.told.columns

    return Columns()
