"""Where land may leave room for a circle: seen along lines across it, before anything is cut."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

__all__ = ["open_places"]

SCANNED_FROM_M = 2.0
"""Below this there is room nearly everywhere, and looking for it costs more than it saves."""

LINE_SHARE = 0.8
"""How far apart the lines are, in radii: a crack between two walks is hardly ever so wide."""

DUST_M = 0.001

Floats = NDArray[np.float64]
Geometries = NDArray[Any]
Indices = NDArray[np.intp]


def open_places(land: Geometries, frame: Floats, radius_m: float) -> Geometries:
    """Return boxes that hold every point of a frame without land within the radius.

    Parameters
    ----------
    land
        Valid land on the plane, in metres.
    frame
        Western, southern, eastern and northern edge of what is looked at.
    radius_m
        Land as near as this leaves no room.

    Returns
    -------
    array of geometries
        Boxes that do not lie over each other, in metres; they may reach over the edge of the frame.
        Of the frame all that lies outside them is within the radius of land; inside some may be.

    Notes
    -----
    A circle of radius r round a point between two lines d apart cuts from both of them at least
    sqrt(r² - d²) on either side of the point: only where both are free of land for twice that
    can there be such a point.

    Examples
    --------
    Between two plots 20 m apart a point may be 8 m from both, but none is 17 m from both.

    >>> plots = np.array([shapely.box(0, 0, 100, 100), shapely.box(120, 0, 220, 100)])
    >>> frame = np.array([10.0, 10.0, 210.0, 90.0])
    >>> shapely.total_bounds(open_places(plots, frame, 8.0)).round(1).tolist()
    [100.0, 6.4, 120.0, 96.0]
    >>> len(open_places(plots, frame, 17.0))
    0
    """
    if radius_m < SCANNED_FROM_M:
        return np.array([shapely.box(*frame)], dtype=object)
    west, east = frame[0] - radius_m, frame[2] + radius_m
    apart_m = LINE_SHARE * radius_m
    first, last = (int(np.floor(frame[k] / apart_m)) for k in (1, 3))
    line, x, step = _crossings(land, apart_m, first, last + 1)
    # What one of its two lines shows is there in the strip between them; so are the edges.
    strips = np.arange(first, last + 1)
    strip = np.concatenate([line, line - 1, strips, strips])
    x = np.clip(np.concatenate([x, x, np.repeat([west, east], len(strips))]), west, east)
    step = np.concatenate([step, step, np.zeros(2 * len(strips), dtype=np.intp)])
    order = np.argsort(strip * (east - west + 1) + (x - west))
    order = order[(strip[order] >= first) & (strip[order] <= last)]
    strip, x, lands = strip[order], x[order], np.cumsum(step[order])
    least_m = 2 * np.sqrt(radius_m**2 - apart_m**2) - DUST_M
    wide = (np.diff(strip) == 0) & (np.diff(x) >= least_m)
    free = np.flatnonzero(wide & (lands[:-1] == 0))
    south, north = strip[free] * apart_m, (strip[free] + 1) * apart_m
    return np.asarray(shapely.box(x[free], south, x[free + 1], north), dtype=object)


def _crossings(
    land: Geometries, apart_m: float, first: int, last: int
) -> tuple[Indices, Floats, Indices]:
    """Return number of the line and place of each crossing, and 1 where it enters land, else -1."""
    rings = shapely.get_rings(shapely.orient_polygons(shapely.get_parts(land), exterior_cw=False))
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    edge = np.flatnonzero(ring[1:] == ring[:-1])
    (x, y), (x_after, y_after) = xy[edge].T, xy[edge + 1].T
    # A corner on a line belongs to the edge above it, or it would count twice.
    begin, end = (
        np.clip(np.ceil(some / apart_m).astype(np.intp), first, last + 1)
        for some in (np.minimum(y, y_after), np.maximum(y, y_after))
    )
    times = end - begin
    cut = np.repeat(np.arange(len(edge)), times)
    line = begin[cut] + np.arange(len(cut)) - np.repeat(np.cumsum(times) - times, times)
    share = (line * apart_m - y[cut]) / (y_after - y)[cut]
    # Land lies to the left of its outline: west of an edge that goes north.
    return line, x[cut] + share * (x_after - x)[cut], np.where(y_after > y, -1, 1)[cut]
