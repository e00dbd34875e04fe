"""A run that is broken in the middle leaves old or new results, and the next one ends well."""

from __future__ import annotations

import errno
import random
import sys

import pytest

if sys.platform == "win32":
    pytest.skip("the bench breaks processes as POSIX systems do", allow_module_level=True)

from faults.bench import Bench
from faults.ways import failing_call, full_disk, killed


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    return Bench.at(tmp_path_factory.mktemp("gangguan") / "usulan")


def breaks(bench):
    chance = random.Random(6)
    yield killed(bench, chance)
    yield bench.run(failing_call(30, errno.EIO))
    yield bench.run(full_disk(20_000))


def test_a_broken_run_leaves_old_or_new_results_and_the_next_one_ends_well(bench):
    ended = list(breaks(bench))

    assert [outcome.losses for outcome in ended] == [()] * len(ended)
    assert {outcome.code for outcome in ended[1:]} <= {0, 1, 2}
    assert not [outcome.said for outcome in ended if "Traceback" in outcome.said]
    assert ended[-1].code == 2
    assert "Tidak dapat menulis" in ended[-1].said
    assert bench.recovers()
