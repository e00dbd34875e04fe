"""Widths and borders that tell an overlap from a sliver, on drawings that can be reckoned."""

import numpy as np
import pytest
import shapely
from land import on_earth, parcel_table, square

from hkm_gis.overlaps import find_overlaps
from hkm_gis.overlaps.classes import _border_m

SQUARE = shapely.box(0, 0, 100, 100)


def border_m(other, area_m2):
    one, two = (np.array([shape], dtype=object) for shape in (SQUARE, other))
    (found_m,) = _border_m(one, two, np.array([area_m2]), reach_m=5)
    (turned_m,) = _border_m(two, one, np.array([area_m2]), reach_m=5)
    assert turned_m == pytest.approx(found_m)
    return found_m


def test_a_width_that_decides_nothing_is_half_a_metre_too_small_at_most():
    # Looked for half as finely as this, the circle of 21.44 m comes out 1.4 m too small.
    thorn = shapely.Polygon([(81, 68), (60, 69), (48, 74), (42, 50), (40, 31)])
    shapes = (square(0, 0, 100), on_earth(thorn))
    table = parcel_table({"parcel_id": f"p{k}", "geometry": s} for k, s in enumerate(shapes))

    (width_m,) = find_overlaps(table)["width_m"]

    assert 21.44 - 0.5 <= width_m <= 21.44


def test_a_border_is_what_of_both_outlines_lies_near_the_other_without_the_reach_at_its_ends():
    # Each outline has a U of 9 m, 100 m and 9 m within 5 m of the other: half its hull is 109 m.
    strip = shapely.box(-50, 0, 4, 100)
    half_m = 109 - 2 * 5

    assert border_m(strip, 400.0) == pytest.approx((half_m + np.sqrt(half_m**2 - 4 * 400)) / 2)


def test_land_too_broad_for_its_border_has_half_the_hull_as_border():
    strip = shapely.box(-50, 0, 4, 100)

    assert border_m(strip, 99**2 / 4 + 1) == pytest.approx(99 / 2)


def test_two_corners_that_hardly_meet_have_no_border():
    # Each outline has two sides of 5.5 m within 5 m of the other: half their hull is 9.4 m, less
    # than the reach at both ends.
    corner = shapely.box(-50, -50, 0.5, 0.5)

    assert border_m(corner, 0.25) == 0
