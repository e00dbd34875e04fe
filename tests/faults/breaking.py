"""Break `hkm run` in the middle, in every way, and hold what is left against two whole runs.

Run by hand for the numbers, each kind with how many at most (all where no number is given):

    python tests/faults/breaking.py kill 100       SIGKILL at random moments
    python tests/faults/breaking.py interrupt 100  Ctrl-C at random moments, from the first import
    python tests/faults/breaking.py call           an I/O error at the Nth call of Python, every N
    python tests/faults/breaking.py system 200     ... of the system, whoever makes it (strace)
    python tests/faults/breaking.py full           no file may grow beyond N bytes, every size
    python tests/faults/breaking.py disk           a disk with N kB left (mounts a tmpfs: root)
    python tests/faults/breaking.py memory 30      no more than N MB of addresses
    python tests/faults/breaking.py vanish 40      an input is deleted or changed meanwhile
    python tests/faults/breaking.py twice 10       two runs at once

The suite runs a seeded slice of them.
"""

from __future__ import annotations

import errno
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from small_project import write_small_project

import hkm_gis
from hkm_gis.cli import hkm
from hkm_gis.files import replacing_together
from hkm_gis.survey import MEMORY_FILE

__all__ = ["CALLS", "Bench", "Outcome", "calls", "failing_call", "full_disk", "killed"]

Break = Callable[[], None]
Hashes = dict[str, str]

CALLS = ("replace", "fsync", "mkdir", "chmod", "link", "unlink", "rmdir")
"""What of `os` a write needs, beside ``Path.write_bytes``."""

SYSTEM_CALLS = (
    *("rename", "linkat", "mkdir", "unlink", "unlinkat", "rmdir", "fsync", "fdatasync", "chmod"),
    *("ftruncate", "write", "pwrite64", "openat"),
)


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
    old: Hashes = field(default_factory=dict)
    new: Hashes = field(default_factory=dict)
    caches: set[str] = field(default_factory=set)
    inputs: Hashes = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def results(self) -> Path:
        return self.home / "hasil"

    @property
    def scratch(self) -> Path:
        """Where the run keeps what only other libraries see."""
        return self.home.with_name("sementara")

    @classmethod
    def at(cls, home: Path) -> Bench:
        """Make both results; on disk stands the older one, and the inputs of the newer one."""
        bench = cls(write_small_project(home))
        bench.scratch.mkdir()
        hkm_gis.run(home)
        bench.old = _hashes(bench.results)
        shutil.copytree(bench.results, home.with_name("lama"))
        settings = home / "hkm.toml"
        settings.write_text(settings.read_text("utf-8").replace("Hutan Uji", "Hutan Baru"), "utf-8")
        bench.inputs = bench.input_hashes()
        began = time.process_time()
        hkm_gis.run(home)
        bench.seconds = time.process_time() - began
        bench.new = _hashes(bench.results)
        bench.caches = {side.pop(MEMORY_FILE.name) for side in (bench.old, bench.new)}
        bench.restore()
        return bench

    def restore(self) -> None:
        """Put the older result back."""
        shutil.rmtree(self.results, ignore_errors=True)
        shutil.copytree(self.home.with_name("lama"), self.results)

    def input_hashes(self) -> Hashes:
        return {n: h for n, h in _hashes(self.home).items() if not n.startswith("hasil/")}

    def run(
        self,
        breaking: Break = lambda: None,
        *,
        kill_after_cpu_s: float | None = None,
        beside: Callable[[int], None] = lambda _pid: None,
    ) -> Outcome:
        """Run ``hkm run`` in a process of its own that is broken, and judge what is left."""
        reading, writing = os.pipe()  # a file could not be written on a full disk
        child = os.fork()
        if child == 0:
            _run_and_leave(self, writing, breaking)
        os.close(writing)
        beside(child)
        if kill_after_cpu_s is not None:
            _wait_for_cpu(child, kill_after_cpu_s)
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        with os.fdopen(reading, encoding="utf-8") as pipe:
            return Outcome(code, pipe.read(), tuple(self.losses()))

    def losses(self) -> Iterator[str]:
        """Yield what is neither old nor new: at once, and after the next run begins to write."""
        left = {n: h for n, h in _hashes(self.results).items() if "/.hkm" not in f"/{n}"}
        if left.pop(MEMORY_FILE.name, None) not in {None, *self.caches}:
            yield f"{MEMORY_FILE.name}: neither old nor new"
        for name in sorted(self.old.keys() | self.new.keys() | left.keys()):
            if left.get(name) not in {self.old.get(name), self.new.get(name)}:
                yield f"{name}: {'gone' if name not in left else 'neither old nor new'}"
        with replacing_together(self.results):
            pass
        after = _hashes(self.results)
        after.pop(MEMORY_FILE.name, None)
        if after not in (self.old, self.new):
            odd = [n for n, h in after.items() if self.old.get(n) != h]
            yield f"a mixed set: {odd} are not of the old one"
        if self.input_hashes() != self.inputs:
            yield "an input changed"

    def recovers(self) -> bool:
        """Tell whether the next run succeeds and leaves its result and nothing else."""
        if self.run().code not in (0, 1):
            return False
        left = _hashes(self.results)
        left.pop(MEMORY_FILE.name)
        return left == self.new and not any(self.scratch.iterdir())


def _wait_for_cpu(child: int, seconds: float) -> None:
    # What a run has done is told by its own clock, however busy the machine is.
    ticks = seconds * os.sysconf("SC_CLK_TCK")
    while True:
        told = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
        if told[0] == "Z" or int(told[11]) + int(told[12]) >= ticks:
            return
        time.sleep(0.001)


def _run_and_leave(bench: Bench, stream: int, breaking: Break) -> None:
    code = 99
    try:
        os.dup2(stream, 1)
        os.dup2(stream, 2)
        sys.stdout = sys.stderr = open(stream, "w", encoding="utf-8")  # noqa: SIM115
        tempfile.tempdir = str(bench.scratch)
        breaking()
        hkm.main(["run", str(bench.home), "--quiet"])
    except SystemExit as ending:
        code = int(ending.code or 0)
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

    def counted(function: Callable[..., object]) -> Callable[..., object]:
        def call(*given: object, **named: object) -> object:
            done[0] += 1
            if handle is not None:
                os.write(handle, b".")
            if done[0] == number:
                raise OSError(problem, os.strerror(problem))
            return function(*given, **named)

        return call

    for name in CALLS:
        setattr(os, name, counted(getattr(os, name)))
    Path.write_bytes = counted(Path.write_bytes)  # type: ignore[method-assign]


def failing_system_call(bench: Bench, call: str, number: int, problem: str) -> Outcome:
    """Let the system refuse the ``number``-th call of this kind, in Python or in any library."""
    told, inject = (
        bench.home.with_name("panggilan"),
        f"--inject={call}:error={problem}:when={number}",
    )
    ended = bench.run(_stopped, beside=lambda child: _trace(child, [f"-o{told}", inject], call))
    refused = [line for line in told.read_text().splitlines() if "(INJECTED)" in line]
    return replace(ended, said=f"{ended.said}{refused}")


def system_calls(bench: Bench) -> dict[str, int]:
    """Return how many calls of each kind a whole run makes."""
    told = bench.home.with_name("panggilan")
    bench.run(_stopped, beside=lambda c: _trace(c, [f"-o{told}"], ",".join(SYSTEM_CALLS)))
    bench.restore()
    named = [line.split("(")[0].split()[-1] for line in told.read_text().splitlines()]
    return {call: named.count(call) for call in SYSTEM_CALLS}


def _stopped() -> None:
    os.kill(os.getpid(), signal.SIGSTOP)  # until strace looks


def _trace(child: int, options: list[str], calls: str) -> None:
    os.waitpid(child, os.WUNTRACED)
    command = ["strace", "-f", "-qq", f"-p{child}", f"--trace={calls}", *options]
    tracer = subprocess.Popen(command)
    while "TracerPid:\t0\n" in Path(f"/proc/{child}/status").read_text():
        if tracer.poll() is not None:
            raise SystemExit("strace cannot look at other processes here")
        time.sleep(0.01)
    os.kill(child, signal.SIGCONT)


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


def killed(bench: Bench, chance: random.Random) -> Outcome:
    """Kill a run at a random moment."""
    return bench.run(kill_after_cpu_s=chance.uniform(0.0, bench.seconds))


def interrupted(bench: Bench, chance: random.Random, longest_s: float) -> Outcome:
    """Press Ctrl-C at a random moment, as early as the program's first import."""
    environment = os.environ | {"TMPDIR": str(bench.scratch)}
    # As the installed ``hkm`` starts: ``python -m`` ends by the signal, whatever code it is given,
    # where the interrupt falls into text that Python executes, as dataclasses do.
    starts = "from hkm_gis.__main__ import main; main()"
    command = [sys.executable, "-c", starts, "run", str(bench.home), "--quiet"]
    run = subprocess.Popen(command, stderr=subprocess.PIPE, env=environment)
    _wait_for_cpu(run.pid, chance.uniform(0.02, longest_s))
    run.send_signal(signal.SIGINT)
    _, said = run.communicate()
    return Outcome(run.returncode, said.decode(), tuple(bench.losses()))


def twice(bench: Bench, chance: random.Random) -> Outcome:
    """Run two at once, the second a little later."""
    with_another: list[Outcome] = []

    def another(first: int) -> None:
        _wait_for_cpu(first, chance.uniform(0.0, bench.seconds))
        child = os.fork()
        if child == 0:
            quiet = os.open(os.devnull, os.O_WRONLY)
            _run_and_leave(bench, quiet, lambda: None)
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
        _wait_for_cpu(child, chance.uniform(0.0, bench.seconds))
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


def _hashes(folder: Path) -> Hashes:
    found: Hashes = {}
    for file in sorted(folder.rglob("*")):
        with suppress(FileNotFoundError):  # another process may be at work
            if file.is_file():
                name, content = file.relative_to(folder).as_posix(), file.read_bytes()
                found[name] = sha256(content).hexdigest()
                found |= _hashes_in_zip(name, content) if name.endswith(".zip") else {}
    return found


def _hashes_in_zip(name: str, content: bytes) -> Hashes:
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            return {f"{name}!{n}": sha256(packed.read(n)).hexdigest() for n in packed.namelist()}
    except zipfile.BadZipFile:
        return {}  # its own hash tells


Named = Iterator[tuple[str, Outcome]]


def _kill(bench: Bench, most: int) -> Named:
    chance = random.Random(6)
    for n in range(most):
        yield f"kill {n}", killed(bench, chance)
        if n % 10 == 0:
            bench.restore()


def _interrupt(bench: Bench, most: int) -> Named:
    chance, before = random.Random(6), os.times()
    subprocess.run([sys.executable, "-c", "import hkm_gis.workflow"], check=True)
    longest_s = os.times().children_user - before.children_user + bench.seconds
    for n in range(most):
        yield f"interrupt {n}", interrupted(bench, chance, longest_s)
        if n % 10 == 0:
            bench.restore()


def _call(bench: Bench, most: int) -> Named:
    total = calls(bench)
    numbers = random.Random(6).sample(range(1, total + 1), min(most, total))
    print(f"{total} calls of Python", flush=True)
    for n in sorted(numbers):
        problem = errno.EIO if n % 2 else errno.ENOSPC
        yield f"call {n} {errno.errorcode[problem]}", bench.run(failing_call(n, problem))
        bench.restore()


def _system(bench: Bench, most: int) -> Named:
    counts = system_calls(bench)
    print(counts, flush=True)
    all_calls = [(call, n + 1) for call, count in counts.items() for n in range(count)]
    random.Random(6).shuffle(all_calls)
    for n, (call, number) in enumerate(all_calls[:most]):
        problem = ("EIO", "ENOSPC", "EACCES")[n % 3]
        yield f"{call} {number} {problem}", failing_system_call(bench, call, number, problem)
        bench.restore()


def _full(bench: Bench, most: int) -> Named:
    sizes = sorted({f.stat().st_size for f in bench.results.rglob("*") if f.is_file()})
    for size in sorted({0, 1, 4096, *sizes, *(s - 1 for s in sizes if s)})[:most]:
        yield f"full {size}", bench.run(full_disk(size))
        bench.restore()


def _disk(bench: Bench, most: int) -> Named:
    for n in range(most):
        room_kb = 64 * n
        outcome = on_a_disk(bench, room_kb)
        yield f"disk {room_kb} kB", outcome
        if outcome.code in (0, 1):
            return


def _memory(bench: Bench, most: int) -> Named:
    for megabytes in range(0, 10 * most, 10):
        yield f"memory {megabytes} MB", bench.run(little_memory(megabytes))
        bench.restore()


def _repeated(way: Callable[[Bench, random.Random], Outcome]) -> Callable[[Bench, int], Named]:
    def sweep(bench: Bench, most: int) -> Named:
        chance = random.Random(6)
        for n in range(most):
            yield f"{way.__name__} {n}", way(bench, chance)

    return sweep


SWEEPS: dict[str, Callable[[Bench, int], Named]] = {
    "kill": _kill,
    "interrupt": _interrupt,
    "call": _call,
    "system": _system,
    "full": _full,
    "disk": _disk,
    "memory": _memory,
    "vanish": _repeated(vanishing),
    "twice": _repeated(twice),
}


def _main(kind: str, most: int) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        bench = Bench.at(Path(scratch) / "usulan")
        ended = dict[int, int]()
        count, lost, rude = 0, 0, 0
        for name, outcome in SWEEPS[kind](bench, most):
            count += 1
            ended[outcome.code] = ended.get(outcome.code, 0) + 1
            lost += bool(outcome.losses)
            bad = outcome.code not in (0, 1, 2, -9, 130) or "Error:" in outcome.said
            rude += bad
            if outcome.losses or bad:
                print(name, outcome, flush=True)
        bench.restore()
        print(
            f"{kind}: {count} runs of {bench.seconds:.1f} s CPU, exit codes {ended}, "
            f"{lost} with losses, {rude} in no words; recovers: {bench.recovers()}"
        )


if __name__ == "__main__":
    _main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 10**9)
