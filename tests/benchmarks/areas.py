"""How fast true areas are, and how near to the ellipsoid, in one run.

python tests/benchmarks/areas.py [PARCELS]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from mosaic import parcels
from pyproj import Geod

from hkm_gis.plane import area_m2

WGS84 = Geod(ellps="WGS84")


def main(many: int) -> None:
    land = parcels(many).geometry
    truth_m2 = _told("pyproj.Geod", lambda: [WGS84.geometry_area_perimeter(g)[0] for g in land])
    for name, way in (
        ("own plane", lambda: area_m2(land.to_numpy())),
        ("UTM grid", lambda: land.to_crs(32748).area),
    ):
        off = np.abs(np.asarray(_told(name, way)) / np.abs(truth_m2) - 1)
        print(f"{'':12} worst {off.max():.1e}, in the middle {np.median(off):.1e} of the area off")


def _told(name: str, way: Callable[[], Any]) -> Any:
    start = time.perf_counter()
    area = way()
    print(f"{name:12} {time.perf_counter() - start:7.2f} s")
    return area


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 100_000)
