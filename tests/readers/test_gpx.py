"""GPX as Garmin, Avenza, Locus and broken phones write it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from fieldfiles import RING, SQUARE, gpx, put, read, reasons, track, waypoint
from hypothesis import given
from hypothesis import strategies as st

from hkm_gis.readers.gpx import seconds, seconds_of


def test_each_track_is_one_walk_with_its_own_segments(tmp_path: Path) -> None:
    half, other = SQUARE[:2], SQUARE[2:]
    file = put(tmp_path, "a.gpx", gpx(track(half, other), track(RING, name="Bu Sri")))

    features, rejected = read(file)

    assert [f.feature for f in features] == ['track 1 "Pak Budi"', 'track 2 "Bu Sri"']
    assert [[len(s) for s in f.walk.segments] for f in features if f.walk] == [[2, 2], [5]]
    assert features[1].walk is not None
    assert features[1].walk.segments[0].tolist() == [list(p) for p in RING]
    assert features[0].crs == "EPSG:4326"
    assert rejected == []


@pytest.mark.parametrize(
    "root",
    [
        'gpx version="1.0" xmlns="http://www.topografix.com/GPX/1/0"',
        'gpx version="1.1"',
        'gpx version="1.1" xmlns:gpxx="http://www.garmin.com/xmlschemas/GpxExtensions/v3"',
    ],
)
def test_every_version_gives_the_same_walk(tmp_path: Path, root: str) -> None:
    text = gpx(track(RING, inside="<extensions><gpxx:Depth>1</gpxx:Depth></extensions>"), root=root)
    file = put(tmp_path, "a.gpx", "\ufeff" + text)

    (feature,), _ = read(file)

    assert feature.walk is not None
    assert feature.walk.segments[0].tolist() == [list(p) for p in RING]


def test_times_and_accuracy_come_from_the_device(tmp_path: Path) -> None:
    stated = "<time>2026-03-01T00:00:01.5Z</time><extensions><Accuracy>4.2</Accuracy></extensions>"
    dop = "<time>kemarin</time><hdop>1.2</hdop>"
    file = put(tmp_path, "a.gpx", gpx(track(RING, inside=stated), track(RING, inside=dop)))

    (first, second), _ = read(file)

    assert first.walk is not None
    assert second.walk is not None
    assert first.walk.times_s[0][0] == 1772323201.5
    assert first.walk.accuracy_m[0][0] == 4.2
    assert np.isnan(second.walk.times_s[0]).all()
    assert second.walk.accuracy_m[0][0] == pytest.approx(6.0)


@given(
    st.lists(
        st.one_of(
            st.datetimes(min_value=datetime(1000, 1, 1)).map(lambda t: f"{t.isoformat()}Z"),
            st.from_regex(r"[12]\d{3}-[01]\d-[0-3]\dT[0-2]\d:[0-6]\d:[0-5]\dZ", fullmatch=True),
            st.sampled_from(["", "kemarin", "2026-03-01T07:00:00+07:00", None]),
        )
    )
)
def test_many_times_at_once_are_those_read_one_by_one(texts: list[str | None]) -> None:
    one_by_one = np.array([seconds(text) for text in texts])
    # 4 µs: after the year 2255 the last digit of a microsecond has no room in a float.
    np.testing.assert_allclose(seconds_of(texts), one_by_one, rtol=0, atol=4e-6)


def test_a_route_is_a_walk_too(tmp_path: Path) -> None:
    points = "".join(f'<rtept lat="{y}" lon="{x}"/>' for x, y in RING)
    file = put(tmp_path, "a.gpx", gpx(f"<rte><name>Batas</name>{points}</rte>"))

    (feature,), _ = read(file)

    assert feature.walk is not None
    assert len(feature.walk.segments[0]) == 5


def test_an_empty_track_is_rejected_by_name(tmp_path: Path) -> None:
    file = put(tmp_path, "a.gpx", gpx("<trk><name>ACTIVE LOG</name></trk>", track(RING)))

    features, rejected = read(file)

    assert len(features) == 1
    assert [(r.feature, r.code, r.reason) for r in rejected] == [
        ('track 1 "ACTIVE LOG"', "S01", "track_empty")
    ]


@pytest.mark.parametrize(
    "names", [("1", "2", "3", "4"), ("001", "002", "003", "004"), ("A1", "A2", "A3", "A4")]
)
def test_numbered_waypoints_are_the_corners_of_one_parcel(
    tmp_path: Path, names: tuple[str, ...]
) -> None:
    points = [waypoint(n, x, y) for n, (x, y) in zip(names, SQUARE, strict=True)]
    file = put(tmp_path, "a.gpx", gpx(*reversed(points)))

    (feature,), rejected = read(file)

    assert feature.walk is not None
    assert feature.walk.corners
    assert feature.walk.segments[0].tolist() == [list(p) for p in SQUARE]
    assert rejected == []


def test_waypoints_beside_a_track_are_only_marks(tmp_path: Path) -> None:
    points = [waypoint(str(n), x, y) for n, (x, y) in enumerate(SQUARE, 1)]
    file = put(tmp_path, "a.gpx", gpx(*points, track(RING)))

    features, rejected = read(file)

    assert len(features) == 1
    assert [(r.code, r.reason) for r in rejected] == [("S05", "waypoint_not_a_parcel")] * 4


def test_two_numbers_make_no_parcel_and_named_places_neither(tmp_path: Path) -> None:
    points = [waypoint("1", 104.6, -5.4), waypoint("2", 104.7, -5.4), waypoint("Rumah", 104, -5)]
    file = put(tmp_path, "a.gpx", gpx(*points))

    features, rejected = read(file)

    assert features == []
    assert [r.feature for r in rejected] == [
        'waypoint 1 "1"',
        'waypoint 2 "2"',
        'waypoint 3 "Rumah"',
    ]


def test_a_decimal_comma_is_read_as_a_point(tmp_path: Path) -> None:
    file = put(tmp_path, "a.gpx", gpx(track(RING)).replace("-5.42", "-5,42"))

    (feature,), _ = read(file)

    assert feature.walk is not None
    assert feature.walk.segments[0][0].tolist() == [104.65, -5.42]


@pytest.mark.parametrize("value", ["undefined", "NaN", "Infinity", "1e999", "1e300", "1_0", ""])
def test_a_coordinate_that_is_no_place_costs_only_its_track(tmp_path: Path, value: str) -> None:
    bad = track(RING).replace('lat="-5.42"', f'lat="{value}"', 1)
    file = put(tmp_path, "a.gpx", gpx(bad, track(RING, name="Bu Sri")))

    features, rejected = read(file)

    assert [f.name for f in features] == ["Bu Sri"]
    assert [(r.feature, r.reason) for r in rejected] == [('track 1 "Pak Budi"', "bad_coordinate")]


@pytest.mark.parametrize(
    ("attack", "reason"),
    [
        ('<!DOCTYPE g [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>', "xml_document_type"),
        ('<!DOCTYPE g [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "xml_document_type"),
        ('<!DOCTYPE gpx SYSTEM "http://127.0.0.1:9/gpx.dtd">', "xml_document_type"),
    ],
)
def test_a_document_type_is_refused_before_it_is_read(
    tmp_path: Path, attack: str, reason: str
) -> None:
    text = gpx(track(RING, name="&x;")).replace("?>\n", f"?>\n{attack}", 1)

    assert reasons(put(tmp_path, "a.gpx", text)) == [reason]


def test_a_file_cut_by_the_phone_gives_nothing_and_says_so(tmp_path: Path) -> None:
    text = gpx(track(RING), track(RING))
    (tmp_path / "utuh.gpx").write_text(text)
    put(tmp_path, "potong.gpx", text[:-150])

    features, rejected = read(tmp_path)

    assert [r.reason for r in rejected] == ["file_cut_short"]
    assert {f.source for f in features} == {"utuh.gpx"}


def test_junk_after_the_end_is_named_with_its_line(tmp_path: Path) -> None:
    (rejection,) = read(put(tmp_path, "a.gpx", gpx(track(RING)) + "\n<x/>"))[1]

    assert (rejection.reason, rejection.facts["line"]) == ("xml_damaged", 3)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp1252"])
def test_names_keep_their_letters_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    text = gpx(track(RING, name="José"))
    declared = encoding.replace("-sig", "").upper()
    content = text.replace("UTF-8", declared).encode(encoding)

    (feature,), _ = read(put(tmp_path, "a.gpx", content))

    assert feature.name == "José"


def test_undeclared_cp1252_is_no_mojibake(tmp_path: Path) -> None:
    text = gpx(track(RING, name="José")).replace(' encoding="UTF-8"', "")

    (feature,), _ = read(put(tmp_path, "a.gpx", text.encode("cp1252")))

    assert feature.name == "José"


def test_gpx_named_kml_is_read_as_gpx(tmp_path: Path) -> None:
    (feature,), _ = read(put(tmp_path, "a.kml", gpx(track(RING))))

    assert feature.walk is not None


def test_a_file_without_any_line_or_point_says_so(tmp_path: Path) -> None:
    assert reasons(put(tmp_path, "a.gpx", gpx())) == ["no_features"]
