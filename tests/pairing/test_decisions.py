"""Whose parcel is whose: by code, by name, by file, and by what a person decided."""

from __future__ import annotations

import openpyxl
import pandas as pd
import pytest
from land import parcel_table, square
from memberlists import KK, NIK, csv, rules

from hkm_gis.checks import check
from hkm_gis.errors import FileError, TableError
from hkm_gis.members import read_members
from hkm_gis.pairing import (
    PAIR_COLUMNS,
    Decision,
    doubtful_matches,
    match_members,
    note_lost_decisions,
    read_decisions,
)
from hkm_gis.workflow import run

LIST = f"""Nama;No. KK;Kelompok;No. Andil
Sutrisno;{KK[:-1]}1;KTH Mawar;M-1, M-2
Moh. Yusuf;{KK[:-1]}2;KTH Mawar;
Hj. Siti Aminah;{KK[:-1]}3;KTH Mawar;
Paijo;{KK[:-1]}4;KTH Mawar;
Paijo;{KK[:-1]}5;KTH Mawar;
Bambang;{KK[:-1]}6;KTH Melati;
"""


@pytest.mark.parametrize(
    ("parcel_id", "group", "member", "match", "household"),
    [
        ("M-1", "KTH Mawar", "", "id", "M-K001"),
        ("m-2", "Mawar", "Orang Lain", "id", "M-K001"),
        ("X", "KTH Mawar", "Muhammad Yusuf", "name", "M-K002"),
        ("X", "Kelompok Tani Hutan MAWAR", "AMINAH SITI", "name", "M-K003"),
        ("X", "KTH Mawar", "Paijo", "doubtful", "X"),
        ("X", "KTH Mawar", "Sutrisna", "doubtful", "X"),
        ("X", "KTH Mawar", "Bambang", "doubtful", "X"),
        ("X", "KTH Mawar", "Zulkifli", "none", "X"),
        ("X", "KTH Mawar", "", "none", "X"),
    ],
)
def test_a_parcel_finds_its_member_by_code_then_by_name(
    tmp_path, parcel_id, group, member, match, household
):
    parcels = parcel_table(
        [
            {
                "parcel_id": parcel_id,
                "group": group,
                "member": member,
                "household": "X",
                "geometry": square(0, 0, 100),
            }
        ]
    )
    matched = match_members(parcels, read_members(csv(tmp_path, LIST))).iloc[0]

    assert (matched["match"], matched["household"]) == (match, household)


def test_an_empty_list_matches_nobody(tmp_path):
    register = read_members(csv(tmp_path, "Nama;NIK\n"))
    parcels = parcel_table([{"parcel_id": "A", "geometry": square(0, 0, 10)}])

    assert isinstance(register.table, pd.DataFrame)
    assert match_members(parcels, register)["match"].tolist() == ["none"]


def matched_and_listed(parcels, register, decisions=()):
    kept = match_members(parcels, register, decisions=decisions)
    return kept, doubtful_matches(parcels, register, decisions=decisions)


def doubtful_parcels(*members, group="KTH Mawar"):
    return parcel_table(
        [
            {
                "parcel_id": f"X-{n}",
                "group": group,
                "member": member,
                "household": "X",
                "geometry": square(200 * n, 0, 100),
            }
            for n, member in enumerate(members, 1)
        ]
    )


def decision(member, candidate, row, choice, *, parcel_id="X-1", group="KTH Mawar"):
    return Decision(
        parcel_id=parcel_id,
        member=member,
        candidate=candidate,
        candidate_group=group,
        row=row,
        choice=choice,
        source="pasangan.xlsx",
        line=2,
    )


def test_each_doubtful_parcel_lists_the_members_it_may_be_and_no_private_number(tmp_path):
    parcels = doubtful_parcels("Paijo", "Sutrisna", "Bambang", "Moh. Yusuf", "Zulkifli")
    listed = doubtful_matches(parcels, read_members(csv(tmp_path, LIST)))

    assert list(listed.columns) == list(PAIR_COLUMNS)
    rows = listed[["parcel_id", "candidate", "candidate_group", "row", "reason"]]
    assert rows.to_numpy().tolist() == [
        ["X-1", "Paijo", "KTH Mawar", 5, "same_name"],
        ["X-1", "Paijo", "KTH Mawar", 6, "same_name"],
        ["X-2", "Sutrisno", "KTH Mawar", 2, "similar_name"],
        ["X-3", "Bambang", "KTH Melati", 7, "other_group"],
    ]
    assert listed["similarity_pct"].tolist() == [100.0, 100.0, 87.5, 100.0]
    assert set(listed["choice"]) == {""}
    assert KK[:-1] not in listed.to_csv()


def test_a_decision_gives_the_parcel_to_that_member_and_stays_in_the_list(tmp_path):
    register = read_members(csv(tmp_path, LIST))
    parcels = doubtful_parcels("Paijo")
    kept, listed = matched_and_listed(parcels, register, [decision("PAIJO", "Paijo", 6, "ya")])

    assert kept[["match", "household", "member"]].iloc[0].tolist() == ["decided", "M-K005", "Paijo"]
    assert listed["choice"].tolist() == ["", "ya"]


def test_no_to_some_leaves_it_open_and_no_to_all_leaves_nobody(tmp_path):
    register = read_members(csv(tmp_path, LIST))
    parcels = doubtful_parcels("Paijo")
    noes = [decision("Paijo", "Paijo", row, "tidak") for row in (5, 6)]

    assert match_members(parcels, register, decisions=noes[:1])["match"].tolist() == ["doubtful"]
    assert match_members(parcels, register, decisions=noes)["match"].tolist() == ["none"]


def test_what_is_sure_without_a_person_stays_sure_against_a_decision(tmp_path):
    register = read_members(csv(tmp_path, LIST))
    parcels = doubtful_parcels("Moh. Yusuf")
    kept = match_members(parcels, register, decisions=[decision("Moh. Yusuf", "Paijo", 5, "ya")])

    assert kept[["match", "household"]].iloc[0].tolist() == ["name", "M-K002"]


@pytest.mark.parametrize(
    ("decided", "rule"),
    [
        ([decision("Sutrisna", "Sutrisno", 2, "ya")], []),
        # the list was sorted anew: name and group still say who
        ([decision("Sutrisna", "Sutrisno", 40, "ya")], []),
        ([decision("Sutrisna", "Sudah Pindah", 2, "ya")], ["decision_without_member"]),
        ([decision("Sutrisna", "Paijo", 40, "ya")], ["decision_without_member"]),
        ([decision("Orang Lain", "Sutrisno", 2, "ya")], ["decision_without_parcel"]),
        (
            [decision("Sutrisna", "Sutrisno", 2, "ya", parcel_id="X-9")],
            ["decision_without_parcel"],
        ),
        ([decision("Sutrisna", "Sutrisno", 2, "mungkin")], ["decision_not_understood"]),
        (
            [decision("Sutrisna", "Sutrisno", 2, "ya"), decision("Sutrisna", "Paijo", 5, "ya")],
            ["decision_contradicts", "decision_contradicts"],
        ),
    ],
)
def test_a_decision_that_no_longer_counts_is_on_record_and_decides_nothing(tmp_path, decided, rule):
    register = read_members(csv(tmp_path, LIST))
    parcels = doubtful_parcels("Sutrisna")
    noted = note_lost_decisions(parcels, register, decided)
    match = match_members(parcels, register, decisions=decided)["match"].iloc[0]

    assert rules(noted) == rules(register) + rule
    assert match == ("doubtful" if rule else "decided")
    assert all(
        r.source == "pasangan.xlsx" and r.feature == "row 2" for r in noted.repairs[-len(rule) :]
    )


@pytest.mark.parametrize(
    ("written", "choice"), [("ya", "ya"), ("YA ", "ya"), ("x", "ya"), ("Tdk.", "tidak"), ("?", "?")]
)
def test_answers_are_read_as_people_write_them(tmp_path, written, choice):
    head = "Baris di daftar;Pilihan;No andil;Nama di berkas;Nama di daftar anggota"
    text = f"{head};Kelompok di daftar\n5;{written};X-1;Paijo;Paijo;M\n6;;X-1;Paijo;Paijo;M\n"
    (found,) = read_decisions(csv(tmp_path, text))

    assert (found.parcel_id, found.row, found.choice, found.line) == ("X-1", 5, choice, 2)


def test_the_english_sheet_is_read_back_too(tmp_path):
    head = "Parcel;Name in the file;Name on the member list;Group on the list;Row on the list"
    (found,) = read_decisions(csv(tmp_path, f"{head};Choice\nX-1;Paijo;Paijo;M;5;no\n"))

    assert (found.parcel_id, found.candidate_group, found.choice) == ("X-1", "M", "tidak")


def test_a_sheet_of_decisions_without_its_headings_is_a_plain_error(tmp_path):
    with pytest.raises(TableError, match=r"anggota\.csv"):
        read_decisions(csv(tmp_path, "X-1;Paijo;ya\n"))
    (tmp_path / "pasangan.xlsx").write_bytes(b"PK\3\4 not a workbook")
    with pytest.raises(FileError):
        read_decisions(tmp_path / "pasangan.xlsx")


@pytest.fixture
def doubtful_project(small_project):
    path = small_project / "kelompok/KTH Mawar/lahan.geojson"
    text = path.read_text("utf-8")
    assert '"M-1"' in text
    path.write_text(text.replace('"M-1"', '"Q-1"').replace('"Sukirman"', '"Sukiman"'), "utf-8")
    return small_project


def answer(sheet, choice):
    book = openpyxl.load_workbook(sheet)
    page = book.worksheets[0]
    heading = [cell.value for cell in page[1]]
    for row in range(2, page.max_row + 1):
        page.cell(row, heading.index("Pilihan") + 1).value = choice
    return book


def test_the_sheet_of_a_run_answered_by_a_person_decides_the_next_run(doubtful_project):
    sheet = doubtful_project / "hasil/pasangan.xlsx"
    first = run(doubtful_project).survey
    assert first.parcels["match"].tolist() == ["doubtful", *["id"] * 2]
    assert sheet.stat().st_mode & 0o077 == 0

    answer(sheet, "ya").save(doubtful_project / "pasangan.xlsx")
    second = run(doubtful_project).survey
    assert second.parcels["match"].iloc[0] == "decided"
    assert second.parcels["member"].iloc[0] == "Sukirman"
    # the new sheet keeps the answer, so that saving it over the old one loses nothing
    assert [d.choice for d in read_decisions(sheet)] == ["ya"]
    assert not [f for f in check(second).findings if f.code in ("H01", "H05")]


def test_answers_written_into_the_result_itself_are_not_overwritten(doubtful_project):
    sheet = doubtful_project / "hasil/pasangan.xlsx"
    run(doubtful_project)
    answer(sheet, "ya").save(sheet)
    run(doubtful_project)

    assert [d.choice for d in read_decisions(sheet)] == ["ya"]


def test_a_run_without_doubt_leaves_no_sheet_of_doubts(small_project):
    (small_project / "hasil").mkdir()
    (small_project / "hasil/pasangan.xlsx").write_bytes(b"of an earlier run")
    run(small_project)

    assert not (small_project / "hasil/pasangan.xlsx").exists()


@pytest.mark.parametrize(
    ("source", "match"),
    [
        ("KTH Mawar/moh_yusuf_2023-05-01.gpx", "name"),
        ("KTH Mawar/Lahan Sutrisno (2).gpx", "name"),
        ("KTH Mawar/Sutrisna.gpx", "doubtful"),
        ("KTH Mawar/Track_01.gpx", "none"),
        ("Sutrisno/01.gpx", "none"),
    ],
)
def test_a_parcel_without_a_name_is_known_by_its_file(tmp_path, source, match):
    parcels = doubtful_parcels("").assign(source=source)

    assert match_members(parcels, read_members(csv(tmp_path, LIST)))["match"].tolist() == [match]


def test_a_file_of_one_name_with_two_nameless_parcels_is_for_a_person_to_decide(tmp_path):
    register = read_members(csv(tmp_path, LIST))
    parcels = doubtful_parcels("", "", "Moh. Yusuf").assign(source="sutrisno.gpx")
    yes = [decision("sutrisno", "Sutrisno", 2, "ya", parcel_id="X-2")]
    kept, listed = matched_and_listed(parcels, register, yes)

    assert kept["match"].tolist() == ["doubtful", "decided", "name"]
    assert listed["reason"].tolist() == ["file_name", "file_name"]
    assert rules(note_lost_decisions(parcels, register, yes)) == rules(register)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Soekarno", "Sukarno"),
        ("Tjipto", "Cipto"),
        ("Jusuf", "Yusuf"),
        ("Djojo", "Joyo"),
    ],
)
def test_the_old_spelling_of_a_name_of_one_word_is_never_sure(tmp_path, old, new):
    for walked, listed in ((old, new), (new, old)):
        register = read_members(csv(tmp_path, f"Nama;NIK;Kelompok\n{listed};{NIK};KTH Mawar\n"))
        kept, pairs = matched_and_listed(doubtful_parcels(walked), register)

        assert kept["match"].tolist() == ["doubtful"]
        assert pairs[["candidate", "reason"]].to_numpy().tolist() == [[listed, "old_spelling"]]
