"""Tiles of the earth, and the one tile that reports a parcel or a pair.

A pair belongs to the tile that holds the lower left corner of what the two boxes have in common,
a parcel to the tile of the lower left corner of its own box. Both corners lie in the boxes of the
parcels concerned, so the owner has read them, and every worker computes the same owner.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Tile", "tiles_of"]

Box = tuple[float, float, float, float]
Boxes = NDArray[np.float64]


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """A square of lon/lat, counted in steps from 0° east and the equator."""

    row: int
    column: int
    step_deg: float

    def box(self, halo_deg: float) -> Box:
        """Return west, south, east and north in degrees, wider by the halo on every side."""
        west, south = self.column * self.step_deg, self.row * self.step_deg
        east, north = west + self.step_deg, south + self.step_deg
        return west - halo_deg, south - halo_deg, east + halo_deg, north + halo_deg

    def meets(self, boxes: Boxes) -> NDArray[np.bool_]:
        """Tell which boxes (degrees, shape (n, 4)) touch the tile."""
        west, south, east, north = self.box(0.0)
        beside = (boxes[:, 0] > east) | (boxes[:, 2] < west)
        return ~(beside | (boxes[:, 1] > north) | (boxes[:, 3] < south))

    def owns(self, corners: Boxes) -> NDArray[np.bool_]:
        """Tell which boxes have their lower left corner here; shape (n, 4), west and south first.

        Examples
        --------
        A corner on the line between two tiles belongs to the eastern one.

        >>> corner = np.array([[104.5, -5.4, 104.6, -5.3]])
        >>> Tile(-11, 209, 0.5).owns(corner), Tile(-11, 208, 0.5).owns(corner)
        (array([ True]), array([False]))
        """
        column, row = np.floor(corners[:, :2] / self.step_deg).T
        mine: NDArray[np.bool_] = (column == self.column) & (row == self.row)
        return mine


def tiles_of(boxes: Iterable[Box], step_deg: float) -> list[Tile]:
    """Return every tile that one of the boxes (degrees) touches, from south-west to north-east."""
    return sorted({tile for box in boxes for tile in _touched(box, step_deg)})


def _touched(box: Box, step_deg: float) -> Iterator[Tile]:
    west, south, east, north = (int(k) for k in np.floor(np.array(box) / step_deg))
    for row in range(south, north + 1):
        for column in range(west, east + 1):
            yield Tile(row, column, step_deg)
