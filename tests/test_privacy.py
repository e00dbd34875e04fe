"""What may leave the office."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from hamlet import BUDI, CANARIES, KK, NIK, findings, hamlet

from hkm_gis.exports.archive import pack_zip
from hkm_gis.privacy import (
    MARK,
    PUBLIC_COLUMNS,
    disguise,
    find_identity_numbers,
    member_facts,
    public_columns,
    redact,
)
from hkm_gis.report import Finding, Severity


@pytest.mark.parametrize(
    "number",
    [
        NIK,
        "1806 0512 0180 0001",
        "1806.0512.0180.0001",
        "18-06-05-120180-0001",
        "081234567890",
        "+62 812 3456 7890",
        "0812-3456-7890",
        "1806 - 0512 - 0180 - 0001",
        "1806_0512_0180_0001",
        "1806\u00a00512\u00a00180\u00a00001",
        "(0812) 3456 7890",
        "+62-812-3456-7890",
    ],
)
@pytest.mark.bad_input("I2")
def test_a_number_of_a_person_is_hidden_however_it_is_typed(number: str) -> None:
    assert redact(f"Pak Budi {number}, Gisting.") == f"Pak Budi {MARK}, Gisting."
    assert find_identity_numbers(f"nomor{number}!") == (number,)


@pytest.mark.parametrize(
    "number",
    [
        "104.6512345678901",
        "0.9876543210123456",
        "12.34567890123456",
        "9400898.161283931",
        "1999.999999932479",
        "19999.99999932479",
        "33.PG.1",
        "8123456789.25",
        "812345678901234",
    ],
)
def test_a_measured_number_is_no_number_of_a_person(number: str) -> None:
    assert redact(number) == number
    assert find_identity_numbers(number) == ()


def test_a_number_hides_neither_in_a_zip_nor_in_a_zip_in_a_zip() -> None:
    packed = pack_zip({"a.xlsx": pack_zip({"sheet.xml": f"<t>{NIK}</t>".encode()})})

    assert find_identity_numbers(packed) == (NIK,)


def test_columns_that_nobody_allowed_stay_inside() -> None:
    table = hamlet().parcels.assign(nik=NIK, catatan="rumah merah")

    assert set(public_columns(table, "parcels").columns) <= set(PUBLIC_COLUMNS["parcels"])
    for kind in PUBLIC_COLUMNS:
        assert not {"member", "nik", "kk", "phone", "source"} & set(PUBLIC_COLUMNS[kind])


def test_a_code_that_is_a_name_or_an_identity_number_gets_a_neutral_one() -> None:
    veil = disguise(hamlet())

    assert veil.parcel(NIK) == "andil-4"
    assert veil.parcel("A-1") == "A-1"
    assert veil.households[BUDI] == "kk-C-1"


def test_codes_stay_unique_and_the_same_in_every_table() -> None:
    survey = hamlet()
    veil = disguise(survey)

    parcels, households = veil.table(survey.parcels), veil.table(survey.households)
    assert parcels["parcel_id"].is_unique
    assert list(parcels["household"]) == list(households["household"])


def test_a_phone_number_that_a_spreadsheet_took_for_a_number_is_hidden() -> None:
    assert redact("HP 81234567890, Gisting") == f"HP {MARK}, Gisting"


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("BUDI SANTOSO", "andil-1"),
        ("budi_santoso 2", "andil-1"),
        ("Budi-1", "Budi-1"),
        ("Budi", "Budi"),
    ],
)
def test_a_code_holds_a_name_whatever_its_letters_and_signs(code: str, shown: str) -> None:
    survey = hamlet()
    survey.parcels["parcel_id"] = [code, *survey.parcels["parcel_id"][1:]]

    assert disguise(survey).parcel(code) == shown


def test_a_household_that_is_called_by_its_farmer_and_group_gets_a_code() -> None:
    survey = hamlet()
    survey.parcels["household"] = ["Budi santoso (Rimba Lestari)", *survey.parcels["household"][1:]]

    assert disguise(survey).households["Budi santoso (Rimba Lestari)"] == "kk-A-1"


def from_a_file(**facts: str) -> Finding:
    place = {"source": "Mawar/pak budi.gpx", "feature": 'track 2 "Bu "Siti""', "place": "x"}
    parts = {"name": "feature-unreadable", "severity": Severity.ERROR}
    return Finding(code="S01", facts={**place, "reason": "straight_line", **facts}, **parts)


def test_a_public_finding_tells_the_kind_of_a_file_and_not_what_people_called_it() -> None:
    shown = disguise(hamlet()).finding(from_a_file(value="Siti", problem="/home/siti"))

    assert shown.facts["place"] == f"{MARK}.gpx · track 2"
    assert (shown.facts["value"], shown.facts["problem"]) == (MARK, MARK)
    assert shown.facts["reason"] == "straight_line"
    assert "iti" not in str(shown.facts).casefold()


def test_a_public_finding_names_a_parcel_by_its_code_instead_of_its_file() -> None:
    found = replace(from_a_file(), parcels=("A-1", NIK))

    assert disguise(hamlet()).finding(found).facts["place"] == "A-1, andil-4"


def test_the_copy_of_the_office_tells_where_to_look() -> None:
    told = disguise(hamlet(), hide_names=False).finding(from_a_file(value="Siti"))

    assert told.facts["feature"] == 'track 2 "Bu "Siti""'
    assert told.facts["value"] == "Siti"


def test_no_word_of_a_public_finding_names_a_person() -> None:
    veil = disguise(hamlet())

    told = str([veil.finding(f).facts for f in findings().findings])
    assert not [canary for canary in CANARIES if canary in told]


def test_the_office_gets_name_and_numbers_from_the_register() -> None:
    facts = member_facts(hamlet())

    assert facts.iloc[0].tolist() == [BUDI, NIK, KK]
    assert facts.iloc[1].tolist() == ["", "", ""]
    assert isinstance(facts, pd.DataFrame)
