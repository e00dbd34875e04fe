"""Words and numbers as each language writes them."""

from __future__ import annotations

import errno
import os

import pytest

from hkm_gis.errors import errno_name
from hkm_gis.text import (
    LANGUAGES,
    catalogue,
    default_language,
    fill,
    number,
    phrase,
    say,
    written_degrees,
)


@pytest.mark.parametrize(
    ("value", "decimals", "indonesian", "english"),
    [
        (16060.0, 2, "16.060,00", "16,060.00"),
        (1234567.891, 2, "1.234.567,89", "1,234,567.89"),
        (-0.5, 1, "-0,5", "-0.5"),
        (float("nan"), 2, "tidak diketahui", "not known"),
    ],
)
def test_numbers_are_written_the_way_of_the_language(value, decimals, indonesian, english):
    assert indonesian == number(value, "id", decimals)
    assert english == number(value, "en", decimals)


def test_a_fact_is_written_by_the_unit_in_its_name(monkeypatch):
    words = {"s": "{gap_m} m, {area_ha} ha, {area_m2} m², {n}, {ids}, {lat_deg}"}
    spoken = dict(catalogue("id")) | {"t": words}
    monkeypatch.setattr("hkm_gis.text.catalogue", lambda _lang: spoken)

    said = say(
        "t.s", "id", gap_m=41.74, area_ha=0.5, area_m2=1234.5, n=1200, ids=("A", "B"), lat_deg=-5.4
    )

    assert said == "41,7 m, 0,50 ha, 1.234 m², 1.200, A, B, -5,400000"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_the_system_refuses_is_told_in_the_language_of_the_user(lang):
    words = catalogue(lang)["system"]

    assert {"ENOSPC", "EACCES", "EROFS", "EIO", "EBUSY", "ENOENT", "ENAMETOOLONG"} <= words.keys()
    assert words.keys() <= {*errno.errorcode.values()}
    for name, word in words.items():
        assert fill("{problem_errno}", lang, problem_errno=name) == word
        assert word.lower() != os.strerror(getattr(errno, name)).lower()
    assert fill("{problem_errno}", lang, problem_errno="EBADMSG") == "EBADMSG"


def test_a_file_that_windows_says_is_open_elsewhere_is_in_use():
    problem = PermissionError(13, "Prosesnya tidak dapat mengakses berkas")
    assert errno_name(problem) == "EACCES"

    problem.winerror = 32
    assert errno_name(problem) == "EBUSY"
    assert errno_name(OSError("tanpa nomor")) == "OSError"


def test_braces_in_a_name_stay_as_they_are(monkeypatch):
    monkeypatch.setattr("hkm_gis.text.catalogue", lambda _lang: {"t": {"s": "{name}!"}})

    assert say("t.s", "id", name="{0.__class__}{x}") == "{0.__class__}{x}!"


def test_words_that_do_not_exist_are_a_key_error():
    with pytest.raises(KeyError):
        phrase("errors.no_such_key", "id")
    with pytest.raises(ValueError, match="lang"):
        phrase("errors.project_missing", "fr")


def test_the_language_of_the_user_is_indonesian_unless_named(monkeypatch):
    monkeypatch.delenv("HKM_LANG", raising=False)
    assert default_language() == "id"
    monkeypatch.setenv("HKM_LANG", "en")
    assert default_language() == "en"
    monkeypatch.setenv("HKM_LANG", "xx")
    assert default_language() == "id"


@pytest.mark.parametrize(
    ("seconds", "axis", "words"),
    [
        (-(5 * 3600 + 26 * 60), "lat", "5° 26' 0\" LS"),
        (104 * 3600 + 30 * 60, "lon", "104° 30' 0\" BT"),
        (0, "lat", "0° 0' 0\" LU"),
        (-15, "lon", "0° 0' 15\" BB"),
        (3599.5, "lon", "1° 0' 0\" BT"),
    ],
)
def test_degrees_are_written_as_the_ministry_writes_them(seconds, axis, words):
    assert written_degrees(seconds / 3600, axis, "id", 0) == words
