"""Findings in plain words: the place they name is written in the reader's language."""

from __future__ import annotations

import pytest

from hkm_gis.checks import find_check
from hkm_gis.wording import tell_finding


@pytest.mark.parametrize(
    ("feature", "told"),
    [
        ("row 6", "a.xlsx · baris 6"),
        ('sheet "Melati" row 6', 'a.xlsx · lembar "Melati" baris 6'),
        ('sheet "row 2 " of row" row 6', 'a.xlsx · lembar "row 2 " of row" baris 6'),
        ('track 2 "row 6"', 'a.xlsx · jalur 2 "row 6"'),
        ("andil.7", "a.xlsx · andil.7"),
        ("", "a.xlsx"),
    ],
)
def test_a_place_is_told_in_the_language_and_names_stay_as_written(feature, told):
    facts = {"place": "", "source": "a.xlsx", "feature": feature, "reason": "member_without_name"}
    finding = find_check("H04").finding(facts=facts)

    assert tell_finding(finding, "id").startswith(f"{told}: ")
