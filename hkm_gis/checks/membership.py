"""The members of the groups whose land was read."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from hkm_gis.survey import Survey

__all__ = ["household_counts", "member_counts", "members_of_survey"]


def members_of_survey(survey: Survey) -> pd.DataFrame:
    """Return the rows of the register whose group has parcels, named as the parcels name it."""
    assert survey.register is not None  # noqa: S101 - its callers have asked
    spelling = {_folded(group): group for group in dict.fromkeys(survey.parcels["group"])}
    table = survey.register.table
    named = {name: spelling.get(_folded(name), "") for name in table["group"].unique()}
    group = table["group"].map(named)
    if len(spelling) == 1:
        # A list that names no group is the list of the only group there is.
        group = group.mask(table["group"] == "", next(iter(spelling.values())))
    return table.assign(group=group)[group != ""]


def member_counts(survey: Survey) -> Iterator[tuple[str, int]]:
    """Yield each mapped group with its number of registered members; nothing without a list."""
    return _counts(survey, "member_id")


def household_counts(survey: Survey) -> Iterator[tuple[str, int]]:
    """Yield each mapped group with its number of registered families; nothing without a list."""
    return _counts(survey, "household")


def _counts(survey: Survey, column: str) -> Iterator[tuple[str, int]]:
    if survey.register is not None:
        count = members_of_survey(survey).groupby("group")[column].nunique()
        for group in survey.groups:
            yield group, int(count.get(group, 0))


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()
