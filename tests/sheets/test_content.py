from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from land import on_earth
from sheets.draw_land import findings_of, survey_of

from hkm_gis.plane import reproject
from hkm_gis.report import Finding, Report, Severity, Status
from hkm_gis.sheets.content import content_of, work_area_line

A, B = "KTH Rimba", "KTH Sinar"


def box(x: float, y: float, width: float, height: float) -> shapely.Geometry:
    return shapely.box(x, y, x + width, y + height)


def two_groups():
    """Rimba has two hectares and one inside them; Sinar claims half a hectare of the second."""
    return survey_of(
        {
            A: [box(0, 0, 100, 100), box(100, 0, 100, 100), box(20, 20, 50, 50)],
            B: [box(150, 0, 100, 100)],
        },
        forest=box(-1000, 50, 3000, 3000),
    )


def test_shared_land_is_sorted_by_who_claims_it():
    content = content_of(two_groups(), Report(), A)
    assert content.special_ha["disputed"] == pytest.approx(0.5, rel=1e-5)
    assert content.special_ha["shared"] == pytest.approx(0.25, rel=1e-5)
    assert "sliver" not in content.special_ha


def test_land_outside_the_forest_is_counted_once_though_two_parcels_hold_it():
    content = content_of(two_groups(), Report(), A)
    assert content.special_ha["outside"] == pytest.approx(1.0, rel=1e-5)
    assert [row.outside_ha for row in content.rows] == pytest.approx([0.5, 0.5, 0.15], rel=1e-4)


def test_the_work_area_counts_nothing_twice_and_the_sum_counts_each_parcel():
    content = content_of(two_groups(), Report(), A)
    assert content.union_ha == pytest.approx(2.0, rel=1e-6)
    assert content.sum_ha == pytest.approx(2.25, rel=1e-6)
    assert content.utm_ha == pytest.approx(2.0 * 0.99927, rel=1e-4)


@pytest.mark.parametrize(
    ("severity", "status", "marked"),
    [
        (Severity.ERROR, Status.OPEN, True),
        (Severity.WARNING, Status.OPEN, True),
        (Severity.NOTE, Status.OPEN, False),
        (Severity.ERROR, Status.ACCEPTED, False),
    ],
)
def test_only_open_errors_and_warnings_mark_a_parcel(severity, status, marked):
    survey = two_groups()
    found = Finding(
        code="W01", name="x", severity=severity, status=status, parcels=("rimba-001",), groups=(A,)
    )
    content = content_of(survey, Report((found,)), A)
    assert (content.status[0] == "finding") is marked
    assert content.rows[0].finding_codes == (("W01",) if marked else ())
    settled = status is Status.ACCEPTED
    assert content.rows[0].accepted_codes == (("W01",) if settled else ())


def test_a_finding_of_the_other_group_does_not_mark_this_one():
    survey = two_groups()
    found = Finding(
        code="W01", name="x", severity=Severity.ERROR, parcels=("sinar-001",), groups=(B,)
    )
    content = content_of(survey, Report((found,)), A)
    assert content.blocking == 0
    assert set(content.status) == {"clean"}


def test_an_identity_number_typed_into_a_name_never_reaches_the_sheet():
    survey = survey_of({A: [box(0, 0, 100, 100)]}, members=["Budi 1806051201800001"])
    (row,) = content_of(survey, Report(), A).rows
    assert "1806051201800001" not in row.member
    assert row.member.startswith("Budi")


def test_the_outline_is_the_true_one_and_does_not_run_into_a_path_between_two_walks():
    gap_m = 4.0
    land = shapely.union_all([box(0, 0, 100, 100), box(100 + gap_m, 0, 100, 100)])
    lines = [shapely.LineString(line) for line in work_area_line(land)]
    assert all(land.boundary.buffer(1e-6).covers(line) for line in lines)
    # 608 m round both, less the two mouths of the path: its 200 m of sides are left out
    assert sum(line.length for line in lines) == pytest.approx(2 * 100 + 4 * 100, abs=1.0)


def test_the_outline_of_one_parcel_is_closed_and_whole():
    lines = work_area_line(box(0, 0, 100, 50))
    assert sum(shapely.LineString(line).length for line in lines) == pytest.approx(300)


def test_a_clearing_inside_the_work_area_is_outlined():
    land = box(0, 0, 300, 300) - box(100, 100, 100, 100)
    lines = work_area_line(land)
    assert sum(shapely.LineString(line).length for line in lines) == pytest.approx(1200 + 400)


@pytest.mark.parametrize(
    ("codes", "labels"),
    [
        (["RL-1", "RL-2", "RL-0003", "WM-1"], ["RL-1", "RL-2", "RL-0003"]),
        (["RL-1", "RL-2", "RL-00003", "WM-1"], ["1", "2", "3"]),
    ],
    ids=["seven letters", "eight letters"],
)
def test_a_short_code_is_the_label_and_a_long_one_gives_way_to_a_number(codes, labels):
    survey = two_groups()
    survey.parcels["parcel_id"] = codes
    assert [row.label for row in content_of(survey, Report(), A).rows] == labels


def test_parcels_stand_in_the_order_in_which_people_count():
    survey = two_groups()
    survey.parcels["parcel_id"] = ["RL-10", "RL-2", "RL-1", "WM-1"]
    content = content_of(survey, Report(), A)
    assert [row.label for row in content.rows] == ["RL-1", "RL-2", "RL-10"]
    drawn = reproject([on_earth(box(20, 20, 50, 50))], 4326, 32748)[0]
    assert shapely.equals_exact(content.parcels_m[0], drawn, 1e-6)


def test_neighbours_are_the_parcels_of_every_other_group():
    survey = two_groups()
    content = content_of(survey, findings_of(survey, blocking=False), A)
    assert list(content.neighbours_m) == [B]
    drawn = reproject([on_earth(box(150, 0, 100, 100))], 4326, 32748)
    assert shapely.equals_exact(content.neighbours_m[B], drawn, 1e-6).all()


def test_a_survey_without_forest_has_no_land_outside():
    survey = survey_of({A: [box(0, 0, 100, 100)]})
    content = content_of(survey, Report(), A)
    assert content.forest_m is None
    assert dict(content.special_ha) == {}
    assert replace(content, status=np.array(["clean"])).hectares_of("clean") == pytest.approx(1.0)


@pytest.mark.parametrize(("gap_m", "sides"), [(19.9, 4), (20.1, 6)])
def test_a_path_of_twenty_metres_is_a_path_and_a_wider_one_is_outside(gap_m: float, sides: int):
    land = shapely.union_all([box(0, 0, 100, 100), box(100 + gap_m, 0, 100, 100)])
    drawn = sum(shapely.LineString(line).length for line in work_area_line(land))
    assert drawn == pytest.approx((sides + 2) * 100, abs=1.0)


def test_the_outline_runs_through_the_notches_of_one_walk():
    notched = box(0, 0, 100, 100) - shapely.Polygon([(50, 100), (54, 92), (58, 100)])
    lines = work_area_line(notched)
    assert sum(shapely.LineString(line).length for line in lines) == pytest.approx(notched.length)


def test_a_crack_between_four_walks_is_no_boundary_of_the_work_area():
    land = box(0, 0, 100, 100) - box(48, 48, 4, 4)
    lines = work_area_line(land)
    assert sum(shapely.LineString(line).length for line in lines) == pytest.approx(400)
