"""F1 to F7: shapefiles in pieces, columns that collide, and coordinates of another system."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from badfiles import TRACE, Case, case, prove, shapefile, shapes, table, take, text
from fieldfiles import RING, put, read
from land import square
from pyproj import Geod, Transformer

RING_M2 = abs(Geod(ellps="WGS84").geometry_area_perimeter(shapely.Polygon(RING))[0])


def drawn_in(epsg: int, *, stated: str) -> str:
    there = Transformer.from_crs(4326, epsg, always_xy=True)
    return shapes(shapely.Polygon([there.transform(x, y) for x, y in RING]), crs=stated)


def refused(title: str, make, reason: str, place: str = "a.shp"):
    return case(title, make, rejected=(f"S01 {reason}, {place}",))


def in_crs(title: str, epsg: int, stated: str, **becomes: object):
    content = drawn_in(epsg, stated=stated)
    return case(title, text("a.geojson", content), area_m2=RING_M2, **becomes)


@pytest.mark.parametrize(
    "expected",
    [
        refused("F1 half the shapes", shapefile(cut=".shp"), "shapefile_cut_short"),
        refused("F2 no shapes", shapefile(".shp"), "shapefile_parts_missing", "a.shx"),
        refused("F2 no index", shapefile(".shx"), "shapefile_parts_missing"),
        refused("F2 no rows", shapefile(".dbf"), "shapefile_parts_missing"),
        case("F2 no system", shapefile(".prj"), accepted=2, remarks=("prj_missing",)),
        case("F2 no letters", shapefile(".cpg"), accepted=2),
        refused("F4 half the index", shapefile(cut=".shx"), "shapefile_cut_short"),
        refused("F4 half the rows", shapefile(cut=".dbf"), "shapefile_cut_short"),
        in_crs("F5 crs of 2008", 32748, "urn:ogc:def:crs:EPSG::32748", accepted=1),
        refused(
            "F5 crs of nowhere",
            text("a.geojson", drawn_in(32748, stated="urn:ogc:def:crs:EPSG::1")),
            "crs_unknown",
            "a.geojson",
        ),
        in_crs("F6 ID74", 4238, "EPSG:4238", repaired=1, repairs=("shift_datum",)),
        in_crs("F6 Batavia", 4211, "EPSG:4211", repaired=1, repairs=("shift_datum",)),
        in_crs("F6 SRGI2013 is WGS 84", 9470, "EPSG:9470", accepted=1),
        in_crs("F6 48N for 48S", 32748, "EPSG:32648", repaired=1, repairs=("change_zone",)),
        in_crs("F6 zone beside", 32749, "EPSG:32748", repaired=1, repairs=("change_zone",)),
        in_crs("F6 TM-3 for UTM", 23833, "EPSG:32748", repaired=1, repairs=("change_zone",)),
    ],
)
def test_a_file_lies_where_it_says_or_says_what_is_missing(expected: Case, folder: Path) -> None:
    prove(expected, folder)


@pytest.mark.bad_input("F1")
@pytest.mark.parametrize("part", [".shp", ".shx", ".dbf"])
def test_the_words_about_a_shapefile_name_its_sizes_or_its_missing_part(
    folder: Path, part: str
) -> None:
    shapefile(cut=part)(folder)
    (cut,) = take(folder).rejected
    assert 0 < cut.facts["size"] < cut.facts["stated"]

    (folder / f"a{part}").unlink()
    (missing,) = take(folder).rejected
    assert missing.facts["missing"] == part


@pytest.mark.bad_input("F3")
def test_columns_that_differ_in_nothing_but_case_are_both_read(folder: Path) -> None:
    said = {"Nama": "Budi", "nama": "Sri", "NAMA": "Tono"}
    shape = json.loads(shapes(shapely.Polygon(RING)))
    shape["features"][0]["properties"] = said
    put(folder, "a.geojson", json.dumps(shape))
    put(folder, "b.csv", table(f'Budi,Sri,Tono,"{TRACE}"', heading="Nama,nama,NAMA,batas"))

    features, rejected = read(folder)

    assert [dict(f.properties) for f in features] == [said, said]
    assert rejected == []


@pytest.mark.bad_input("F3")
def test_names_and_values_longer_than_a_shapefile_holds_come_in_whole(folder: Path) -> None:
    said = {"nama_penggarap_menurut_kartu": ["B" * 300, "Sri"], "nama_penggarap": ["Budi", "Sri"]}
    gpd.GeoDataFrame(said, geometry=[square(0, 0, 100)] * 2, crs=4326).to_file(folder / "a.gpkg")

    features, _ = read(folder)

    assert [dict(f.properties) for f in features] == [
        {"nama_penggarap_menurut_kartu": "B" * 300, "nama_penggarap": "Budi"},
        {"nama_penggarap_menurut_kartu": "Sri", "nama_penggarap": "Sri"},
    ]


@pytest.mark.bad_input("F6")
def test_the_shift_of_an_old_datum_is_on_record_in_metres(folder: Path) -> None:
    put(folder, "a.geojson", drawn_in(4238, stated="EPSG:4238"))

    (repair,) = take(folder).repairs

    assert repair.facts["shift_m"] == pytest.approx(26.9, abs=0.1)


NUMBERS = """
import sys, warnings
from pathlib import Path
if sys.argv[2] == "before":
    import pyproj
warnings.simplefilter("ignore")
from hkm_gis.parcels import take_in
from hkm_gis.readers import read_files
from pyproj import network
parcels = take_in(read_files([Path(sys.argv[1])])).parcels
print(network.is_network_enabled(), parcels.to_json(), list(map(repr, parcels["utm_ha"])))
"""


@pytest.mark.bad_input("F7")
def test_no_setting_of_the_machine_lets_proj_use_the_net_or_change_a_number(tmp_path: Path) -> None:
    put(tmp_path, "a.geojson", drawn_in(4211, stated="EPSG:4211"))
    told = set()
    for setting, loaded in (("ON", "before"), ("ON", ""), ("OFF", "")):
        environment = os.environ | {"PROJ_NETWORK": setting}
        command = [sys.executable, "-c", NUMBERS, str(tmp_path), loaded]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        told.add(done.stdout)

    (same,) = told
    assert same.startswith("False ")
