"""What a forest is kept for: the codes of FUNGSIKWS, however a program has stored them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shapely.geometry.base import BaseGeometry

from hkm_gis.database import Place
from hkm_gis.forest.drawing import land_of_features
from hkm_gis.readers import Feature

__all__ = ["FUNCTION_FIELDS", "function_code", "lands_by_function", "padded_code"]

FUNCTION_FIELDS = ("fungsikws", "f_kws", "fungsi")
"""Fields that hold the function, the surest first; without case."""

# The ministry's codes; 1002 and its kin (sanctuaries, parks) are one class here.
_OF_CODE = {
    "1001": "HL",
    "1002": "KSA/KPA",
    "1003": "HP",
    "1004": "HPT",
    "1005": "HPK",
    "1007": "APL",
    "5001": "AIR",
    "5003": "AIR",
}
_OF_WORDS = {
    "hutan lindung": "HL",
    "hutan produksi": "HP",
    "hutan produksi tetap": "HP",
    "hutan produksi terbatas": "HPT",
    "hutan produksi yang dapat dikonversi": "HPK",
    "areal penggunaan lain": "APL",
    "hutan konservasi": "KSA/KPA",
    "tubuh air": "AIR",
}


def padded_code(code: str) -> str:
    """Return a numeric code in the newer form of six digits: 1001 and 1001.0 are 100100.

    Raises
    ------
    ValueError
        It is no number.
    """
    return f"{float(code):.0f}".ljust(6, "0")


def function_code(said: str) -> str:
    """Return HL, HP, HPT, HPK, KSA/KPA, APL or AIR for what a layer says; else what it says.

    Examples
    --------
    >>> [function_code(said) for said in ("1001", "100100.0", "10021", "hutan lindung", "7")]
    ['HL', 'HL', 'KSA/KPA', 'HL', '7']
    """
    text = " ".join(said.split())
    try:
        return _OF_CODE.get(padded_code(text)[:4], text)
    except ValueError:
        return _OF_WORDS.get(text.casefold(), text.upper())


def lands_by_function(
    features: Sequence[Feature], crs: str, file: Place
) -> tuple[tuple[str, BaseGeometry], ...]:
    """Return the land (lon/lat) of each function that the features name, in their order."""
    of: dict[str, list[Feature]] = {}
    for feature in features:
        said = _said(feature.properties)
        if said:
            of.setdefault(function_code(said), []).append(feature)
    return tuple((code, land_of_features(some, crs, file)) for code, some in of.items())


def _said(properties: Mapping[str, str]) -> str:
    values = {name.casefold(): value.strip() for name, value in properties.items()}
    return next((values[field] for field in FUNCTION_FIELDS if values.get(field)), "")
