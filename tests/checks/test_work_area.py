"""O04 to O08, D02 and D04: gaps, strangers, scattered land, and what others hold or say."""

from __future__ import annotations

import pandas as pd
import pytest
import shapely
from hillside import forest_of_board, found, layer_of, rule, survey_of
from hypothesis import given, settings
from hypothesis import strategies as st
from land import on_board, on_earth, rectangle, square

from hkm_gis.checks import check
from hkm_gis.project import AllowedGap, Group


def parcels(**geometries):
    """Draw parcels; the first letter of an id is its group."""
    return [{"parcel_id": i, "group": i[0], "geometry": g} for i, g in geometries.items()]


def pair(gap_m):
    return parcels(A1=square(0, 0, 100), A2=square(100 + gap_m, 0, 100))


@pytest.mark.parametrize(
    ("gap_m", "findings"), [(12.0, 0), (19.95, 0), (20.0, 1), (30.0, 1), (39.95, 1), (40.1, 0)]
)
def test_a_gap_is_wider_than_four_gps_errors_and_narrower_than_an_andil(gap_m, findings):
    assert found(survey_of(*pair(gap_m)), "O04") == [("note", ("A1", "A2"))] * findings


def test_a_gap_is_measured_and_shown():
    (finding,) = check(survey_of(*pair(24)), only=["O04"]).findings

    assert finding.facts["area_m2"] == pytest.approx(2400, rel=0.01)
    assert finding.facts["width_m"] == pytest.approx(24, abs=0.02)
    assert on_board(finding.where).bounds == pytest.approx((100, 0, 124, 100), abs=0.1)


@pytest.mark.parametrize("role", ["jalan", "sungai"])
@pytest.mark.parametrize(("at_m", "findings"), [(112, 0), (100, 0), (500, 1)])
def test_a_gap_that_a_road_or_river_fills_is_none(role, at_m, findings):
    way = on_earth(shapely.LineString([(at_m, -500), (at_m, 500)]))
    survey = survey_of(*pair(24), known={"landmarks": {role: layer_of(role, ("Jalan", way))[1]}})

    assert len(found(survey, "O04")) == findings


@pytest.mark.parametrize(
    ("names", "findings"),
    [(("A1", "A2"), 0), (("A2", "A1", "A9"), 0), (("A1",), 1), (("A1", "A9"), 1)],
)
def test_a_gap_that_the_project_allows_is_none(names, findings):
    allowed = (AllowedGap(parcels=names, why="alur mati"),)

    assert len(found(survey_of(*pair(24), allowed_gaps=allowed), "O04")) == findings


def ring_of(group, other):
    """A parcel in the middle of eight others."""
    middle = {f"{other}9": square(100, 100, 100), f"{other}8": square(900, 900, 100)}
    around = {
        f"{group}{n}": square(100 * x, 100 * y, 100)
        for n, (x, y) in enumerate((x, y) for x in range(3) for y in range(3) if (x, y) != (1, 1))
    }
    return middle | around


def test_a_parcel_in_the_middle_of_another_group_is_found():
    survey = survey_of(*parcels(**ring_of("A", "B")))

    (finding,) = check(survey, only=["O05"]).findings

    assert (finding.severity, finding.parcels) == ("warning", ("B9",))
    assert finding.groups == ("B", "A")
    assert finding.facts["beside_pct"] == pytest.approx(100, abs=0.1)


def test_a_parcel_that_borders_its_own_group_lies_among_it():
    lands = ring_of("A", "B") | {"B7": square(200, 100, 100)}
    lands.pop("A6")

    assert found(survey_of(*parcels(**lands)), "O05") == []


def test_a_quarrel_about_the_same_land_is_told_as_such():
    lands = ring_of("A", "B") | {"B9": square(120, 120, 100)}

    assert found(survey_of(*parcels(**lands)), "O05") == []
    assert len(found(survey_of(*parcels(**lands)), "O01")) > 0


def test_the_only_parcel_of_a_group_lies_where_it_lies():
    lands = ring_of("A", "B")
    lands.pop("B8")

    assert found(survey_of(*parcels(**lands)), "O05") == []


@pytest.mark.parametrize(
    ("width_m", "findings"), [(62, 1), (40, 0)], ids=["over three quarters", "below"]
)
def test_surrounded_is_three_quarters_of_the_outline(width_m, findings):
    # Neighbours on three sides, the southern one only so wide; it reaches 10 m round corners.
    lands = parcels(
        B1=square(0, 0, 100),
        B2=square(900, 900, 100),
        A1=rectangle(-100, 0, 100, 100),
        A2=rectangle(100, 0, 100, 100),
        A3=rectangle(0, -100, width_m, 100),
    )

    assert len(found(survey_of(*lands), "O05")) == findings


@pytest.mark.parametrize(("gap_m", "findings"), [(49.9, 0), (50.1, 1)])
def test_land_farther_apart_than_a_road_with_its_banks_is_scattered(gap_m, findings):
    survey = survey_of(*parcels(A1=square(0, 0, 100), A2=rectangle(100 + gap_m, 0, 50, 100)))

    assert found(survey, "O06") == [("note", ("A2",))] * findings


def test_the_pieces_of_a_group_hang_together_over_others_of_the_group_only():
    lands = parcels(
        A1=square(0, 0, 100),
        B1=square(100, 0, 100),
        A2=rectangle(200, 0, 150, 100),
        A3=square(340, 0, 100),
        A4=square(480, 0, 100),
    )

    (finding,) = check(survey_of(*lands), only=["O06"]).findings

    assert (finding.parcels, finding.groups) == (("A1",), ("A",))
    assert (finding.facts["pieces"], finding.facts["count"]) == (2, 1)
    assert finding.facts["apart_ha"] == pytest.approx(1, abs=1e-6)
    assert finding.facts["group_ha"] == pytest.approx(4.5, abs=1e-6)


def test_a_parcel_outside_the_forest_scatters_no_work_area():
    lands = parcels(A1=square(500, 500, 100), A2=square(2500, 500, 100))

    assert found(survey_of(*lands, forest=forest_of_board()), "O06") == []
    assert len(found(survey_of(*lands), "O06")) == 1


@given(
    spots=st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=1, unique=True),
    groups=st.data(),
)
@settings(max_examples=40, deadline=None)
def test_pieces_are_those_of_the_widened_land(spots, groups):
    names = [groups.draw(st.sampled_from("AB")) for _ in spots]
    lands = {
        f"{group}{n}": square(75 * x, 75 * y, 60)
        for n, (group, (x, y)) in enumerate(zip(names, spots, strict=True))
    }

    findings = check(survey_of(*parcels(**lands)), only=["O06"]).findings

    for group in set(names):
        own = [on_board(land) for name, land in lands.items() if name[0] == group]
        widened = shapely.union_all([shapely.buffer(land, 25) for land in own])
        pieces = [f.facts["pieces"] for f in findings if f.groups == (group,)]
        assert pieces == [n for n in [shapely.get_num_geometries(widened)] if n > 1]


PERMIT = rectangle(50, 0, 500, 500)


@pytest.mark.parametrize(
    ("role", "severity"),
    [("izin", ["error"]), ("usulan", ["error"]), ("pippib", ["warning"]), ("sungai", [])],
)
def test_land_of_others_is_found(role, severity):
    survey = survey_of(
        *parcels(A1=square(0, 0, 100), A2=square(200, 0, 100), A3=square(900, 0, 100)),
        known={"layers": (layer_of(role, ("KTH Lain", PERMIT)),)},
    )

    assert found(survey, "O07") == [(s, ("A1", "A2")) for s in severity]


def test_the_layer_is_named_with_its_version_and_date():
    survey = survey_of(
        *parcels(A1=square(0, 0, 100)), known={"layers": (layer_of("izin", ("Lain", PERMIT)),)}
    )

    (finding,) = check(survey, only=["O07"]).findings

    facts = finding.facts
    assert (facts["layer"], facts["layer_version"], facts["layer_date"]) == (
        "Peta Uji",
        "2",
        "2026-01-31",
    )
    assert (facts["holder"], facts["paper"]) == ("Lain", "–")
    assert facts["area_ha"] == pytest.approx(0.5, abs=1e-6)
    assert on_board(finding.where).bounds == pytest.approx((50, 0, 100, 100), abs=1e-3)


def test_each_group_and_holder_is_one_finding():
    layer = layer_of("izin", ("X", PERMIT), ("Y", rectangle(50, 0, 500, 200)), ("X", PERMIT))
    lands = parcels(A1=square(100, 0, 100), A2=square(300, 0, 100), B1=square(100, 300, 100))
    survey = survey_of(*lands, known={"layers": (layer,)})

    found_now = check(survey, only=["O07"]).findings
    told = {(f.groups[0], f.facts["holder"], f.parcels) for f in found_now}

    assert told == {("A", "X", ("A1", "A2")), ("A", "Y", ("A1", "A2")), ("B", "X", ("B1",))}
    assert len(found_now) == 3


def test_a_permit_of_the_group_itself_is_its_own():
    survey = survey_of(
        *parcels(A1=square(100, 0, 100)), known={"layers": (layer_of("izin", ("a", PERMIT)),)}
    )

    assert found(survey, "O07") == []


@pytest.mark.parametrize(("share_m", "findings"), [(9.98, 0), (10.0, 1)])
def test_a_sliver_along_a_permit_is_none(share_m, findings):
    land = rectangle(0, 0, 50 + share_m, 100)
    survey = survey_of(*parcels(A1=land), known={"layers": (layer_of("izin", ("Lain", PERMIT)),)})

    assert len(found(survey, "O07")) == findings


def test_a_narrow_parcel_wholly_in_a_permit_is_no_sliver():
    survey = survey_of(
        *parcels(A1=rectangle(100, 0, 8, 100), A2=rectangle(45, 200, 8, 100)),
        known={"layers": (layer_of("izin", ("Lain", PERMIT)),)},
    )

    assert found(survey, "O07") == [("error", ("A1",))]


@pytest.mark.parametrize(
    ("land", "outside_ha"),
    [
        (rectangle(100, 0, 100, 100), None),
        (rectangle(40.02, 0, 100, 100), None),
        (rectangle(40, 0, 100, 100), 0.1),
        (rectangle(900, 0, 100, 100), 1.0),
    ],
    ids=["inside", "a sliver outside", "10 m outside", "wholly outside"],
)
def test_land_outside_the_indicative_map_is_found(land, outside_ha):
    survey = survey_of(*parcels(A1=land), known={"layers": (layer_of("piaps", ("", PERMIT)),)})

    findings = check(survey, only=["O08"]).findings

    assert [f.facts["outside_ha"] for f in findings] == [
        pytest.approx(ha, abs=1e-4) for ha in [outside_ha] if ha
    ]
    assert {f.severity for f in findings} <= {"warning"}


def sums(gross_ha, outside_ha=0.0, uncertainty_ha=float("nan")):
    row = {"group": "Lestari", "gross_ha": gross_ha, "outside_ha": outside_ha}
    return {"group_sums": pd.DataFrame([row | {"uncertainty_ha": uncertainty_ha}])}


@pytest.mark.parametrize(
    ("known", "confidence", "severity"),
    [
        (sums(5000.0, 0.0, 0.0), "verified", []),
        (sums(5000.01, 0.0, 0.0), "verified", ["error"]),
        (sums(5000.01, 0.0, 0.0), "believed", ["warning"]),
        (sums(5010.0, 10.0, 0.0), "verified", []),
        (sums(5010.0, 0.0, 10.0), "verified", []),
        (sums(5010.0, 0.0, 9.9), "verified", ["error"]),
        (sums(5000.0), "verified", []),
        (sums(5000.01), "verified", ["warning"]),
        (sums(7142.0), "verified", ["warning"]),
        (sums(7143.0), "verified", ["error"]),
        (sums(7143.0), "believed", ["warning"]),
    ],
    ids=[
        *("on the limit", "above", "a rule nobody read", "outside land", "within the ±", "beyond"),
        *("on the limit, ± unknown", "above, ± unknown", "just credible", "not credible"),
        "not credible, a rule nobody read",
    ],
)
def test_a_work_area_has_a_limit(known, confidence, severity):
    survey = survey_of(known=known, rules={"unit_max_ha": rule(5000.0, confidence)})

    assert [s for s, _ in found(survey, "D02")] == severity


def test_a_regulation_without_a_limit_has_none():
    assert found(survey_of(known=sums(9999.0)), "D02") == []


@pytest.mark.parametrize(
    ("known", "findings"),
    [
        (sums(100.0), 0),
        (sums(101.0), 0),
        (sums(101.01), 1),
        (sums(98.99), 1),
        (sums(103.0, 0.0, 3.0), 0),
        (sums(103.1, 0.0, 3.0), 1),
        (sums(103.0, 3.0), 0),
    ],
    ids=["equal", "1 % off", "over", "under", "within the ±", "beyond the ±", "outside land"],
)
def test_the_papers_are_compared_with_the_map(known, findings):
    groups = (Group(name="Lestari", stated_ha=100.0),)

    assert found(survey_of(known=known, groups=groups), "D04") == [("warning", ())] * findings


def test_papers_that_state_nothing_are_not_compared():
    assert found(survey_of(known=sums(100.0), groups=(Group(name="Lestari"),)), "D04") == []


def test_the_difference_is_told_both_ways():
    groups = (Group(name="Lestari", stated_ha=80.0),)

    (finding,) = check(survey_of(known=sums(100.0), groups=groups), only=["D04"]).findings

    assert (finding.facts["difference_ha"], finding.facts["difference_pct"]) == (20.0, 25.0)
    assert finding.groups == ("Lestari",)
