"""What every bad input is read beside, and what may never happen meanwhile."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from badfiles import CANARY
from fieldfiles import put


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder to read, beside a secret that none of it may reach; the net is forbidden."""

    def no_socket(*_arguments: object, **_options: object) -> None:
        raise AssertionError("a reader opened a socket")

    monkeypatch.setattr(socket, "socket", no_socket)
    put(tmp_path, "rahasia.csv", f"nama,nik\n{CANARY},9999010101800001")
    (tmp_path / "jalur").mkdir()
    yield tmp_path / "jalur"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["jalur", "rahasia.csv"]
