"""A room for unfinished work belongs to one process until it is gone."""

from __future__ import annotations

import os
import sqlite3

import pytest

from hkm_gis.errors import FileError
from hkm_gis.files import rooms
from hkm_gis.files.rooms import scratch_folder, workroom


def claim(room):
    """Try to claim a room, as a process that clears up does."""
    with pytest.raises(TimeoutError):
        rooms._owned(room)


def test_nobody_can_claim_a_room_before_it_is_gone(tmp_path, monkeypatch):
    tried = []

    def meanwhile(room):
        claim(room)
        tried.append(room.is_dir())

    monkeypatch.setattr(rooms, "undo_moves", meanwhile)
    with workroom(tmp_path) as room:
        claim(room)

    assert tried == [True]
    assert list(tmp_path.iterdir()) == []


def test_a_room_is_claimed_before_it_can_be_seen(tmp_path, monkeypatch):
    real, seen = rooms.Path.mkdir, []

    def meanwhile(folder, *given, **named):
        if folder.parent == tmp_path:
            claim(folder)
            seen.append(folder)
        real(folder, *given, **named)

    monkeypatch.setattr(rooms.Path, "mkdir", meanwhile)
    with workroom(tmp_path) as room:
        assert seen == [room]


def test_a_name_that_another_process_takes_for_abandoned_is_left_to_it(tmp_path, monkeypatch):
    names = iter(["sama", "sama", "lain"])
    monkeypatch.setattr(rooms, "token_hex", lambda _bytes: next(names))

    with workroom(tmp_path) as first, workroom(tmp_path) as second:
        assert (first.name, second.name) == (".hkm_sama", ".hkm_lain")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no file modes")
def test_only_its_owner_sees_into_a_room(tmp_path):
    with workroom(tmp_path) as room:
        assert room.stat().st_mode & 0o777 == 0o700


def test_living_rooms_stay_and_abandoned_ones_go(tmp_path):
    (tmp_path / ".hkm_lama" / "baru").mkdir(parents=True)
    (tmp_path / ".hkm_tanpa.kunci").write_bytes(b"")
    with workroom(tmp_path) as mine:
        (mine / "berkas").write_bytes(b"kerja")
        with workroom(tmp_path) as other:
            left = {place.name.removesuffix(".kunci") for place in tmp_path.iterdir()}

            assert left == {mine.name, other.name}
        assert (mine / "berkas").read_bytes() == b"kerja"


def test_a_room_that_cannot_be_made_leaves_no_lock(tmp_path, monkeypatch):
    def full(_room, **_mode):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(rooms.Path, "mkdir", full)
        with pytest.raises(FileError), workroom(tmp_path):
            pass

    assert list(tmp_path.iterdir()) == []


def test_what_libraries_say_of_a_full_disk_is_told_in_words():
    from lxml.etree import SerialisationError

    for problem in (SerialisationError("IO_ENOSPC"), sqlite3.OperationalError("disk is full")):
        with pytest.raises(FileError) as caught, scratch_folder():
            raise problem
        assert caught.value.key == "scratch_refused"
