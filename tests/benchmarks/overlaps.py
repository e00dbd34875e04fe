"""How many times faster `find_overlaps` is than other ways to the same pairs, in one run.

python tests/benchmarks/overlaps.py [N ...] [--seed SEED] [--scattered] [--ways NAME ...]

Each way runs in a process of its own, on the parcels that are in its memory or database when the
clock starts, and gives the pairs that share at least 100 m², with the shared polygon. Our own way
and those of geopandas begin and end in lon/lat; the databases are spared that and get the parcels
on the plane, indexed. What is compiled or loaded once for all is loaded before. The machine is
rarely alone, so the ratios count, and the processor time beside them; that of a PostGIS server is
not known.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from mosaic import parcels

from hkm_gis.overlaps import find_overlaps
from hkm_gis.plane import PLANE

LEAST_M2 = 100.0
OWN = "own"

Work = Callable[[], int]
"""Finds the pairs and says how many; what it needs is ready."""


def own(land: gpd.GeoDataFrame, _: ExitStack) -> Work:
    _load_compiled(land)
    return lambda: len(find_overlaps(land, min_area_m2=LEAST_M2, classify=False))


def own_with_classes(land: gpd.GeoDataFrame, _: ExitStack) -> Work:
    _load_compiled(land)
    return lambda: len(find_overlaps(land, min_area_m2=LEAST_M2))


def own_without_numba(land: gpd.GeoDataFrame, _: ExitStack) -> Work:
    sys.modules["hkm_gis.overlaps.compiled"] = None  # type: ignore[assignment]
    return lambda: len(find_overlaps(land, min_area_m2=LEAST_M2, classify=False))


def _load_compiled(land: gpd.GeoDataFrame) -> None:
    from hkm_gis.overlaps import shared

    usual, shared.MANY_PAIRS = shared.MANY_PAIRS, 0
    find_overlaps(land.head(50), of_many=10**6)
    shared.MANY_PAIRS = usual


def sjoin(land: gpd.GeoDataFrame, _: ExitStack) -> Work:
    def work() -> int:
        flat = land[["geometry"]].to_crs(PLANE)
        pairs = gpd.sjoin(flat, flat, predicate="intersects")
        pairs = pairs[pairs.index < pairs["index_right"]]
        left = flat.geometry.loc[pairs.index].reset_index(drop=True)
        right = flat.geometry.loc[pairs["index_right"]].reset_index(drop=True)
        shared = left.intersection(right)
        return len(shared[shared.area >= LEAST_M2].to_crs(4326))

    return work


def overlay(land: gpd.GeoDataFrame, _: ExitStack) -> Work:
    def work() -> int:
        flat = land[["parcel_id", "geometry"]].to_crs(PLANE)
        shared = flat.overlay(flat, how="intersection")
        shared = shared[shared["parcel_id_1"] < shared["parcel_id_2"]]
        return len(shared[shared.area >= LEAST_M2].to_crs(4326))

    return work


def postgis(land: gpd.GeoDataFrame, stack: ExitStack) -> Work:
    import psycopg

    sys.path.append(str(Path(__file__).parent.parent))
    from server import running_server

    database = stack.enter_context(psycopg.connect(stack.enter_context(running_server())))
    database.execute("CREATE EXTENSION postgis; CREATE TABLE p (i int, g geometry)")
    with database.cursor().copy("COPY p FROM STDIN") as rows:
        for row in enumerate(shapely.to_wkb(_flat(land), hex=True)):
            rows.write_row(row)
    database.execute("CREATE INDEX ON p USING gist (g)")
    database.commit()
    database.autocommit = True
    database.execute("VACUUM ANALYZE p")
    for setting in (
        "max_parallel_workers_per_gather = 2",
        "parallel_setup_cost = 0",
        "parallel_tuple_cost = 0",
        "parallel_leader_participation = off",
    ):
        database.execute(f"SET {setting}")
    return lambda: int(
        database.execute(
            "CREATE UNLOGGED TABLE r AS SELECT * FROM (SELECT a.i, b.i AS j,"
            " ST_Intersection(a.g, b.g) AS g FROM p a JOIN p b"
            f" ON a.i < b.i AND ST_Intersects(a.g, b.g)) x WHERE ST_Area(g) >= {LEAST_M2}"
        ).rowcount
    )


def duckdb_spatial(land: gpd.GeoDataFrame, _: ExitStack) -> Work:
    import duckdb

    database = duckdb.connect()
    database.execute(f"LOAD '{_duckdb_extension()}'")
    flat = pd.DataFrame({"i": range(len(land)), "wkb": shapely.to_wkb(_flat(land))})
    database.register("flat", flat)
    database.execute("create table p as select i, ST_GeomFromWKB(wkb) g from flat")

    def work() -> int:
        # The area filter stays out of the join, or DuckDB falls back to a nested loop.
        database.execute(
            "create table r as select a.i, b.i j, ST_Intersection(a.g, b.g) g from p a join p b"
            " on ST_Intersects(a.g, b.g) where a.i < b.i"
        )
        database.execute(f"create table s as select * from r where ST_Area(g) >= {LEAST_M2}")
        return int(database.execute("select count(*) from s").fetchall()[0][0])

    return work


def _duckdb_extension() -> Path:
    spec = find_spec("duckdb_extension_spatial")
    if spec is None or spec.origin is None:
        raise ImportError("duckdb-extension-spatial")
    return next(Path(spec.origin).parent.glob("extensions/*/spatial.duckdb_extension"))


def sedonadb(land: gpd.GeoDataFrame, _: ExitStack) -> Work:
    import sedonadb

    engine = sedonadb.connect()
    flat = gpd.GeoDataFrame({"i": range(len(land))}, geometry=_flat(land))
    engine.create_data_frame(flat).to_memtable().to_view("p")
    return lambda: int(
        engine.sql(
            "select * from (select a.i, b.i as j, ST_Intersection(a.geometry, b.geometry) g"
            " from p a join p b on ST_Intersects(a.geometry, b.geometry) where a.i < b.i)"
            f" where ST_Area(g) >= {LEAST_M2}"
        )
        .to_memtable()
        .count()
    )


def _flat(land: gpd.GeoDataFrame) -> Any:
    return land.geometry.to_crs(PLANE).to_numpy()


WAYS = (own, own_with_classes, own_without_numba, sjoin, overlay, postgis, duckdb_spatial, sedonadb)
BY_NAME = {way.__name__: way for way in WAYS}


def measure(name: str, file: str) -> None:
    """Measure one way in this process, and print what it took as JSON."""
    with ExitStack() as stack:
        work = BY_NAME[name](gpd.read_parquet(file), stack)
        start, cpu_start = time.perf_counter(), time.process_time()
        pairs = work()
        taken = {
            "took_s": time.perf_counter() - start,
            "cpu_s": time.process_time() - cpu_start,
            "peak_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
            "pairs": pairs,
        }
    print(json.dumps(taken))


def compare(many: int, seed: int, scattered: bool, ways: list[str]) -> None:
    print(f"{many:,} parcels, seed {seed}, {'scattered' if scattered else 'packed'}", flush=True)
    own_s = 0.0
    with tempfile.NamedTemporaryFile(suffix=".parquet") as file:
        parcels(many, seed=seed, scattered=scattered).to_parquet(file.name)
        for name in ways:
            command = [sys.executable, __file__, "--measure", name, file.name]
            result = subprocess.run(command, capture_output=True, text=True, check=False)
            if result.returncode:
                reason = result.stderr.strip().splitlines()[-1][:70]
                print(f"  {name:17} not measured: {reason}", flush=True)
                continue
            taken = json.loads(result.stdout.splitlines()[-1])
            took_s = taken["took_s"]
            own_s = own_s or took_s
            print(
                f"  {name:17} {took_s:8.2f} s {took_s / own_s:6.1f} x"
                f" {taken['cpu_s']:8.2f} s of processors {taken['peak_gb']:6.2f} GB"
                f" {taken['pairs']:9,} pairs {1e6 * took_s / many:6.1f} µs a parcel",
                flush=True,
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[3_000, 15_000, 100_000])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scattered", action="store_true")
    parser.add_argument("--ways", nargs="+", choices=BY_NAME, default=list(BY_NAME))
    parser.add_argument("--measure", nargs=2, metavar=("WAY", "FILE"))
    said = parser.parse_args()
    if said.measure:
        measure(*said.measure)
        return
    for many in said.sizes:
        compare(many, said.seed, said.scattered, said.ways)


if __name__ == "__main__":
    main()
