"""KoboToolbox and ODK exports as CSV, XLSX and JSON."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from fieldfiles import RING, put, read, reasons

TRACE = ";".join(f"{y} {x} 812 {n + 3}.5" for n, (x, y) in enumerate(RING))


def csv(*rows: str, heading: str = "grup/nama,grup/nik,grup/batas,_uuid") -> str:
    return "\n".join([heading, *rows])


def test_a_geoshape_is_a_walk_with_latitude_first_and_its_accuracy(tmp_path: Path) -> None:
    file = put(tmp_path, "kobo.csv", csv(f'Budi,0012345678901234,"{TRACE}",u1'))

    (feature,), rejected = read(file)

    assert feature.walk is not None
    assert feature.walk.segments[0].tolist() == [list(p) for p in RING]
    assert feature.walk.accuracy_m[0].tolist() == [3.5, 4.5, 5.5, 6.5, 7.5]
    assert feature.crs == "EPSG:4326"
    assert feature.feature == 'row 2 "Budi"'
    assert dict(feature.properties) == {"nama": "Budi", "nik": "0012345678901234", "_uuid": "u1"}
    assert rejected == []


@pytest.mark.parametrize("end", [";", "; ", ""])
def test_a_semicolon_at_the_end_is_no_point(tmp_path: Path, end: str) -> None:
    (feature,), _ = read(put(tmp_path, "a.csv", csv(f'Budi,1,"{TRACE}{end}",u1')))

    assert feature.walk is not None
    assert len(feature.walk.segments[0]) == 5


def test_semicolons_between_the_cells_do_not_cut_the_trace(tmp_path: Path) -> None:
    text = f'nama;batas\nBudi;"{TRACE}"'

    (feature,), _ = read(put(tmp_path, "a.csv", text))

    assert feature.walk is not None
    assert len(feature.walk.segments[0]) == 5


def test_points_put_by_hand_have_no_accuracy(tmp_path: Path) -> None:
    by_hand = ";".join(f"{y} {x} 0 0" for x, y in RING)

    (feature,), _ = read(put(tmp_path, "a.csv", csv(f'Budi,1,"{by_hand}",u')))

    assert feature.walk is not None
    assert np.isnan(feature.walk.accuracy_m[0]).all()


def test_a_bad_row_is_rejected_by_number_and_the_others_stay(tmp_path: Path) -> None:
    rows = (
        f'Budi,1,"{TRACE}",u1',
        "Sri,2,,u2",
        f'Tono,3,"{TRACE.replace("104.651", "seratus")}",u3',
        f'Budi,1,"{TRACE}",u1',
    )

    features, rejected = read(put(tmp_path, "a.csv", csv(*rows)))

    assert len(features) == 1
    assert [(r.feature, r.reason) for r in rejected] == [
        ('row 3 "Sri"', "row_without_land"),
        ('row 4 "Tono"', "bad_coordinate"),
        ('row 5 "Budi"', "duplicate_submission"),
    ]
    assert rejected[2].facts["row"] == 2


def test_two_lands_of_one_answer_sheet_are_two_features(tmp_path: Path) -> None:
    text = f'nama,batas_1,batas_2\nBudi,"{TRACE}","{TRACE}"'

    features, _ = read(put(tmp_path, "a.csv", text))

    assert [f.feature for f in features] == ['row 2 "Budi" part 1', 'row 2 "Budi" part 2']


def test_a_workbook_of_kobo_keeps_every_digit(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["nama", "nik", "batas"])
    book.active.append(["Budi", 1806051201800001, TRACE])
    book.save(tmp_path / "a.xlsx")

    (feature,), _ = read(tmp_path / "a.xlsx")

    assert feature.properties["nik"] == "1806051201800001"
    assert feature.walk is not None


def test_kobo_json_and_odk_odata_are_read(tmp_path: Path) -> None:
    kobo = {"count": 1, "results": [{"grup/nama": "Budi", "grup/batas": TRACE, "_uuid": "u1"}]}
    # ODK Central: no nesting of the ring, an empty last position, null heights
    ring = [[x, y, None] for x, y in RING]
    odk = {
        "value": [
            {
                "__id": "u2",
                "g": {"nama": "Sri", "b": {"type": "Polygon", "coordinates": [*ring, []]}},
            }
        ]
    }
    put(tmp_path, "1.json", json.dumps(kobo))
    put(tmp_path, "2.json", json.dumps(odk))

    (first, second), rejected = read(tmp_path)

    assert first.walk is not None
    assert len(first.walk.segments[0]) == 5
    assert second.geometry is not None
    assert len(second.geometry.exterior.coords) == 5
    assert second.properties["nama"] == "Sri"
    assert rejected == []


def test_each_repetition_in_json_has_its_own_answers(tmp_path: Path) -> None:
    lands = [
        {"lahan/no_andil": "M-1", "lahan/batas": TRACE},
        {"lahan/no_andil": "M-2", "lahan/batas": TRACE},
        {"lahan/no_andil": "M-3", "lahan/batas": None},
    ]
    photos = [{"filename": "budi/1.jpg"}]
    records = [
        {"_uuid": "u1", "kk/nama": "Budi", "lahan": lands, "_attachments": photos},
        {"_uuid": "u2", "kk/nama": "Sri", "lahan": []},
    ]

    features, rejected = read(put(tmp_path, "a.json", json.dumps({"results": records})))

    assert [(f.name, f.properties["no_andil"]) for f in features] == [
        ("Budi", "M-1"),
        ("Budi", "M-2"),
    ]
    assert [(r.feature, r.reason) for r in rejected] == [
        ('row 1 "Budi" part 3', "row_without_land"),
        ('row 2 "Sri"', "row_without_land"),
    ]


def test_a_row_with_a_cell_too_many_is_refused_not_read_askew(tmp_path: Path) -> None:
    rows = (f'Budi,1,"{TRACE}",u1,lebih', f'Sri,2,"{TRACE}",u2')

    features, rejected = read(put(tmp_path, "a.csv", csv(*rows)))

    assert [f.name for f in features] == ["Sri"]
    assert [(r.feature, r.reason) for r in rejected] == [('row 2 "Budi"', "row_ragged")]


def test_a_nul_byte_in_a_form_is_told_and_cuts_no_answer(tmp_path: Path) -> None:
    assert reasons(put(tmp_path, "a.csv", csv(f'Bu\0di,1,"{TRACE}",u1'))) == ["not_text"]


def test_the_tables_of_odk_central_are_joined_by_their_keys(tmp_path: Path) -> None:
    key = "uuid:u{}/blok[1]/lahan[{}]"
    tables = {
        "form.csv": "SubmissionDate,kk-nama,meta-instanceID,KEY\n"
        "2026,Budi,uuid:u1,uuid:u1\n2026,Sri,uuid:u2,uuid:u2\n2026,Tono,uuid:u3,uuid:u3",
        "form-blok.csv": "pekon,PARENT_KEY,KEY\nAtas,uuid:u1,uuid:u1/blok[1]\n"
        "Bawah,uuid:u2,uuid:u2/blok[1]",
        "form-blok-lahan.csv": "no_andil,batas,PARENT_KEY,KEY\n"
        f'M-1,"{TRACE}",uuid:u1/blok[1],{key.format(1, 1)}\n'
        f'M-2,"{TRACE}",uuid:u1/blok[1],{key.format(1, 2)}\n'
        f'M-3,"{TRACE}",uuid:u2/blok[1],{key.format(2, 1)}',
    }
    with zipfile.ZipFile(tmp_path / "form.zip", "w") as archive:
        for name, text in tables.items():
            archive.writestr(name, text)

    features, rejected = read(tmp_path / "form.zip")

    assert [(f.name, f.properties["no_andil"], f.properties["pekon"]) for f in features] == [
        ("Budi", "M-1", "Atas"),
        ("Budi", "M-2", "Atas"),
        ("Sri", "M-3", "Bawah"),
    ]
    assert [(r.feature, r.reason) for r in rejected] == [
        ('sheet "form.csv" row 4 "Tono"', "row_without_land")
    ]


def test_settings_of_an_app_are_no_map(tmp_path: Path) -> None:
    put(tmp_path, "a.json", '{"theme": "dark"}')
    put(tmp_path, "b.json", '[{"nama": "Budi"}]')

    assert reasons(tmp_path) == ["not_a_map", "table_without_coordinates"]


def test_a_geojson_of_kobo_has_the_bare_names_of_its_questions(tmp_path: Path) -> None:
    shape = {"type": "Polygon", "coordinates": [[[*p, 812, 4.5] for p in RING]]}
    said = {"start": "2026", "kk/nama": "Budi", "kk/kelompok": "KTH Mawar", "lahan/no_andil": "M-1"}
    record = {"type": "Feature", "geometry": shape, "properties": said}
    text = json.dumps({"type": "FeatureCollection", "features": [record]})

    (feature,), _ = read(put(tmp_path, "a.geojson", text))

    assert feature.feature == 'feature 1 "Budi"'
    said = feature.properties
    assert (feature.name, said["no_andil"], said["kelompok"]) == ("Budi", "M-1", "KTH Mawar")
