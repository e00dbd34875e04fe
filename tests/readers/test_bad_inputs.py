"""What must never happen, one table a group: each case makes its file and says what becomes of it.

A case is a name, how to make the file, how many parcels it gives, and the reasons of the rest.
"""

from __future__ import annotations

import json
import os
import random
import socket
import sqlite3
import struct
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from fieldfiles import (
    RING,
    SQUARE,
    gpx,
    kml,
    kml_polygon,
    placemark,
    prove_nothing_is_lost,
    put,
    track,
    waypoint,
)
from land import lonlat, square
from pyproj import Transformer

from hkm_gis.errors import HkmError
from hkm_gis.files import hash_file
from hkm_gis.parcels import Intake
from hkm_gis.readers import read_files

Make = Callable[[Path], object]
CANARY = "CANARY-ANGGOTA"
PARCEL = placemark("Andil 1", kml_polygon())


def text(name: str, content: str | bytes) -> Make:
    return lambda folder: put(folder, name, content)


def archive(name: str, *members: tuple[str, str | bytes]) -> Make:
    def make(folder: Path) -> None:
        with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as packed:
            for inner, data in members:
                packed.writestr(inner, data)

    return make


def shapes(*geometries: object, crs: dict[str, object] | None = None) -> str:
    features = [
        {"type": "Feature", "properties": {}, "geometry": g if isinstance(g, dict) else _json(g)}
        for g in geometries
    ]
    head = {"type": "FeatureCollection", "features": features}
    return json.dumps(head | ({"crs": crs} if crs else {}))


def _json(geometry: object) -> object:
    return json.loads(shapely.to_geojson(geometry))


def ring(*points_m: tuple[float, float]) -> dict[str, object]:
    positions = [list(p) for p in lonlat(points_m).tolist()]
    return {"type": "Polygon", "coordinates": [positions]}


def table(*rows: object, heading: str = "nama,batas,_uuid") -> str:
    return "\n".join([heading, *map(str, rows)])


TRACE = ";".join(f"{y} {x} 812 4.5" for x, y in RING)
UNSURE = TRACE.replace("4.5", "180", 1)
FRAME = gpd.GeoDataFrame({"nama": ["Budi", "Sri"]}, geometry=[square(0, 0, 100)] * 2, crs=4326)


def shapefile(*without: str, cut: str = "", epsg: int = 4326) -> Make:
    def make(folder: Path) -> None:
        FRAME.to_crs(epsg).to_file(folder / "a.shp")
        for part in without:
            (folder / f"a{part}").unlink()
        if cut:
            file = folder / f"a{cut}"
            file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])

    return make


def two_shapefiles(folder: Path) -> None:
    for name in ("a", "b"):
        FRAME.to_file(folder / f"{name}.shp")
    with zipfile.ZipFile(folder / "dua.zip", "w") as packed:
        for part in sorted(folder.glob("?.*")):
            packed.write(part, part.name)
            part.unlink()


def view_of_code(folder: Path) -> None:
    FRAME.to_file(folder / "a.gpkg", layer="andil")
    with closing(sqlite3.connect(folder / "a.gpkg")) as database, database:
        database.execute("CREATE VIEW v AS SELECT load_extension('x') AS fid, geom FROM andil")
        database.execute(
            "INSERT INTO gpkg_contents (table_name, data_type) VALUES ('v','features')"
        )


def write_ahead(folder: Path) -> None:
    FRAME.to_file(folder / "a.gpkg")
    database = sqlite3.connect(folder / "a.gpkg")
    database.execute("PRAGMA journal_mode=WAL")
    database.close()


def overlapping_entries(folder: Path) -> None:
    archive("a.kmz", ("a.kml", kml(PARCEL)), ("b.kml", kml(PARCEL)))(folder)
    content = (folder / "a.kmz").read_bytes()
    second = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 1)
    moved = content[: second + 42] + struct.pack("<I", 0) + content[second + 46 :]
    (folder / "a.kmz").write_bytes(moved)


def many_entries(folder: Path) -> None:
    with zipfile.ZipFile(folder / "a.kmz", "w") as packed:
        for n in range(10_001):
            packed.writestr(f"{n}", b"")


def changed_letter(folder: Path) -> None:
    with zipfile.ZipFile(folder / "a.kmz", "w") as packed:
        packed.writestr("doc.kml", kml(PARCEL))
    content = (folder / "a.kmz").read_bytes()
    (folder / "a.kmz").write_bytes(content.replace(b"Andil 1", b"pEtak 1"))


def in_utm(epsg: int) -> list[tuple[float, float]]:
    there = Transformer.from_crs(4326, epsg, always_xy=True)
    return [there.transform(x, y) for x, y in RING]


def scribble(corners: int) -> dict[str, object]:
    chance = random.Random(30)
    return ring(*((chance.uniform(0, 100), chance.uniform(0, 100)) for _ in range(corners)))


VRT = (
    "<OGRVRTDataSource><OGRVRTLayer name='anggota'><SrcDataSource>rahasia.csv</SrcDataSource>"
    "</OGRVRTLayer></OGRVRTDataSource>"
)
PIPELINE = '{"type": "gdal_streamed_alg", "command_line": "gdal vector read rahasia.csv"}'
LINK = "<NetworkLink><Link><href>http://127.0.0.1:9/a.kml</href></Link></NetworkLink>"
TEN = "&a;" * 10
DTD = f'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "{TEN}">]>'
FILE_ENTITY = '<!DOCTYPE x [<!ENTITY a SYSTEM "rahasia.csv">]>'
HTTP_DTD = '<!DOCTYPE gpx SYSTEM "http://127.0.0.1:9/gpx.dtd">'
HALF = gpx(track(RING), track(RING))[:-150]


def headed(document: str, head: str) -> str:
    return document.replace("?>\n", f"?>\n{head}", 1)


CASES: dict[str, tuple[Make, int, list[str]]] = {
    # Files that lead to other files
    "A1 vrt named kml": (text("a.kml", VRT), 0, ["redirect"]),
    "A1 vrt named shp": (text("a.shp", VRT), 0, ["redirect"]),
    "A2 gdal pipeline": (text("a.geojson", PIPELINE), 0, ["redirect"]),
    "A3 vrt to the net": (
        text("a.kml", VRT.replace("rahasia.csv", "/vsicurl/http://127.0.0.1:9/a")),
        0,
        ["redirect"],
    ),
    "A5 kml of links": (text("a.kml", kml(LINK)), 0, ["only_links"]),
    "A6 png": (text("a.gpx", b"\x89PNG\r\n\x1a\n"), 0, ["picture"]),
    "A6 login page": (text("a.kml", "<html><body>Masuk</body></html>"), 0, ["document"]),
    "A6 nul bytes": (text("a.gpx", b"\0" * 500), 0, ["file_empty"]),
    "A7 gpx named kml": (text("a.kml", gpx(track(RING))), 1, []),
    "A8 view that runs code": (view_of_code, 2, []),
    "A9 pickle": (text("a.geojson", b"\x80\x04\x95\x0b\0\0\0"), 0, ["not_a_map"]),
    # XML
    "B1 billion laughs": (text("a.gpx", headed(gpx(track(RING)), DTD)), 0, ["xml_document_type"]),
    "B2 quadratic": (text("a.kml", headed(kml(PARCEL), DTD)), 0, ["xml_document_type"]),
    "B3 entity of a file": (
        text("a.gpx", headed(gpx(track(RING, name="&a;")), FILE_ENTITY)),
        0,
        ["xml_document_type"],
    ),
    "B4 dtd of the net": (
        text("a.gpx", headed(gpx(track(RING)), HTTP_DTD)),
        0,
        ["xml_document_type"],
    ),
    "B5 folders without end": (
        text("a.kml", kml("<Folder>" * 100_000 + "</Folder>" * 100_000)),
        0,
        ["xml_too_deep"],
    ),
    "B6 cut gpx": (text("a.gpx", HALF), 0, ["file_cut_short"]),
    "B6 cut kml": (text("a.kml", kml(PARCEL)[:-90]), 0, ["file_cut_short"]),
    "B7 utf-16": (
        text("a.gpx", gpx(track(RING)).replace("UTF-8", "UTF-16").encode("utf-16")),
        1,
        [],
    ),
    "B7 cp1252 declared": (
        text("a.gpx", gpx(track(RING, name="é")).replace("UTF-8", "cp1252").encode("cp1252")),
        1,
        [],
    ),
    "B8 junk after the end": (text("a.gpx", gpx(track(RING)) + "<x/>"), 0, ["xml_damaged"]),
    "B8 xml 2.0": (
        text("a.gpx", gpx(track(RING)).replace('version="1.0"', 'version="2.0"', 1)),
        1,
        [],
    ),
    "B9 undefined": (
        text("a.gpx", gpx(track(RING).replace('lat="-5.42"', 'lat="undefined"', 1))),
        0,
        ["bad_coordinate"],
    ),
    # Archives
    "C1 dots": (archive("a.kmz", ("../a.kml", kml(PARCEL))), 0, ["archive_leads_outside"]),
    "C1 drive": (archive("a.kmz", ("C:\\a.kml", kml(PARCEL))), 0, ["archive_leads_outside"]),
    "C3 bomb": (archive("a.kmz", ("doc.kml", b" " * 120_000_000)), 0, ["archive_too_large"]),
    "C4 many entries": (many_entries, 0, ["archive_too_many"]),
    "C5 overlapping": (overlapping_entries, 0, ["archive_damaged"]),
    "C6 wrong checksum": (changed_letter, 0, ["archive_damaged"]),
    "C7 two kml": (archive("a.kmz", ("a.kml", kml(PARCEL)), ("b.kml", kml(PARCEL))), 2, []),
    "C8 no kml": (archive("a.kmz", ("a.jpg", b"\xff\xd8\xff")), 0, ["archive_without_map"]),
    "C8 kml in a folder": (archive("a.kmz", ("x/y/a.kml", kml(PARCEL))), 1, []),
    "C9 two shapefiles": (two_shapefiles, 4, []),
    "C9 empty zip": (archive("a.zip"), 0, ["archive_without_map"]),
    # Geometry
    "D1 unclosed": (text("a.geojson", shapes(ring((0, 0), (9, 0), (9, 9), (0, 9)))), 1, []),
    "D2 two points": (text("a.geojson", shapes(ring((0, 0), (9, 0)))), 0, ["too_few_corners"]),
    "D2 collinear": (
        text("a.geojson", shapes(ring((0, 0), (9, 0), (20, 0), (0, 0)))),
        0,
        ["no_area"],
    ),
    "D2 one spot": (
        text("a.geojson", shapes(ring((5, 5), (5, 5), (5, 5), (5, 5)))),
        0,
        ["no_area"],
    ),
    "D7 infinite": (
        text("a.geojson", shapes(ring((0, 0), (9, 0), (9, 9))).replace("104.65", "1e999", 1)),
        0,
        ["bad_coordinate"],
    ),
    "D8 swapped": (
        text("a.geojson", shapes(shapely.Polygon([(y, x) for x, y in RING]))),
        1,
        [],
    ),
    "D9 null island": (
        text("a.geojson", shapes(shapely.box(0, 0, 0.001, 0.001))),
        0,
        ["null_island"],
    ),
    "D9 utm without crs": (
        text("a.geojson", shapes(shapely.Polygon(in_utm(32748)))),
        0,
        ["impossible_place"],
    ),
    "D10 corner at zero": (
        text("a.geojson", shapes(shapely.Polygon([(0, 0), *SQUARE]))),
        0,
        ["vertex_far_away"],
    ),
    "D12 mixed": (
        text(
            "a.geojson",
            shapes(
                square(0, 0, 100),
                {"type": "Point", "coordinates": [104.65, -5.42]},
                {"type": "MultiPoint", "coordinates": [[104.65, -5.42]]},
                shapely.LineString([*RING]),
                {},
            ),
        ),
        2,
        ["geometry_not_land", "no_geometry", "waypoint_not_a_parcel"],
    ),
    "D14 scribble": (text("a.geojson", shapes(scribble(300))), 1, []),
    # Content
    "E1 waypoints beside a track": (
        text("a.gpx", gpx(waypoint("pondok", 104.65, -5.42), track(RING))),
        1,
        ["waypoint_not_a_parcel"],
    ),
    "E2 empty track": (text("a.gpx", gpx("<trk/>")), 0, ["track_empty"]),
    "E3 two pieces": (text("a.gpx", gpx(track(RING[:3], RING[2:]))), 1, []),
    "E4 straight": (text("a.gpx", gpx(track(RING[:2], RING[:2][::-1]))), 0, ["straight_line"]),
    "E6 decimal comma": (text("a.gpx", gpx(track(RING)).replace("-5.42", "-5,42")), 1, []),
    "E8 geoshape": (text("a.csv", table(f'Budi,"{TRACE};",u1')), 1, []),
    "E10 two points": (
        text("a.csv", table('Budi,"-5.42 104.65 0 0;-5.42 104.66 0 0",u1')),
        0,
        ["too_few_points"],
    ),
    "E10 blank": (text("a.csv", table(f'Budi,"{TRACE}",u1', "Sri,,u2")), 1, ["row_without_land"]),
    "E11 accuracy 180 m": (
        text("a.csv", table(f'Budi,"{TRACE.replace("4.5", "180", 1)}",u1')),
        1,
        [],
    ),
    "E12 twice": (text("a.csv", table(*[f'Budi,"{TRACE}",u1'] * 2)), 1, ["duplicate_submission"]),
    "E12 heading only": (text("a.csv", table()), 0, ["table_without_coordinates"]),
    "E12 nul": (text("a.csv", table(f'Bu\0di,"{TRACE}",u1')), 0, ["not_text"]),
    "E16 old namespace": (
        text("a.kml", kml(PARCEL, namespace="http://earth.google.com/kml/2.0")),
        1,
        [],
    ),
    "E17 folders": (
        text("a.kml", kml(PARCEL, f"<Folder><Folder>{PARCEL}</Folder></Folder>")),
        2,
        [],
    ),
    # Shapefiles and coordinate systems
    "F1 half shp": (shapefile(cut=".shp"), 0, ["shapefile_cut_short"]),
    "F2 no shx": (shapefile(".shx"), 0, ["shapefile_parts_missing"]),
    "F2 no dbf": (shapefile(".dbf"), 0, ["shapefile_parts_missing"]),
    "F2 no prj": (shapefile(".prj"), 2, []),
    "F4 half dbf": (shapefile(cut=".dbf"), 0, ["shapefile_cut_short"]),
    "F4 half shx": (shapefile(cut=".shx"), 0, ["shapefile_cut_short"]),
    "F5 old crs member": (
        text(
            "a.geojson",
            shapes(
                shapely.Polygon(in_utm(32748)),
                crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32748"}},
            ),
        ),
        1,
        [],
    ),
    "F6 another grid": (shapefile(epsg=23888), 2, []),
    "G6 write-ahead": (write_ahead, 2, []),
}


def take(folder: Path) -> Intake:
    return prove_nothing_is_lost(list(read_files([folder])))


@pytest.fixture
def nothing_else_happens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Forbid the net, and prove that no file was changed or made."""

    def no_socket(*_arguments: object, **_options: object) -> None:
        raise AssertionError("a reader opened a socket")

    monkeypatch.setattr(socket, "socket", no_socket)
    put(tmp_path, "rahasia.csv", f"nama,nik\n{CANARY},9999010101800001")
    (tmp_path / "jalur").mkdir()
    return tmp_path / "jalur"


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(("make", "parcels", "reasons"), CASES.values(), ids=CASES)
def test_a_bad_file_becomes_what_it_can_and_harms_nothing(
    nothing_else_happens: Path, make: Make, parcels: int, reasons: list[str]
) -> None:
    folder = nothing_else_happens
    make(folder)
    put(folder, "zz_baik.gpx", gpx(track(RING, name="Pak Warno")))
    before = {p: hash_file(p) for p in sorted(folder.rglob("*")) if p.is_file()}

    intake = take(folder)

    assert sorted(r.reason for r in intake.rejected) == sorted(reasons)
    assert len(intake.parcels) == parcels + 1  # the good file beside it is always read
    assert CANARY not in str(intake.rejected) + intake.parcels.drop(columns="geometry").to_csv()
    assert {p: hash_file(p) for p in sorted(folder.rglob("*")) if p.is_file()} == before


@pytest.mark.parametrize(
    "name",
    [
        "http://127.0.0.1:9/a.geojson",
        "/vsicurl/http://127.0.0.1:9/a",
        "zip://a.zip",
        shapes(square(0, 0, 9)),
    ],
)
def test_only_files_of_this_machine_are_named(name: str) -> None:
    with pytest.raises(HkmError):
        list(read_files([name]))


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_link_in_an_archive_is_not_followed(tmp_path: Path) -> None:
    entry = zipfile.ZipInfo("doc.kml")
    entry.create_system, entry.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "a.kmz", "w") as packed:
        packed.writestr(entry, "/etc/passwd")

    assert [r.reason for r in take(tmp_path).rejected] == ["archive_leads_outside"]


@pytest.mark.parametrize(
    ("corners", "area_m2"),
    [
        ([(0, 0), (10, 10), (10, 0), (0, 10), (0, 0)], 50),  # a bow-tie keeps both lobes
        ([(0, 0), (10, 0), (10, 10), (0, 10)] * 2 + [(0, 0)], 100),  # two laps are one field
        ([(0, 0), (10, 0), (10, 10), (5, 10), (5, 20), (5, 10), (0, 10), (0, 0)], 100),  # a spike
        ([(0, 0), (10, 0), (10, 0), (10, 10), (0, 10), (0, 0)], 100),  # a corner said twice
        ([(0, 0), (0, 10), (10, 10), (10, 0), (0, 0)], 100),  # clockwise
    ],
)
def test_land_drawn_badly_keeps_its_true_size(
    tmp_path: Path, corners: list[tuple[float, float]], area_m2: float
) -> None:
    put(tmp_path, "a.geojson", shapes(ring(*corners)))

    assert take(tmp_path).parcels["area_ha"].iloc[0] * 1e4 == pytest.approx(area_m2, rel=1e-6)


def test_one_bad_parcel_among_ten_leaves_nine_as_they_are(tmp_path: Path) -> None:
    good = [square(200 * n, 0, 100) for n in range(9)]
    bad = ring((0, 300), (10, 310), (10, 300), (0, 310), (0, 300))
    put(tmp_path, "a.geojson", shapes(*good[:4], bad, *good[4:]))

    intake = take(tmp_path)

    assert (intake.accepted, intake.repaired, intake.rejected) == (9, 1, ())
    assert intake.repairs[0].feature == "feature 5"
