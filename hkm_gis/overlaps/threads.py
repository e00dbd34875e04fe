"""Work on long arrays in chunks, on all cores: GEOS lets go of the interpreter while it works."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["in_threads", "together"]

CHUNK = 1000
"""Pairs that one thread takes at a time."""

T = TypeVar("T")


def in_threads(work: Callable[..., T], *arrays: NDArray[Any], chunk: int = CHUNK) -> list[T]:
    """Return what ``work`` makes of each chunk of the arrays, in order."""
    starts = range(0, max(len(arrays[0]), 1), chunk)
    chunks = [[array[start : start + chunk] for array in arrays] for start in starts]
    if len(chunks) == 1:
        return [work(*chunks[0])]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(lambda chunk: work(*chunk), chunks))


def together(parts: list[NDArray[Any]]) -> NDArray[Any]:
    """Return the parts of `in_threads` as one array."""
    return np.concatenate(parts)
