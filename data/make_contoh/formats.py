"""Files as devices and programs write them, the same bytes on every run."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np
import openpyxl
import shapely
from openpyxl.styles import Font

from make_contoh.terrain import Floats

FIXED = datetime(2026, 9, 1, 8, 0, 0)

Track = tuple[str, Floats, Floats, datetime]
"""Name, (n, 3) lon lat height, seconds, and the time of the first point (UTC)."""


Placemark = tuple[str, Mapping[str, str], Sequence[Sequence[Floats]]]
"""Title, what the table says, and the rings of each piece: its outline and its holes."""


def gpx(tracks: Sequence[Track], *, hut: bool = False) -> bytes:
    """Return the tracks as a Garmin handheld saves them, with a mark at the first point or none."""
    every = np.concatenate([xyz for _, xyz, _, _ in tracks])
    (west, south), (east, north) = every[:, :2].min(0), every[:, :2].max(0)
    started = min(begin for *_, begin in tracks)
    lines = [
        '<?xml version="1.0" encoding="UTF-8" standalone="no" ?>',
        '<gpx xmlns="http://www.topografix.com/GPX/1/1" '
        'xmlns:gpxx="http://www.garmin.com/xmlschemas/GpxExtensions/v3" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" creator="GPSMAP 64s" version="1.1" '
        'xsi:schemaLocation="http://www.topografix.com/GPX/1/1 '
        'http://www.topografix.com/GPX/1/1/gpx.xsd">',
        '<metadata><link href="http://www.garmin.com"><text>Garmin International</text></link>'
        f"<time>{started:%Y-%m-%dT%H:%M:%SZ}</time>"
        f'<bounds maxlat="{north:.7f}" maxlon="{east:.7f}" minlat="{south:.7f}" '
        f'minlon="{west:.7f}"/></metadata>',
    ]
    if hut:
        lon, lat, up = tracks[0][1][0]
        lines.append(
            f'<wpt lat="{lat:.7f}" lon="{lon:.7f}"><ele>{up:.2f}</ele><name>GUBUK</name>'
            "<sym>Lodge</sym></wpt>"
        )
    for name, xyz, seconds, begin in tracks:
        lines.append(
            f"<trk><name>{escape(name)}</name><extensions><gpxx:TrackExtension><gpxx:DisplayColor>"
            "Cyan</gpxx:DisplayColor></gpxx:TrackExtension></extensions><trkseg>"
        )
        lines += [
            f'<trkpt lat="{lat:.7f}" lon="{lon:.7f}"><ele>{up:.2f}</ele>'
            f"<time>{begin + timedelta(seconds=float(s)):%Y-%m-%dT%H:%M:%SZ}</time></trkpt>"
            for (lon, lat, up), s in zip(xyz, seconds, strict=True)
        ]
        lines.append("</trkseg></trk>")
    return "\n".join([*lines, "</gpx>", ""]).encode()


def kml(name: str, blocks: Mapping[str, Sequence[Placemark]]) -> bytes:
    """Return placemarks in nested folders as Google Earth saves them."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2">',
        f"<Document>\n<name>{escape(name)}.kml</name>",
        '<Style id="andil"><LineStyle><color>ff00ffff</color><width>2</width></LineStyle>'
        "<PolyStyle><fill>0</fill></PolyStyle></Style>",
        f"<Folder><name>{escape(name)}</name><open>1</open>",
    ]
    for block, places in blocks.items():
        lines.append(f"<Folder><name>{escape(block)}</name>")
        for title, said, pieces in places:
            data = "".join(
                f'<Data name="{key}"><value>{escape(value)}</value></Data>'
                for key, value in said.items()
            )
            land = "".join(_kml_polygon(rings) for rings in pieces)
            if len(pieces) > 1:
                land = f"<MultiGeometry>{land}</MultiGeometry>"
            lines.append(
                f"<Placemark><name>{escape(title)}</name><styleUrl>#andil</styleUrl>"
                f"<ExtendedData>{data}</ExtendedData>{land}</Placemark>"
            )
        lines.append("</Folder>")
    return "\n".join([*lines, "</Folder>", "</Document>", "</kml>", ""]).encode()


def _kml_polygon(rings: Sequence[Floats]) -> str:
    kinds = ["outerBoundaryIs", *["innerBoundaryIs"] * (len(rings) - 1)]
    drawn = []
    for kind, ring in zip(kinds, rings, strict=True):
        corners = " ".join(f"{lon:.7f},{lat:.7f},0" for lon, lat in ring)
        line = f"<LinearRing><coordinates>{corners}</coordinates></LinearRing>"
        drawn.append(f"<{kind}>{line}</{kind}>")
    return f"<Polygon><tessellate>1</tessellate>{''.join(drawn)}</Polygon>"


def kobo(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a form's answers as KoboToolbox exports them: semicolons, every cell quoted."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(heading)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def geoshape(lonlat: Floats, up_m: Floats, accuracy_m: Floats) -> str:
    """Return corners as Kobo writes a geoshape: ``lat lon altitude accuracy;`` and so on."""
    return ";".join(
        f"{lat:.7f} {lon:.7f} {up:.1f} {acc:.2f}"
        for (lon, lat), up, acc in zip(lonlat, up_m, accuracy_m, strict=True)
    )


def geojson(name: str, features: Iterable[tuple[Mapping[str, object], shapely.Geometry]]) -> bytes:
    """Return lon/lat features as GeoJSON, six decimals (0.1 m)."""
    shapes = [
        {
            "type": "Feature",
            "properties": dict(said),
            "geometry": json.loads(shapely.to_geojson(_rounded(shape))),
        }
        for said, shape in features
    ]
    rows = ",\n".join(json.dumps(shape, ensure_ascii=False) for shape in shapes)
    head = json.dumps(name, ensure_ascii=False)
    return f'{{"type": "FeatureCollection", "name": {head}, "features": [\n{rows}\n]}}\n'.encode()


def _rounded(shape: shapely.Geometry) -> shapely.Geometry:
    return shapely.transform(shape, lambda xy: np.round(xy, 6))


def geopackage(
    layer: str, epsg: int, rows: Sequence[tuple[Mapping[str, object], shapely.Geometry]]
) -> bytes:
    """Return a GeoPackage with one layer of polygons.

    Written by hand: GDAL puts its own version and the clock into the file.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "layer.gpkg")
        with sqlite3.connect(path) as base:
            base.executescript(_GEOPACKAGE_TABLES)
            base.executemany(
                "INSERT INTO gpkg_spatial_ref_sys VALUES (?,?,?,?,?,?)", _systems(epsg)
            )
            _fill_layer(base, layer, epsg, rows)
        base.close()
        content = bytearray(path.read_bytes())
    # Bytes 92 to 99 of an SQLite file name the library that wrote it last, 24 to 27 how often.
    content[24:28] = content[92:96] = struct.pack(">I", 1)
    content[96:100] = struct.pack(">I", 3_040_001)
    return bytes(content)


def _fill_layer(
    base: sqlite3.Connection,
    layer: str,
    epsg: int,
    rows: Sequence[tuple[Mapping[str, object], shapely.Geometry]],
) -> None:
    fields = list(rows[0][0])
    kinds = {int: "INTEGER", float: "REAL", str: "TEXT"}
    columns = ", ".join(f'"{name}" {kinds[type(rows[0][0][name])]}' for name in fields)
    base.execute(
        f'CREATE TABLE "{layer}" (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, '
        f"geom POLYGON, {columns})"
    )
    marks = ",".join("?" * (len(fields) + 1))
    names = ",".join(f'"{name}"' for name in fields)
    base.executemany(
        f'INSERT INTO "{layer}" (geom,{names}) VALUES ({marks})',  # noqa: S608 - our own names
        [(_gpkg_wkb(shape, epsg), *said.values()) for said, shape in rows],
    )
    bounds = shapely.total_bounds([shape for _, shape in rows]).tolist()
    base.execute(
        "INSERT INTO gpkg_contents VALUES (?,?,?,?,?,?,?,?,?,?)",
        (layer, "features", layer, "", f"{FIXED:%Y-%m-%dT%H:%M:%S.000Z}", *bounds, epsg),
    )
    base.execute(
        "INSERT INTO gpkg_geometry_columns VALUES (?,?,?,?,?,?)",
        (layer, "geom", "POLYGON", epsg, 0, 0),
    )


def _gpkg_wkb(shape: shapely.Geometry, epsg: int) -> bytes:
    west, south, east, north = shape.bounds
    head = struct.pack("<2sBBi4d", b"GP", 0, 0b11, epsg, west, east, south, north)
    return head + shapely.to_wkb(shape, byte_order=1)


def _systems(epsg: int) -> list[tuple[object, ...]]:
    known = {
        4326: ("WGS 84", _WGS84_WKT),
        32748: ("WGS 84 / UTM zone 48S", _UTM48S_WKT),
    }
    undefined = [
        ("Undefined Cartesian SRS", -1, "NONE", -1, "undefined", ""),
        ("Undefined geographic SRS", 0, "NONE", 0, "undefined", ""),
    ]
    wanted = sorted({4326, epsg})
    return [*undefined, *((known[e][0], e, "EPSG", e, known[e][1], "") for e in wanted)]


_WGS84_WKT = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,'
    'AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,'
    'AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],'
    'AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]'
)
_UTM48S_WKT = (
    f'PROJCS["WGS 84 / UTM zone 48S",{_WGS84_WKT},'
    'PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],'
    'PARAMETER["central_meridian",105],PARAMETER["scale_factor",0.9996],'
    'PARAMETER["false_easting",500000],PARAMETER["false_northing",10000000],'
    'UNIT["metre",1,AUTHORITY["EPSG","9001"]],AXIS["Easting",EAST],AXIS["Northing",NORTH],'
    'AUTHORITY["EPSG","32748"]]'
)
_GEOPACKAGE_TABLES = """
PRAGMA application_id = 1196444487;
PRAGMA user_version = 10300;
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY,
  organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL,
  description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL,
  identifier TEXT UNIQUE, description TEXT DEFAULT '', last_change DATETIME NOT NULL,
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER);
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL,
  geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL,
  m TINYINT NOT NULL, CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name));
"""


def workbook(sheet: str, heading: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return an XLSX sheet; numbers of people are text, as they must be."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    page.append(list(heading))
    for row in rows:
        page.append(list(row))
    for cell in page[1]:
        cell.font = Font(bold=True)
    for column, width in zip("ABCDEFGH", (5, 26, 20, 20, 22, 18, 22, 16), strict=True):
        page.column_dimensions[column].width = width
    page.freeze_panes = "A2"
    book.properties.created = book.properties.modified = FIXED
    saved = io.BytesIO()
    book.save(saved)
    return _timeless(saved.getvalue())


def _timeless(archive: bytes) -> bytes:
    # The clock is in the ZIP and in docProps; compression differs between zlib versions.
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w") as new:
        for name in sorted(old.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(
                    rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2026-09-01T08:00:00Z", content
                )
            entry = zipfile.ZipInfo(name, (2026, 9, 1, 8, 0, 0))
            entry.create_system = 0
            new.writestr(entry, content)
    return out.getvalue()


def grey_picture(rows: Floats) -> bytes:
    """Return 8-bit grey rows as PNG without compression, so that no zlib version matters."""
    grey = np.clip(rows, 0, 255).astype(np.uint8)
    tall, wide = grey.shape
    lines = b"".join(b"\0" + line.tobytes() for line in grey)
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", wide, tall, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(lines, 0)),
        (b"IEND", b""),
    ]
    packed = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)
