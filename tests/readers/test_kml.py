"""KML and KMZ as Google Earth, ArcGIS, Locus and attackers write them."""

from __future__ import annotations

import stat
import struct
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from fieldfiles import RING, SQUARE, gpx, kml, kml_polygon, placemark, put, read, reasons, track
from shapely import Polygon

from hkm_gis.files import Limits
from hkm_gis.parcels import take_in
from hkm_gis.readers import read_files
from hkm_gis.record import Rejection

PARCEL = placemark("Andil 1", kml_polygon())


def kmz(*members: tuple[str | zipfile.ZipInfo, str | bytes]) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return packed.getvalue()


def test_a_polygon_is_kept_as_drawn_with_its_folders(tmp_path: Path) -> None:
    inner = f"<Folder><name>Blok A</name>{PARCEL}</Folder>"
    file = put(tmp_path, "a.kml", kml(f"<Folder><name>Lestari</name>{inner}</Folder>", PARCEL))

    (first, second), rejected = read(file)

    assert first.geometry == Polygon(RING)
    assert first.folders == ("Lestari", "Blok A")
    assert second.folders == ()
    assert first.feature == 'placemark 1 "Lestari › Blok A › Andil 1"'
    assert second.feature == 'placemark 2 "Andil 1"'
    assert rejected == []


@pytest.mark.parametrize(
    "namespace", ["http://earth.google.com/kml/2.0", "http://earth.google.com/kml/2.2", "apa:saja"]
)
def test_old_and_odd_namespaces_are_read(tmp_path: Path, namespace: str) -> None:
    (feature,), _ = read(put(tmp_path, "a.kml", kml(PARCEL, namespace=namespace)))

    assert feature.geometry == Polygon(RING)


def test_blanks_after_commas_do_not_shift_numbers(tmp_path: Path) -> None:
    text = kml(PARCEL).replace(",", ", ")

    (feature,), _ = read(put(tmp_path, "a.kml", text))

    assert feature.geometry == Polygon(RING)


def test_an_open_ring_is_closed_and_marked(tmp_path: Path) -> None:
    file = put(tmp_path, "a.kml", kml(placemark("x", kml_polygon(SQUARE))))

    (feature,), _ = read(file)

    assert feature.geometry == Polygon(RING)
    assert [repair.rule for repair in feature.repairs] == ["close_ring"]


def test_several_polygons_of_one_placemark_are_one_feature(tmp_path: Path) -> None:
    both = f"<MultiGeometry>{kml_polygon()}{kml_polygon()}</MultiGeometry>"

    (feature,), _ = read(put(tmp_path, "a.kml", kml(placemark("x", both))))

    assert feature.geometry is not None
    assert feature.geometry.geom_type == "MultiPolygon"


def test_a_path_is_a_walk_and_a_device_track_has_times(tmp_path: Path) -> None:
    path = "<LineString><coordinates>104.6,-5.4 104.7,-5.4 104.7,-5.5</coordinates></LineString>"
    device = (
        "<gx:Track><when>2026-03-01T00:00:00Z</when><when>2026-03-01T00:00:05Z</when>"
        "<gx:coord>104.6 -5.4 800</gx:coord><gx:coord>104.7 -5.4 801</gx:coord></gx:Track>"
    )
    file = put(tmp_path, "a.kml", kml(placemark("x", path), placemark("y", device)))

    (line, walked), _ = read(file)

    assert line.walk is not None
    assert walked.walk is not None
    assert len(line.walk.segments[0]) == 3
    assert walked.walk.segments[0].tolist() == [[104.6, -5.4], [104.7, -5.4]]
    assert (walked.walk.times_s[0][1] - walked.walk.times_s[0][0]) == 5.0


def test_numbered_points_of_a_folder_are_corners(tmp_path: Path) -> None:
    points = "".join(
        placemark(f"P{n}", f"<Point><coordinates>{x},{y},0</coordinates></Point>")
        for n, (x, y) in enumerate(SQUARE, 1)
    )
    file = put(tmp_path, "a.kml", kml(f"<Folder><name>Pak Budi</name>{points}</Folder>"))

    (feature,), rejected = read(file)

    assert feature.walk is not None
    assert feature.walk.corners
    assert feature.folders == ("Pak Budi",)
    assert rejected == []


def test_answers_come_from_extended_data_and_from_html_tables(tmp_path: Path) -> None:
    data = '<ExtendedData><Data name="nik"><value>0012</value></Data></ExtendedData>'
    simple = '<SimpleData name="luas">1,25</SimpleData>'
    schema = f"<ExtendedData><SchemaData>{simple}</SchemaData></ExtendedData>"
    html = "<!DOCTYPE html><table><tr><td>Nama</td><td>Pak&nbsp;Budi</td></tr></table>"
    table = f"<description><![CDATA[{html}]]></description>"
    file = put(
        tmp_path,
        "a.kml",
        kml(*(placemark("x", part, kml_polygon()) for part in (data, schema, table))),
    )

    features, _ = read(file)

    assert [dict(f.properties) for f in features] == [
        {"nik": "0012"},
        {"luas": "1,25"},
        {"Nama": "Pak Budi"},
    ]


@pytest.mark.parametrize(
    ("geometry", "reason"),
    [
        ("", "no_geometry"),
        (kml_polygon(()), "no_geometry"),
        (kml_polygon(SQUARE[:2]), "too_few_corners"),
        (kml_polygon(((104.6, float("nan")), *SQUARE)), "bad_coordinate"),
        (kml_polygon().replace("104.65,", "104,65,"), "bad_coordinate"),
        (kml_polygon().replace("104.65,", "undefined,"), "bad_coordinate"),
    ],
)
def test_a_placemark_that_is_no_land_costs_only_itself(
    tmp_path: Path, geometry: str, reason: str
) -> None:
    features, rejected = read(put(tmp_path, "a.kml", kml(placemark("x", geometry), PARCEL)))

    assert len(features) == 1
    assert [(r.feature, r.reason) for r in rejected] == [('placemark 1 "x"', reason)]


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    link = "<NetworkLink><Link><href>http://127.0.0.1:9/a.kml</href></Link></NetworkLink>"

    assert reasons(put(tmp_path, "a.kml", kml(link))) == ["only_links"]


def test_folders_in_folders_without_end_are_refused(tmp_path: Path) -> None:
    deep = "<Folder>" * 100_000 + "</Folder>" * 100_000

    assert reasons(put(tmp_path, "a.kml", kml(deep))) == ["xml_too_deep"]


def test_all_documents_of_a_kmz_are_read(tmp_path: Path) -> None:
    packed = kmz(
        ("doc.kml", kml(PARCEL)), ("lain/b.kml", kml(PARCEL)), ("foto.jpg", b"\xff\xd8\xff")
    )

    features, _ = read(put(tmp_path, "a.kmz", packed))

    assert [f.source for f in features] == ["a.kmz/doc.kml", "a.kmz/lain/b.kml"]


def test_a_zip_of_kmz_is_read_and_a_broken_one_costs_only_itself(tmp_path: Path) -> None:
    whole = kmz(("doc.kml", kml(PARCEL)))
    packed = kmz(("Budi.kmz", whole), ("Sri.kmz", whole[:-40]), ("baca.pdf", b"%PDF-1.7"))

    features, rejected = read(put(tmp_path, "kelompok.zip", packed))

    assert [f.source for f in features] == ["kelompok.zip"]
    assert [(r.source, r.reason) for r in rejected] == [("kelompok.zip/Sri.kmz", "file_cut_short")]


def test_all_archives_in_an_archive_share_the_room_of_one(tmp_path: Path) -> None:
    large = kmz(("doc.kml", kml(PARCEL).replace("Andil 1", "A" * 600_000)))
    file = put(tmp_path, "a.zip", kmz(*((f"{n}.kmz", large) for n in range(3))))

    outcomes = list(read_files([file], limits=Limits(archive_mb=1.25)))

    assert [o.reason for o in outcomes if isinstance(o, Rejection)] == ["archive_too_large"]
    assert len(outcomes) == 3


def test_links_to_files_of_the_same_kmz_are_no_loss(tmp_path: Path) -> None:
    link = "<NetworkLink><Link><href>lapisan/a.kml</href></Link></NetworkLink>"
    away = link.replace("lapisan/a.kml", "http://127.0.0.1:9/b.kml")
    inner = ("lapisan/a.kml", kml(PARCEL))

    assert reasons(put(tmp_path, "a.kmz", kmz(("doc.kml", kml(link)), inner))) == []
    assert reasons(put(tmp_path, "b.kmz", kmz(("doc.kml", kml(away)), inner))) == ["only_links"]


def test_labels_and_lines_beside_land_are_counted_not_lost(tmp_path: Path) -> None:
    label = "<Point><coordinates>104.65,-5.42</coordinates></Point>"
    line = "<LineString><coordinates>104.6,-5.4 104.7,-5.4</coordinates></LineString>"
    path = " ".join(f"{x},{y}" for x, y in RING)
    walked = f"<LineString><coordinates>{path}</coordinates></LineString>"
    drawn = placemark("a", f"<MultiGeometry>{label}{kml_polygon()}{line}</MultiGeometry>")
    track = placemark("b", f"<MultiGeometry>{label}{walked}</MultiGeometry>")
    points = placemark("c", f"<MultiGeometry>{label}{label}</MultiGeometry>")

    intake = take_in(read_files([put(tmp_path, "a.kml", kml(drawn, track, points))]))

    assert [(r.rule, r.facts.get("parts")) for r in intake.repairs] == [
        ("drop_lines", 2),
        ("drop_marks", None),
    ]
    assert [r.reason for r in intake.rejected] == ["geometry_not_land"]
    assert list(intake.parcels["area_ha"]) == pytest.approx([1.2255] * 2, abs=1e-3)


def test_placemarks_of_an_own_schema_are_read(tmp_path: Path) -> None:
    schema = (
        '<Schema parent="Placemark" name="Andil"><SimpleField type="string" name="nama"/></Schema>'
    )
    land = f"<Andil><name>A-1</name><nama>Budi</nama>{kml_polygon()}</Andil>"

    (first, second), _ = read(put(tmp_path, "a.kml", kml(schema, land, PARCEL)))

    assert first.geometry == second.geometry == Polygon(RING)
    assert dict(first.properties) == {"nama": "Budi"}


def test_a_folder_that_calls_itself_a_group_names_the_group(tmp_path: Path) -> None:
    parts = [
        f"<Folder><name>{name}</name><Folder><name>Blok A</name>{PARCEL}</Folder></Folder>"
        for name in ("KTH Maju", "Kelompok Mekar", "Lapisan 1", "Kelompok")
    ]

    intake = take_in(read_files([put(tmp_path, "Lestari/a.kml", kml(*parts))]))

    assert list(intake.parcels["group"]) == ["KTH Maju", "Kelompok Mekar", "a", "a"]


def test_answers_typed_line_by_line_are_answers(tmp_path: Path) -> None:
    typed = "<description>Nama: Budi&lt;br&gt;Kelompok : KTH Maju\nlereng atas</description>"

    (feature,), _ = read(put(tmp_path, "a.kml", kml(placemark("x", typed, kml_polygon()))))

    assert dict(feature.properties) == {"Nama": "Budi", "Kelompok": "KTH Maju"}


def test_the_table_in_a_table_of_arcgis_gives_its_answers(tmp_path: Path) -> None:
    inner = "".join(
        f'<tr bgcolor="#D4E4F3"><td>{key}</td><td>{value}</td></tr>'
        for key, value in (("FID", "0"), ("NAMA", "Pak Budi"), ("LUAS", "1,25"))
    )
    html = (
        '<html xmlns:fo="http://www.w3.org/1999/XSL/Format"><body><table border="1">'
        f"<tr><td>Andil 7</td></tr><tr><td><table>{inner}</table></td></tr></table></body></html>"
    )
    said = f"<description><![CDATA[{html}]]></description>"

    (feature,), _ = read(put(tmp_path, "a.kml", kml(placemark("Andil 7", said, kml_polygon()))))

    assert dict(feature.properties) == {"FID": "0", "NAMA": "Pak Budi", "LUAS": "1,25"}


def test_the_pieces_of_a_device_track_are_segments_with_their_times(tmp_path: Path) -> None:
    def piece(minute: int, points) -> str:
        when = (f"<when>2026-03-01T00:{minute:02}:{n:02}Z</when>" for n in range(len(points)))
        coord = (f"<gx:coord>{x} {y} 800</gx:coord>" for x, y in points)
        return f"<gx:Track>{''.join(when)}{''.join(coord)}</gx:Track>"

    walked = f"<gx:MultiTrack>{piece(0, RING[:3])}{piece(1, RING[2:])}</gx:MultiTrack>"

    (feature,), _ = read(put(tmp_path, "a.kml", kml(placemark("jalan", walked))))

    assert feature.walk is not None
    assert [len(segment) for segment in feature.walk.segments] == [3, 3]
    assert feature.walk.times_s[1][0] - feature.walk.times_s[0][0] == 60.0


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_entries_of_one_name_are_both_read(tmp_path: Path) -> None:
    packed = kmz(("doc.kml", kml(PARCEL)), ("doc.kml", kml(PARCEL)))

    assert len(read(put(tmp_path, "a.kmz", packed))[0]) == 2


def test_one_bad_document_of_a_zip_leaves_the_others(tmp_path: Path) -> None:
    packed = kmz(("a.gpx", gpx(track(RING))), ("b.gpx", gpx(track(RING))[:-30]))

    features, rejected = read(put(tmp_path, "a.zip", packed))

    assert len(features) == 1
    assert [(r.source, r.reason) for r in rejected] == [("a.zip/b.gpx", "file_cut_short")]


def link_entry() -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("doc.kml")
    entry.create_system = 3
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


def encrypted() -> bytes:
    content = bytearray(kmz(("doc.kml", kml(PARCEL))))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def altered() -> bytes:
    stored = BytesIO()
    with zipfile.ZipFile(stored, "w") as archive:
        archive.writestr("doc.kml", kml(PARCEL))
    return stored.getvalue().replace(b"Andil 1", b"Andil 7")


def overlapping() -> bytes:
    """Two names in the directory, one place in the file (CVE-2024-0450)."""
    content = kmz(("a.kml", kml(PARCEL)), ("b.kml", kml(PARCEL)))
    second = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 1)
    return content[: second + 42] + struct.pack("<I", 0) + content[second + 46 :]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (kmz(("../keluar.kml", kml(PARCEL))), "archive_leads_outside"),
        (kmz(("/tmp/keluar.kml", kml(PARCEL))), "archive_leads_outside"),
        (kmz(("C:\\keluar.kml", kml(PARCEL))), "archive_leads_outside"),
        (kmz((link_entry(), "/etc/passwd")), "archive_leads_outside"),
        (kmz(("doc.kml", b"<kml>" + b" " * 120_000_000)), "archive_too_large"),
        (kmz(("doc.kml", b"<kml>" + b" " * 3_000_000)), "archive_too_tight"),
        (kmz(*((f"{n}.txt", "") for n in range(10_001))), "archive_too_many"),
        (encrypted(), "archive_locked"),
        (altered(), "archive_damaged"),
        (overlapping(), "archive_damaged"),
        (kmz(("doc.kml", kml(PARCEL)))[:-40], "file_cut_short"),
        (kmz(), "archive_without_map"),
        (kmz(("a.zip", kmz(("b.zip", kmz(("doc.kml", kml(PARCEL))))))), "archive_in_archive"),
        (kmz(("a.zip", kmz(("b.kml", b" " * 3_000_000)))), "archive_too_tight"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_tricky_archive_is_refused_and_nothing_is_written(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    file = put(tmp_path, "a/a.kmz", content)

    assert reasons(file) == [reason]
    assert [p.name for p in tmp_path.rglob("*")] == ["a", "a.kmz"]


def test_the_counted_bytes_decide_not_the_stated_ones(tmp_path: Path) -> None:
    content = bytearray(kmz(("doc.kml", kml(PARCEL))))
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = content.index(mark) + place
        content[start : start + 4] = struct.pack("<I", 10)
    file = put(tmp_path, "a.kmz", bytes(content))

    (outcome,) = read_files([file], limits=Limits(archive_mb=50 / 2**20))

    assert isinstance(outcome, Rejection)
