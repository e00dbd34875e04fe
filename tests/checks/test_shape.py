"""P04 to P11: holes, pieces, necks, thorns, and what covers the land."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from hillside import found, survey_of
from land import on_board, on_earth, polygon, rectangle, square

from hkm_gis.checks import check
from hkm_gis.project import Raster
from hkm_gis.record import Repair

SHAPE_CODES = ("P02", "P04", "P05", "P06", "P07", "P08", "P09")


def parcel(geometry, name="A1", **said):
    return {"parcel_id": name, "geometry": geometry} | said


def with_hole(side_m):
    hole = shapely.box(50, 50, 50 + side_m, 50 + side_m)
    return on_earth(shapely.box(0, 0, 100, 100).difference(hole))


def neck(width_m, arm_m=40.0):
    """Two squares of 40 m, joined by a neck 20 m long."""
    low, high = 20 - width_m / 2, 20 + width_m / 2
    left, right = shapely.box(0, 0, 40, 40), shapely.box(60, 20 - arm_m / 2, 100, 20 + arm_m / 2)
    return on_earth(shapely.union_all([left, shapely.box(40, low, 60, high), right]))


def thorn(length_m, angle_deg):
    """A square with a thorn on its right edge."""
    half = length_m * np.sin(np.radians(angle_deg / 2))
    out = length_m * np.cos(np.radians(angle_deg / 2))
    return polygon(
        [
            (0, 0),
            (100, 0),
            (100, 50 - half),
            (100 + out, 50),
            (100, 50 + half),
            (100, 100),
            (0, 100),
        ]
    )


def mended(rule="make_valid"):
    return Repair(source="lahan.geojson", feature="1", rule=rule)


@pytest.mark.parametrize(
    ("side_m", "severity"), [(9.98, "note"), (10.0, "warning"), (30.0, "warning")]
)
def test_a_hole_is_grave_where_it_can_be_walked_round(side_m, severity):
    assert found(survey_of(parcel(with_hole(side_m))), "P04") == [(severity, ("A1",))]


def test_a_hole_is_measured_and_shown():
    (finding,) = check(survey_of(parcel(with_hole(20))), only=["P04"]).findings

    assert finding.facts["hole_ha"] == pytest.approx(0.04, abs=1e-6)
    assert finding.facts["width_m"] == pytest.approx(20, abs=0.02)
    assert on_board(finding.where).bounds == pytest.approx((50, 50, 70, 70), abs=1e-3)


def test_pieces_are_counted_without_dust():
    pieces = [
        shapely.box(0, 0, 100, 100),
        shapely.box(150, 0, 180, 30),
        shapely.box(0, 200, 0.9, 201),
    ]
    survey = survey_of(parcel(on_earth(shapely.MultiPolygon(pieces))))

    (finding,) = check(survey, only=["P05"]).findings

    assert (finding.facts["pieces"], finding.severity) == (2, "warning")
    assert finding.facts["smaller_ha"] == pytest.approx(0.09, abs=1e-6)
    dust = [pieces[0], shapely.box(150, 0, 151, 0.99)]
    assert found(survey_of(parcel(on_earth(shapely.MultiPolygon(dust)))), "P05") == []
    least = [pieces[0], shapely.box(150, 0, 151, 1.001)]
    assert len(found(survey_of(parcel(on_earth(shapely.MultiPolygon(least)))), "P05")) == 1


@pytest.mark.parametrize("rule", ["make_valid", "cut_crossing"])
@pytest.mark.parametrize(
    "shape",
    [
        with_hole(30),
        on_earth(shapely.MultiPolygon([shapely.box(0, 0, 9, 90), shapely.box(20, 0, 90, 90)])),
        neck(3),
    ],
    ids=["hole", "pieces", "neck"],
)
def test_a_shape_that_the_program_mended_is_not_told_twice(shape, rule):
    assert check(survey_of(parcel(shape)), only=("P04", "P05", "P07")).findings
    told = survey_of(parcel(shape), repairs=[mended(rule)])
    assert check(told, only=("P04", "P05", "P07")).findings == ()
    other = survey_of(parcel(shape), repairs=[mended("close_ring")])
    assert check(other, only=("P04", "P05", "P07")).findings


@pytest.mark.parametrize(
    ("shape", "codes"),
    [
        (rectangle(0, 0, 9.98, 100), ["P06"]),
        (rectangle(0, 0, 10, 100), []),
        (rectangle(0, 0, 9.98, 50), ["P02"]),
        (rectangle(0, 0, 9.98, 50.2), ["P06"]),
        (square(0, 0, 100), []),
    ],
    ids=["9.98 m wide", "10 m wide", "too small besides", "just not too small", "a usual andil"],
)
def test_a_parcel_is_too_narrow_or_too_small_but_never_both(shape, codes):
    report = check(survey_of(parcel(shape)), only=SHAPE_CODES)

    assert [f.code for f in report.findings] == codes


def test_the_width_of_a_narrow_parcel_is_that_of_its_widest_place():
    wedge = polygon([(0, 0), (200, 0), (0, 9)])

    (finding,) = check(survey_of(parcel(wedge)), only=["P06"]).findings

    # The circle inside a triangle: four times the area over the outline.
    inscribed_m = 4 * 900 / (200 + 9 + np.hypot(200, 9))
    assert finding.facts["width_m"] == pytest.approx(inscribed_m, abs=0.02)


@pytest.mark.parametrize(
    ("shape", "findings"),
    [
        (neck(4.98), 1),
        (neck(5.02), 0),
        (neck(4, arm_m=9.9), 0),
        (neck(4, arm_m=10.1), 1),
        (square(0, 0, 100), 0),
    ],
    ids=[
        "below a GPS error",
        "above",
        "only a tail",
        "a half as wide as two GPS errors",
        "a square",
    ],
)
def test_a_neck_narrower_than_the_gps_error_is_found(shape, findings):
    assert len(found(survey_of(parcel(shape)), "P07")) == findings


def test_a_neck_is_shown_where_it_is():
    (finding,) = check(survey_of(parcel(neck(3))), only=["P07"]).findings

    place = on_board(finding.where)
    assert (place.x, place.y) == pytest.approx((50, 20), abs=2.5)


@pytest.mark.parametrize(
    ("length_m", "angle_deg", "findings"),
    [(60, 9.9, 1), (60, 10.0, 0), (15.1, 9.5, 1), (14.9, 9.5, 0), (60, 3.0, 1)],
    ids=["just too sharp", "exactly 10°", "15 m long", "shorter is noise", "very sharp"],
)
def test_a_thorn_is_a_sharp_corner_with_long_arms(length_m, angle_deg, findings):
    survey = survey_of(parcel(thorn(length_m, angle_deg)))

    assert len(found(survey, "P08")) == findings


def test_a_thorn_that_was_walked_in_steps_is_a_thorn():
    xs = np.arange(0.0, 60.0, 7.0)
    half = (60 - xs) / 30 + 0.1 * (-1.0) ** np.arange(len(xs))
    lower, upper = np.column_stack([100 + xs, 50 - half]), np.column_stack([100 + xs, 50 + half])
    walked = polygon([(0, 0), (100, 0), *lower, (160, 50), *upper[::-1], (100, 100), (0, 100)])

    (finding,) = check(survey_of(parcel(walked)), only=["P08"]).findings

    assert finding.facts["length_m"] > 50
    ((x, y),) = shapely.get_coordinates(on_board(finding.where))
    assert (x, y) == pytest.approx((160, 50), abs=1e-3)


@pytest.mark.parametrize(
    ("edge_m", "kind", "findings"),
    [(0.099, "drawn", 1), (0.1, "drawn", 0), (0.05, "walk", 0), (0.05, "corners", 0)],
)
def test_edges_are_too_short_only_in_drawings(edge_m, kind, findings):
    shape = polygon([(0, 0), (100, 0), (100, edge_m), (90, 100), (0, 100)])

    assert len(found(survey_of(parcel(shape, kind=kind)), "P09")) == findings


def test_a_short_edge_is_measured_and_shown():
    survey = survey_of(
        parcel(square(300, 0, 100), "A1", kind="walk"),
        parcel(polygon([(0, 0), (100, 0), (100, 0.04), (90, 100), (0, 100)]), "A2"),
    )

    (finding,) = check(survey, only=["P09"]).findings

    assert finding.parcels == ("A2",)
    assert (finding.facts["edges"], finding.facts["length_mm"]) == (1, pytest.approx(40, abs=1e-3))
    (place,) = shapely.get_coordinates(on_board(finding.where))
    assert place == pytest.approx((100, 0), abs=1e-3)


def steep_survey(*slopes_pct):
    rows = [parcel(square(200 * n, 0, 100), f"A{n}") for n, _ in enumerate(slopes_pct)]
    return survey_of(*rows, known={"slope_pct": np.array(slopes_pct, dtype=float)})


def test_steep_parcels_of_a_group_are_one_note():
    survey = steep_survey(45.0, 45.01, 80.0, np.nan)

    (finding,) = check(survey, only=["P10"]).findings

    assert (finding.severity, finding.parcels) == ("note", ("A1", "A2"))
    assert (finding.facts["count"], finding.facts["slope_pct"]) == (2, 80.0)
    assert finding.facts["area_ha"] == pytest.approx(2, abs=1e-6)
    inside = shapely.get_parts(finding.where)
    steep = survey.parcels.set_index("parcel_id").geometry[["A1", "A2"]].to_numpy()
    assert shapely.contains(steep, inside).tolist() == [True, True]


def test_nothing_steep_or_no_grid_is_no_finding():
    assert found(steep_survey(45.0, 3.0), "P10") == []
    assert found(survey_of(parcel(square(0, 0, 100))), "P10") == []


@pytest.mark.parametrize(
    ("cultivated_ha", "findings"), [(0.0, 1), (0.0499, 1), (0.0501, 0), (1, 0)]
)
def test_land_without_crops_on_the_map_is_asked_about(cultivated_ha, findings):
    survey = survey_of(
        parcel(square(0, 0, 100)),
        landcover=Raster(file=Path("lc.tif"), date="2025-06-01", cultivated=(2,)),
        known={"cultivated_ha": np.array([cultivated_ha])},
    )

    assert found(survey, "P11") == [("warning", ("A1",))] * findings


def test_land_cover_without_cultivated_classes_says_nothing():
    survey = survey_of(
        parcel(square(0, 0, 100)),
        landcover=Raster(file=Path("lc.tif")),
        known={"cultivated_ha": np.array([np.nan])},
    )

    assert found(survey, "P11") == []
