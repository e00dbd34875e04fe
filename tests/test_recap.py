"""The recap of the districts: dirty cells are read, known by how sure they are, and added up."""

from __future__ import annotations

import math
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner
from hillside import found, survey_of
from hypothesis import given
from hypothesis import strategies as st

from hkm_gis.checks import check
from hkm_gis.cli import hkm
from hkm_gis.errors import FileError, TableError
from hkm_gis.project import load_project
from hkm_gis.recap import RECAP_COLUMNS, TOTALS_NAME, Recap, read_number, read_recap
from hkm_gis.text import number
from hkm_gis.wording import tell_finding

# Table 1 of the study of 2005, as it was typed.
TABLE_1 = """kabupaten;HKm;IHHBK;proses;total;KK;ha
Bandar Lampung;1;0;1;2;520;530,90
Lampung Selatan;2;3;1;6;1.169;1.859,00
Tanggamus;6;0;6;12;2.771;3.761,00
Lampung Tengah;0;104;0;104;4.407;5.319.05
Lampung Timur;0;0;4;4;147;*
Lampung Utara;1;3;3;7;1.161;1.877,25
Lampung Barat;5;0;9;14;2.269;4.975,95
Way Kanan;0;;18;18;2.458;4.916,00
Jumlah;15;110;42;167;14.932;23.239,15
"""


def recap_of(tmp_path: Path, text: str = TABLE_1) -> Recap:
    path = tmp_path / "rekap.csv"
    path.write_text(text, "utf-8")
    return read_recap(path)


def test_every_cell_of_the_study_is_read_and_keeps_how_sure_it_is(tmp_path: Path) -> None:
    recap = recap_of(tmp_path)

    table = recap.table.set_index("kabupaten")
    assert tuple(recap.table.columns) == RECAP_COLUMNS
    assert table.loc["Lampung Selatan"].tolist() == [2, 3, 1, 6, 1169, 1859]
    assert table.loc["Lampung Tengah", "ha"] == 5319.05
    assert math.isnan(table.loc["Lampung Timur", "ha"])
    unsure = {(name, column): cell.certainty for name, column, cell in recap.unsure_cells()}
    assert unsure == {
        ("Lampung Tengah", "ha"): "doubtful",
        ("Lampung Timur", "ha"): "unknown",
        ("Way Kanan", "IHHBK"): "missing",
    }
    assert recap.certainty.shape == recap.table.shape


def test_the_wrong_total_of_the_study_is_found_and_no_other(tmp_path: Path) -> None:
    (wrong,) = recap_of(tmp_path).wrong_sums()

    assert (wrong.column, wrong.district) == ("KK", "")
    assert (wrong.printed, wrong.summed) == (14_932, 14_902)


def test_an_office_that_saves_the_table_as_xlsx_reads_the_same(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Rekap HKm Provinsi Lampung"])
    for row in TABLE_1.splitlines():
        book.active.append(row.split(";"))
    book.active["F3"], book.active["G3"] = 520, 530.9  # numbers, as Excel keeps them
    book.save(tmp_path / "rekap.xlsx")

    assert read_recap(tmp_path / "rekap.xlsx").table.equals(recap_of(tmp_path).table)


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        (("Way Kanan;0;;18;18", "Way Kanan;0;;18;19"), [("total", ""), ("KK", "")]),
        (("Tanggamus;6;0;6;12", "Tanggamus;6;0;6;13"), [("total", "Tanggamus"), *[("total", "")]]),
        (("23.239,15", "23.238,15"), [("KK", ""), ("ha", "")]),
        (("23.239,15", "23.300,00"), [("KK", "")]),
        (("23.239,15", "23.239,20"), [("KK", "")]),
    ],
    ids=[
        "a missing cell may be the difference",
        "a row does not add up",
        "less than the known",
        "more than the known, but one is not known",
        "five hundredths of rounding in eight numbers",
    ],
)
def test_a_total_is_wrong_only_where_no_unknown_number_can_make_it(
    tmp_path: Path, changed: tuple[str, str], wrong: list[tuple[str, str]]
) -> None:
    recap = recap_of(tmp_path, TABLE_1.replace(*changed))
    assert {(w.column, w.district) for w in recap.wrong_sums()} == {*wrong, ("KK", "")}


@pytest.mark.parametrize(
    ("written", "whole", "value", "certainty"),
    [
        ("530,90", False, 530.9, "sure"),
        ("1.859,00", False, 1859.0, "sure"),
        ("1234567,5 ha", False, 1_234_567.5, "sure"),
        ("1.169", True, 1169.0, "sure"),
        ("520.0", True, 520.0, "sure"),
        ("5.319.05", False, 5319.05, "doubtful"),
        ("1.169", False, 1169.0, "doubtful"),
        ("1,859.00", False, 1859.0, "doubtful"),
        ("1,169", True, 1169.0, "doubtful"),
        ("*", False, math.nan, "unknown"),
        ("12,5", True, math.nan, "unknown"),
        ("-3", True, math.nan, "unknown"),
        ("  ", True, math.nan, "missing"),
    ],
)
def test_a_number_is_read_as_it_is_written(
    written: str, whole: bool, value: float, certainty: str
) -> None:
    cell = read_number(written, whole=whole)
    assert cell.certainty == certainty
    assert cell.value == value or math.isnan(cell.value) == math.isnan(value) is True


@given(hundredths=st.integers(0, 10**10))
def test_what_the_program_writes_in_indonesian_it_reads_for_sure(hundredths: int) -> None:
    cell = read_number(number(hundredths / 100, "id", 2), whole=False)
    assert cell.certainty == "sure"
    assert cell.value == pytest.approx(hundredths / 100, abs=1e-6)


def test_the_checks_tell_the_wrong_total_and_each_unsure_cell(tmp_path: Path) -> None:
    survey = survey_of(recap=recap_of(tmp_path))

    (total,) = check(survey, only=["D10"]).findings
    assert "14.932" in tell_finding(total, "id")
    assert "14,902" in tell_finding(total, "en")
    cells = check(survey, only=["D11"]).flatten(["severity", "district", "written", "value"])
    assert cells == [
        ("warning", "Lampung Tengah", "5.319.05", 5319.05),
        ("note", "Lampung Timur", "*", None),
        ("note", "Way Kanan", "–", None),
    ]
    assert found(survey_of(), "D10") == found(survey_of(), "D11") == []


def test_the_table_that_is_handed_on_keeps_the_totals_and_every_doubt(tmp_path: Path) -> None:
    table = recap_of(tmp_path).annotated.set_index("kabupaten")

    assert table.index[-1] == TOTALS_NAME
    assert table.loc[TOTALS_NAME, ["KK", "sums_to"]].tolist() == [14_932, "KK 14902"]
    assert table.loc["Lampung Tengah", "unsure"] == 'ha doubtful "5.319.05"'
    assert pd.isna(table.loc["Way Kanan", "IHHBK"])
    doubts = {"Lampung Tengah", "Lampung Timur", "Way Kanan"}
    assert set(table.index[table["unsure"] != ""]) == doubts
    assert set(table.index[table["sums_to"] != ""]) == {TOTALS_NAME}


def test_a_recap_without_totals_hands_on_its_districts_alone(tmp_path: Path) -> None:
    without = TABLE_1[: TABLE_1.index("Jumlah")]
    assert recap_of(tmp_path, without).annotated["kabupaten"].tolist() == [
        line.partition(";")[0] for line in without.splitlines()[1:]
    ]


def test_the_command_writes_counts_as_counts_and_nothing_for_the_unknown(tmp_path: Path) -> None:
    (tmp_path / "rekap.csv").write_text(TABLE_1, "utf-8")
    told = CliRunner().invoke(hkm, ["read-recap", str(tmp_path / "rekap.csv")])

    assert told.exit_code == 0
    rows = told.stdout.splitlines()
    assert rows[0] == ",".join([*RECAP_COLUMNS, "unsure", "sums_to"])
    assert rows[3] == "Tanggamus,6,0,6,12,2771,3761.0,,"
    assert rows[5] == 'Lampung Timur,0,0,4,4,147,,"ha unknown ""*""",'


def test_a_project_names_its_recap(tmp_path: Path) -> None:
    (tmp_path / "hkm.toml").write_text("[recap]\nfile = 'rekap.csv'\n")
    assert load_project(tmp_path).recap == tmp_path.resolve() / "rekap.csv"


def test_a_table_without_the_columns_says_which_it_wants(tmp_path: Path) -> None:
    with pytest.raises(TableError) as error:
        recap_of(tmp_path, "kabupaten;KK\nTanggamus;1\n")

    assert error.value.key == "recap_no_heading"
    assert "IHHBK" in error.value.sentence("id")


def test_a_picture_is_no_recap(tmp_path: Path) -> None:
    (tmp_path / "rekap.csv").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    with pytest.raises(FileError) as error:
        read_recap(tmp_path / "rekap.csv")
    assert error.value.key == "recap_unreadable"
