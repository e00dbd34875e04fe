"""How long a season of field files takes from disk to matched parcels, and a bomb to be refused.

python tests/benchmarks/intake.py [WALKS]
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from hkm_gis.members import read_members
from hkm_gis.pairing import match_members
from hkm_gis.parcels import take_in_files

SYLLABLES = (
    "su",
    "wa",
    "ti",
    "har",
    "no",
    "di",
    "mar",
    "ka",
    "yo",
    "ri",
    "pon",
    "las",
    "gi",
    "man",
)
BOMB_MB = 300
TARGET_S = 5.0
REFUSE = """
import sys, time
from pathlib import Path
from hkm_gis.readers import read_files
start = time.perf_counter()
(outcome,) = read_files([sys.argv[1]])
took_s = time.perf_counter() - start
status = Path("/proc/self/status")  # its peak starts anew with each program, unlike ru_maxrss
lines = status.read_text().splitlines() if status.exists() else []
peak = next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")), "?")
print(f"{outcome.reason} in {took_s:.3f} s, peak {peak} MB")
"""


def name_of(farmer: int) -> str:
    """Return a name of three words that no other farmer has."""
    digits = [farmer // 14**k % 14 for k in range(6)]
    letters = [SYLLABLES[digit] for digit in digits]
    return " ".join("".join(letters[k : k + 2]) for k in (0, 2, 4)).title()


def write_walks(folder: Path, many: int) -> None:
    """Write walks of 50 to 110 points with the noise and the times of a handheld receiver."""
    rng = np.random.default_rng(30)
    for farmer in range(many):
        turn = np.linspace(0, 2 * np.pi, int(rng.integers(50, 110)))
        reach_m = rng.uniform(45, 75) * (1 + 0.15 * np.sin(3 * turn))
        xy_m = reach_m[:, None] * np.column_stack([np.cos(turn), np.sin(turn)])
        xy_m += rng.normal(0, 1.0, xy_m.shape)
        lonlat = (104.6 + farmer % 55 * 0.002, -5.45 + farmer // 55 * 0.002) + xy_m / 111_000
        start = datetime(2026, 5, 1, tzinfo=UTC) + timedelta(hours=farmer)
        points = "".join(
            f'<trkpt lat="{y:.7f}" lon="{x:.7f}"><ele>812</ele>'
            f"<time>{start + timedelta(seconds=5 * n):%Y-%m-%dT%H:%M:%SZ}</time></trkpt>"
            for n, (x, y) in enumerate(lonlat.tolist())
        )
        (folder / f"{farmer:05} {name_of(farmer)}.gpx").write_text(
            '<?xml version="1.0"?><gpx version="1.1" creator="eTrex 10" '
            'xmlns="http://www.topografix.com/GPX/1/1"><trk>'
            f"<name>{name_of(farmer)}</name><trkseg>{points}</trkseg></trk></gpx>",
            "utf-8",
        )


def write_register(file: Path, many: int) -> None:
    rows = [
        f"{name_of(n)},999901{1 + n % 28:02}0180{n:04},99990101{n:08},KTH Lestari,Sumberejo"
        for n in range(many)
    ]
    file.write_text("\n".join(["Nama,NIK,No. KK,Kelompok,Pekon", *rows]), "utf-8")


def measure_season(folder: Path, many: int) -> None:
    walks = folder / "KTH Lestari"
    walks.mkdir()
    write_walks(walks, many)
    write_register(folder / "anggota.csv", many)
    print(f"{many:,} walks; load of this machine {_load()}, target {TARGET_S:.0f} s by the clock")
    for processes in (1, os.cpu_count() or 1):
        clock = [_now_s()]
        intake = take_in_files([walks], processes=processes)
        clock.append(_now_s())
        matched = match_members(intake.parcels, read_members(folder / "anggota.csv"))
        clock.append(_now_s())
        by_name = int((matched["match"] == "name").sum())
        print(f"{processes} processes: {len(matched):,} parcels, {by_name:,} known by name")
        steps = zip(("to parcels", "to members"), np.diff(clock, axis=0), strict=True)
        for step, (wall_s, cpu_s) in (*steps, ("in all", clock[-1] - clock[0])):
            print(f"  {step:10} {wall_s:6.2f} s by the clock, {cpu_s:6.2f} s of processors")


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "?"


def _now_s() -> np.ndarray:
    spent = os.times()  # with that of the other processes, once they have ended
    cpu_s = spent.user + spent.system + spent.children_user + spent.children_system
    return np.array([time.perf_counter(), cpu_s])


def measure_bomb(folder: Path) -> None:
    file = folder / "bom.kmz"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("doc.kml", b"<kml>" + b" " * (BOMB_MB * 2**20))
    words = [sys.executable, "-c", REFUSE, str(file)]
    told = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    size_kb = file.stat().st_size // 1024
    print(f"{size_kb:,} kB that unfold to {BOMB_MB} MB: {told.strip()}")


def main(many: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        measure_season(Path(folder), many)
        measure_bomb(Path(folder))


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 3_000)
