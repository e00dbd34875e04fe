"""Further maps: whose land it is, where it lies, and nothing less than all of it."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from land import on_board, on_earth, square
from small_project import feature_collection

from hkm_gis.errors import FileError
from hkm_gis.layers import read_layer
from hkm_gis.plane import reproject
from hkm_gis.project import Layer


def layer_at(path: Path) -> Layer:
    return Layer(name="Izin", file=path, role="izin")


@pytest.mark.parametrize(
    ("said", "name", "paper"),
    [
        ({"LEMBAGA": "KTH A", "NO_SK": "SK.1/2019"}, "KTH A", "SK.1/2019"),
        ({"Nama_HKm": "KTH B", "no_iuphkm": "12"}, "KTH B", "12"),
        ({"NAMOBJ": "Way Lalaan"}, "Way Lalaan", ""),
        ({"LEMBAGA": "  ", "nama": "KTH C"}, "KTH C", ""),
        ({"luas": "3"}, "", ""),
    ],
)
def test_the_holder_is_found_under_the_names_that_offices_use(tmp_path, said, name, paper):
    path = tmp_path / "izin.geojson"
    path.write_text(feature_collection([(said, square(0, 0, 100))]))

    table = read_layer(layer_at(path))

    assert (table["name"].tolist(), table["paper"].tolist()) == ([name], [paper])
    assert table.crs == "EPSG:4326"


def test_a_shapefile_in_metres_lies_where_it_says(tmp_path):
    land = reproject([square(0, 0, 100)], "EPSG:4326", "EPSG:32748")
    gpd.GeoDataFrame({"LEMBAGA": ["KTH A"]}, geometry=land, crs=32748).to_file(
        tmp_path / "izin.shp"
    )

    table = read_layer(layer_at(tmp_path / "izin.shp"))

    assert on_board(table.geometry.iloc[0]).bounds == pytest.approx((0, 0, 100, 100), abs=1e-3)


def test_metres_without_a_coordinate_system_are_refused(tmp_path):
    land = reproject([square(0, 0, 100)], "EPSG:4326", "EPSG:32748")
    gpd.GeoDataFrame({"LEMBAGA": ["A"]}, geometry=land, crs=32748).to_file(tmp_path / "izin.shp")
    (tmp_path / "izin.prj").unlink()

    with pytest.raises(FileError) as caught:
        read_layer(layer_at(tmp_path / "izin.shp"))

    assert caught.value.key == "layer_without_crs"


def test_half_a_layer_is_no_layer(tmp_path):
    (tmp_path / "izin.geojson").write_text("{ tidak lengkap")

    with pytest.raises(FileError) as caught:
        read_layer(layer_at(tmp_path / "izin.geojson"))

    assert caught.value.key == "layer_unreadable"
    assert "{" not in caught.value.sentence("id")


def test_lines_stay_lines_and_crossed_land_is_mended(tmp_path):
    path = tmp_path / "jalan.geojson"
    road = on_earth(shapely.LineString([(0, 0), (50, 50)]))
    bow = on_earth(shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)]))
    path.write_text(feature_collection([({"nama": "Jalan"}, road), ({"nama": "Bow"}, bow)]))

    line, land = read_layer(layer_at(path)).geometry

    assert shapely.get_dimensions(line) == 1
    assert land.is_valid
    assert on_board(land).area == pytest.approx(5000, rel=1e-6)


def test_a_mark_among_the_lines_is_left_out(tmp_path):
    path = tmp_path / "sungai.geojson"
    river = on_earth(shapely.LineString([(0, 0), (50, 50)]))
    spring = on_earth(shapely.Point(0, 0))
    path.write_text(feature_collection([({"nama": "Mata air"}, spring), ({"nama": "Way"}, river)]))

    assert read_layer(layer_at(path))["name"].tolist() == ["Way"]
