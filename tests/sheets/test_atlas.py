from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from sheets.draw_land import voronoi_parcels

from hkm_gis.sheets.atlas import (
    Cell,
    detail_scale,
    divide,
    dividing_lines,
    has_room_for_labels,
    side_of,
)
from hkm_gis.sheets.canvas import Box

ROOM_M = (1000.0, 900.0)


def boxes(*corners: tuple[float, float], side: float = 100.0) -> np.ndarray:
    return np.array([shapely.box(x, y, x + side, y + side) for x, y in corners], dtype=object)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0, 9000), st.floats(0, 9000), st.floats(5, 1500), st.floats(5, 1500)),
        min_size=1,
        max_size=40,
    )
)
def test_every_parcel_stands_on_a_sheet_and_every_sheet_holds_its_land(lands):
    parcels = [shapely.box(x, y, x + w, y + h) for x, y, w, h in lands]
    cells = divide(parcels, ROOM_M)
    assert {i for cell in cells for i in cell.parcels} == set(range(len(parcels)))
    for cell in cells:
        assert cell.parcels
        assert cell.land_m.area > 0
        assert cell.bounds_m.width <= ROOM_M[0] + 1e-6
        assert cell.bounds_m.height <= ROOM_M[1] + 1e-6


def test_a_parcel_that_fits_on_a_sheet_stands_whole_on_exactly_one():
    parcels = voronoi_parcels(200, seed=4, radius_m=1500)
    cells = divide(parcels, ROOM_M)
    owners = [i for cell in cells for i in cell.parcels]
    assert sorted(owners) == list(range(200))


def test_land_that_fits_on_one_sheet_gets_one():
    assert len(divide(boxes((0, 0), (900, 800)), ROOM_M)) == 1


def test_land_one_metre_too_wide_for_a_sheet_gets_two():
    assert len(divide(boxes((0, 0), (901, 0)), ROOM_M)) == 2


def test_two_places_ten_kilometres_apart_get_a_sheet_each_and_none_between():
    cells = divide(boxes((0, 0), (120, 0), (10_000, 0)), ROOM_M)
    assert [cell.parcels for cell in cells] == [(0, 1), (2,)]


def test_a_parcel_longer_than_any_sheet_continues_on_the_next():
    cells = divide([shapely.box(0, 0, 100, 2500)], ROOM_M)
    assert [cell.parcels for cell in cells] == [(0,)] * 3
    assert sum(cell.land_m.area for cell in cells) == pytest.approx(250_000)


def test_sheets_are_balanced_and_few():
    parcels = voronoi_parcels(420, seed=3, radius_m=1650)
    cells = divide(parcels, (1274.0, 1200.0))
    counts = [len(cell.parcels) for cell in cells]
    # 2.6 km from north to south need three bands, 4.7 km from west to east four or five sheets
    assert len(cells) <= 13
    assert max(counts) <= 2 * min(counts)


def test_sheets_are_numbered_from_north_to_south_and_from_west_to_east():
    corners = [(x, y) for y in (0, 3000) for x in (0, 3000)]
    cells = divide(boxes(*corners), ROOM_M)
    assert [cell.parcels for cell in cells] == [(2,), (3,), (0,), (1,)]


def test_the_order_of_the_parcels_does_not_change_the_sheets():
    parcels = voronoi_parcels(120, seed=6, radius_m=1400)
    forward, backward = divide(parcels, ROOM_M), divide(parcels[::-1], ROOM_M)
    assert [c.bounds_m for c in forward] == [c.bounds_m for c in backward]


def test_labels_have_room_where_four_of_five_circles_have_the_radius():
    land = np.array([*boxes((0, 0), (200, 0), (400, 0), (600, 0)), shapely.box(0, 500, 9, 509)])
    # a square of 100 m holds a circle of 50 m: 3.6 mm at 1:13,889
    assert has_room_for_labels(land, 13_800)
    assert not has_room_for_labels(land, 14_200)
    assert not has_room_for_labels(land[1:], 5_000)  # three of four
    assert not has_room_for_labels(land, 13_800, enlarged=1.25)


@pytest.mark.parametrize(
    ("side_m", "scale", "detail"),
    [(100, 10_000, None), (100, 15_000, 5000), (30, 15_000, 2500), (5, 15_000, 2500)],
)
def test_the_detail_scale_is_the_one_that_needs_fewer_sheets(side_m, scale, detail):
    assert detail_scale(boxes((0, 0), side=side_m), scale) == detail


def test_a_sheet_at_the_largest_scale_needs_no_detail():
    assert detail_scale(boxes((0, 0), side=5), 2500) is None


def strip(*, gap_m: float = 0.0) -> np.ndarray:
    """Twelve parcels of a hectare in a row, with a path after the sixth."""
    return boxes(*((100.0 * i + (gap_m if i > 5 else 0.0), 0.0) for i in range(12)))


def view(cell: Cell) -> Box:
    """What a sheet of 1000 m by 900 m round the cell shows."""
    x, y = cell.bounds_m.centre
    return Box(x - 500, y - 450, x + 500, y + 450)


def test_neighbouring_sheets_know_each_other_and_far_ones_do_not():
    west, east, far = divide([*strip(), *boxes((9000, 0))], ROOM_M)
    assert side_of(west, east, view(west)) == "right"
    assert side_of(east, west, view(east)) == "left"
    assert side_of(east, far, view(east)) is None


def test_a_sheet_to_the_north_lies_beyond_the_upper_edge():
    north, south = divide(boxes(*((0.0, 100.0 * i) for i in range(10))), ROOM_M)
    assert side_of(south, north, view(south)) == "top"
    assert side_of(north, south, view(north)) == "bottom"


@pytest.mark.parametrize("gap_m", [0.0, 6.0])
def test_a_line_parts_two_sheets_though_a_path_runs_between_their_parcels(gap_m: float):
    (line,) = dividing_lines(divide(strip(gap_m=gap_m), ROOM_M))
    assert line[:, 0] == pytest.approx(600, abs=0.01)
    assert np.ptp(line[:, 1]) == pytest.approx(98, abs=0.1)  # it ends 1 m before the outline


def test_no_line_runs_between_sheets_that_lie_apart():
    assert dividing_lines(divide(strip(gap_m=20), ROOM_M)) == []
