"""NIK and family card numbers: their digits, and what cannot be one."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange

__all__ = ["LOST_IN_ROWS", "NUMBERS", "digits_of", "fault_of", "is_number_for_name", "is_whole"]

# An identity number: 6 digits of the region, birth date ddmmyy (women: day + 40), 4 of a serial.
_NUMBER = re.compile(r"\d{6}(\d{2})(\d{2})\d{2}\d{4}")


_WOMAN_DAY = 40


# Provinces by the ministry of home affairs; 99 is none: the numbers of examples and trainings.
_PROVINCES = {
    str(code)
    for block in ("11-19", "21-21", "31-36", "51-53", "61-65", "71-76", "81-82", "91-97", "99-99")
    for code in range(int(block[:2]), int(block[3:]) + 1)
}


_WHOLE = re.compile(r"\d{16}")

_NUMBER_FOR_NAME = re.compile(r"(?i)[^\w]*(?:\d[^\w]*){9,}|\d([.,]\d+)?E\+?\d+")

NUMBERS = (("nik", "NIK"), ("kk", "No. KK"))
"""The columns of numbers, and what a card calls them."""

LOST_IN_ROWS = 5
"""One number of ten ends in 0; that this many all do by chance happens once in 100,000 lists."""


def is_whole(number: str) -> bool:
    """Tell whether a number has all its sixteen digits."""
    return _WHOLE.fullmatch(number) is not None


def is_number_for_name(name: str) -> bool:
    """Tell whether a NIK, KK or phone number stands where a name should.

    As a name it would be shown to everybody.
    """
    return _NUMBER_FOR_NAME.fullmatch(name) is not None


def digits_of(written: str) -> str:
    r"""Return the digits of a number as people and spreadsheets write it.

    Examples
    --------
    >>> digits_of('="9999 0101 0180 0001"'), digits_of("9999010101800001.0"), digits_of("12 rb")
    ('9999010101800001', '9999010101800001', '12rb')
    """
    plain = re.sub(r"(?<=^\d{16})\.0+$", "", written)
    return unicodedata.normalize("NFKC", re.sub(r"[\s.'’‘`´\"=_/-]", "", plain))


def fault_of(digits: str, *, dated: bool) -> str:
    """Return the name of what is wrong with a number, empty if nothing is.

    Parameters
    ----------
    digits
        The number as `digits_of` returns it.
    dated
        True for a NIK, which holds a birth date; the date in a KK is that of the card.
    """
    if re.fullmatch(r"(?i)\d+(,\d+)?e\+?\d+", digits):
        return "number_in_exponent"
    found = _NUMBER.fullmatch(digits)
    if found is None:
        return "number_length"
    day, month = int(found[1]), int(found[2])
    day -= _WOMAN_DAY if day > _WOMAN_DAY else 0
    if dated and not _is_date(day, month):
        return "birth_date_impossible"
    return "" if digits[:2] in _PROVINCES and digits[2:4] != "00" else "region_unknown"


def _is_date(day: int, month: int) -> bool:
    # The two digits of the year do not tell the century, so 29 February may always be.
    return 1 <= month <= 12 and 1 <= day <= monthrange(2000, month)[1]
