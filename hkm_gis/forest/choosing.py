"""Which features of a boundary layer are this forest: ``FIELD = value``."""

from __future__ import annotations

import re

from hkm_gis.database import Place
from hkm_gis.errors import FileError
from hkm_gis.forest.functions import FUNCTION_FIELDS, padded_code
from hkm_gis.readers import Feature

__all__ = ["chosen_features"]


def chosen_features(features: list[Feature], where: str, file: Place) -> list[Feature]:
    """Return the features that ``where`` chooses, all where it is empty.

    Raises
    ------
    FileError
        ``where`` is no condition, no feature has its field, or none matches.
    """
    if not where.strip():
        chosen = features
    else:
        condition = _CONDITION.fullmatch(where.strip())
        if condition is None:
            raise FileError("forest_where", where=where)
        field, value = condition["field"].casefold(), condition["text"] or condition["bare"] or ""
        said = [{k.casefold(): v for k, v in f.properties.items()} for f in features]
        if not any(field in words for words in said):
            names = tuple(sorted({k for f in features for k in f.properties}))
            raise FileError(
                "forest_no_field", file=file.name, field=condition["field"], names=names
            )
        wanted = _comparable(field, value)
        chosen = [
            f
            for f, words in zip(features, said, strict=True)
            if field in words and _comparable(field, words[field]) == wanted
        ]
    if not chosen:
        raise FileError("forest_nothing_chosen", file=file.name, where=where)
    return chosen


_CONDITION = re.compile(
    r"""(?P<field>\w+)\s*={1,2}\s*(?:(?P<quote>['"])(?P<text>.*)(?P=quote)|(?P<bare>[^'"].*))"""
)


def _comparable(field: str, value: str) -> str | float:
    text = " ".join(value.split()).casefold()
    try:
        number = float(text)
    except ValueError:
        return text
    if field in FUNCTION_FIELDS:
        return float(padded_code(text))  # 1001 and 100100 are both protection forest
    return number
