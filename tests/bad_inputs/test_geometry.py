"""D1 to D20: land that is open, crossed, empty, elsewhere, or no land at all."""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from badfiles import Case, Make, case, prove, ring, shapes, text
from fieldfiles import RING, SQUARE
from land import lonlat, parcel_table, polygon, rectangle, square
from pyproj import Geod, Transformer

from hkm_gis.overlaps import find_overlaps
from hkm_gis.plane import area_m2

RING_M2 = abs(Geod(ellps="WGS84").geometry_area_perimeter(shapely.Polygon(RING))[0])
GOOD = square(0, 0, 100)
LAPS = [(0, 0), (10, 0), (10, 10), (0, 10)] * 2 + [(0, 0)]
FIELD = [(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)]
SPIKE = [(0, 0), (10, 0), (10, 10), (5, 10), (5, 20), (5, 10), (0, 10), (0, 0)]


def box(x: float, y: float, side: float) -> list[tuple[float, float]]:
    return [(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)]


def in_grid(epsg: int, north_m: float = 0.0) -> shapely.Polygon:
    there = Transformer.from_crs(4326, epsg, always_xy=True)
    return shapely.Polygon([there.transform(x, y) for x, y in RING] + np.array([0.0, north_m]))


def swapped(land: shapely.Polygon) -> shapely.Polygon:
    return shapely.transform(land, lambda xy: xy[:, ::-1])


def typed(angle_deg: float) -> float:
    """Return degrees and minutes typed as degrees: 104°39' as 104.39."""
    degrees = int(angle_deg)
    return degrees + (angle_deg - degrees) * 60 / 100


IN_MINUTES = shapely.Polygon([(typed(x), typed(y)) for x, y in RING])


def scribble(corners: int) -> dict[str, object]:
    steps_m = np.random.default_rng(30).normal(0, 3, (corners, 2))
    return ring(*np.cumsum(steps_m, axis=0).tolist())


def with_heights(*extra: float) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": [[[*p, *extra] for p in RING]]}


def drawn(title: str, *geometries: object, **becomes: object):
    return case(title, text("a.geojson", shapes(*geometries)), **becomes)


def mended(title: str, geometry: object, rule: str, area_m2: float, *also: str):
    return drawn(title, geometry, repaired=1, repairs=(rule, *also), area_m2=area_m2)


def refused(title: str, geometry: object, reason: str):
    """Return a case whose first feature is refused, while the other of its map is kept."""
    rejected = (f"S01 {reason}, a.geojson, feature 1",)
    return drawn(title, geometry, GOOD, accepted=1, rejected=rejected)


def far_away(title: str, geometry: object, rule: str):
    return drawn(title, geometry, accepted=1, remarks=(rule,))


@pytest.mark.parametrize(
    "expected",
    [
        mended("D1 open ring", ring(*FIELD[:-1]), "close_ring", 1e4),
        refused("D2 one point", ring((0, 0)), "too_few_corners"),
        refused("D2 two points", ring((0, 0), (9, 0)), "too_few_corners"),
        refused("D2 empty ring", {"type": "Polygon", "coordinates": [[]]}, "no_geometry"),
        refused("D2 no ring", {"type": "Polygon", "coordinates": []}, "no_geometry"),
        refused("D2 all the same", ring((5, 5), (5, 5), (5, 5), (5, 5)), "no_area"),
        refused("D2 one line", ring((0, 0), (9, 0), (20, 0), (0, 0)), "no_area"),
        mended(
            "D3 bow-tie keeps both lobes",
            ring((0, 0), (10, 10), (10, 0), (0, 10), (0, 0)),
            "make_valid",
            50,
        ),
        mended("D4 two laps", ring(*LAPS), "undo_double_line", 100),
        mended("D5 spike", ring(*SPIKE), "make_valid", 100),
        mended("D6 hole outside", ring(*FIELD, holes=[box(200, 0, 50)]), "mend_holes", 12_500),
        mended(
            "D6 hole in a hole",
            ring(*FIELD, holes=[box(10, 10, 60), box(20, 20, 40)]),
            "mend_holes",
            6_400,
        ),
        *(
            case(
                f"D7 {value}",
                text(
                    "a.geojson",
                    shapes(shapely.box(104.6, -5.4, 77.7, -5.3), GOOD).replace("77.7", value),
                ),
                accepted=1,
                rejected=("S01 bad_coordinate, a.geojson, feature 1",),
            )
            for value in ("NaN", "Infinity", "1e999", "1e300")
        ),
        mended("D8 swapped", swapped(shapely.Polygon(RING)), "swap_axes", RING_M2),
        mended("D9 metres of UTM", in_grid(32748), "assume_crs", RING_M2),
        mended("D9 metres of Web Mercator", in_grid(3857), "assume_crs", RING_M2),
        mended("D9 metres of TM-3", in_grid(23833), "change_zone", RING_M2),
        mended("D9 metres of the zone beside", in_grid(32749), "change_zone", RING_M2),
        mended("D9 lost 10,000,000", in_grid(32748, north_m=-1e7), "restore_southing", RING_M2),
        mended("D9 metres swapped", swapped(in_grid(32748)), "swap_axes", RING_M2),
        mended("D9 degrees and minutes", IN_MINUTES, "read_degrees_minutes", RING_M2),
        mended(
            "D9 sign lost", shapely.Polygon([(x, -y) for x, y in RING]), "restore_sign", RING_M2
        ),
        refused("D9 null island", shapely.box(0, 0, 0.001, 0.001), "null_island"),
        refused("D9 beyond the earth", shapely.box(200, 95, 201, 96), "impossible_place"),
        far_away("D9 another country", shapely.box(14, 46, 14.001, 46.001), "far_degrees"),
        refused("D10 corner at zero", shapely.Polygon([(0, 0), *SQUARE]), "vertex_far_away"),
        refused(
            "D10 leap of 130 km",
            ring((0, 0), (50, 0), (130_000, 50), (100, 0), (100, 100), (0, 0)),
            "vertex_far_away",
        ),
        mended(
            "D11 corner said twice",
            ring(*FIELD[:2], FIELD[1], *FIELD[2:]),
            "drop_repeated_points",
            1e4,
        ),
        drawn("D11 clockwise", ring(*FIELD[::-1]), accepted=1, area_m2=1e4),
        drawn("D11 heights", with_heights(812.5), accepted=1, area_m2=RING_M2),
        drawn("D11 heights and measures", with_heights(812.5, 3), accepted=1, area_m2=RING_M2),
        drawn(
            "D12 everything in one map",
            GOOD,
            {"type": "Point", "coordinates": [104.65, -5.42]},
            {"type": "MultiPoint", "coordinates": [[104.65, -5.42]]},
            shapely.LineString([*RING]),
            None,
            shapely.GeometryCollection([GOOD, shapely.Point(104.65, -5.42)]),
            accepted=2,
            repaired=1,
            repairs=("drop_lines",),
            rejected=(
                "S01 geometry_not_land, a.geojson, feature 3",
                "S01 no_geometry, a.geojson, feature 5",
                "S05 waypoint_not_a_parcel, a.geojson, feature 2",
            ),
        ),
        drawn(
            "D14 scribble of 20,000 corners",
            scribble(20_000),
            repaired=1,
            repairs=("close_ring", "make_valid"),
        ),
        drawn("D15 2,000 on one spot", *[GOOD] * 2000, accepted=2000, area_m2=2e7),
    ],
)
def test_land_is_mended_placed_or_refused_by_name(expected: Case, folder: Path) -> None:
    prove(expected, folder)


@pytest.mark.bad_input("D13")
def test_one_bad_parcel_among_ten_leaves_nine_as_they_are(folder: Path) -> None:
    good = [square(200 * n, 0, 100) for n in range(9)]
    bad = ring((0, 300), (10, 310), (10, 300), (0, 310), (0, 300))
    ten = text("a.geojson", shapes(*good[:4], bad, *good[4:]))

    intake = prove(Case(ten, accepted=9, repaired=1, repairs=("make_valid",)), folder)

    assert [r.feature for r in intake.repairs] == ["feature 5"]


# One shape of another kind in a map of two parcels

ARC = [(0, 50), (50, 100), (100, 50), (50, 0), (0, 50)]


def other_shape(name: str, kind: int, *parts: bytes) -> Make:
    """Return the recipe of a GeoPackage whose first parcel is a WKB of another kind."""

    def make(folder: Path) -> None:
        lands = gpd.GeoDataFrame(geometry=[GOOD, square(300, 0, 100)], crs=4326)
        lands.to_file(folder / "a.gpkg", layer="andil")
        with closing(sqlite3.connect(folder / "a.gpkg")) as database, database:
            triggers = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (trigger,) in triggers.fetchall():
                database.execute(f'DROP TRIGGER "{trigger}"')
            blob = b"GP\0\1" + struct.pack("<i", 4326) + wkb(kind, *parts)
            database.execute("UPDATE andil SET geom = ? WHERE fid = 1", (blob,))
            database.execute("UPDATE gpkg_geometry_columns SET geometry_type_name = ?", (name,))
            database.execute("PRAGMA writable_schema = ON")
            database.execute(
                "UPDATE sqlite_master SET sql = replace(sql, '\"geom\" POLYGON', ?) "
                "WHERE name = 'andil'",
                (f'"geom" {name}',),
            )

    return make


def wkb(kind: int, *parts: bytes) -> bytes:
    return struct.pack("<BII", 1, kind, len(parts)) + b"".join(parts)


def points(points_m: Sequence[tuple[float, float]], height: float | None = None) -> bytes:
    places = [[*p] if height is None else [*p, height] for p in lonlat(points_m).tolist()]
    return np.array(places, dtype="<f8").tobytes()


CIRCLE = struct.pack("<BII", 1, 8, len(ARC)) + points(ARC)  # a CircularString
CURVED = wkb(10, CIRCLE)  # a CurvePolygon
TRIANGLE = [(0, 0), (50, 0), (0, 50), (0, 0)]
FACET = wkb(1017, struct.pack("<I", len(TRIANGLE)) + points(TRIANGLE, 700.0))


@pytest.mark.parametrize(
    "expected",
    [
        case(
            "D16 curved polygon",
            other_shape("CURVEPOLYGON", 10, CIRCLE),
            accepted=2,
            remarks=("arcs_as_lines",),
        ),
        case(
            "D16 several surfaces",
            other_shape("MULTISURFACE", 12, CURVED),
            accepted=2,
            remarks=("arcs_as_lines",),
        ),
        case(
            "D16 layer of triangles",
            other_shape("TIN", 1016, FACET),
            rejected=("S01 geometry_not_land, a.gpkg",),
        ),
        case(
            "D16 triangles among polygons",
            other_shape("POLYGON", 1016, FACET),
            accepted=1,
            rejected=("S01 geometry_not_land, a.gpkg, feature 1",),
        ),
    ],
)
def test_a_surface_of_another_kind_is_straightened_or_refused(expected: Case, folder: Path) -> None:
    prove(expected, folder)


# Rings that touch themselves: the verdicts of Simple Features, which the corpus of JTS tries

AT_THE_EDGE = [(0, 50), (50, 40), (50, 60), (0, 50)]
ACROSS = [(0, 50), (50, 40), (100, 50), (50, 60), (0, 50)]
BANANA = [(0, 0), (100, 0), (100, 100), (50, 100), (30, 60), (70, 60), (50, 100), (0, 100), (0, 0)]
WAIST = [(0, 0), (40, 0), (50, 50), (60, 0), (100, 0), (100, 100), (50, 50), (0, 100), (0, 0)]


def parts(*rings_m: Sequence[tuple[float, float]]) -> dict[str, object]:
    drawn = [ring(*points_m)["coordinates"] for points_m in rings_m]
    return {"type": "MultiPolygon", "coordinates": drawn}


@pytest.mark.parametrize(
    "expected",
    [
        drawn("D17 hole touching the edge", ring(*FIELD, holes=[AT_THE_EDGE]), accepted=1),
        mended("D17 hole from edge to edge", ring(*FIELD, holes=[ACROSS]), "make_valid", 9_000),
        drawn(
            "D17 holes touching at a corner",
            ring(*FIELD, holes=[box(20, 20, 20), box(40, 40, 20)]),
            accepted=1,
        ),
        mended(
            "D17 holes sharing a side",
            ring(*FIELD, holes=[box(20, 20, 20), box(40, 20, 20)]),
            "make_valid",
            9_200,
        ),
        mended("D17 outline touching itself inside", ring(*BANANA), "make_valid", 1e4),
        mended("D17 outline touching itself outside", ring(*WAIST), "make_valid", 7_000),
        drawn("D17 parts touching at a corner", parts(FIELD, box(100, 100, 50)), accepted=1),
        mended("D17 parts sharing a side", parts(FIELD, box(100, 0, 100)), "make_valid", 2e4),
        mended("D17 part in another", parts(FIELD, box(20, 20, 20)), "join_parts", 1e4),
    ],
)
def test_land_that_touches_itself_is_mended_only_where_it_is_no_polygon(
    expected: Case, folder: Path
) -> None:
    prove(expected, folder)


# GeoJSON that is no GeoJSON

POINTS = "[[[104.65, -5.42], [104.651, -5.42], [104.651, -5.421], [104.65, -5.42]]]"


def feature(geometry: str, properties: str = "{}") -> str:
    return f'{{"type": "Feature", "properties": {properties}, "geometry": {geometry}}}'


def one_of_two(title: str, first: str, reason: str = "", *, kept: int = 1):
    rejected = (f"S01 {reason}, a.geojson, feature 1",) if reason else ()
    good = feature(f'{{"type": "Polygon", "coordinates": {POINTS}}}')
    content = f'{{"type": "FeatureCollection", "features": [{first}, {good}]}}'
    return case(title, text("a.geojson", content), accepted=kept, rejected=rejected)


@pytest.mark.parametrize(
    "expected",
    [
        case(
            "D18 nested without end",
            text("a.geojson", '{"type": "Feature", "geometry": ' + "[" * 100_000),
            rejected=("S01 json_too_deep, a.geojson",),
        ),
        case(
            "D18 features that are no list",
            text("a.geojson", '{"type": "FeatureCollection", "features": {}}'),
            rejected=("S01 no_features, a.geojson",),
        ),
        one_of_two(
            "D18 type in small letters",
            feature(f'{{"type": "polygon", "coordinates": {POINTS}}}'),
            "geometry_not_land",
        ),
        one_of_two(
            "D18 type that is a number",
            feature('{"type": 7, "coordinates": []}'),
            "geometry_not_land",
        ),
        one_of_two(
            "D18 coordinates as text",
            feature('{"type": "Polygon", "coordinates": "104.65 -5.42"}'),
            "no_geometry",
        ),
        one_of_two(
            "D18 numbers as text",
            feature(
                f'{{"type": "Polygon", "coordinates": {POINTS}}}'.replace("-5.42]", '"-5.42"]')
            ),
            "bad_coordinate",
        ),
        one_of_two("D18 no coordinates", feature('{"type": "Polygon"}'), "no_geometry"),
        one_of_two("D18 feature that is a word", '"petak"', "not_a_feature"),
        one_of_two("D18 feature that is null", "null", "not_a_feature"),
        one_of_two(
            "D18 answers that are a list",
            feature(f'{{"type": "Polygon", "coordinates": {POINTS}}}', "[1, 2]"),
            kept=2,
        ),
    ],
)
def test_no_feature_of_a_map_is_dropped_in_silence(expected: Case, folder: Path) -> None:
    prove(expected, folder)


# Two parcels and the land they share


@pytest.mark.bad_input("D19")
def test_a_shared_side_is_no_overlap_though_one_neighbour_has_a_corner_on_it() -> None:
    left = polygon([(0, 0), (100, 0), (100, 100), (0, 100)])
    right = polygon([(100, 0), (200, 0), (200, 100), (100, 100), (100, 33.3)])
    table = parcel_table(
        {"parcel_id": name, "geometry": g} for name, g in {"a": left, "b": right}.items()
    )

    assert find_overlaps(table).empty


@pytest.mark.bad_input("D19")
def test_fields_walked_again_twenty_metres_beside_share_what_anybody_can_reckon() -> None:
    fields = [square(100 * column, 100 * row, 100) for row in range(3) for column in range(3)]
    again = [square(100 * column + 20, 100 * row, 100) for row in range(3) for column in range(3)]
    rows = [{"parcel_id": f"p{n}", "geometry": land} for n, land in enumerate([*fields, *again])]

    shared = find_overlaps(parcel_table(rows))

    assert sorted(shared["area_ha"].round(6)) == [0.2] * 6 + [0.8] * 9


@pytest.mark.bad_input("D20")
def test_what_two_parcels_share_and_what_they_do_not_is_all_there_is() -> None:
    comb = polygon([(0, 0), (100, 0), (100, 100), (90, 100), (90, 10), (50, 10), (50, 50), (0, 50)])
    beam = rectangle(-50, 10, 140, 100)  # crosses the comb, and runs along two of its sides
    rows = [{"parcel_id": "a", "geometry": comb}, {"parcel_id": "b", "geometry": beam}]
    shared = find_overlaps(parcel_table(rows))

    both_m2, rest_m2, whole_m2 = area_m2([*shared.geometry, comb - beam, comb])
    assert set(shared.geometry.geom_type) <= {"Polygon", "MultiPolygon"}
    assert both_m2 + rest_m2 == pytest.approx(whole_m2, abs=1e-6 * whole_m2)
    assert shared["area_m2"].sum() == pytest.approx(both_m2, abs=1e-6 * whole_m2)
