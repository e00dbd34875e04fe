"""The ways in which a run is broken, one at a time."""

from __future__ import annotations

import ctypes
import errno
import os
import random
import resource
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path

from faults.bench import PAPER, Bench, Break, Outcome, run_and_leave, wait_for_cpu
from faults.refusing import Watch

import hkm_gis

__all__ = [
    "as_a_plain_user",
    "failing_call",
    "full_disk",
    "interrupted",
    "killed",
    "little_memory",
    "locks",
    "on_a_disk",
    "refused",
    "twice",
    "vanishing",
]

CALLS = ("replace", "fsync", "mkdir", "chmod", "link", "unlink", "rmdir")
"""What of `os` a write needs, beside ``Path.write_bytes``."""


def refused(bench: Bench, watch: Watch) -> Outcome:
    """Let the system refuse the calls that are still to be tried, in Python or in any library."""
    outcome = bench.run(watch.begin, beside=watch.follow)
    said = outcome.said
    for (call, file, nth), problem in watch.refused:
        said += (
            f"\n{errno.errorcode[problem]} {call} {nth} {file.removeprefix(str(bench.home.parent))}"
        )
    return replace(outcome, said=said)


def failing_call(number: int, problem: int = errno.EIO) -> Break:
    """Return what makes the ``number``-th call of Python that writes fail, on any system."""
    done = 0

    def counted(function: Callable[..., object]) -> Callable[..., object]:
        def call(*given: object, **named: object) -> object:
            nonlocal done
            done += 1
            if done == number:
                raise OSError(problem, os.strerror(problem))
            return function(*given, **named)

        return call

    def breaking() -> None:
        for name in CALLS:
            setattr(os, name, counted(getattr(os, name)))
        Path.write_bytes = counted(Path.write_bytes)  # type: ignore[method-assign]

    return breaking


def full_disk(size: int) -> Break:
    """Return what lets no file grow beyond ``size`` bytes, whoever writes it, in C too."""

    def breaking() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return breaking


def little_memory(megabytes: int) -> Break:
    """Return what gives a run no more than so many MB beside what it has when it begins."""

    def breaking() -> None:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * resource.getpagesize() + megabytes * 2**20
        resource.setrlimit(resource.RLIMIT_AS, (most, most))

    return breaking


def as_a_plain_user() -> None:
    """Give up what root may beyond others: to write where the rights of a file forbid it."""
    system = ctypes.CDLL(None, use_errno=True)
    version, nothing = 0x20080522, (ctypes.c_uint32 * 6)()
    if system.capset((ctypes.c_uint32 * 2)(version, 0), nothing):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


@contextmanager
def _rights(place: Path, mode: int) -> Iterator[None]:
    before = stat.S_IMODE(place.stat().st_mode)
    place.chmod(mode)
    try:
        yield
    finally:
        place.chmod(before)


@contextmanager
def _instead(place: Path, make: Callable[[Path], object]) -> Iterator[None]:
    aside = place.with_name("disingkirkan")
    place.rename(aside)
    make(place)
    try:
        yield
    finally:
        if place.is_dir() and not place.is_symlink():
            shutil.rmtree(place)
        else:
            place.unlink(missing_ok=True)
        aside.rename(place)


@contextmanager
def _unchangeable(place: Path) -> Iterator[None]:
    subprocess.run(["chattr", "+i", place], check=True)
    try:
        yield
    finally:
        subprocess.run(["chattr", "-i", place], check=True)


def locks(home: Path) -> dict[str, tuple[AbstractContextManager[None], int]]:
    """Return what may stand in the way of a run, and the exit code it must end with."""
    results = home / "hasil"
    package = next((results / "usulan").glob("*.zip"))
    return {
        "results folder read-only": (_rights(results, 0o555), 2),
        "a folder of the results read-only": (_rights(results / "usulan", 0o555), 2),
        "a folder where a result goes": (_instead(package, Path.mkdir), 2),
        "a file where the results folder goes": (_instead(results, Path.touch), 2),
        "a link to nowhere where the results go": (
            _instead(results, lambda place: place.symlink_to(home / "tidak_ada")),
            2,
        ),
        "a result that nobody may replace": (_unchangeable(package), 2),
        "a result that is read-only": (_rights(package, 0o444), 1),
        "results that are a link to another folder": (
            _instead(results, lambda place: place.symlink_to(home / "disingkirkan")),
            1,
        ),
        "temporary folder read-only": (_rights(home.with_name("sementara"), 0o555), 2),
        "project folder read-only": (_rights(home, 0o555), 1),
        "inputs read-only": (_rights(home / "anggota.csv", 0o444), 1),
        "a member list that nobody may read": (_rights(home / "anggota.csv", 0o000), 2),
        "settings that nobody may read": (_rights(home / "hkm.toml", 0o000), 2),
    }


def killed(bench: Bench, chance: random.Random) -> Outcome:
    """Kill a run at a random moment."""
    return bench.run(kill_after_cpu_s=chance.uniform(0.0, bench.seconds))


def interrupted(
    bench: Bench, chance: random.Random, longest_s: float, number: signal.Signals
) -> Outcome:
    """Press Ctrl-C at a random moment, as early as the program's first import."""
    environment = os.environ | {"TMPDIR": str(bench.scratch)}
    # As the installed ``hkm`` starts: ``python -m`` ends by the signal, whatever code it is given,
    # where the interrupt falls into text that Python executes, as dataclasses do.
    starts = "from hkm_gis.__main__ import main; main()"
    command = [sys.executable, "-c", starts, "run", str(bench.home), "--quiet", "--paper", PAPER]
    run = subprocess.Popen(command, stderr=subprocess.PIPE, env=environment)
    wait_for_cpu(run.pid, chance.uniform(0.02, longest_s))
    run.send_signal(number)
    _, said = run.communicate()
    return Outcome(run.returncode, said.decode(), tuple(bench.losses()))


def twice(bench: Bench, chance: random.Random) -> Outcome:
    """Run two at once, the second a little later."""
    with_another: list[Outcome] = []

    def another(first: int) -> None:
        wait_for_cpu(first, chance.uniform(0.0, bench.seconds))
        child = os.fork()
        if child == 0:
            quiet = os.open(os.devnull, os.O_WRONLY)
            run_and_leave(bench, quiet, lambda: None)
        _, status = os.waitpid(child, 0)
        with_another.append(Outcome(os.waitstatus_to_exitcode(status), "", ()))

    first = bench.run(beside=another)
    codes = {first.code, with_another[0].code}
    worst = max(codes - {1}, default=1)
    return Outcome(worst, first.said, first.losses)


def vanishing(bench: Bench, chance: random.Random) -> Outcome:
    """Delete, cut or change an input at a random moment; the inputs are put back after."""
    name = chance.choice(sorted(bench.inputs))
    file, way = bench.home / name, chance.choice(("delete", "cut", "grow"))
    whole = file.read_bytes()

    def meanwhile(child: int) -> None:
        wait_for_cpu(child, chance.uniform(0.0, bench.seconds))
        if way == "delete":
            file.unlink()
        else:
            file.write_bytes(whole[: len(whole) // 2] if way == "cut" else whole + b"\n#")

    outcome = bench.run(beside=meanwhile)
    file.write_bytes(whole)
    # What was read of a changed input gives other results, whole ones: their package proves it.
    wrong = [loss for loss in outcome.losses if loss != "an input changed"]
    if wrong and outcome.code in (0, 1):
        packs = sorted((bench.results / "usulan").glob("*.zip"))
        wrong = [p.name for p in packs if not hkm_gis.verify_proposal(p).intact]
    bench.restore()
    return Outcome(outcome.code, f"{way} {name}: {outcome.said}", tuple(wrong))


def on_a_disk(bench: Bench, room_kb: int) -> Outcome:
    """Run on a disk of its own that has so much room left."""
    used_kb = sum(-(-f.stat().st_size // 4096) * 4 + 4 for f in bench.home.rglob("*"))
    disk = Path(tempfile.mkdtemp(prefix="hkm-disk-"))
    size = f"size={used_kb + room_kb}k"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", disk], check=True)
    try:
        home = disk / bench.home.name
        shutil.copytree(bench.home, home)
        there = Bench(home, bench.old, bench.new, bench.caches, bench.inputs, bench.seconds)
        there.scratch.mkdir()
        return there.run()
    finally:
        subprocess.run(["umount", disk], check=True)
        disk.rmdir()
