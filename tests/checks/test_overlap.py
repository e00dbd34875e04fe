"""O01 to O03 and O09: land claimed by two groups, by two members, or handed in twice."""

from __future__ import annotations

import pytest
from hillside import found, survey_of
from land import on_board, rectangle, square

from hkm_gis.checks import check


def parcels(**geometries):
    """Draw parcels; the first letter of an id is its group."""
    return [{"parcel_id": i, "group": i[0], "geometry": g} for i, g in geometries.items()]


@pytest.mark.parametrize(
    ("rows", "pairs"),
    [
        (parcels(A1=square(0, 0, 100), B1=square(50, 0, 100)), [("A1", "B1")]),
        (parcels(A1=square(0, 0, 100), B1=square(20, 20, 30)), [("A1", "B1")]),
        (parcels(A1=square(0, 0, 100), A2=square(50, 0, 100)), []),
        (parcels(A1=square(0, 0, 100), B1=square(100, 0, 100)), []),
        (parcels(A1=square(0, 0, 100), B1=square(92, 0, 100)), []),
        (parcels(A1=square(0, 0, 100), B1=square(1, 0, 100)), []),
    ],
    ids=[
        "two groups share land",
        "one lies in the other",
        "one group",
        "a shared edge",
        "a sliver of 8 m",
        "the same parcel twice",
    ],
)
def test_groups_overlap(rows, pairs):
    assert found(survey_of(*rows), "O01") == [("error", pair) for pair in pairs]


def test_shared_land_is_measured_and_shown():
    survey = survey_of(*parcels(A1=square(0, 0, 100), B1=rectangle(50, 0, 200, 100)))

    (finding,) = check(survey, only=["O01"]).findings

    assert finding.groups == ("A", "B")
    assert finding.facts["area_ha"] == pytest.approx(0.5, abs=1e-6)
    assert finding.facts["share_pct"] == pytest.approx(50, abs=1e-3)
    assert finding.facts["width_m"] == pytest.approx(50, abs=0.6)
    assert on_board(finding.where).bounds == pytest.approx((50, 0, 100, 100), abs=1e-3)


def test_members_overlap_warns_and_only_notes_within_one_household():
    a1, a2, a3 = parcels(A1=square(0, 0, 100), A2=square(50, 0, 100), A3=square(0, 50, 100))
    survey = survey_of(a1 | {"household": "K"}, a2 | {"household": "K"}, a3 | {"household": "L"})

    assert found(survey, "O02") == [
        ("warning", ("A1", "A3")),
        ("warning", ("A2", "A3")),
        ("note", ("A1", "A2")),
    ]
    assert found(survey, "O01") == []


def test_two_groups_are_no_members_of_one():
    assert found(survey_of(*parcels(A1=square(0, 0, 100), B1=square(50, 0, 100))), "O02") == []


def test_a_parcel_handed_in_by_two_groups_is_one_finding():
    survey = survey_of(*parcels(A1=square(0, 0, 100), B1=square(1, 0, 100)))

    (finding,) = check(survey, only=["O03"]).findings

    assert finding.parcels == ("A1", "B1")
    assert finding.groups == ("A", "B")
    assert finding.facts["copies"] == 2


def test_many_copies_are_one_finding_and_other_copies_another():
    copies = {f"A{n}": square(0, 0, 100) for n in range(30)}
    others = {"B1": square(500, 0, 100), "B2": square(500, 0, 100)}

    report = check(survey_of(*parcels(**others, **copies)), only=["O03"])

    assert [f.parcels for f in report.findings] == [("B1", "B2"), tuple(copies)]


def test_neighbours_are_not_the_same_parcel():
    assert found(survey_of(*parcels(A1=square(0, 0, 100), B1=square(50, 0, 100))), "O03") == []


@pytest.mark.parametrize(
    ("width_m", "codes"),
    [
        (4.99, [("O09", "note")]),
        (5, [("O09", "warning")]),
        (8, [("O09", "warning")]),
        (9.99, [("O09", "warning")]),
        (10, [("O01", "error")]),
        (60, [("O01", "error")]),
    ],
)
def test_no_strip_between_two_groups_is_passed_over(width_m, codes):
    survey = survey_of(
        *parcels(A1=rectangle(0, 0, 300, 100), B1=rectangle(0, 100 - width_m, 300, 100))
    )

    report = check(survey, only=["O01", "O09"])

    assert [(f.code, f.severity) for f in report.findings] == codes
    assert report.findings[0].facts["area_ha"] == pytest.approx(0.03 * width_m, abs=1e-4)
    assert report.findings[0].facts["width_m"] == pytest.approx(width_m, abs=0.51)


def test_two_groups_walk_their_border_together_once_for_all_its_places():
    survey = survey_of(
        *parcels(
            A1=square(0, 0, 100),
            B1=square(94, 0, 100),
            C1=square(0, 98, 100),
            A2=square(180, 98, 90),
        )
    )

    report = check(survey, only=["O09"])

    told = [(f.severity, f.groups, f.parcels, f.facts["count"]) for f in report.findings]
    assert told == [
        ("warning", ("A", "B"), ("A1", "B1", "A2"), 2),
        ("note", ("A", "C"), ("A1", "C1"), 1),
        ("note", ("B", "C"), ("B1", "C1"), 1),
    ]
    assert report.findings[0].facts["area_m2"] == pytest.approx(600 + 28, abs=0.1)
    assert on_board(report.findings[0].where).bounds == pytest.approx((94, 0, 194, 100), abs=1e-3)


def test_slivers_inside_one_group_are_no_border_of_two():
    assert found(survey_of(*parcels(A1=square(0, 0, 100), A2=square(92, 0, 100))), "O09") == []


def test_every_shared_square_metre_between_groups_is_told_by_one_check_each():
    lands = {"A1": square(0, 0, 100), "B1": square(60, 0, 100), "C1": square(152, 0, 100)}
    lands |= {"D1": square(1, 0, 100), "E1": square(400, 0, 100), "F1": square(405, 50, 20)}
    survey = survey_of(*parcels(**lands))

    told = {frozenset(f.parcels) for f in check(survey, only=["O01", "O03", "O09"]).findings}

    pairs = zip(survey.overlaps["parcel_a"], survey.overlaps["parcel_b"], strict=True)
    assert len(survey.overlaps) >= 5
    assert all(any({a, b} <= parcels for parcels in told) for a, b in pairs)
