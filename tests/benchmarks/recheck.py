"""How long the checks take after one parcel of many has changed, against a run without memory.

python tests/benchmarks/recheck.py [PARCELS]
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import geopandas as gpd
import shapely
from mosaic import boundary_round, parcels
from shapely.geometry.base import BaseGeometry

from hkm_gis.checks import check
from hkm_gis.survey import Survey, open_survey

T = TypeVar("T")


def project(folder: Path, land: gpd.GeoDataFrame, line: BaseGeometry) -> None:
    """Write a project of 20 groups, two parcels a household."""
    (folder / "kelompok").mkdir(exist_ok=True)
    nth = range(len(land))
    said = {
        "id_andil": land["parcel_id"],
        "kelompok": [f"Kelompok {20 * n // len(land):02d}" for n in nth],
        "id_kk": [f"KK-{n // 2:06d}" for n in nth],
    }
    table = gpd.GeoDataFrame(said, geometry=land.geometry, crs=4326)
    table.to_file(folder / "kelompok" / "andil.gpkg")
    gpd.GeoDataFrame(geometry=[line], crs=4326).to_file(folder / "batas.gpkg")
    (folder / "hkm.toml").write_text('[forest]\nfile = "batas.gpkg"\n')


def timed(name: str, work: Callable[[], T]) -> tuple[T, float]:
    start = time.perf_counter()
    result = work()
    took_s = time.perf_counter() - start
    print(f"{name:34} {took_s:7.2f} s")
    return result, took_s


def main(many: int) -> float:
    """Print what a second run takes; return its share of a full one."""
    land = parcels(many)
    # Along a Hilbert curve, so that groups and households hold land that lies together.
    land = land.iloc[land.geometry.hilbert_distance().argsort()].reset_index(drop=True)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        line = boundary_round(5_000, land)
        project(folder, land, line)
        survey: Survey = timed("read", lambda: open_survey(folder))[0]
        timed("check, first run", lambda: check(survey))
        timed("keep", survey.remember)
        moved = land.geometry.to_numpy().copy()
        moved[many // 2] = shapely.transform(moved[many // 2], lambda xy: xy + 1e-4)
        project(folder, land.set_geometry(gpd.GeoSeries(moved, crs=4326)), line)
        edited, read_s = timed("read, one parcel moved", lambda: open_survey(folder))
        again, again_s = timed("check again", lambda: check(edited))
        plain = replace(edited, memory=None)
        full, full_s = timed("check in full", lambda: check(plain))
        same = [(f.code, f.facts) for f in again.findings] == [
            (f.code, f.facts) for f in full.findings
        ]
        print(f"same report: {same}, {len(full.findings)} findings")
        share = again_s / full_s
        print(f"check again / in full: {share:.2f}")
        print(f"read and check again / in full: {(read_s + again_s) / (read_s + full_s):.2f}")
        return share


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 15_000)
