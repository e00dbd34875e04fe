"""Checks after an edit: only what the edit can touch is found again, and the report is the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from hillside import forest_of_board, rule
from hypothesis import given, settings
from hypothesis import strategies as st
from land import parcel_table, polygon, rectangle

from hkm_gis.checks import check
from hkm_gis.households import Ground, remeasuring
from hkm_gis.households.measuring import measure_land
from hkm_gis.memory import Memory, land_keys, seal_of
from hkm_gis.parcels import Intake
from hkm_gis.project import Project
from hkm_gis.regulation import Regulation
from hkm_gis.survey import MEMORY_FILE, Survey, open_survey
from hkm_gis.thresholds import Thresholds

SEAL = seal_of("uji")
FOREST = forest_of_board(geometry=rectangle(0, -500, 1500, 1500), tolerance_m=10)

Row = dict[str, Any]


def row(
    name: str, x_m: int, y_m: int, width_m: int, height_m: int, group: str, household: str
) -> Row:
    """Return a parcel with a slanting side, as no walk is upright."""
    corners = [
        (x_m, y_m),
        (x_m + width_m, y_m + 7),
        (x_m + width_m, y_m + height_m),
        (x_m, y_m + 90),
    ]
    land = polygon(corners)
    return {"parcel_id": name, "group": group, "household": household, "geometry": land}


def survey_of(rows: list[Row], memory: Memory | None) -> Survey:
    rules = {"household_max_ha": rule(1.5), "unit_max_ha": rule(4.0)}
    return Survey(
        Project(thresholds=Thresholds()),
        Intake(parcel_table(rows)),
        FOREST,
        None,
        Regulation(code="uji", title="Aturan Uji", rules=rules),
        memory=memory,
    )


def assert_same(again: Survey, full: Survey) -> None:
    """Compare two surveys to the last bit: every finding, every table."""
    told, wanted = check(again), check(full)
    assert [(f.code, f.severity, f.parcels, f.groups, f.facts) for f in told.findings] == [
        (f.code, f.severity, f.parcels, f.groups, f.facts) for f in wanted.findings
    ]
    for one, other in zip(told.findings, wanted.findings, strict=True):
        assert one.where == other.where or shapely.to_wkb(one.where) == shapely.to_wkb(other.where)
    for name in ("overlaps", "households", "group_sums"):
        found, plain = (pd.DataFrame(getattr(s, name)) for s in (again, full))
        pd.testing.assert_frame_equal(found, plain, check_exact=True)
    assert (shapely.to_wkb(again.outside) == shapely.to_wkb(full.outside)).all()
    assert (again.near_boundary == full.near_boundary).all()


def next_run(memory: Memory, folder: Path, seal: bytes = SEAL) -> Memory:
    """Return the memory that the next run reads from the file that this one writes."""
    memory.write()
    return Memory.read(folder / "m.bin", seal)


edges = st.integers(-60, 900)
plots = st.tuples(
    edges,
    edges,
    st.integers(60, 160),
    st.integers(100, 160),
    st.sampled_from("AB"),
    st.sampled_from(("1", "2", "3", "1; 2", "")),
)
edits = st.lists(
    st.tuples(
        st.sampled_from(("move", "add", "delete", "copy", "owner", "turn")), st.integers(0, 99)
    ),
    min_size=1,
    max_size=4,
)


def edited(rows: list[Row], edits: list[tuple[str, int]], run: int = 0) -> list[Row]:
    """Return the rows after an edit of a few of them."""
    rows = list(rows)
    for step, (what, at) in enumerate(edits):
        place = at % len(rows)
        one = rows[place]
        if what == "move":
            rows[place] = one | {"geometry": shapely.transform(one["geometry"], lambda x: x + 2e-4)}
        elif what == "add":
            rows.insert(
                place, row(f"n{len(rows)}-{step}-{run}", at * 9, at * 5, 120, 130, "A", "2")
            )
        elif what == "delete" and len(rows) > 1:
            rows.pop(place)
        elif what == "copy":
            rows.append(one | {"parcel_id": f"c{len(rows)}-{step}-{run}", "household": "3"})
        elif what == "owner":
            rows[place] = one | {"group": "B", "household": "1; 3"}
        elif what == "turn":
            rows = rows[place:] + rows[:place]
    return rows


@settings(max_examples=6, deadline=None)
@given(plots=st.lists(plots, min_size=2, max_size=9), first=edits, second=edits)
def test_after_any_edit_the_report_is_that_of_a_full_run(
    tmp_path_factory: pytest.TempPathFactory,
    plots: list[tuple[int, int, int, int, str, str]],
    first: list[tuple[str, int]],
    second: list[tuple[str, int]],
) -> None:
    folder = tmp_path_factory.mktemp("hasil")
    memory = Memory(folder / "m.bin", SEAL)
    rows = [row(f"p{n}", *plot) for n, plot in enumerate(plots)]

    for run, edit in enumerate(([], first, second)):
        rows = edited(rows, edit, run)
        again = survey_of(rows, memory)
        assert_same(again, survey_of(rows, None))
        memory = next_run(memory, folder)


def test_only_what_an_edit_can_touch_is_computed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = Memory(tmp_path / "m.bin", SEAL)
    rows = [row(f"p{n}", 80 * n, 0, 100, 110, "A", str(n)) for n in range(20)]
    check(survey_of(rows, memory))
    seen: list[list[str]] = []

    def watch(parcels: Any, **limits: Any) -> Any:
        seen.append(list(parcels["parcel_id"]))
        return find_overlaps(parcels, **limits)

    import hkm_gis.recheck

    find_overlaps = hkm_gis.recheck.find_overlaps
    monkeypatch.setattr(hkm_gis.recheck, "find_overlaps", watch)
    check(survey_of(edited(rows, [("move", 10)]), next_run(memory, tmp_path)))

    assert seen == [["p10", "p11"]]  # it no longer reaches p9


def test_a_row_measured_again_still_meets_the_neighbours_that_were_not_edited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Each parcel reaches 20 m into the next; then the last one moves 20 m further into p3, so
    # p3 and p4 are measured again, and p3 still shares land with p2 that is not.
    memory = Memory(tmp_path / "m.bin", SEAL)
    lefts_m = [0, 80, 160, 240, 320]
    rows = [
        {"parcel_id": f"p{n}", "household": str(n), "geometry": rectangle(x_m, 0, 100, 100)}
        for n, x_m in enumerate(lefts_m)
    ]
    before = survey_of(rows, memory).households
    rows[4] |= {"geometry": rectangle(300, 0, 100, 100)}
    measured: list[list[str]] = []

    def watch(ground: Ground, claims: Any) -> Any:
        measured.append(list(ground.parcels["parcel_id"]))
        return measure_land(ground, claims)

    monkeypatch.setattr(remeasuring, "measure_land", watch)
    after = survey_of(rows, next_run(memory, tmp_path)).households

    assert before["disputed_ha"].tolist() == pytest.approx([0.2, 0.4, 0.4, 0.4, 0.2], abs=1e-9)
    assert after["disputed_ha"].tolist() == pytest.approx([0.2, 0.4, 0.4, 0.6, 0.4], abs=1e-9)
    assert after["gross_ha"].tolist() == pytest.approx([1.0] * 5, abs=1e-9)
    assert measured == [["p2", "p3", "p4"]]


def test_odd_outlines_and_gaps_are_told_again_after_an_edit_elsewhere(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "m.bin", SEAL)
    thorn = [(0, 0), (100, 0), (100, 60), (260, 62), (100, 66), (100, 100), (0, 100)]
    pinched = [(400, 0), (440, 0), (440, 18), (460, 18), (460, 0), (500, 0), (500, 40), (460, 40)]
    pinched += [(460, 21), (440, 21), (440, 40), (400, 40)]
    short = [(600, 0), (700, 0), (700, 100), (699.95, 100.05), (600, 100)]
    drawn = {"thorn": thorn, "pinched": pinched, "short": short}
    rows = [
        {"parcel_id": name, "group": "A", "household": name, "geometry": polygon(corners)}
        for name, corners in drawn.items()
    ]
    rows = [one | {"kind": "drawn"} for one in rows]
    rows += [row("west", 0, 300, 100, 120, "A", "w"), row("east", 130, 300, 100, 120, "A", "e")]
    rows.append(row("far", 1200, 300, 100, 110, "A", "f"))
    first = check(survey_of(rows, memory))
    assert {"P07", "P08", "P09", "O04"} <= {f.code for f in first.findings}

    changed = edited(rows, [("move", 5)])
    again = survey_of(changed, next_run(memory, tmp_path))
    assert_same(again, survey_of(changed, None))
    asked: list[int] = []
    again.recalled("has_thorn", lambda places: asked.extend(places) or np.zeros(len(places), bool))
    assert asked == [5]


def a_memory(folder: Path) -> Memory:
    memory = Memory(folder / "m.bin", SEAL)
    memory.recall("twice", [b"a" * 16, b"b" * 16], lambda rows: {"value": rows * 2.0})
    memory.write()
    return memory


def asked(memory: Memory, keys: list[bytes]) -> list[int]:
    """Return the places that the memory has to compute."""
    computed: list[int] = []

    def compute(rows: Any) -> dict[str, Any]:
        computed.extend(rows.tolist())
        return {"value": np.full(len(rows), 7.0)}

    memory.recall("twice", keys, compute)
    return computed


def test_a_memory_computes_what_it_does_not_know_and_forgets_what_nobody_asked(
    tmp_path: Path,
) -> None:
    a_memory(tmp_path)
    second = Memory.read(tmp_path / "m.bin", SEAL)

    assert asked(second, [b"b" * 16, b"c" * 16]) == [1]
    second.write()
    third = Memory.read(tmp_path / "m.bin", SEAL)
    assert third.recall("twice", [b"b" * 16, b"c" * 16], lambda rows: {})["value"].tolist() == [
        2,
        7,
    ]
    assert asked(third, [b"a" * 16]) == [0]


def test_a_memory_of_another_seal_is_not_trusted(tmp_path: Path) -> None:
    a_memory(tmp_path)

    assert asked(Memory.read(tmp_path / "m.bin", seal_of("lain")), [b"a" * 16]) == [0]
    assert asked(Memory.read(tmp_path / "m.bin", SEAL), [b"a" * 16]) == []


@pytest.mark.parametrize("at", [0, 40, -30])
def test_a_broken_memory_is_not_trusted(tmp_path: Path, at: int) -> None:
    a_memory(tmp_path)
    content = bytearray((tmp_path / "m.bin").read_bytes())
    content[at] ^= 1
    (tmp_path / "m.bin").write_bytes(content)

    assert asked(Memory.read(tmp_path / "m.bin", SEAL), [b"a" * 16]) == [0]


@pytest.mark.parametrize("content", [b"", b"x" * 10, b"\x00" * 500])
def test_what_is_no_memory_is_an_empty_one(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "m.bin").write_bytes(content)
    assert asked(Memory.read(tmp_path / "m.bin", SEAL), [b"a" * 16]) == [0]


def test_the_same_results_are_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    for folder in (tmp_path, tmp_path / "x"):
        memory = Memory(folder / "m.bin", SEAL)
        check(survey_of([row("a", 0, 0, 100, 100, "A", "1")], memory))
        memory.write()

    assert (tmp_path / "m.bin").read_bytes() == (tmp_path / "x" / "m.bin").read_bytes()


def test_the_seal_is_broken_by_another_limit_rule_boundary_or_layer() -> None:
    seals = {
        seal_of(Thresholds(), "p83"),
        seal_of(Thresholds(sliver_width_m=9), "p83"),
        seal_of(Thresholds(), "p37"),
        seal_of(Thresholds(), "p83", land_keys(np.array([FOREST.geometry]))),
    }
    assert len(seals) == 4


PROJECT = """[forest]
file = "batas.geojson"
stated_ha = 1
[thresholds]
sliver_width_m = {sliver_m}
"""


def test_a_project_keeps_its_memory_in_hasil_and_lives_without_it(tmp_path: Path) -> None:
    import geopandas as gpd

    rows = [row("a", 0, 0, 100, 110, "A", "1"), row("b", 70, 0, 100, 110, "A", "2")]
    (tmp_path / "kelompok" / "A").mkdir(parents=True)
    parcel_table(rows)[["parcel_id", "geometry"]].to_file(tmp_path / "kelompok/A/a.geojson")
    gpd.GeoDataFrame(geometry=[FOREST.geometry], crs=4326).to_file(tmp_path / "batas.geojson")

    def run(sliver_m: int) -> tuple[list[str], int]:
        (tmp_path / "hkm.toml").write_text(PROJECT.format(sliver_m=sliver_m))
        survey = open_survey(tmp_path)
        assert survey.memory is not None
        before = survey.memory.known("outside")[0]
        codes = [f.code for f in check(survey).findings]
        survey.remember()
        return codes, len(before)

    first, known = run(10)
    assert (known, (tmp_path / MEMORY_FILE).is_file()) == (0, True)
    assert run(10) == (first, 2)
    changed, known = run(40)
    assert known == 0, "another limit in hkm.toml is another seal"
    assert ("O02" in first, "O02" in changed) == (True, False)
    (tmp_path / MEMORY_FILE).unlink()
    assert run(40) == (changed, 0)


def test_a_survey_of_one_group_leaves_the_memory_alone(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "m.bin", SEAL)
    survey = survey_of(
        [row("a", 0, 0, 90, 110, "A", "1"), row("b", 70, 0, 90, 110, "B", "2")], memory
    )
    check(survey)

    part = survey.of_group("A")
    assert part.memory is None
    assert replace(survey).memory is memory
