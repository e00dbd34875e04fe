"""The whole job: same bytes twice, inputs untouched, the land of the small project."""

from __future__ import annotations

import hashlib

import hkm_gis
from hkm_gis.privacy import find_identity_numbers


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


def test_numbers_typed_into_names_reach_no_public_output(small_project):
    phone, nik = "081234567890", "9999010101800001"
    settings = small_project / "hkm.toml"
    typed = settings.read_text("utf-8").replace('ketua = "Sukirman"', f'ketua = "Sukirman {nik}"')
    typed = typed.replace('"Hutan Uji"', f'"Hutan Uji {nik}"')
    settings.write_text(typed.replace('"KTH Mawar"', f'"KTH Mawar {phone}"'), "utf-8")
    hkm_gis.run(small_project)

    results = small_project / "hasil"
    public = [p for p in results.rglob("*") if p.is_file() and p.parent.name != "usulan"]
    shown = {p.name: find_identity_numbers(p.read_bytes()) for p in public}
    printed = {p.name: find_identity_numbers(_words(p)) for p in public if p.suffix == ".pdf"}

    assert len(printed) >= 6
    assert {name for name, found in (shown | printed).items() if found} == set()
    assert [p.name for p in public if phone in p.name] == []


def _words(path):
    import pypdfium2

    with pypdfium2.PdfDocument(path.read_bytes()) as book:
        return "\n".join(page.get_textpage().get_text_range() for page in book)
