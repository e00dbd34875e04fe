"""I4 to I6: what a file still holds though nobody sees it, and where people live.

I1 to I3 are proved over a whole run, by `test_canaries` and `test_privacy`.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pytest
from canaries import find_canaries
from fieldfiles import gpx, put, track, waypoint
from land import lonlat, square
from shapely import Point
from small_project import write_small_project

from hkm_gis.checks import check
from hkm_gis.exports import EXPORT_FORMATS, export
from hkm_gis.survey import open_survey
from hkm_gis.webmap import draw_map

NIK = "9999013101800001"
HOUSE = (104.6533333, -5.4211111)
FIELD = "kelompok/KTH Mawar"
CLOCK = "<time>2031-03-03T03:13:37Z</time>"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a deleted column of numbers, the clock of a device, and a house."""
    home = write_small_project(tmp_path_factory.mktemp("zqxkanarifolder") / "usulan")
    put(home, f"{FIELD}/rumah.gpx", gpx(waypoint("rumah Pak Budi", *HOUSE)))
    ring = lonlat([(900, 0), (1000, 0), (1000, 100), (900, 100), (900, 0)]).tolist()
    put(home, f"{FIELD}/jalan.gpx", gpx(track(ring, inside=CLOCK)))
    file = home / FIELD / "lahan2.gpkg"
    land = gpd.GeoDataFrame(geometry=[square(1200, 0, 100)], crs=4326)
    land.to_file(file, layer="lahan2")
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("PRAGMA secure_delete = OFF")
        database.execute("CREATE TABLE catatan AS SELECT ? AS nik", (NIK,))
        database.execute("DROP TABLE catatan")
    assert NIK.encode() in file.read_bytes()  # SQLite keeps what it no longer shows
    return home


@pytest.fixture(scope="module")
def public(project: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Every public output of the project, by its name."""
    results = tmp_path_factory.mktemp("hasil")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("USER", "LOGNAME", "USERNAME", "HOSTNAME"):
            patch.setenv(name, "zqxkanaripengguna")
        survey = open_survey(project)
        report = check(survey)
        files = [p for to in EXPORT_FORMATS for p in export(survey, report, results, to=to)]
        draw_map(survey, report, results / "peta.html")
    return {p.name: p.read_bytes() for p in (*files, results / "peta.html")}


@pytest.mark.bad_input("I4")
def test_rows_deleted_from_a_geopackage_come_back_in_no_output(public: dict[str, bytes]) -> None:
    assert {
        name for name, content in public.items() if NIK in find_canaries(name, content)
    } == set()


@pytest.mark.bad_input("I5")
def test_no_output_tells_the_user_the_folder_or_the_clock_of_a_device(
    public: dict[str, bytes],
) -> None:
    for name, content in public.items():
        assert find_canaries(name, content) == set(), name
        assert b"03:13:37" not in content, name
        assert b"eTrex" not in content, name


@pytest.mark.bad_input("I6")
def test_a_house_that_was_marked_beside_the_land_is_on_no_public_map(
    project: Path, public: dict[str, bytes]
) -> None:
    survey = open_survey(project)
    found = [f for f in check(survey).findings if f.code == "S05"]
    assert len(found) == 1
    assert found[0].where is not None  # the facilitator is shown where it is

    for name, content in public.items():
        assert b"104.6533" not in content, name
        if name.endswith(".gpkg"):
            file = put(project.parent, "dibaca.gpkg", content)
            marks = [n for n in gpd.list_layers(file)["name"] if n == "temuan_titik"]
            for layer in marks:
                places = gpd.read_file(file, layer=layer).to_crs(4326).geometry
                assert not any(place.dwithin(Point(HOUSE), 1e-4) for place in places)
