"""Repeated groups of KoboToolbox and ODK: rows of one table that belong to rows of another."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest
from fieldfiles import RING, put, read

from hkm_gis.readers import read_files
from hkm_gis.record import Remark

TRACE = ";".join(f"{y} {x} 812 {n + 3}.5" for n, (x, y) in enumerate(RING))

# A workbook of KoboToolbox with a repeated group: each repetition is a row of a sheet of its own.
FORM = ["start", "end", "kk/nama", "kk/kelompok", "meta/instanceID", "_id", "_uuid", "_index"]
REPEAT = [
    *("lahan/no_andil", "lahan/batas", "_index", "_parent_table_name", "_parent_index"),
    *("_submission__id", "_submission__uuid", "_submission__submission_time"),
]
TITLE = "Pemetaan andil garapan anggota KTH Register 30"  # longer than a sheet's name may be


def submission(n: int, name: str) -> list[object]:
    return [None, None, name, "KTH Mawar", f"uuid:u{n}", 800 + n, f"u{n}", n]


def repetition(n: int, code: str, trace: str | None, *, parent: int) -> list[object]:
    return [code, trace, n, TITLE, parent, 800 + parent, f"u{parent}", "2026-05-01T08:00:00"]


def kobo(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name[:31])
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_each_repetition_is_a_parcel_with_the_answers_of_its_submission(tmp_path: Path) -> None:
    file = kobo(
        tmp_path / "a.xlsx",
        {
            TITLE: [FORM, submission(1, "Budi"), submission(2, "Sri")],
            "lahan": [
                REPEAT,
                repetition(1, "M-1", TRACE, parent=1),
                repetition(2, "M-2", TRACE, parent=1),
                repetition(3, "M-3", TRACE, parent=2),
            ],
        },
    )
    features, rejected = read(file)

    assert rejected == []
    assert [f.feature for f in features] == [
        'sheet "lahan" row 2 "Budi"',
        'sheet "lahan" row 3 "Budi"',
        'sheet "lahan" row 4 "Sri"',
    ]
    assert [(f.name, f.properties["no_andil"], f.properties["kelompok"]) for f in features] == [
        ("Budi", "M-1", "KTH Mawar"),
        ("Budi", "M-2", "KTH Mawar"),
        ("Sri", "M-3", "KTH Mawar"),
    ]
    assert all(f.walk is not None and len(f.walk.segments[0]) == 5 for f in features)


def test_a_repeat_in_a_repeat_carries_the_answers_of_both(tmp_path: Path) -> None:
    inner = ["batas", "_index", "_parent_table_name", "_parent_index", "_submission__id"]
    outer = ["pekon", "_index", "_parent_table_name", "_parent_index", "_submission__id"]
    file = kobo(
        tmp_path / "a.xlsx",
        {
            TITLE: [FORM, submission(1, "Budi"), submission(2, "Sri")],
            "blok": [outer, ["Atas", 1, TITLE, 1, 801], ["Bawah", 2, TITLE, 2, 802]],
            "lahan": [inner, [TRACE, 1, "blok", 2, 802], [TRACE, 2, "blok", 1, 801]],
        },
    )
    features, rejected = read(file)

    assert rejected == []
    assert [(f.name, f.properties["pekon"]) for f in features] == [
        ("Sri", "Bawah"),
        ("Budi", "Atas"),
    ]


def test_a_submission_without_land_and_a_land_without_submission_are_not_lost(
    tmp_path: Path,
) -> None:
    file = kobo(
        tmp_path / "a.xlsx",
        {
            TITLE: [FORM, submission(1, "Budi"), submission(2, "Sri"), submission(3, "Tono")],
            "lahan": [
                REPEAT,
                repetition(1, "M-1", TRACE, parent=1),
                repetition(2, "M-2", None, parent=2),
                repetition(3, "M-9", TRACE, parent=9),
            ],
        },
    )
    features, rejected = read(file)

    assert [(f.name, f.properties["no_andil"]) for f in features] == [("Budi", "M-1"), ("", "M-9")]
    assert [(r.feature, r.reason) for r in rejected] == [
        ('sheet "lahan" row 3 "Sri"', "row_without_land"),
        (f'sheet "{TITLE[:31].strip()}" row 4 "Tono"', "row_without_land"),
    ]


def test_a_land_of_the_form_itself_stands_beside_those_of_its_repeat(tmp_path: Path) -> None:
    file = kobo(
        tmp_path / "a.xlsx",
        {
            TITLE: [
                [*FORM, "batas_rumah"],
                [*submission(1, "Budi"), TRACE],
                [*submission(2, "Sri"), None],
            ],
            "lahan": [
                REPEAT,
                repetition(1, "M-1", TRACE, parent=1),
                repetition(2, "M-2", TRACE, parent=2),
            ],
        },
    )
    features, rejected = read(file)

    assert rejected == []
    assert [f.name for f in features] == ["Budi", "Budi", "Sri"]
    assert "batas_rumah" not in features[1].properties


def test_without_the_row_the_number_of_the_submission_joins(tmp_path: Path) -> None:
    file = kobo(
        tmp_path / "a.xlsx",
        {
            TITLE: [FORM, submission(1, "Budi"), submission(2, "Sri")],
            "lahan": [["batas", "_submission__id"], [TRACE, 802], [TRACE, 801]],
        },
    )
    features, _ = read(file)

    assert [f.name for f in features] == ["Sri", "Budi"]


def test_other_sheets_of_the_workbook_are_read_as_ever(tmp_path: Path) -> None:
    corners = [["lahan", "lat", "lon"], *(["K-1", y, x] for x, y in RING[:-1])]
    file = kobo(
        tmp_path / "a.xlsx",
        {
            "Petunjuk": [["Isi semua kolom", ""], ["Simpan", "segera"]],
            TITLE: [FORM, submission(1, "Budi")],
            "lahan": [REPEAT, repetition(1, "M-1", TRACE, parent=1)],
            "titik": corners,
        },
    )
    features, rejected = read(file)

    assert rejected == []
    assert [f.feature for f in features] == [
        'sheet "lahan" row 2 "Budi"',
        'sheet "titik" rows 2–5 "K-1"',
    ]


def test_two_exports_put_together_are_joined_by_the_submission(tmp_path: Path) -> None:
    second = submission(2, "Sri")
    second[-1] = 1  # each export counts its rows from 1
    file = kobo(
        tmp_path / "a.xlsx",
        {
            TITLE: [FORM, submission(1, "Budi"), second],
            "lahan": [
                REPEAT,
                repetition(1, "M-1", TRACE, parent=1),
                ["M-2", TRACE, 1, TITLE, 1, 802, "u2", "2026-05-02T08:00:00"],
            ],
        },
    )
    features, _ = read(file)

    assert [f.name for f in features] == ["Budi", "Sri"]


# The same form as text tables: each repeated group is a file of its own.
KOBO = {
    "Pemetaan_2026-05-01.csv": "start,kk/nama,kk/kelompok,_id,_uuid,_index\n"
    "2026,Budi,KTH Mawar,801,u1,1\n2026,Sri,KTH Mawar,802,u2,2\n2026,Tono,KTH Mawar,803,u3,3",
    "lahan.csv": "lahan/no_andil,lahan/batas,_index,_parent_table_name,_parent_index,"
    f'_submission__id\nM-1,"{TRACE}",1,Pemetaan,1,801\nM-2,"{TRACE}",2,Pemetaan,1,801\n'
    f'M-3,"{TRACE}",3,Pemetaan,2,802',
}
JOINED = [("Budi", "M-1", "KTH Mawar"), ("Budi", "M-2", "KTH Mawar"), ("Sri", "M-3", "KTH Mawar")]


def joined(features):
    return [(f.name, f.properties["no_andil"], f.properties["kelompok"]) for f in features]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_text_tables_of_one_form_are_joined_where_they_lie_side_by_side(
    tmp_path: Path, separator: str
) -> None:
    corners = "\n".join(["petak,lat,lon", *(f"K-1,{y},{x}" for x, y in RING[:-1])])
    for name, text in {**KOBO, "titik.csv": corners}.items():
        put(tmp_path, name, text.replace(",", separator))

    outcomes = list(read_files([tmp_path]))
    features, rejected = read(tmp_path)

    assert joined(features[:3]) == JOINED
    assert [(f.source, f.feature) for f in features] == [
        ("lahan.csv", 'row 2 "Budi"'),
        ("lahan.csv", 'row 3 "Budi"'),
        ("lahan.csv", 'row 4 "Sri"'),
        ("titik.csv", 'rows 2–5 "K-1"'),
    ]
    assert [(r.source, r.feature, r.reason) for r in rejected] == [
        ("Pemetaan_2026-05-01.csv", 'row 4 "Tono"', "row_without_land")
    ]
    assert [(o.source, o.rule, o.facts) for o in outcomes if isinstance(o, Remark)] == [
        ("Pemetaan_2026-05-01.csv", "answers_joined", {"files": "lahan.csv"})
    ]


def test_text_tables_of_one_form_are_joined_in_an_archive(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "kobo.zip", "w") as archive:
        for name, text in KOBO.items():
            archive.writestr(name, text)

    features, rejected = read(tmp_path)

    assert joined(features) == JOINED
    assert [r.reason for r in rejected] == ["row_without_land"]


def test_of_two_forms_in_one_folder_the_submissions_say_which_is_meant(tmp_path: Path) -> None:
    for name, text in KOBO.items():
        put(tmp_path, name, text)
    put(tmp_path, "Absensi.csv", "nama,_id,_uuid,_index\nJono,501,a1,1\nWati,502,a2,2")

    features, rejected = read(tmp_path)

    assert joined(features) == JOINED
    assert [(r.source, r.reason) for r in rejected] == [
        ("Absensi.csv", "table_without_coordinates"),
        ("Pemetaan_2026-05-01.csv", "row_without_land"),
    ]


def test_a_table_that_was_named_alone_is_read_alone(tmp_path: Path) -> None:
    for name, text in KOBO.items():
        put(tmp_path, name, text)

    features, rejected = read(tmp_path / "lahan.csv")

    assert [(f.name, f.properties["no_andil"]) for f in features] == [
        ("", "M-1"),
        ("", "M-2"),
        ("", "M-3"),
    ]
    assert rejected == []
