"""A1 to A9: files that lead to other files, to the net, or are something else than their name."""

from __future__ import annotations

import ast
import pickle
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from badfiles import FRAME, Case, case, prove, shapes, text
from fieldfiles import RING, gpx, kml, track
from land import square

import hkm_gis
from hkm_gis.errors import HkmError
from hkm_gis.readers import read_files

VRT = (
    "<OGRVRTDataSource><OGRVRTLayer name='anggota'><SrcDataSource>../rahasia.csv</SrcDataSource>"
    "</OGRVRTLayer></OGRVRTDataSource>"
)
TO_THE_NET = VRT.replace("../rahasia.csv", "/vsicurl/http://127.0.0.1:9/a.csv")
PIPELINE = '{"type": "gdal_streamed_alg", "command_line": "gdal vector read ../rahasia.csv"}'
LINK = "<NetworkLink><Link><href>http://127.0.0.1:9/a.kml</href></Link></NetworkLink>"


class Touch:
    """A pickle of it makes a file where it is loaded."""

    def __reduce__(self):
        return Path.touch, (Path("../dibuat.txt"),)


def view_that_runs_code(folder: Path) -> None:
    FRAME.to_file(folder / "a.gpkg", layer="andil")
    with closing(sqlite3.connect(folder / "a.gpkg")) as database, database:
        database.execute("CREATE VIEW v AS SELECT load_extension('x') AS fid, geom FROM andil")
        database.execute(
            "INSERT INTO gpkg_contents (table_name, data_type) VALUES ('v','features')"
        )


@pytest.mark.parametrize(
    "expected",
    [
        case("A1 vrt named kml", text("a.kml", VRT), rejected=("S01 redirect, a.kml",)),
        case("A1 vrt named csv", text("a.csv", VRT), rejected=("S01 redirect, a.csv",)),
        case("A1 vrt named geojson", text("a.geojson", VRT), rejected=("S01 redirect, a.geojson",)),
        case("A1 vrt named shp", text("a.shp", VRT), rejected=("S01 redirect, a.shp",)),
        case("A2 pipeline", text("a.geojson", PIPELINE), rejected=("S01 redirect, a.geojson",)),
        case("A2 pipeline named kml", text("a.kml", PIPELINE), rejected=("S01 redirect, a.kml",)),
        case("A3 vrt to the net", text("a.kml", TO_THE_NET), rejected=("S01 redirect, a.kml",)),
        case("A5 only links", text("a.kml", kml(LINK)), rejected=("S01 only_links, a.kml",)),
        case("A6 png", text("a.gpx", b"\x89PNG\r\n\x1a\n"), rejected=("S02 picture, a.gpx",)),
        case(
            "A6 login page",
            text("a.kml", "<html><body>Masuk</body></html>"),
            rejected=("S02 document, a.kml",),
        ),
        case("A6 nothing but NUL", text("a.gpx", b"\0" * 500), rejected=("S01 file_empty, a.gpx",)),
        case(
            "A7 gpx named kml",
            text("a.kml", gpx(track(RING))),
            accepted=1,
            remarks=("read_by_content",),
        ),
        case("A8 view that runs code", view_that_runs_code, accepted=2),
        case(
            "A9 pickle",
            text("a.geojson", pickle.dumps(Touch())),
            rejected=("S02 not_a_map, a.geojson",),
        ),
    ],
)
def test_a_file_is_what_it_holds_and_leads_nowhere(expected: Case, folder: Path) -> None:
    prove(expected, folder)


@pytest.mark.bad_input("A4")
@pytest.mark.parametrize(
    "name",
    [
        "http://127.0.0.1:9/a.geojson",
        "https://127.0.0.1:9/a.kml",
        "/vsicurl/http://127.0.0.1:9/a",
        "/vsizip/a.zip",
        "zip://a.zip",
        "file:///etc/passwd",
        shapes(square(0, 0, 9)),
    ],
)
def test_only_files_of_this_machine_are_named(name: str, folder: Path) -> None:
    with pytest.raises(HkmError):
        list(read_files([folder, name]))


@pytest.mark.bad_input("A9")
def test_no_module_loads_what_can_run_code() -> None:
    forbidden = {"pickle", "joblib", "shelve", "marshal", "dill", "cloudpickle"}
    for module in Path(hkm_gis.__file__).parent.rglob("*.py"):
        tree = ast.parse(module.read_text("utf-8"))
        imported = {
            name.partition(".")[0]
            for node in ast.walk(tree)
            if isinstance(node, (ast.Import, ast.ImportFrom))
            for name in [*(a.name for a in node.names), getattr(node, "module", None) or ""]
        }
        assert not imported & forbidden, module
