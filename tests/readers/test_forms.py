"""KoboToolbox and ODK exports as CSV, XLSX and JSON."""

from __future__ import annotations

import json
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


def test_settings_of_an_app_are_no_map(tmp_path: Path) -> None:
    put(tmp_path, "a.json", '{"theme": "dark"}')
    put(tmp_path, "b.json", '[{"nama": "Budi"}]')

    assert reasons(tmp_path) == ["not_a_map", "table_without_coordinates"]
