"""A project whose every field carries a canary, and the hunt for them through every byte.

A canary is a word that nothing else can hold (`STEM` and where it was put) or a number of a person.
The hunt opens what can be opened: archives, workbooks, GeoPackages with the pages that SQLite no
longer uses, streams and text of PDFs, the payload of QR codes, base64, hexadecimal and UTF-16.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import io
import json
import re
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, suppress
from functools import cache
from itertools import pairwise
from pathlib import Path

import fiona
import openpyxl
import pypdfium2
import shapely
from land import lonlat, rectangle, square
from openpyxl.comments import Comment
from PIL import Image
from small_project import feature_collection

__all__ = [
    *("FARMERS", "KK", "NIK", "NUMBERS", "SIGNERS", "STEM", "TYPED"),
    *("find_canaries", "write_canary_project"),
]

STEM = "zqxkanari"

FARMERS = frozenset(f"{STEM}{name}" for name in ("anton", "bella", "citra", "darman", "eko"))
"""Names that a signed paper carries: of members and of the land."""
SIGNERS = frozenset(f"{STEM}{name}" for name in ("ketua", "kades", "ukur"))
"""Who signs or measured, as the daftar andil and the sheets name them."""

NIK = ("9999013101800001", "9999017202750002", "9999011203700003", "9999011508820004")
KK = ("9999010101100001", "9999010101100002", "9999010101100003", "9999010101100004")
TYPED = "9999014404900005"  # stands in free texts only
PHONE = "81298765400"
NUMBERS = (*NIK, *KK, TYPED, PHONE)

_SPELLED = (
    TYPED,
    "9999 0144 0490 0005",
    "99.990144.049000.05",
    "9999-0144-0490-0005",
    "9999 - 0144 - 0490 - 0005",
    "9999_0144_0490_0005",
    "9999\u00a00144\u00a00490\u00a00005",
    "9999014404900005\u202c",
    "081298765400",
    "0812-9876-5400",
    "(0812) 9876 5400",
    "+62 812 9876 5400",
    "+62-812-9876-5400",
    "6281298765400",
)
_ALL = " / ".join(_SPELLED)


def write_canary_project(home: Path) -> Path:
    """Write a project of two groups whose every field carries a canary."""
    for name, content in _texts().items():
        _put(home / name, content.encode())
    _put(home / "anggota.xlsx", _members())
    _put(home / "lapisan" / "jalan.geojson", _roads().encode())
    _put(home / "kelompok/KTH Mawar/layer.gpkg", b"")
    _write_geopackage(home / "kelompok/KTH Mawar/layer.gpkg")
    _put(home / f"kelompok/KTH Melati/{STEM}kmz {TYPED}.kmz", _kmz())
    _put(home / f"dokumen/AD-ART KTH Mawar {STEM}dokumen {TYPED}.jpg", _photo())
    _put(home / f"dokumen/lain {STEM}titip/{TYPED}.pdf", b"%PDF-1.4 broken")
    return home


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _texts() -> dict[str, str]:
    mawar, melati = "kelompok/KTH Mawar", "kelompok/KTH Melati"
    return {
        "hkm.toml": _SETTINGS,
        "batas/kawasan.geojson": feature_collection(
            [({"NAMOBJ": "Hutan Uji", "REMARK": f"{STEM}remark {_ALL}"}, _FOREST)]
        ),
        f"{mawar}/{STEM}berkas {TYPED}.geojson": feature_collection(
            [
                (_said("M-1", f"{STEM}anton".title(), NIK[0], KK[0]), square(0, 0, 100)),
                (_said(TYPED, f"{STEM}bella".upper(), NIK[1], KK[1]), square(100, 0, 100)),
                ({"no_andil": "X-1"}, square(1080, 0, 100)),
            ]
        ),
        f"{mawar}/{STEM}folder/{STEM}gpx.gpx": _gpx(),
        f"{mawar}/{STEM}rusak {TYPED}.gpx": "<gpx><trk>",
        f"{mawar}/{STEM}catatan.txt": f"catatan {STEM}isi {_ALL}",
        f"{melati}/{STEM}kobo {PHONE}.csv": _form(),
        f"{melati}/{STEM}kml.kml": _kml(),
    }


_FOREST = rectangle(-950, -950, 3000, 2000)

_SETTINGS = f"""
[project]
name = "Usulan uji {TYPED} 0812-9876-5400"
date = "2026-08-17"
measured = "Agustus {_SPELLED[1]}"
[forest]
file = "batas/kawasan.geojson"
name = "Hutan Uji {TYPED}"
stated_ha = 700
stated_source = "surat {_SPELLED[3]}"
source = "peta {_SPELLED[9]}"
version = "{_SPELLED[11]}"
map_scale = 2000
[members]
file = "anggota.xlsx"
[place]
pekon = "Pekon Uji {TYPED}"
kabupaten = "Tanggamus 0{PHONE}"
provinsi = "Lampung {_SPELLED[4]}"
das = "Way {_SPELLED[5]}"
kph = "KPH {_SPELLED[11]}"
[[layers]]
name = "Jalan {TYPED}"
file = "lapisan/jalan.geojson"
role = "jalan"
source = "ukur {_SPELLED[1]}"
[[groups]]
name = "KTH Mawar {TYPED}"
folder = "kelompok/KTH Mawar"
pekon = "Pekon {_SPELLED[2]}"
kecamatan = "Kec {_SPELLED[12]}"
ketua = "{STEM}ketua {TYPED}"
kepala_pekon = "{STEM}kades 081298765400"
stated_ha = 9
[[groups]]
name = "KTH Melati"
folder = "kelompok/KTH Melati"
ketua = "{STEM}ketua"
[[accepted]]
code = "O01"
parcels = ["A-1", "X-1"]
who = "{STEM}siapa {TYPED}"
when = "2026-08-28"
why = "{STEM}sebab {_SPELLED[10]}"
[[accepted]]
code = "O02"
parcels = ["M-1", "{TYPED}"]
who = "{STEM}gugur {TYPED}"
when = "2026-08-28"
why = "{STEM}gugursebab {_SPELLED[1]}"
"""


def _said(code: str, name: str, nik: str, kk: str) -> dict[str, object]:
    return {
        "no_andil": code,
        "nama": name,
        "nik": nik,
        "no_kk": kk,
        "hp": _SPELLED[10],
        "alamat": f"rumah {STEM}alamat",
        "ibu kandung": f"{STEM}ibu",
        f"kolom {STEM}kolom": f"{STEM}isi {_ALL}",
        "komoditas": f"kopi {TYPED}",
        "pengukur": f"{STEM}ukur {_SPELLED[9]}",
        "kategori": "andil garapan",
        "tanggal": "2026-08-01",
    }


def _trail(x: float, y: float, size: float = 100) -> str:
    corners = [(x, y), (x + size, y), (x + size, y + size), (x, y + size), (x, y)]
    ends = pairwise(corners)
    steps = [
        (a[0] + (b[0] - a[0]) * t / 10, a[1] + (b[1] - a[1]) * t / 10)
        for a, b in ends
        for t in range(10)
    ]
    points = lonlat([*steps, corners[0]])
    return "".join(
        f'<trkpt lat="{lat!r}" lon="{lon!r}"><name>{STEM}titik</name><cmt>{_ALL}</cmt></trkpt>'
        for lon, lat in points.tolist()
    )


def _gpx() -> str:
    return (
        f'<?xml version="1.0"?><!-- {STEM}komentar {_ALL} -->'
        f'<gpx version="1.1" creator="{STEM}alat {TYPED}" '
        'xmlns="http://www.topografix.com/GPX/1/1">'
        f"<metadata><name>{STEM}meta {_ALL}</name><desc>{STEM}ket</desc>"
        f"<author><name>{STEM}penulis</name></author></metadata>"
        f'<wpt lat="-5.4" lon="104.6"><name>{STEM}wpt {TYPED}</name></wpt>'
        f"<trk><name>{STEM}darman {TYPED}</name><cmt>{STEM}cmt</cmt>"
        f"<desc>{STEM}desc {_ALL}</desc><src>{STEM}src</src><type>{STEM}type</type>"
        f"<trkseg>{_trail(600, 0)}</trkseg></trk>"
        f"<trk><name>{STEM}pendek {_SPELLED[1]}</name><trkseg>"
        f'<trkpt lat="-5.4" lon="104.6"/></trkseg></trk></gpx>'
    )


def _form() -> str:
    ring = lonlat([(300, 0), (400, 0), (400, 100), (300, 100), (300, 0)]).tolist()
    trace = ";".join(f"{lat!r} {lon!r} 0 4" for lon, lat in ring)
    questions = f"no_andil;nama;nik;hp;enumerator {STEM}tanya;catatan;batas;deviceid;_submitted_by"
    answers = f"K-1;{STEM}citra;{NIK[2]};{_SPELLED[11]};{STEM}enum;{STEM}jawab {_ALL}"
    row = f'{answers};"{trace}";{STEM}dev;{STEM}oleh'
    lost = f'K-9;{STEM}hilang;{TYPED};{_SPELLED[10]};x;{_ALL};"{STEM}koordinat {TYPED}";d;o'
    return f"{questions}\n{row}\n{lost}\n"


def _kml() -> str:
    ring = " ".join(f"{x!r},{y!r}" for x, y in lonlat(_box(800, 0)).tolist())
    outer = "<outerBoundaryIs><LinearRing><coordinates>"
    return (
        f'<?xml version="1.0"?><!-- {STEM}komentar {TYPED} -->'
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
        f"<name>{STEM}dokkml {TYPED}</name><description>{STEM}kmldesc {_ALL}</description>"
        f"<Folder><name>{STEM}map {TYPED}</name><Placemark><name>{STEM}eko {_SPELLED[1]}</name>"
        f"<description>{STEM}balon {_ALL}</description><ExtendedData>"
        f'<Data name="{STEM}data"><displayName>{STEM}tampil</displayName>'
        f"<value>{STEM}nilai {_ALL}</value></Data>"
        f'<Data name="no_kk"><value>{KK[3]}</value></Data></ExtendedData>'
        f"<Polygon>{outer}{ring}</coordinates></LinearRing></outerBoundaryIs></Polygon>"
        f"</Placemark><Placemark><name>{STEM}titikkml</name><Point><coordinates>104.6,-5.4"
        "</coordinates></Point></Placemark></Folder></Document></kml>"
    )


def _box(x: float, y: float, size: float = 100) -> list[tuple[float, float]]:
    return [(x, y), (x + size, y), (x + size, y + size), (x, y + size), (x, y)]


def _kmz() -> bytes:
    ring = " ".join(f"{x!r},{y!r}" for x, y in lonlat(_box(1000, 0)).tolist())
    kml = (
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark>'
        f"<name>A-1</name><description>{STEM}kmzdesc</description><Polygon><outerBoundaryIs>"
        f"<LinearRing><coordinates>{ring}</coordinates></LinearRing></outerBoundaryIs></Polygon>"
        "</Placemark></Document></kml>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("doc.kml", kml)
        archive.writestr(f"files/{STEM}foto.jpg", _photo())
        archive.comment = f"{STEM}zip {TYPED}".encode()
    return buffer.getvalue()


def _photo() -> bytes:
    buffer = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = f"{STEM}exif {TYPED}"  # ImageDescription
    exif[0x013B] = f"{STEM}artist"
    Image.new("RGB", (8, 8)).save(buffer, "JPEG", exif=exif, comment=f"{STEM}jpg {TYPED}")
    return buffer.getvalue()


def _members() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = f"{STEM}lembar"
    heading = ("Nama", "NIK", "No. KK", "Kelompok", "Pekon", "No. Andil", "HP", "Alamat")
    sheet.append([*heading, "Ibu kandung", f"Catatan {STEM}judul"])
    mawar, melati = f"KTH Mawar {TYPED}", "KTH Melati"
    rows = (
        (f"{STEM}anton", NIK[0], KK[0], mawar, "M-1"),
        (f"{STEM}bella", NIK[1], KK[1], mawar, ""),
        (f"{STEM}citra", NIK[2], KK[2], melati, "K-1"),
        (f"{STEM}darman", "99990115", KK[0], mawar, ""),  # a NIK that is too short
        (f"{STEM}fajar {TYPED}", "", "", melati, ""),  # has no land
    )
    for name, nik, kk, group, code in rows:
        private = (_SPELLED[11], f"{STEM}rumah", f"{STEM}ibu", f"{STEM}tulis {_ALL}")
        sheet.append([name, nik, kk, group, f"Pekon {TYPED}", code, *private])
    sheet["A2"].comment = Comment(f"{STEM}komentar {TYPED}", f"{STEM}pengarang")
    hidden = book.create_sheet(f"{STEM}sembunyi")
    hidden.append([_ALL])
    hidden.sheet_state = "hidden"
    book.properties.creator = f"{STEM}pembuat"
    book.properties.description = _ALL
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _write_geopackage(path: Path) -> None:
    schema = {"geometry": "Polygon", "properties": {"no_andil": "str", f"{STEM}kolom": "str"}}
    places = {"G-1": square(380, 0, 100), f"{STEM}sudah hapus": square(1400, 0, 100)}
    path.unlink()
    with fiona.open(
        path, "w", driver="GPKG", schema=schema, crs="EPSG:4326", layer=f"{STEM}lapisan"
    ) as file:
        for code, place in places.items():
            properties = {"no_andil": code, f"{STEM}kolom": f"{STEM}atribut {_ALL}"}
            shape = json.loads(shapely.to_geojson(place))
            file.write({"type": "Feature", "geometry": shape, "properties": properties})
    with closing(sqlite3.connect(path)) as base, base:
        base.execute(f"DELETE FROM {STEM}lapisan WHERE no_andil LIKE '%hapus'")


def _roads() -> str:
    line = shapely.LineString(lonlat([(-50, 50), (500, 50)]).tolist())
    return feature_collection([({"NAMA": f"Jalan {TYPED}", "catatan": f"{STEM}jalan"}, line)])


@cache
def find_canaries(name: str, content: bytes) -> frozenset[str]:
    """Return every canary in the name or the content of a file, however it is packed."""
    return frozenset(f for text in (name.encode(), *_layers_of(content)) for f in _named(text))


_WORD = re.compile(rb"(?i)" + STEM.encode() + rb"[a-z]*")
_SEPARATOR = re.compile(rb"[\s.\-/_()+]|\xc2\xa0|\xe2\x80[\x93\x94]")


def _named(content: bytes) -> Iterator[str]:
    for text in (content, content.replace(b"\0", b"")):  # UTF-16 of plain letters
        yield from (word.decode().lower() for word in _WORD.findall(text))
        digits = _SEPARATOR.sub(b"", text)
        yield from (number for number in NUMBERS if number.encode() in digits)


def _layers_of(content: bytes, depth: int = 0) -> Iterator[bytes]:
    """Yield the content, and everything that can be unfolded from it."""
    yield content
    if depth > 4:
        return
    for part in _parts_of(content):
        if part != content:
            yield from _layers_of(part, depth + 1)


def _parts_of(content: bytes) -> Iterator[bytes]:
    if content.startswith(b"PK"):
        yield from _members_of(content)
    elif content.startswith(b"%PDF"):
        yield from _told_by_pdf(content)
    elif content.startswith(b"SQLite"):
        yield from _told_by_base(content)
    yield from _encoded_in(content)


def _members_of(content: bytes) -> Iterator[bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        yield archive.comment
        for entry in archive.infolist():
            yield entry.filename.encode() + entry.extra + entry.comment
            yield archive.read(entry)


_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)


def _told_by_pdf(content: bytes) -> Iterator[bytes]:
    import zxingcpp

    for stream in _STREAM.findall(content):
        with suppress(zlib.error):
            yield zlib.decompressobj().decompress(stream)
    with suppress(pypdfium2.PdfiumError), pypdfium2.PdfDocument(content) as book:
        yield str(book.get_metadata_dict()).encode()
        for page in book:
            yield page.get_textpage().get_text_range().encode()
            picture = page.render(scale=1.5).to_pil().convert("L")
            yield from (code.bytes for code in zxingcpp.read_barcodes(picture))


def _told_by_base(content: bytes) -> Iterator[bytes]:
    with closing(sqlite3.connect(":memory:")) as base:
        base.deserialize(content)
        names = base.execute("SELECT name FROM sqlite_master WHERE type='table'").fetchall()
        for (table,) in names:
            with suppress(sqlite3.DatabaseError):  # an index of GDAL's own kind
                for row in base.execute(f'SELECT * FROM "{table}"'):
                    yield from (v if isinstance(v, bytes) else str(v).encode() for v in row)


_BASE64 = re.compile(rb"[A-Za-z0-9+/]{20,}={0,2}")
_HEXADECIMAL = re.compile(rb"(?:[0-9A-Fa-f]{2}){9,}")


def _encoded_in(content: bytes) -> Iterator[bytes]:
    for text in _BASE64.findall(content):
        for start in range(4):
            cut = text[start : start + (len(text) - start) // 4 * 4]
            with suppress(binascii.Error):
                yield base64.b64decode(cut)
    yield from (binascii.unhexlify(text) for text in _HEXADECIMAL.findall(content))
    if content.startswith(b"\x1f\x8b"):
        yield gzip.decompress(content)
    if content.startswith((b"\x78\x9c", b"\x78\xda", b"\x78\x01")):
        with suppress(zlib.error):
            yield zlib.decompress(content)
