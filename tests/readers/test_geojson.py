"""GeoJSON, one feature at a time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fieldfiles import RING, SQUARE, put, read, reasons
from shapely import Polygon

POLYGON = {"type": "Polygon", "coordinates": [[list(p) for p in RING]]}


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(*features: Any, **members: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features), **members})


def polygon(*positions: Any) -> dict[str, Any]:
    return feature({"type": "Polygon", "coordinates": [list(positions)]})


def test_a_polygon_is_kept_exactly_as_drawn(tmp_path: Path) -> None:
    clockwise = [[*p, 812.5, 3] for p in reversed(RING)]
    file = put(tmp_path, "a.geojson", collection(polygon(*clockwise)))

    (found,), _ = read(file)

    assert found.geometry is not None
    assert list(found.geometry.exterior.coords) == list(reversed(RING))
    assert found.crs == "EPSG:4326"


def test_answers_are_text_and_a_nik_keeps_its_digits(tmp_path: Path) -> None:
    said = {"nama": "Budi", "nik": 1806051201800001, "rt": "003", "luas": 1.5, "x": None, "y": [1]}

    (found,), _ = read(put(tmp_path, "a.geojson", collection(feature(POLYGON, **said))))

    assert found.feature == 'feature 1 "Budi"'
    assert dict(found.properties) == {
        "nama": "Budi",
        "nik": "1806051201800001",
        "rt": "003",
        "luas": "1.5",
        "x": "",
        "y": "[1]",
    }


def test_an_open_ring_is_closed_marked_and_alone(tmp_path: Path) -> None:
    file = put(tmp_path, "a.geojson", collection(polygon(*SQUARE), feature(POLYGON)))

    (opened, whole), _ = read(file)

    assert opened.geometry == whole.geometry == Polygon(RING)
    assert [repair.rule for repair in opened.repairs] == ["close_ring"]
    assert whole.repairs == ()


@pytest.mark.parametrize(
    ("geometry", "reason"),
    [
        (None, "no_geometry"),
        ({}, "no_geometry"),
        ({"type": "Polygon", "coordinates": []}, "no_geometry"),
        ({"type": "Polygon", "coordinates": [[]]}, "no_geometry"),
        ({"type": "Polygon", "coordinates": [[[1, 2]]]}, "too_few_corners"),
        ({"type": "Polygon", "coordinates": [[[1, 2], [2, 2], [1, 2]]]}, "too_few_corners"),
        ({"type": "Polygon", "coordinates": [[[1, 2], [2, "2"], [3, 3]]]}, "bad_coordinate"),
        ({"type": "Polygon", "coordinates": [[[1, 2], [2], [3, 3]]]}, "bad_coordinate"),
        ({"type": "Polygon", "coordinates": [[[1, 2], None, [3, 3]]]}, "bad_coordinate"),
        ({"type": "Polygon", "coordinates": [[[1, 2], [1e300, 1], [3, 3]]]}, "bad_coordinate"),
        ({"type": "Polygon", "coordinates": [[[1, 2], [True, 1], [3, 3]]]}, "bad_coordinate"),
        ({"type": "Polygon", "coordinates": "x"}, "no_geometry"),
        ({"type": "polygon", "coordinates": [[]]}, "geometry_not_land"),
        ({"type": "MultiPoint", "coordinates": [[1, 2]]}, "geometry_not_land"),
        ({"type": "GeometryCollection", "geometries": []}, "no_geometry"),
        ({"type": "Point", "coordinates": [104, -5]}, "waypoint_not_a_parcel"),
    ],
)
def test_a_bad_feature_among_ten_costs_only_itself(
    tmp_path: Path, geometry: Any, reason: str
) -> None:
    rows = [feature(POLYGON) for _ in range(9)]
    file = put(tmp_path, "a.geojson", collection(*rows[:4], feature(geometry), *rows[4:]))

    features, rejected = read(file)

    assert len(features) == 9
    assert [(r.feature, r.reason) for r in rejected] == [("feature 5", reason)]


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_no_number_of_python_passes_for_one_of_json(tmp_path: Path, value: str) -> None:
    text = collection(polygon([1, 2], [7777, 2], [3, 3])).replace("7777", value)

    assert reasons(put(tmp_path, "a.geojson", text)) == ["bad_coordinate"]


@pytest.mark.parametrize(
    ("name", "crs"),
    [
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326"),
        ("urn:ogc:def:crs:EPSG::32748", "EPSG:32748"),
        ("EPSG:9488", "EPSG:9488"),
    ],
)
def test_an_old_crs_member_is_honoured(tmp_path: Path, name: str, crs: str) -> None:
    member = {"type": "name", "properties": {"name": name}}
    file = put(tmp_path, "a.geojson", collection(feature(POLYGON), crs=member))

    (found,), _ = read(file, crs="EPSG:32749")

    assert found.crs == crs


def test_a_crs_that_nobody_knows_is_not_guessed(tmp_path: Path) -> None:
    member = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::1"}}

    text = collection(feature(POLYGON), crs=member)

    assert reasons(put(tmp_path, "a.geojson", text)) == ["crs_unknown"]


def test_lines_are_walks_and_points_with_numbers_are_corners(tmp_path: Path) -> None:
    line = feature({"type": "LineString", "coordinates": [list(p) for p in RING]})
    marks = [
        feature({"type": "Point", "coordinates": list(p)}, name=str(n))
        for n, p in enumerate(SQUARE, 1)
    ]
    put(tmp_path, "1.geojson", collection(line))
    put(tmp_path, "2.geojson", collection(*marks))

    (walked, marked), rejected = read(tmp_path)

    assert walked.walk is not None
    assert marked.walk is not None
    assert (walked.walk.corners, marked.walk.corners) == (False, True)
    assert rejected == []


def test_a_collection_of_shapes_keeps_its_polygons(tmp_path: Path) -> None:
    both = {
        "type": "GeometryCollection",
        "geometries": [POLYGON, {"type": "Point", "coordinates": [1, 2]}],
    }

    (found,), _ = read(put(tmp_path, "a.geojson", collection(feature(both))))

    assert found.geometry is not None
    assert [part.geom_type for part in found.geometry.geoms] == ["Polygon", "Point"]


@pytest.mark.parametrize("mark", ["", "\x1e"])
def test_a_text_sequence_loses_only_its_bad_lines(tmp_path: Path, mark: str) -> None:
    line = mark + json.dumps(feature(POLYGON))
    file = put(tmp_path, "a.geojsonl", f"{line}\n{line[:-9]}\n{line}\n")

    features, rejected = read(file)

    assert len(features) == 2
    assert [(r.feature, r.reason) for r in rejected] == [("feature 2", "file_cut_short")]


def test_a_marked_sequence_may_spread_a_feature_over_lines(tmp_path: Path) -> None:
    record = "\x1e" + json.dumps(feature(POLYGON), indent=1) + "\n"

    features, rejected = read(put(tmp_path, "a.geojsons", record * 3))

    assert len(features) == 3
    assert rejected == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"type":"FeatureCollection","features":[]}', "no_features"),
        ('{"type":"FeatureCollection","features":{}}', "no_features"),
        (collection(feature(POLYGON))[:-20], "file_cut_short"),
        ('{"type":"FeatureCollection" "features":[]}', "json_damaged"),
        ('{"type":"Feature","geometry":' + "[" * 100_000, "json_too_deep"),
        ('{"type":"gdal_streamed_alg","command_line":"gdal read x"}', "redirect"),
        ("<OGRVRTDataSource></OGRVRTDataSource>", "redirect"),
    ],
)
def test_a_file_that_is_no_map_says_why(tmp_path: Path, text: str, reason: str) -> None:
    assert reasons(put(tmp_path, "a.geojson", text)) == [reason]
