from __future__ import annotations

import numpy as np
import pypdfium2
import pytest
from pyproj import Transformer

from hkm_gis.sheets.canvas import Box, Canvas
from hkm_gis.sheets.frame import SCALES, Frame
from hkm_gis.sheets.grid import (
    draw_grid,
    graticule,
    graticule_step_s,
    grid_lines_m,
    grid_step_m,
)
from hkm_gis.sheets.labels import Board

FRAME = Frame(box_mm=Box(17, 17, 294, 280), centre_m=(461210, 9400871), scale=10000, epsg=32748)


def test_each_crossing_lies_where_the_projection_puts_that_meridian_or_parallel():
    to_lonlat = Transformer.from_crs(32748, 4326, always_xy=True)
    bounds, found = FRAME.bounds_m, graticule(FRAME, 15)
    assert {c.side for c in found} == {"bottom", "top", "left", "right"}
    fixed = {"bottom": bounds.y0, "top": bounds.y1, "left": bounds.x0, "right": bounds.x1}
    for c in found:
        upright = c.side in ("bottom", "top")
        xy = (c.at_m, fixed[c.side]) if upright else (fixed[c.side], c.at_m)
        degrees = to_lonlat.transform(*xy)[0 if upright else 1]
        # 1e-5 seconds are 0.3 mm of ground, 0.00003 mm of paper
        assert degrees * 3600 == pytest.approx(c.seconds, abs=1e-5)
        assert c.seconds % 15 == 0


def test_a_meridian_crosses_top_and_bottom_at_different_eastings():
    at = {(c.side, c.seconds): c.at_m for c in graticule(FRAME, 15)}
    both = [s for side, s in at if side == "bottom" and ("top", s) in at]
    assert both
    assert all(abs(at["top", s] - at["bottom", s]) > 0.5 for s in both)


def test_grid_lines_are_whole_multiples_of_the_step_inside_the_frame():
    eastings, northings = grid_lines_m(FRAME, 500)
    assert eastings.tolist() == [460000, 460500, 461000, 461500, 462000, 462500]
    assert northings.tolist() == [9400000, 9400500, 9401000, 9401500, 9402000]


@pytest.mark.parametrize("scale", SCALES)
def test_grid_lines_stand_three_to_eight_centimetres_apart(scale: int):
    assert 30 <= grid_step_m(scale) / scale * 1000 <= 80
    assert 40 <= graticule_step_s(scale) * 30.87 / scale * 1000 <= 130


def test_metres_of_a_line_near_a_corner_leave_the_corner_to_the_other_side():
    box = Box(20, 20, 120, 120)
    # the first easting and the first northing cross the frame 1 mm from its lower left corner
    frame = Frame(box_mm=box, centre_m=(467_245, 9_405_245), scale=5000, epsg=32748)
    canvas = Canvas(140, 140, title="-", subject="-")
    draw_grid(canvas, frame, Board(box), "id")
    page = pypdfium2.PdfDocument(canvas.save())[0]
    ink = np.asarray(page.render(scale=300 / 72).to_pil().convert("L")) < 128
    px_per_mm = 300 / 25.4
    low, high = round((140 - 19.6) * px_per_mm), round(19.6 * px_per_mm)
    assert ink[low:, high:].any()  # the metres of the easting
    assert ink[:low, :high].any()  # the metres of the northing
    assert not ink[low:, :high].any()
