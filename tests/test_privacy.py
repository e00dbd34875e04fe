"""What may leave the office."""

from __future__ import annotations

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
    ],
)
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


def test_no_word_of_a_public_finding_names_a_person() -> None:
    veil = disguise(hamlet())

    told = str([veil.finding(f).facts for f in findings().findings])
    assert not [canary for canary in CANARIES if canary in told]


def test_the_office_gets_name_and_numbers_from_the_register() -> None:
    facts = member_facts(hamlet())

    assert facts.iloc[0].tolist() == [BUDI, NIK, KK]
    assert facts.iloc[1].tolist() == ["", "", ""]
    assert isinstance(facts, pd.DataFrame)
