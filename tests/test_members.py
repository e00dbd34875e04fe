"""The member list as people really keep it."""

from __future__ import annotations

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from memberlists import KK, NIK, csv, rules, xlsx

from hkm_gis.errors import FileError, TableError
from hkm_gis.members import MEMBER_COLUMNS, fold_name, read_members


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


@given(st.permutations(["Moh. Ali Akbar", "Akbar Ali, Muhammad", "H. MUH ALI  AKBAR"]))
@settings(max_examples=6)
def test_one_person_written_three_ways_is_one_name(names):
    assert len({fold_name(n) for n in names}) == 1


@given(st.text(max_size=30))
@settings(max_examples=50)
def test_folding_a_name_twice_changes_nothing(name):
    assert fold_name(fold_name(name)) == fold_name(name)


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
