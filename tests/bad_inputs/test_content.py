"""E1 to E17: what devices, forms and people write into files that are otherwise whole."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import openpyxl
import pytest
import shapely
from badfiles import PARCEL, TRACE, Case, case, prove, shapes, table, take, text
from fieldfiles import RING, SQUARE, gpx, kml, kml_polygon, placemark, put, read, track, waypoint
from land import lonlat
from pyproj import Geod
from walker import SQUARE as FIELD_M
from walker import Receiver, along, knot

from hkm_gis.plane import area_m2

RING_M2 = abs(Geod(ellps="WGS84").geometry_area_perimeter(shapely.Polygon(RING))[0])
NAMED = [waypoint("pondok", *SQUARE[0]), waypoint("sungai", *SQUARE[1])]
NUMBERED = [waypoint(f"{n}", *place) for n, place in enumerate(SQUARE, 1)]
ROUTE = "<rte>" + "".join(f'<rtept lat="{y}" lon="{x}"/>' for x, y in RING) + "</rte>"
GARMIN = (
    "<extensions><gpxtpx:TrackPointExtension><gpxtpx:atemp>24</gpxtpx:atemp>"
    "</gpxtpx:TrackPointExtension></extensions>"
)
TWO_POINTS = '"-5.42 104.65 0 0;-5.42 104.66 0 0"'
CORNERS = [(n, y, x) for n, (x, y) in enumerate(SQUARE, 1)]


def m(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return points in board metres as a device writes them."""
    return [(x, y) for x, y in lonlat(points).tolist()]


GPX_1_1 = 'gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"'


def walk(title: str, *parts: str, root: str = GPX_1_1, **becomes: object):
    return case(title, text("a.gpx", gpx(*parts, root=root)), **becomes)


def form(title: str, *rows: str, **becomes: object):
    return case(title, text("kobo.csv", table(*rows)), **becomes)


def list_of_corners(title: str, rows: list[str], encoding: str = "utf-8", **becomes: object):
    content = "\n".join(rows).encode(encoding)
    return case(title, text("titik.csv", content), accepted=1, area_m2=RING_M2, **becomes)


@pytest.mark.parametrize(
    "expected",
    [
        walk(
            "E1 track among points",
            *NAMED,
            track(RING),
            accepted=1,
            rejected=(
                'S05 waypoint_not_a_parcel, a.gpx, waypoint 1 "pondok"',
                'S05 waypoint_not_a_parcel, a.gpx, waypoint 2 "sungai"',
            ),
        ),
        walk("E2 empty track", "<trk/>", rejected=("S01 track_empty, a.gpx, track 1",)),
        walk("E2 nothing", rejected=("S01 no_features, a.gpx",)),
        walk(
            "E2 only named points",
            *NAMED,
            rejected=(
                'S05 waypoint_not_a_parcel, a.gpx, waypoint 1 "pondok"',
                'S05 waypoint_not_a_parcel, a.gpx, waypoint 2 "sungai"',
            ),
        ),
        walk("E2 only numbered points", *NUMBERED, accepted=1, area_m2=RING_M2),
        walk("E2 only a route", ROUTE, accepted=1, area_m2=RING_M2),
        walk(
            "E3 one field in two segments",
            track(m(along(FIELD_M)[:31]), m(along(FIELD_M)[33:])),
            repaired=1,
            repairs=("join_segments",),
            area_m2=1e4,
        ),
        walk(
            "E3 two fields in one file",
            track(m(along(FIELD_M))),
            track(m([(x + 300, y) for x, y in along(FIELD_M)])),
            accepted=2,
            area_m2=2e4,
        ),
        walk(
            "E3 two fields in one track",
            track(m(along(FIELD_M)), m([(x + 300, y) for x, y in along(FIELD_M)])),
            repaired=2,
            repairs=("split_walk",),
            area_m2=2e4,
        ),
        walk(
            "E4 loop 40 m open",
            track(m(along([*FIELD_M[:4], (0.0, 40.0)]))),
            repaired=1,
            repairs=("close_gap",),
            area_m2=1e4,
        ),
        walk(
            "E4 loop 100 m open",
            track(m(along([*FIELD_M[:3]]))),
            rejected=('W01 walk_not_closed, a.gpx, track 1 "Pak Budi"',),
        ),
        walk(
            "E4 straight",
            track(RING[:2], RING[:2][::-1]),
            rejected=('W01 straight_line, a.gpx, track 1 "Pak Budi"',),
        ),
        walk(
            "E5 GPX 1.0",
            track(RING),
            root='gpx version="1.0" xmlns="http://www.topografix.com/GPX/1/0"',
            accepted=1,
            area_m2=RING_M2,
        ),
        walk("E5 no namespace", track(RING), root='gpx version="1.1"', accepted=1, area_m2=RING_M2),
        case(
            "E5 mark of utf-8",
            text("a.gpx", "\ufeff" + gpx(track(RING))),
            accepted=1,
            area_m2=RING_M2,
        ),
        walk(
            "E5 what a Garmin adds",
            track(RING, inside=GARMIN),
            root=f'{GPX_1_1} xmlns:gpxtpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v1"',
            accepted=1,
            area_m2=RING_M2,
        ),
        case(
            "E6 comma in a gpx",
            text("a.gpx", gpx(track(RING)).replace('"-5.42', '"-5,42')),
            accepted=1,
            area_m2=RING_M2,
        ),
        list_of_corners(
            "E6 comma in a table",
            ["titik;lat;lon", *(f"{n};{y};{x}".replace(".", ",") for n, y, x in CORNERS)],
        ),
        case(
            "E6 comma that is also the separator",
            text("titik.csv", "titik,lat,lon\n1,-5,42,104,65\n2,-5,43,104,65\n3,-5,43,104,66"),
            rejected=("S01 row_ragged, titik.csv, rows 2–4",),
        ),
        form("E8 geoshape", f'Budi,"{TRACE}",u1', accepted=1, area_m2=RING_M2),
        form("E8 semicolon at the end", f'Budi,"{TRACE};",u1', accepted=1, area_m2=RING_M2),
        form(
            "E8 no heights",
            f'Budi,"{TRACE.replace(" 812 4.5", "")}",u1',
            accepted=1,
            area_m2=RING_M2,
        ),
        case(
            "E9 empty last position, ring without nesting",
            text(
                "odk.json",
                json.dumps(
                    {
                        "value": [
                            {
                                "__id": "u2",
                                "nama": "Sri",
                                "b": {"type": "Polygon", "coordinates": [*map(list, RING), []]},
                            }
                        ]
                    }
                ),
            ),
            repaired=1,
            repairs=("drop_empty_position",),
            area_m2=RING_M2,
        ),
        form(
            "E10 two points",
            f"Budi,{TWO_POINTS},u1",
            f'Sri,"{TRACE}",u2',
            accepted=1,
            rejected=('S01 too_few_points, kobo.csv, row 2 "Budi"',),
        ),
        form(
            "E10 blank",
            f'Budi,"{TRACE}",u1',
            "Sri,,u2",
            accepted=1,
            rejected=('S01 row_without_land, kobo.csv, row 3 "Sri"',),
        ),
        form(
            "E10 half a position",
            f'Budi,"{TRACE};-5.42",u1',
            f'Sri,"{TRACE}",u2',
            accepted=1,
            rejected=('S01 bad_coordinate, kobo.csv, row 2 "Budi"',),
        ),
        form(
            "E10 words",
            f'Budi,"{TRACE.replace("104.651", "seratus")}",u1',
            f'Sri,"{TRACE}",u2',
            accepted=1,
            rejected=('S01 bad_coordinate, kobo.csv, row 2 "Budi"',),
        ),
        form(
            "E12 submission twice",
            *[f'Budi,"{TRACE}",u1'] * 2,
            accepted=1,
            rejected=('S01 duplicate_submission, kobo.csv, row 3 "Budi"',),
        ),
        case(
            "E12 heading twice",
            text("kobo.csv", table(f'Budi,Sri,"{TRACE}"', heading="nama,nama,batas")),
            accepted=1,
        ),
        form(
            "E12 cell too many",
            f'Budi,"{TRACE}",u1,lebih',
            f'Sri,"{TRACE}",u2',
            accepted=1,
            rejected=('S01 row_ragged, kobo.csv, row 2 "Budi"',),
        ),
        form("E12 cell too few", f'Budi,"{TRACE}"', accepted=1),
        form("E12 NUL", f'Bu\0di,"{TRACE}",u1', rejected=("S01 not_text, kobo.csv",)),
        form("E12 heading only", rejected=("S02 table_without_coordinates, kobo.csv",)),
        *(
            list_of_corners(
                f"E13 {encoding}",
                ["titik;lat;lon;ket", *(f"{n};{y};{x};é" for n, y, x in CORNERS)],
                encoding,
            )
            for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252")
        ),
        list_of_corners(
            "E15 degrees, minutes, seconds",
            [
                "titik;Lintang;Bujur",
                "1;5° 25' 12\" LS;104° 39' 00\" BT",
                "2;5°25'12\"LS;104°39'3,6\"BT",
                "3;5 25 15.6 S;104 39 3.6 E",
                "4;LS 5° 25' 15.6'';BT 104° 39'",
            ],
        ),
        case(
            "E15 sixty minutes",
            text(
                "titik.csv", "titik;lat;lon\n1;5°60' LS;104° BT\n2;5° LS;104° BT\n3;6° LS;104° BT"
            ),
            rejected=("S01 bad_coordinate_in_row, titik.csv, rows 2–4",),
        ),
        *(
            case(
                f"E16 {what}",
                text("a.kml", content),
                accepted=1,
                area_m2=RING_M2,
            )
            for what, content in (
                ("namespace of 2005", kml(PARCEL, namespace="http://earth.google.com/kml/2.0")),
                (
                    "tag of another language",
                    kml(placemark("x", f"<MultiPolygon>{kml_polygon()}</MultiPolygon>")),
                ),
                ("blank after commas", kml(PARCEL).replace(",", ", ")),
            )
        ),
        case(
            "E16 blank coordinates",
            text("a.kml", kml(placemark("x", kml_polygon(())), PARCEL)),
            accepted=1,
            rejected=('S01 no_geometry, a.kml, placemark 1 "x"',),
        ),
        case(
            "E17 folders in folders",
            text("a.kml", kml(PARCEL, f"<Folder><Folder>{PARCEL}</Folder>{PARCEL}</Folder>")),
            accepted=3,
        ),
    ],
)
def test_what_the_field_writes_is_read_as_meant_or_named(expected: Case, folder: Path) -> None:
    prove(expected, folder)


@pytest.mark.bad_input("E7")
@pytest.mark.parametrize("seed", [1, 3, 6])
def test_a_noisy_walk_that_crosses_itself_keeps_its_land_and_says_so(
    folder: Path, seed: int
) -> None:
    steady = Receiver(error_m=3.0, fading_s=60.0, jitter_m=1.0)
    recording, _ = knot(np.random.default_rng(seed), np.array(FIELD_M[:4]), steady)
    (points,) = recording.walk().segments
    put(folder, "a.gpx", gpx(track([tuple(p) for p in points.tolist()])))
    assert not shapely.Polygon(points).is_valid

    intake = take(folder)

    assert (intake.features, intake.repaired, intake.rejected) == (1, 1, ())
    as_walked_m2 = area_m2([shapely.make_valid(shapely.Polygon(points))])[0]
    assert intake.parcels["area_ha"].iloc[0] * 1e4 == pytest.approx(as_walked_m2, rel=0.03)
    assert intake.parcels.geometry.iloc[0].is_valid
    assert intake.repairs


@pytest.mark.bad_input("E11")
def test_one_poor_fix_is_told_and_widens_the_uncertainty(folder: Path) -> None:
    poor = TRACE.replace("4.5", "180", 1).replace("4.5", "20.1", 1).replace("4.5", "20", 1)
    put(folder, "kobo.csv", table(f'Budi,"{TRACE}",u1', f'Sri,"{poor}",u2'))

    intake = take(folder)

    usual, unsure = intake.parcels.to_dict("records")
    assert intake.accepted == 2
    assert usual["accuracy_m"] == pytest.approx(4.5)
    assert unsure["accuracy_m"] > 50
    assert unsure["uncertainty_ha"] > 5 * usual["uncertainty_ha"]
    assert [(r.feature, r.rule, r.facts) for r in intake.remarks] == [
        ('row 3 "Sri"', "poor_fixes", {"points": 2, "worst_m": 180.0})
    ]


@pytest.mark.bad_input("E12")
def test_a_heading_that_stands_twice_keeps_both_answers(folder: Path) -> None:
    file = put(folder, "kobo.csv", table(f'Budi,Sri,"{TRACE}"', heading="nama,nama,batas"))

    (feature,), _ = read(file)

    assert dict(feature.properties) == {"nama": "Budi", "nama_2": "Sri"}


@pytest.mark.bad_input("E14")
@pytest.mark.parametrize("form", ["csv", "xlsx", "geojson"])
def test_zeros_and_sixteen_digits_are_text_from_end_to_end(folder: Path, form: str) -> None:
    said = {"nik": "0012345678901234", "rt": "003", "kode": "0123"}
    if form == "geojson":
        shape = json.loads(shapes(shapely.Polygon(RING)))
        shape["features"][0]["properties"] = said
        put(folder, "a.geojson", json.dumps(shape))
    else:
        rows = [[*said, "batas"], [*said.values(), TRACE]]
        write_rows(folder / f"a.{form}", rows)

    (feature,), _ = read(folder)
    (row,) = take(folder).parcels.to_dict("records")

    assert dict(feature.properties) == said
    assert row["parcel_id"] == "0123"


def write_rows(file: Path, rows: list[list[str]]) -> None:
    if file.suffix == ".csv":
        file.write_text("\n".join(",".join(f'"{cell}"' for cell in row) for row in rows))
        return
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(file)
