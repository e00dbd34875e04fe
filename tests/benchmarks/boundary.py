"""How the test against the forest boundary grows with its corners, in one run.

python tests/benchmarks/boundary.py [PARCELS]
"""

from __future__ import annotations

import sys
import time

from mosaic import boundary, parcels

from hkm_gis.forest import outside_ha


def main(many: int) -> None:
    land = parcels(many)
    first_s = 0.0
    for corners in (5_000, 50_000, 500_000):
        forest = boundary(corners, land)
        start = time.perf_counter()
        outside = outside_ha(land, forest)
        took_s = time.perf_counter() - start
        first_s = first_s or took_s
        print(
            f"{corners:8,} corners {took_s:7.2f} s {took_s / first_s:6.1f} x {outside.sum():.2f} ha"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 15_000)
