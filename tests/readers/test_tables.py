"""Tables of corners as people type them."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from fieldfiles import RING, SQUARE, put, read, reasons
from pyproj import Transformer
from shapely import Polygon

from hkm_gis.readers.coordinates import angle_deg, degrees_or_metres, pair

DEGREES = "\n".join(
    f"{n};{str(y).replace('.', ',')};{str(x).replace('.', ',')}"
    for n, (x, y) in enumerate(SQUARE, 1)
)


def corners(file: Path, **options: str) -> list[list[float]]:
    (feature,), rejected = read(file, **options)
    assert rejected == []
    assert feature.walk is not None
    assert feature.walk.corners
    result: list[list[float]] = feature.walk.segments[0].tolist()
    return result


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_decimal_commas_and_semicolons_are_read_in_every_encoding(
    tmp_path: Path, encoding: str
) -> None:
    text = f"Titik;Lintang;Bujur;Ket\n{DEGREES};é"

    assert corners(put(tmp_path, "a.csv", text.encode(encoding))) == [list(p) for p in SQUARE]


@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_every_separator_is_read(tmp_path: Path, separator: str) -> None:
    rows = [separator.join(["titik", "x", "y"])]
    rows += [separator.join([str(n), str(x), str(y)]) for n, (x, y) in enumerate(SQUARE)]

    assert corners(put(tmp_path, "a.txt", "\r\n".join(rows))) == [list(p) for p in SQUARE]


@pytest.mark.parametrize(
    ("text", "degrees"),
    [
        ("5° 26' 0\" LS", -(5 + 26 / 60)),
        ("5°26’00” LS", -(5 + 26 / 60)),
        ("5 26 0 S", -(5 + 26 / 60)),
        ("LS 5° 26' 0''", -(5 + 26 / 60)),
        ("104° 30,5' BT", 104 + 30.5 / 60),
        ("104,65° BT", 104.65),
        ("1°30'LU", 1.5),
        ("-5° 26' 0\"", -(5 + 26 / 60)),
        ("5º26º", None),
        ("5° 60' LS", None),
        ("5° 26' 60\" LS", None),
        ("5.5° 30' LS", None),
        ("lima", None),
        ("", None),
        ("LS 5 LS", None),
    ],
)
def test_degrees_minutes_and_seconds(text: str, degrees: float | None) -> None:
    if degrees is None:
        with pytest.raises(Exception, match="bad_coordinate"):
            angle_deg(text)
    else:
        assert angle_deg(text) == pytest.approx(degrees, abs=1e-12)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("448123,45", 448123.45),
        ("448.123,45", 448123.45),
        ("448,123.45", 448123.45),
        ("9.399.123", 9399123.0),
        ("9399123 mU", 9399123.0),
        ("104.650", 104.65),
        ("180", 180.0),
    ],
)
def test_metres_may_be_grouped_but_degrees_are_not(text: str, value: float) -> None:
    assert degrees_or_metres(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "-5.42, 104.65",
        "-5,42; 104,65",
        "-5,42 104,65",
        "-5.42 104.65 812 4.5",
        "5,42 LS 104,65 BT",
        "104,65 BT, 5,42 LS",
        "(-5.42,104.65)",
    ],
)
def test_one_cell_may_hold_both(text: str) -> None:
    assert pair(text) == (104.65, -5.42)


def test_the_heading_ls_means_south_without_a_sign(tmp_path: Path) -> None:
    rows = "\n".join(f"{n};{-y};{x}" for n, (x, y) in enumerate(SQUARE))

    assert corners(put(tmp_path, "a.csv", f"No;LS;BT\n{rows}")) == [list(p) for p in SQUARE]


def test_utm_with_a_zone_states_its_crs(tmp_path: Path) -> None:
    to_utm = Transformer.from_crs(4326, 32748, always_xy=True)
    utm = [to_utm.transform(x, y) for x, y in SQUARE]
    rows = "\n".join(f"{n};{e:.2f};{m:.2f};48S" for n, (e, m) in enumerate(utm))
    file = put(tmp_path, "a.csv", f"Titik;Koordinat X (m);Koordinat Y (m);Zona\n{rows}")

    (feature,), _ = read(file)

    assert feature.crs == "EPSG:32748"


@pytest.mark.parametrize(
    ("zone", "epsg"),
    [
        ("48.1", 23833),
        ("48,2", 23834),
        ("TM-3 48.2", 23834),
        ("TM3° zona 54.1", 23845),
        ("48.3", None),
        ("46.1", None),
        ("54.2", None),
    ],
)
def test_a_zone_of_the_land_offices_is_half_a_zone_of_utm(
    tmp_path: Path, zone: str, epsg: int | None
) -> None:
    rows = "\n".join(f"{n};{e};{m};{zone}" for n, (e, m) in enumerate(TM3))
    file = put(tmp_path, "a.csv", f"Titik;X;Y;Zona\n{rows}")

    features, rejected = read(file)

    assert [f.crs for f in features] == ([f"EPSG:{epsg}"] if epsg else [])
    assert [r.reason for r in rejected] == ([] if epsg else ["utm_zone_unknown"])


TM3 = ((300_000, 900_000), (300_100, 900_000), (300_100, 900_100))


@pytest.mark.parametrize(("said", "crs"), [("", ""), ("EPSG:32748", "EPSG:32748")])
def test_utm_without_a_zone_takes_what_the_user_says(tmp_path: Path, said: str, crs: str) -> None:
    text = "titik,easting,northing\n1,448100,9400100\n2,448200,9400100\n3,448200,9400000"

    (feature,), _ = read(put(tmp_path, "a.csv", text), crs=said)

    assert feature.crs == crs


def test_rows_of_several_parcels_are_parted_and_merged_cells_filled(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["DAFTAR TITIK ANDIL"])
    sheet.append([])
    sheet.append(["No Andil", "Nama Penggarap", "NIK", "Titik", "Lintang", "Bujur"])
    for parcel, name in (("A-1", "Budi"), ("A-2", "Sri")):
        for n, (x, y) in enumerate(SQUARE, 1):
            first = n == 1
            sheet.append([parcel if first else None, name if first else None, "0012", n, y, x])
    sheet.append(["Jumlah", None, None, 8])
    book.save(tmp_path / "titik.xlsx")

    features, rejected = read(tmp_path / "titik.xlsx")

    assert [(f.feature, f.name) for f in features] == [
        ('rows 4–7 "A-1"', "Budi"),
        ('rows 8–11 "A-2"', "Sri"),
    ]
    assert features[0].properties["NIK"] == "0012"
    assert rejected == []


def test_corner_numbers_give_the_order(tmp_path: Path) -> None:
    rows = [f"P{n},{x},{y}" for n, (x, y) in enumerate(SQUARE, 1)]
    file = put(tmp_path, "a.csv", "\n".join(["titik,lon,lat", rows[2], rows[0], rows[3], rows[1]]))

    assert corners(file) == [list(p) for p in SQUARE]


def test_one_unreadable_corner_costs_its_parcel_and_no_other(tmp_path: Path) -> None:
    rows = [f"{p},{n},{y},{x}" for p in ("A", "B") for n, (x, y) in enumerate(SQUARE)]
    rows[1] = "A,1,lima koma empat,104.651"

    features, rejected = read(put(tmp_path, "a.csv", "\n".join(["petak,titik,lat,long", *rows])))

    assert [f.feature for f in features] == ['rows 6–9 "B"']
    assert [(r.feature, r.reason, r.facts["row"]) for r in rejected] == [
        ('rows 2–5 "A"', "bad_coordinate_in_row", 3)
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("titik,lat,lon\n1,-5.4,104.6\n2,-5.4,104.7\n2,-5.4,104.7", "too_few_corners"),
        ("titik,lat,lon\n1,-5,42,104,65\n2,-5,43,104,65", "row_ragged"),
        ("titik,x,y\n1,104.6,-5.4\n2,448200,9400100\n3,448200,9400000", "mixed_coordinates"),
        (
            "titik,x,y,zona\n1,448100,9400100,99\n2,448200,9400100,99\n3,448200,9400000,99",
            "utm_zone_unknown",
        ),
        ("nama,nik,alamat\nBudi,1,Sumberejo", "table_without_coordinates"),
        ("nama,lat,lon", "no_features"),
        ("nama,lat,lon\nBudi,-5.4\x00,104.6", "not_text"),
        ("[.ShellClassInfo]\nIconResource=C:\\a.dll,0", "not_a_map"),
        ("Catatan rapat kelompok", "not_a_map"),
    ],
)
def test_a_table_that_is_no_land_says_why(tmp_path: Path, text: str, reason: str) -> None:
    assert reasons(put(tmp_path, "a.csv", text)) == [reason]


@pytest.mark.parametrize(
    "heading",
    [
        "Titik;BT Derajat;BT Menit;BT Detik;LS Derajat;LS Menit;LS Detik",
        'Titik;BT °;BT \';"BT """;LS °;LS \';"LS """',
        "Titik;Bujur (BT);;;Lintang (LS);;\n;D;M;S;D;M;S",
    ],
)
def test_degrees_minutes_and_seconds_in_cells_of_their_own(tmp_path: Path, heading: str) -> None:
    rows = "\n".join(f"{n};104;39;{x};5;25;{y}" for n, (x, y) in enumerate(_SECONDS))

    found = corners(put(tmp_path, "a.csv", f"{heading}\n{rows}"))

    assert found == [
        [pytest.approx(104.65 + x / 3600), pytest.approx(-5 - 25 / 60 - y / 3600)]
        for x, y in _SECONDS
    ]


_SECONDS = ((0, 12), (4, 12), (4, 16.5))


def test_a_heading_of_two_rows_is_one(tmp_path: Path) -> None:
    rows = "\n".join(f"A-1;Budi;{x};{y}" for x, y in SQUARE)

    (feature,), _ = read(put(tmp_path, "a.csv", f"No Andil;Nama;Koordinat;\n;;X;Y\n{rows}"))

    assert feature.properties["No Andil"] == "A-1"
    assert feature.name == "Budi"


def test_a_sheet_that_is_only_a_heading_or_damaged_leaves_the_next(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["titik", "lat", "lon"])
    for title, bad in (("rusak", "lima"), ("baik", -5.42)):
        sheet = book.create_sheet(title)
        sheet.append(["titik", "lat", "lon"])
        for n, (x, y) in enumerate(SQUARE):
            sheet.append([n, y if n else bad, x])
    book.save(tmp_path / "a.xlsx")

    features, rejected = read(tmp_path / "a.xlsx")

    assert [f.feature for f in features] == ['sheet "baik" rows 2–5']
    assert [(r.feature, r.reason) for r in rejected] == [
        ('sheet "rusak" rows 2–5', "bad_coordinate_in_row")
    ]


def test_a_stray_separator_costs_the_parcel_of_its_row_alone(tmp_path: Path) -> None:
    rows = [f"{p},{n},{y},{x}" for p in ("A", "B") for n, (x, y) in enumerate(SQUARE)]
    rows[1] += ",lebih"
    rows[4] += ",,"  # blank cells at the end are none

    features, rejected = read(put(tmp_path, "a.csv", "\n".join(["petak,titik,lat,long", *rows])))

    assert [f.feature for f in features] == ['rows 6–9 "B"']
    assert [(r.reason, r.facts["row"], r.facts["cells"]) for r in rejected] == [
        ("row_ragged", 3, 5)
    ]


def test_wkt_of_qgis_is_read_row_by_row(tmp_path: Path) -> None:
    text = f'WKT,nama\n"{Polygon(RING).wkt}",Budi\n"POLYGON ((0 0, 1",Sri\n,Tono'

    features, rejected = read(put(tmp_path, "a.csv", text))

    assert [f.geometry for f in features] == [Polygon(RING)]
    assert [(r.feature, r.reason) for r in rejected] == [
        ('row 3 "Sri"', "bad_coordinate_in_row"),
        ('row 4 "Tono"', "row_without_land"),
    ]


def test_a_member_list_is_no_map(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["No", "Nama", "NIK"])
    book.active.append([1, "Budi", "1806051201800001"])
    book.save(tmp_path / "anggota.xlsx")

    (rejection,) = read(tmp_path / "anggota.xlsx")[1]

    assert (rejection.code, rejection.reason) == ("S02", "table_without_coordinates")
