"""C1 to C9: archives that reach outside, unfold without end, or lie about what they hold."""

from __future__ import annotations

import os
import tracemalloc
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from badfiles import (
    FRAME,
    PARCEL,
    Case,
    archive,
    blanks,
    case,
    changed,
    locked,
    prove,
    shapefile,
    sharing_a_place,
    text,
    zipped,
)
from fieldfiles import kml

MAP = kml(PARCEL)
ONE = archive("a.kmz", ("doc.kml", MAP))
BOMB = blanks(300)


def refused(title: str, make, reason: str, place: str = "a.kmz"):
    return case(title, make, rejected=(f"S01 {reason}, {place}",))


def link() -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("doc.kml")
    entry.create_system, entry.external_attr = 3, 0o120777 << 16
    return entry


def stored(folder: Path) -> None:
    with zipfile.ZipFile(folder / "a.kmz", "w") as packed:
        packed.writestr("doc.kml", MAP)


def in_a_kmz(content: bytes) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as outer:
        outer.writestr("dalam.kmz", content)
    return packed.getvalue()


def two_shapefiles(folder: Path) -> None:
    for name in ("a", "b"):
        FRAME.to_file(folder / f"{name}.shp")
    _pack_and_remove(folder)


def half_a_shapefile(folder: Path) -> None:
    shapefile(".dbf")(folder)
    _pack_and_remove(folder)


def _pack_and_remove(folder: Path) -> None:
    with zipfile.ZipFile(folder / "dua.zip", "w") as packed:
        for part in sorted(folder.glob("?.*")):
            packed.write(part, part.name)
            part.unlink()


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    "expected",
    [
        refused("C1 dots", archive("a.kmz", ("../a.kml", MAP)), "archive_leads_outside"),
        refused("C1 root", archive("a.kmz", ("/tmp/a.kml", MAP)), "archive_leads_outside"),
        refused("C1 drive", archive("a.kmz", ("C:\\a.kml", MAP)), "archive_leads_outside"),
        refused(
            "C2 link", archive("a.kmz", (link(), "../../rahasia.csv")), "archive_leads_outside"
        ),
        refused(
            "C4 many entries",
            text("a.kmz", zipped(b"\3\0", 0, entries=70_001)),
            "archive_too_many",
        ),
        refused(
            "C5 two entries in one place",
            changed(archive("a.kmz", ("a.kml", MAP), ("b.kml", MAP)), "a.kmz", sharing_a_place),
            "archive_damaged",
        ),
        refused("C6 cut", changed(ONE, "a.kmz", lambda c: c[:-40]), "file_cut_short"),
        refused(
            "C6 another letter",
            changed(stored, "a.kmz", lambda c: c.replace(b"Andil 1", b"pEtak 1")),
            "archive_damaged",
        ),
        refused("C6 locked", changed(ONE, "a.kmz", locked), "archive_locked"),
        case("C7 two maps", archive("a.kmz", ("a.kml", MAP), ("b.kml", MAP)), accepted=2),
        case("C7 one name twice", archive("a.kmz", ("doc.kml", MAP), ("doc.kml", MAP)), accepted=2),
        refused("C8 no map", archive("a.kmz", ("a.jpg", b"\xff\xd8\xff")), "archive_without_map"),
        case("C8 kmz in a kmz", changed(ONE, "a.kmz", in_a_kmz), accepted=1),
        refused(
            "C8 kmz in a kmz in a kmz",
            changed(ONE, "a.kmz", lambda c: in_a_kmz(in_a_kmz(c))),
            "archive_in_archive",
            "a.kmz/dalam.kmz/dalam.kmz",
        ),
        case("C8 map in a folder", archive("a.kmz", ("x/y/a.kml", MAP)), accepted=1),
        case("C9 two shapefiles", two_shapefiles, accepted=4),
        refused("C9 half a shapefile", half_a_shapefile, "shapefile_parts_missing", "dua.zip"),
        refused("C9 empty zip", archive("a.zip"), "archive_without_map", "a.zip"),
        refused("C9 nothing", text("a.zip", b""), "file_empty", "a.zip"),
    ],
)
def test_an_archive_is_read_whole_or_refused_and_nothing_is_unpacked(
    expected: Case, folder: Path
) -> None:
    prove(expected, folder)


@pytest.mark.parametrize(
    "expected",
    [
        refused("C3 said", text("a.kmz", zipped(BOMB, 300 * 2**20)), "archive_too_large"),
        refused("C3 hidden", text("a.kmz", zipped(BOMB, 1000)), "archive_damaged"),
        refused("C3 said in part", text("a.kmz", zipped(BOMB, 90 * 2**20)), "archive_too_tight"),
    ],
)
def test_a_bomb_of_300_mb_is_refused_in_little_memory(expected: Case, folder: Path) -> None:
    assert len(BOMB) < 400_000

    tracemalloc.start()
    prove(expected, folder)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak_bytes < 20e6


def test_the_bomb_unfolds_to_what_it_is_made_of() -> None:
    assert zlib.decompress(blanks(2), -15) == b" " * 2**21


@pytest.mark.bad_input("C2")
@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_link_on_disk_leads_no_further_than_the_folder(folder: Path) -> None:
    (folder / "a.csv").symlink_to("../rahasia.csv")

    prove(Case(lambda _: None, rejected=("S01 link_leads_outside, a.csv",)), folder)
