"""A walk exactly as the device recorded it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Walk"]


@dataclass(frozen=True, slots=True, eq=False)
class Walk:
    """One walk round a parcel, exactly as the device recorded it.

    Attributes
    ----------
    segments
        The recorded lines, each an array of shape (n, 2): x (longitude) before y (latitude),
        in the coordinate system of its feature.
    times_s
        For each segment the seconds since 1970 (UTC) of its points, NaN where the file has none.
    accuracy_m
        For each segment the device's own position error in metres, NaN where the file has none.
    corners
        True where the points are numbered corners that somebody chose, not a recorded line.
    """

    segments: tuple[NDArray[np.float64], ...]
    times_s: tuple[NDArray[np.float64], ...] = ()
    accuracy_m: tuple[NDArray[np.float64], ...] = ()
    corners: bool = False
