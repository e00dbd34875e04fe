"""What each regulation asks, and how sure anybody is of it."""

from __future__ import annotations

import pytest

from hkm_gis.errors import ProjectError
from hkm_gis.regulation import REGULATIONS, load_regulation
from hkm_gis.text import LANGUAGES, phrase

CONFIDENCES = {"verified", "believed"}


@pytest.mark.parametrize("code", REGULATIONS)
def test_every_value_names_its_source_and_how_sure_it_is(code: str) -> None:
    regulation = load_regulation(code)
    stated = [*regulation.rules.values(), *regulation.papers]
    assert all(s.source for s in stated)
    assert {s.confidence for s in stated} <= CONFIDENCES


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", REGULATIONS)
def test_every_rule_and_paper_has_its_words(code: str, lang: str) -> None:
    regulation = load_regulation(code)
    keys = [f"rule.{key}" for key in regulation.rules]
    for paper in regulation.papers:
        keys.append(f"paper.{paper.name}")
        keys += [f"form.{form}" for form in paper.forms]
        keys += [f"signer.{signer}" for signer in paper.signed_by]
    assert all(phrase(f"regulation.{key}", lang) for key in keys)


@pytest.mark.parametrize("code", REGULATIONS)
def test_the_six_papers_of_a_proposal_are_asked(code: str) -> None:
    asked = {paper.name for paper in load_regulation(code).papers}
    assert asked >= {
        "peta",
        "adart",
        "rencana_kerja",
        "daftar_anggota",
        "struktur",
        "surat_pengantar",
    }


def test_the_limit_of_a_household_is_believed_and_the_members_are_verified() -> None:
    regulation = load_regulation("permenlhk_9_2021")
    assert regulation.number("household_max_ha") == 5.0
    assert not regulation.rules["household_max_ha"].is_verified
    assert regulation.number("members_min") == 15
    assert regulation.rules["members_min"].is_verified


@pytest.mark.parametrize("code", ["p37_2007_p13_2010", "p83_2016"])
def test_a_regulation_without_a_limit_gives_none_not_zero(code: str) -> None:
    regulation = load_regulation(code)
    assert "household_max_ha" in regulation.rules
    assert regulation.number("household_max_ha") is None


def test_a_map_scale_read_for_another_permit_is_only_believed() -> None:
    regulation = load_regulation("permenlhk_9_2021")
    assert regulation.value("map_scale_min") == 50_000
    assert not regulation.rules["map_scale_min"].is_verified


def test_an_unasked_key_is_none() -> None:
    regulation = load_regulation("p83_2016")
    assert regulation.value("members_min") is None
    assert "members_min" not in regulation.rules


def test_an_unknown_regulation_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ProjectError) as refused:
        load_regulation("p99_1999")
    assert refused.value.key == "regulation_unknown"
    assert refused.value.facts["known"] == REGULATIONS
