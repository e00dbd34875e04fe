"""What a receiver writes that the walker never did."""

from __future__ import annotations

import numpy as np
import pytest
from walker import SQUARE, along, hectares, rules, walked


def told(points_m, poor: dict[int, float]):
    accuracy_m = np.full(len(points_m), 5.0)
    for place, error_m in poor.items():
        accuracy_m[place] = error_m
    return walked(points_m, accuracy_m=(accuracy_m,))


@pytest.mark.parametrize(("error_m", "left_out"), [(20.0, []), (20.1, ["drop_inaccurate"])])
def test_a_fix_that_the_device_does_not_trust_is_left_out(error_m, left_out):
    points_m = along(SQUARE)
    points_m[9] = (45.0, 18.0)
    outcome = told(points_m, {9: error_m})

    assert rules(outcome) == left_out
    if left_out:
        assert outcome.repairs[0].facts["points"] == 1
        assert hectares(outcome) == pytest.approx(1.0)
        assert outcome.accuracy_m == pytest.approx(5.0)


def test_a_poor_fix_stays_where_land_hangs_on_it_and_widens_the_interval():
    points_m = along(SQUARE)
    corner = points_m[14:27]  # 60 m round the corner at 100, 0
    poor = told(points_m, dict.fromkeys(range(14, 27), 40.0))

    assert len(corner) == 13
    assert rules(poor) == []
    assert hectares(poor) == pytest.approx(1.0)
    assert poor.uncertainty_ha > 2 * told(points_m, {}).uncertainty_ha


def test_one_poor_fix_does_not_speak_for_the_others():
    square = np.array(SQUARE[:-1])
    points_m = [tuple(p) for p in square]
    one = walked(points_m, accuracy_m=(np.array([180.0, 5.0, 5.0, 5.0]),), corners=True)
    all_ = walked(points_m, accuracy_m=(np.full(4, 180.0),), corners=True)

    assert rules(one) == []
    # one of four equal corners carries the error, so the variance is a quarter
    assert one.uncertainty_ha == pytest.approx(all_.uncertainty_ha / 2, rel=0.01)


def standing(minutes: float, every_s: float = 5.0):
    """Return a walk of 1 m/s round the square that stands for some minutes at 100, 50."""
    rng = np.random.default_rng(3)
    way = along(SQUARE)
    rest = [(100 + x, 50 + y) for x, y in rng.normal(0, 2.5, (int(minutes * 60 / every_s), 2))]
    points = [*way[:30], *rest, *way[31:]]
    return points, np.arange(len(points)) * every_s


@pytest.mark.parametrize("minutes", [3, 12])
def test_a_rest_is_known_by_its_time(minutes):
    points, times_s = standing(minutes)
    outcome = walked(points, times_s=(times_s,))

    assert rules(outcome)[0] == "drop_resting"
    assert outcome.repairs[0].facts["points"] >= 0.9 * minutes * 12
    assert hectares(outcome) == pytest.approx(1.0, rel=0.03)


def test_slow_steps_on_a_steep_slope_are_no_rest():
    points = along(SQUARE, step_m=1.0)
    slowly = np.arange(len(points)) * 5.0  # 20 cm in a second

    assert rules(walked(points, times_s=(slowly,))) == []


def test_a_device_that_writes_nothing_while_it_rests_loses_no_corner():
    points = along(SQUARE, step_m=9.0)
    times_s = np.cumsum([0.0, *np.full(len(points) - 1, 10.0)])
    times_s[11:] += 600.0

    assert rules(walked(points, times_s=(times_s,))) == []
