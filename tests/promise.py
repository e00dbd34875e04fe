"""read = accepted + repaired + rejected, held on every file that any test reads.

While it is watched, each file says at least one word, each feature becomes land or a refusal of
its own name, and nothing is lost or made up between what was settled and what is counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from hkm_gis import readers
from hkm_gis.parcels import intake, settling
from hkm_gis.parcels.land import Parcel
from hkm_gis.readers import FoundFile
from hkm_gis.record import Rejection, Remark
from hkm_gis.text import say

__all__ = ["watch"]


def watch(patch: pytest.MonkeyPatch) -> None:
    """Hold the promise in this process, through every door by which files and features come in."""
    read_found, settle, gathered = readers.read_found, settling.settle, intake._gathered

    def read_and_told(file: FoundFile, **options: Any) -> Iterator[Any]:
        told = 0
        for outcome in read_found(file, **options):
            assert outcome.source.startswith(file.source), (outcome, file)
            told += 1
            yield outcome
        assert told, f"{file.source} was read and nothing is said of it"

    def settled_under_its_name(feature: Any, *options: Any) -> Any:
        became, remarks = settle(feature, *options)
        features = [became] if isinstance(became, Rejection) else became
        assert features, f"{feature.source}, {feature.feature} became nothing"
        for one in features:
            assert one.source == feature.source
            assert one.feature.startswith(feature.feature)
        return became, remarks

    def counted(outcomes: Iterable[Any], *options: Any) -> intake.Intake:
        became = list(outcomes)
        result = gathered(became, *options)
        kinds = [type(outcome) for outcome in became]
        assert len(result.parcels) == kinds.count(Parcel)
        assert len(result.rejected) == kinds.count(Rejection)
        assert len(result.remarks) == kinds.count(Remark)
        assert result.features == result.accepted + result.repaired + len(result.rejected)
        assert result.features == len(became) - len(result.remarks)
        _have_words(result)
        return result

    for room in (readers, settling):
        patch.setattr(room, "read_found", read_and_told)
    patch.setattr(settling, "settle", settled_under_its_name)
    patch.setattr(intake, "_gathered", counted)


def _have_words(result: intake.Intake) -> None:
    for lang in ("id", "en"):
        for rejection in result.rejected:
            assert say(f"rejections.{rejection.reason}", lang, **rejection.facts)
        for change in (*result.repairs, *result.remarks):
            assert say(f"repairs.{change.rule}", lang, **change.facts)
