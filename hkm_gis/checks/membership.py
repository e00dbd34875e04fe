"""The members of the groups whose land was read."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from hkm_gis.survey import Survey

__all__ = [
    "fold_spelling",
    "groups_by_spelling",
    "household_counts",
    "member_counts",
    "members_of_survey",
]


def members_of_survey(survey: Survey) -> pd.DataFrame:
    """Return the rows of the register whose group has parcels, named as the parcels name it."""
    assert survey.register is not None  # noqa: S101 - its callers have asked
    known = groups_by_spelling(survey)
    table = survey.register.table
    named = {name: known.get(fold_spelling(name), "") for name in table["group"].unique()}
    group = table["group"].map(named)
    return table.assign(group=group)[group != ""]


def groups_by_spelling(survey: Survey) -> dict[str, str]:
    """Return each mapped group by its name as `fold_spelling` compares it.

    A list that names no group is the list of the only group there is.
    """
    known = {fold_spelling(group): group for group in survey.groups}
    return {"": survey.groups[0], **known} if len(known) == 1 else known


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


def fold_spelling(name: str) -> str:
    """Return a name in small letters with single spaces."""
    return " ".join(name.split()).casefold()
