from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from sheets.draw_land import voronoi_parcels

from hkm_gis.sheets.canvas import Box
from hkm_gis.sheets.labels import Board, Placed, Words, place_in_land, place_on_lines

BOARD = Box(-200, -200, 200, 200)


def choices(i: int) -> list[tuple[Words, ...]]:
    number = Words(str(i + 1), 9, "bold")
    name = Words("Bambang Setiawan", 6)
    return [(number, name, Words("2,70 ha", 5.5)), (number,), (Words(str(i + 1), 6.4, "bold"),)]


def on_paper(scale: int, count: int, seed: int = 30) -> np.ndarray:
    land = np.asarray(voronoi_parcels(count, seed=seed), dtype=object)
    return shapely.transform(land, lambda xy: xy * 1000 / scale)


def overlapping(placed: list[Placed | None]) -> list[tuple[int, int]]:
    boxes = [shapely.box(*p.box_mm) for p in placed if p is not None]
    pairs = shapely.STRtree(boxes).query(boxes, predicate="intersects").T
    return [(i, j) for i, j in pairs if i < j and boxes[i].intersection(boxes[j]).area > 1e-9]


@settings(max_examples=8, deadline=None)
@given(st.sampled_from([5000, 10000, 25000, 50000]), st.integers(2, 90), st.integers(0, 5))
def test_no_label_ever_stands_on_another(scale: int, count: int, seed: int):
    land = on_paper(scale, count, seed)
    placed = place_in_land(land, [choices(i) for i in range(count)], Board(BOARD))
    assert overlapping(placed) == []


def test_300_labels_never_stand_on_each_other_and_keep_to_their_land_or_a_leader():
    land = on_paper(25000, 300)
    placed = place_in_land(land, [choices(i) for i in range(300)], Board(BOARD))
    assert overlapping(placed) == []
    for polygon, place in zip(land, placed, strict=True):
        if place is not None and place.leader_mm is None:
            assert polygon.contains(shapely.box(*place.box_mm))
        elif place is not None:
            assert polygon.distance(shapely.Point(place.leader_mm[-1])) < 1e-9


def test_no_leader_runs_through_a_label_or_another_leader():
    land = on_paper(40000, 120)
    placed = [
        p
        for p in place_in_land(land, [choices(i) for i in range(120)], Board(BOARD))
        if p is not None
    ]
    leaders = [shapely.LineString(p.leader_mm) for p in placed if p.leader_mm is not None]
    assert len(leaders) > 5
    for i, leader in enumerate(leaders):
        assert not any(leader.crosses(other) for other in leaders[i + 1 :])
        assert all(leader.intersection(shapely.box(*p.box_mm)).length < 1e-6 for p in placed)


def test_a_label_says_less_where_its_land_is_small():
    big, small = shapely.box(0, 0, 60, 60), shapely.box(100, 0, 106, 6)
    placed = place_in_land([big, small], [choices(0), choices(1)], Board(BOARD))
    assert [len(p.label) for p in placed if p] == [3, 1]


def test_the_label_of_a_long_strip_stands_in_its_middle():
    (placed,) = place_in_land([shapely.box(0, -150, 30, 150)], [choices(0)], Board(BOARD))
    assert placed is not None
    assert (placed.x_mm, placed.y_mm) == pytest.approx((15, 0), abs=1e-6)


def test_a_label_keeps_off_a_river_where_its_land_leaves_the_choice():
    river = np.array([(-50.0, 20.0), (100.0, 20.0)])
    (placed,) = place_in_land(
        [shapely.box(0, 0, 40, 40)], [choices(0)], Board(BOARD), avoided_mm=[river]
    )
    assert placed is not None
    assert not shapely.LineString(river).intersects(shapely.box(*placed.box_mm))


def test_a_number_without_any_free_room_is_left_out_and_told():
    board = Board(BOARD)
    board.take(BOARD)
    assert place_in_land([shapely.box(0, 0, 40, 40)], [choices(0)], board) == [None]


def test_the_same_land_gives_the_same_places():
    land = on_paper(20000, 80)
    first, second = (
        place_in_land(land, [choices(i) for i in range(80)], Board(BOARD)) for _ in range(2)
    )
    assert [p and (p.x_mm, p.y_mm) for p in first] == [p and (p.x_mm, p.y_mm) for p in second]


def test_names_along_a_line_stand_above_it_and_upright():
    line = np.array([(100.0, 0.0), (-100.0, 0.0)])
    placed = list(place_on_lines([line], Words("Way Contoh", 6), Board(BOARD), lift_mm=2))
    assert placed
    assert all(p.turn_deg == pytest.approx(0) and p.y_mm == pytest.approx(2) for p in placed)


def test_no_name_is_written_round_a_sharp_bend():
    zigzag = np.array([(float(i), 6.0 * (i % 2)) for i in range(60)])
    assert list(place_on_lines([zigzag], Words("Way Contoh Panjang", 6), Board(BOARD))) == []
