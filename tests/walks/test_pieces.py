"""Segments of a walk put together, or left apart, as they belong."""

from __future__ import annotations

import math

import pytest
from land import lonlat
from walker import SQUARE, along, hectares, rules, walked

from hkm_gis.thresholds import Thresholds
from hkm_gis.walks import Walk, to_polygon

FIRST_HALF = along(SQUARE[:3])
SECOND_HALF = along(SQUARE[2:])[1:]
NEIGHBOUR = [(0.0, 0.0), (-100.0, 0.0), (-100.0, 100.0), (0.0, 100.0), (0.0, 0.0)]


@pytest.mark.parametrize(
    "second", [SECOND_HALF, SECOND_HALF[::-1]], ids=["onward", "from the start"]
)
def test_two_halves_are_one_parcel_whichever_way_the_second_was_walked(second):
    outcome = walked(FIRST_HALF, second)

    assert rules(outcome) == ["join_segments"]
    assert outcome.repairs[0].facts["after_ha"] == pytest.approx(1.0)
    assert hectares(outcome) == pytest.approx(1.0)
    assert outcome.polygons[0].is_valid


def test_pieces_in_the_wrong_order_are_put_in_order():
    third = len(along(SQUARE)) // 3
    points_m = along(SQUARE)
    outcome = walked(points_m[:third], points_m[2 * third :], points_m[third : 2 * third])

    assert rules(outcome) == ["join_segments"]
    assert outcome.repairs[0].facts["before_ha"] != pytest.approx(1.0, rel=0.05)
    assert hectares(outcome) == pytest.approx(1.0)


def test_two_closed_segments_from_one_corner_are_two_parcels():
    outcome = walked(along(SQUARE), along(NEIGHBOUR))

    assert rules(outcome) == ["split_walk"]
    assert len(outcome.polygons) == 2
    assert hectares(outcome) == pytest.approx(2.0)


def test_a_second_lap_in_a_segment_of_its_own_is_no_second_parcel():
    outcome = walked(along(SQUARE), along(SQUARE))

    assert rules(outcome) == ["cut_lap"]
    assert hectares(outcome) == pytest.approx(1.0)


def test_the_way_to_the_field_in_a_segment_of_its_own_is_no_land():
    outcome = walked(along([(-150, -150), (-20, -20)]), along(SQUARE))

    assert rules(outcome) == ["cut_tail"]
    assert outcome.repairs[0].facts["length_m"] == pytest.approx(184, rel=0.02)
    assert hectares(outcome) == pytest.approx(1.0)


def test_a_scrap_of_a_few_points_does_not_close_upon_itself():
    points_m = along(SQUARE)
    outcome = walked(points_m[:30], points_m[34:36], points_m[40:])

    assert rules(outcome) == ["join_segments"]
    assert outcome.repairs[0].facts["segments"] == 3
    assert hectares(outcome) == pytest.approx(1.0, rel=0.02)


@pytest.mark.parametrize(("share", "joined"), [(0.12, True), (0.10, False)])
def test_what_was_lost_may_be_no_more_than_its_share_of_the_walk(share, joined):
    points_m = along(SQUARE)  # 400 m, of which 40 m of 360 m walked are lost
    walk = Walk((lonlat(points_m[:22]), lonlat(points_m[29:])))
    limits = Thresholds(closing_gap_max_share=0.05, closing_gap_guess_share=share)
    outcome = to_polygon(walk, source="", feature="", thresholds=limits)

    assert bool(outcome.polygons) is joined
    if not joined:
        assert outcome.rejection.reason == "segments_apart"
        assert outcome.rejection.facts["gap_m"] == pytest.approx(40, rel=0.01)
    else:
        assert rules(outcome) == ["join_segments", "guess_side"]
        assert math.isnan(outcome.uncertainty_ha)


def test_gaps_at_both_ends_of_a_piece_are_added_up():
    points_m = along(SQUARE)
    outcome = walked(points_m[:22], points_m[28:-7])  # 35 m between, 35 m at its end: 70 of 330 m

    assert rules(outcome) == ["join_segments", "close_gap", "guess_side"]
    assert outcome.repairs[-1].facts["sides"] == 2
    assert outcome.repairs[-1].facts["unwalked_m"] == pytest.approx(70, rel=0.01)


def test_a_stretch_of_nothing_but_two_lines_far_apart_is_refused():
    outcome = walked(along([(0, 0), (0, 150)]), along([(400, 0), (400, 150)]))

    assert outcome.rejection.reason == "segments_apart"
    assert outcome.rejection.facts["gap_m"] == pytest.approx(400, rel=0.01)


def test_pieces_that_meet_at_a_corner_join_without_a_gap_however_far_its_next_fix_is():
    outcome = walked(SQUARE[:3], SQUARE[2:])

    assert rules(outcome) == ["join_segments", "drop_repeated_points"]
    assert outcome.repairs[0].facts["gap_m"] == pytest.approx(0.0, abs=1e-6)
    assert hectares(outcome) == pytest.approx(1.0)
