"""What the QGIS Geometry Checker finds in polygons is found here too, under the code we state."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
import shapely
from hillside import forest_of_board
from land import lonlat, on_earth, polygon, rectangle, square
from small_project import feature_collection

from hkm_gis.checks import CHECKS, check, find_check
from hkm_gis.checks.beside_qgis import QGIS_CHECKS
from hkm_gis.parcels import take_in
from hkm_gis.project import Project
from hkm_gis.readers import read_files
from hkm_gis.regulation import Regulation
from hkm_gis.survey import Survey
from hkm_gis.thresholds import Thresholds

BOW = on_earth(shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)]))
TOUCHING = [(0, 0), (100, 0), (50, 50), (100, 100), (0, 100), (50, 50)]
NEARLY_TOUCHING = [(0, 0), (100, 0), (52, 50), (100, 100), (0, 100), (48, 50)]
TWICE = [(0, 0), (50, 0), (50, 0), (100, 0), (100, 100)]
SHORT = [(0, 0), (50, 0), (50.05, 0), (100, 0), (100, 100)]
THORN = [(0, 0), (100, 0), (100, 48), (180, 50), (100, 52), (100, 100), (0, 100)]
HOLED = on_earth(shapely.box(0, 0, 100, 100) - shapely.box(40, 40, 60, 60))
COLLAPSED = on_earth(shapely.Polygon([(0, 0), (100, 100), (0, 0)]))
PIECES = shapely.union_all([square(0, 0, 80), square(200, 0, 80)])
LINE = on_earth(shapely.LineString([(0, 0), (100, 0), (100, 100)]))
COURT = [rectangle(0, 0, 300, 100), rectangle(0, 130, 300, 100)]
COURT += [rectangle(0, 100, 100, 30), rectangle(150, 100, 150, 30)]

# What QGIS looks for, drawn, and the code that tells it. Two groups, in turn, own the drawings.
DRAWN = [
    ("IsValid", [BOW], "P01"),
    ("IsValid", [COLLAPSED], "S01"),
    ("SelfIntersection", [BOW], "P01"),
    ("SelfContact", [polygon(TOUCHING)], "P01"),
    ("SelfContact", [polygon(NEARLY_TOUCHING)], "P07"),
    ("DuplicateNodes", [polygon(TWICE)], "P03"),
    ("DegeneratePolygon", [COLLAPSED], "S01"),
    ("SegmentLength", [polygon(SHORT)], "P09"),
    ("Angle", [polygon(THORN)], "P08"),
    ("Area", [square(0, 0, 22)], "P02"),
    ("Area", [square(0, 0, 320)], "P02"),
    ("SliverPolygon", [rectangle(0, 0, 100, 8)], "P06"),
    ("Hole", [HOLED], "P04"),
    ("Multipart", [PIECES], "P05"),
    ("Type", [on_earth(shapely.Point(0, 0))], "S05"),
    ("Type", [LINE], "W01"),
    ("Duplicate", [square(0, 0, 100), square(0, 0, 100)], "O03"),
    ("Contained", [square(0, 0, 100), square(20, 20, 30)], "O01"),
    ("Contained", [square(0, 0, 100), square(300, 0, 100), square(20, 20, 30)], "O02"),
    ("Overlap", [square(0, 0, 100), square(80, 0, 100)], "O01"),
    ("Overlap", [square(0, 0, 100), square(300, 0, 100), square(80, 0, 100)], "O02"),
    ("Overlap", [square(0, 0, 100), square(92, 0, 100)], "O09"),
    ("Gap", COURT, "O04"),
    ("FollowBoundaries", [rectangle(-995, 0, 100, 100)], "B05"),
]


def survey_of_file(file: Path) -> Survey:
    """Return the survey of one file, with a surveyed boundary round it."""
    around = rectangle(-1000, -1000, 2500, 2500)
    return Survey(
        project=Project(),
        intake=take_in(read_files([file])),
        forest=forest_of_board(geometry=around, tolerance_m=0.5),
        register=None,
        regulation=Regulation(code="uji", title="Aturan Uji", rules={}),
    )


@pytest.mark.parametrize(("name", "drawn", "code"), DRAWN)
def test_what_qgis_finds_in_land_is_found(tmp_path, name, drawn, code):
    (row,) = [one for one in QGIS_CHECKS if one.name == name]

    file = tmp_path / "andil.geojson"
    features = [({"kelompok": "AB"[n % 2]}, land) for n, land in enumerate(drawn)]
    file.write_text(feature_collection(features))

    told = {finding.code for finding in check(survey_of_file(file)).findings}

    assert code in told
    assert code in row.codes


def test_a_walk_that_crosses_itself_is_told_as_qgis_tells_a_drawing(tmp_path):
    eight = lonlat([(0, 0), (100, 100), (100, 0), (0, 100), (0, 0)])
    points = "".join(f'<trkpt lon="{x:.9f}" lat="{y:.9f}"/>' for x, y in eight)
    file = tmp_path / "jalur.gpx"
    file.write_text(f"<gpx><trk><trkseg>{points}</trkseg></trk></gpx>")

    assert "W02" in {finding.code for finding in check(survey_of_file(file)).findings}


def test_every_code_is_drawn_and_every_threshold_there_is():
    known = {one.name for one in fields(Thresholds)}
    drawn = {(name, code) for name, _, code in DRAWN}
    drawn |= {("SelfIntersection", "W02")}  # a walk, not a drawing

    assert drawn == {(one.name, code) for one in QGIS_CHECKS for code in one.codes}
    assert {find_check(code) for _, code in drawn} <= set(CHECKS)
    assert {name for one in QGIS_CHECKS for name in one.thresholds} <= known


def test_no_check_of_the_installed_qgis_is_missing():
    libraries = sorted(Path("/usr/lib").glob("libqgis_analysis.so.*"))
    if not libraries:
        pytest.skip("QGIS is not installed here")
    names = set(re.findall(rb"QgsGeometry(\w+)Check(?!\w)", libraries[-1].read_bytes()))

    assert {one.name.encode() for one in QGIS_CHECKS} >= {n for n in names if n.isalpha()}
