"""Break `hkm run` in the middle, in every way, and hold what is left against two whole runs.

Run by hand for the numbers: ``python tests/faults/breaking.py kill 100`` (SIGKILL at random
moments), ``interrupt 100`` (Ctrl-C), ``call`` (an I/O error at the Nth call, for every N),
``full`` (no file may grow beyond a size, for every size that a result has). The suite runs one
kill, one failing call and one full disk. The cache of a re-check is sealed by itself and left out.
"""

from __future__ import annotations

import errno
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from small_project import write_small_project

import hkm_gis
from hkm_gis.cli import hkm
from hkm_gis.survey import MEMORY_FILE

__all__ = ["CALLS", "Bench", "Outcome", "calls", "failing_call", "full_disk", "killed"]

Break = Callable[[], None]
CALLS = ("replace", "fsync", "mkdir", "chmod")
"""What of `os` a write needs, beside ``Path.write_bytes`` and ``Path.unlink``."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a broken run ended, and what it did that it must not do."""

    code: int
    said: str
    losses: tuple[str, ...]


@dataclass(slots=True)
class Bench:
    """The small project after a run; its map has changed since, and two whole results are known."""

    home: Path
    old: dict[str, str] = field(default_factory=dict)
    new: dict[str, str] = field(default_factory=dict)
    inputs: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def results(self) -> Path:
        return self.home / "hasil"

    @classmethod
    def at(cls, home: Path) -> Bench:
        """Make both results; on disk stands the older one, and the inputs of the newer one."""
        bench = cls(write_small_project(home))
        hkm_gis.run(home)
        bench.old = _hashes(bench.results)
        shutil.copytree(bench.results, home.with_name("lama"))
        settings = home / "hkm.toml"
        settings.write_text(settings.read_text("utf-8").replace("Hutan Uji", "Hutan Baru"), "utf-8")
        bench.inputs = _hashes(home)
        began = time.monotonic()
        hkm_gis.run(home)
        bench.seconds = time.monotonic() - began
        bench.new = _hashes(bench.results)
        bench.restore()
        return bench

    def restore(self) -> None:
        """Put the older result back."""
        shutil.rmtree(self.results, ignore_errors=True)
        shutil.copytree(self.home.with_name("lama"), self.results)

    def run(
        self,
        breaking: Break = lambda: None,
        *,
        kill_after_s: float | None = None,
        by: signal.Signals = signal.SIGKILL,
    ) -> Outcome:
        """Run ``hkm run`` in a process of its own that is broken, and judge what is left."""
        reading, writing = os.pipe()  # a file could not be written on a full disk
        child = os.fork()
        if child == 0:
            _run_and_leave(self.home, writing, breaking)
        os.close(writing)
        if kill_after_s is not None:
            time.sleep(kill_after_s)
            os.kill(child, by)
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        with os.fdopen(reading, encoding="utf-8") as pipe:
            return Outcome(code, pipe.read(), tuple(self._losses()))

    def _losses(self) -> Iterator[str]:
        left = {n: h for n, h in _hashes(self.results).items() if "/.hkm-" not in f"/{n}"}
        for name in sorted(self.old.keys() | left.keys()):
            fine = {self.old.get(name), self.new.get(name)}
            if left.get(name) not in fine:
                yield f"{name}: {'gone' if name not in left else 'neither old nor new'}"
        changed = {n: h for n, h in _hashes(self.home).items() if not n.startswith("hasil/")}
        inputs = {n: h for n, h in self.inputs.items() if not n.startswith("hasil/")}
        if changed != inputs:
            yield "an input changed"

    def recovers(self) -> bool:
        """Tell whether the next run succeeds and leaves its result and nothing else."""
        return self.run().code in (0, 1) and _hashes(self.results) == self.new


def _run_and_leave(home: Path, stream: int, breaking: Break) -> None:
    code = 99
    try:
        os.dup2(stream, 1)
        os.dup2(stream, 2)
        sys.stdout = sys.stderr = open(stream, "w", encoding="utf-8")  # noqa: SIM115
        breaking()
        hkm.main(["run", str(home), "--quiet"])
    except SystemExit as ending:
        code = int(ending.code or 0)
    except KeyboardInterrupt:
        code = 130  # before the command had begun or after it had ended
    finally:
        sys.stdout.flush()
        os._exit(code)


def failing_call(number: int, problem: int = errno.EIO) -> Break:
    """Return what makes the ``number``-th call that writes fail, and none before or after."""
    return lambda: _count_calls(number, problem, [0])


def calls(bench: Bench) -> int:
    """Return how many such calls a whole run makes."""
    shared = bench.home.with_name("hitungan")
    shared.write_bytes(b"")
    bench.run(lambda: _count_calls(-1, 0, [0], shared))
    bench.restore()
    return shared.stat().st_size


def _count_calls(number: int, problem: int, done: list[int], tally: Path | None = None) -> None:
    handle = None if tally is None else os.open(tally, os.O_WRONLY | os.O_APPEND)

    def counted(
        function: Callable[..., object], writes: Callable[..., bool]
    ) -> Callable[..., object]:
        def call(*given: object, **named: object) -> object:
            if not writes(*given):
                return function(*given, **named)
            done[0] += 1
            if handle is not None:
                os.write(handle, b".")
            if done[0] == number:
                raise OSError(problem, os.strerror(problem))
            return function(*given, **named)

        return call

    for name in CALLS:
        setattr(os, name, counted(getattr(os, name), lambda *_: True))
    Path.write_bytes = counted(Path.write_bytes, lambda *_: True)  # type: ignore[method-assign]
    Path.unlink = counted(Path.unlink, lambda *_: True)  # type: ignore[method-assign]


def full_disk(size: int) -> Break:
    """Return what lets no file grow beyond ``size`` bytes, whoever writes it, in C too."""

    def breaking() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return breaking


def killed(bench: Bench, chance: random.Random, by: signal.Signals = signal.SIGKILL) -> Outcome:
    """Kill a run at a random moment, or interrupt it as Ctrl-C does."""
    return bench.run(kill_after_s=chance.uniform(0.05, bench.seconds * 1.05), by=by)


def _hashes(folder: Path) -> dict[str, str]:
    return {
        f.relative_to(folder).as_posix(): sha256(f.read_bytes()).hexdigest()
        for f in sorted(folder.rglob("*"))
        if f.is_file() and f.name != MEMORY_FILE.name  # sealed: proved when it is read
    }


SIGNALS = {"kill": signal.SIGKILL, "interrupt": signal.SIGINT}


def _sweep(kind: str, bench: Bench, most: int) -> Iterator[tuple[str, Outcome]]:
    if kind in ("kill", "interrupt"):
        chance, by = random.Random(6), SIGNALS[kind]
        for n in range(most):
            yield f"{kind} {n}", killed(bench, chance, by)
            if n % 10 == 0:
                bench.restore()
    elif kind == "call":
        for n in range(1, min(most, calls(bench)) + 1):
            for problem in (errno.EIO, errno.ENOSPC):
                yield f"call {n} {errno.errorcode[problem]}", bench.run(failing_call(n, problem))
                bench.restore()
    else:
        sizes = sorted({f.stat().st_size for f in bench.results.rglob("*") if f.is_file()})
        for size in sorted({0, 1, 4096, *sizes, *(s - 1 for s in sizes if s)})[:most]:
            yield f"full {size}", bench.run(full_disk(size))
            bench.restore()


def _main(kind: str, most: int) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        bench = Bench.at(Path(scratch) / "usulan")
        count, ended, lost, rude = 0, dict[int, int](), 0, 0
        for name, outcome in _sweep(kind, bench, most):
            count += 1
            ended[outcome.code] = ended.get(outcome.code, 0) + 1
            lost += bool(outcome.losses)
            bad = outcome.code not in (0, 1, 2, -9, 130) or "Error:" in outcome.said
            rude += bad
            if outcome.losses or bad:
                print(name, outcome, flush=True)
        print(
            f"{kind}: {count} runs of {bench.seconds:.1f} s, exit codes {ended}, "
            f"{lost} with losses, {rude} in no words; recovers: {bench.recovers()}"
        )


if __name__ == "__main__":
    _main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 10**9)
