"""What each regulation asks of a proposal, each value with its source and how sure it is."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from hkm_gis.errors import ProjectError

__all__ = ["REGULATIONS", "Paper", "Regulation", "Rule", "load_regulation"]

REGULATIONS = tuple(
    sorted(f.name.removesuffix(".toml") for f in files(__package__).iterdir() if ".toml" in f.name)
)
"""Codes of the regulations that ``hkm.toml`` may name: one for each file of this folder."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One value of a regulation: what, where it stands, and whether anybody checked it."""

    value: object
    """None where the regulation sets no value for this key, as far as is known."""
    source: str
    confidence: str
    """``verified`` (read in the source) or ``believed`` (outputs say "belum diperiksa")."""

    @property
    def is_verified(self) -> bool:
        """Whether somebody read the value in its source: only such a value may refuse."""
        return self.confidence == "verified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One paper that a proposal must hold.

    Attributes
    ----------
    name
        ``peta``, ``adart``, ``rencana_kerja``, ``daftar_anggota``, ``struktur``,
        ``surat_pengantar``, ``salinan_ktp_kk``; its words are ``regulation.paper.<name>``.
    forms
        How it is handed in: ``cetak``, ``shapefile``, ``excel``.
    signed_by
        Who signs, in order: ``ketua``, ``kepala_pekon``; words ``regulation.signer.<code>``.
    source, confidence
        As in `Rule`, of the paper being asked; how sure the signers are is rule ``signed_by``.
    """

    name: str
    forms: tuple[str, ...]
    signed_by: tuple[str, ...]
    source: str
    confidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Regulation:
    """One regulation: ``rules`` by key (``household_max_ha``, ``members_min`` ...).

    Keys: ``forest_functions``, ``members_min``, ``members_max_gapoktan`` (above it the members
    may form a gapoktan), ``household_max_ha``, ``unit_max_ha``, ``map_scale_min`` (the largest
    denominator that the map may have), ``map_content``, ``map_forms``, ``map_crs``,
    ``member_fields``, ``letter_fields``, ``signed_by``, ``wet_stamp``. Lists are tuples of text.
    """

    code: str
    title: str
    rules: Mapping[str, Rule]
    papers: tuple[Paper, ...] = ()
    short_title: str = ""
    """The title as people say it: ``P.83/2016``."""

    def value(self, key: str) -> object:
        """Return the value of ``key``, or None where the regulation asks nothing."""
        rule = self.rules.get(key)
        return rule.value if rule else None

    def number(self, key: str) -> float | None:
        """Return the value of ``key`` where it is a number, else None."""
        value = self.value(key)
        return float(value) if isinstance(value, (int, float)) else None


def load_regulation(code: str) -> Regulation:
    """Return what one regulation asks of a proposal.

    Parameters
    ----------
    code
        One of `REGULATIONS`.

    Raises
    ------
    ProjectError
        There is no such regulation; the sentence lists the known codes.

    Examples
    --------
    A regulation that sets no limit returns None, never zero:

    >>> load_regulation("permenlhk_9_2021").value("household_max_ha")
    5.0
    >>> load_regulation("p83_2016").value("household_max_ha") is None
    True
    """
    if code not in REGULATIONS:
        raise ProjectError("regulation_unknown", code=code, known=REGULATIONS)
    said = tomllib.loads(files(__package__).joinpath(f"{code}.toml").read_text("utf-8"))
    return Regulation(
        code=code,
        title=said["title"],
        short_title=said["short_title"],
        rules=MappingProxyType({key: _rule(rule) for key, rule in said["rules"].items()}),
        papers=tuple(_paper(paper) for paper in said["papers"]),
    )


def _rule(said: Mapping[str, Any]) -> Rule:
    # TOML has no null: a rule without a value says that the regulation sets none.
    value = said.get("value")
    kept = tuple(value) if isinstance(value, list) else value
    return Rule(kept, said["source"], said["confidence"])


def _paper(said: Mapping[str, Any]) -> Paper:
    return Paper(
        name=said["name"],
        forms=tuple(said["forms"]),
        signed_by=tuple(said["signed_by"]),
        source=said["source"],
        confidence=said["confidence"],
    )
