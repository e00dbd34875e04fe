"""Every ratio that the program is measured by, in one run, each beside what it should reach.

python tests/benchmarks [--without-million]

Peers: geopandas is there; ``uv pip install --group bench`` brings DuckDB spatial and SedonaDB, and
the Debian package postgresql-postgis brings PostGIS. What is missing is named in the tables. A
million parcels need 12 GB and a quarter of an hour.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

import boundary
import checks
import recheck
import shapely
from overlaps import Taken, compare

PACKAGES = ("numpy", "shapely", "geopandas", "numba", "duckdb", "sedonadb")
PEERS = {"overlay": 10.0, "sjoin": 3.0, "postgis": 2.5, "duckdb_spatial": 2.5, "sedonadb": 2.5}
"""How many times our time each peer should at least take, at 100,000 parcels."""


def main(*, with_million: bool) -> None:
    begin = time.perf_counter()
    print("\n".join(_machine()))
    compare(3_000)
    compare(15_000)
    hundred = compare(100_000)
    told = [*_peers(hundred, "seed 1"), *_classes(hundred)]
    told += _peers(compare(100_000, seed=2), "seed 2")
    told += _peers(compare(100_000, scattered=True), "scattered")
    told += _checks()
    if with_million:
        told += _million(compare(1_000_000), hundred)
    print("\n| what | should be | is | |\n|---|---|---|---|")
    print("\n".join(told))
    print(f"\n{(time.perf_counter() - begin) / 60:.0f} minutes in all")


def _machine() -> Iterator[str]:
    yield f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} processors, {platform.platform()}"
    yield f"Python {platform.python_version()}, GEOS {shapely.geos_version_string}"
    for name in PACKAGES:
        try:
            yield f"{name} {version(name)}"
        except PackageNotFoundError:
            yield f"{name} is not installed"
    yield subprocess.run(
        "dpkg-query -W 'postgresql-*-postgis-3' 2>/dev/null || echo PostGIS is not installed",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()


def _peers(taken: dict[str, Taken], land: str) -> Iterator[str]:
    for name, least in PEERS.items():
        what = f"{name} / ours, 100,000 parcels, {land}"
        if name in taken:
            yield _least(what, taken[name].took_s / taken["own"].took_s, least)
        else:
            yield f"| {what} | ≥ {least:g} | not measured | |"


def _classes(taken: dict[str, Taken]) -> Iterator[str]:
    if "overlay" in taken:
        times = taken["overlay"].took_s / taken["own_with_classes"].took_s
        yield _least("overlay / ours with classes, 100,000 parcels", times, 5)


def _checks() -> Iterator[str]:
    print("\n15,000 parcels against one boundary\n\n```")
    grows, overlay_times = boundary.main(15_000, 50_000)
    print("```\n\nOne parcel of 15,000 moved\n\n```")
    share = recheck.main(15_000)
    print("```\n\nAll checks\n\n```")
    took_s = checks.main(81_000, with_grids=True)
    print("```")
    yield _most("boundary of 500,000 corners / one of 5,000", grows, 20)
    yield _least("overlay / ours, boundary of 50,000 corners", overlay_times, 30)
    yield _most("checks after one edit / in full, 15,000 parcels", share, 0.1)
    yield _most("seconds of all checks, 81,000 parcels", took_s, 15)


def _million(taken: dict[str, Taken], hundred: dict[str, Taken]) -> Iterator[str]:
    grows = taken["own"].took_s / hundred["own"].took_s / 10
    yield _most("time of one of 1,000,000 parcels / of 100,000", grows, 1.3)
    yield _most("GB at most, 1,000,000 parcels", taken["own"].peak_gb, 4)


def _least(what: str, is_: float, should: float) -> str:
    return f"| {what} | ≥ {should:g} | {is_:.2f} | {'' if is_ >= should else 'missed'} |"


def _most(what: str, is_: float, should: float) -> str:
    return f"| {what} | ≤ {should:g} | {is_:.2f} | {'' if is_ <= should else 'missed'} |"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--without-million", action="store_true")
    main(with_million=not parser.parse_args().without_million)
