"""B1 to B9: XML that unfolds, reaches for other files, or was cut, mixed or typed wrongly."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest
from badfiles import PARCEL, Case, case, prove, text
from fieldfiles import RING, gpx, kml, track

WALK = gpx(track(RING))
MAP = kml(PARCEL)
LAUGHS = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
BILLION = f'<!DOCTYPE x [<!ENTITY e0 "haha">{LAUGHS}]>'
QUADRATIC = f'<!DOCTYPE x [<!ENTITY e9 "{"a" * 50_000}">]>'
OF_A_FILE = '<!DOCTYPE x [<!ENTITY e9 SYSTEM "../rahasia.csv">]>'
OF_THE_NET = '<!DOCTYPE x [<!ENTITY e9 SYSTEM "http://127.0.0.1:9/a">]>'
DTD_OF_THE_NET = '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/a.dtd">'
PERHAPS_UTF8 = WALK.replace(' encoding="UTF-8"', "").replace("Pak Budi", "José")


def headed(document: str, head: str, *, times: int = 1) -> str:
    """Put a document type before the root, and its largest entity into the name."""
    filled = document.replace("Pak Budi", "&e9;" * times).replace("Andil 1", "&e9;" * times)
    return filled.replace("?>\n", f"?>\n{head}", 1)


@pytest.mark.parametrize(
    "expected",
    [
        case(
            f"{row} {what} in {name}",
            text(name, headed(document, head, times=times)),
            rejected=(f"S01 xml_document_type, {name}",),
        )
        for row, what, head, times in (
            ("B1", "a billion laughs", BILLION, 1),
            ("B2", "one word ten thousand times", QUADRATIC, 10_000),
            ("B3", "the text of a file", OF_A_FILE, 1),
            ("B4", "the text of a page", OF_THE_NET, 1),
            ("B4", "the rules of a page", DTD_OF_THE_NET, 0),
        )
        for name, document in (("a.gpx", WALK), ("a.kml", MAP))
    ],
)
def test_a_document_that_declares_words_is_refused_before_they_unfold(
    expected: Case, folder: Path
) -> None:
    tracemalloc.start()
    prove(expected, folder)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak_bytes < 20e6


@pytest.mark.parametrize(
    "expected",
    [
        case(
            "B5 folders without end",
            text("a.kml", kml("<Folder>" * 100_000 + "</Folder>" * 100_000)),
            rejected=("S01 xml_too_deep, a.kml",),
        ),
        case(
            "B5 elements without end",
            text("a.gpx", gpx("<extensions>" * 100_000 + "</extensions>" * 100_000)),
            rejected=("S01 xml_too_deep, a.gpx",),
        ),
        case("B6 cut gpx", text("a.gpx", WALK[:-90]), rejected=("S01 file_cut_short, a.gpx",)),
        case("B6 cut kml", text("a.kml", MAP[:-90]), rejected=("S01 file_cut_short, a.kml",)),
        case(
            "B6 cut in a number",
            text("a.gpx", WALK[: WALK.rindex("lat=") + 7]),
            rejected=("S01 file_cut_short, a.gpx",),
        ),
        case(
            "B7 utf-16",
            text("a.gpx", WALK.replace("UTF-8", "UTF-16").encode("utf-16")),
            accepted=1,
        ),
        case("B7 mark of utf-8", text("a.kml", "\ufeff" + MAP), accepted=1),
        case(
            "B7 cp1252 declared",
            text("a.gpx", WALK.replace("UTF-8", "cp1252").replace("Budi", "é").encode("cp1252")),
            accepted=1,
        ),
        case(
            "B7 latin-1 undeclared",
            text("a.gpx", PERHAPS_UTF8.encode("latin-1")),
            accepted=1,
            remarks=("letters_guessed",),
        ),
        case(
            "B8 junk after gpx", text("a.gpx", WALK + "<x/>"), rejected=("S01 xml_damaged, a.gpx",)
        ),
        case(
            "B8 junk after kml", text("a.kml", MAP + "<x/>"), rejected=("S01 xml_damaged, a.kml",)
        ),
        case(
            "B8 xml 2.0",
            text("a.gpx", WALK.replace('version="1.0"', 'version="2.0"', 1)),
            accepted=1,
        ),
        case(
            "B9 undefined in gpx",
            text("a.gpx", WALK.replace('lat="-5.42"', 'lat="undefined"', 1)),
            rejected=('S01 bad_coordinate, a.gpx, track 1 "Pak Budi"',),
        ),
        case(
            "B9 undefined in kml",
            text("a.kml", MAP.replace("-5.42,", "undefined,", 1)),
            rejected=('S01 bad_coordinate, a.kml, placemark 1 "Andil 1"',),
        ),
    ],
)
def test_damaged_xml_gives_all_of_a_feature_or_says_why_not(expected: Case, folder: Path) -> None:
    prove(expected, folder)


@pytest.mark.bad_input("B7")
def test_letters_that_had_to_be_guessed_are_no_mojibake(folder: Path) -> None:
    guessed = Case(
        text("a.gpx", PERHAPS_UTF8.encode("cp1252")), accepted=1, remarks=("letters_guessed",)
    )

    assert prove(guessed, folder).parcels["member"].tolist() == ["José", "Pak Warno"]
