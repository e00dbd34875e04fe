"""Names that people typed, as names of files."""

from __future__ import annotations

from hkm_gis.files import safe_names


def test_names_of_files_are_safe_and_all_different():
    names = ["Nama", "NAMA", "../Nama", "Na ma", "日本", "", "a" * 200, "a" * 201]
    safe = list(safe_names(names).values())

    assert safe[:6] == ["nama", "nama_2", "nama_3", "na_ma", "tanpa_nama", "tanpa_nama_2"]
    assert len(set(safe)) == len(names)
    assert all(s.replace("_", "").isalnum() and s.isascii() and len(s) < 70 for s in safe)
