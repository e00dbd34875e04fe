from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hkm_gis.errors import HkmError
from hkm_gis.sheets.canvas import Box
from hkm_gis.sheets.frame import SCALES, Frame, choose_frame, largest_scale
from hkm_gis.sheets.page import PAPERS_MM, layouts

UTM = 32748


@settings(max_examples=50, deadline=None)
@given(
    st.sampled_from(SCALES),
    st.tuples(st.floats(4e5, 6e5), st.floats(9.3e6, 9.5e6)),
    st.floats(-2000, 2000),
    st.floats(-2000, 2000),
)
def test_a_metre_of_the_grid_is_a_thousand_over_scale_millimetres(scale, centre_m, dx_m, dy_m):
    frame = Frame(box_mm=Box(17, 17, 294, 280), centre_m=centre_m, scale=scale, epsg=UTM)
    start, end = frame.to_mm([centre_m, (centre_m[0] + dx_m, centre_m[1] + dy_m)])
    assert end - start == pytest.approx(np.array([dx_m, dy_m]) * 1000 / scale, abs=1e-6)


def test_the_corners_of_the_grid_fall_on_the_corners_of_the_frame():
    frame = Frame(box_mm=Box(17, 18, 294, 280), centre_m=(464000, 9402500), scale=7500, epsg=UTM)
    b = frame.bounds_m
    assert frame.to_mm([(b.x0, b.y0), (b.x1, b.y1)]) == pytest.approx(
        np.array([(17, 18), (294, 280)]), abs=1e-9
    )


def test_land_that_fills_the_frame_but_for_its_margin_keeps_the_scale():
    box = Box(0, 0, 100, 100)
    side_m = 100 * 0.92 * 5000 / 1000
    assert largest_scale(Box(0, 0, side_m, side_m), box) == 5000
    assert largest_scale(Box(0, 0, side_m + 0.01, side_m), box) == 7500


@pytest.mark.parametrize("paper", list(PAPERS_MM))
def test_wide_land_lies_on_landscape_paper_and_tall_land_on_portrait(paper: str):
    landscape, portrait = layouts(paper)
    for way, other in ((landscape, portrait), (portrait, landscape)):
        # land that fills one map at 1:5.000 fits the other only at a smaller scale
        width_m, height_m = (0.91 * side * 5 for side in (way.map_mm.width, way.map_mm.height))
        if width_m > 0.92 * 5 * other.map_mm.width or height_m > 0.92 * 5 * other.map_mm.height:
            chosen, frame = choose_frame(
                (landscape, portrait), Box(0, 0, width_m, height_m), epsg=UTM
            )
            assert (chosen, frame.scale) == (way, 5000)


@pytest.mark.parametrize(("height_m", "portrait"), [(600, False), (1200, True)])
def test_at_one_scale_the_shape_of_the_land_decides(height_m: float, portrait: bool):
    # both maps of A1 show it at 1:2.000, as the portrait one is 0.8 times as wide as it is high
    layout, frame = choose_frame(layouts("A1"), Box(0, 0, 600, height_m - 300), epsg=UTM)
    assert frame.scale == 2000
    assert (layout.height_mm > layout.width_mm) is portrait


@pytest.mark.parametrize("orientation", ["landscape", "portrait"])
def test_the_orientation_that_is_asked_for_is_kept_whatever_the_land(orientation: str):
    for land in (Box(0, 0, 3000, 500), Box(0, 0, 500, 3000)):
        layout, _ = choose_frame(layouts("A3", orientation), land, epsg=UTM)
        assert (layout.width_mm > layout.height_mm) is (orientation == "landscape")


def test_an_unknown_orientation_is_refused():
    with pytest.raises(HkmError) as error:
        layouts("A3", "diagonal")
    assert error.value.key == "orientation_unknown"


def test_letters_grow_with_paper_that_hangs_on_a_wall():
    assert [layouts(paper)[0].enlarged for paper in PAPERS_MM] == [1, 1, 1.2, 1.4, 1.7]


def test_the_wished_scale_is_kept_though_a_larger_one_fits():
    _, frame = choose_frame(layouts("A3"), Box(0, 0, 500, 500), epsg=UTM, scale=10000)
    assert frame.scale == 10000


def test_a_scale_at_which_the_land_does_not_fit_is_refused_with_the_one_that_does():
    with pytest.raises(HkmError) as error:
        choose_frame(layouts("A3"), Box(0, 0, 3000, 3000), epsg=UTM, scale=2000)
    assert error.value.key == "sheet_too_small"
    assert error.value.facts["fits"] == 15000


@pytest.mark.parametrize("scale", [0, -5000])
def test_a_scale_that_is_no_scale_is_refused(scale: int):
    with pytest.raises(HkmError) as error:
        choose_frame(layouts("A3"), Box(0, 0, 100, 100), epsg=UTM, scale=scale)
    assert error.value.key == "scale_impossible"


def test_an_unknown_paper_is_refused():
    with pytest.raises(HkmError) as error:
        layouts("F4")
    assert error.value.key == "paper_unknown"


@pytest.mark.parametrize("paper", list(PAPERS_MM))
def test_map_and_panels_lie_inside_the_border_and_apart_from_each_other(paper: str):
    for layout in layouts(paper):
        border, boxes = layout.border_mm, [layout.map_mm, *layout.columns_mm]
        for box in boxes:
            assert border.x0 < box.x0 < box.x1 < border.x1
            assert border.y0 < box.y0 < box.y1 < border.y1
        for i, a in enumerate(boxes):
            for b in boxes[i + 1 :]:
                assert a.x1 <= b.x0 or b.x1 <= a.x0 or a.y1 <= b.y0 or b.y1 <= a.y0


def test_land_torn_apart_by_one_far_parcel_still_gets_a_scale():
    assert largest_scale(Box(0, 0, 90_000, 1000), Box(0, 0, 277, 263)) == 500_000
