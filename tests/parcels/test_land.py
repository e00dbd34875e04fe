"""What becomes of a shape: kept, mended by one fixed rule, or refused by name."""

from __future__ import annotations

import math
import sqlite3
import struct
from contextlib import closing
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely
from features import RING, drawn, map_file, rules
from land import lonlat, on_earth, polygon, square

from hkm_gis.parcels import PARCEL_COLUMNS, take_in
from hkm_gis.readers import read_files
from hkm_gis.readers.feature import Feature, mended
from hkm_gis.walks import Walk


def test_a_valid_polygon_passes_to_the_byte():
    land = square(0, 0, 100)
    intake = take_in([drawn(land)])

    assert shapely.to_wkb(intake.parcels.geometry.iloc[0]) == shapely.to_wkb(land)
    assert (intake.accepted, intake.repaired, intake.rejected) == (1, 0, ())
    assert tuple(intake.parcels.columns) == PARCEL_COLUMNS


@pytest.mark.parametrize(
    ("corners", "before_m2", "after_m2"),
    [
        ([(0, 0), (10, 10), (10, 0), (0, 10)], 0, 50),
        ([(0, 0), (10, 0), (2, 8), (8, 8)], 16, 34),
        (RING[:-1] + RING[:-1], 20000, 10000),
        ([(0, 0), (10, 0), (10, 10), (5, 10), (5, 20), (5, 10), (0, 10)], 100, 100),
    ],
)
def test_a_shape_that_crosses_itself_is_mended_by_one_fixed_rule(corners, before_m2, after_m2):
    intake = take_in([drawn(polygon(corners))])

    (repair,) = intake.repairs
    assert repair.rule == ("undo_double_line" if before_m2 == 20000 else "make_valid")
    assert repair.facts["before_ha"] * 1e4 == pytest.approx(before_m2, abs=0.1)
    assert repair.facts["after_ha"] * 1e4 == pytest.approx(after_m2, rel=1e-3)
    assert intake.parcels["area_ha"].iloc[0] == repair.facts["after_ha"]
    assert set(shapely.get_type_id(intake.parcels.geometry)) <= {3, 6}


def test_holes_follow_the_structure_rule():
    outside = shapely.Polygon(RING, [[(200, 0), (250, 0), (250, 50), (200, 50)]])
    nested = shapely.Polygon(
        RING, [[(10, 10), (70, 10), (70, 70), (10, 70)], [(20, 20), (60, 20), (60, 60), (20, 60)]]
    )
    intake = take_in([drawn(on_earth(outside)), drawn(on_earth(nested))])
    after_m2 = intake.parcels["area_ha"] * 1e4

    assert [(r.rule, r.facts["holes"]) for r in intake.repairs] == [
        ("mend_holes", 1),
        ("mend_holes", 2),
    ]
    assert list(after_m2) == pytest.approx([12500, 6400], rel=1e-3)


def test_every_crossing_has_its_place():
    # A star of five points crosses itself five times, on the corners of the small star inside.
    turn = np.arange(5) * np.pi * 4 / 5
    (repair,) = take_in(
        [drawn(polygon(np.column_stack([np.sin(turn), np.cos(turn)]) * 50))]
    ).repairs
    inner = -50 * (3 - math.sqrt(5)) / 2
    turn = np.arange(5) * np.pi * 2 / 5
    there = lonlat(np.column_stack([np.sin(turn), np.cos(turn)]) * inner)

    found = shapely.get_coordinates(repair.where)
    assert repair.facts["crossings"] == len(found) == 5
    assert np.array(sorted(found.tolist())) == pytest.approx(
        np.array(sorted(there.tolist())), abs=1e-9
    )
    assert repair.facts["places"] == tuple(f"{y:.5f} {x:.5f}" for x, y in found.tolist())


def test_a_scribble_names_ten_places_and_draws_all():
    teeth = [(n * 10.0, (n % 2) * 10.0) for n in range(16)]
    back = [(x, 10.0 - y) for x, y in reversed(teeth)]
    (repair,) = take_in([drawn(polygon([*teeth, *back]))]).repairs

    assert repair.facts["crossings"] == shapely.get_num_geometries(repair.where) == 15
    assert len(repair.facts["places"]) == 11
    assert repair.facts["places"][-1] == "…"


@pytest.mark.parametrize(
    ("geometry", "reason"),
    [
        (None, "no_geometry"),
        (shapely.Polygon(), "no_geometry"),
        (shapely.Point(104.65, -5.42), "geometry_not_land"),
        (polygon([(0, 0), (50, 0), (100, 0)]), "no_area"),
        (polygon([(5, 5)] * 4), "no_area"),
        (shapely.LineString(lonlat([(0, 0), (50, 0), (100, 0)])), "straight_line"),
        (shapely.Polygon([(0, 0), (104.65, -5.42), (104.651, -5.42)]), "vertex_far_away"),
    ],
)
def test_what_is_no_land_is_refused_by_name(geometry, reason):
    intake = take_in([drawn(geometry), drawn(square(0, 0, 100), feature="2")])

    assert [(r.feature, r.reason) for r in intake.rejected] == [("1", reason)]
    assert intake.features == intake.accepted + intake.repaired + len(intake.rejected) == 2


def test_a_walk_with_a_coordinate_that_is_no_number_is_refused():
    walk = Walk((np.array([[104.65, -5.42], [np.nan, -5.42], [104.66, -5.43]]),))
    intake = take_in([Feature(source="a.gpx", feature="1", walk=walk)])

    assert [r.reason for r in intake.rejected] == ["not_finite"]


def test_marks_repeats_heights_and_lines_are_tidied():
    land, line = square(0, 0, 100), shapely.LineString(lonlat([(0, 0), (9, 9)]))
    ring = shapely.get_coordinates(land)
    twice = shapely.Polygon(np.repeat(ring, 2, axis=0))
    high = shapely.force_3d(land, 700.0)
    mixed = shapely.GeometryCollection([land, line])
    closed = replace(drawn(land), repairs=mended("a.geojson", "1", ["close_ring"]))
    intake = take_in([closed, drawn(twice), drawn(high), drawn(mixed)])

    assert rules(intake) == ["close_ring", "drop_repeated_points", "drop_lines"]
    assert list(intake.parcels["repaired"]) == [True, True, False, True]
    assert not shapely.has_z(intake.parcels.geometry.values).any()
    assert list(intake.parcels["area_ha"]) == pytest.approx([1.0] * 4, abs=1e-9)


def test_a_twenty_thousand_corner_scribble_is_settled():
    rng = np.random.default_rng(1)
    steps = np.cumsum(rng.normal(0, 3, (20_000, 2)), axis=0)
    intake = take_in([drawn(on_earth(shapely.Polygon(steps)))])

    assert intake.features == 1


def test_a_corner_130_km_away_costs_a_map_its_parcel_and_a_walk_only_the_leap(tmp_path):
    far = [(0, 0), (50, 0), (100, 0), (130_000, 50), (100, 50), (100, 100), (0, 100), (0, 0)]
    line = shapely.LineString(lonlat(far))
    path = map_file(tmp_path, [polygon(far), line, square(300, 0, 100)])
    intake = take_in(read_files([path]))

    (refusal,) = intake.rejected
    assert refusal.reason == "vertex_far_away"
    assert refusal.facts["distance_m"] == pytest.approx(129_900, abs=10)
    assert shapely.get_coordinates(refusal.where)[0] == pytest.approx(lonlat(far[3:4])[0])
    assert rules(intake) == ["drop_jump"]
    assert list(intake.parcels["area_ha"]) == pytest.approx([1.0, 1.0])


def test_an_arc_becomes_a_line_with_the_same_land(tmp_path):
    path = tmp_path / "peta.gpkg"
    lands = gpd.GeoDataFrame(geometry=[square(0, 0, 100), square(300, 0, 100)], crs=4326)
    lands.to_file(path, layer="andil", driver="GPKG")
    arcs = lonlat([(0, 50), (50, 100), (100, 50), (50, 0), (0, 50)])
    # WKB: a CurvePolygon (10) of one CircularString (8), behind the header of GeoPackage.
    curve = struct.pack("<BIIBII", 1, 10, 1, 1, 8, len(arcs)) + arcs.astype("<f8").tobytes()
    with closing(sqlite3.connect(path)) as database, database:
        triggers = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in triggers.fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        blob = b"GP\0\1" + struct.pack("<i", 4326) + curve
        database.execute("UPDATE andil SET geom = ? WHERE fid = 1", (blob,))
    intake = take_in(read_files([path]))

    assert intake.features == len(intake.parcels) == 2
    assert set(shapely.get_type_id(intake.parcels.geometry)) == {3}
    assert list(intake.parcels["area_ha"]) == pytest.approx([math.pi / 4, 1.0], rel=2e-3)


def test_a_ring_that_touches_itself_keeps_its_land(tmp_path):
    waist = [(0, 0), (40, 0), (50, 50), (60, 0), (100, 0), (100, 100), (50, 50), (0, 100)]
    banana = [(0, 0), (100, 0), (100, 100), (50, 100), (30, 60), (70, 60), (50, 100), (0, 100)]
    intake = take_in(read_files([map_file(tmp_path, [polygon(waist), polygon(banana)])]))

    assert rules(intake) == ["make_valid", "make_valid"]
    touches = [shapely.get_coordinates(repair.where)[0] for repair in intake.repairs]
    assert np.array(touches) == pytest.approx(lonlat([(50, 50), (50, 100)]), abs=1e-9)
    # Of a ring that goes on round a hole, the ground inside is land too: rings are land.
    assert list(intake.parcels["area_ha"]) == pytest.approx([0.7, 1.0], rel=1e-6)


def test_a_line_drawn_round_a_field_is_a_walk():
    loop = shapely.LineString(lonlat(RING))
    beside = shapely.MultiLineString([lonlat(RING[:3]), lonlat(RING[2:])])
    intake = take_in([drawn(loop), drawn(beside, feature="2")])

    assert list(intake.parcels["area_ha"]) == pytest.approx([1.0, 1.0], abs=1e-9)
    assert len(intake.walks) == 2


def test_lines_among_land_are_told_and_several_lands_of_one_collection_stay_one_parcel():
    lands = [square(0, 0, 100), square(200, 0, 100)]
    intake = take_in([drawn(shapely.GeometryCollection(lands))])

    assert rules(intake) == []
    assert intake.parcels.geometry.iloc[0].geom_type == "MultiPolygon"
    assert list(intake.parcels["area_ha"]) == pytest.approx([2.0], abs=1e-9)


def test_a_wide_boundary_with_no_leaping_corner_is_land():
    wide = shapely.Polygon([(104.0, -5.5), (105.0, -5.5), (105.0, -4.5), (104.0, -4.5)])
    intake = take_in([drawn(wide)])

    assert intake.rejected == ()
    assert len(intake.parcels) == 1
