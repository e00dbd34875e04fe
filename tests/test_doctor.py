"""The doctor finds what is broken, and nothing where nothing is."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from hkm_gis import doctor
from hkm_gis.cli import hkm
from hkm_gis.doctor import run_doctor


def test_a_sound_installation_is_sound():
    assert [seen.name for seen in run_doctor() if not seen.sound] == []


@pytest.mark.parametrize(
    ("broken", "name"),
    [
        ({"READERS": frozenset({"GPX", "NO SUCH DRIVER"})}, "drivers"),
        ({"SQUARE_UTM_HA": 0.9}, "projections"),
        ({"SRGI_SHIFT_MAX_M": 0.1}, "projections"),
        ({"FREE_MIN_MB": 10**12}, "disk"),
    ],
)
def test_what_is_broken_is_named_with_what_to_do(monkeypatch, broken, name):
    for constant, value in broken.items():
        monkeypatch.setattr(doctor, constant, value)

    done = CliRunner().invoke(hkm, ["doctor", "--format", "json"])
    told = CliRunner().invoke(hkm, ["doctor"])

    assert [seen["name"] for seen in json.loads(done.stdout) if not seen["sound"]] == [name]
    assert done.exit_code == told.exit_code == 1
    assert "RUSAK" in told.stdout


def test_a_package_that_is_too_old_or_missing_is_named(monkeypatch):
    needed = ["shapely>=99.1", "no-such-package-of-hkm>=1", "numpy>=1.0", "pytest; extra == 'test'"]
    monkeypatch.setattr(doctor.metadata, "requires", lambda _: needed)

    packages = next(seen for seen in run_doctor() if seen.name == "packages")

    assert not packages.sound
    assert packages.facts["problem"] == "shapely 99.1, no-such-package-of-hkm 1"
    assert packages.facts["count"] == 3


def test_an_examination_that_fails_is_a_symptom_and_no_crash(monkeypatch):
    def fall_over(_path):
        raise RuntimeError("disk on fire")

    monkeypatch.setattr(doctor.shutil, "disk_usage", fall_over)

    disk = next(seen for seen in run_doctor() if seen.name == "disk")
    told = CliRunner().invoke(hkm, ["doctor"])

    assert not disk.sound
    assert "disk on fire" in disk.facts["problem"]
    assert told.exit_code == 1
    assert "Traceback" not in told.output
