"""A package can be verified: whatever was changed since packing is named."""

from __future__ import annotations

import json
import stat
import sys
import zipfile

import pytest

from hkm_gis import check, open_survey, pack_proposal, verify_proposal
from hkm_gis.errors import FileError, ProjectError


@pytest.fixture
def package(small_project):
    (small_project / "dokumen").mkdir()
    (small_project / "dokumen" / "adart.pdf").write_bytes(b"%PDF-1.4 contoh")
    survey = open_survey(small_project)
    return pack_proposal(survey, check(survey), "KTH Mawar", small_project / "hasil" / "usulan")


def rewritten(package, change):
    """Return a copy of the package whose contents went through ``change``."""
    with zipfile.ZipFile(package) as archive:
        contents = {n: archive.read(n) for n in archive.namelist()}
    change(contents)
    copy = package.with_name("copy.zip")
    with zipfile.ZipFile(copy, "w") as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return copy


def test_a_fresh_package_is_intact(package):
    assert verify_proposal(package).intact


def test_a_changed_an_added_and_a_removed_file_are_named(package):
    def change(contents):
        contents["00_BACA_DULU.txt"] += b"!"
        contents["tambahan.txt"] = b"baru"
        del contents["dokumen/adart.pdf"]

    verdict = verify_proposal(rewritten(package, change))

    assert verdict.changed == ("00_BACA_DULU.txt",)
    assert verdict.added == ("tambahan.txt",)
    assert verdict.removed == ("dokumen/adart.pdf",)
    assert not verdict.intact


def test_hectares_that_no_longer_follow_from_the_shape_are_named(package):
    def change(contents):
        name = next(n for n in contents if n.startswith("data/andil") and n.endswith(".geojson"))
        land = json.loads(contents[name])
        land["features"][0]["geometry"]["coordinates"][0][1][0] += 1e-3  # 110 m
        contents[name] = json.dumps(land).encode()

    assert verify_proposal(rewritten(package, change)).wrong_areas == ("M-1",)


def test_the_read_me_says_what_is_missing_and_what_blocks(package):
    with zipfile.ZipFile(package) as archive:
        text = archive.read("00_BACA_DULU.txt").decode()

    assert "RANCANGAN" in text
    assert "O01" in text
    assert "adart.pdf" in text
    assert "[belum]" in text


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no owner-only mode")
def test_only_the_owner_may_read_a_package_with_identity_numbers(package):
    assert stat.S_IMODE(package.stat().st_mode) == 0o600


def test_no_other_group_and_no_other_file_is_taken(small_project, tmp_path):
    survey = open_survey(small_project)
    with pytest.raises(ProjectError):
        pack_proposal(survey, check(survey), "KTH Lain", tmp_path)
    (tmp_path / "a.zip").write_bytes(b"PK no zip")
    with pytest.raises(FileError):
        verify_proposal(tmp_path / "a.zip")
