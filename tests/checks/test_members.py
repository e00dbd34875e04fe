"""H and D: whose parcel it is, how much a household farms, how many members a group has."""

from __future__ import annotations

import math

import pytest
from hillside import found, member_list, rule, survey_of
from land import square

from hkm_gis.checks import check
from hkm_gis.project import Group


def parcel(n, **said):
    return {
        "parcel_id": f"A{n}",
        "geometry": square(200 * n, 0, 100),
        "household": f"KK-{n}",
    } | said


def holding(gross_ha, outside_ha=0.0, uncertainty_ha=0.0):
    home = {"group": "Lestari", "household": "KK-1"}
    return [
        home | {"gross_ha": gross_ha, "outside_ha": outside_ha, "uncertainty_ha": uncertainty_ha}
    ]


@pytest.mark.parametrize(
    ("match", "severities"),
    [("none", ["error"]), ("doubtful", ["warning"]), ("id", []), ("name", [])],
)
def test_parcel_without_household(match, severities):
    survey = survey_of(parcel(1, match=match), register=member_list({}))

    assert found(survey, "H01") == [(s, ("A1",)) for s in severities]


def test_shared_land_of_the_group_needs_no_household():
    survey = survey_of(parcel(1, match="none", communal=True), register=member_list({}))

    assert found(survey, "H01") == []


def test_without_a_register_nothing_is_said_of_members():
    survey = survey_of(parcel(1, match="none"), rules={"members_min": rule(15)})

    assert check(survey, only=["H01", "H02", "H04", "H05", "D01"]).findings == ()


def test_household_without_parcel():
    register = member_list({}, {"name": "Sukirman"}, {"household": "KK-2"}, {"group": "Jauh"})
    survey = survey_of(parcel(1), register=register)

    findings = check(survey, only=["H02"]).findings

    assert [(f.facts["household"], f.facts["member"], f.groups) for f in findings] == [
        ("KK-2", "Sukirman", ("Lestari",))
    ]


def test_a_group_is_the_same_in_capitals_and_with_more_spaces():
    survey = survey_of(parcel(1), register=member_list({}, {"group": "  LESTARI "}))

    (finding,) = check(survey, only=["H02"]).findings

    assert finding.groups == ("Lestari",)


def test_a_list_without_groups_belongs_to_the_only_group():
    register = member_list({"group": ""}, {"group": ""})

    assert len(found(survey_of(parcel(1), register=register), "H02")) == 1
    two_groups = survey_of(parcel(1), parcel(2, group="Jaya"), register=register)
    assert found(two_groups, "H02") == []


@pytest.mark.parametrize(
    ("gross_ha", "outside_ha", "uncertainty_ha", "codes"),
    [
        (5.0, 0.0, 0.0, []),
        (5.01, 0.0, 0.0, ["H03"]),
        (5.0, 0.0, math.nan, ["H07"]),
        (5.01, 0.0, math.nan, ["H07"]),
        (6.5, 0.0, math.nan, ["H07"]),
        (7.0, 0.0, math.nan, ["H07"]),
        (7.25, 0.0, math.nan, ["H03"]),
        (4.99, 0.0, math.nan, []),
        (6.0, 1.0, 0.0, []),
        (5.2, 0.0, 0.1, ["H03"]),
        (5.25, 0.0, 0.25, ["H06"]),
        (4.8, 0.0, 0.3, ["H06"]),
        (4.75, 0.0, 0.25, []),
    ],
    ids=[
        "exactly the limit",
        "above",
        "exactly the limit, ± not known",
        "above, ± not known",
        "far above, ± not known",
        "above, an error of 30 % would still reach the limit",
        "above whatever map it was drawn from",
        "just below, ± not known",
        "above only with land outside",
        "above, whatever the GPS error",
        "above, the ± reaches exactly down to the limit",
        "below, within the ±",
        "below, the ± reaches exactly up to the limit",
    ],
)
def test_the_limit_of_a_household_and_its_uncertainty(gross_ha, outside_ha, uncertainty_ha, codes):
    survey = survey_of(
        parcel(1),
        households=holding(gross_ha, outside_ha, uncertainty_ha),
        rules={"household_max_ha": rule(5.0)},
    )

    findings = check(survey, only=["H03", "H06", "H07"]).findings

    assert [f.code for f in findings] == codes
    assert all(f.parcels == ("A1",) and f.groups == ("Lestari",) for f in findings)


@pytest.mark.parametrize(("claimed_ha", "codes"), [(10.0, ["H07"]), (10.01, ["H03"])])
def test_an_unknown_error_that_just_reaches_the_limit_is_not_sure(claimed_ha, codes):
    survey = survey_of(
        parcel(1),
        households=holding(claimed_ha, 0.0, math.nan),
        rules={"household_max_ha": rule(7.0)},
    )

    assert [f.code for f in check(survey, only=["H03", "H06", "H07"]).findings] == codes


def test_a_limit_that_nobody_has_checked_warns_and_does_not_block():
    believed = {"household_max_ha": rule(5.0, "believed")}
    survey = survey_of(parcel(1), households=holding(9.0), rules=believed)

    assert found(survey, "H03") == [("warning", ("A1",))]


def test_the_stricter_limit_holds():
    survey = survey_of(
        parcel(1),
        households=holding(3.0),
        rules={"household_max_ha": rule(5.0, "believed")},
        household_max_ha=2.0,
    )

    (finding,) = check(survey, only=["H03"]).findings

    assert finding.severity == "error"
    assert (finding.facts["limit_ha"], finding.facts["limit_source"]) == (2.0, "hkm.toml")


def test_a_household_in_two_groups_is_one_household():
    survey = survey_of(
        parcel(1),
        parcel(2, household="KK-1", group="Jaya"),
        households=[holding(6.0)[0] | {"group": "Jaya, Lestari"}],
        rules={"household_max_ha": rule(5.0)},
    )

    (finding,) = check(survey, only=["H03"]).findings

    assert (finding.parcels, finding.groups) == (("A1", "A2"), ("Lestari", "Jaya"))


@pytest.mark.parametrize("rules", [{}, {"household_max_ha": rule(None)}])
def test_without_a_limit_no_household_is_too_large(rules):
    survey = survey_of(parcel(1), households=holding(90.0), rules=rules)

    assert check(survey, only=["H03", "H06"]).findings == ()


@pytest.mark.parametrize(
    ("members", "confidence", "severities"),
    [(14, "verified", ["error"]), (15, "verified", []), (14, "believed", ["warning"])],
)
def test_members_too_few(members, confidence, severities):
    survey = survey_of(
        parcel(1),
        register=member_list(*[{}] * members),
        rules={"members_min": rule(15, confidence)},
    )

    assert found(survey, "D01") == [(severity, ()) for severity in severities]


@pytest.mark.parametrize(("members", "findings"), [(300, 0), (301, 1)])
def test_many_members_may_form_a_gapoktan(members, findings):
    survey = survey_of(
        parcel(1),
        register=member_list(*[{}] * members),
        rules={"members_max_gapoktan": rule(300)},
    )

    assert found(survey, "D03") == [("note", ())] * findings
    assert found(survey_of(parcel(1), register=member_list(*[{}] * members)), "D03") == []


def test_a_mapped_group_that_the_list_does_not_know_has_no_members():
    survey = survey_of(
        parcel(1, group="Jaya"), register=member_list({}), rules={"members_min": rule(15)}
    )

    (finding,) = check(survey, only=["D01"]).findings

    assert (finding.groups, finding.facts["members"]) == (("Jaya",), 0)


def test_a_regulation_that_asks_no_number_finds_no_group_too_small():
    survey = survey_of(parcel(1), register=member_list(), rules={"members_min": rule(None)})

    assert found(survey, "D01") == []


@pytest.mark.parametrize(("stated", "findings"), [(2, 0), (3, 1), (1, 1), (0, 1), (None, 0)])
def test_the_families_of_the_papers_are_those_of_the_list(stated, findings):
    families = [{"household": "KK-1"}, {"household": "KK-1"}, {"household": "KK-2"}]
    groups = (Group(name="Lestari", stated_households=stated),)
    survey = survey_of(parcel(1), register=member_list(*families), groups=groups)

    assert found(survey, "D05") == [("warning", ())] * findings
    assert found(survey_of(parcel(1), groups=groups), "D05") == []  # no list, nothing to compare
