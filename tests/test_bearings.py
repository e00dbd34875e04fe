"""One field on Gunung Tanggamus, written down the way people and devices write it wrongly."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from land import lonlat, square
from pyproj import Transformer

from hkm_gis.bearings import find_bearing

FIELD = lonlat([(0, 0), (100, 0), (100, 100), (0, 100)])
FOREST = square(-2000, -2000, 4000)
NORTH_DEG, SLOVENIA_DEG = np.array([0.0, 1.0]), np.array([-90.3, 51.2])
MINUTES = np.array([[104.3900, -5.2512], [104.3910, -5.2512], [104.3910, -5.2522]])
MEANT = np.array([[104.65, -5.4186667], [104.6516667, -5.4186667], [104.6516667, -5.4203333]])
# What a CAD program writes: metres from a post in the village.
PLAN = 'LOCAL_CS["Denah desa",UNIT["Meter",1],AXIS["X",EAST],AXIS["Y",NORTH]]'


def on(crs, lonlat_deg=FIELD):
    return np.column_stack(Transformer.from_crs(4326, crs, always_xy=True).transform(*lonlat_deg.T))


def bearing(xy, crs="", near=FOREST):
    return find_bearing(np.asarray(xy), crs=crs, source="a.csv", feature="row 2", near=near)


@pytest.mark.parametrize("near", [FOREST, None])
def test_land_where_its_file_says_is_not_touched(near):
    xy = FIELD.copy()
    found = find_bearing(xy, crs="EPSG:4326", source="a", feature="1", near=near)

    assert found.lonlat is xy
    assert found.repairs == ()


@pytest.mark.parametrize(
    ("xy", "crs", "rule"),
    [
        (FIELD[:, ::-1], "", "swap_axes"),
        (FIELD * [1, -1], "", "restore_sign"),
        (on(32748), "", "assume_crs"),
        (on(3857), "", "assume_crs"),
        (on(32748), "EPSG:32648", "change_zone"),
        (on(32748) - [0, 1e7], "", "restore_southing"),
        (on(32748) - [0, 1e7], "EPSG:32748", "restore_southing"),
        (on(23833), "EPSG:32748", "change_zone"),
        (on(32748)[:, ::-1], "", "swap_axes"),
        (on(32747), "EPSG:32748", "change_zone"),
        (on(32749), "", "change_zone"),
    ],
)
def test_each_confusion_is_recognised_and_recorded(xy, crs, rule):
    found = bearing(xy, crs)

    assert [repair.rule for repair in found.repairs] == [rule]
    assert found.lonlat == pytest.approx(FIELD, abs=1e-7)
    assert found.repairs[0].facts["to_lon_deg"] == pytest.approx(FIELD[0, 0])
    assert {"from_x", "from_y", "to_lat_deg"} <= set(found.repairs[0].facts)


def test_degrees_and_minutes_typed_as_degrees_are_recognised_near_a_forest_only():
    assert bearing(MINUTES).lonlat == pytest.approx(MEANT, abs=1e-6)
    assert bearing(MINUTES, near=None).repairs == ()


def test_two_explanations_that_both_fit_change_nothing():
    # Swapped it is (2, 1), with another sign (1, -2): a forest round both decides nothing.
    xy = np.array([[1.0, 2.0], [1.001, 2.0], [1.0, 2.001]])
    found = bearing(xy, near=shapely.box(1, -2, 2, 1))

    assert found.repairs == ()
    assert found.lonlat is xy


@pytest.mark.parametrize(("datum", "shift_m"), [(4238, 26.927), (4211, 193.319)])
def test_an_old_datum_is_shifted_and_the_shift_is_told(datum, shift_m):
    at = np.array([[104.6, -5.3]])
    found = find_bearing(at, crs=f"EPSG:{datum}", source="a", feature="1")

    assert [repair.rule for repair in found.repairs] == ["shift_datum"]
    assert found.repairs[0].facts["shift_m"] == pytest.approx(shift_m, abs=0.01)


@pytest.mark.parametrize(
    ("xy", "crs", "reason"),
    [
        ([[np.nan, 1.0], [2.0, 3.0]], "", "not_finite"),
        ([[np.inf, 1.0], [2.0, 3.0]], "", "not_finite"),
        ([[1e300, 1e300]], "", "impossible_place"),
        ([[0.0, 0.0], [0.001, 0.0], [0.0, 0.001]], "", "null_island"),
        (FIELD, "EPSG:1", "crs_unknown"),
        (FIELD, PLAN, "crs_unknown"),
    ],
)
def test_what_is_no_place_on_earth_is_refused(xy, crs, reason):
    assert bearing(xy, crs).rejection.reason == reason


def test_land_elsewhere_on_earth_stays_where_its_file_says():
    slovenia = FIELD + SLOVENIA_DEG

    assert bearing(slovenia).rejection is None
    assert bearing(slovenia).lonlat == pytest.approx(slovenia)


@pytest.mark.parametrize(
    ("xy", "crs", "near", "rule"),
    [
        (FIELD + NORTH_DEG, "", FOREST, "far_degrees"),
        (on(32748, FIELD + NORTH_DEG), "EPSG:32748", FOREST, "far_metres"),
        (FIELD + NORTH_DEG, "", None, None),
        (FIELD + SLOVENIA_DEG, "", None, "outside_indonesia"),
    ],
)
def test_land_that_stays_far_away_says_how_far_and_what_was_tried(xy, crs, near, rule):
    remark = bearing(xy, crs, near=near).remark

    assert (None if remark is None else remark.rule) == rule
    if near is not None:
        from_forest_km = 110.6 - 0.1 - 2.0  # one degree, less the field and the half of the forest
        assert remark.facts["distance_km"] == pytest.approx(from_forest_km, abs=0.2)


def test_two_explanations_that_fit_are_counted():
    xy = np.array([[1.0, 2.0], [1.001, 2.0], [1.0, 2.001]])
    remark = bearing(xy, near=shapely.box(1, -2, 2, 1)).remark

    assert (remark.rule, remark.facts["fitting"]) == ("far_with_doubt", 2)


def test_land_near_the_forest_needs_no_remark():
    assert bearing(FIELD).remark is None
    assert bearing(FIELD[:, ::-1]).remark is None


def test_nothing_lies_nowhere():
    found = bearing(np.empty((0, 2)))

    assert (len(found.lonlat), found.rejection, found.remark, found.repairs) == (0, None, None, ())


def test_a_project_on_another_grid_finds_its_own_metres_and_no_zone_beside_it():
    asked = {"source": "a.csv", "feature": "row 2", "near": FOREST, "crs": "", "crs_epsg": 23834}
    own = find_bearing(on(23834), **asked)
    other = find_bearing(on(32748), **asked)

    assert [repair.rule for repair in own.repairs] == ["assume_crs"]
    assert own.lonlat == pytest.approx(FIELD, abs=1e-7)
    assert other.rejection.reason == "impossible_place"
