"""Let Linux refuse one call of a process on the files of some folders, whoever makes it.

The process hands us a notice of each such call before it is carried out (seccomp's user
notification, Linux 5.5): calls of Python, GDAL, PROJ, SQLite and of the C library alike. We count
those on the folders, and answer one of them with an error instead. It costs a run about a
twentieth of a millisecond a call, where strace costs a multiple of it.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import platform
import re
import select
import socket
import struct
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["CALLS", "LOOKS", "Key", "Watch"]

# Number on x86-64, and where the file is told: a name (after its folder, where one is given), or
# an open file. What only asks the kernel's own memory (lseek, fcntl, fstat, close) no disk refuses.
_NAME, _NAME_AFTER_FOLDER, _OPEN = "name", "name after folder", "open"
CALLS: dict[int, tuple[str, str]] = {
    0: ("read", _OPEN),
    1: ("write", _OPEN),
    2: ("open", _NAME),
    17: ("pread64", _OPEN),
    18: ("pwrite64", _OPEN),
    19: ("readv", _OPEN),
    20: ("writev", _OPEN),
    73: ("flock", _OPEN),
    74: ("fsync", _OPEN),
    75: ("fdatasync", _OPEN),
    76: ("truncate", _NAME),
    77: ("ftruncate", _OPEN),
    82: ("rename", _NAME),
    83: ("mkdir", _NAME),
    84: ("rmdir", _NAME),
    86: ("link", _NAME),
    87: ("unlink", _NAME),
    88: ("symlink", _NAME),
    90: ("chmod", _NAME),
    91: ("fchmod", _OPEN),
    217: ("getdents64", _OPEN),
    257: ("openat", _NAME_AFTER_FOLDER),
    258: ("mkdirat", _NAME_AFTER_FOLDER),
    263: ("unlinkat", _NAME_AFTER_FOLDER),
    264: ("renameat", _NAME_AFTER_FOLDER),
    265: ("linkat", _NAME_AFTER_FOLDER),
    268: ("fchmodat", _NAME_AFTER_FOLDER),
    280: ("utimensat", _NAME_AFTER_FOLDER),
    285: ("fallocate", _OPEN),
    316: ("renameat2", _NAME_AFTER_FOLDER),
    326: ("copy_file_range", _OPEN),
}
LOOKS: dict[int, tuple[str, str]] = {
    4: ("stat", _NAME),
    6: ("lstat", _NAME),
    21: ("access", _NAME),
    89: ("readlink", _NAME),
    262: ("newfstatat", _NAME_AFTER_FOLDER),
    332: ("statx", _NAME_AFTER_FOLDER),
}
"""What only looks whether a file is there; counted on its own."""

Key = tuple[str, str, int]
"""A call that is the same one in every run: its kind, its file, and the how-manieth on it."""

_CHANCE = re.compile(r"(?<=\.hkm_)[0-9a-f]{8}|(?<=openpyxl\.)\w{8}|(?<=/tmp)\w{8}")

_NOTICE = struct.Struct("=QIIiIQ6Q")  # struct seccomp_notif
_ANSWER = struct.Struct("=QqiI")  # struct seccomp_notif_resp
_RECEIVE, _SEND = 0xC0502100, 0xC0182101
_CARRY_OUT = 1
_SECCOMP, _WITH_LISTENER, _SET_FILTER, _NO_NEW_RIGHTS = 317, 1 << 3, 1, 38


@dataclass(slots=True)
class Watch:
    """Counts the calls on files below ``folders``, and refuses those that are still to be tried.

    A call is refused once: those of ``tried`` no more. A program that survived one goes on, and
    after `GAP` calls the next is refused, so that no error falls into the handling of another.
    """

    folders: Sequence[Path]
    tried: set[Key] = field(default_factory=set)
    wanted: Callable[[Key], bool] = lambda _key: False
    calls: Mapping[int, tuple[str, str]] = field(default_factory=lambda: CALLS)
    told: list[Key] = field(default_factory=list)
    refused: list[tuple[Key, int]] = field(default_factory=list)
    _seen: Counter[tuple[str, str]] = field(default_factory=Counter)
    _free_from: int = 0
    _ends: tuple[socket.socket, socket.socket] = field(default_factory=socket.socketpair)

    def begin(self) -> None:
        """Put the process that calls this under watch; it goes on when `follow` looks."""
        if platform.machine() != "x86_64":
            raise SystemExit("the numbers of the system's calls are known for x86-64 only")
        ours, theirs = self._ends
        ours.close()
        socket.send_fds(theirs, [b"!"], [_install_filter(self.calls)])
        theirs.close()

    def follow(self, _child: int) -> None:
        """Answer each call of the watched process until it has ended."""
        ours, theirs = self._ends
        theirs.close()
        _, handles, *_ = socket.recv_fds(ours, 1, 1)
        ours.close()
        if not handles:
            raise SystemExit("the system gives no notice of calls here (seccomp)")
        try:
            while _awaits(handles[0]):
                self._answer(handles[0])
        finally:
            os.close(handles[0])

    def _answer(self, listener: int) -> None:
        notice = bytearray(_NOTICE.size)
        try:
            fcntl.ioctl(listener, _RECEIVE, notice)
            mark, pid, _, call, _, _, *given = _NOTICE.unpack(notice)
            problem = self._problem(*_named(pid, given, *self.calls[call]))
            flags = 0 if problem else _CARRY_OUT
            fcntl.ioctl(listener, _SEND, _ANSWER.pack(mark, 0, -problem, flags))
        except FileNotFoundError:
            pass  # a kill came between

    def _problem(self, name: str, file: str) -> int:
        if not any(f"{file}/".startswith(f"{str(f).rstrip('/')}/") for f in self.folders):
            return 0
        what = (name, _CHANCE.sub("*", file))
        self._seen[what] += 1
        key = (*what, self._seen[what])
        self.told.append(key)
        if len(self.told) < self._free_from or key in self.tried or not self.wanted(key):
            return 0
        self.tried.add(key)
        self._free_from = len(self.told) + GAP
        problem = (errno.EIO, errno.ENOSPC)[len(self.tried) % 2]
        self.refused.append((key, problem))
        return problem


GAP = 100


def _awaits(listener: int) -> bool:
    waiting = select.poll()
    waiting.register(listener, select.POLLIN)
    return bool(waiting.poll()[0][1] & select.POLLIN)


def _named(pid: int, given: Sequence[int], name: str, kind: str) -> tuple[str, str]:
    return name, _file(pid, kind, given)


def _file(pid: int, kind: str, given: Sequence[int]) -> str:
    try:
        if kind == _OPEN:
            return str(Path(f"/proc/{pid}/fd/{ctypes.c_int32(given[0]).value}").readlink())
        if kind == _NAME:
            return _joined(pid, "cwd", _text(pid, given[0]))
        folder = ctypes.c_int32(given[0]).value
        return _joined(pid, "cwd" if folder < 0 else f"fd/{folder}", _text(pid, given[1]))
    except OSError:
        return ""


def _joined(pid: int, folder: str, name: str) -> str:
    if name.startswith("/"):
        return name
    return os.path.normpath(Path(f"/proc/{pid}/{folder}").readlink() / name)


def _text(pid: int, address: int) -> str:
    if not address:
        return ""
    memory = os.open(f"/proc/{pid}/mem", os.O_RDONLY)
    try:
        # a page may end the memory that is there: so never beyond the next one
        most = 4096 - address % 4096
        content = os.pread(memory, most, address)
        if b"\0" not in content:
            content += os.pread(memory, 4096, address + most)
    finally:
        os.close(memory)
    return os.fsdecode(content.partition(b"\0")[0])


def _install_filter(calls: Collection[int]) -> int:
    """Ask the system for a notice of each of ``calls`` of this process; return where it comes."""
    load, equals, answer = 0x20, 0x15, 0x06
    notice, allow = 0x7FC00000, 0x7FFF0000
    steps = [(load, 0, 0, 0)]
    steps += [(equals, len(calls) - n, 0, call) for n, call in enumerate(calls)]
    steps += [(answer, 0, 0, allow), (answer, 0, 0, notice)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
    program = struct.pack("@HP", len(steps), ctypes.addressof(code))
    system = ctypes.CDLL(None, use_errno=True)
    system.prctl(_NO_NEW_RIGHTS, 1, 0, 0, 0)
    listener = system.syscall(
        _SECCOMP, _SET_FILTER, _WITH_LISTENER, ctypes.create_string_buffer(program)
    )
    if listener < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return int(listener)
