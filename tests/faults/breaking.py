"""Break `hkm run` in the middle, in every way, and hold what is left against two whole runs.

Run by hand for the numbers, each kind with how many at most (all where no number is given) and,
to share the work out, which part of it (``2/3``: the second of three):

    python tests/faults/breaking.py call           the system refuses the Nth call on a file of the
                                                   project or a temporary one, every N (root)
    python tests/faults/breaking.py elsewhere 500  ... on any other file: fonts, PROJ, Python
    python tests/faults/breaking.py kill 100       SIGKILL at random moments
    python tests/faults/breaking.py interrupt 100  Ctrl-C at random moments, from the first import
    python tests/faults/breaking.py end 100        SIGTERM likewise
    python tests/faults/breaking.py full           no file may grow beyond N bytes, every size
    python tests/faults/breaking.py disk 200       a disk with N kB left (mounts a tmpfs: root)
    python tests/faults/breaking.py memory 60      no more than N MB of addresses
    python tests/faults/breaking.py locked         folders and files that must not be written (root)
    python tests/faults/breaking.py vanish 40      an input is deleted or changed meanwhile
    python tests/faults/breaking.py twice 10       two runs at once
    python tests/faults/breaking.py again 40       the same run, again and again
    python tests/faults/breaking.py clock          other clocks, zones, locales and hash seeds
    python tests/faults/breaking.py rooms 8        so many processes take and leave rooms at once

The program must stay as it is meanwhile: what `hasil/cek_ulang.bin` holds is sealed by its files.
The suite runs a seeded slice of them.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice, pairwise
from pathlib import Path
from zlib import crc32

sys.path.insert(0, str(Path(__file__).parent.parent))

from faults.bench import PAPER, Bench, Outcome, write_tiny_project
from faults.refusing import CALLS, LOOKS, Key, Watch
from faults.test_surroundings import FOREIGN, bytes_of, run_in
from faults.ways import (
    as_a_plain_user,
    full_disk,
    interrupted,
    killed,
    little_memory,
    locks,
    on_a_disk,
    refused,
    twice,
    vanishing,
)

import hkm_gis
from hkm_gis.files.rooms import workroom

Named = Iterator[tuple[str, Outcome]]
Part = slice
Kinds = Mapping[int, tuple[str, str]]

SEED = 6
NEXT_RUN_EVERY = 25
"""After so many refused calls the next run must be clean: it costs as much as a try."""


def _kill(bench: Bench, most: int, part: Part) -> Named:
    chance = random.Random(f"{SEED} {part}")
    for n in range(most):
        yield f"kill {n}", killed(bench, chance)
        if n % 10 == 0:
            bench.restore()


def _signal(number: signal.Signals) -> Callable[[Bench, int, Part], Named]:
    def sweep(bench: Bench, most: int, part: Part) -> Named:
        chance, before = random.Random(f"{SEED} {part}"), os.times()
        subprocess.run([sys.executable, "-c", "import hkm_gis.workflow"], check=True)
        longest_s = os.times().children_user - before.children_user + bench.seconds
        for n in range(most):
            yield f"{number.name} {n}", interrupted(bench, chance, longest_s, number)
            if n % 10 == 0:
                bench.restore()

    return sweep


def _refusing(
    folders: Callable[[Bench], Sequence[Path]], kinds: Kinds
) -> Callable[[Bench, int, Part], Named]:
    def sweep(bench: Bench, most: int, part: Part) -> Named:
        whole = Watch(folders(bench), calls=kinds)
        refused(bench, whole)
        bench.restore()
        print(f"{len(whole.told)} calls: {Counter(call for call, *_ in whole.told)}", flush=True)
        tried, wanted = set[Key](), _share(part)
        for run in range(1, most + 1):
            watch = Watch(folders(bench), tried, wanted, kinds)
            outcome = refused(bench, watch)
            if not watch.refused:
                print(f"{len(tried)} tried, {len(tried & {*whole.told})} of the whole run's")
                return
            if run % NEXT_RUN_EVERY == 0 and not bench.recovers():
                outcome = replace(outcome, losses=(*outcome.losses, "the next run is not clean"))
            bench.restore()
            if run % 100 == 0:
                print(f"run {run}: {len(tried)} tried", flush=True)
            yield f"run {run}", outcome

    return sweep


def _share(part: Part) -> Callable[[Key], bool]:
    def wanted(key: Key) -> bool:
        return crc32(repr(key).encode()) % part.step == part.start

    return wanted


def _of_the_project(bench: Bench) -> Sequence[Path]:
    return (bench.home, bench.scratch)


def _elsewhere(bench: Bench) -> Sequence[Path]:
    ours = {bench.home.parents[-2], *(Path("/") / name for name in ("proc", "sys", "dev"))}
    return sorted({*Path("/").iterdir()} - ours)


def _full(bench: Bench, most: int, part: Part) -> Named:
    sizes = sorted({f.stat().st_size for f in bench.results.rglob("*") if f.is_file()})
    edges = sorted({0, 1, 4096, *sizes, *(s - 1 for s in sizes if s)})
    # And between two edges: what lies in the packages, and temporary files, end there.
    between = {a + (b - a) * k // 4 for a, b in pairwise(edges) for k in (1, 2, 3)}
    for size in sorted({*edges, *between})[part][:most]:
        yield f"full {size}", bench.run(full_disk(size))
        bench.restore()


def _disk(bench: Bench, most: int, part: Part) -> Named:
    for room_kb in range(0, 16 * most, 16)[part]:
        yield f"disk {room_kb} kB", on_a_disk(bench, room_kb)


def _memory(bench: Bench, most: int, part: Part) -> Named:
    for megabytes in range(0, 4 * most, 4)[part]:
        yield f"memory {megabytes} MB", bench.run(little_memory(megabytes))
        bench.restore()


def _locked(bench: Bench, _most: int, part: Part) -> Named:
    for name, (lock, code) in list(locks(bench.home).items())[part]:
        with lock:
            outcome = bench.run(as_a_plain_user, judged=False)
        lost = tuple(bench.losses())
        if outcome.code != code:
            lost += (f"exit code {outcome.code}, not {code}",)
        print(f"{name}: {outcome.code} {outcome.said.strip()}", flush=True)
        yield name, replace(outcome, losses=lost)
        bench.restore()


def _again(bench: Bench, most: int, part: Part) -> Named:
    for n in range(most)[part]:
        yield f"again {n}", bench.run()
        if n % 2:
            bench.restore()


def _repeated(
    way: Callable[[Bench, random.Random], Outcome],
) -> Callable[[Bench, int, Part], Named]:
    def sweep(bench: Bench, most: int, part: Part) -> Named:
        chance = random.Random(f"{SEED} {part}")
        for n in range(most):
            yield f"{way.__name__} {n}", way(bench, chance)

    return sweep


SWEEPS: dict[str, Callable[[Bench, int, Part], Named]] = {
    "call": _refusing(_of_the_project, CALLS),
    "look": _refusing(_of_the_project, LOOKS),
    "elsewhere": _refusing(_elsewhere, {**CALLS, **LOOKS}),
    "kill": _kill,
    "interrupt": _signal(signal.SIGINT),
    "end": _signal(signal.SIGTERM),
    "full": _full,
    "disk": _disk,
    "memory": _memory,
    "locked": _locked,
    "vanish": _repeated(vanishing),
    "twice": _repeated(twice),
    "again": _again,
}

ENDS = {0, 1, 2, -signal.SIGKILL, 130, 143}


def _sweep(kind: str, most: int, part: Part) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        bench = Bench.at(Path(scratch) / "usulan")
        ended = dict[int, int]()
        lost, rude = 0, 0
        for name, outcome in islice(SWEEPS[kind](bench, most, part), most):
            ended[outcome.code] = ended.get(outcome.code, 0) + 1
            bad = outcome.code not in ENDS or "Error" in outcome.said
            lost, rude = lost + bool(outcome.losses), rude + bad
            if outcome.losses or bad:
                print(name, outcome, flush=True)
        bench.restore()
        print(
            f"{kind}: {sum(ended.values())} runs of {bench.seconds:.1f} s CPU, exit codes {ended}, "
            f"{lost} with losses, {rude} in no words; recovers: {bench.recovers()}"
        )


def _crowd(processes: int) -> None:
    """Let processes take and leave rooms of one folder; print how many lost theirs meanwhile."""
    with tempfile.TemporaryDirectory() as folder:
        children = [_fork(lambda: _lost_rooms(Path(folder))) for _ in range(processes)]
        lost = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        print(f"rooms: {ROOMS} in each of {processes} processes, lost: {lost}")


ROOMS = 400


def _fork(work: Callable[[], int]) -> int:
    child = os.fork()
    if child == 0:
        os._exit(min(work(), 255))
    return child


def _lost_rooms(folder: Path) -> int:
    lost = 0
    for _ in range(ROOMS):
        try:
            with workroom(folder) as room:
                (room / "berkas").write_bytes(b"")
                lost += not (room / "berkas").exists()
        except OSError:
            lost += 1
    return lost


def _surroundings() -> None:
    """Run with another clock, zone, locale and hash seed; print how many files differ."""
    with tempfile.TemporaryDirectory() as scratch:
        home = write_tiny_project(Path(scratch) / "usulan")
        hkm_gis.run(home, paper=PAPER)
        expected = bytes_of(home / "hasil")
        for clock, zone, place in FOREIGN:
            folder = Path(scratch) / place
            folder.mkdir()
            surroundings = {"TZ": zone, "LC_ALL": place, "PYTHONHASHSEED": "2"}
            found = bytes_of(run_in(folder, "faketime", clock, **surroundings))
            odd = [
                name for name in found.keys() | expected if found.get(name) != expected.get(name)
            ]
            print(f"{clock} {zone} {place}: {len(found)} files, other bytes: {odd}", flush=True)


def _part(text: str) -> Part:
    this, _, of = text.partition("/")
    return slice(int(this) - 1, None, int(of))


if __name__ == "__main__":
    kind, count, part, *_ = *sys.argv[1:], *("1000000000", "1/1")[len(sys.argv) - 2 :]
    if kind == "rooms":
        _crowd(int(count))
    elif kind == "clock":
        _surroundings()
    else:
        _sweep(kind, int(count), _part(part))
