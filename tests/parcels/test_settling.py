"""Several processes give what one gives, in its order, and lose nothing when one is stopped."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import parent_process
from pathlib import Path

import pytest
from fieldfiles import RING, SQUARE, gpx, put, track
from geopandas.testing import assert_geodataframe_equal
from land import square

from hkm_gis.parcels import Intake, settling, take_in, take_in_files
from hkm_gis.readers import read_files

FOREST = square(-5_000, -5_000, 10_000)
KNOTTED = (*SQUARE[:2], (104.6505, -5.4195), *SQUARE[2:], SQUARE[0])


@pytest.fixture
def season(tmp_path: Path, monkeypatch) -> Path:
    """A folder of walks good and bad, more than enough for two processes."""
    monkeypatch.setattr(settling, "FILES_WORTH_A_PROCESS", 2)
    monkeypatch.setattr(settling, "FILES_AT_ONCE", 2)
    folder = tmp_path / "KTH Lestari"
    swapped = [(y, x) for x, y in RING]
    for n in range(6):
        put(folder, f"{n}1 Pak Budi.gpx", gpx(track(RING, name=f"Pak Budi {n}")))
        put(folder, f"{n}2 Bu Sri.gpx", gpx(track(KNOTTED), track(SQUARE[:2], name="putus")))
        put(folder, f"{n}3.gpx", gpx(track(swapped), track([(x + 9, y) for x, y in RING])))
        put(folder, f"{n}4.gpx", gpx(track(RING))[:200])
        put(folder, f"{n}5.csv", "lat,lon\n" + "\n".join(f"{y},{x}" for x, y in RING))
        put(folder, f"{n}6.jpg", b"\xff\xd8\xff\xe0")
        put(folder, f"{n}7.kml", gpx(track(RING)))
    return folder


def prove_same(one: Intake, other: Intake) -> None:
    assert_geodataframe_equal(one.parcels, other.parcels)
    assert_geodataframe_equal(one.walks, other.walks)
    assert one.repairs == other.repairs
    assert one.rejected == other.rejected
    assert one.remarks == other.remarks


def test_two_processes_give_what_one_gives_in_its_order(season: Path, monkeypatch) -> None:
    shares: list[int] = []

    def counted(future, part, manner):
        shares.append(len(part))
        return brought_back(future, part, manner)

    brought_back = settling._brought_back
    monkeypatch.setattr(settling, "_brought_back", counted)
    alone = take_in(read_files([season]), near=FOREST)

    together = take_in_files([season], near=FOREST, processes=2)

    prove_same(together, alone)
    assert shares, "the other process has done its share"
    assert {r.reason for r in alone.rejected} >= {"file_cut_short", "picture", "too_few_points"}
    assert {r.rule for r in alone.repairs} >= {"swap_axes"}
    assert {r.rule for r in alone.remarks} >= {"read_by_content", "far_degrees"}


def test_a_process_that_is_stopped_loses_no_file(season: Path, monkeypatch) -> None:
    alone = take_in(read_files([season]))
    monkeypatch.setattr(settling, "_of_files", stopped_elsewhere)

    prove_same(take_in_files([season], processes=2), alone)


def stopped_elsewhere(files, manner):
    if parent_process() is not None:
        os._exit(9)  # as a system short of memory stops a process
    return [o for file in files for o in settling._of_file(file, manner)]


def test_a_system_that_starts_no_process_gets_the_same(season: Path, monkeypatch) -> None:
    def refuse(*_given):
        raise OSError("no more processes")

    monkeypatch.setattr(ProcessPoolExecutor, "submit", refuse)

    prove_same(take_in_files([season], processes=4), take_in(read_files([season])))


def test_few_files_are_read_by_one_process(tmp_path: Path, monkeypatch) -> None:
    def refuse(*_given, **_more):
        raise AssertionError("a process was started for three files")

    monkeypatch.setattr(settling, "ProcessPoolExecutor", refuse)
    for n in range(3):
        put(tmp_path, f"{n}.gpx", gpx(track(RING)))

    assert take_in_files([tmp_path], processes=4).accepted == 3
