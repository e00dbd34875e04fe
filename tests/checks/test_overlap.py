"""O01 to O03: land claimed by two groups, by two members, or handed in twice."""

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
