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

from hkm_gis.overlaps import find_overlaps, shared
from hkm_gis.overlaps.compiled import APART, CUT, UNSURE, cut_pairs, outlines_of

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
