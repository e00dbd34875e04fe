"""Who overlaps whom: pairs, hectares, widths and kinds, against shapely and exact drawings."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from land import on_earth, parcel_table, polygon, rectangle, square
from pyproj import Geod

from hkm_gis.errors import TableError
from hkm_gis.overlaps import find_overlaps, finding
from hkm_gis.plane import to_plane

COLUMNS = (
    *("parcel_a", "parcel_b", "group_a", "group_b", "household_a", "household_b"),
    *("area_m2", "area_ha", "share_a", "share_b", "width_m", "kind", "geometry"),
)


def parcels(*shapes, **columns):
    rows = [{"parcel_id": f"p{k}", "geometry": shape} for k, shape in enumerate(shapes)]
    return parcel_table(rows).assign(**columns)


def pairs(found):
    return list(zip(found["parcel_a"], found["parcel_b"], strict=True))


def blob(x_m, y_m, radius_m, corners, wobble):
    angle = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    reach_m = radius_m * (1 + 0.3 * np.sin(wobble + 3 * angle))
    xy = np.column_stack([x_m + reach_m * np.cos(angle), y_m + reach_m * np.sin(angle)])
    return on_earth(shapely.Polygon(xy))


blobs = st.builds(
    blob,
    st.integers(0, 400),
    st.integers(0, 400),
    st.integers(20, 90),
    st.integers(3, 20),
    st.floats(0, 6),
)
mosaics = st.lists(blobs, min_size=1, max_size=14)


def plain_pairs(table, min_area_m2=1.0):
    """Compare every parcel with every other one, the slow way that nobody can get wrong."""
    land = to_plane(table.geometry.values)
    area_m2 = {
        (f"p{i}", f"p{j}"): shapely.intersection(land[i], land[j]).area
        for i in range(len(land))
        for j in range(i + 1, len(land))
    }
    return {pair: area for pair, area in area_m2.items() if area >= min_area_m2}


@settings(max_examples=150, deadline=None)
@given(mosaics)
def test_every_mosaic_gives_the_pairs_and_areas_of_the_plain_method(shapes):
    table = parcels(*shapes)

    found = find_overlaps(table, classify=False)

    truth = plain_pairs(table)
    assert pairs(found) == sorted(truth, key=lambda p: (int(p[0][1:]), int(p[1][1:])))
    assert found["area_m2"].tolist() == pytest.approx([truth[p] for p in pairs(found)], rel=1e-9)


@settings(max_examples=40, deadline=None)
@given(mosaics, st.randoms(use_true_random=False))
def test_the_order_of_the_parcels_changes_nothing_but_who_is_a(shapes, random):
    table = parcels(*shapes)
    order = list(range(len(table)))
    random.shuffle(order)

    found, shuffled = find_overlaps(table), find_overlaps(table.iloc[order])

    def facts(frame):
        rows = frame[["parcel_a", "parcel_b", "area_m2", "kind"]].itertuples(index=False)
        return sorted((*sorted(row[:2]), round(row[2], 4), row[3]) for row in rows)

    assert facts(found) == facts(shuffled)


@settings(max_examples=40, deadline=None)
@given(mosaics)
def test_a_width_lies_between_what_area_and_perimeter_allow(shapes):
    found = find_overlaps(parcels(*shapes))

    for part in found.itertuples():
        shared = to_plane([part.geometry])[0]
        biggest = max(shapely.get_parts(shared), key=shapely.area)
        assert 2 * biggest.area / biggest.length - 0.51 <= part.width_m
        assert part.width_m <= np.sqrt(4 * biggest.area / np.pi) + 0.01


def test_the_columns_are_those_of_the_contract():
    found = find_overlaps(parcels(square(0, 0, 100), square(80, 0, 100)))

    assert tuple(found.columns) == COLUMNS
    assert found.crs == 4326
    assert tuple(find_overlaps(parcels(square(0, 0, 1)).iloc[:0]).columns) == COLUMNS
    bare = find_overlaps(parcels(square(0, 0, 100)), classify=False)
    assert tuple(bare.columns) == tuple(c for c in COLUMNS if c not in {"width_m", "kind"})


@pytest.mark.parametrize(
    ("bulge_m", "deep_m", "kind"),
    [
        (13, 3, "sliver"),
        (14.9, 1, "sliver"),
        (15, 1, "overlap"),
        (15.1, 1, "overlap"),
        (13, 8, "overlap"),
        (9.9, 9.9, "sliver"),
    ],
    ids=[
        "a bulge of 13 m on a strip of 3 m",
        "of 14.9 m",
        "of three GPS errors to the centimetre",
        "three GPS errors are a claim, however short",
        "a strip of 8 m all along",
        "below two GPS errors all along",
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_a_bulge_is_a_claim_only_where_the_border_is_crossed_on_average(
    bulge_m, deep_m, kind, turned
):
    strip = shapely.box(-50, 0, deep_m, 100)
    bulge = shapely.box(-50, 40, bulge_m, 40 + bulge_m)
    one, other = on_earth(shapely.union(strip, bulge)), square(0, 0, 100)

    found = find_overlaps(parcels(*((other, one) if turned else (one, other))))

    assert found["kind"].tolist() == [kind]


def test_one_pair_is_measured_in_metres_hectares_and_shares():
    found = find_overlaps(parcels(square(0, 0, 100), rectangle(80, 0, 200, 100)))

    (row,) = found.itertuples()
    assert row.area_m2 == pytest.approx(2000, abs=1e-4)
    assert row.area_ha == pytest.approx(0.2, abs=1e-8)
    assert row.share_a == pytest.approx(0.2)
    assert row.share_b == pytest.approx(0.1)
    assert row.width_m == pytest.approx(20, abs=0.5)
    assert row.kind == "overlap"


@pytest.mark.parametrize(
    ("other", "kind"),
    [
        (rectangle(0, 0, 95, 100), "duplicate"),  # exactly 0.95 of the union
        (rectangle(0, 0, 94.9, 100), "contained"),
        (rectangle(-0.5, 0, 10, 100), "contained"),  # exactly 0.95 of the smaller
        (rectangle(-0.6, 0, 10, 100), "sliver"),
        (rectangle(-90, 0, 100, 100), "overlap"),  # exactly 10 m wide is no sliver
        (rectangle(-90, 0, 99.9, 100), "sliver"),
    ],
)
@pytest.mark.bad_input("D19")
def test_a_kind_begins_exactly_at_its_threshold(other, kind):
    found = find_overlaps(parcels(square(0, 0, 100), other))

    assert found["kind"].tolist() == [kind]


@pytest.mark.parametrize(("height_m", "count"), [(1.0, 1), (0.999, 0)])
def test_a_pair_begins_exactly_at_the_smallest_area(height_m, count):
    shapes = square(0, 0, 100), rectangle(99, 0, 50, height_m)

    assert len(find_overlaps(parcels(*shapes), min_area_m2=1.0)) == count


@pytest.mark.parametrize("min_area_m2", [0.0, 1.0])
def test_land_that_only_touches_is_no_pair(min_area_m2):
    beside, corner, holed = square(100, 0, 100), square(100, 100, 50), square(-300, 0, 100)
    ring = on_earth(shapely.box(-400, -100, -100, 200) - shapely.box(-300, 0, -200, 100))
    table = parcels(square(0, 0, 100), beside, corner, holed, ring)

    assert find_overlaps(table, min_area_m2=min_area_m2).empty


@pytest.mark.parametrize(
    ("between", "expected"),
    [
        ("parcels", [("p0", "p1"), ("p0", "p2"), ("p1", "p2")]),
        ("households", [("p0", "p2"), ("p1", "p2")]),
        ("groups", [("p0", "p1"), ("p0", "p2")]),
    ],
)
def test_between_leaves_out_pairs_of_the_same_owner(between, expected):
    shapes = [square(x, 0, 100) for x in (0, 30, 60)]
    table = parcels(*shapes, household=["K1", "K1", "K2"], group=["Lestari", "Maju", "Maju"])

    assert pairs(find_overlaps(table, between=between)) == expected


def test_parcels_of_nobody_known_belong_to_different_people():
    table = parcels(square(0, 0, 100), square(50, 0, 100), household=["", None])

    assert len(find_overlaps(table, between="households")) == 1


def test_cells_that_nobody_filled_are_no_common_owner():
    table = parcels(square(0, 0, 100), square(50, 0, 100), household=None, group=None)

    assert len(find_overlaps(table, between="households")) == 1
    assert len(find_overlaps(table, between="groups")) == 1


def test_a_pair_half_a_metre_wide_is_found_where_it_is_long_enough():
    found = find_overlaps(parcels(square(0, 0, 100), square(99.5, 0, 100)))

    assert found["area_m2"].tolist() == pytest.approx([50], abs=1e-4)
    assert found["kind"].tolist() == ["sliver"]


def test_parcels_of_half_a_square_metre_are_compared_where_so_little_counts():
    table = parcels(rectangle(0, 0, 1, 0.5), rectangle(0.5, 0, 1, 0.5))

    assert len(find_overlaps(table, min_area_m2=0.2)) == 1


def test_a_width_is_measured_finely_where_it_decides_and_told_to_the_centimetre():
    # A quick circle in what they share comes out 9.87 m wide, the largest one is 10.08 m.
    claw = shapely.Polygon([(33.7, 16), (27.8, 28.7), (33.7, 31.2), (44.7, 34.6), (39.6, 24.5)])
    elsewhere = shapely.box(-900, -900, -100, -100)
    found = find_overlaps(parcels(square(0, 0, 100), on_earth(shapely.union(claw, elsewhere))))

    assert found["width_m"].tolist() == [10.08]


def test_a_width_is_measured_finely_where_it_decides_about_a_bulge():
    # A quick circle is 14.89 m wide, the largest 15.06 m: half as much again as a sliver, so no
    # border of two walks is asked for, though on average it would be one.
    strip = shapely.box(-50, 0, -4, 100)
    bulge = shapely.Polygon([(-50, 29.512), (14.7, 36.2), (15.1, 51.5), (15, 56.4), (-50, 70.024)])
    found = find_overlaps(parcels(square(0, 0, 100), on_earth(shapely.union(strip, bulge))))

    assert found["width_m"].tolist() == [15.06]
    assert found["kind"].tolist() == ["overlap"]


def test_two_outlines_four_metres_apart_are_one_border():
    # Along 100 m they part by 4 m; a bulge 48 m long crosses by 13 m: of the whole border, 0.56
    # of a sliver's width. Were the border only what lies within 3.3 m, it would be a claim.
    strip, bulge = shapely.box(-50, 0, -4, 100), shapely.box(-50, 26, 13, 74)
    found = find_overlaps(parcels(square(0, 0, 100), on_earth(shapely.union(strip, bulge))))

    assert found["width_m"].tolist() == pytest.approx([13], abs=0.5)
    assert found["kind"].tolist() == ["sliver"]


def test_the_same_walk_twice_is_found_whatever_else_it_overlaps():
    same = square(0, 0, 100)
    found = find_overlaps(parcels(same, square(50, 0, 100), same))

    assert pairs(found) == [("p0", "p1"), ("p0", "p2"), ("p1", "p2")]
    assert found["kind"].tolist() == ["overlap", "duplicate", "overlap"]


@pytest.mark.bad_input("D15")
def test_many_copies_of_one_walk_are_compared_once(monkeypatch):
    copies = parcels(*[square(0, 0, 100)] * 300, square(50, 50, 100))
    compared = []
    intersection = shapely.intersection

    def counting(a, b, **options):
        compared.append(len(a))
        return intersection(a, b, **options)

    monkeypatch.setattr(shapely, "intersection", counting)
    found = find_overlaps(copies)

    assert len(found) == 300 * 299 / 2 + 300
    assert sum(compared) == 2


def test_broken_and_missing_shapes_cost_no_other_pair():
    crossed = polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
    shapes = (
        square(300, 0, 100),
        crossed,
        None,
        shapely.Polygon(),
        square(380, 0, 100),
        shapely.Point(104.65, -5.42),
    )
    table = parcels(*[square(0, 0, 1)] * 6)
    table["geometry"] = gpd.GeoSeries(list(shapes), crs=4326)
    table.loc[6] = table.loc[0]
    table.loc[6, ["parcel_id", "geometry"]] = ["p6", square(0, 0, 100)]

    found = find_overlaps(table.set_crs(4326))  # geopandas 1.1 forgets it where a row is added

    assert pairs(found) == [("p0", "p4"), ("p1", "p6")]
    assert found["area_m2"].tolist() == pytest.approx([2000, 5000], abs=1e-3)


def test_a_pair_that_the_engine_refuses_is_tried_again_alone(monkeypatch):
    intersection = shapely.intersection

    def moody(a, b, **options):
        if not options:
            raise shapely.GEOSException("TopologyException: side location conflict")
        return intersection(a, b, **options)

    monkeypatch.setattr(shapely, "intersection", moody)
    found = find_overlaps(parcels(square(0, 0, 100), square(80, 0, 100)))

    assert found["area_m2"].tolist() == pytest.approx([2000], abs=0.1)


def test_a_pair_that_the_engine_refuses_costs_no_other_pair_its_exact_land(monkeypatch):
    intersection = shapely.intersection
    table = parcels(square(0, 0, 100), square(80, 0, 100), square(500, 0, 77), square(550, 0, 77))

    def moody(a, b, grid_size=None, **options):
        several = isinstance(a, np.ndarray)
        if several or (grid_size is None and shapely.area(a) > 6000):
            raise shapely.GEOSException("TopologyException: side location conflict")
        return intersection(a, b, grid_size=grid_size, **options)

    monkeypatch.setattr(shapely, "intersection", moody)
    found = find_overlaps(table, classify=False)

    assert found["area_m2"].tolist() == pytest.approx([2000, 27 * 77], abs=0.1)
    assert found["area_m2"].iloc[1] == pytest.approx(27 * 77, abs=1e-5)


@pytest.mark.bad_input("D20")
def test_shared_land_holds_no_lines_or_points():
    comb = polygon([(0, 0), (100, 0), (100, 100), (90, 100), (90, 10), (50, 10), (50, 50), (0, 50)])
    found = find_overlaps(parcels(comb, rectangle(-50, 20, 140, 100)))

    assert set(found.geometry.geom_type) <= {"Polygon", "MultiPolygon"}
    assert found["area_m2"].tolist() == pytest.approx([50 * 30], abs=1e-3)


def test_hectares_agree_with_the_ellipsoid():
    shapes = [blob(60 * k, 10 * k, 80, 17, k) for k in range(6)]
    found = find_overlaps(parcels(*shapes))

    geodesic_m2 = [
        abs(Geod(ellps="WGS84").geometry_area_perimeter(shapely.orient_polygons(shared))[0])
        for shared in found.geometry
    ]
    assert len(found) >= 5
    assert found["area_m2"].tolist() == pytest.approx(geodesic_m2, rel=1e-6)


def test_a_missing_column_is_named_with_all_others():
    with pytest.raises(TableError) as caught:
        find_overlaps(parcels(square(0, 0, 1)).drop(columns=["group", "household"]))

    assert caught.value.facts["columns"] == ("group", "household")


def test_an_unknown_between_is_refused():
    with pytest.raises(TableError) as caught:
        find_overlaps(parcels(square(0, 0, 1)), between="villages")

    assert caught.value.key == "between_unknown"


def test_no_share_is_more_than_all_of_a_parcel():
    # The same land measured twice differs in the last digits.
    shares = finding._share(np.array([1e4 + 1e-9, 5e3]), np.array([1e4, 1e4]))

    assert shares.tolist() == [1.0, 0.5]
