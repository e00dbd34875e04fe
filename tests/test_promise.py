"""The watch over read = accepted + repaired + rejected hears what it watches for."""

from __future__ import annotations

from dataclasses import replace

import promise
import pytest
from fieldfiles import RING, gpx, put, track

from hkm_gis import readers
from hkm_gis.parcels import intake, settling, take_in
from hkm_gis.readers import read_files

WALK = gpx(track(RING))


def test_a_file_of_which_nothing_is_said_is_heard(tmp_path, monkeypatch):
    monkeypatch.setattr(readers, "read_found", lambda _file, **_options: iter(()))
    promise.watch(monkeypatch)

    with pytest.raises(AssertionError, match=r"a\.gpx"):
        list(read_files([put(tmp_path, "a.gpx", WALK)]))


@pytest.mark.parametrize("became", [[], "another"])
def test_a_feature_that_becomes_nothing_or_another_is_heard(tmp_path, monkeypatch, became):
    settle = settling.settle

    def losing(feature, *options):
        (parcel,), remarks = settle(feature, *options)
        return ([replace(parcel, feature="track 9")] if became else [], remarks)

    monkeypatch.setattr(settling, "settle", losing)
    promise.watch(monkeypatch)

    with pytest.raises(AssertionError):
        take_in(read_files([put(tmp_path, "a.gpx", WALK)]))


def test_a_parcel_that_is_settled_and_not_counted_is_heard(tmp_path, monkeypatch):
    gathered = intake._gathered
    monkeypatch.setattr(intake, "_gathered", lambda found, *rest: gathered(found[1:], *rest))
    promise.watch(monkeypatch)

    with pytest.raises(AssertionError):
        take_in(read_files([put(tmp_path, "a.gpx", WALK)]))
