"""PostGIS as source, target and judge, on a real server."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from click.testing import CliRunner
from land import on_earth, parcel_table, rectangle, square
from server import PASSWORD, running_server, why_no_server

import hkm_gis
from hkm_gis.cli.main import hkm
from hkm_gis.database import address_of
from hkm_gis.errors import HkmError
from hkm_gis.exports import export_to_postgis
from hkm_gis.files import Limits, local_path
from hkm_gis.overlaps import find_overlaps
from hkm_gis.plane import area_m2, to_plane
from hkm_gis.readers import read_files

psycopg = pytest.importorskip("psycopg", reason="needs the extra hkm-gis[postgis]")
pytestmark = pytest.mark.skipif(bool(why_no_server()), reason=why_no_server() or "there is one")

PARCELS = [("M-1", "KTH Mawar", square(0, 0, 100)), ("M-2", "KTH Mawar", square(80, 0, 100))]


@pytest.fixture(scope="session")
def server():
    with running_server() as address:
        with psycopg.connect(address) as connection:
            connection.execute("CREATE EXTENSION postgis")
        yield address


@pytest.fixture
def database(server):
    """Give an empty schema of the database, and its address."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS uji CASCADE")
        connection.execute("DROP SCHEMA IF EXISTS hkm CASCADE")
        connection.execute("CREATE SCHEMA uji")
        connection.execute("SET search_path = uji, public")
        yield connection


def fill(database, table="andil", rows=PARCELS, epsg=32748, key="PRIMARY KEY"):
    name = psycopg.sql.Identifier("uji", table)
    columns = (
        "(gid serial {}, id_andil text, kelompok text, luas numeric, geom geometry(Geometry,{}))"
    )
    words = [name, psycopg.sql.SQL(key), psycopg.sql.Literal(epsg)]
    database.execute(psycopg.sql.SQL("CREATE TABLE {} " + columns).format(*words))
    for parcel_id, group, shape in rows:
        moved = gpd.GeoSeries([shape], crs=4326).to_crs(epsg or 4326).iloc[0]
        database.execute(
            psycopg.sql.SQL(
                "INSERT INTO {} (id_andil, kelompok, luas, geom)"
                " VALUES (%s, %s, 1.5, ST_GeomFromWKB(%s, %s))"
            ).format(name),
            [parcel_id, group, shapely.to_wkb(moved), epsg],
        )


def at(server, **words):
    return server + "".join(f"&{key}={value}" for key, value in words.items())


def test_a_table_is_read_row_by_row_with_its_own_coordinate_system(server, database):
    fill(database)

    first, second = read_files([at(server, table="uji.andil")])

    assert (first.source, first.feature, first.crs) == ("postgres/uji.andil", "gid 1", "EPSG:32748")
    assert first.properties == {
        "gid": "1",
        "id_andil": "M-1",
        "kelompok": "KTH Mawar",
        "luas": "1.5",
    }
    assert second.properties["id_andil"] == "M-2"


def test_parcels_and_forest_of_a_database_are_as_those_of_files(server, database):
    fill(database)
    fill(database, "kawasan", [("K", "Hutan Uji", rectangle(-500, -500, 630, 2000))])

    survey = hkm_gis.open_survey(
        parcels=[at(server, table="uji.andil")], forest=at(server, table="uji.kawasan")
    )

    truth = [area_m2([shape])[0] / 1e4 for *_, shape in PARCELS]
    assert survey.parcels["area_ha"].tolist() == pytest.approx(truth, rel=1e-9)
    assert survey.parcels["parcel_id"].tolist() == ["M-1", "M-2"]
    assert survey.parcels["group"].tolist() == ["KTH Mawar"] * 2
    assert (area_m2(survey.outside) / 1e4).tolist() == pytest.approx([0, 0.5], abs=1e-6)
    assert (survey.forest.name, len(survey.forest.sha256)) == ("kawasan", 64)
    assert len(survey.overlaps) == 1


def test_a_view_without_a_key_is_read_in_an_order_that_stays(server, database):
    fill(database, rows=[*PARCELS, *PARCELS[::-1]], key="")
    database.execute("CREATE VIEW uji.lahan AS SELECT * FROM uji.andil")

    runs = [
        [f.properties["gid"] for f in read_files([at(server, table="uji.lahan")])] for _ in "12"
    ]
    database.execute("UPDATE uji.andil SET luas = 1.5 WHERE gid = 1")  # moves the row to the end
    runs.append([f.properties["gid"] for f in read_files([at(server, table="uji.lahan")])])

    assert runs == [["1", "2", "3", "4"]] * 3


def test_names_and_values_of_a_database_are_never_taken_for_sql(server, database):
    evil = "'; DROP TABLE uji.andil; --"
    fill(database)
    fill(database, 'a"b; c', [(evil, evil, square(0, 0, 100))])

    (feature,) = read_files([at(server, table='uji.a"b%3B c')])
    (again,) = hkm_gis.find_overlaps(hkm_gis.read_parcels(at(server, table="uji.andil")))["kind"]

    assert feature.properties["id_andil"] == evil
    assert again == "overlap"


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ({"table": "uji.tiada"}, "database_no_table"),
        ({"schema": "uji"}, "database_which_table"),
        ({"table": "uji.andil'--"}, "database_no_table"),
    ],
)
def test_an_address_that_leaves_the_table_open_names_the_tables(server, database, words, key):
    fill(database)
    fill(database, "lahan")

    with pytest.raises(HkmError) as caught:
        list(read_files([at(server, **words)]))
    assert caught.value.key == key
    assert {"uji.andil", "uji.lahan"} <= set(caught.value.facts["tables"])


def test_a_table_without_a_coordinate_system_takes_the_stated_one(server, database):
    fill(database, epsg=0)

    (feature, _) = read_files([at(server, table="uji.andil")], crs="EPSG:4326")

    assert feature.crs == "EPSG:4326"


def test_a_table_over_the_limit_is_refused_by_name(server, database):
    fill(database)

    (refused,) = read_files([at(server, table="uji.andil")], limits=Limits(features=1))

    assert (refused.source, refused.reason) == ("postgres/uji.andil", "too_many_features")


def test_reading_can_change_nothing(server, database):
    fill(database)
    database.execute(
        "CREATE FUNCTION uji.bite() RETURNS int LANGUAGE sql AS 'DELETE FROM uji.andil; SELECT 1'"
    )
    database.execute("CREATE VIEW uji.trap AS SELECT uji.bite() AS n, geom FROM uji.andil")

    with pytest.raises(HkmError) as caught:
        list(read_files([at(server, table="uji.trap")]))

    assert caught.value.key == "database_refused"
    assert caught.value.facts["problem"] == "ReadOnlySqlTransaction"
    assert database.execute("SELECT count(*) FROM uji.andil").fetchone() == (2,)


@pytest.mark.parametrize(
    "broken",
    [
        lambda a: a.replace(PASSWORD, PASSWORD + "x"),
        lambda a: a.replace("host=", "host=/nowhere"),
        lambda a: a.replace("/postgres?", "/tiada?"),
        lambda a: a + "&" + PASSWORD + "=1",
        lambda a: a.replace("@/", "@@" + PASSWORD + ":x/"),
        lambda a: a.replace("postgresql://", "postgresql:/"),
        lambda a: a.replace("postgresql://", "https://"),
    ],
    ids=["login", "host", "database", "parameter", "port", "one slash", "other scheme"],
)
def test_no_error_shows_the_password(server, broken):
    told = CliRunner().invoke(hkm, ["check", "--parcels", broken(server)])

    assert told.exit_code == 2
    assert PASSWORD not in told.output + told.stderr + repr(told.exception)
    with pytest.raises(HkmError) as caught:
        hkm_gis.open_survey(parcels=[broken(server)])
    assert PASSWORD not in repr(caught.value) + str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_an_address_shows_neither_login_nor_host():
    address = address_of(
        "postgresql://kantor:rahasia@db.example.org/hutan?table=a.b&sslmode=require"
    )

    assert repr(address) == "Address('hutan/a.b')"
    assert dict(address.login)["sslmode"] == "require"
    with pytest.raises(HkmError) as caught:
        local_path("postgresql:/kantor:rahasia@db/hutan")
    assert "rahasia" not in str(caught.value)


def rows_of(database, table, what="*"):
    return database.execute(f"SELECT {what} FROM {table} ORDER BY 1").fetchall()


def test_an_export_is_read_back_as_the_same_parcels(server, database, small_project):
    survey = hkm_gis.open_survey(small_project)

    tables = export_to_postgis(survey, hkm_gis.check(survey), server)

    assert tables == ["hkm.andil", "hkm.tumpang_tindih", "hkm.kk", "hkm.temuan"]
    back = hkm_gis.read_parcels(at(server, table="hkm.andil"))
    ours = survey.parcels.sort_values("parcel_id")
    assert back.sort_values("parcel_id")["parcel_id"].tolist() == ours["parcel_id"].tolist()
    assert sorted(back["area_ha"]) == pytest.approx(sorted(ours["area_ha"]), rel=1e-8)
    known = "information_schema.columns WHERE table_schema = 'hkm'"
    columns = {c for (c,) in rows_of(database, known, "column_name::text")}
    assert not {"nik", "kk", "member"} & columns
    assert rows_of(database, "hkm.andil", "DISTINCT ST_SRID(geometry)") == [(32748,)]


def test_a_second_export_replaces_the_rows_and_keeps_views_and_rights(
    server, database, small_project
):
    survey = hkm_gis.open_survey(small_project)
    report = hkm_gis.check(survey)
    export_to_postgis(survey, report, server)
    before = rows_of(database, "hkm.andil")
    database.execute("CREATE VIEW uji.peta AS SELECT parcel_id FROM hkm.andil")

    export_to_postgis(survey, report, server)

    assert rows_of(database, "hkm.andil") == before
    assert len(rows_of(database, "uji.peta")) == 3


def test_a_table_that_is_not_ours_stops_the_export_before_anything_changes(
    server, database, small_project
):
    survey = hkm_gis.open_survey(small_project)
    report = hkm_gis.check(survey)
    export_to_postgis(survey, report, server)
    database.execute("DROP TABLE hkm.kk")
    database.execute("CREATE TABLE hkm.kk AS SELECT 7 AS n")
    database.execute("DELETE FROM hkm.andil")

    with pytest.raises(HkmError) as caught:
        export_to_postgis(survey, report, server)

    assert caught.value.key == "database_table_not_ours"
    assert rows_of(database, "hkm.kk") == [(7,)]
    assert rows_of(database, "hkm.andil") == []


def test_the_command_exports_public_columns_unless_private(server, database, small_project):
    words = ["export", str(small_project), "--to", "postgis", "--out", server]

    public = CliRunner().invoke(hkm, words)
    private = CliRunner().invoke(hkm, [*words, "--private"])

    assert public.output.split()[0] == "hkm.andil"
    assert private.output.split()[0] == "hkm.andil_khusus_kantor"
    assert ("9999010101800001",) in rows_of(database, "hkm.andil_khusus_kantor", "nik")
    assert PASSWORD not in public.output + private.output
    assert CliRunner().invoke(hkm, words[:-2]).exit_code == 2  # no address


def test_pairs_and_areas_are_those_of_postgis(server, database):
    rng = np.random.default_rng(8)
    shapes = []
    for _ in range(400):
        angle = np.sort(rng.uniform(0, 2 * np.pi, rng.integers(4, 30)))
        reach = rng.uniform(15, 60, len(angle))
        xy = (
            rng.uniform(0, 900, 2)
            + np.column_stack([np.cos(angle), np.sin(angle)]) * reach[:, None]
        )
        shapes.append(on_earth(shapely.make_valid(shapely.Polygon(xy), method="structure")))
    table = parcel_table({"parcel_id": f"p{k:03d}", "geometry": s} for k, s in enumerate(shapes))
    database.execute("CREATE TABLE uji.p (id text, g geometry)")
    with database.cursor().copy("COPY uji.p FROM STDIN") as rows:
        for parcel_id, wkb in zip(
            table["parcel_id"], shapely.to_wkb(to_plane(shapes), hex=True), strict=True
        ):
            rows.write_row((parcel_id, wkb))

    found = find_overlaps(table, classify=False)

    theirs = rows_of(
        database,
        "uji.p a JOIN uji.p b ON a.id < b.id AND ST_Intersects(a.g, b.g)"
        " WHERE ST_Area(ST_Intersection(a.g, b.g)) >= 1",
        "a.id, b.id, ST_Area(ST_Intersection(a.g, b.g))",
    )
    ours = sorted(zip(found["parcel_a"], found["parcel_b"], found["area_m2"], strict=True))
    assert len(ours) > 500
    assert [pair[:2] for pair in ours] == sorted(pair[:2] for pair in theirs)
    assert [pair[2] for pair in ours] == pytest.approx([p[2] for p in sorted(theirs)], rel=1e-9)
