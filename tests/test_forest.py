"""The forest boundary: every way it may be stored, its hectares, and what lies outside or near."""

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from land import on_earth, parcel_table, polygon, rectangle, square
from pyproj import Geod

from hkm_gis.errors import FileError
from hkm_gis.forest import (
    Forest,
    forest_of,
    land_outside,
    near_boundary,
    outside_ha,
    read_forest,
)
from hkm_gis.forest.drawing import land_of_features
from hkm_gis.plane import area_m2, to_plane
from hkm_gis.project import ForestSource
from hkm_gis.readers.feature import Feature


def save(path, *features, **document):
    members = [
        {"type": "Feature", "properties": said, "geometry": shapely.geometry.mapping(shape)}
        for shape, said in features
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": members} | document))
    return path


def forest(shape, tolerance_m=125.0):
    return Forest(
        name="Contoh", geometry=shape, area_ha=0, utm_ha=0, stated_ha=0, tolerance_m=tolerance_m
    )


def parcels(*shapes):
    return parcel_table({"parcel_id": f"p{k}", "geometry": s} for k, s in enumerate(shapes))


def test_a_boundary_has_the_hectares_of_the_ellipsoid(tmp_path):
    shape = shapely.Polygon([(104.5, -5.5), (104.9, -5.45), (104.7, -5.2)])
    read = read_forest(save(tmp_path / "batas.geojson", (shape, {})))

    truth_m2 = Geod(ellps="WGS84").geometry_area_perimeter(shape)[0]
    utm = gpd.GeoSeries([shape], crs=4326).to_crs(32748)
    assert read.area_ha == pytest.approx(truth_m2 / 1e4, rel=1e-12)
    assert read.utm_ha == pytest.approx(utm.area.iloc[0] / 1e4, rel=1e-12)
    assert (read.name, read.stated_ha, read.tolerance_m) == ("batas", 16060, 125)
    assert len(read.sha256) == 64


def test_pieces_that_meet_or_overlap_count_once(tmp_path):
    pieces = [(rectangle(x, 0, 600, 1000), {}) for x in (0, 400, 1000)]
    read = read_forest(save(tmp_path / "batas.geojson", *pieces))

    assert read.area_ha == pytest.approx(160, rel=1e-6)
    assert read.geometry.geom_type == "Polygon"


@pytest.mark.parametrize(
    ("where", "stored"),
    [
        ("FUNGSIKWS = 1001", 1001),
        ("fungsikws=1001", "1001"),
        ("FUNGSIKWS = '1001'", 100100.0),
        ("FUNGSIKWS = 100100", 1001),
        ("NO_REG = 30", "30"),
        ("NAMOBJ = 'REGISTER  30'", "Register 30"),
        ("NAMOBJ = Register 30", "register 30"),
    ],
)
def test_the_features_of_one_forest_are_chosen_however_the_value_is_stored(tmp_path, where, stored):
    field = where.split("=")[0].strip().upper()
    path = save(
        tmp_path / "kawasan.geojson",
        (square(0, 0, 1000), {field: stored}),
        (square(5000, 0, 1000), {field: "9"}),
    )

    assert read_forest(path, where=where).area_ha == pytest.approx(100, rel=1e-6)


@pytest.mark.parametrize(
    ("where", "key"),
    [
        ("FUNGSIKWS", "forest_where"),
        ("FUNGSIKWS = 1003", "forest_nothing_chosen"),
        ("FUNGSI = 1001", "forest_no_field"),
    ],
)
def test_a_condition_that_chooses_nothing_says_why(tmp_path, where, key):
    path = save(tmp_path / "kawasan.geojson", (square(0, 0, 1000), {"FUNGSIKWS": 1001}))

    with pytest.raises(FileError) as caught:
        read_forest(path, where=where)
    assert caught.value.key == key


def test_the_features_name_the_forest_and_its_function(tmp_path):
    said = {"NAMOBJ": "Register 30", "FUNGSIKWS": 1001.0}
    read = read_forest(save(tmp_path / "a.geojson", (square(0, 0, 1000), said)))

    assert (read.name, read.function) == ("Register 30", "1001")


def test_a_closed_line_encloses_the_forest(tmp_path):
    ring = shapely.get_exterior_ring(square(0, 0, 1000))
    halves = [shapely.LineString(ring.coords[:3]), shapely.LineString(ring.coords[2:])]
    path = save(tmp_path / "garis.geojson", *[(half, {}) for half in halves])

    assert read_forest(path).area_ha == pytest.approx(100, rel=1e-6)


def test_an_open_line_is_refused_at_its_open_end(tmp_path):
    line = shapely.LineString(shapely.get_exterior_ring(square(0, 0, 1000)).coords[:4])
    with pytest.raises(FileError) as caught:
        read_forest(save(tmp_path / "garis.geojson", (line, {})))

    assert caught.value.key == "forest_open_line"
    assert caught.value.facts["lat_deg"] == pytest.approx(-5.42, abs=0.01)


def test_a_boundary_that_collapses_into_a_line_is_none(tmp_path):
    flat = polygon([(0, 0), (1000, 0), (500, 0)])
    with pytest.raises(FileError) as caught:
        read_forest(save(tmp_path / "batas.geojson", (flat, {})))

    assert caught.value.key == "forest_no_land"


@pytest.mark.parametrize("features", [[], [Feature(source="batas.kml", feature="1")]])
def test_features_without_any_shape_enclose_no_land(features):
    with pytest.raises(FileError) as caught:
        land_of_features(features, "", Path("batas.kml"))

    assert (caught.value.key, caught.value.facts["file"]) == ("forest_no_land", "batas.kml")


def test_a_boundary_that_was_walked_encloses_the_forest(tmp_path):
    path = tmp_path / "batas.gpx"
    points = shapely.get_coordinates(square(0, 0, 1000))
    marks = "".join(f'<trkpt lon="{lon!r}" lat="{lat!r}"/>' for lon, lat in points.tolist())
    path.write_text(f'<gpx version="1.1"><trk><trkseg>{marks}</trkseg></trk></gpx>')

    assert read_forest(path).area_ha == pytest.approx(100, rel=1e-6)


def test_a_boundary_without_prj_is_believed_in_degrees_of_this_country_only(tmp_path):
    whole = gpd.GeoDataFrame({"nama": ["Register"]}, geometry=[square(0, 0, 1000)], crs=4326)
    for name, crs in (("derajat.shp", 4326), ("meter.shp", 32748)):
        whole.to_crs(crs).to_file(tmp_path / name)
        (tmp_path / name).with_suffix(".prj").unlink()

    assert read_forest(tmp_path / "derajat.shp").area_ha == pytest.approx(100, rel=1e-6)
    with pytest.raises(FileError) as caught:
        read_forest(tmp_path / "meter.shp")
    assert caught.value.key == "forest_no_crs"
    told = read_forest(tmp_path / "meter.shp", crs="EPSG:32748")
    assert told.area_ha == pytest.approx(100, rel=1e-6)


def test_a_boundary_that_crosses_itself_is_mended(tmp_path):
    crossed = polygon([(0, 0), (1000, 1000), (1000, 0), (0, 1000)])
    read = read_forest(save(tmp_path / "batas.geojson", (crossed, {})))

    assert read.geometry.is_valid
    assert read.area_ha == pytest.approx(50, rel=1e-6)


def test_a_boundary_elsewhere_in_the_world_is_refused(tmp_path):
    path = save(tmp_path / "batas.geojson", (shapely.box(14.1, 45.3, 14.2, 45.4), {}))
    with pytest.raises(FileError) as caught:
        read_forest(path)

    assert caught.value.key == "forest_elsewhere"


def test_a_boundary_on_the_utm_grid_lies_where_its_file_says(tmp_path):
    utm = gpd.GeoSeries([square(0, 0, 1000)], crs=4326).to_crs(32748).iloc[0]
    crs = {"type": "name", "properties": {"name": "EPSG:32748"}}
    read = read_forest(save(tmp_path / "batas.geojson", (utm, {}), crs=crs))

    assert read.crs == "EPSG:32748"
    assert read.area_ha == pytest.approx(100, rel=1e-6)


def test_no_part_of_a_damaged_boundary_is_used(tmp_path):
    path = save(tmp_path / "batas.geojson", (square(0, 0, 1000), {}))
    path.write_text(path.read_text()[:-40])

    with pytest.raises(FileError) as caught:
        read_forest(path)
    assert caught.value.key == "forest_unreadable"
    assert "batas.geojson" in str(caught.value)


def test_a_project_describes_its_forest(tmp_path):
    path = save(tmp_path / "batas.geojson", (square(0, 0, 1000), {}))
    source = ForestSource(file=path, name="Register 30", stated_ha=15060, map_scale=50_000)

    read = forest_of(source, 32748)

    assert (read.name, read.stated_ha, read.tolerance_m) == ("Register 30", 15060, 25)


def wiggly(corners, holes=0):
    angle = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    reach_m = 2000 + 400 * np.sin(5 * angle) + 40 * np.sin(301 * angle)
    shell = np.column_stack([reach_m * np.cos(angle), reach_m * np.sin(angle)])
    shape = shapely.Polygon(shell)
    for k in range(holes):
        shape -= shapely.Point(300 * k - 600, 0).buffer(120, quad_segs=64)
    return on_earth(shape)


WIGGLY = wiggly(4000, holes=4)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(-2600, 2500), st.integers(-2600, 2500), st.integers(20, 900)),
        min_size=1,
        max_size=20,
    )
)
def test_inside_and_outside_add_up_to_the_parcel(squares):
    table = parcels(*[square(*s) for s in squares])

    outside_m2 = 1e4 * outside_ha(table, forest(WIGGLY))

    land, whole = to_plane(table.geometry.values), to_plane([WIGGLY])[0]
    inside_m2 = shapely.area(shapely.intersection(land, whole))
    assert (inside_m2 + outside_m2).tolist() == pytest.approx(shapely.area(land).tolist(), abs=0.01)


def test_land_is_outside_exactly_beyond_the_boundary():
    inside, half, beyond = square(0, 0, 100), square(950, 0, 100), square(2000, 0, 100)
    outside = land_outside(parcels(inside, half, beyond), square(0, 0, 1000))

    assert outside[0].is_empty
    assert area_m2(outside).tolist() == pytest.approx([0, 5000, 10000], abs=1e-3)
    assert outside[2].equals(beyond)


def test_of_a_parcel_in_two_pieces_only_the_one_beyond_the_boundary_is_outside():
    inside, beyond = shapely.box(0, 0, 100, 100), shapely.box(2000, 0, 2200, 100)
    table = parcels(on_earth(shapely.MultiPolygon([inside, beyond])))

    assert outside_ha(table, square(0, 0, 1000)).tolist() == pytest.approx([2.0])


def test_a_parcel_that_ends_at_the_boundary_has_nothing_outside():
    outside = land_outside(parcels(square(900, 100, 100)), square(0, 0, 1000))

    assert outside[0].is_empty


def test_a_parcel_round_a_clearing_of_the_forest_is_outside_in_the_clearing():
    clearing = on_earth(shapely.box(0, 0, 1000, 1000) - shapely.box(400, 400, 450, 450))

    assert outside_ha(parcels(square(300, 300, 300)), clearing)[0] == pytest.approx(0.25)


def test_without_a_forest_nothing_is_outside_or_near():
    table = parcels(square(0, 0, 100))

    assert land_outside(table, None)[0].is_empty
    assert near_boundary(table, None).tolist() == [False]


def test_broken_and_missing_parcels_are_no_obstacle():
    table = parcels(square(0, 0, 1), square(0, 0, 1))
    crossed = polygon([(2000, 0), (2100, 100), (2100, 0), (2000, 100)])
    table["geometry"] = gpd.GeoSeries([crossed, None], crs=4326)

    outside = outside_ha(table, square(0, 0, 1000))

    assert outside.tolist() == pytest.approx([0.5, 0])


@pytest.mark.parametrize(("distance_m", "near"), [(124.9, True), (125.0, False), (125.1, False)])
@pytest.mark.parametrize("side", ["inside", "outside"])
def test_a_parcel_is_near_below_the_tolerance_and_not_exactly_on_it(distance_m, near, side):
    x_m = 3000 + distance_m if side == "outside" else 3000 - distance_m - 100
    table = parcels(square(x_m, 1500, 100))

    assert near_boundary(table, forest(square(0, 0, 3000))).tolist() == [near]


def test_a_parcel_across_the_line_is_near_however_sure_the_line_is():
    table = parcels(square(950, 0, 100))

    assert near_boundary(table, forest(square(0, 0, 1000), tolerance_m=1.0)).tolist() == [True]


@pytest.mark.parametrize(
    ("file", "said", "example"),
    [
        ("kawasan.geojson", "Hutan Uji", False),
        ("kawasan_contoh.geojson", "Hutan Uji", True),
        ("kawasan.geojson", "CONTOH Register 30", True),
    ],
    ids=["a real one", "by its file", "by its attributes"],
)
def test_a_boundary_that_calls_itself_an_example_is_one_whoever_names_it(
    tmp_path, file, said, example
):
    path = save(tmp_path / file, (rectangle(0, 0, 1000, 1000), {"NAMOBJ": said}))

    assert read_forest(path).example is example


@pytest.mark.parametrize(("width_m", "height_m"), [(40_000, 2_000), (2_000, 40_000)])
def test_a_boundary_of_many_corners_cuts_like_a_whole_one(width_m, height_m):
    # More corners than a piece may have, and a pond that some of the pieces do not meet.
    edge = shapely.segmentize(shapely.box(0, 0, width_m, height_m), 8.0)
    rough = shapely.transform(edge, lambda xy: xy + np.sin(xy[:, ::-1] / 5))
    wild = on_earth(rough - shapely.Point(300, 300).buffer(100))
    table = parcels(
        *[square(width_m * x, height_m * y, 300) for x, y in ((0, 0), (0.5, 0.5), (0.999, 0.999))]
    )

    land, whole = to_plane(table.geometry.values), to_plane([wild])[0]
    truth_m2 = shapely.area(shapely.difference(land, whole))
    assert shapely.get_num_coordinates(wild) > 2 * 4096
    assert (1e4 * outside_ha(table, forest(wild))).tolist() == pytest.approx(truth_m2, abs=0.01)


def test_a_boundary_with_an_empty_quarter_and_a_waist_cuts_like_a_whole_one():
    # Pieces of the north-east have no land in them; at the waist two corners are one point.
    bend = shapely.box(0, 0, 40_000, 40_000) - shapely.box(15_000, 15_000, 40_000, 40_000)
    waist = shapely.Polygon([(0, -5000), (20_000, 0), (40_000, -5000), (40_000, 0), (0, 0)])
    edge = shapely.segmentize(shapely.union(bend, waist), 8.0)
    rough = shapely.transform(edge, lambda xy: xy + np.sin(xy[:, ::-1] * np.pi / 5000))
    land = on_earth(rough.buffer(0))
    places = [(14_900, 14_900), (39_900, 39_900), (19_900, -100), (39_900, 14_900)]
    table = parcels(*[square(x, y, 200) for x, y in places])

    truth_m2 = shapely.area(
        shapely.difference(to_plane(table.geometry.values), to_plane([land])[0])
    )
    assert shapely.get_num_coordinates(land) > 2 * 4096
    assert (1e4 * outside_ha(table, forest(land))).tolist() == pytest.approx(truth_m2, abs=0.01)
    assert truth_m2.tolist() != [0.0] * 4


def test_no_parcel_is_nearer_than_less_than_nothing():
    table = parcels(square(950, 0, 100))

    assert near_boundary(table, forest(square(0, 0, 1000), tolerance_m=-1.0)).tolist() == [False]
