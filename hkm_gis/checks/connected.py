"""What hangs together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["connected"]

Indices = NDArray[np.intp]


def connected(count: int, a: Indices, b: Indices) -> Indices:
    """Return for each of ``count`` things the first one that it hangs together with.

    ``a`` and ``b`` are pairs that do; whatever follows from them hangs together too.

    Examples
    --------
    Two million pairs of copies are one heap, and so are four links of a chain.

    >>> connected(6, np.array([4, 2, 1]), np.array([2, 1, 5])).tolist()
    [0, 1, 1, 3, 1, 1]
    """
    first = np.arange(count)
    while (first[a] != first[b]).any():
        low, high = np.minimum(first[a], first[b]), np.maximum(first[a], first[b])
        np.minimum.at(first, high, low)
        while (first[first] != first).any():
            first = first[first]
    return first
