"""Panels in columns: whole, apart, in the first column with room, and evenly filled."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from hkm_gis.sheets.blocks import MOST_MORE_MM, RULE_GAP_MM, Block, flow
from hkm_gis.sheets.canvas import Box

COLUMNS = (Box(0, 0, 90, 100), Box(94, 0, 184, 100), Box(188, 0, 278, 100))
LAST = Block("signature", 30.0, lambda canvas, box: None)


def block(name: str, height_mm: float) -> Block:
    return Block(name, height_mm, lambda canvas, box: None)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.floats(3, 70), max_size=8), st.integers(1, 3))
def test_every_panel_stands_whole_in_a_column_and_none_on_another(heights, count: int):
    columns = COLUMNS[:count]
    blocks = [block(str(i), height) for i, height in enumerate(heights)]
    placed = flow(blocks, columns, LAST)
    if placed is None:
        # 100 mm less the foot of 30 mm: what fits a column alone always has a place
        assert sum(h + 2 * RULE_GAP_MM for h in heights) > 100 - 30 - RULE_GAP_MM
        return
    assert set(placed) == {LAST.name, *map(str, range(len(heights)))}
    boxes = {name: shapely.box(*box) for name, (_, box) in placed.items()}
    for name, (panel, box) in placed.items():
        assert box.height >= panel.height_mm - 1e-6
        assert any(shapely.box(*c).buffer(1e-6).covers(boxes[name]) for c in columns)
        assert all(boxes[name].distance(other) > 1 for key, other in boxes.items() if key != name)


def test_a_low_panel_fills_the_room_that_a_high_one_left():
    placed = flow([block("a", 40), block("b", 90), block("c", 30)], COLUMNS[:2], LAST)
    assert placed is None  # the foot leaves the second column 68 mm
    placed = flow([block("a", 40), block("b", 60), block("c", 30)], COLUMNS[:2], LAST)
    assert placed is not None
    assert [placed[name][1].x0 for name in "abc"] == [0, 94, 0]


def test_panels_that_fit_one_column_are_shared_out_among_three():
    placed = flow([block(name, 20) for name in "abc"], COLUMNS, LAST)
    assert placed is not None
    assert [placed[name][1].x0 for name in "abc"] == [0, 94, 188]


def test_free_room_parts_the_panels_and_the_line_between_them_stands_in_the_middle():
    placed = flow([block("a", 10), block("b", 10)], COLUMNS[:1], LAST)
    assert placed is not None
    upper, lower = placed["a"][1], placed["b"][1]
    line = upper.y0 - RULE_GAP_MM
    ink_of_a = upper.y1 - 10
    assert ink_of_a - line == pytest.approx(line - lower.y1)
    assert ink_of_a - lower.y1 == pytest.approx(2 * RULE_GAP_MM + MOST_MORE_MM)
