"""Invented registers with their labels: how many parcels find their farmer, how often wrongly.

A name is written in ten ways, and of four parcels one belongs to a stranger whose name is much like
a member's (`registers`). The bounds lie a little under what is measured; the whole measurement, six
times as large, is run by hand: ``python tests/benchmarks/pairing.py``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from random import Random

import pytest
from registers import (
    STRANGERS,
    WAYS,
    invented_claims,
    invented_farmers,
    parcels_of,
    register_of,
)

from hkm_gis.pairing import doubtful_matches, match_members

Told = dict[str, Counter[str]]


@pytest.fixture(scope="module")
def told() -> Told:
    """Return how often each outcome came of each way to write a name, over two seasons."""
    counted: Told = defaultdict(Counter)
    for seed in range(2):
        rng = Random(seed)
        farmers = invented_farmers(rng, 400)
        claims = invented_claims(rng, farmers, 800)
        register, parcels = register_of(farmers), parcels_of(claims)
        matched = match_members(parcels, register)
        offered = doubtful_matches(parcels, register).groupby("parcel_id")["row"].agg(set)
        for claim, row in zip(claims, matched.itertuples(), strict=True):
            right = row.household == claim.household
            if row.match == "doubtful":
                households = {farmers[n - 2].household for n in offered[row.parcel_id]}
                right = claim.household in households
            counted[claim.way][f"{row.match} {'right' if right else 'wrong'}"] += 1
    return counted


def share(told: Told, way: str, *outcomes: str) -> float:
    return sum(told[way][outcome] for outcome in outcomes) / told[way].total()


def test_every_way_was_tried_often_enough_to_say_something(told: Told) -> None:
    assert set(told) == {*WAYS, *STRANGERS}
    assert min(counted.total() for counted in told.values()) > 50


def test_what_is_sure_is_never_another_household(told: Told) -> None:
    wrong = {way: counted["name wrong"] for way, counted in told.items() if counted["name wrong"]}
    sure = sum(counted["name right"] for counted in told.values())

    assert wrong == {}
    assert sure > 650


@pytest.mark.parametrize("way", STRANGERS)
def test_no_stranger_is_sure_to_be_a_member(told: Told, way: str) -> None:
    assert share(told, way, "name right", "name wrong") == 0


# Where two people of a group have one name, or one has it behind Muhammad, nobody can be sure:
# that is one parcel of eight, however well it is written.
@pytest.mark.parametrize(
    ("way", "sure", "shown"),
    [
        ("as listed", 0.80, 1.0),
        ("capitals, spaces", 0.80, 1.0),
        ("title", 0.80, 1.0),
        ("Muhammad", 0.80, 1.0),
        ("order", 0.80, 1.0),
        ("no spaces", 0.80, 1.0),
        ("old spelling", 0.65, 0.97),
        ("a wrong letter", 0.0, 0.85),
        ("initials", 0.08, 0.70),
        ("one word", 0.10, 0.90),
    ],
)
def test_a_member_is_found_for_sure_or_shown_to_a_person(
    told: Told, way: str, sure: float, shown: float
) -> None:
    assert share(told, way, "name right") >= sure
    assert share(told, way, "name right", "doubtful right") >= shown


def test_of_all_parcels_of_members_most_are_sure_and_nearly_all_are_shown(told: Told) -> None:
    members = {"of the list": Counter[str]()}
    for way in WAYS:
        members["of the list"] += told[way]

    assert share(members, "of the list", "name right") >= 0.55
    assert share(members, "of the list", "name right", "doubtful right") >= 0.94
