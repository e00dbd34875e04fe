"""A file is what its bytes prove."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from hkm_gis.files import sniff


def archive(*names: str) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b'<?xml version="1.0"?>\n<!-- made by <kml> --><gpx version="1.1"/>', "gpx"),
        ("\ufeff<gpx/>".encode(), "gpx"),
        ('<?xml version="1.0" encoding="UTF-16"?><gpx/>'.encode("utf-16"), "gpx"),
        (b"<kml:kml xmlns:kml='http://www.opengis.net/kml/2.2'/>", "kml"),
        (b'<!DOCTYPE kml [<!ENTITY a "b">]><kml/>', "kml"),
        (b"<OGRVRTDataSource/>", "redirect"),
        (b"<VRTDataset/>", "redirect"),
        (b'{"type": "gdal_streamed_alg", "command_line": "gdal vector"}', "redirect"),
        (b'{"type":"FeatureCollection","features":[]}', "geojson"),
        (b'{"type":"Feature"}\n{"type":"Feature"}\n', "geojsonseq"),
        (b'\x1e{"type":"Feature"}\n', "geojsonseq"),
        (b'[{"nama": "Budi"}]', "json"),
        (b"nama;nik\nBudi;1", "table"),
        ("nama\tnik".encode("utf-16"), "table"),
        (b"<html><body>Masuk</body></html>", "document"),
        (b"<!doctype html><p>", "document"),
        (b"%PDF-1.7", "document"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"\xff\xd8\xff\xe0", "picture"),
        (b"SQLite format 3\x00" + b"\0" * 100, "gpkg"),
        (b"fgb\x03fgb\x00", "flatgeobuf"),
        (b"\x00\x00\x27\x0a" + b"\0" * 96, "shapefile"),
        (archive("doc.kml"), "archive"),
        (archive("xl/workbook.xml"), "xlsx"),
        (archive("word/document.xml"), "document"),
        (b"PK\x03\x04 cut", "archive"),
        (b"", "empty"),
        (b"\0\0\0\0", "empty"),
        (b"\x01\x02\x03", "unknown"),
    ],
)
def test_a_file_is_what_its_bytes_prove(tmp_path: Path, content: bytes, kind: str) -> None:
    file = tmp_path / "petak.shp"
    file.write_bytes(content)

    assert sniff(file) == kind


def test_a_comment_that_never_ends_costs_no_time(tmp_path: Path) -> None:
    file = tmp_path / "a.kml"
    file.write_bytes(b"<!--" * 16_000)

    assert sniff(file) == "xml"
