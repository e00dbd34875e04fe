"""Which corners a page lists of a parcel, and what it leaves out."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from land import on_board, on_earth, polygon, square
from pyproj import Geod, Transformer
from sheets.pages.hamlet_pages import walk_of

from hkm_gis.corners import MOST_CORNERS, outline_of

GEOD = Geod(ellps="WGS84")
TO_UTM = Transformer.from_crs(4326, 32748, always_xy=True)


def listed(geometry, within_m=5.0):
    return outline_of(geometry, epsg=32748, within_m=within_m)


def test_a_square_is_listed_clockwise_from_its_north_western_corner():
    corners = listed(square(0, 0, 100)).corners
    board = [on_board(shapely.Point(c.lonlat)).coords[0] for c in corners]

    assert np.round(board, 3).tolist() == [[0, 100], [100, 100], [100, 0], [0, 0]]
    assert [(c.number, c.to) for c in corners] == [(1, 2), (2, 3), (3, 4), (4, 1)]


def test_places_and_sides_are_those_of_other_programs():
    outline = listed(polygon([(0, 0), (210, 30), (180, 240), (-20, 160)]))
    places = {corner.number: corner for corner in outline.corners}

    for corner in outline.corners:
        assert corner.xy_m == pytest.approx(TO_UTM.transform(*corner.lonlat), abs=1e-6)
        side_m = GEOD.inv(*corner.lonlat, *places[corner.to].lonlat)[2]
        assert corner.side_m == pytest.approx(side_m, abs=1e-6)
    assert outline.perimeter_m == pytest.approx(sum(c.side_m for c in outline.corners), abs=1e-6)


@pytest.mark.parametrize(("points", "whole"), [(MOST_CORNERS, True), (MOST_CORNERS + 1, False)])
def test_land_of_few_corners_is_listed_whole(points, whole):
    outline = listed(walk_of(points))

    assert outline.points == points
    assert (len(outline.corners) == points) is whole
    assert (outline.off_m == pytest.approx(0, abs=1e-6)) is whole


@settings(max_examples=25, deadline=None)
@given(points=st.integers(17, 400), noise_m=st.floats(0, 12), seed=st.integers(0, 99))
def test_a_list_of_a_walk_is_short_or_as_true_as_the_device(points, noise_m, seed):
    land = walk_of(points, noise_m=noise_m, seed=seed).buffer(0)
    outline = listed(land)
    ring = [corner.lonlat for corner in outline.corners]
    full = {tuple(xy) for xy in shapely.get_coordinates(land).tolist()}

    assert outline.off_m <= 5.0 + 1e-9
    assert set(ring) <= full  # nothing moved
    assert len(ring) <= MOST_CORNERS or outline.off_m <= 5.0


def test_area_and_perimeter_are_of_the_whole_walk():
    land = walk_of(400)
    outline = listed(land)

    assert len(outline.corners) <= MOST_CORNERS < outline.points == 400
    assert outline.perimeter_m == pytest.approx(GEOD.geometry_length(land.exterior), abs=1e-6)


def test_a_device_without_error_leaves_nothing_out():
    assert len(listed(walk_of(60), within_m=0.0).corners) == 60


def test_parts_and_holes_are_numbered_through_each_closed_by_itself():
    yard = shapely.Polygon(
        [(0, 0), (100, 0), (100, 100), (0, 100)], [[(40, 40), (60, 40), (50, 60)]]
    )
    land = on_earth(shapely.MultiPolygon([yard, shapely.box(200, 0, 250, 50)]))
    corners = listed(land).corners

    assert [c.number for c in corners] == list(range(1, 12))
    assert [(c.number, c.to) for c in corners if c.to < c.number] == [(4, 1), (8, 5), (11, 9)]


def test_a_strip_thinner_than_the_tolerance_is_still_land():
    strip = shapely.segmentize(shapely.box(0, 0, 300, 3), 5)
    outline = listed(on_earth(strip))

    assert 4 <= len(outline.corners) <= MOST_CORNERS
    assert outline.off_m < 5.0
