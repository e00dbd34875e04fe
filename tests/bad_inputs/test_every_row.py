"""Every row of the table of bad inputs has a test, wherever it stands, and is found by its id.

``python -m pytest -m bad_input`` runs them all. A test names its row with
``@pytest.mark.bad_input("D15")``, a case of a table of tests with the first word of its title.
"""

from __future__ import annotations

from pathlib import Path

import pytest

ROWS = {
    # Files that lead to other files
    "A1": "VRT text that goes by the name of a map",
    "A2": "a pipeline of GDAL that goes by the name of a map",
    "A3": "VRT that leads to the net",
    "A4": "an address, a /vsi path or data where a file should be named",
    "A5": "KML that is only a link",
    "A6": "a picture, a login page or nothing, named as a map",
    "A7": "GPX named KML",
    "A8": "a view that runs code in a GeoPackage",
    "A9": "a pickle",
    # XML
    "B1": "a billion laughs",
    "B2": "one long word said many times",
    "B3": "the text of a file of this machine",
    "B4": "a document type on the net",
    "B5": "100,000 folders in each other",
    "B6": "a file that a phone copied in part",
    "B7": "letters in UTF-16, Latin-1 or cp1252, declared or not",
    "B8": "junk behind the end; XML 2.0",
    "B9": "coordinates that say undefined",
    # Archives
    "C1": "names that lead outside",
    "C2": "a link",
    "C3": "300 kB that unfold to 300 MB",
    "C4": "70,001 entries",
    "C5": "two entries over the same bytes",
    "C6": "cut, altered or locked",
    "C7": "two maps, or one name twice",
    "C8": "no map, a map in an archive in it, a map in a folder",
    "C9": "two shapefiles; nothing",
    # Geometry
    "D1": "an open ring",
    "D2": "one or two points, an empty ring, one spot, one line",
    "D3": "a bow-tie",
    "D4": "a field walked twice",
    "D5": "a spike",
    "D6": "a hole outside, a hole in a hole",
    "D7": "coordinates that are no number or infinite",
    "D8": "latitude before longitude",
    "D9": "metres without a system, a lost sign, null island, beyond the earth",
    "D10": "a corner at 0, 0 or 130 km away",
    "D11": "corners said twice, clockwise, heights and measures",
    "D12": "points, lines, land and nothing in one map",
    "D13": "one bad parcel among ten",
    "D14": "a scribble of 20,000 corners",
    "D15": "2,000 parcels on one spot",
    "D16": "arcs, surfaces and nets of triangles",
    "D17": "rings that touch themselves",
    "D18": "JSON of the wrong depth or type",
    "D19": "a shared side, a corner on it, an overlap smaller than the error",
    "D20": "shared land that comes with lines and points",
    # Content
    "E1": "a track among points",
    "E2": "an empty track, only points, only a route",
    "E3": "one field in two segments, two fields in one file",
    "E4": "a loop that is open, a walk that is straight",
    "E5": "GPX 1.0, no namespace, a mark of UTF-8, what devices add",
    "E6": "a decimal comma",
    "E7": "a noisy walk that crosses itself",
    "E8": "a geoshape of Kobo",
    "E9": "ODK's empty last position and ring without nesting",
    "E10": "a geoshape of two points, blank, in part, in words",
    "E11": "a fix with an accuracy of 180 m",
    "E12": "a submission twice, a heading twice, cells too many, NUL, only a heading",
    "E13": "CSV in UTF-16 or cp1252, with semicolons",
    "E14": "leading zeros and 16 digits",
    "E15": "degrees, minutes and seconds",
    "E16": "old KML: namespaces, tags, blanks",
    "E17": "KML in folders",
    # Shapefiles and coordinate systems
    "F1": "half of the shapes",
    "F2": "a missing part",
    "F3": "long names and values, columns that differ in case",
    "F4": "half of the index, half of the rows",
    "F5": "the old crs of GeoJSON",
    "F6": "an old datum, another zone",
    "F7": "PROJ with and without the net",
    # Privacy
    "I1": "a public map from a register",
    "I2": "a number of a person in free text",
    "I3": "a number of a person in errors, logs and modes of files",
    "I4": "rows deleted from a GeoPackage",
    "I5": "the user, the folder and the clock in what a document says of itself",
    "I6": "where somebody lives",
}


def test_every_row_has_a_test(request: pytest.FixtureRequest) -> None:
    collected = request.session.items
    everywhere = set(Path(__file__).parents[1].rglob("test_*.py"))
    if everywhere - {item.path for item in collected}:
        pytest.skip("only a part of the suite was asked for")

    labelled = {mark.args[0] for item in collected for mark in item.iter_markers("bad_input")}

    assert labelled == set(ROWS)
