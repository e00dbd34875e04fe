"""The whole job: same bytes twice, inputs untouched, the land of the small project."""

from __future__ import annotations

import hashlib

import hkm_gis


def fingerprints(folder):
    return {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def test_a_second_run_gives_the_same_bytes_and_touches_no_input(small_project):
    inputs = fingerprints(small_project)

    hkm_gis.run(small_project)
    first = fingerprints(small_project)
    hkm_gis.run(small_project)
    second = fingerprints(small_project)

    assert first == second
    assert inputs == {n: second[n] for n in inputs}


def test_each_step_is_told_once(small_project):
    told = []
    hkm_gis.run(small_project, progress=lambda name, done, total: told.append((name, done, total)))

    assert [name for name, _, _ in told] == [
        "read", "check", "sum", "sheets", "map", "export", "pack",
    ]  # fmt: skip
    assert [done for _, done, _ in told] == list(range(1, len(told) + 1))
    assert {total for _, _, total in told} == {len(told)}


def test_loose_files_give_the_same_hectares_as_the_project(small_project):
    whole = hkm_gis.open_survey(small_project).parcels
    loose = hkm_gis.open_survey(parcels=[small_project / "kelompok"]).parcels

    assert list(whole["area_ha"]) == list(loose["area_ha"])
    assert list(whole["group"]) == list(loose["group"]) == ["KTH Mawar", "KTH Mawar", "KTH Melati"]
