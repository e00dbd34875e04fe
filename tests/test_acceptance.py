"""Accepted findings: they survive re-runs, and lapse when the land that they speak of changes."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from io import BytesIO

import openpyxl
import pytest
import shapely
from hillside import forest_of_board, survey_of
from hypothesis import given, settings
from hypothesis import strategies as st
from land import on_earth, rectangle, square

from hkm_gis.acceptance import MARK_LETTERS, mark_land
from hkm_gis.checks import check
from hkm_gis.exports import write_report
from hkm_gis.project import Acceptance, load_project
from hkm_gis.record import Rejection
from hkm_gis.report import Finding, Severity, Status


def pair(a=(0, 0), b=(50, 0), far=(900, 900), group_b="B"):
    """Return two parcels that overlap, and one far away."""
    return (
        {"parcel_id": "A1", "group": "A", "geometry": square(*a, 100)},
        {"parcel_id": "B1", "group": group_b, "geometry": square(*b, 100)},
        {"parcel_id": "C1", "group": "A", "geometry": square(*far, 100)},
    )


def settled(code, *parcels, land=""):
    who = {"who": "Ketua kedua kelompok", "when": "2026-08-17", "why": "Sepakat"}
    return Acceptance(code=code, parcels=parcels, land=land, **who)


def with_accepted(survey, *accepted):
    return replace(survey, project=replace(survey.project, accepted=accepted))


def overlap_of(*rows, **project):
    return check(survey_of(*rows, **project), only=["O01"])


def mark_of(*rows):
    survey = survey_of(*rows)
    (finding,) = check(survey, only=["O01"]).findings
    return mark_land([finding], survey.parcels)[0]


def test_an_acceptance_with_the_mark_of_the_land_survives_a_second_run():
    mark = mark_of(*pair())

    report = overlap_of(*pair(), accepted=(settled("O01", "B1", "A1", land=mark),))

    (finding,) = report.findings
    assert (finding.status, finding.settled.who) == (Status.ACCEPTED, "Ketua kedua kelompok")
    assert (report.blocking, report.lapsed) == ((), ())
    assert len(mark) == MARK_LETTERS


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"b": (51, 0)}, "land_changed"),
        ({"a": (-1, 0)}, "land_changed"),
        ({"group_b": "C"}, "land_changed"),
        ({"b": (500, 0)}, "not_found"),
    ],
    ids=["one parcel moved", "the other moved", "another group claims it", "apart"],
)
def test_an_acceptance_lapses_when_its_land_changes_and_the_report_says_why(changed, reason):
    acceptance = settled("O01", "A1", "B1", land=mark_of(*pair()))

    report = overlap_of(*pair(**changed), accepted=(acceptance,))

    assert [f.status for f in report.findings] in ([Status.OPEN], [])
    assert [(a.acceptance, a.reason) for a in report.lapsed] == [(acceptance, reason)]


def test_land_that_changes_elsewhere_leaves_the_acceptance_as_it_is():
    acceptance = settled("O01", "A1", "B1", land=mark_of(*pair()))

    report = overlap_of(*pair(far=(901, 900)), accepted=(acceptance,))

    assert (report.blocking, report.lapsed) == ((), ())


def test_an_acceptance_without_a_mark_holds_and_the_report_says_that_it_cannot_lapse():
    survey = survey_of(*pair(b=(60, 0)), accepted=(settled("O01", "A1", "B1"),))
    report = check(survey, only=["O01"])

    assert report.blocking == ()
    assert "tanpa land" in write_report(survey, report, format="text").decode()


def test_a_boundary_that_moves_ends_what_was_settled_about_its_parcel():
    crossing = {"parcel_id": "A1", "geometry": square(1900, 500, 300)}
    here, there = (
        survey_of(
            crossing, forest=forest_of_board(tolerance_m=1, geometry=rectangle(0, 0, x, 2000))
        )
        for x in (2000, 2001)
    )
    (finding,) = check(here, only=["B02"]).findings
    acceptance = settled("B02", "A1", land=mark_land([finding], here.parcels)[0])

    def run(survey):
        return check(with_accepted(survey, acceptance), only=["B02"])

    assert run(here).blocking == ()
    assert [lapse.reason for lapse in run(there).lapsed] == ["land_changed"]


def test_what_has_no_parcel_is_told_apart_by_its_facts():
    lost = [Rejection(source=f"{n}.gpx", feature="", code="S01", reason="no_area") for n in "ab"]
    survey = survey_of(*pair(), rejected=lost)
    first, second = check(survey, only=["S01"]).findings
    acceptance = settled("S01", land=mark_land([first], survey.parcels)[0])

    report = check(with_accepted(survey, acceptance), only=["S01"])

    assert [f.status for f in report.findings] == [Status.ACCEPTED, Status.OPEN]
    assert second.facts["source"] == "b.gpx"


def test_of_a_check_that_did_not_run_nothing_has_lapsed():
    acceptance = settled("B02", "A1", land="0" * MARK_LETTERS)

    assert overlap_of(*pair(), accepted=(acceptance,)).lapsed == ()


def test_the_report_of_one_group_leaves_out_what_lapsed_in_another():
    acceptance = settled("O01", "A1", "B1", land="0" * MARK_LETTERS)
    report = overlap_of(*pair(), accepted=(acceptance,))

    assert len(report.of_group("A").lapsed) == len(report.of_group("B").lapsed) == 1
    assert report.of_group("C").lapsed == ()


@given(
    corner=st.integers(0, 7),
    turned=st.booleans(),
    shift_m=st.floats(0.5, 50),
)
@settings(max_examples=25, deadline=None)
def test_the_mark_is_of_the_land_and_not_of_how_it_is_drawn(corner, turned, shift_m):
    ring = [(0, 0), (50, -5), (100, 0), (105, 50), (100, 100), (50, 105), (0, 100), (-5, 50)]
    drawn = ring[corner:] + ring[:corner]
    drawn = drawn[::-1] if turned else drawn

    def mark(corners):
        land = on_earth(shapely.Polygon(corners))
        rows = [{"parcel_id": "A1", "group": "A", "geometry": land}]
        finding = Finding(
            code="P02",
            name="x",
            severity=Severity.ERROR,
            parcels=("A1",),
            groups=("A",),
            where=land,
        )
        return mark_land([finding], survey_of(*rows).parcels)[0]

    moved = [(x + shift_m, y) for x, y in ring]
    assert mark(drawn) == mark(ring) != mark(moved)


def test_a_printed_block_pasted_into_the_project_settles_its_finding(tmp_path):
    survey = survey_of(*pair())
    report = check(survey, only=["O01"])
    block = write_report(survey, report, format="toml").decode()
    (tmp_path / "hkm.toml").write_text(
        block.replace('who = ""', 'who = "Ketua"')
        .replace('when = ""', "when = 2026-08-17")
        .replace('why = ""', 'why = "Sepakat"'),
        "utf-8",
    )

    again = with_accepted(survey, *load_project(tmp_path).accepted)
    assert check(again, only=["O01"]).blocking == ()


def test_only_open_errors_and_warnings_are_offered_for_settling():
    survey = survey_of(*pair(), accepted=(settled("O01", "A1", "B1"),))
    report = check(survey, only=["O01"])
    assert tomllib.loads(write_report(survey, report, format="toml").decode()) == {}


@pytest.mark.parametrize("form", ["json", "geojson", "sarif", "text"])
def test_who_settled_it_when_and_why_stands_in_every_report(form):
    survey = survey_of(*pair(), accepted=(settled("O01", "A1", "B1"),))
    told = write_report(survey, check(survey, only=["O01"]), format=form).decode()

    assert all(word in told for word in ("Ketua kedua kelompok", "2026-08-17", "Sepakat"))


def test_a_workbook_tells_the_accepted_from_the_open_findings():
    survey = survey_of(*pair(), accepted=(settled("O01", "A1", "B1"),))
    content = write_report(survey, check(survey, only=["O01"]), format="xlsx")

    cells = [
        [str(cell) for cell in row if cell is not None]
        for sheet in openpyxl.load_workbook(BytesIO(content)).worksheets
        for row in sheet.iter_rows(values_only=True)
    ]
    told = [" ".join(row) for row in cells if "O01" in row]
    assert sum("Ketua kedua kelompok" in row and "2026-08-17" in row for row in told) == 1


def test_json_and_text_name_every_acceptance_that_lapsed():
    survey = survey_of(*pair(), accepted=(settled("O01", "A1", "B1", land="0" * MARK_LETTERS),))
    report = check(survey, only=["O01"])

    (lapse,) = json.loads(write_report(survey, report, format="json"))["lapsed"]
    assert (lapse["code"], lapse["parcels"]) == ("O01", ["A1", "B1"])
    assert (lapse["reason"], lapse["land"]) == ("land_changed", "0" * MARK_LETTERS)
    assert lapse["message"] in write_report(survey, report, format="text").decode()
