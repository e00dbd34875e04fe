"""One written name against a list: what is sure, what is shown to a person, what is nobody."""

from __future__ import annotations

from random import Random

import pytest
from land import lonlat
from registers import (
    WAYS,
    Claim,
    Farmer,
    parcels_of,
    register_of,
)

from hkm_gis.members import fold_name
from hkm_gis.pairing import doubtful_matches, match_members
from hkm_gis.parcels import take_in
from hkm_gis.readers import Feature
from hkm_gis.walks import Walk


def match_of(written, *listed, group="KTH Mawar"):
    """Return how one written name is matched to a list of names, one household each."""
    farmers = [Farmer(name, "KTH Mawar", f"KK-{n}") for n, name in enumerate(listed)]
    claims = parcels_of([Claim(written, group, "", "")])
    register = register_of(farmers)
    listed_pairs = doubtful_matches(claims, register)
    return match_members(claims, register)["match"].iloc[0], listed_pairs["candidate"].tolist()


@pytest.mark.parametrize("way", ["as listed", "capitals, spaces", "title", "Muhammad", "order"])
def test_a_name_that_nobody_shares_is_sure_in_every_usual_dress(way):
    names = ["Muhammad Yusuf Hidayat", "Siti Aminah", "Bambang Wibowo", "Ratna Sulastri"]
    rng = Random(3)

    assert {match_of(WAYS[way](rng, name), *names)[0] for name in names} == {"name"}


@pytest.mark.parametrize(
    ("written", "listed", "match"),
    [
        ("Djoko Soesanto", "Joko Susanto", "name"),
        ("Tjipto Hartono", "Cipto Hartono", "name"),
        ("Sri Hartini", "Srihartini", "name"),
        ("Abdulrahman", "Abdul Rahman", "name"),
        ("Soekarno", "Sukarno", "doubtful"),
        ("Moh. Joesoef", "Muhammad Jusuf", "doubtful"),
        ("Jani Susanto", "Yani Susanto", "doubtful"),
        ("Arip Hidayat", "Arif Hidayat", "doubtful"),
        ("Sutrisna Hidayat", "Sutrisno Hidayat", "doubtful"),
        ("Sri Adi", "Sriadi", "doubtful"),
    ],
)
def test_old_spelling_and_spaces_are_sure_only_for_a_name_of_two_words(written, listed, match):
    assert match_of(written, listed)[0] == match
    assert match_of(listed, written)[0] == match


def test_two_families_with_one_name_but_for_its_spelling_are_for_a_person_to_decide():
    match, candidates = match_of("Djoko Soesanto", "Joko Susanto", "Joko Soesanto")

    assert match == "doubtful"
    assert sorted(candidates) == ["Joko Soesanto", "Joko Susanto"]


def test_an_initial_behind_a_name_is_neither_haji_nor_muhammad():
    assert match_of("Suparno H.", "Suparno")[0] == "doubtful"
    assert match_of("Suparman M.", "Muhammad Suparman")[0] == "doubtful"
    assert match_of("H. Suparno", "Suparno")[0] == "name"
    assert match_of("M. Suparman", "Muhammad Suparman")[0] == "name"
    assert match_of("Suparman, M.", "Muhammad Suparman")[0] == "name"


def test_a_name_that_another_member_has_behind_muhammad_is_for_a_person_to_decide():
    names = ["Suparman", "Muhammad Suparman"]

    assert match_of("Suparman", *names) == ("doubtful", names)
    assert match_of("Moh. Suparman", *names)[0] == "name"


def test_a_son_and_a_father_are_two_names():
    assert fold_name("Ahmad bin Saleh") != fold_name("Saleh bin Ahmad")
    assert match_of("Saleh bin Ahmad", "Ahmad bin Saleh")[0] != "name"


@pytest.mark.parametrize("written", ["Hidayat", "Ahmad H.", "A. Hidayat", "Ahmad Fauzi Hidayat"])
def test_a_name_with_a_word_less_or_an_initial_is_shown_to_a_person(written):
    assert match_of(written, "Ahmad Hidayat", "Bambang Wibowo") == ("doubtful", ["Ahmad Hidayat"])


def test_a_part_that_six_people_have_tells_nobody():
    names = [f"Siti {word}" for word in ("Aminah", "Hasanah", "Rohmah", "Zulaikha", "Nur", "Umi")]

    assert match_of("Siti", *names) == ("none", [])
    assert match_of("Siti", *names[:5]) == ("doubtful", names[:5])


def test_a_muhammad_beside_the_same_name_without_it_leaves_the_choice_to_a_person():
    found, offered = match_of("Suparman", "Suparman", "Muhammad Suparman")

    assert (found, len(offered)) == ("doubtful", 2)


def test_old_spelling_of_both_words_is_the_same_name():
    assert match_of("Soepardi Soekarno", "Supardi Sukarno", "Sukirman") == ("name", [])


def test_one_word_of_a_longer_name_is_offered_and_not_taken():
    found, offered = match_of("Hartini", "Wahyu Hartini", "Tukiran")

    assert (found, len(offered)) == ("doubtful", 1)


@pytest.mark.parametrize("name", ["RL-01 Wagiman", "Wagiman_RL-01", "rl-01", "Wagiman", ""])
def test_a_walk_that_is_named_as_the_guide_says_belongs_to_its_farmer(name):
    ring = lonlat([(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)])
    file = "KTH Mawar/RL-01 Wagiman.gpx"
    walked = Feature(source=file, feature="track 1", name=name, walk=Walk((ring,)), crs="EPSG:4326")
    farmers = [Farmer("Wagiman", "KTH Mawar", "KK-1"), Farmer("Budi", "KTH Mawar", "KK-2")]

    found = match_members(take_in([walked]).parcels, register_of(farmers))

    assert found[["parcel_id", "member", "household"]].values.tolist() in (
        [["RL-01", "Wagiman", "KK-1"]],
        [["rl-01", "Wagiman", "KK-1"]],
    )
