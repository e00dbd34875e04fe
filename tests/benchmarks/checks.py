"""How long every check takes on one large survey, and what they share.

python tests/benchmarks/checks.py [PARCELS]

The land is that of a province-wide job: groups of 400 neighbouring parcels, a boundary that winds
along the edge of the land so that 5 % of it lie partly or wholly outside. Overlaps, outside land,
sums and gaps are computed once for all checks and are listed first; the grids (heights and land
cover, 50 m) are left out with --without-grids.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
import shapely
from mosaic import boundary_round, parcels
from rasterio.transform import from_origin

from hkm_gis.checks import CHECKS
from hkm_gis.forest import Forest
from hkm_gis.members import MEMBER_COLUMNS, Register
from hkm_gis.parcels import PARCEL_COLUMNS, Intake
from hkm_gis.plane import area_m2, from_plane, to_plane
from hkm_gis.project import Group, Layer, Project, Raster
from hkm_gis.regulation import load_regulation
from hkm_gis.survey import Survey

GROUP = 400
"""Parcels a group."""

SHARED = ("land", "overlaps", "outside", "near_boundary", "standing", "gaps")
GRIDS = ("slope", "cultivated_ha")
SUMS = ("households", "group_sums")


def main(many: int, *, with_grids: bool) -> float:
    """Print what each check takes; return the seconds of all."""
    with tempfile.TemporaryDirectory() as folder:
        survey = _survey(many, Path(folder), with_grids=with_grids)
        begin, worked = time.perf_counter(), time.process_time()
        for name in (*SHARED, *(GRIDS if with_grids else ()), *SUMS):
            _timed(name, lambda name=name: getattr(survey, name))
        for one in CHECKS:
            _timed(f"{one.code} {one.name}", lambda one=one: list(one.find(survey)))
        took_s, busy_s = time.perf_counter() - begin, time.process_time() - worked
        print(f"{many:,} parcels, all checks: {took_s:.1f} s ({busy_s:.1f} s of all cores)")
        return took_s


def _timed(name: str, work) -> None:
    begin, worked = time.perf_counter(), time.process_time()
    result = work()
    took_s, busy_s = time.perf_counter() - begin, time.process_time() - worked
    found = f"{len(result):8,} findings" if isinstance(result, list) else ""
    print(f"{name:38} {took_s:7.2f} s {busy_s:7.2f} s of all cores {found}", flush=True)


def _survey(many: int, folder: Path, *, with_grids: bool) -> Survey:
    table = _table(many)
    line = boundary_round(5_000, table)
    forest = Forest(name="Uji", geometry=line, area_ha=1, utm_ha=1, stated_ha=1, tolerance_m=25)
    groups = tuple(Group(name=name, stated_ha=float(GROUP)) for name in table["group"].unique())
    grids = {}
    if with_grids:
        heights, cover = _grids(table, folder)
        grids = {"dem": heights, "landcover": cover}
    survey = Survey(
        project=Project(groups=groups, layers=(_PERMITS,), **grids),
        intake=Intake(table),
        forest=forest,
        register=_register(table),
        regulation=load_regulation("permenlhk_9_2021"),
    )
    survey.__dict__["layers"] = ((_PERMITS, _permits(table)),)
    return survey


_PERMITS = Layer(name="Izin", file=Path("izin.gpkg"), role="izin")


def _table(many: int) -> gpd.GeoDataFrame:
    table = parcels(many)
    # Groups and families farm neighbouring land; the rows stay in no order.
    along = table.geometry.hilbert_distance().rank(method="first").to_numpy().astype(int) - 1
    table["group"] = np.char.mod("KTH %04d", along // GROUP)
    table["household"] = np.char.mod("K%07d", along * 10 // 12)
    table["area_ha"] = table["utm_ha"] = area_m2(table.geometry.values) / 1e4
    said = {"member": "", "match": "name", "source": "lahan.gpkg", "feature": "1", "kind": "drawn"}
    said |= {"repaired": False, "gap_m": np.nan, "accuracy_m": np.nan, "uncertainty_ha": 0.1}
    silent = {name: said.get(name, "") for name in PARCEL_COLUMNS if name not in table}
    return table.assign(**silent)[list(PARCEL_COLUMNS)]


def _register(table: gpd.GeoDataFrame) -> Register:
    people = table.drop_duplicates("household")
    rows = pd.DataFrame(dict.fromkeys(MEMBER_COLUMNS, ""), index=range(len(people)))
    rows["member_id"] = rows["household"] = people["household"].to_numpy()
    return Register(rows.assign(name="Warga", group=people["group"].to_numpy()))


def _permits(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    land = to_plane(table.geometry.to_numpy()[::500])
    around = from_plane(shapely.buffer(shapely.centroid(land), 150))
    permits = gpd.GeoDataFrame(geometry=around, crs=4326)
    return permits.assign(name="Pihak lain", paper="")


def _grids(table: gpd.GeoDataFrame, folder: Path) -> tuple[Raster, Raster]:
    west, south, east, north = table.to_crs(32748).total_bounds
    columns, rows = int((east - west) / 50) + 1, int((north - south) / 50) + 1
    rng = np.random.default_rng(8)
    heights = 20 * rng.random((rows, columns)).cumsum(axis=0).astype(np.float32)
    cover = rng.integers(1, 5, (rows, columns)).astype(np.uint8)
    for name, cells in (("dem", heights), ("cover", cover)):
        with rasterio.open(
            folder / f"{name}.tif",
            "w",
            driver="GTiff",
            width=columns,
            height=rows,
            count=1,
            dtype=cells.dtype,
            crs="EPSG:32748",
            transform=from_origin(west, north, 50, 50),
        ) as grid:
            grid.write(cells, 1)
    return Raster(file=folder / "dem.tif"), Raster(file=folder / "cover.tif", cultivated=(1, 2))


if __name__ == "__main__":
    numbers = [argument for argument in sys.argv[1:] if argument.isdigit()]
    main(int(numbers[0]) if numbers else 81_000, with_grids="--without-grids" not in sys.argv)
