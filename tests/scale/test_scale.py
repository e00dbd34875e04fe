"""Overlaps and the boundary test tile by tile: the same answer as on one machine, whatever dies."""

import os
import pickle
import threading
import time

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from click.testing import CliRunner
from land import on_earth, rectangle, square
from pandas.testing import assert_frame_equal

from hkm_gis.cli.main import hkm
from hkm_gis.errors import FileError, HkmError, TableError
from hkm_gis.forest import land_outside, near_boundary, read_forest
from hkm_gis.overlaps import find_overlaps
from hkm_gis.plane import area_m2

pytest.importorskip("distributed", reason="tiles on a cluster need the extra hkm-gis[cluster]")

import distributed
import psutil

from hkm_gis.scale import find_outside_in_tiles, find_overlaps_in_tiles
from hkm_gis.scale.tables import open_tables
from hkm_gis.scale.tiles import Tile, tiles_of

TILE_DEG = 0.0016  # 180 m: nine parcels a tile, so most of them meet a tile's edge

SMALL = {"tile_deg": TILE_DEG, "halo_deg": 0.001}


def village(many=150, seed=3):
    """Draw noisy parcels of some 0.3 ha, each over its neighbours, in a jumbled order."""
    rng = np.random.default_rng(seed)
    columns = int(np.sqrt(many))
    shapes = []
    for k in rng.permutation(many):
        x, y = 55 * (k % columns), 55 * (k // columns)
        corners = np.array([(0, 0), (60, 0), (60, 60), (0, 60)]) + rng.normal(0, 6, (4, 2))
        shapes.append(on_earth(shapely.Polygon(corners + np.array([x, y]))))
    table = {
        "parcel_id": [f"P{k:03d}" for k in range(many)],
        "group": [f"KTH {k % 7}" for k in range(many)],
        "household": [f"K{k // 2}" for k in range(many)],
        "nik": "9999010101800001",
    }
    return gpd.GeoDataFrame(table, geometry=shapes, crs=4326)


@pytest.fixture(scope="module")
def cluster():
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0", silence_logs=50
    ) as processes:
        yield processes


@pytest.fixture(scope="module")
def parcels():
    return village()


def save(parcels, folder):
    """Save a third of the parcels in each format, one on the UTM grid; return the files."""
    thirds = [parcels.iloc[k : k + 50] for k in range(0, len(parcels), 50)]
    files = [folder / name for name in ("a.gpkg", "b.fgb", "c.parquet")]
    pyogrio.write_dataframe(thirds[0].to_crs(32748), files[0], layer="andil")
    # The order of a FlatGeobuf is its file's own: without an index it is the order of writing.
    pyogrio.write_dataframe(thirds[1], files[1], layer="andil")
    thirds[2].to_parquet(files[2], write_covering_bbox=True, row_group_size=9)
    return files


def joined(parts, sides):
    rows = pd.concat([gpd.read_parquet(file) for file in parts.files], ignore_index=True)
    return rows.sort_values(sides, ignore_index=True)


def test_tiles_give_each_pair_of_one_machine_exactly_once(cluster, parcels, tmp_path):
    told = []
    parts = find_overlaps_in_tiles(
        save(parcels, tmp_path),
        tmp_path / "parts",
        cluster=cluster.scheduler_address,
        **SMALL,
        tell=lambda done, total: told.append((done, total)),
    )

    whole = find_overlaps(parcels)
    pair = whole[["parcel_a", "parcel_b"]].apply(frozenset, axis=1)
    found = joined(parts, ["parcel_a", "parcel_b"])
    assert sorted(map(sorted, found[["parcel_a", "parcel_b"]].apply(frozenset, axis=1))) == sorted(
        map(sorted, pair)
    )
    area_m2 = dict(zip(pair, whole["area_m2"], strict=True))
    kind = dict(zip(pair, whole["kind"], strict=True))
    for row in found.itertuples():
        key = frozenset((row.parcel_a, row.parcel_b))
        assert row.area_m2 == pytest.approx(area_m2[key], abs=1e-3)  # UTM and back
        assert row.kind == kind[key]
    assert (parts.rows, parts.parcels, parts.features) == (len(whole), 150, 150)
    assert len(parts.files) > 12
    assert told[-1][0] == told[-1][1] >= len(parts.files)
    assert "nik" not in found


def test_pairs_keep_the_reading_order_to_the_last_digit(cluster, parcels, tmp_path):
    parcels.to_parquet(tmp_path / "andil.parquet")

    parts = find_overlaps_in_tiles(
        [tmp_path / "andil.parquet"],
        tmp_path / "parts",
        cluster=cluster.scheduler_address,
        **SMALL,
        between="groups",
        min_area_m2=20,
    )

    sides = ["parcel_a", "parcel_b"]
    whole = find_overlaps(parcels, between="groups", min_area_m2=20).sort_values(sides)
    assert_frame_equal(joined(parts, sides), whole.reset_index(drop=True), check_dtype=False)


def test_a_parcel_wider_than_the_halo_loses_no_pair(cluster, parcels, tmp_path):
    strip = on_earth(
        shapely.Polygon([(-50, -50), (0, -50), (0, 700), (700, 700), (700, 750), (-50, 750)])
    )
    long = parcels.iloc[:1].assign(parcel_id="long").set_geometry([strip], crs=4326)
    table = pd.concat([parcels, long], ignore_index=True)
    table.to_file(tmp_path / "andil.gpkg", layer="andil")

    parts = find_overlaps_in_tiles(
        [tmp_path / "andil.gpkg"],
        tmp_path / "parts",
        cluster=cluster.scheduler_address,
        **SMALL | {"halo_deg": 1e-4},
        form="gpkg",
    )

    found = pd.concat([gpd.read_file(f, layer="tumpang_tindih") for f in parts.files])
    assert len(found) == len(find_overlaps(table))
    assert not found.duplicated(["parcel_a", "parcel_b"]).any()


def test_a_killed_worker_loses_nothing(cluster, parcels, tmp_path):
    parcels.to_parquet(tmp_path / "andil.parquet")
    folder = tmp_path / "parts"
    with distributed.Client(cluster) as client:
        victim = next(iter(client.run(os.getpid).values()))
    at_death = []

    def kill():
        while not list(folder.glob("*.parquet")):
            time.sleep(0.001)
        psutil.Process(victim).kill()
        at_death.append(len(list(folder.glob("*.parquet"))))

    killer = threading.Thread(target=kill)
    killer.start()
    parts = find_overlaps_in_tiles(
        [tmp_path / "andil.parquet"],
        folder,
        cluster=cluster.scheduler_address,
        **SMALL,
    )
    killer.join()

    assert at_death[0] < len(parts.files)
    assert set(folder.iterdir()) == set(parts.files)
    sides = ["parcel_a", "parcel_b"]
    whole = find_overlaps(parcels).sort_values(sides, ignore_index=True)
    assert_frame_equal(joined(parts, sides), whole, check_dtype=False)


def test_the_boundary_test_over_tiles_is_that_of_one_machine(cluster, parcels, tmp_path):
    boundary = rectangle(-500, -500, 800, 2000)
    gpd.GeoDataFrame(geometry=[boundary], crs=4326).to_file(tmp_path / "kawasan.gpkg")

    parts = find_outside_in_tiles(
        save(parcels, tmp_path),
        tmp_path / "kawasan.gpkg",
        tmp_path / "parts",
        cluster=cluster.scheduler_address,
        **SMALL,
        map_scale=50_000,
    )

    forest = read_forest(tmp_path / "kawasan.gpkg", map_scale=50_000)
    outside_m2 = area_m2(land_outside(parcels, forest))
    near = near_boundary(parcels, forest)
    told = (outside_m2 > 0) | near
    found = joined(parts, ["parcel_id"])
    assert found["parcel_id"].tolist() == sorted(parcels["parcel_id"][told])
    assert found["outside_ha"].to_numpy() * 1e4 == pytest.approx(
        outside_m2[told][np.argsort(parcels["parcel_id"][told])], abs=1e-3
    )
    assert 0 < told.sum() < len(parcels)
    assert parts.parcels == 150


def test_the_command_writes_parts_and_refuses_to_mix_them_with_old_ones(cluster, parcels, tmp_path):
    parcels.to_parquet(tmp_path / "andil.parquet")
    words = ["find-overlaps", "--parcels", str(tmp_path / "andil.parquet"), "--lang", "en"]
    words += ["--cluster", cluster.scheduler_address, "--out", str(tmp_path / "parts")]

    first = CliRunner().invoke(hkm, words)
    again = CliRunner().invoke(hkm, words)
    over = CliRunner().invoke(hkm, [*words, "--overwrite"])

    pairs = len(find_overlaps(parcels))
    assert f"{pairs} pairs of 150 parcels" in first.output
    assert (first.exit_code, again.exit_code, over.exit_code) == (0, 2, 0)
    assert over.output == first.output


def test_a_cluster_that_does_not_answer_is_named(parcels, tmp_path, monkeypatch):
    parcels.to_parquet(tmp_path / "andil.parquet")
    monkeypatch.setattr("hkm_gis.scale.running.ANSWER_WITHIN_S", 0.2)

    with pytest.raises(HkmError) as caught:
        find_overlaps_in_tiles(
            [tmp_path / "andil.parquet"], tmp_path / "parts", cluster="tcp://127.0.0.1:9"
        )
    assert caught.value.key == "cluster_unreachable"


@pytest.mark.parametrize("name", ["a.gpkg", "b.fgb", "c.parquet"])
def test_every_format_gives_the_parcels_that_touch_a_box(parcels, tmp_path, name):
    save(parcels, tmp_path)
    west, south, east, north = square(200, 200, 200).bounds

    (table,) = open_tables([tmp_path / name])
    inside = table.read((west, south, east, north))

    third = parcels.iloc[{"a": 0, "b": 50, "c": 100}[name[0]] :][:50]
    touching = third[third.intersects(shapely.box(west, south, east, north))]
    assert set(touching["parcel_id"]) <= set(inside["parcel_id"])
    assert len(inside) < 30
    assert inside.crs == 4326


def test_a_parquet_without_boxes_or_with_a_walk_of_no_land_is_read_all_the_same(parcels, tmp_path):
    table = parcels.copy()
    table.loc[5, "geometry"] = None
    table.to_parquet(tmp_path / "andil.parquet")

    (opened,) = open_tables([tmp_path / "andil.parquet"])
    read = opened.read(opened.bounds_deg)

    assert opened.features == 150
    assert read["parcel_id"].tolist() == table["parcel_id"].drop(5).tolist()


def test_a_file_that_is_no_parcel_table_is_refused(parcels, tmp_path):
    (tmp_path / "a.gpx").write_text("<gpx/>")
    parcels.drop(columns="group").to_parquet(tmp_path / "b.parquet")
    pyogrio.write_dataframe(parcels[["parcel_id", "geometry"]], tmp_path / "c.gpkg")
    parcels.set_crs(None, allow_override=True).to_parquet(tmp_path / "d.parquet")

    for name, kind, key in (
        ("a.gpx", FileError, "table_not_tiled"),
        ("b.parquet", TableError, "parcels_lack_columns"),
        ("c.gpkg", TableError, "parcels_lack_columns"),
        ("d.parquet", FileError, "table_no_crs"),
    ):
        with pytest.raises(kind) as caught:
            open_tables([tmp_path / name])
        assert caught.value.key == key
    assert open_tables([tmp_path / "d.parquet"], crs="EPSG:4326")[0].features == 150


def test_every_place_has_exactly_one_tile(parcels):
    boxes = parcels.bounds.to_numpy()
    tiles = tiles_of(map(tuple, boxes), TILE_DEG)

    assert sum(tile.owns(boxes).astype(int) for tile in tiles).tolist() == [1] * 150
    edge = np.array([[0.5, -0.5, 1, 1]])
    assert [t.owns(edge).item() for t in (Tile(-1, 1, 0.5), Tile(-1, 0, 0.5))] == [True, False]


def test_an_error_arrives_from_another_process_as_it_was_raised():
    error = pickle.loads(pickle.dumps(FileError("file_missing", file="andil.gpx")))

    assert type(error) is FileError
    assert (error.key, error.facts) == ("file_missing", {"file": "andil.gpx"})
