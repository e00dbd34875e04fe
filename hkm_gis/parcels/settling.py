"""Files → parcels, rejections and remarks in their order, by one process or several."""

from __future__ import annotations

import signal
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context

from shapely.geometry.base import BaseGeometry

from hkm_gis.files import DEFAULT_LIMITS, Limits
from hkm_gis.parcels.land import Parcel, settle
from hkm_gis.readers import FoundFile, Outcome, read_found
from hkm_gis.record import Rejection, Remark
from hkm_gis.thresholds import Thresholds

__all__ = ["Manner", "Settled", "settled", "settled_files"]

Settled = Parcel | Rejection | Remark
"""What became of a feature, and what people should know of it."""

FILES_WORTH_A_PROCESS = 1_000
"""A process needs a second to start; until then one alone reads some 500 walks."""

FILES_AT_ONCE = 50
"""A tenth of a second of work: who is done first takes the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How files are read and their features settled, as `take_in` and `read_files` say it."""

    near: BaseGeometry | None
    crs: str
    crs_epsg: int
    thresholds: Thresholds
    limits: Limits = DEFAULT_LIMITS


def settled(features: Iterable[Outcome], manner: Manner) -> Iterator[Settled]:
    """Yield what became of each feature; rejections and remarks pass through."""
    for feature in features:
        if isinstance(feature, (Rejection, Remark)):
            yield feature
            continue
        became, remarks = settle(
            feature, manner.near, manner.crs, manner.crs_epsg, manner.thresholds
        )
        if isinstance(became, Rejection):
            yield became
            continue
        yield from remarks
        yield from became


def settled_files(
    files: Sequence[FoundFile], manner: Manner, *, processes: int = 1
) -> Iterator[Settled]:
    """Yield what became of every feature of every file, in the order of the files.

    This process works too, from the last file to the first, while the others begin with the
    first; what another one did not bring back, this one does again. So a process that the system
    stops, or does not let us start, costs time and no file.
    """
    if processes < 2 or len(files) < FILES_WORTH_A_PROCESS:
        return (outcome for file in files for outcome in _of_file(file, manner))
    return _shared_out(files, manner, processes)


def _shared_out(files: Sequence[FoundFile], manner: Manner, processes: int) -> Iterator[Settled]:
    parts = [files[k : k + FILES_AT_ONCE] for k in range(0, len(files), FILES_AT_ONCE)]
    pool = ProcessPoolExecutor(
        processes - 1,
        # A fresh interpreter, as Windows starts it anyway: a copy of this one could hang on a lock.
        mp_context=get_context("spawn"),
        initializer=signal.signal,
        initargs=(signal.SIGINT, signal.SIG_IGN),  # Ctrl-C ends this process, which ends the others
    )
    try:
        given, own = _divided(parts, manner, pool, in_hand=_IN_HAND * (processes - 1))
        for k, part in enumerate(parts):
            yield from own[k] if k in own else _brought_back(given[k], part, manner)
    finally:
        pool.shutdown(cancel_futures=True)


_IN_HAND = 2  # the part that a process works at, and the next, so that it never waits


def _divided(
    parts: Sequence[Sequence[FoundFile]],
    manner: Manner,
    pool: ProcessPoolExecutor,
    *,
    in_hand: int,
) -> tuple[list[Future[list[Settled]]], dict[int, list[Settled]]]:
    """Return what was given to the others, from the first part on, and what was done here."""
    given: list[Future[list[Settled]]] = []
    own: dict[int, list[Settled]] = {}
    while len(given) + len(own) < len(parts):
        if sum(not future.done() for future in given) < in_hand:
            given.append(_offered(pool, parts[len(given)], manner))
        else:
            last = len(parts) - 1 - len(own)
            own[last] = _of_files(parts[last], manner)
    return given, own


def _offered(
    pool: ProcessPoolExecutor, part: Sequence[FoundFile], manner: Manner
) -> Future[list[Settled]]:
    try:
        return pool.submit(_of_files, part, manner)
    except (BrokenProcessPool, OSError) as problem:
        nobody: Future[list[Settled]] = Future()
        nobody.set_exception(problem)
        return nobody


def _brought_back(
    future: Future[list[Settled]], part: Sequence[FoundFile], manner: Manner
) -> list[Settled]:
    try:
        return future.result()
    except (BrokenProcessPool, OSError):
        return _of_files(part, manner)


def _of_files(files: Sequence[FoundFile], manner: Manner) -> list[Settled]:
    return [outcome for file in files for outcome in _of_file(file, manner)]


def _of_file(file: FoundFile, manner: Manner) -> Iterator[Settled]:
    return settled(read_found(file, crs=manner.crs, limits=manner.limits), manner)
