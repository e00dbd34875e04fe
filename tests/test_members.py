"""The member list as people really keep it, and whose parcel is whose."""

from __future__ import annotations

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from land import parcel_table, square

from hkm_gis.checks import check
from hkm_gis.errors import FileError, TableError
from hkm_gis.members import MEMBER_COLUMNS, fold_name, read_members
from hkm_gis.pairing import (
    PAIR_COLUMNS,
    Decision,
    doubtful_matches,
    match_members,
    note_lost_decisions,
    read_decisions,
)
from hkm_gis.workflow import run

NIK = "9999010101800001"
KK = "9999010101100001"


def csv(folder, text, *, encoding="utf-8"):
    path = folder / "anggota.csv"
    path.write_bytes(text.encode(encoding))
    return path


def xlsx(folder, sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    path = folder / "anggota.xlsx"
    book.save(path)
    return path


def rules(register):
    return [r.rule for r in register.repairs]


def test_a_plain_list_is_read_as_written(tmp_path):
    register = read_members(
        csv(
            tmp_path, f"Nama,NIK,No. KK,Kelompok,Pekon,No. Andil\nSutrisno,{NIK},{KK},KTH A,P,A-1\n"
        )
    )
    row = register.table.iloc[0]

    assert list(register.table.columns) == list(MEMBER_COLUMNS)
    assert (row["name"], row["nik"], row["kk"], row["group"]) == ("Sutrisno", NIK, KK, "KTH A")
    assert row["parcel_ids"] == ("A-1",)
    assert row["row"] == 2
    assert rules(register) == []


@pytest.mark.parametrize(
    "heading",
    [
        "NAMA;NIK;NO KK",
        "nama anggota;n i k;no._kk",
        "Nama Penggarap;No. KTP;Nomor KK",
        "Nama;NIK;KK",
    ],
)
def test_headings_are_known_in_any_dress(tmp_path, heading):
    table = read_members(csv(tmp_path, f"{heading}\nSiti;{NIK};{KK}\n")).table

    assert table[["name", "nik", "kk"]].iloc[0].tolist() == ["Siti", NIK, KK]


def test_titles_above_totals_below_and_empty_rows_are_no_members(tmp_path):
    path = xlsx(
        tmp_path,
        {
            "KTH Mawar": [
                ["DAFTAR ANGGOTA"],
                [],
                ["No", "Nama", "NIK", "No. KK"],
                [1, "Sutrisno", NIK, KK],
                [],
                ["", "JUMLAH", "1", ""],
            ]
        },
    )
    table = read_members(path).table

    assert table["name"].tolist() == ["Sutrisno"]
    assert table["group"].tolist() == ["KTH Mawar"]
    assert table["row"].tolist() == [4]


@pytest.mark.parametrize(
    ("nik", "rule"),
    [
        ("1.80602E+15", "number_in_exponent"),
        ("1,80602E+15", "number_in_exponent"),
        ("999901010180000", "number_length"),
        ("99990101018000011", "number_length"),
        ("9999013201800001", "birth_date_impossible"),
        ("9999010113800001", "birth_date_impossible"),
        ("9999017201800001", "birth_date_impossible"),
        ("9999013002800001", "birth_date_impossible"),
        ("9999017102800001", "birth_date_impossible"),
        ("9999013104800001", "birth_date_impossible"),
    ],
)
def test_a_number_that_cannot_be_is_kept_and_named(tmp_path, nik, rule):
    register = read_members(csv(tmp_path, f"Nama;NIK\nSiti;{nik}\n"))

    assert rules(register) == [rule]
    assert len(register.table) == 1
    assert nik not in str(register.repairs)


@pytest.mark.parametrize(
    "nik",
    [
        "9999 0101 0180 0001",
        "9999.010101.800001",
        "9999014101800001",
        "9999012902810001",  # 2000-02-29 and 1980-02-29 were; the year does not tell its century
        "9999013112800001",
    ],
)
@pytest.mark.bad_input("E14")
def test_spaces_dots_and_the_day_of_a_woman_are_no_fault(tmp_path, nik):
    register = read_members(csv(tmp_path, f"Nama;NIK\nSiti;{nik}\n"))

    assert rules(register) == []
    assert len(register.table["nik"].iloc[0]) == 16


def test_one_family_card_is_one_household_whoever_stands_on_it(tmp_path):
    table = read_members(
        csv(tmp_path, f"Nama;No. KK;Kelompok\nA B;{KK};X\nC D;{KK};Y\nE F;;X\nE F;;Y\n")
    ).table

    assert table["household"].tolist() == ["X-K001", "X-K001", "X-K002", "Y-K001"]
    assert not table["household"].str.contains(KK).any()


def test_one_person_twice_and_in_two_groups_is_named(tmp_path):
    twice = read_members(csv(tmp_path, f"Nama;NIK;Kelompok\nA;{NIK};X\nA;{NIK};X\n"))
    two = read_members(csv(tmp_path, f"Nama;NIK;Kelompok\nA;{NIK};X\nA;{NIK};Y\n"))

    assert rules(twice) == ["member_twice"]
    assert rules(two) == ["member_in_two_groups"]


def test_a_row_without_a_name_is_refused_by_its_row(tmp_path):
    register = read_members(csv(tmp_path, f"Nama;NIK;Pekon\nSiti;{NIK};P\n;{KK};P\n;;P\n"))

    assert [(r.code, r.reason, r.feature) for r in register.rejected] == [
        ("H04", "member_without_name", "row 3")
    ]
    assert len(register.table) == 1


def test_a_row_is_named_as_people_count_it_and_by_its_sheet_where_there_are_several(tmp_path):
    rows = [["Nama", "NIK"], ["Siti", NIK[:-1]]]

    one = read_members(xlsx(tmp_path, {"Sheet": rows}))
    two = read_members(xlsx(tmp_path, {"KTH Mawar": rows, "KTH Melati": rows}))

    assert [r.feature for r in one.repairs] == ["row 2"]
    assert [r.feature for r in two.repairs[:2]] == [
        'sheet "KTH Mawar" row 2',
        'sheet "KTH Melati" row 2',
    ]


def test_a_file_that_is_no_member_list_is_a_plain_error(tmp_path):
    with pytest.raises(TableError):
        read_members(csv(tmp_path, "a;b\n1;2\n"))
    with pytest.raises(FileError):
        read_members(tmp_path / "tidak-ada.xlsx")
    (tmp_path / "rusak.xlsx").write_bytes(b"PK\3\4 not a workbook")
    with pytest.raises(FileError):
        read_members(tmp_path / "rusak.xlsx")


def test_cp1252_and_utf16_lists_are_read(tmp_path):
    for encoding in ("cp1252", "utf-16", "utf-8-sig"):
        table = read_members(csv(tmp_path, f"Nama;NIK\nAndré;{NIK}\n", encoding=encoding)).table
        assert table["name"].tolist() == ["André"]


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


@given(st.permutations(["Moh. Ali Akbar", "Akbar Ali, Muhammad", "H. MUH ALI  AKBAR"]))
@settings(max_examples=6)
def test_one_person_written_three_ways_is_one_name(names):
    assert len({fold_name(n) for n in names}) == 1


@given(st.text(max_size=30))
@settings(max_examples=50)
def test_folding_a_name_twice_changes_nothing(name):
    assert fold_name(fold_name(name)) == fold_name(name)


def test_an_empty_list_matches_nobody(tmp_path):
    register = read_members(csv(tmp_path, "Nama;NIK\n"))
    parcels = parcel_table([{"parcel_id": "A", "geometry": square(0, 0, 10)}])

    assert isinstance(register.table, pd.DataFrame)
    assert match_members(parcels, register)["match"].tolist() == ["none"]


def test_two_people_whose_numbers_lost_their_tails_stay_two_households(tmp_path):
    table = read_members(
        csv(tmp_path, "Nama;NIK;Kelompok\nA B;1.80602E+15;X\nC D;1.80602E+15;X\n")
    ).table

    assert table["household"].nunique() == 2


def test_a_number_that_a_spreadsheet_cut_is_left_out_and_named(tmp_path):
    register = read_members(
        xlsx(tmp_path, {"X": [["Nama", "NIK"], ["A B", 1806051201800000], ["C D", NIK]]})
    )

    assert register.table["nik"].tolist() == ["", NIK]
    assert rules(register) == ["number_in_exponent"]


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


def test_a_family_card_in_merged_cells_is_that_of_every_row_it_covers(tmp_path):
    rows = [
        ["Nama", "No. KK", "Kelompok"],
        ["A B", KK, "Mawar"],
        ["C D", None, None],
        ["E F", None, None],
        ["G H", None, None],
    ]
    path = xlsx(tmp_path, {"Sheet1": rows})
    book = openpyxl.load_workbook(path)
    book.active.merge_cells("B2:B3")
    book.active.merge_cells("C2:C5")
    book.save(path)
    register = read_members(path)

    assert register.table["kk"].tolist() == [KK, KK, "", ""]
    assert register.table["household"].tolist() == ["M-K001", "M-K001", "M-K002", "M-K003"]
    assert set(register.table["group"]) == {"Mawar"}
    assert [(r.feature, r.facts["what"], r.facts["row"]) for r in register.repairs] == [
        ("row 3", "No. KK", 2),
        ("row 3", "Kelompok", 2),
        ("row 4", "Kelompok", 2),
        ("row 5", "Kelompok", 2),
    ]


def test_a_merged_number_that_lost_its_digits_is_no_card_for_anybody(tmp_path):
    rows = [["Nama", "No. KK"], ["A B", 1806051201800000], ["C D", None]]
    path = xlsx(tmp_path, {"X": rows})
    book = openpyxl.load_workbook(path)
    book.active.merge_cells("B2:B3")
    book.save(path)
    register = read_members(path)

    assert register.table["kk"].tolist() == ["", ""]
    assert register.table["household"].nunique() == 2


@pytest.mark.parametrize(
    "nik",
    [
        f"{NIK}.0",
        f"'{NIK}",
        f'="{NIK}"',
        f"{NIK[:6]}_{NIK[6:12]}-{NIK[12:]}",
        f"`{NIK[:8]} {NIK[8:]}´",
    ],
)
def test_a_number_in_the_dress_of_a_spreadsheet_is_its_digits(tmp_path, nik):
    cell = nik.replace('"', '""')
    register = read_members(csv(tmp_path, f'Nama;NIK\nSiti;"{cell}"\n'))

    assert register.table["nik"].tolist() == [NIK]
    assert rules(register) == []


@pytest.mark.parametrize(("region", "noted"), [("1806", []), ("2006", ["region_unknown"])])
def test_a_region_that_is_none_is_noted_and_the_number_still_counts(tmp_path, region, noted):
    register = read_members(csv(tmp_path, f"Nama;NIK\nSiti;{region}{NIK[4:]}\n"))

    assert rules(register) == noted
    assert register.table["nik"].tolist() == [region + NIK[4:]]


@pytest.mark.parametrize(("rows", "kept"), [(4, True), (5, False)])
def test_numbers_that_all_end_in_zero_have_lost_their_last_digit(tmp_path, rows, kept):
    lines = "".join(f"Anggota {n};{KK[:-2]}{n}0\n" for n in range(rows))
    register = read_members(csv(tmp_path, "Nama;No. KK\n" + lines))

    assert all(bool(kk) is kept for kk in register.table["kk"])
    assert rules(register) == ([] if kept else ["number_in_exponent"] * rows)


def test_a_printed_register_tells_no_number(tmp_path):
    register = read_members(csv(tmp_path, f"Nama;NIK;No. KK\nSiti;{NIK};{KK}\nBudi;{KK[:-1]};\n"))

    assert register.repairs
    assert not {NIK, KK, KK[:-1]} & set(repr(register).replace("'", " ").split())
    assert KK[:-1] not in repr(register)


@pytest.mark.parametrize(
    "number", ["1806051201800001", "1806 0512 0180 0001", "18.06.051201.800001", "1,80605E+15"]
)
def test_an_identity_number_in_the_column_of_names_is_nobodys_name(tmp_path, number):
    file = tmp_path / "anggota.csv"
    file.write_text(f"Nama;Kelompok\nSuparman;Lestari\n{number};Lestari\nSumi 2;Lestari\n")

    register = read_members(file)

    assert list(register.table["name"]) == ["Suparman", "Sumi 2"]
    (rejection,) = register.rejected
    assert (rejection.feature, rejection.reason) == ("row 3", "member_without_name")
