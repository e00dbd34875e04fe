"""Walks drawn in metres, each with one thing that happens in the field."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from land import lonlat
from numpy.typing import NDArray
from walker import SQUARE, USUAL, along, hectares, rules, walked

from hkm_gis.plane import area_m2, geodesic_length_m
from hkm_gis.thresholds import Thresholds
from hkm_gis.walks import Walk, area_uncertainty_ha, to_polygon


def test_a_clean_closed_walk_comes_out_to_the_byte():
    points = lonlat(along(SQUARE))
    outcome = to_polygon(Walk((points,)), source="a", feature="1", thresholds=USUAL)

    assert rules(outcome) == []
    assert shapely.get_coordinates(outcome.polygons[0]).tobytes() == points.tobytes()
    assert outcome.gap_m == 0.0


@pytest.mark.parametrize(
    ("points_m", "reason", "code"),
    [
        ([], "too_few_points", "S01"),
        ([(0, 0), (50, 0)], "too_few_points", "S01"),
        ([(0, 0), (0, 0), (0, 0), (0, 0)], "too_few_points", "S01"),
        ([(0, 0), (50, 0), (100, 0)], "straight_line", "W01"),
        (along([(0, 0), (200, 0), (0, 0)]), "straight_line", "W01"),
        (along([(0, 0), (200, 0), (200, 200)]), "walk_not_closed", "W01"),
    ],
)
def test_what_goes_round_nothing_is_refused(points_m, reason, code):
    outcome = walked(points_m)

    assert (outcome.rejection.reason, outcome.rejection.code) == (reason, code)
    assert outcome.polygons == ()


@pytest.mark.parametrize(
    ("gap_m", "share", "closes"), [(60.0, 0.15, True), (60.0, 0.10, False), (102.0, 0.9, False)]
)
def test_a_gap_is_closed_up_to_its_limits(gap_m, share, closes):
    limits = Thresholds(closing_gap_max_share=share, closing_gap_guess_share=0.0)
    points = lonlat(along([(0, 0), (200, 0), (200, 100), (0, 100), (0, gap_m)]))
    outcome = to_polygon(Walk((points,)), source="a", feature="1", thresholds=limits)

    # 102 m stands above the hundred: the walk ends 2 m beyond its corner.
    assert bool(outcome.polygons) is closes
    if closes:
        (repair,) = outcome.repairs
        assert repair.rule == "close_gap"
        assert repair.facts["gap_m"] == pytest.approx(gap_m, rel=0.01)
        assert repair.facts["length_m"] == pytest.approx(500 + 100 - gap_m, rel=0.01)


def three_sides(short_m: float):
    """Return what is walked of a square of 90 m whose fourth side stops ``short_m`` too early."""
    return along([(0, 0), (90, 0), (90, 90), (0, 90), (0, short_m)])


@pytest.mark.parametrize(
    ("short_m", "told"),
    [
        (40.0, ["close_gap"]),
        (50.0, ["close_gap", "guess_side"]),
        (88.0, ["close_gap", "guess_side"]),
    ],
    ids=["13 %", "16 %", "32 %"],
)
def test_land_of_which_a_side_was_not_walked_stays_on_the_map_with_its_error_unknown(short_m, told):
    outcome = walked(three_sides(short_m))

    assert rules(outcome) == told
    assert hectares(outcome) == pytest.approx(0.81)
    assert math.isnan(outcome.uncertainty_ha) is ("guess_side" in told)
    if "guess_side" in told:
        guess = outcome.repairs[-1]
        assert guess.facts["unwalked_m"] == pytest.approx(short_m, rel=0.01)
        assert guess.facts["sides"] == 1
        assert geodesic_length_m(guess.where) == pytest.approx(short_m, rel=0.01)


def test_a_walk_round_less_than_three_sides_is_refused():
    outcome = walked(along([(0, 0), (90, 0), (90, 90), (1, 90)]))

    assert outcome.rejection.reason == "walk_not_closed"


def test_the_share_of_the_guess_is_exact():
    points = lonlat(three_sides(50))
    share = to_polygon(Walk((points,)), source="", feature="", thresholds=USUAL)
    gap_m, length_m = (share.repairs[0].facts[name] for name in ("gap_m", "length_m"))

    def told(limit):
        limits = Thresholds(closing_gap_max_share=limit)
        return rules(to_polygon(Walk((points,)), source="", feature="", thresholds=limits))

    assert told(gap_m / length_m) == ["close_gap"]
    assert told(math.nextafter(gap_m / length_m, 0)) == ["close_gap", "guess_side"]


def test_a_closed_gap_makes_the_area_less_sure_by_half_its_square():
    closed, open_ = walked(along(SQUARE)), walked(along([*SQUARE[:-1], (0, 40)]))

    before, after = closed.uncertainty_ha, open_.uncertainty_ha
    assert after == pytest.approx(math.hypot(before, 40**2 / 2 / 1e4), rel=0.03)


def test_a_gap_of_exactly_the_limit_is_closed():
    points = lonlat(along([(0, 0), (300, 0), (300, 300), (0, 300), (0, 80)]))
    gap_m = to_polygon(Walk((points,)), source="", feature="", thresholds=USUAL).gap_m

    def at(limit_m):
        limits = Thresholds(closing_gap_max_m=limit_m)
        return to_polygon(Walk((points,)), source="", feature="", thresholds=limits)

    assert at(gap_m).polygons
    assert at(math.nextafter(gap_m, 0)).rejection.reason == "walk_not_closed"


def test_ends_within_three_gps_errors_are_no_gap():
    outcome = walked(along([(0, 0), (100, 0), (100, 100), (0, 100), (0, 14)]))

    assert rules(outcome) == []
    assert outcome.gap_m == pytest.approx(14, rel=0.01)


def circle(points: int, laps: int = 1) -> NDArray[np.float64]:
    """Return a walk of three hectares, round and round."""
    turn = np.linspace(0, laps * 2 * np.pi, points)
    return math.sqrt(3e4 / np.pi) * np.column_stack([np.cos(turn), np.sin(turn)])


def test_a_hundred_thousand_fixes_of_one_round_give_its_land():
    tremble = np.random.default_rng(3).normal(0, 0.3, (100_000, 2))
    outcome = walked((circle(100_000) + tremble).tolist())

    assert "drop_crowded" in rules(outcome)
    assert hectares(outcome) == pytest.approx(3.0, rel=0.005)


def test_a_hundred_thousand_fixes_of_many_rounds_and_a_way_in_give_one_land():
    tremble = np.random.default_rng(3).normal(0, 1.0, (100_000, 2))
    gate = np.column_stack([np.linspace(200, 98, 500), np.zeros(500)])
    fixes = np.vstack([gate, circle(99_500, laps=100)]) + tremble
    outcome = walked(fixes.tolist())

    assert len(outcome.polygons) == 1
    assert {"cut_lap", "cut_tail"} & set(rules(outcome))
    assert hectares(outcome) == pytest.approx(3.0, rel=0.03)


def test_a_hundred_thousand_fixes_of_a_night_s_rest_give_its_land():
    around = np.array(along(SQUARE, step_m=1.0))
    rest = np.random.default_rng(3).normal(0, 2.0, (99_600, 2)) + around[200]
    fixes = np.vstack([around[:200], rest, around[200:]])
    outcome = walked(fixes.tolist(), times_s=(np.arange(len(fixes)) * 1.0,))

    assert rules(outcome)[0] == "drop_resting"
    assert hectares(outcome) == pytest.approx(1.0, rel=0.03)


def test_standing_points_are_left_out():
    points_m = along(SQUARE)
    outcome = walked([*points_m[:5], *[points_m[5]] * 4, *points_m[6:]])

    assert rules(outcome) == ["drop_repeated_points"]
    assert outcome.repairs[0].facts["points"] == 3
    assert hectares(outcome) == pytest.approx(1.0)


@pytest.mark.parametrize("place", [0, 7, 33])
def test_a_leap_of_the_receiver_is_left_out(place):
    points_m = along(SQUARE)[:-1]
    points_m.insert(place, (900.0, 900.0))
    outcome = walked(points_m)

    assert rules(outcome) == ["drop_jump"]
    assert outcome.repairs[0].facts["points"] == 1
    assert hectares(outcome) == pytest.approx(1.0)


def test_a_leap_is_known_by_its_speed_where_the_file_has_times():
    points_m = along(SQUARE)
    points_m[10] = (50.0, 60.0)  # 60 m away and back within ten seconds
    times = np.arange(len(points_m)) * 5.0
    slowly = np.arange(len(points_m)) * 60.0

    assert rules(walked(points_m, times_s=(times,))) == ["drop_jump"]
    assert rules(walked(points_m, times_s=(slowly,))) == []


def test_a_rest_becomes_one_point():
    rng = np.random.default_rng(7)
    points_m = along(SQUARE)
    rest_m = [(100 + dx, 50 + dy) for dx, dy in rng.uniform(-1.7, 1.7, (60, 2))]
    outcome = walked([*points_m[:30], *rest_m, *points_m[31:]])

    assert rules(outcome)[0] == "drop_resting"
    assert outcome.repairs[0].facts["points"] >= 55
    assert hectares(outcome) == pytest.approx(1.0, rel=0.02)


def test_the_way_in_and_out_is_cut():
    outcome = walked(along([(-200, 0), *SQUARE, (-200, 0)]))

    assert rules(outcome) == ["cut_tail"]
    assert outcome.repairs[0].facts["length_m"] == pytest.approx(400, rel=0.02)
    assert hectares(outcome) == pytest.approx(1.0)


def test_a_way_in_without_a_way_out_is_cut():
    outcome = walked(along([(-200, 0), *SQUARE]))

    assert rules(outcome) == ["cut_tail"]
    assert hectares(outcome) == pytest.approx(1.0)


def test_two_laps_have_the_area_of_one():
    outcome = walked(along([*SQUARE, *SQUARE[1:]]))

    (repair,) = outcome.repairs
    assert repair.rule == "cut_lap"
    assert repair.facts["before_ha"] == pytest.approx(2.0)
    assert repair.facts["after_ha"] == pytest.approx(1.0)
    assert hectares(outcome) == pytest.approx(1.0)


def test_two_loops_with_a_way_between_are_two_parcels():
    east = [(x + 300, y) for x, y in SQUARE]
    outcome = walked(along([*SQUARE, *east]))

    assert rules(outcome) == ["split_walk"]
    assert [float(a) for a in area_m2(list(outcome.polygons))] == pytest.approx([1e4, 1e4])
    assert len(outcome.gaps_m) == len(outcome.uncertainties_ha) == 2


def test_two_pieces_of_one_loop_are_joined():
    points_m = along(SQUARE)
    outcome = walked(points_m[:30], points_m[33:])

    assert rules(outcome) == ["join_segments"]
    assert outcome.repairs[0].facts["segments"] == 2
    assert hectares(outcome) == pytest.approx(1.0, rel=0.01)


def test_pieces_too_far_apart_are_refused():
    far_m = [(x + 400, y) for x, y in along(SQUARE)[:40]]

    assert walked(along(SQUARE)[:40], far_m).rejection.reason == "segments_apart"


def test_every_crossing_is_recorded_with_its_place():
    zigzag = [(0, 0), (100, 0), (100, 100), (40, 100), (60, 120), (40, 120), (60, 100), (0, 100)]
    outcome = walked([*zigzag, (0, 0)])

    (repair,) = outcome.repairs
    assert repair.rule == "cut_crossing"
    assert repair.facts["crossings"] == len(repair.where.geoms)
    assert repair.facts["after_ha"] == pytest.approx(hectares(outcome))


def test_numbered_corners_need_no_closing_and_no_dense_line():
    outcome = walked(SQUARE[:-1], corners=True)

    assert rules(outcome) == []
    assert math.isnan(outcome.gap_m)
    assert hectares(outcome) == pytest.approx(1.0)


def test_the_device_tells_its_own_error():
    points_m = along(SQUARE)
    known = walked(points_m, accuracy_m=(np.full(len(points_m), 10.0),))
    unknown = walked(points_m)

    assert known.accuracy_m == pytest.approx(10.0)
    assert math.isnan(unknown.accuracy_m)
    assert known.uncertainty_ha == pytest.approx(2 * unknown.uncertainty_ha)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.booleans())
def test_a_repaired_walk_needs_no_second_repair(seed, tail):
    rng = np.random.default_rng(seed)
    points_m = np.array(along([(-200, 0), *SQUARE, (-200, 0)] if tail else SQUARE))
    once = walked(points_m + rng.normal(0, 1.0, points_m.shape))
    ring = shapely.get_coordinates(
        shapely.get_exterior_ring(shapely.get_parts(once.polygons[0])[0])
    )
    twice = to_polygon(Walk((ring,)), source="", feature="", thresholds=USUAL)

    assert twice.rejection is None
    assert area_m2([twice.polygons[0]])[0] == pytest.approx(
        area_m2([once.polygons[0]])[0], rel=0.01
    )


def test_independent_corners_follow_the_surveyors_formula():
    ring = np.array(SQUARE[:-1])
    chords = np.roll(ring, -1, 0) - np.roll(ring, 1, 0)
    sd_m2 = 3.0 / 2 * math.sqrt((chords**2).sum())

    half_width_ha = area_uncertainty_ha(ring, error_m=3.0, independent=True)
    assert half_width_ha == pytest.approx(1.959964 * sd_m2 / 1e4)
