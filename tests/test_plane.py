"""The plane against the ellipsoid, from Sabang to Merauke."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from hkm_gis.plane import area_m2, from_plane, geodesic_area_m2, make_valid_land, to_plane

GEOD = Geod(ellps="WGS84")


@settings(max_examples=80, deadline=None)
@given(st.floats(95, 141), st.floats(-11, 6), st.floats(50, 400), st.floats(50, 400))
def test_a_parcel_has_its_geodesic_hectares_everywhere_in_indonesia(lon, lat, width_m, height_m):
    degree_m = 111_195.0
    land = shapely.box(lon, lat, lon + width_m / degree_m, lat + height_m / degree_m)
    truth_m2 = GEOD.geometry_area_perimeter(land)[0]

    assert area_m2([land])[0] == pytest.approx(truth_m2, rel=1e-7)
    assert geodesic_area_m2(land) == pytest.approx(truth_m2, rel=1e-12)


def test_the_published_square_is_one_hectare():
    land = shapely.box(104.6, -5.299999999671, 104.60090214657738, -5.299095707662)

    assert area_m2([land])[0] / 1e4 == pytest.approx(1.0, abs=1e-5)


# GeographicLib's own Planimeter tests (points lat, lon)
@pytest.mark.parametrize(
    ("points", "published_m2", "within_m2"),
    [
        ([(0, -1), (-1, 0), (0, 1), (1, 0)], 24619419146.0, 1),
        ([(2, 1), (1, 2), (3, 3)], 18454562325.45119, 0.5),
        ([(89, 0), (89, 90), (89, 180), (89, 270)], 24952305678.0, 1),
    ],
)
def test_published_areas_on_the_ellipsoid(points, published_m2, within_m2):
    ring = [(lon, lat) for lat, lon in points]
    area = abs(GEOD.polygon_area_perimeter(*zip(*ring, strict=True))[0])
    assert area == pytest.approx(published_m2, abs=within_m2)
    if max(lat for lat, _ in points) < 80:
        assert geodesic_area_m2(shapely.Polygon(ring)) == pytest.approx(published_m2, abs=within_m2)


def test_there_and_back_is_the_same_place():
    land = shapely.box(104.6, -5.3, 104.61, -5.29)

    assert shapely.equals_exact(from_plane(to_plane([land]))[0], land, 1e-12)


def test_mending_twice_changes_nothing_more():
    once = make_valid_land(shapely.Polygon([(0, 0), (10, 0), (2, 8), (8, 8)]))

    assert once.area == pytest.approx(34, abs=0.7)
    assert make_valid_land(once).equals(once)
