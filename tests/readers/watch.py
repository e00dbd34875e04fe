"""What a stretch of code opens, writes, moves and starts, as Python's audit hooks tell it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

_DOING = {"socket", "subprocess", "ctypes", "shutil", "tempfile"}
_LOOKING = {"os.listdir", "os.scandir", "os.walk"}


class Watch:
    """Notes every file that is opened, written or moved, and every program and socket started.

    The hook of Python sees what Python does; GDAL and SQLite are given bytes in memory only.
    """

    def __init__(self, *given_to_read: Path) -> None:
        own = (sys.prefix, sys.base_prefix, str(Path(__file__).parents[2] / "hkm_gis"))
        self.may_be_read = (*map(str, given_to_read), *own)
        self.is_on = False
        self.offences: list[str] = []
        sys.addaudithook(self._hear)

    def __enter__(self) -> Watch:
        self.is_on = True
        return self

    def __exit__(self, *_raised: object) -> None:
        self.is_on = False

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.is_on:
            return
        room = event.partition(".")[0]
        if event == "open":
            self._hear_open(*arguments)
        elif room in _DOING or (room == "os" and event not in _LOOKING):
            self.offences.append(f"{event} {arguments}")

    def _hear_open(self, path: Any, _mode: Any, flags: int) -> None:
        if isinstance(path, int):
            return
        writes = (flags or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        name = os.fsdecode(path)
        if writes or not name.startswith(self.may_be_read):
            self.offences.append(f"open {name} {flags}")
