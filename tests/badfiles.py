"""Files that lie, break or attack, each made by its own recipe, and what must become of them."""

from __future__ import annotations

import json
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from fieldfiles import RING, gpx, kml_polygon, placemark, prove_nothing_is_lost, put, track
from land import lonlat, square

from hkm_gis.files import hash_file
from hkm_gis.parcels import Intake
from hkm_gis.readers import read_files

Make = Callable[[Path], object]
Points = Sequence[tuple[float, float]]

CANARY = "CANARY-ANGGOTA"
"""Stands in the member list beside the folder that is read, and may come out nowhere."""

FOREST = shapely.box(104.55, -5.5, 104.75, -5.3)
PARCEL = placemark("Andil 1", kml_polygon())
TRACE = ";".join(f"{y} {x} 812 4.5" for x, y in RING)
FRAME = gpd.GeoDataFrame({"nama": ["Budi", "Sri"]}, geometry=[square(0, 0, 100)] * 2, crs=4326)


@dataclass(frozen=True)
class Case:
    """How to make a bad file, and all that is on record once its folder was read.

    ``rejected`` are lines ``code reason, file, feature`` in reading order; ``repairs`` and
    ``remarks`` are the names of their rules; ``area_m2`` is that of all its parcels, if it matters.
    """

    make: Make
    accepted: int = 0
    repaired: int = 0
    rejected: tuple[str, ...] = ()
    repairs: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    area_m2: float | None = None


def case(title: str, make: Make, **becomes: Any) -> Any:
    """Return one row of a table of tests; its title begins with the row of the bad inputs."""
    row = title.partition(" ")[0]
    return pytest.param(Case(make, **becomes), id=title, marks=pytest.mark.bad_input(row))


def prove(expected: Case, folder: Path) -> Intake:
    """Make the file beside a good one, read the folder, and prove what became of everything."""
    expected.make(folder)
    put(folder, "zz_baik.gpx", gpx(track(RING, name="Pak Warno")))
    before = _hashes(folder)

    intake = take(folder)

    found = Case(
        expected.make,
        intake.accepted - 1,  # the good file is always read, and is no part of the case
        intake.repaired,
        tuple(_on_record(r) for r in intake.rejected),
        tuple(r.rule for r in intake.repairs),
        tuple(r.rule for r in intake.remarks),
        expected.area_m2,
    )
    assert found == expected, found
    read = expected.accepted + expected.repaired + len(expected.rejected)
    assert intake.features - 1 == read
    if expected.area_m2 is not None:
        found_m2 = intake.parcels["area_ha"].iloc[:-1].sum() * 1e4
        assert found_m2 == pytest.approx(expected.area_m2, rel=1e-6)
    assert CANARY not in str(intake.rejected) + intake.parcels.drop(columns="geometry").to_csv()
    assert _hashes(folder) == before
    return intake


def _hashes(folder: Path) -> dict[Path, str]:
    return {p: hash_file(p) for p in sorted(folder.rglob("*")) if p.is_file()}


def _on_record(rejection: Any) -> str:
    place = ", ".join(filter(None, (rejection.source, rejection.feature)))
    return f"{rejection.code} {rejection.reason}, {place}"


def take(*paths: Path, **options: Any) -> Intake:
    """Read files and folders near the forest; nothing of them may be lost."""
    return prove_nothing_is_lost(list(read_files(paths, **options)), near=FOREST)


# Recipes


def text(name: str, content: str | bytes) -> Make:
    return lambda folder: put(folder, name, content)


def both(*makes: Make) -> Make:
    return lambda folder: [make(folder) for make in makes]


def archive(name: str, *members: tuple[str | zipfile.ZipInfo, str | bytes]) -> Make:
    def make(folder: Path) -> None:
        with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as packed:
            for inner, data in members:
                packed.writestr(inner, data)

    return make


def changed(make: Make, name: str, change: Callable[[bytes], bytes]) -> Make:
    """Return a recipe that makes a file and then damages its bytes."""

    def damage(folder: Path) -> None:
        make(folder)
        (folder / name).write_bytes(change((folder / name).read_bytes()))

    return damage


def shapes(*geometries: object, crs: str = "") -> str:
    """Return a GeoJSON map of shapes, or of what a broken program takes for shapes."""
    features = [{"type": "Feature", "properties": {}, "geometry": _json(g)} for g in geometries]
    head: dict[str, object] = {"type": "FeatureCollection", "features": features}
    if crs:
        head["crs"] = {"type": "name", "properties": {"name": crs}}
    return json.dumps(head)


def _json(geometry: object) -> object:
    is_shape = isinstance(geometry, shapely.Geometry)
    return json.loads(shapely.to_geojson(geometry)) if is_shape else geometry


def ring(*points_m: tuple[float, float], holes: Sequence[Points] = ()) -> dict[str, object]:
    """Return a GeoJSON polygon through points in board metres, closed or not as they are."""
    return {"type": "Polygon", "coordinates": [lonlat(r).tolist() for r in (points_m, *holes)]}


def table(*rows: object, heading: str = "nama,batas,_uuid") -> str:
    return "\n".join([heading, *map(str, rows)])


def shapefile(*without: str, cut: str = "", epsg: int = 4326) -> Make:
    """Return the recipe of a shapefile with parts missing, or one cut in half."""

    def make(folder: Path) -> None:
        FRAME.to_crs(epsg).to_file(folder / "a.shp")
        for part in without:
            (folder / f"a{part}").unlink()
        if cut:
            file = folder / f"a{cut}"
            file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])

    return make


def zipped(packed: bytes, size: int, *, entries: int = 1) -> bytes:
    """Return an archive of one deflated ``doc.kml`` of a stated size, named so many times."""
    facts = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0, 0, len(packed), size, 7, 0)
    local = b"PK\3\4" + facts + b"doc.kml" + packed
    entry = b"PK\1\2" + struct.pack("<H", 20) + facts + bytes(14) + b"doc.kml"
    end = struct.pack("<HHHHIIH", 0, 0, 1, 1, entries * len(entry), len(local), 0)
    return local + entry * entries + b"PK\5\6" + end


def blanks(mb: int) -> bytes:
    """Return so many megabytes of spaces, deflated: each of them is the same 1,030 bytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    one = packer.compress(b" " * 2**20) + packer.flush(zlib.Z_FULL_FLUSH)
    return one * mb + packer.flush()


def sharing_a_place(content: bytes) -> bytes:
    """Let the second name in the directory of an archive lead to the place of the first."""
    second = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 1)
    return content[: second + 42] + struct.pack("<I", 0) + content[second + 46 :]


def locked(content: bytes) -> bytes:
    """Mark the entry of an archive as locked by a password."""
    marked = bytearray(content)
    marked[6] |= 1
    marked[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(marked)
