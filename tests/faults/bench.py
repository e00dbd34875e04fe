"""A tiny project that is run in a process of its own, broken, and held against two whole runs."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from land import rectangle, square
from small_project import MEMBERS, TOML, feature_collection

import hkm_gis
from hkm_gis.cli import hkm
from hkm_gis.files import replacing_together
from hkm_gis.survey import MEMORY_FILE

__all__ = [
    "PAPER",
    "Bench",
    "Break",
    "Outcome",
    "run_and_leave",
    "wait_for_cpu",
    "write_tiny_project",
]

Break = Callable[[], None]
Hashes = dict[str, str]

PAPER = "A4"


def write_tiny_project(home: Path) -> Path:
    """Write a project of one group: two parcels that share land, one sheet, one package."""
    contents = {
        "hkm.toml": TOML.partition('[[groups]]\nname = "KTH Melati"')[0],
        "anggota.csv": "\n".join(MEMBERS.splitlines()[:3]) + "\n",
        "batas/kawasan.geojson": feature_collection(
            [({"NAMOBJ": "Hutan Uji"}, rectangle(-950, -950, 2000, 2000))]
        ),
        "kelompok/KTH Mawar/lahan.geojson": feature_collection(
            [
                ({"no_andil": "M-1", "nama": "Sukirman"}, square(0, 0, 100)),
                ({"no_andil": "M-2", "nama": "Tukiran"}, square(80, 0, 100)),
            ]
        ),
    }
    for name, text in contents.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return home


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a broken run ended, and what it did that it must not do."""

    code: int
    said: str
    losses: tuple[str, ...]


@dataclass(slots=True)
class Bench:
    """The tiny project after a run; its map has changed since, and two whole results are known."""

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
        bench = cls(write_tiny_project(home))
        bench.scratch.mkdir()
        hkm_gis.run(home, paper=PAPER)
        bench.old = _hashes(bench.results)
        shutil.copytree(bench.results, home.with_name("lama"))
        settings = home / "hkm.toml"
        settings.write_text(settings.read_text("utf-8").replace("Hutan Uji", "Hutan Baru"), "utf-8")
        bench.inputs = bench.input_hashes()
        began = time.process_time()
        hkm_gis.run(home, paper=PAPER)
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
        judged: bool = True,
    ) -> Outcome:
        """Run ``hkm run`` in a process of its own that is broken, and judge what is left."""
        reading, writing = os.pipe()  # a file could not be written on a full disk
        child = os.fork()
        if child == 0:
            run_and_leave(self, writing, breaking)
        os.close(writing)
        beside(child)
        if kill_after_cpu_s is not None:
            wait_for_cpu(child, kill_after_cpu_s)
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        with os.fdopen(reading, encoding="utf-8") as pipe:
            return Outcome(code, pipe.read(), tuple(self.losses()) if judged else ())

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


def wait_for_cpu(child: int, seconds: float) -> None:
    """Wait until a process has used so much time of a processor, or has ended."""
    # What a run has done is told by its own clock, however busy the machine is.
    ticks = seconds * os.sysconf("SC_CLK_TCK")
    while True:
        told = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
        if told[0] == "Z" or int(told[11]) + int(told[12]) >= ticks:
            return
        time.sleep(0.001)


def run_and_leave(bench: Bench, stream: int, breaking: Break) -> None:
    """Do the run in this process, which has been forked for it, and end it."""
    code = 99
    try:
        os.dup2(stream, 1)
        os.dup2(stream, 2)
        sys.stdout = sys.stderr = open(stream, "w", encoding="utf-8")  # noqa: SIM115
        tempfile.tempdir = str(bench.scratch)
        breaking()
        hkm.main(["run", str(bench.home), "--quiet", "--paper", PAPER])
    except SystemExit as ending:
        code = int(ending.code or 0)
    finally:
        sys.stdout.flush()
        os._exit(code)


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
