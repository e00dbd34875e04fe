"""How the test against the forest boundary grows with its corners, beside geopandas, in one run.

python tests/benchmarks/boundary.py [PARCELS] [CORNERS_OF_OVERLAY]
"""

from __future__ import annotations

import sys
import time

import geopandas as gpd
from mosaic import boundary, parcels

from hkm_gis.forest import outside_ha
from hkm_gis.plane import PLANE


def main(many: int, overlay_corners: int) -> tuple[float, float]:
    """Print what each boundary takes; return how it grows, and overlay beside it."""
    land = parcels(many)
    first_s = overlay_times = 0.0
    for corners in (5_000, 50_000, 500_000):
        forest = boundary(corners, land)
        start = time.perf_counter()
        outside = outside_ha(land, forest)
        took_s = time.perf_counter() - start
        first_s = first_s or took_s
        grows = took_s / first_s
        print(f"{corners:8,} corners {took_s:7.2f} s {grows:6.1f} x {outside.sum():.2f} ha")
        if corners == overlay_corners:
            start = time.perf_counter()
            area_ha = _overlay_ha(land, forest)
            overlay_s = time.perf_counter() - start
            overlay_times = overlay_s / took_s
            print(
                f"    geopandas.overlay {overlay_s:7.2f} s {overlay_times:6.1f} x our time,"
                f" {area_ha:.2f} ha"
            )
    return grows, overlay_times


def _overlay_ha(land: gpd.GeoDataFrame, forest: object) -> float:
    flat, line = land[["geometry"]].to_crs(PLANE), gpd.GeoSeries([forest], crs=4326).to_crs(PLANE)
    outside = flat.overlay(line.to_frame("geometry"), how="difference").to_crs(4326)
    return float(outside.to_crs(PLANE).area.sum()) / 1e4


if __name__ == "__main__":
    said = [int(word) for word in sys.argv[1:]]
    main(*(said + [15_000, 50_000][len(said) :]))
