from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from sheets.reading import strip_px

from hkm_gis.sheets.canvas import Canvas
from hkm_gis.sheets.symbols import (
    FUNCTION_COLORS,
    STYLES,
    AreaStyle,
    Hatch,
    draw_area,
    function_color,
    hatch_marks,
    rings,
)

LAND = shapely.Point(40, 30).buffer(20)


@pytest.mark.parametrize("kind", ["lines", "cross", "dots"])
def test_hatch_keeps_inside_its_land(kind):
    marks = hatch_marks(LAND, Hatch(kind, 45, 2.0, 0.13))
    assert len(marks) > 10
    assert shapely.covers(LAND.buffer(1e-9), marks).all()


def test_hatch_lines_stand_their_spacing_apart():
    marks = hatch_marks(shapely.box(0, 0, 40, 40), Hatch("lines", 0, 2.5, 0.13))
    heights = np.unique(np.round(shapely.get_coordinates(marks)[:, 1], 9))
    assert np.diff(heights) == pytest.approx(2.5)


def test_hatch_runs_through_from_parcel_to_parcel():
    hatch = Hatch("lines", 45, 2.4, 0.13)
    left, right = shapely.box(0, 0, 20, 20), shapely.box(20, 0, 40, 20)
    whole = sum(shapely.length(hatch_marks(shapely.box(0, 0, 40, 20), hatch)))
    parts = sum(shapely.length(hatch_marks(left, hatch))) + sum(
        shapely.length(hatch_marks(right, hatch))
    )
    assert parts == pytest.approx(whole)


def test_every_kind_of_land_differs_without_colour():
    patterns = [(s.hatch, s.outline and s.outline.dash_mm) for s in STYLES.values() if s.hatch]
    assert len(patterns) == len(set(patterns)) == 5


@pytest.mark.parametrize(
    ("code", "short"),
    [
        ("1001", "HL"),
        ("100100", "HL"),
        ("1003", "HP"),
        ("1005", "HPK"),
        ("", "unknown"),
        ("7", "unknown"),
    ],
)
def test_forest_functions_have_the_colour_of_the_ministry(code, short):
    assert function_color(code) == (short, FUNCTION_COLORS[short])


def test_rings_of_land_with_a_hole_are_both_drawn_and_lines_are_not():
    hole = shapely.Polygon([(0, 0), (9, 0), (9, 9), (0, 9)], [[(3, 3), (6, 3), (6, 6), (3, 6)]])
    mixed = shapely.GeometryCollection([hole, shapely.LineString([(0, 0), (1, 1)])])
    assert [len(ring) for ring in rings([mixed])] == [4, 4]


def test_land_that_two_parcels_claim_is_filled_and_a_hole_is_not(tmp_path: Path):
    left = shapely.Polygon([(10, 10), (10, 60), (60, 60), (60, 10)])
    right = shapely.box(40, 20, 90, 50)  # drawn the other way round than the first
    holed = shapely.Polygon(
        [(10, 70), (60, 70), (60, 95), (10, 95)], [[(20, 75), (20, 90), (50, 90), (50, 75)]]
    )
    canvas = Canvas(100, 100)
    draw_area(canvas, [left, right, holed], AreaStyle("#000000", opacity=1.0))
    path = tmp_path / "a.pdf"
    path.write_bytes(canvas.save())

    def grey(x_mm: float, y_mm: float) -> float:
        return float(strip_px(path, x_mm, y_mm, 1, 1, 100).mean())

    assert grey(50, 35) == grey(20, 35) == grey(80, 35) == 0
    assert grey(15, 80) == 0
    assert grey(35, 82) == 255
