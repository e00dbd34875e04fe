"""The plane against the ellipsoid, from Sabang to Merauke."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod, Transformer

from hkm_gis.plane import (
    area_m2,
    from_plane,
    geodesic_area_m2,
    make_valid_land,
    plane_xy,
    reproject,
    to_plane,
)

GEOD = Geod(ellps="WGS84")


@settings(max_examples=80, deadline=None)
@given(st.floats(95, 141), st.floats(-11, 6), st.floats(50, 400), st.floats(50, 400))
def test_a_parcel_has_its_geodesic_hectares_everywhere_in_indonesia(lon, lat, width_m, height_m):
    degree_m = 111_195.0
    land = shapely.box(lon, lat, lon + width_m / degree_m, lat + height_m / degree_m)
    truth_m2 = GEOD.geometry_area_perimeter(land)[0]

    assert area_m2([land])[0] == pytest.approx(truth_m2, rel=1e-7)
    assert geodesic_area_m2(land) == pytest.approx(truth_m2, rel=1e-12)


places = st.tuples(st.floats(95, 141), st.floats(-11, 6))
sizes_ha = st.sampled_from([0.01, 0.05, 0.25, 1, 3, 10, 100])


def drawn(place, area_ha, turns, reaches):
    """Return a ragged polygon (lon/lat) of about so many hectares."""
    (lon, lat), corners = place, len(turns)
    angle = 2 * np.pi * (np.arange(corners) + 0.4 * np.array(turns)) / corners
    reach_deg = np.sqrt(area_ha * 1e4 / np.pi) * np.array(reaches) / 111_195.0
    return shapely.Polygon(
        np.column_stack([lon + reach_deg * np.cos(angle), lat + reach_deg * np.sin(angle)])
    )


shapes = st.integers(3, 24).flatmap(
    lambda n: st.builds(
        drawn,
        places,
        sizes_ha,
        st.lists(st.floats(-1, 1), min_size=n, max_size=n),
        st.lists(st.floats(0.6, 1.4), min_size=n, max_size=n),
    )
)


@settings(max_examples=200, deadline=None)
@given(shapes)
def test_a_walk_of_any_size_has_its_geodesic_hectares_within_a_millionth(land):
    walked = shapely.segmentize(land, 40 / 111_195.0)  # a device notes a point at least each 40 m

    assert area_m2([walked])[0] == pytest.approx(
        GEOD.geometry_area_perimeter(walked)[0], rel=1e-6, abs=1e-3
    )


def bow_m2(land):
    """Return the area between the edges drawn straight on the plane and as geodesics.

    On the sphere of equal area; the area under a great circle is that of Karney 2013, eq. 61.
    """
    radius_m = 6_371_007.2
    lon, lat = np.radians(shapely.get_coordinates(land).T)
    wide, half = np.diff(lon), np.tan(lat / 2)
    under = 2 * np.arctan(np.tan(wide / 2) * (half[1:] + half[:-1]) / (1 + half[1:] * half[:-1]))
    straight = wide * (np.sin(lat[1:]) + np.sin(lat[:-1])) / 2
    return -(radius_m**2) * np.sum(under - straight)


@settings(max_examples=200, deadline=None)
@given(shapes)
def test_a_drawn_parcel_differs_by_the_bow_of_its_long_edges_and_nothing_else(land):
    truth_m2 = GEOD.geometry_area_perimeter(land)[0]

    assert area_m2([land])[0] + bow_m2(land) == pytest.approx(truth_m2, rel=1e-7, abs=1e-3)
    # On the ground that is nothing: 100 ha with edges of 1 km differ by less than 30 m².
    assert area_m2([land])[0] == pytest.approx(truth_m2, rel=3e-5)


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
        ([(-89, 0), (-89, 90), (-89, 180), (-89, 270)], 24952305678.0, 1),
        ([(90, 0), (0, 0), (0, 90)], 63758202715511.0, 1),
        ([(89, 0.1), (89, 90.1), (89, -179.9)], 12476152838.5, 1),
    ],
)
def test_published_areas_on_the_ellipsoid(points, published_m2, within_m2):
    ring = [(lon, lat) for lat, lon in points]
    area = abs(GEOD.polygon_area_perimeter(*zip(*ring, strict=True))[0])
    assert area == pytest.approx(published_m2, abs=within_m2)
    if max(abs(lat) for lat, _ in points) < 80:
        assert geodesic_area_m2(shapely.Polygon(ring)) == pytest.approx(published_m2, abs=within_m2)


def test_there_and_back_is_the_same_place():
    land = shapely.box(104.6, -5.3, 104.61, -5.29)

    assert shapely.equals_exact(from_plane(to_plane([land]))[0], land, 1e-12)


def test_mending_twice_changes_nothing_more():
    once = make_valid_land(shapely.Polygon([(0, 0), (10, 0), (2, 8), (8, 8)]))

    assert once.area == pytest.approx(34, abs=0.7)
    assert make_valid_land(once).equals(once)


def test_land_of_every_form_keeps_its_form_on_the_plane():
    holed = shapely.box(104, -6, 105, -5) - shapely.box(104.2, -5.8, 104.4, -5.6)
    forms = [
        shapely.box(104, -5, 104.1, -4.9),
        holed,
        shapely.Polygon(),
        None,
        shapely.MultiPolygon([holed, shapely.box(110, -5, 111, -4)]),
        shapely.Point(104.65, -5.42),
        shapely.Polygon([(104, -5), (104.1, 95), (104.1, -5.1)]),  # is nowhere
        shapely.from_wkt("POLYGON Z ((104 -5 1, 105 -5 2, 105 -4 3, 104 -5 1))"),
        shapely.GeometryCollection([shapely.box(104, -5, 105, -4), shapely.Point(104, -5)]),
    ]
    for some in (forms[:1], forms, forms[1:4]):
        asked = np.array(some, dtype=object)

        moved = to_plane(asked)

        plain = shapely.transform(asked, plane_xy)
        assert shapely.to_wkb(moved).tolist() == shapely.to_wkb(plain).tolist()


@pytest.mark.parametrize("source", ["EPSG:32748", "EPSG:23848", "EPSG:4238"])
def test_land_moves_as_its_datum_does_where_it_lies(source):
    # ID74 has several shifts to WGS 84, each for its own part of the country.
    lonlat = [(104.65, -5.42), (98.2, 3.6), (116.9, -1.2)]
    there = Transformer.from_crs("EPSG:4326", source, always_xy=True)
    back = Transformer.from_crs(source, "EPSG:4326", always_xy=True)
    points = [shapely.Point(*there.transform(*place)) for place in lonlat]

    moved = reproject(points, source, "EPSG:4326")

    for point, is_ in zip(points, moved, strict=True):
        assert (is_.x, is_.y) == pytest.approx(back.transform(point.x, point.y), abs=1e-12)
