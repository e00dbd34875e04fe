"""Features as readers hand them on, and what the parcel table makes of them."""

from __future__ import annotations

import json
import math
import sqlite3
import struct
from contextlib import closing
from dataclasses import replace
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from land import lonlat, on_earth, parcel_table, polygon, square

from hkm_gis.errors import FileError, TableError
from hkm_gis.parcels import PARCEL_COLUMNS, fingerprint, read_parcels, require_columns, take_in
from hkm_gis.readers import read_files
from hkm_gis.readers.feature import Feature, mended
from hkm_gis.record import Rejection, Remark
from hkm_gis.text import LANGUAGES, phrase
from hkm_gis.walks import Walk

RING = [(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)]


def drawn(geometry, *, source="Lestari/a.geojson", feature="1", name="", **said):
    return Feature(source=source, feature=feature, name=name, geometry=geometry, properties=said)


def walked(points_m=RING, *, source="Lestari/a.gpx", feature="track 1", name="", **said):
    walk = Walk((lonlat(points_m),))
    return Feature(source=source, feature=feature, name=name, walk=walk, properties=said)


def rules(intake):
    return [repair.rule for repair in intake.repairs]


def test_a_valid_polygon_passes_to_the_byte():
    land = square(0, 0, 100)
    intake = take_in([drawn(land)])

    assert shapely.to_wkb(intake.parcels.geometry.iloc[0]) == shapely.to_wkb(land)
    assert (intake.accepted, intake.repaired, intake.rejected) == (1, 0, ())
    assert tuple(intake.parcels.columns) == PARCEL_COLUMNS


def test_nothing_gives_an_empty_table_with_all_columns():
    intake = take_in([])

    assert tuple(intake.parcels.columns) == PARCEL_COLUMNS
    assert intake.features == 0


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


def test_a_split_walk_counts_as_many_features_and_tells_its_repair_once():
    loop = [(x, y) for x, y in RING]
    path = [*loop, (300, 0), *[(x + 300, y) for x, y in loop]]
    points = np.array(
        [
            np.add(a, np.multiply(np.subtract(b, a), i / 10))
            for a, b in pairwise(path)
            for i in range(10)
        ]
        + [path[-1]]
    )
    intake = take_in([walked(points)])

    assert rules(intake) == ["drop_repeated_points", "split_walk"]
    assert intake.features == intake.repaired == 2
    assert list(intake.parcels["feature"]) == ["track 1 (1)", "track 1 (2)"]


def test_a_twenty_thousand_corner_scribble_is_settled():
    rng = np.random.default_rng(1)
    steps = np.cumsum(rng.normal(0, 3, (20_000, 2)), axis=0)
    intake = take_in([drawn(on_earth(shapely.Polygon(steps)))])

    assert intake.features == 1


def map_file(folder, geometries, text=""):
    """Write a GeoJSON map of shapes (or of what a broken program takes for shapes)."""
    shapes = [
        json.loads(shapely.to_geojson(g)) if isinstance(g, shapely.Geometry) else g
        for g in geometries
    ]
    rows = [{"type": "Feature", "properties": {}, "geometry": shape} for shape in shapes]
    path = folder / "peta.geojson"
    path.write_text(text or json.dumps({"type": "FeatureCollection", "features": rows}), "utf-8")
    return path


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


def test_two_thousand_parcels_on_one_spot_stay_two_thousand(tmp_path):
    intake = take_in(read_files([map_file(tmp_path, [square(0, 0, 100)] * 2000)]))

    assert (intake.accepted, intake.repaired, intake.rejected) == (2000, 0, ())
    assert intake.parcels["parcel_id"].nunique() == 2000


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


def test_a_shape_of_the_wrong_type_costs_only_itself(tmp_path):
    wrong = [
        {"type": "polygon", "coordinates": [[[104.65, -5.42]]]},
        {"type": "Polygon", "coordinates": "104.65 -5.42"},
        {"type": "Polygon", "coordinates": {"0": [104.65, -5.42]}},
        {"type": "Polygon"},
        {"type": 7},
        None,
    ]
    intake = take_in(read_files([map_file(tmp_path, [*wrong, square(0, 0, 100)])]))

    assert intake.features == len(wrong) + 1
    assert len(intake.rejected) == len(wrong)
    assert {r.reason for r in intake.rejected} == {"geometry_not_land", "no_geometry"}
    assert len({r.feature for r in intake.rejected}) == len(wrong)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[" * 5000 + "]" * 5000, "json_too_deep"),
        ('{"type": "FeatureCollection", "features": {}}', "no_features"),
    ],
)
def test_a_map_without_features_is_one_rejection(tmp_path, text, reason):
    intake = take_in(read_files([map_file(tmp_path, [], text)]))

    assert [r.reason for r in intake.rejected] == [reason]
    assert intake.features == 1


def test_ids_come_from_the_file_then_the_name_and_are_never_private():
    intake = take_in(
        [
            drawn(square(0, 0, 50), **{"No Andil": "33.PG.1"}),
            drawn(square(100, 0, 50), name="Pak Budi", NIK="1", id="1806051201800001"),
            drawn(square(200, 0, 50), ID="7"),
            drawn(square(300, 0, 50), ID="7"),
        ]
    )

    assert list(intake.parcels["parcel_id"]) == ["33.PG.1", "Pak Budi", "LES-003", "LES-004"]


def test_the_code_of_a_parcel_stands_in_the_name_of_its_walk_or_else_of_its_file():
    intake = take_in(
        [
            walked(source="Lestari/1.gpx", name="RL-01 Sukirman"),
            walked(source="Lestari/rl-02_Bu Sri.gpx", name="ACTIVE LOG"),
            walked(source="Lestari/3.gpx", name="RL-03 Budi"),
            walked(source="Lestari/4.gpx", name="RL-03 Wati"),  # the code of two is of neither
            walked(source="Lestari/RL-05 dua lahan.gpx", feature="track 1"),
            walked(source="Lestari/RL-05 dua lahan.gpx", feature="track 2"),
        ]
    )

    ids = ["RL-01", "rl-02", "RL-03 Budi", "RL-03 Wati", "LES-005", "LES-006"]
    assert list(intake.parcels["parcel_id"]) == ids
    assert list(intake.parcels["member"]) == ["Sukirman", "", "Budi", "Wati", "", ""]


def test_a_named_folder_is_the_group_of_the_files_in_it(tmp_path):
    for name in ("KTH Mawar/1.geojson", "KTH Mawar/GPX/2.geojson", "kelompok/KTH Melati.geojson"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        map_file(tmp_path, [square(0, 0, 100)]).rename(path)

    def groups(*names):
        found = take_in(read_files([tmp_path / name for name in names]))
        return list(found.parcels["group"])

    assert groups("KTH Mawar") == ["KTH Mawar", "KTH Mawar"]
    assert groups("kelompok") == ["KTH Melati"]
    assert groups("KTH Mawar/1.geojson") == ["1"]


def test_groups_come_from_the_file_then_the_command_then_the_folder():
    features = [
        drawn(square(0, 0, 50), Kelompok="Mekar"),
        drawn(square(100, 0, 50)),
        drawn(square(200, 0, 50), source="b.gpx"),
    ]

    assert list(take_in(features).parcels["group"]) == ["Mekar", "Lestari", "b"]
    assert list(take_in(features, group="Jaya").parcels["group"]) == ["Mekar", "Jaya", "Jaya"]


def test_a_household_is_coded_named_or_its_parcel():
    kk = "1806 0512 0180 0001"
    intake = take_in(
        [
            drawn(square(0, 0, 50), no_kk=kk, nama="Budi"),
            drawn(square(100, 0, 50), no_kk=kk.replace(" ", ""), nama="Siti"),
            walked(name="pak  warno 2"),
            walked(name="ACTIVE LOG #3"),
            drawn(square(200, 0, 50), kode_kk="L-K007", nama="Warno"),
        ]
    )

    names = ["KK-001", "KK-001", "Pak Warno", "ACTIVE LOG #3", "L-K007"]
    assert list(intake.parcels["household"]) == names
    assert list(intake.parcels["member"]) == ["Budi", "Siti", "pak warno", "", "Warno"]


@pytest.mark.parametrize(
    ("feature", "communal"),
    [
        (drawn(square(0, 0, 50), kategori="Ruang Perlindungan dan Komunal"), True),
        (drawn(square(0, 0, 50), kategori="andil garapan", source="KTH A/komunal/a.gpx"), False),
        (drawn(square(0, 0, 50), source="kelompok/KTH A/Komunal/a.gpx"), True),
        (drawn(square(0, 0, 50), source="KTH A/lahan_komunal.kml"), True),
        (drawn(square(0, 0, 50), source="KTH Komunalindo/a.gpx"), False),
        (drawn(square(0, 0, 50), no_andil="33.PG.1.K"), True),
        (drawn(square(0, 0, 50), no_andil="33.PG.1"), False),
    ],
)
def test_shared_land_is_told_by_a_category_a_folder_or_its_code(feature, communal):
    assert take_in([feature]).parcels["communal"].item() is communal


def test_a_folder_of_shared_land_belongs_to_the_group_above_it():
    intake = take_in([drawn(square(0, 0, 50), source="kelompok/KTH Mawar/komunal/a.gpx")])

    assert intake.parcels["group"].item() == "KTH Mawar"


def test_what_a_form_says_of_a_parcel_is_kept():
    said = {"Komoditas": "kopi", "Nama Pengukur": "Pak Edi", "Tgl. Ukur": "3/8/2026"}
    row = take_in([drawn(square(0, 0, 50), **said)]).parcels.iloc[0]

    assert (row["commodity"], row["surveyor"], row["surveyed"]) == ("kopi", "Pak Edi", "3/8/2026")


@pytest.mark.parametrize(
    ("utc", "date"),
    [
        ("2026-08-01T16:59:59", "2026-08-01"),
        ("2026-08-01T17:00:00", "2026-08-02"),
        ("1999-08-22T00:00:00", ""),
        ("NaT", ""),
    ],
)
def test_a_walk_bears_the_date_of_western_indonesia(utc, date):
    time_s = np.datetime64(utc, "s")
    seconds = np.full(len(RING), np.nan if np.isnat(time_s) else time_s.astype(float))
    walk = Walk((lonlat(RING),), times_s=(seconds,))
    intake = take_in([Feature(source="L/a.gpx", feature="track 1", name="", walk=walk)])

    assert intake.parcels["surveyed"].item() == date


def test_rejections_of_the_readers_pass_through():
    refusal = Rejection(source="x.kml", feature="", code="S02", reason="redirect")

    assert take_in([refusal]).rejected == (refusal,)


def test_missing_columns_are_all_named():
    frame = parcel_table([{"parcel_id": "1", "geometry": square(0, 0, 100)}])
    with pytest.raises(TableError) as error:
        require_columns(frame.drop(columns=["group", "household"]), ["group", "household"])
    assert error.value.facts["columns"] == ("group", "household")


@pytest.mark.parametrize(
    ("spoil", "key"),
    [
        (lambda f: f.to_crs(32748), "parcels_not_lonlat"),
        (lambda f: f.assign(parcel_id="1"), "parcels_id_twice"),
        (lambda f: f.assign(parcel_id=[1, 2]), "parcels_id_not_text"),
    ],
)
def test_a_table_must_be_lonlat_with_unique_text_ids(spoil, key):
    rows = [{"parcel_id": str(i), "geometry": square(200 * i, 0, 100)} for i in range(2)]
    with pytest.raises(TableError) as error:
        require_columns(spoil(parcel_table(rows)), ["parcel_id"])
    assert error.value.key == key


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(5)), st.integers(0, 3))
def test_the_fingerprint_knows_neither_order_nor_start_of_rings(order, start):
    def turned(land):
        ring = shapely.get_coordinates(land)[:-1]
        return shapely.Polygon(np.roll(ring, start, axis=0))

    rows = [{"parcel_id": str(i), "geometry": square(200 * i, 0, 100)} for i in range(5)]
    shuffled = [rows[i] | {"geometry": turned(rows[i]["geometry"])} for i in order]
    moved = [rows[0] | {"geometry": square(1, 0, 100)}, *rows[1:]]

    assert fingerprint(parcel_table(shuffled)) == fingerprint(parcel_table(rows))
    assert fingerprint(parcel_table(moved)) != fingerprint(parcel_table(rows))


def test_a_line_drawn_round_a_field_is_a_walk():
    loop = shapely.LineString(lonlat(RING))
    beside = shapely.MultiLineString([lonlat(RING[:3]), lonlat(RING[2:])])
    intake = take_in([drawn(loop), drawn(beside, feature="2")])

    assert list(intake.parcels["area_ha"]) == pytest.approx([1.0, 1.0], abs=1e-9)
    assert len(intake.walks) == 2


def test_a_walk_with_its_axes_swapped_keeps_its_segments():
    halves = lonlat(RING[:3])[:, ::-1], lonlat(RING[2:])[:, ::-1]
    feature = Feature(source="a.gpx", feature="1", walk=Walk(halves))
    intake = take_in([feature], near=square(-2000, -2000, 4000))

    assert "swap_axes" in rules(intake)
    assert list(intake.parcels["area_ha"]) == pytest.approx([1.0], abs=1e-9)
    segments = shapely.get_parts(intake.walks.geometry.iloc[0])
    assert [len(shapely.get_coordinates(s)) for s in segments] == [3, 3]


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


def test_remarks_stand_beside_the_parcels_whoever_made_them():
    told = Remark(source="a.kml", feature="1", rule="prj_missing")
    far = shapely.transform(square(0, 0, 100), lambda xy: np.add(xy, [0.0, 1.0]))
    intake = take_in([told, drawn(far)], near=square(-2000, -2000, 4000))

    assert [remark.rule for remark in intake.remarks] == ["prj_missing", "far_degrees"]
    assert len(intake.parcels) == 1


def test_reading_parcels_warns_of_each_feature_that_became_none(tmp_path):
    path = map_file(tmp_path, [square(0, 0, 100), shapely.Point(104.65, -5.42)])

    with pytest.warns(UserWarning, match=path.name) as told:
        table = read_parcels(path, group="KTH Mawar")

    assert list(table["group"]) == ["KTH Mawar"]
    assert len(told) == 1


def test_reading_parcels_where_there_are_none_says_what_was_found(tmp_path):
    with pytest.raises(FileError) as empty:
        read_parcels(tmp_path)
    path = map_file(tmp_path, [shapely.Point(104.65, -5.42)] * 2)
    broken = [tmp_path / f"rusak-{n:02}.gpx" for n in range(1, 20)]
    for file in broken:
        file.write_text("<gpx")
    with pytest.raises(FileError) as nothing:
        read_parcels([path, *broken])
    (tmp_path / "rusak-20.gpx").write_bytes(b"")
    with pytest.raises(FileError) as more:
        read_parcels([tmp_path])

    assert (empty.value.key, nothing.value.key) == ("nothing_found", "nothing_read")
    named = nothing.value.sentence("en").splitlines()[1:]
    assert [line.split()[1].strip(":") for line in named] == [file.name for file in [path, *broken]]
    assert (more.value.key, more.value.facts["rest"]) == ("nothing_read_more", 1)


def test_a_refusal_inside_an_error_speaks_the_language_of_the_error(tmp_path, monkeypatch):
    monkeypatch.setenv("HKM_LANG", "id")
    (tmp_path / "kosong.gpx").write_bytes(b"")
    with pytest.raises(FileError) as nothing:
        read_parcels(tmp_path)

    for lang in LANGUAGES:
        assert phrase("rejections.file_empty", lang) in nothing.value.sentence(lang)
