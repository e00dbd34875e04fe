"""What becomes of thousands of simulated walks: run by hand, ``python tests/benchmarks/walks.py``.

Three tables: how often the interval of an area holds the truth, how far faulty walks are from the
truth before and after their repair, and how often a clean walk is repaired.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from walker import FAULTS, FIELDS, Receiver, clean, covered, field, miss_after, miss_before

from hkm_gis.thresholds import Thresholds
from hkm_gis.walks import to_polygon

LENGTHS_M = (5.0, 10.0, 20.0, 40.0, 60.0, 80.0, 120.0, 200.0, 400.0, 1000.0)
SHARES = (0.05, 0.1, 0.15, 0.2, 0.3, 0.45)
REPAIRS = {"cut_tail", "cut_lap", "split_walk", "drop_jump", "drop_resting", "join_segments"}


def coverage(repetitions: int) -> None:
    print(f"\nShare of {repetitions} areas inside their 95 % interval, errors of 5 m")
    print(f"{'field':16s} {'ha':>5s} " + " ".join(f"{f'{m:.0f} m':>6s}" for m in LENGTHS_M), end="")
    print(" | at shares of the outline: " + " ".join(f"{s:>6.2f}" for s in SHARES))
    for shape in FIELDS:
        for area_ha in (0.25, 1.0, 3.0):
            ring = field(np.random.default_rng(1), shape, area_ha)
            at_lengths = [covered(ring, m, repetitions, seed=7) for m in LENGTHS_M]
            outline_m = float(np.hypot(*(ring - np.roll(ring, 1, 0)).T).sum())
            at_shares = [covered(ring, s * outline_m, repetitions, seed=8) for s in SHARES]
            print(
                f"{shape:16s} {area_ha:5.2f} " + " ".join(f"{c:6.3f}" for c in at_lengths), end=""
            )
            print(" " * 29 + " ".join(f"{c:6.3f}" for c in at_shares), flush=True)


def faults(walks: int) -> None:
    print(f"\nError in % of {walks} walks with each fault, receiver of 3 to 5 m: median and 90th")
    heads = "area before         after    shape before         after"
    print(f"{'fault':16s} {'refused':>7s} {'parcels wrong':>13s}   {heads}")
    for name, fault in FAULTS.items():
        before, after, refused, wrong = [], [], 0, 0
        for seed in range(walks):
            rng, ground = _ground(seed)
            recording, fields = fault(rng, ground, _receiver(rng, (3.0, 5.0)))
            outcome = _outcome(recording, seed)
            refused += outcome.rejection is not None
            if outcome.rejection is None:
                wrong += len(outcome.polygons) != len(fields)
                before.append(miss_before(recording, fields))
                after.append(miss_after(outcome, fields))
        shown = "  ".join(
            f"{100 * np.percentile([getattr(m, of) for m in misses], p):5.1f}"
            for of in ("area", "shape")
            for misses in (before, after)
            for p in (50, 90)
        )
        print(f"{name:16s} {refused:7d} {wrong:13d}   {shown}", flush=True)


def false_repairs(walks: int) -> None:
    print(f"\nWhat was done to {walks} clean walks, by error and interval")
    for error_m in (3.0, 5.0, 7.0, 10.0):
        done: Counter[str] = Counter()
        harmed = 0
        for seed in range(walks // 4):
            rng, ground = _ground(seed)
            recording, fields = clean(rng, ground, _receiver(rng, (error_m,)))
            outcome = _outcome(recording, seed)
            done.update({r.rule for r in outcome.repairs if r.rule in REPAIRS})
            if outcome.rejection is not None:
                done[f"refused: {outcome.rejection.reason}"] += 1
                continue
            worse = miss_after(outcome, fields).area - miss_before(recording, fields).area
            harmed += worse > 0.05
        print(f"{error_m:4.0f} m: area worse by over 5 %: {harmed}, " + str(dict(done)), flush=True)


def _ground(seed: int):
    rng = np.random.default_rng(seed)
    shape, area_ha = list(FIELDS)[seed % 5], (0.25, 0.5, 1.0, 3.0)[seed // 5 % 4]
    return rng, field(rng, shape, area_ha)


def _receiver(rng, errors_m) -> Receiver:
    return Receiver(
        error_m=rng.choice(errors_m),
        every_s=rng.choice([1, 2, 5, 10]),
        fading_s=rng.choice([60, 120, 300]),
        speed_m_s=rng.uniform(0.6, 1.2),
    )


def _outcome(recording, seed: int):
    walk = recording.walk(with_times=bool(seed // 20 % 2))
    return to_polygon(walk, source="", feature="", thresholds=Thresholds())


if __name__ == "__main__":
    start = time.time()
    coverage(int(sys.argv[1]) if len(sys.argv) > 1 else 5000)
    faults(int(sys.argv[2]) if len(sys.argv) > 2 else 400)
    false_repairs(int(sys.argv[3]) if len(sys.argv) > 3 else 4000)
    print(f"{time.time() - start:.0f} s")
