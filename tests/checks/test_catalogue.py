"""The catalogue: every check is listed, worded in both languages, documented, and runs in order."""

from __future__ import annotations

import importlib
import math
import pkgutil
import runpy
import string
from pathlib import Path

import numpy as np
import pytest
import shapely
from hillside import FOREST, forest_of_board, found, layer_of, member_list, rule, survey_of
from hypothesis import given, settings
from hypothesis import strategies as st
from land import on_earth, polygon, rectangle, square

import hkm_gis.checks
from hkm_gis.checks import CHECKS, Check, check, find_check
from hkm_gis.errors import CheckError
from hkm_gis.project import Acceptance, Group, Raster
from hkm_gis.recap import RECAP_COLUMNS, Recap, read_number
from hkm_gis.record import Rejection
from hkm_gis.report import Severity, Status
from hkm_gis.text import LANGUAGES, catalogue
from hkm_gis.wording import tell_finding, tell_fix

DOCS = Path(__file__).parents[2] / "docs"
PARTS = ("title", "finding", "why", "fix")
PAIR = (
    {"parcel_id": "A1", "group": "A", "geometry": square(0, 0, 100)},
    {"parcel_id": "B1", "group": "B", "geometry": square(50, 0, 100)},
)


def accepted(code, *parcels):
    return Acceptance(code=code, parcels=parcels, who="Ketua", when="2026-08-17", why="Sepakat")


def placeholders(words):
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


def test_every_check_in_the_folder_is_listed():
    in_folder = [
        value
        for module in pkgutil.iter_modules(hkm_gis.checks.__path__, "hkm_gis.checks.")
        for value in vars(importlib.import_module(module.name)).values()
        if isinstance(value, Check)
    ]

    assert sorted(c.code for c in in_folder) == sorted(c.code for c in CHECKS)


def test_codes_and_names_are_unique_and_families_stand_together():
    families = [c.code[0] for c in CHECKS]

    assert len({c.code for c in CHECKS}) == len({c.name for c in CHECKS}) == len(CHECKS)
    assert list(dict.fromkeys(families)) == list("SWPBOHD")
    assert families == sorted(families, key="SWPBOHD".index)
    assert list(CHECKS) == sorted(CHECKS, key=lambda c: ("SWPBOHD".index(c.code[0]), c.code))


def test_both_languages_have_words_for_every_check_and_for_no_other():
    listed = {f"{c.code}.{part}" for c in CHECKS for part in PARTS}
    own = {f"{c.code}.{s}.finding" for c in CHECKS for s in Severity}

    for lang in LANGUAGES:
        words = set(catalogue(lang)["checks"])
        assert listed <= words
        assert words - listed <= own
    assert set(catalogue("id")["checks"]) == set(catalogue("en")["checks"])


@pytest.mark.parametrize("one", CHECKS, ids=lambda c: c.code)
def test_words_name_only_facts_and_the_same_in_both_languages(one):
    for key in (k for k in catalogue("id")["checks"] if k.startswith(one.code)):
        said = [placeholders(catalogue(lang)["checks"][key]) for lang in LANGUAGES]
        assert said[0] == said[1]
        assert said[0] <= one.facts
        # The advice is printed once for many findings, so it names none of them.
        assert key.endswith(".finding") or not said[0]


def test_the_pages_of_the_checks_are_not_stale():
    pages = runpy.run_path(str(DOCS / "make_check_pages.py"))["pages"]()

    written = {p.name: p.read_text("utf-8") for p in (DOCS / "checks").glob("*.md")}

    assert written == pages


def test_every_finding_can_be_said_in_both_languages():
    survey = busy_survey()

    report = check(survey)

    said = {f.code for f in report.findings}
    assert said == {c.code for c in CHECKS} - {
        "S01",
        "S02",
        "S03",
        "S04",
        "S05",
        "W01",
        "W02",
        "W03",
        "W04",
        "P01",
        "P03",
        "H04",
        "H05",
    }
    for finding in report.findings:
        assert set(finding.facts) <= find_check(finding.code).facts | {"source"}
        for lang in LANGUAGES:
            assert "{" not in tell_finding(finding, lang) + tell_fix(finding, lang)
        # A GIS shows a layer of areas, lines or points, none of mixed places.
        assert finding.where is None or finding.where.geom_type != "GeometryCollection"


def busy_recap():
    """Return a recap with an unknown number and a total that is too small."""
    sure = {column: read_number("3", whole=True) for column in RECAP_COLUMNS[1:]}
    cells = sure | {"HKm": read_number("*", whole=True), "ha": read_number("1.234", whole=False)}
    return Recap("rekap.csv", (("Tanggamus", cells),), sure)


def busy_survey():
    """Return a survey that has every defect of the land, the register and the papers."""
    forest = forest_of_board(stated_ha=500.0, tolerance_m=0.5, functions=(("APL", FOREST),))
    rows = [
        {"parcel_id": i, "geometry": g, "household": i, "match": "none"} for i, g in LANDS.items()
    ]
    rows += [
        {"parcel_id": f"B{n}", "group": "Jaya", "geometry": g} for n, g in enumerate(OTHERS, 1)
    ]
    homes = [("Lestari", "A1", 9.0, 0.0, 0.1), ("Lestari", "A2", 5.0, 0.0, 0.1)]
    homes.append(("Lestari", "A3", 5.0, 0.0, math.nan))
    columns = ("group", "household", "gross_ha", "outside_ha", "uncertainty_ha")
    claims = rectangle(0, 0, 1500, 1900)
    return survey_of(
        *rows,
        forest=forest,
        register=member_list({}, *({"group": "Jaya"} for _ in range(3))),
        households=[dict(zip(columns, home, strict=True)) for home in homes],
        recap=busy_recap(),
        rules={
            "household_max_ha": rule(5.0),
            "members_min": rule(2),
            "members_max_gapoktan": rule(2),
            "unit_max_ha": rule(3.0),
            "forest_functions": rule(("HL",)),
        },
        known={
            "layers": (layer_of("izin", ("X", claims)), layer_of("piaps", ("", claims))),
            "slope_pct": np.full(len(rows), 50.0),
            "cultivated_ha": np.zeros(len(rows)),
        },
        groups=(Group(name="Lestari", stated_ha=1.0, stated_households=9),),
        landcover=Raster(file=Path("lc.tif")),
    )


HOLED = on_earth(shapely.box(200, 200, 300, 300) - shapely.box(240, 240, 260, 260))
PIECES = shapely.union_all([square(400, 200, 80), square(490, 200, 20)])
NECKED = shapely.union_all(
    [square(200, 400, 40), rectangle(240, 418, 20, 3), rectangle(260, 400, 40, 40)]
)
THORNY = polygon([(400, 400), (480, 400), (480, 438), (560, 440), (480, 442), (480, 480)])
TWICE_CLICKED = polygon([(600, 200), (700, 200), (700, 200.05), (690, 300)])
LANDS = {
    "A1": square(0, 500, 100),
    "A2": square(50, 500, 100),
    "A3": square(50, 500, 100),
    "A4": square(-50, 900, 100),
    "A5": square(-900, 900, 100),
    "A6": square(600, 600, 10),
    "A7": square(-5, 1100, 100),
    "A8": square(120, 1100, 100),
    "A9": rectangle(800, 200, 8, 100),
    "A10": HOLED,
    "A11": PIECES,
    "A12": NECKED,
    "A13": THORNY,
    "A14": TWICE_CLICKED,
    "A15": square(1450, 200, 100),
    "A16": square(550, 1400, 98),
    "A17": square(750, 1400, 98),
    "A18": square(650, 1500, 98),
    "A19": square(650, 1300, 98),
    "A20": square(0.4, 1500, 100),
}


OTHERS = (square(70, 550, 100), square(650, 1400, 98), square(694, 200, 50))


def test_findings_stand_in_the_order_of_the_checks_the_gravest_first():
    report = check(busy_survey())

    codes = [c.code for c in CHECKS]
    grave = list(Severity)
    order = [(codes.index(f.code), grave.index(f.severity)) for f in report.findings]
    assert order == sorted(order)


def test_facts_are_plain_values():
    report = check(busy_survey())

    kinds = {type(v) for f in report.findings for v in f.facts.values()}
    assert kinds <= {str, int, float, tuple}
    numbers = [v for f in report.findings for v in f.facts.values() if isinstance(v, float)]
    assert np.isfinite(numbers).all()


@pytest.mark.parametrize("name", ["O01", "o01", "groups-overlap"])
def test_a_check_is_found_by_code_or_name(name):
    assert find_check(name).code == "O01"
    assert found(survey_of(*PAIR), name) == [("error", ("A1", "B1"))]


def test_an_unknown_code_is_an_error_that_lists_the_codes():
    with pytest.raises(CheckError) as error:
        check(survey_of(*PAIR), only=["O01", "O99"])

    assert "O99" in error.value.sentence("id")
    assert "O01" in error.value.sentence("en")


def test_only_runs_only_those():
    assert {f.code for f in check(busy_survey(), only=["O01", "B01"]).findings} == {"O01", "B01"}
    assert check(busy_survey(), only=[]).findings == ()


@pytest.mark.parametrize(
    ("acceptance", "status"),
    [
        (accepted("O01", "A1", "B1"), Status.ACCEPTED),
        (accepted("O01", "B1", "A1"), Status.ACCEPTED),
        (accepted("O01", "A1"), Status.OPEN),
        (accepted("O01", "A1", "B1", "B2"), Status.OPEN),
        (accepted("O02", "A1", "B1"), Status.OPEN),
    ],
    ids=["accepted", "in another order", "one parcel", "one more parcel", "another check"],
)
def test_an_accepted_finding_stays_in_the_report_as_accepted(acceptance, status):
    report = check(survey_of(*PAIR, accepted=(acceptance,)), only=["O01"])

    assert [f.status for f in report.findings] == [status]
    assert len(report.blocking) == (status is Status.OPEN)


@given(order=st.permutations(range(len(LANDS) + len(OTHERS))))
@settings(max_examples=10, deadline=None)
def test_the_order_of_reading_changes_no_finding(order):
    survey = busy_survey()
    rows = survey.parcels.iloc[list(order)].to_dict("records")
    shuffled = survey_of(*rows, forest=survey.forest)

    codes = [c.code for c in CHECKS if c.code[0] in "PBO" and c.code not in _BY_OTHER_ROOMS]

    def places(one):
        return sorted(
            (f.code, sorted(f.parcels), round(shapely.area(f.where), 9))
            for f in check(one, only=codes).findings
            if f.where is not None
        )

    assert places(shuffled) == places(survey)


_BY_OTHER_ROOMS = ("P10", "P11", "B06", "O07", "O08")
"""Checks of what is known of each row, which the shuffled survey does not know."""


def test_a_refused_feature_belongs_to_every_group():
    lost = Rejection(source="x.gpx", feature="", code="S01", reason="no_area")

    report = check(survey_of(*PAIR, rejected=[lost]))

    assert "S01" in report.of_group("A").summary
    assert "S01" in report.of_group("B").summary
