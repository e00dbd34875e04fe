"""GeoPackage, FlatGeobuf and Shapefile, whole and broken."""

from __future__ import annotations

import shutil
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pytest
from fieldfiles import RING, put, read, reasons
from shapely import Polygon

from hkm_gis.files import hash_file
from hkm_gis.readers import read_files
from hkm_gis.readers.feature import Feature
from hkm_gis.record import Remark

PARCELS = gpd.GeoDataFrame(
    {"nama": ["Budi", "Sri"], "nik": ["0012345678901234", None]},
    geometry=[Polygon(RING), Polygon(RING)],
    crs=4326,
)


@pytest.mark.parametrize("name", ["andil!;#%.gpkg", "andil.fgb", "andil.shp"])
def test_every_format_gives_the_same_parcels(tmp_path: Path, name: str) -> None:
    plain = tmp_path / ("asli" + Path(name).suffix)
    PARCELS.to_crs(32748).to_file(plain)
    file = plain.rename(tmp_path / name) if name.endswith("gpkg") else plain
    before = hash_file(file)

    features, rejected = read(file)

    assert [f.properties["nama"] for f in features] == ["Budi", "Sri"]
    assert features[0].properties["nik"] == "0012345678901234"
    assert {f.crs for f in features} == {"EPSG:32748"}
    assert features[0].geometry is not None
    assert features[0].geometry.area == pytest.approx(12_240, rel=0.01)
    assert rejected == []
    assert hash_file(file) == before


def test_all_layers_are_read_or_the_one_that_is_named(tmp_path: Path) -> None:
    file = tmp_path / "a.gpkg"
    PARCELS.to_file(file, layer="timur")
    PARCELS.to_file(file, layer="barat")

    assert [f.feature for f in read(file)[0]][::2] == [
        'layer "timur" feature 1 "Budi"',
        'layer "barat" feature 1 "Budi"',
    ]
    assert len(read(file, layer="barat")[0]) == 2
    assert reasons(file, layer="utara") == ["layer_missing"]


def test_an_empty_layer_costs_no_other(tmp_path: Path) -> None:
    file = tmp_path / "a.gpkg"
    PARCELS.iloc[:0].to_file(file, layer="kosong")
    PARCELS.to_file(file, layer="isi")

    features, rejected = read(file)

    assert len(features) == 2
    assert rejected == []
    assert reasons(file, layer="kosong") == ["no_features"]


def test_a_view_that_runs_code_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "a.gpkg"
    PARCELS.to_file(file, layer="andil")
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("CREATE VIEW v AS SELECT load_extension('x') AS fid, geom FROM andil")
        database.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) "
            "VALUES ('v', 'features', 'v', 4326)"
        )
    database.close()

    features, rejected = read(file)

    assert len(features) == 2
    assert rejected == []


def test_changes_that_qgis_has_not_saved_are_not_lost_in_silence(tmp_path: Path) -> None:
    PARCELS.to_file(tmp_path / "a.gpkg")
    put(tmp_path, "a.gpkg-wal", "x")

    assert reasons(tmp_path) == ["database_in_use"]


def test_a_database_in_write_ahead_mode_is_read_without_a_trace(tmp_path: Path) -> None:
    file = tmp_path / "a.gpkg"
    PARCELS.to_file(file)
    database = sqlite3.connect(file)
    database.execute("PRAGMA journal_mode=WAL")
    database.close()
    before = hash_file(file)

    assert len(read(file)[0]) == 2
    assert hash_file(file) == before
    assert [p.name for p in tmp_path.iterdir()] == ["a.gpkg"]


@pytest.mark.parametrize("part", [".shx", ".dbf"])
def test_a_missing_part_of_a_shapefile_is_named(tmp_path: Path, part: str) -> None:
    PARCELS.to_file(tmp_path / "a.shp")
    (tmp_path / f"a{part}").unlink()

    (rejection,) = read(tmp_path)[1]

    assert (rejection.reason, rejection.facts["missing"]) == ("shapefile_parts_missing", part)


@pytest.mark.parametrize("part", [".shp", ".shx", ".dbf"])
def test_half_a_part_is_no_map(tmp_path: Path, part: str) -> None:
    PARCELS.to_file(tmp_path / "a.shp")
    file = tmp_path / f"a{part}"
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])

    assert reasons(tmp_path) == ["shapefile_cut_short"]


def test_without_prj_the_user_says_the_crs_and_nobody_guesses(tmp_path: Path) -> None:
    PARCELS.to_crs(32748).to_file(tmp_path / "a.shp")
    (tmp_path / "a.prj").unlink()

    assert {f.crs for f in read(tmp_path)[0]} == {""}
    assert {f.crs for f in read(tmp_path, crs="EPSG:32748")[0]} == {"EPSG:32748"}


def test_a_plan_that_lies_nowhere_on_earth_is_refused_by_the_name_of_its_system(
    tmp_path: Path,
) -> None:
    PARCELS.to_crs(32748).to_file(tmp_path / "a.shp")
    plan = 'LOCAL_CS["Denah desa",UNIT["Meter",1],AXIS["X",EAST],AXIS["Y",NORTH]]'
    (tmp_path / "a.prj").write_text(plan)

    features, (rejected,) = read(tmp_path / "a.shp")

    assert features == []
    assert (rejected.reason, rejected.facts["crs"]) == ("crs_unknown", "Denah desa")


def test_a_shapefile_without_prj_or_cpg_is_read_with_a_word_about_it(tmp_path: Path) -> None:
    for encoding in ("utf-8", "cp1252"):
        lands = PARCELS.assign(nama=["José", "Sri"])
        lands.to_file(tmp_path / f"{encoding}.shp", encoding=encoding)
        for part in (".cpg", ".prj"):
            (tmp_path / f"{encoding}{part}").unlink()

    outcomes = list(read_files([tmp_path]))

    names = [o.properties["nama"] for o in outcomes if isinstance(o, Feature)]
    assert names == ["José", "Sri"] * 2
    remarks = [(o.source, o.rule) for o in outcomes if isinstance(o, Remark)]
    assert remarks == [("cp1252.shp", "prj_missing"), ("utf-8.shp", "prj_missing")]


def test_an_index_without_its_shapes_is_one_broken_shapefile(tmp_path: Path) -> None:
    PARCELS.to_file(tmp_path / "a.shp")
    (tmp_path / "a.shp").unlink()

    (rejection,) = read(tmp_path)[1]

    assert (rejection.source, rejection.facts["missing"]) == ("a.shx", ".shp")


def test_all_shapefiles_of_a_zip_are_read(tmp_path: Path) -> None:
    (tmp_path / "isi").mkdir()
    for name in ("a", "B"):
        PARCELS.to_file(tmp_path / "isi" / f"{name}.shp")
    with zipfile.ZipFile(tmp_path / "peta.zip", "w") as archive:
        for part in sorted((tmp_path / "isi").iterdir()):
            archive.write(part, f"dalam/{part.name}")
    shutil.rmtree(tmp_path / "isi")

    features, rejected = read(tmp_path)

    assert len(features) == 4
    assert {f.source for f in features} == {"peta.zip/dalam/B.shp", "peta.zip/dalam/a.shp"}
    assert rejected == []


def test_a_damaged_geopackage_is_one_rejection(tmp_path: Path) -> None:
    PARCELS.to_file(tmp_path / "a.gpkg")
    content = (tmp_path / "a.gpkg").read_bytes()
    (tmp_path / "a.gpkg").write_bytes(content[: len(content) // 3])

    assert len(reasons(tmp_path)) == 1
