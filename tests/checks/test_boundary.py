"""B01 to B06: in the forest, outside it, across or beside its line, or in a wrong part of it."""

from __future__ import annotations

import pytest
import shapely
from hillside import forest_of_board, found, rule, survey_of
from hypothesis import given, settings
from hypothesis import strategies as st
from land import on_board, on_earth, polygon, rectangle, square

from hkm_gis.checks import check
from hkm_gis.thresholds import Thresholds

BOUNDARY_CODES = ("B01", "B02", "B04", "B05")


def parcel(geometry):
    return {"parcel_id": "A1", "geometry": geometry}


def code_of(land, /, **forest):
    report = check(survey_of(parcel(land), forest=forest_of_board(**forest)), only=BOUNDARY_CODES)
    return [f.code for f in report.findings]


@pytest.mark.parametrize(
    ("geometry", "codes"),
    [
        (square(500, 500, 100), []),
        (square(2100, 500, 100), ["B01"]),
        (square(2010, 500, 100), ["B01"]),
        (square(2000, 500, 100), ["B01"]),
        (square(1950, 500, 100), ["B02"]),
        (square(1910, 500, 100), ["B04"]),
        (rectangle(2001, 500, 20, 100), ["B04"]),
        (square(1890, 500, 100), ["B04"]),
        (square(1900, 500, 100), ["B04"]),
        (square(1870, 500, 100), []),
    ],
    ids=[
        "deep inside",
        "far outside",
        "outside, beginning near the line",
        "outside, touching the line",
        "half outside",
        "10 m outside where the line is sure to 25 m",
        "wholly outside, but within 25 m of the line",
        "inside, 10 m from the line",
        "inside, touching the line",
        "inside, 30 m from the line",
    ],
)
def test_each_parcel_has_one_standing(geometry, codes):
    assert code_of(geometry) == codes


def test_land_exactly_at_the_tolerance_is_not_surely_outside():
    beyond_by_2_cm = rectangle(1950, 500, 75.02, 100)

    assert code_of(rectangle(1950, 500, 75, 100)) == ["B04"]
    assert code_of(beyond_by_2_cm) == ["B02"]


def test_dust_outside_is_not_outside_only_near():
    half_a_m2 = rectangle(1900, 500, 100.005, 100)

    assert code_of(half_a_m2, tolerance_m=0.001) == ["B04"]
    assert code_of(rectangle(1900, 500, 100.02, 100), tolerance_m=0.001) == ["B05"]


def test_dust_inside_does_not_make_a_parcel_cross():
    assert code_of(rectangle(1999.995, 500, 100, 100)) == ["B01"]
    assert code_of(rectangle(1999.98, 500, 100, 100)) == ["B02"]


def test_a_parcel_that_fills_a_bay_is_outside_though_its_corners_touch_the_forest():
    bay = polygon([(0, 0), (300, 0), (300, 300), (0, 300)])
    around = shapely.difference(rectangle(-500, -500, 1300, 1300), bay)

    assert code_of(bay, geometry=around) == ["B01"]
    assert code_of(bay, geometry=around, tolerance_m=200.0) == ["B04"]


def test_without_a_boundary_nothing_is_said_of_it():
    assert (
        check(survey_of(parcel(square(9000, 0, 100))), only=(*BOUNDARY_CODES, "B03")).findings == ()
    )


def test_land_outside_is_measured_and_shown():
    survey = survey_of(parcel(square(1950, 500, 100)), forest=forest_of_board())

    (finding,) = check(survey, only=["B02"]).findings

    assert finding.facts["outside_ha"] == pytest.approx(0.5, abs=1e-6)
    assert finding.facts["outside_pct"] == pytest.approx(50, abs=1e-4)
    assert on_board(finding.where).bounds == pytest.approx((2000, 500, 2050, 600), abs=1e-3)
    assert finding.groups == ("Lestari",)


def test_the_distance_to_the_forest_is_geodesic_and_in_metres():
    survey = survey_of(parcel(square(2100, 500, 100)), forest=forest_of_board())

    (finding,) = check(survey, only=["B01"]).findings

    assert finding.facts["distance_m"] == pytest.approx(100, rel=0.005)


def test_a_parcel_near_the_line_points_at_the_nearest_place_on_it():
    survey = survey_of(parcel(square(1890, 500, 100)), forest=forest_of_board())

    (finding,) = check(survey, only=["B04"]).findings

    assert on_board(finding.where).x == pytest.approx(2000, abs=1e-3)
    assert finding.facts["distance_m"] == pytest.approx(10, rel=0.01)
    assert finding.facts["tolerance_m"] == 25.0


@given(x_m=st.floats(-300, 2300), y_m=st.floats(-300, 2300), side_m=st.floats(20, 300))
@settings(max_examples=40, deadline=None)
def test_no_parcel_has_two_standings(x_m, y_m, side_m):
    land = on_earth(shapely.box(x_m, y_m, x_m + side_m, y_m + side_m))

    codes = code_of(land)

    assert len(codes) <= 1
    wholly_in = x_m >= 0 and x_m + side_m <= 2000 and y_m >= 0 and y_m + side_m <= 2000
    assert not (wholly_in and set(codes) & {"B01", "B02"})


@pytest.mark.parametrize(
    ("area_ha", "stated_ha", "findings"),
    [(101.0, 100.0, 0), (101.001, 100.0, 1), (99.0, 100.0, 0), (98.999, 100.0, 1), (400.0, 0.0, 0)],
    ids=["exactly 1 % more", "over", "exactly 1 % less", "under", "no papers"],
)
def test_forest_area_differs_by_more_than_one_percent(area_ha, stated_ha, findings):
    survey = survey_of(forest=forest_of_board(area_ha=area_ha, stated_ha=stated_ha))

    assert len(found(survey, "B03")) == findings


def test_forest_area_names_both_numbers_and_no_parcel():
    survey = survey_of(
        forest=forest_of_board(area_ha=15060.0, stated_ha=16060.0),
        thresholds=Thresholds(forest_area_tolerance_share=0.05),
    )

    (finding,) = check(survey, only=["B03"]).findings

    assert (finding.facts["area_ha"], finding.facts["stated_ha"]) == (15060.0, 16060.0)
    assert finding.facts["difference_ha"] == 1000.0
    assert (finding.parcels, finding.where) == ((), None)


@pytest.mark.parametrize(
    ("geometry", "severities"),
    [
        (rectangle(1900, 500, 109.98, 100), ["warning"]),
        (rectangle(1900, 500, 110, 100), []),
        (rectangle(1900, 500, 100.8, 100), []),
        (rectangle(1900, 500, 98.5, 30.1), ["note"]),
        (rectangle(1900, 500, 98.5, 9.8), []),
        (rectangle(1900, 500, 89.9, 100), []),
    ],
    ids=[
        "a strip of 9.98 m outside",
        "a strip of 10 m is a claim",
        "within the doubt of the line",
        "30 m of edge beside the line",
        "only a corner comes near",
        "farther than two GPS errors",
    ],
)
def test_a_walk_along_a_sure_boundary_is_told_from_a_claim_across_it(geometry, severities):
    survey = survey_of(parcel(geometry), forest=forest_of_board(tolerance_m=1.0))

    assert [severity for severity, _ in found(survey, "B05")] == severities
    assert len(check(survey, only=BOUNDARY_CODES).findings) <= 1


def test_the_strip_outside_is_measured_and_shown():
    survey = survey_of(
        parcel(rectangle(1900, 500, 108, 100)), forest=forest_of_board(tolerance_m=1.0)
    )

    (finding,) = check(survey, only=["B05"]).findings

    assert finding.facts["width_m"] == pytest.approx(8, abs=0.02)
    assert finding.facts["outside_ha"] == pytest.approx(0.08, abs=1e-6)
    assert on_board(finding.where).bounds == pytest.approx((2000, 500, 2008, 600), abs=1e-3)


def test_the_edge_beside_the_line_is_measured_and_shown():
    survey = survey_of(
        parcel(rectangle(1900, 500, 95, 60)), forest=forest_of_board(tolerance_m=1.0)
    )

    (finding,) = check(survey, only=["B05"]).findings

    # The whole eastern edge, and 5 m of the two that lead to it.
    assert finding.facts["length_m"] == pytest.approx(70, abs=0.1)
    assert on_board(finding.where).bounds == pytest.approx((1990, 500, 1995, 560), abs=1e-2)


def two_functions(east):
    halves = (("HL", rectangle(0, 0, 1000, 2000)), (east, rectangle(1000, 0, 1000, 2000)))
    return forest_of_board(functions=halves)


@pytest.mark.parametrize(
    ("function", "confidence", "severity"),
    [
        ("KSA/KPA", "verified", ["error"]),
        ("APL", "believed", ["warning"]),
        ("HPT", "verified", ["warning"]),
        ("8888", "verified", ["warning"]),
        ("HP", "verified", []),
    ],
    ids=["a park", "a rule nobody read", "a kind of production forest", "no known code", "allowed"],
)
def test_land_of_another_function_is_found(function, confidence, severity):
    survey = survey_of(
        parcel(square(950, 500, 100)),
        forest=two_functions(function),
        rules={"forest_functions": rule(("HL", "HP"), confidence)},
    )

    assert found(survey, "B06") == [(s, ("A1",)) for s in severity]


@pytest.mark.parametrize(("east_m", "findings"), [(9.98, 0), (10.0, 1)])
def test_a_sliver_in_another_function_is_none(east_m, findings):
    survey = survey_of(
        parcel(rectangle(900, 500, 100 + east_m, 100)),
        forest=two_functions("APL"),
        rules={"forest_functions": rule(("HL", "HP"))},
    )

    assert len(found(survey, "B06")) == findings


def test_only_the_land_in_the_other_function_is_shown():
    survey = survey_of(
        {"parcel_id": "A1", "geometry": square(950, 500, 100)},
        {"parcel_id": "A2", "geometry": square(500, 500, 100)},
        forest=two_functions("APL"),
        rules={"forest_functions": rule(("HL", "HP"))},
    )

    (finding,) = check(survey, only=["B06"]).findings

    assert finding.parcels == ("A1",)
    assert finding.facts["area_ha"] == pytest.approx(0.5, abs=1e-6)
    assert on_board(finding.where).bounds == pytest.approx((1000, 500, 1050, 600), abs=1e-3)


def test_a_boundary_or_regulation_without_functions_says_nothing_of_them():
    a_rule = {"forest_functions": rule(("HL",))}
    assert found(survey_of(forest=forest_of_board(), rules=a_rule), "B06") == []
    assert found(survey_of(forest=two_functions("APL")), "B06") == []
