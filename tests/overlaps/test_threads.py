"""Work in chunks on all cores gives what the same work gives at once."""

from __future__ import annotations

import numpy as np
import pytest

from hkm_gis.overlaps.threads import CHUNK, in_threads, together


@pytest.mark.parametrize("count", [0, 1, CHUNK, CHUNK + 1, 3 * CHUNK + 7])
def test_chunks_come_back_whole_and_in_order(count):
    one, other = np.arange(count), np.arange(count) * 0.5
    sizes = []

    def add(a, b):
        sizes.append(len(a))
        return a + b

    parts = in_threads(add, one, other)

    assert together(parts).tolist() == (one + other).tolist()
    assert len(parts) == max(1, -(-count // CHUNK))
    assert max(sizes) <= CHUNK
