"""Damage files of every format in every way, and prove that reading them harms nothing.

python tests/readers/fuzz.py SEED FILES

Each damaged file becomes parcels, rejections and remarks with words; reading it raises nothing,
takes no longer than a person waits, and opens, writes and starts nothing beside the files that
were named.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
import warnings
import zipfile
from io import BytesIO
from pathlib import Path

import geopandas as gpd
import openpyxl
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from shapely import Polygon

sys.path.insert(0, str(Path(__file__).parents[1]))

from fieldfiles import RING, gpx, kml, kml_polygon, placemark, prove_nothing_is_lost, put, track
from watch import Watch

from hkm_gis.readers import read_files
from hkm_gis.record import Rejection

WAIT_S = 10.0
QUIET = {"database": None, "deadline": None, "suppress_health_check": list(HealthCheck)}
WORDS = (
    *(b"<", b">", b'"', b"[[", b"]", b"{", b"}", b";", b",", b"-", b".", b"\n", b" ", b"\0", b"0"),
    *(b"1e999", b"NaN", b"null", b"9" * 30, b"&a;", b"<!DOCTYPE x [", b"<Folder>", b"\xff\xfe"),
    *(b"PK\x03\x04", b"\x80", b"\x1e", b"type", b"coordinates", b"104.65"),
)
CHANGES = st.lists(
    st.tuples(
        st.sampled_from(("byte", "bit", "cut out", "put in", "repeat", "move", "digit", "end")),
        st.floats(0, 1, exclude_max=True),
        st.floats(0, 1, exclude_max=True),
        st.integers(0, 255),
        st.sampled_from(WORDS),
    ),
    min_size=1,
    max_size=12,
)


def packed(*members: tuple[str, bytes]) -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return content.getvalue()


def whole_files(folder: Path) -> dict[str, bytes]:
    """Return a whole file of every format by its name."""
    frame = gpd.GeoDataFrame({"nama": ["Budi"]}, geometry=[Polygon(RING)], crs=4326)
    for name in ("a.gpkg", "a.fgb", "a.shp", "a.geojson"):
        frame.to_file(folder / name)
    book = openpyxl.Workbook()
    for row in (["titik", "lat", "lon"], *([n, y, x] for n, (x, y) in enumerate(RING[:-1]))):
        book.active.append(row)
    book.save(folder / "a.xlsx")
    put(folder, "a.gpx", gpx(track(RING)))
    put(folder, "a.kml", kml(placemark("x", kml_polygon())))
    trace = ";".join(f"{y} {x} 0 4" for x, y in RING)
    put(folder, "kobo.csv", f'nama,batas\nBudi,"{trace}"')
    put(folder, "b.csv", "titik;lat;lon\n1;5° 26' LS;104,6\n2;-5,4;104,7\n3;-5,5;104,7")
    put(folder, "tm3.csv", "Titik;X;Y;Zona\n1;3e5;9e5;48.2\n2;300100;9e5;48.2\n3;3e5;9e5;48.1")
    put(folder, "utm.csv", "Titik;X;Y;Zona\n1;448100;9400100;48S\n2;448200;9400100\n3;448200;9e6")
    ring = [[x, y, None] for x, y in RING]
    answers = {"g": {"b": {"type": "Polygon", "coordinates": [*ring, []]}}, "nama": "Sri"}
    lands = [{"lahan/no": "M-1", "lahan/batas": trace}, {"lahan/no": "M-2", "lahan/batas": None}]
    put(folder, "odk.json", json.dumps({"value": [answers, {"nama": "Budi", "lahan": lands}]}))
    shape = {"type": "Polygon", "coordinates": [[list(p) for p in RING]]}
    feature = {"type": "Feature", "properties": {"nama": "Budi"}, "geometry": shape}
    put(folder, "a.geojsons", f"\x1e{json.dumps(feature)}\n" * 2)
    table = f'lahan/no,lahan/batas,_index,_parent_index,_submission__id\nM-1,"{trace}",1,1,801'
    files = {p.name: p.read_bytes() for p in sorted(folder.iterdir())}
    parts = [(name, files[name]) for name in ("a.shp", "a.shx", "a.dbf", "a.prj")]
    files["a.kmz"] = packed(("doc.kml", files["a.kml"]))
    files["shp.zip"] = packed(*parts)
    form = b"start,kk/nama,_id,_uuid,_index\n2026,Budi,801,u1,1\n2026,Sri,802,u2,2"
    files["kobo.zip"] = packed(("form.csv", form), ("lahan.csv", table.encode()))
    files["semua.zip"] = packed(("a.kmz", files["a.kmz"]), ("b.csv", files["b.csv"]))
    return files


def damaged(content: bytes, changes: list[tuple[str, float, float, int, bytes]]) -> bytes:
    changed = bytearray(content)
    for kind, here, there, byte, word in changes:
        if not changed:
            return b"x"
        i, j = int(here * len(changed)), int(there * len(changed))
        match kind:
            case "byte":
                changed[i] = byte
            case "bit":
                changed[i] ^= 1 << byte % 8
            case "cut out":
                del changed[i : i + 1 + byte % 60]
            case "put in":
                changed[i:i] = word
            case "repeat":
                changed[i:i] = changed[j : j + 200]
            case "move":
                changed[i : i + 8] = changed[j : j + 8]
            case "digit":
                place = next((k for k in range(i, len(changed)) if 48 <= changed[k] <= 57), i)
                changed[place] = 48 + byte % 10
            case _:
                del changed[i:]
    return bytes(changed) or b"x"


def main(number: int, files: int) -> None:
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for part in ("asli", "masuk"):
            (home / part).mkdir()
        originals = whole_files(home / "asli")
        for part in (".shx", ".dbf", ".prj"):
            put(home / "masuk", f"a{part}", originals[f"a{part}"])
        file = home / "masuk" / "a.shp"
        watch = Watch(home / "masuk")

        @seed(number)
        @settings(
            max_examples=files,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(st.sampled_from(sorted(originals)), CHANGES)
        def no_harm(name: str, changes: list[tuple[str, float, float, int, bytes]]) -> None:
            file.write_bytes(damaged(originals[name], changes))
            start = time.perf_counter()
            with watch:
                outcomes = list(read_files([file]))
                prove_nothing_is_lost(outcomes)
            assert outcomes
            assert time.perf_counter() - start < WAIT_S
            assert watch.offences == []
            reasons = {o.reason for o in outcomes if isinstance(o, Rejection)}
            assert "unreadable" not in reasons, "a reader raised what no reader foresaw"

        # What is imported or opened once, at the first file of a kind, is no file of the user's.
        for content in originals.values():
            file.write_bytes(content)
            prove_nothing_is_lost(list(read_files([file])))
        no_harm()
        sys.stdout.write(f"{files:,} files, nothing fell out\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
