"""The four batas and the gaps, on land drawn in metres."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from land import on_earth, parcel_table, polygon, rectangle, square

from hkm_gis.errors import TableError
from hkm_gis.forest import Forest
from hkm_gis.neighbours import SIDES, find_gaps, find_neighbours, gaps
from hkm_gis.neighbours.scanning import open_places


def plots(**shapes):
    return parcel_table({"parcel_id": name, "geometry": g} for name, g in shapes.items())


def line(*points_m):
    return gpd.GeoSeries([on_earth(shapely.LineString(points_m))], crs=4326)


def sides_of(found, parcel_id):
    mine = found[found["parcel_id"] == parcel_id]
    return [
        (r.side, r.kind, r.neighbour, pytest.approx(r.length_m, abs=0.05))
        for r in mine.itertuples()
    ]


def test_each_side_of_a_square_borders_what_lies_beyond_it():
    table = plots(
        m=square(0, 0, 100),
        u=square(0, 100, 100),
        t=square(100, 0, 100),
        s=square(0, -100, 100),
        b=square(-100, 0, 100),
    )
    assert sides_of(find_neighbours(table), "m") == [
        ("utara", "parcel", "u", 100),
        ("timur", "parcel", "t", 100),
        ("selatan", "parcel", "s", 100),
        ("barat", "parcel", "b", 100),
    ]


def test_a_lonely_parcel_has_four_sides_that_border_nothing():
    found = find_neighbours(plots(m=square(0, 0, 100)))
    assert sides_of(found, "m") == [(side, "none", "", 100) for side in SIDES]


def test_a_long_narrow_parcel_has_its_long_edges_north_and_south():
    found = find_neighbours(plots(m=rectangle(0, 0, 400, 20)))
    lengths = [400, 20, 400, 20]
    assert sides_of(found, "m") == [
        (side, "none", "", length) for side, length in zip(SIDES, lengths, strict=True)
    ]


def test_several_neighbours_on_a_side_come_longest_first():
    table = plots(m=square(0, 0, 100), x=rectangle(0, 100, 30, 50), y=rectangle(30, 100, 70, 50))
    north = find_neighbours(table).query("parcel_id == 'm' and side == 'utara'")
    assert north["neighbour"].tolist() == ["y", "x"]
    # The piece in which x meets y goes to one of them.
    assert north["length_m"].tolist() == [pytest.approx(70, abs=5), pytest.approx(30, abs=5)]


def test_a_parcel_round_the_corner_is_no_neighbour_of_the_other_edge():
    table = plots(m=square(0, 0, 100), t=square(105, 0, 100))
    assert sides_of(find_neighbours(table), "m")[0] == ("utara", "none", "", 100)


@pytest.mark.parametrize(("gap_m", "kind"), [(9.99, "parcel"), (10.01, "none")])
def test_a_neighbour_is_one_within_reach(gap_m, kind):
    table = plots(m=square(0, 0, 100), t=square(100 + gap_m, 0, 100))
    assert sides_of(find_neighbours(table), "m")[1][1] == kind


def test_a_road_between_two_parcels_borders_both():
    table = plots(m=square(0, 0, 100), t=square(106, 0, 100))
    found = find_neighbours(table, layers={"jalan": line((103, -50), (103, 150))})
    assert sides_of(found, "m")[1] == ("timur", "jalan", "jalan", 100)
    assert sides_of(found, "t")[3] == ("barat", "jalan", "jalan", 100)


def test_a_road_drawn_on_the_shared_edge_comes_before_the_parcel_beyond():
    table = plots(m=square(0, 0, 100), t=square(100, 0, 100))
    found = find_neighbours(table, layers={"jalan": line((100, -50), (100, 150))})
    assert sides_of(found, "m")[1] == ("timur", "jalan", "jalan", 100)


def test_a_road_inside_the_walked_edge_is_still_its_border():
    found = find_neighbours(
        plots(m=square(0, 0, 100)), layers={"jalan": line((96, -50), (96, 150))}
    )
    assert sides_of(found, "m")[1] == ("timur", "jalan", "jalan", 100)


def test_a_river_is_called_by_its_name_in_any_coordinate_system():
    river = gpd.GeoDataFrame(
        {"name": ["Way Kanan"]}, geometry=list(line((-50, 103), (150, 103))), crs=4326
    )
    found = find_neighbours(plots(m=square(0, 0, 100)), layers={"sungai": river.to_crs(32748)})
    assert sides_of(found, "m")[0] == ("utara", "sungai", "Way Kanan", 100)


def test_the_forest_boundary_borders_the_parcel_that_ends_there():
    forest = Forest(
        name="CONTOH", geometry=square(0, 0, 1000), area_ha=100, utm_ha=100, stated_ha=100
    )
    found = find_neighbours(plots(m=square(0, 400, 100)), forest=forest)
    assert sides_of(found, "m")[3] == ("barat", "batas_kawasan", "CONTOH", 100)
    assert sides_of(found, "m")[1] == ("timur", "none", "", 100)


def test_a_triangle_keeps_a_south_and_an_east():
    found = find_neighbours(plots(m=polygon([(0, 0), (100, 100), (0, 100)])))
    halves = 100 * np.sqrt(2) / 2
    lengths = dict(zip(found["side"], found["length_m"], strict=True))
    assert lengths["utara"] == pytest.approx(100, abs=6)
    assert lengths["timur"] == pytest.approx(halves, abs=6)
    assert lengths["selatan"] == pytest.approx(halves, abs=6)


def test_missing_land_has_no_sides():
    found = find_neighbours(plots(a=None, b=shapely.Polygon(), c=square(0, 0, 10)))
    assert set(found["parcel_id"]) == {"c"}


def test_no_parcels_have_no_neighbours_and_no_gaps():
    nothing = plots(m=square(0, 0, 100)).iloc[:0]
    assert list(find_neighbours(nothing).columns) == [
        "parcel_id",
        "side",
        "kind",
        "neighbour",
        "length_m",
    ]
    assert len(find_gaps(nothing, max_width_m=5)) == 0


def test_a_table_without_ids_is_named_as_such():
    table = gpd.GeoDataFrame(geometry=[square(0, 0, 10)], crs=4326)
    for ask in (find_neighbours, lambda some: find_gaps(some, max_width_m=5)):
        with pytest.raises(TableError):
            ask(table)


@settings(max_examples=25, deadline=None)
@given(
    corners=st.lists(
        st.tuples(st.integers(0, 300), st.integers(0, 300)), min_size=3, max_size=8, unique=True
    ).filter(lambda c: shapely.MultiPoint(c).convex_hull.area > 100)
)
def test_the_four_sides_add_up_to_the_outline(corners):
    hull = shapely.MultiPoint(corners).convex_hull
    found = find_neighbours(plots(m=on_earth(hull)))
    assert found["length_m"].sum() == pytest.approx(hull.length, abs=1e-4)
    assert set(found["side"]) == set(SIDES)


def test_a_slit_between_two_parcels_is_a_gap():
    gaps = find_gaps(plots(a=square(0, 0, 100), b=square(104, 0, 100)), max_width_m=5)
    assert gaps["parcels"].tolist() == [("a", "b")]
    assert gaps["area_m2"].iloc[0] == pytest.approx(400, abs=1)
    assert gaps["width_m"].iloc[0] == pytest.approx(4, abs=0.01)
    assert gaps.crs == "EPSG:4326"


@pytest.mark.parametrize(("width_m", "many"), [(4.99, 1), (5.01, 0)])
def test_an_opening_wider_than_the_width_is_no_gap(width_m, many):
    table = plots(a=square(0, 0, 100), b=square(100 + width_m, 0, 100))
    assert len(find_gaps(table, max_width_m=5)) == many


def test_a_hole_among_four_parcels_touches_all_four():
    table = plots(
        d=rectangle(0, 0, 60, 50),
        c=rectangle(60, 0, 40, 60),
        b=rectangle(40, 60, 60, 40),
        a=rectangle(0, 50, 40, 50),
    )
    gaps = find_gaps(table, max_width_m=15)
    assert gaps["parcels"].tolist() == [("d", "c", "b", "a")]
    assert gaps["area_m2"].iloc[0] == pytest.approx(200, abs=0.5)
    assert gaps["width_m"].iloc[0] == pytest.approx(10, abs=0.01)


def test_the_corner_between_two_parcels_that_touch_is_no_gap():
    table = plots(a=square(0, 0, 100), b=rectangle(100, 0, 100, 50))
    assert len(find_gaps(table, max_width_m=10)) == 0


def test_a_hole_inside_one_parcel_is_no_gap_between_parcels():
    ring = shapely.box(0, 0, 100, 100).difference(shapely.box(48, 48, 52, 52))
    table = plots(a=on_earth(ring), b=square(100, 0, 100))
    assert len(find_gaps(table, max_width_m=10)) == 0


@settings(max_examples=15, deadline=None)
@given(
    gaps_m=st.lists(st.floats(0.5, 25), min_size=2, max_size=5),
    least_m=st.floats(3, 15),
)
def test_asking_only_for_wide_gaps_finds_the_same_wide_gaps(gaps_m, least_m):
    starts = np.cumsum([0.0, *(gap + 100 for gap in gaps_m)])
    table = plots(**{f"p{n}": square(x, 0, 100) for n, x in enumerate(starts)})

    every = find_gaps(table, max_width_m=20)
    wide = find_gaps(table, max_width_m=20, min_width_m=least_m)

    expected = every[every["width_m"] >= least_m]
    near = (every["width_m"] - least_m).abs() < 0.02
    if not near.any():
        assert wide["parcels"].tolist() == expected["parcels"].tolist()
        assert wide["width_m"].tolist() == pytest.approx(expected["width_m"].tolist(), abs=0.03)
        assert wide["area_m2"].tolist() == pytest.approx(expected["area_m2"].tolist(), rel=0.01)


@settings(max_examples=15, deadline=None)
@given(
    places=st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 3)), min_size=6, max_size=20, unique=True
    ),
    tile_m=st.sampled_from([37.0, 150.0, 400.0]),
    least_m=st.sampled_from([0.0, 6.0]),
)
def test_gaps_are_the_same_in_squares_of_any_size(places, tile_m, least_m):
    table = plots(**{f"p{n}": square(87.5 * x, 91 * y, 80) for n, (x, y) in enumerate(places)})
    whole = find_gaps(table, max_width_m=14, min_width_m=least_m)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gaps, "TILE_M", tile_m)
        parts = find_gaps(table, max_width_m=14, min_width_m=least_m)
    assert parts["parcels"].tolist() == whole["parcels"].tolist()
    assert parts["width_m"].tolist() == pytest.approx(whole["width_m"].tolist(), abs=0.02)
    assert parts["area_m2"].tolist() == pytest.approx(whole["area_m2"].tolist(), abs=1.0)


def test_land_drawn_across_the_country_costs_no_square_of_it():
    stray = polygon([(0, 0), (1_500_000, 900_000), (1_500_000, 900_100)])
    table = plots(a=square(0, -200, 100), b=square(104, -200, 100), c=stray)
    found = find_gaps(table, max_width_m=5)
    assert found["parcels"].tolist() == [("a", "b")]


def test_a_gap_in_a_crowd_of_cracks_is_found_alone():
    lands = {f"p{x}{y}": square(103 * x, 103 * y, 100) for x in range(12) for y in range(12)}
    lands["p56"] = rectangle(103 * 5, 103 * 6, 88, 100)

    gaps = find_gaps(plots(**lands), max_width_m=20, min_width_m=10)

    (touched,) = gaps["parcels"]
    assert {"p56", "p66"} <= set(touched)
    assert gaps["width_m"].iloc[0] == pytest.approx(15, abs=1.5)


@settings(max_examples=40, deadline=None)
@given(
    corners_m=st.lists(
        st.lists(st.tuples(*[st.integers(-50, 250)] * 2), min_size=3, max_size=7),
        min_size=1,
        max_size=6,
    ),
    radius_m=st.sampled_from([0.0, 3.0, 10.0, 40.0]),
)
def test_wherever_no_land_is_near_there_is_an_open_place(corners_m, radius_m):
    hulls = shapely.convex_hull([shapely.MultiPoint(some) for some in corners_m])
    land = np.array([hull for hull in hulls if hull.area > 1], dtype=object)
    frame = np.array([0.0, 0.0, 200.0, 200.0])

    places = open_places(land, frame, radius_m)

    grid = shapely.points(*np.meshgrid(np.arange(1, 200, 7.0), np.arange(1, 200, 7.0)))
    nearest_m = shapely.distance(grid, shapely.union_all(land)) if len(land) else np.inf
    open_there = shapely.intersects(grid, shapely.union_all(places))
    assert open_there[(nearest_m >= radius_m) & (nearest_m > 0)].all()
    assert shapely.area(places).sum() == pytest.approx(shapely.union_all(places).area, abs=1e-6)


def test_land_without_room_between_it_has_no_open_place():
    crowd = np.array([shapely.box(x, 0, x + 97, 900) for x in range(-100, 900, 100)], dtype=object)
    within = np.array([0.0, 100.0, 800.0, 700.0])
    assert len(open_places(crowd, within, 10.0)) == 0
    hole = np.append(
        np.delete(crowd, 5), [shapely.box(400, 0, 497, 300), shapely.box(400, 330, 497, 900)]
    )
    west, south, east, north = shapely.total_bounds(open_places(hole, within, 10.0))
    assert (west, east) == (397, 500)
    assert south < 315 < north
    assert north - south < 50


def test_a_village_without_a_gap_in_one_square_has_none():
    crowd = {f"p{x}{y}": square(101 * x, 101 * y, 100) for x in range(6) for y in range(6)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gaps, "TILE_M", 50.0)  # squares that hold nothing but land
        assert len(find_gaps(plots(**crowd), max_width_m=12, min_width_m=6)) == 0
