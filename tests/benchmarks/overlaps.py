"""How many times faster `find_overlaps` is than other ways to the same pairs, in one run.

python tests/benchmarks/overlaps.py [N ...] [--seed SEED] [--scattered] [--ways NAME ...]

Each way runs in a process of its own, on the parcels that are in its memory or database when the
clock starts, and gives the pairs that share at least 100 m², with the shared polygon. Our own way
and those of geopandas begin and end in lon/lat; the databases are spared that and get the parcels
on the plane, indexed. What is compiled or loaded once for all is loaded before. Up to 15,000
parcels the middle of three runs is told. The machine is rarely alone, so the ratios count, and the
processor time beside them, which that of a PostGIS server belongs to. A peer that is not there is
named with its reason.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
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
FEW = 15_000
"""So many parcels are measured three times."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way that is ready: ``find`` finds the pairs and says how many."""

    find: Callable[[], int]
    cpu_s: Callable[[], float] = time.process_time


def own(land: gpd.GeoDataFrame, _: ExitStack) -> Way:
    _load_compiled(land)
    return Way(lambda: len(find_overlaps(land, min_area_m2=LEAST_M2, classify=False)))


def own_with_classes(land: gpd.GeoDataFrame, _: ExitStack) -> Way:
    _load_compiled(land)
    return Way(lambda: len(find_overlaps(land, min_area_m2=LEAST_M2)))


def own_without_numba(land: gpd.GeoDataFrame, _: ExitStack) -> Way:
    sys.modules["hkm_gis.overlaps.compiled"] = None  # type: ignore[assignment]
    return Way(lambda: len(find_overlaps(land, min_area_m2=LEAST_M2, classify=False)))


def _load_compiled(land: gpd.GeoDataFrame) -> None:
    from hkm_gis.overlaps import shared

    usual, shared.MANY_PAIRS = shared.MANY_PAIRS, 0
    find_overlaps(land.head(50), of_many=10**6)
    shared.MANY_PAIRS = usual


def sjoin(land: gpd.GeoDataFrame, _: ExitStack) -> Way:
    def find() -> int:
        flat = land[["geometry"]].to_crs(PLANE)
        pairs = gpd.sjoin(flat, flat, predicate="intersects")
        pairs = pairs[pairs.index < pairs["index_right"]]
        left = flat.geometry.loc[pairs.index].reset_index(drop=True)
        right = flat.geometry.loc[pairs["index_right"]].reset_index(drop=True)
        shared = left.intersection(right)
        return len(shared[shared.area >= LEAST_M2].to_crs(4326))

    return Way(find)


def overlay(land: gpd.GeoDataFrame, _: ExitStack) -> Way:
    def find() -> int:
        flat = land[["parcel_id", "geometry"]].to_crs(PLANE)
        shared = flat.overlay(flat, how="intersection")
        shared = shared[shared["parcel_id_1"] < shared["parcel_id_2"]]
        return len(shared[shared.area >= LEAST_M2].to_crs(4326))

    return Way(find)


def postgis(land: gpd.GeoDataFrame, stack: ExitStack) -> Way:
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
    find = (
        "CREATE UNLOGGED TABLE r AS SELECT * FROM (SELECT a.i, b.i AS j,"
        " ST_Intersection(a.g, b.g) AS g FROM p a JOIN p b"
        f" ON a.i < b.i AND ST_Intersects(a.g, b.g)) x WHERE ST_Area(g) >= {LEAST_M2}"
    )
    backend = database.info.backend_pid
    return Way(lambda: int(database.execute(find).rowcount), lambda: _server_s(backend))


def _server_s(backend: int) -> float:
    """Return the processor time of a connection and of the workers that its server has ended."""
    fields = _times(backend)
    server = int(fields[1])
    ticks = int(fields[11]) + int(fields[12]) + sum(int(t) for t in _times(server)[13:15])
    return ticks / os.sysconf("SC_CLK_TCK")


def _times(process: int) -> list[str]:
    # Behind the name in /proc/PID/stat: state, parent, ..., own times, times of ended children.
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()


def duckdb_spatial(land: gpd.GeoDataFrame, _: ExitStack) -> Way:
    import duckdb

    database = duckdb.connect()
    database.execute(f"LOAD '{_duckdb_extension()}'")
    flat = pd.DataFrame({"i": range(len(land)), "wkb": shapely.to_wkb(_flat(land))})
    database.register("flat", flat)
    database.execute("create table p as select i, ST_GeomFromWKB(wkb) g from flat")

    def find() -> int:
        # The area filter stays out of the join, or DuckDB falls back to a nested loop.
        database.execute(
            "create table r as select a.i, b.i j, ST_Intersection(a.g, b.g) g from p a join p b"
            " on ST_Intersects(a.g, b.g) where a.i < b.i"
        )
        database.execute(f"create table s as select * from r where ST_Area(g) >= {LEAST_M2}")
        return int(database.execute("select count(*) from s").fetchall()[0][0])

    return Way(find)


def _duckdb_extension() -> Path:
    spec = find_spec("duckdb_extension_spatial")
    if spec is None or spec.origin is None:
        raise ImportError("duckdb-extension-spatial")
    return next(Path(spec.origin).parent.glob("extensions/*/spatial.duckdb_extension"))


def sedonadb(land: gpd.GeoDataFrame, _: ExitStack) -> Way:
    import sedonadb

    engine = sedonadb.connect()
    flat = gpd.GeoDataFrame({"i": range(len(land))}, geometry=_flat(land))
    engine.create_data_frame(flat).to_memtable().to_view("p")
    find = (
        "select * from (select a.i, b.i as j, ST_Intersection(a.geometry, b.geometry) g"
        " from p a join p b on ST_Intersects(a.geometry, b.geometry) where a.i < b.i)"
        f" where ST_Area(g) >= {LEAST_M2}"
    )
    return Way(lambda: int(engine.sql(find).to_memtable().count()))


def _flat(land: gpd.GeoDataFrame) -> Any:
    return land.geometry.to_crs(PLANE).to_numpy()


WAYS = (own, own_with_classes, own_without_numba, sjoin, overlay, postgis, duckdb_spatial, sedonadb)
BY_NAME = {way.__name__: way for way in WAYS}


@dataclass(frozen=True, slots=True)
class Taken:
    """What one way took."""

    took_s: float
    cpu_s: float
    peak_gb: float
    pairs: int


def measure(name: str, file: str) -> None:
    """Measure one way in this process, and print what it took as JSON."""
    with ExitStack() as stack:
        way = BY_NAME[name](gpd.read_parquet(file), stack)
        start, cpu_start = time.perf_counter(), way.cpu_s()
        pairs = way.find()
        took_s, cpu_s = time.perf_counter() - start, way.cpu_s() - cpu_start
        peak_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        print(json.dumps([took_s, cpu_s, peak_gb, pairs]))


def compare(
    many: int, *, seed: int = 1, scattered: bool = False, ways: Sequence[str] = tuple(BY_NAME)
) -> dict[str, Taken]:
    """Print what each way takes as a table, and return it; a way that cannot run is left out."""
    print(f"\n{many:,} parcels, seed {seed}, {'scattered' if scattered else 'packed'}\n")
    print("| way | s | times ours | s of processors | GB at most | pairs | µs a parcel |")
    print("|---|---|---|---|---|---|---|", flush=True)
    taken: dict[str, Taken] = {}
    with tempfile.NamedTemporaryFile(suffix=".parquet") as file:
        parcels(many, seed=seed, scattered=scattered).to_parquet(file.name)
        for name in ways:
            one = _middle(name, file.name, rounds=3 if many <= FEW else 1)
            if isinstance(one, str):
                print(f"| {name} | not measured: {one} |", flush=True)
                continue
            taken[name] = one
            times = one.took_s / next(iter(taken.values())).took_s
            print(
                f"| {name} | {one.took_s:.2f} | {times:.1f} | {one.cpu_s:.2f} | {one.peak_gb:.2f}"
                f" | {one.pairs:,} | {1e6 * one.took_s / many:.1f} |",
                flush=True,
            )
    return taken


def _middle(name: str, file: str, *, rounds: int) -> Taken | str:
    """Return the middle of some runs, or why there is none."""
    taken = []
    for _ in range(rounds):
        command = [sys.executable, __file__, "--measure", name, file]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        if result.returncode:
            said = result.stderr.strip().splitlines() or [f"ended with {result.returncode}"]
            return said[-1][:90]
        taken.append(Taken(*json.loads(result.stdout.splitlines()[-1])))
    return sorted(taken, key=lambda one: one.took_s)[len(taken) // 2]


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
        compare(many, seed=said.seed, scattered=said.scattered, ways=said.ways)


if __name__ == "__main__":
    main()
