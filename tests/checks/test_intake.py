"""S, W and P: everything that happened to a feature on its way in is told exactly once."""

from __future__ import annotations

import pytest
from hillside import found, member_list, survey_of
from hypothesis import given, settings
from hypothesis import strategies as st
from land import square
from shapely import Point

from hkm_gis.checks import CHECKS, check
from hkm_gis.checks.intake import CODE_OF_RULE
from hkm_gis.record import Rejection, Repair
from hkm_gis.text import catalogue
from hkm_gis.thresholds import Thresholds

WALK = {"source": "Lestari/budi.gpx", "feature": "track 1"}


def repair(rule, **facts):
    return Repair(**WALK, rule=rule, facts=facts, where=Point(104.65, -5.42))


def refusal(code, reason="no_area", **facts):
    return Rejection(**WALK, code=code, reason=reason, facts=facts)


@pytest.mark.parametrize(
    ("gap_m", "code", "severity"),
    [(15.1, "W01", "warning"), (15.0, "W03", "note"), (3.0, "W03", "note")],
    ids=["over three GPS errors", "exactly three", "a step"],
)
@pytest.mark.parametrize("rule", ["close_gap", "join_segments"])
def test_a_closed_gap_is_told_by_its_length(rule, gap_m, code, severity):
    survey = survey_of(repairs=[repair(rule, gap_m=gap_m)])

    (finding,) = check(survey).findings

    assert (finding.code, finding.severity) == (code, severity)
    assert finding.facts["gap_m"] == gap_m
    assert finding.where == Point(104.65, -5.42)


def test_the_gap_that_is_noted_is_the_project_s():
    survey = survey_of(
        repairs=[repair("close_gap", gap_m=15.1)], thresholds=Thresholds(closing_gap_note_m=20.0)
    )

    assert found(survey, "W01") == []


def test_an_open_walk_that_was_refused_is_an_error_before_the_closed_ones():
    survey = survey_of(
        repairs=[repair("close_gap", gap_m=40.0)], rejected=[refusal("W01", "walk_not_closed")]
    )

    assert found(survey, "W01") == [("error", ()), ("warning", ())]


def test_a_side_that_was_not_walked_stands_in_the_way_of_the_proposal():
    report = check(survey_of(repairs=[repair("guess_side", unwalked_m=60.0)]))

    assert [f.code for f in report.blocking] == ["W04"]


@pytest.mark.parametrize(("rule", "code"), sorted(CODE_OF_RULE.items()))
def test_every_known_repair_has_its_check(rule, code):
    assert [f.code for f in check(survey_of(repairs=[repair(rule)])).findings] == [code]


@given(rule=st.text(min_size=1), gap_m=st.floats(0, 200))
@settings(max_examples=30, deadline=None)
def test_no_repair_is_silent_and_none_is_told_twice(rule, gap_m):
    survey = survey_of(repairs=[repair(rule, gap_m=gap_m)])

    assert len(check(survey).findings) == 1


@given(code=st.one_of(st.sampled_from([c.code for c in CHECKS]), st.text()))
@settings(max_examples=40, deadline=None)
def test_no_refusal_is_silent_and_none_is_told_twice(code):
    report = check(survey_of(rejected=[refusal(code)]))

    assert len(report.findings) == 1
    assert report.findings[0].facts["reason"] == "no_area"


@pytest.mark.parametrize(
    ("code", "severity"), [("S01", "error"), ("S02", "note"), ("S05", "warning"), ("W01", "error")]
)
def test_a_refusal_is_told_by_its_own_check(code, severity):
    assert found(survey_of(rejected=[refusal(code)]), code) == [(severity, ())]


def test_a_clean_intake_says_nothing():
    assert check(survey_of()).findings == ()


def test_a_repair_names_the_parcels_that_the_feature_became():
    survey = survey_of(
        WALK | {"parcel_id": "A1", "geometry": square(0, 0, 100), "feature": "track 1 (1)"},
        WALK | {"parcel_id": "A2", "geometry": square(200, 0, 100), "feature": "track 1 (2)"},
        WALK | {"parcel_id": "A3", "geometry": square(400, 0, 100), "feature": "track 10"},
        repairs=[repair("split_walk", parcels=2)],
    )

    (finding,) = check(survey, only=["W03"]).findings

    assert finding.parcels == ("A1", "A2")
    assert finding.groups == ("Lestari",)
    assert finding.facts["place"] == "Lestari/budi.gpx · track 1"


def test_the_place_of_a_whole_file_is_its_name():
    file = Rejection(source="surat.docx", feature="", code="S02", reason="no_area")

    (finding,) = check(survey_of(rejected=[file])).findings

    assert finding.facts["place"] == "surat.docx"


def test_every_repair_that_has_words_has_a_check_of_its_own():
    words = {name for name in catalogue("id").get("repairs", {}) if "." not in name}

    assert words - set(CODE_OF_RULE) - {"close_gap", "join_segments"} == RULES_OF_THE_REGISTER


# H05 speaks of these: they are about people, not land.
RULES_OF_THE_REGISTER = {
    "cell_merged",
    "decision_contradicts",
    "decision_not_understood",
    "decision_without_member",
    "decision_without_parcel",
    "birth_date_impossible",
    "member_in_two_groups",
    "member_twice",
    "number_in_exponent",
    "number_length",
    "region_unknown",
}


@pytest.mark.parametrize(
    ("side_m", "findings"),
    [(100, 0), (20, 1), (400, 1)],
    ids=["1 ha", "400 m²", "16 ha"],
)
def test_parcel_size_unusual(side_m, findings):
    survey = survey_of({"parcel_id": "A1", "geometry": square(0, 0, side_m)})

    assert found(survey, "P02") == [("warning", ("A1",))] * findings


def test_a_parcel_exactly_at_a_size_limit_is_usual():
    survey = survey_of({"parcel_id": "A1", "geometry": square(0, 0, 100)})
    survey.parcels["area_ha"] = 0.05
    assert found(survey, "P02") == []
    survey.parcels["area_ha"] = 10.0
    assert found(survey, "P02") == []
    survey.parcels["area_ha"] = 10.0001
    assert found(survey, "P02") == [("warning", ("A1",))]


def test_rows_of_the_register_are_told_too():
    register = member_list()
    row = {"source": "anggota.xlsx", "feature": "row 7"}
    register = type(register)(
        register.table,
        repairs=(Repair(**row, rule="mend_nik"),),
        rejected=(Rejection(**row, code="H04", reason="row_empty"),),
    )

    survey = survey_of(register=register)

    assert found(survey, "H04") == [("error", ())]
    assert found(survey, "H05") == [("note", ())]
