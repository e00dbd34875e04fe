"""How many times faster `find_overlaps` is than other ways to the same pairs, in one run.

python tests/benchmarks/overlaps.py [N ...]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import geopandas as gpd
from mosaic import parcels

from hkm_gis.overlaps import find_overlaps
from hkm_gis.plane import PLANE

LEAST_M2 = 100.0


def own(land: gpd.GeoDataFrame) -> int:
    return len(find_overlaps(land, min_area_m2=LEAST_M2, classify=False))


def own_with_classes(land: gpd.GeoDataFrame) -> int:
    return len(find_overlaps(land, min_area_m2=LEAST_M2))


def sjoin(land: gpd.GeoDataFrame) -> int:
    flat = land[["geometry"]].to_crs(PLANE)
    pairs = gpd.sjoin(flat, flat, predicate="intersects")
    pairs = pairs[pairs.index < pairs["index_right"]]
    left = flat.geometry.loc[pairs.index].reset_index(drop=True)
    right = flat.geometry.loc[pairs["index_right"]].reset_index(drop=True)
    shared = left.intersection(right)
    return len(shared[shared.area >= LEAST_M2].to_crs(4326))


def overlay(land: gpd.GeoDataFrame) -> int:
    flat = land[["parcel_id", "geometry"]].to_crs(PLANE)
    shared = flat.overlay(flat, how="intersection")
    shared = shared[shared["parcel_id_1"] < shared["parcel_id_2"]]
    return len(shared[shared.area >= LEAST_M2].to_crs(4326))


def duckdb_spatial(land: gpd.GeoDataFrame) -> int:
    import duckdb
    import pandas as pd

    flat = pd.DataFrame({"i": range(len(land)), "wkb": land.geometry.to_crs(PLANE).to_wkb()})
    database = duckdb.connect()
    database.sql("LOAD spatial")
    database.register("flat", flat)
    database.execute("create table p as select i, ST_GeomFromWKB(wkb) g from flat")
    # The area filter stays out of the join, or DuckDB falls back to a nested loop.
    database.execute(
        "create table r as select ST_Intersection(a.g, b.g) g from p a join p b"
        " on ST_Intersects(a.g, b.g) where a.i < b.i"
    )
    found = database.execute(f"select count(*) from r where ST_Area(g) >= {LEAST_M2}").fetchone()
    return int(found[0])


WAYS: tuple[Callable[[gpd.GeoDataFrame], int], ...] = (
    own,
    own_with_classes,
    sjoin,
    overlay,
    duckdb_spatial,
)


def main(sizes: list[int]) -> None:
    for many in sizes:
        for scattered in (False, True):
            land = parcels(many, scattered=scattered)
            print(f"{many:,} parcels, {'scattered' if scattered else 'packed'}")
            base_s = 0.0
            for way in WAYS:
                start = time.perf_counter()
                try:
                    pairs = way(land)
                except Exception as error:  # a database that is not installed is no result
                    print(f"  {way.__name__:17} not measured: {type(error).__name__}")
                    continue
                took_s = time.perf_counter() - start
                base_s = base_s or took_s
                print(
                    f"  {way.__name__:17} {took_s:8.2f} s {took_s / base_s:6.1f} x {pairs:,} pairs"
                )


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or [3_000, 15_000])
