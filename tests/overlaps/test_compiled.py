"""The compiled way to shared land: what it cuts is what GEOS cuts, and the rest it leaves alone."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from land import on_earth, parcel_table
from pandas.testing import assert_frame_equal
from shapely.affinity import translate

pytest.importorskip("numba", reason="the compiled way needs the extra hkm-gis[fast]")

from hkm_gis.overlaps import classes, find_overlaps, shared
from hkm_gis.overlaps.compiled import APART, CUT, UNSURE, cut_pairs, outlines_of
from hkm_gis.overlaps.widest import widths_within

LEAST_M2 = 1.0
SQUARE = shapely.box(0, 0, 100, 100)


def cut(a, b, least_m2=LEAST_M2):
    became, land = cut_pairs(outlines_of(np.array([a, b])), np.array([0]), np.array([1]), least_m2)
    return became[0], land[0]


def mosaics(seed, count=20, parcels=8):
    """Draw mosaics of noisy blobs, each in a field of its own; return all shapes and pairs."""
    rng = np.random.default_rng(seed)
    shapes = []
    for k in range(count * parcels):
        corners = rng.integers(3, 40)
        angle = np.sort(rng.uniform(0, 2 * np.pi, corners)) * rng.choice([-1, 1])
        reach_m = rng.uniform(20, 90) * rng.uniform(0.6, 1, corners)
        middle = rng.uniform(0, 200, 2) + np.array([1000 * (k // parcels), -655_000])
        ring = middle + np.column_stack([reach_m * np.cos(angle), reach_m * np.sin(angle)])
        shapes.append(shapely.Polygon(ring))
    shapes = np.array(shapes)
    shapes = shapes[shapely.is_valid(shapes)]
    u, v = shapely.STRtree(shapes).query(shapes)
    return shapes, u[u < v], v[u < v]


@settings(max_examples=100, deadline=None)  # two thousand mosaics
@given(st.integers(0, 2**32))
def test_two_thousand_mosaics_are_cut_as_geos_cuts_them(seed):
    shapes, u, v = mosaics(seed)

    became, land = cut_pairs(outlines_of(shapes), u, v, LEAST_M2)

    truth = shapely.intersection(shapes[u], shapes[v])
    area_m2 = shapely.area(truth)
    assert np.mean(became == UNSURE) < 0.01
    assert (area_m2[became == APART] < LEAST_M2).all()
    assert (area_m2[became == CUT] >= LEAST_M2).all()
    cut_here = became == CUT
    same = shapely.equals_exact(
        shapely.normalize(land[cut_here]), shapely.normalize(truth[cut_here]), 1e-8
    )
    assert same.all()


@pytest.mark.parametrize(
    "other",
    [
        shapely.box(0, 0, 100, 100),
        shapely.box(100, 0, 200, 100),
        shapely.box(100, 100, 200, 200),
        shapely.box(50, 0, 150, 100),
        shapely.Polygon([(50, 50), (150, 0), (100, 100)]),
        shapely.box(-50, -50, 150, 150) - shapely.box(20, 20, 80, 80),
        shapely.MultiPolygon([shapely.box(50, 50, 60, 160), shapely.box(70, 50, 80, 160)]),
    ],
    ids=["equal", "edge", "corner", "half", "corner on corner", "hole", "parts"],
)
def test_a_pair_in_no_general_position_is_left_to_geos(other):
    assert cut(SQUARE, other) == (UNSURE, None)
    assert cut(other, SQUARE) == (UNSURE, None)


@pytest.mark.parametrize("turn", [lambda shape: shape, shapely.reverse])
def test_a_shape_inside_another_is_all_shared_whichever_way_it_is_drawn(turn):
    inner = shapely.Polygon([(20, 20), (70, 30), (50, 80)])

    for pair in ((SQUARE, turn(inner)), (turn(inner), SQUARE)):
        became, land = cut(*pair)
        assert became == CUT
        assert land.equals(inner)


def test_a_comb_shares_one_part_a_tooth():
    teeth = [
        (x + dx, y) for x in range(10, 90, 20) for dx, y in ((0, 50), (0, 150), (8, 150), (8, 50))
    ]
    comb = shapely.Polygon([(5, 20), *teeth, (95, 20)])
    bar = shapely.box(0.5, 90.5, 99.5, 110.5)

    became, land = cut(comb, bar)

    assert became == CUT
    assert shapely.get_num_geometries(land) == 4
    assert land.area == pytest.approx(4 * 8 * 20)


def test_shared_land_begins_exactly_at_its_least_area():
    strip = shapely.box(99, 20, 150, 21)

    assert cut(SQUARE, strip, least_m2=1.0)[0] == CUT
    assert cut(SQUARE, strip, least_m2=1.0 + 1e-9)[0] == APART


def test_outlines_that_cross_without_end_are_left_to_geos():
    saw = [(k, 40 + 20 * (k % 2)) for k in range(400)]
    up = shapely.Polygon([*saw, (399, 300), (0, 300)])
    down = shapely.Polygon([(x + 0.3, y + 0.1) for x, y in saw] + [(399.3, -300), (0.3, -300)])

    assert cut(up, down)[0] == UNSURE


def test_the_table_is_the_same_to_the_last_corner_with_and_without(monkeypatch):
    shapes, *_ = mosaics(30, count=30)
    land = [on_earth(translate(s, 0, 655_000)) for s in shapes]
    rows = ({"parcel_id": f"p{k}", "geometry": s} for k, s in enumerate(land))
    table = parcel_table(rows)

    by_geos = find_overlaps(table)
    monkeypatch.setattr(shared, "MANY_PAIRS", 0)
    compiled = find_overlaps(table)

    assert len(by_geos) > 100
    assert_frame_equal(compiled, by_geos, rtol=0, atol=1e-9)
    assert (compiled.geometry.to_wkb() == by_geos.geometry.to_wkb()).mean() > 0.99


def test_pairs_in_no_general_position_are_in_the_table_with_and_without(monkeypatch):
    squares = (shapely.box(x, 0, x + 100, 100) for x in (0, 50, 100, 900))
    table = parcel_table(
        {"parcel_id": f"p{k}", "geometry": on_earth(s)} for k, s in enumerate(squares)
    )
    monkeypatch.setattr(shared, "MANY_PAIRS", 0)

    found = find_overlaps(table)

    assert found[["parcel_a", "parcel_b"]].values.tolist() == [["p0", "p1"], ["p1", "p2"]]
    assert found["area_m2"].tolist() == pytest.approx([5000, 5000])


def oddly_shaped(seed, count=60):
    """Draw what parcels share: slivers, blobs, land with a hole and land in parts."""
    shapes, u, v = mosaics(seed, count=6)
    common = shapely.intersection(shapes[u], shapes[v])
    common = common[shapely.area(common) > LEAST_M2][:count]
    rings = common[shapely.get_type_id(common) == shapely.GeometryType.POLYGON][:8]
    return np.concatenate([common, shapely.difference(rings, shapely.buffer(rings, -3))])


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from((0.5, 0.05)))
def test_the_largest_circle_is_as_wide_as_that_of_geos(seed, tolerance_m):
    land = oddly_shaped(seed)
    truth_m = 2 * shapely.length(shapely.maximum_inscribed_circle(land, 0.0005))

    width_m = widths_within(land, tolerance_m)

    assert (width_m <= truth_m + 0.001).all()
    assert (width_m >= truth_m - tolerance_m).all()


@pytest.mark.parametrize(
    ("land", "width_m"),
    [
        (shapely.Polygon(), 0),
        (shapely.box(0, 0, 0.01, 300), 0.01),
        (shapely.box(-1_480_000, -655_000, -1_479_000, -654_999), 1),
        (shapely.Point(0, 0).buffer(50, quad_segs=64), 100),
        (shapely.Polygon([(0, 0), (60, 0), (0, 80)]), 40),
        (shapely.box(0, 0, 100, 100).difference(shapely.box(30, 30, 70, 70)), 35.147),
        (shapely.MultiPolygon([shapely.box(0, 0, 9, 9), shapely.box(500, 0, 504, 90)]), 9),
    ],
    ids=["nothing", "a crack", "far away", "round", "a corner", "round a hole", "in parts"],
)
def test_a_width_that_anybody_can_reckon(land, width_m):
    (found_m,) = widths_within(np.array([land]), 0.01)
    assert width_m - 0.01 <= found_m <= width_m + 0.05


def test_a_few_of_many_parcels_are_as_wide_as_among_all(monkeypatch):
    monkeypatch.setattr(classes, "MANY_PARCELS", 30)
    shapes, _, _ = mosaics(8, count=5)
    table = parcel_table(
        [
            {"parcel_id": f"p{k}", "group": "A", "household": str(k), "geometry": on_earth(shape)}
            for k, shape in enumerate(shapes)
        ]
    )
    every, few = find_overlaps(table), find_overlaps(table.iloc[:10], of_many=len(table))

    assert len(few) > 0
    some = every.merge(few, on=["parcel_a", "parcel_b"])
    assert len(some) == len(few)
    assert some["width_m_x"].tolist() == some["width_m_y"].tolist()
