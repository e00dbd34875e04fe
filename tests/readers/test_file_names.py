"""A file is read whatever people, phones and chats have called it."""

from __future__ import annotations

import sys

import geopandas as gpd
import pytest
from land import square

from hkm_gis import read_parcels

NAMES = (
    "lahan!; 1",
    "a#b%20c",
    "a'b",
    "dua  spasi ",
    "ñandú 地",
    "-x",
    "a&b$(x)",
    "[1]{2}",
    "a,b=c",
)
POSIX_NAMES = ("baris\nbaru", 'tanda"kutip', "tanya?bintang*", "a:b|c<d>")
FORMS = {"geojson": "GeoJSON", "gpkg": "GPKG", "kml": "KML", "fgb": "FlatGeobuf"}


@pytest.fixture(scope="module")
def contents(tmp_path_factory):
    folder = tmp_path_factory.mktemp("asal")
    land = gpd.GeoDataFrame({"no_andil": ["A-1"]}, geometry=[square(0, 0, 100)], crs=4326)
    for ending, driver in FORMS.items():
        land.to_file(folder / f"a.{ending}", driver=driver, engine="pyogrio")
    return {ending: (folder / f"a.{ending}").read_bytes() for ending in FORMS}


@pytest.mark.parametrize("name", NAMES + (() if sys.platform == "win32" else POSIX_NAMES))
def test_a_parcel_is_read_from_a_file_of_any_name(tmp_path, contents, name):
    for ending, content in contents.items():
        file = tmp_path / f"{name}.{ending}"
        file.write_bytes(content)

        assert len(read_parcels([file])) == 1, ending
        assert file.read_bytes() == content


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_in_a_circle_and_one_to_nowhere_do_not_stop_the_reading(tmp_path, contents):
    home = tmp_path / "kelompok"
    home.mkdir()
    (home / "lahan.geojson").write_bytes(contents["geojson"])
    (home / "lingkaran").symlink_to(home)
    (home / "putus.gpx").symlink_to(home / "tidak_ada.gpx")
    (home / "diri.gpx").symlink_to("diri.gpx")

    with pytest.warns(UserWarning, match=r"(?s)diri\.gpx.*putus\.gpx"):
        assert len(read_parcels([home])) == 1
