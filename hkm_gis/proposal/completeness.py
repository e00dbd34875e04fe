"""Which papers the regulation asks for, which are there, and who must sign them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from hkm_gis.proposal.papers import GivenPaper
from hkm_gis.regulation import Paper, Regulation
from hkm_gis.text import say

__all__ = ["PaperState", "Standing", "list_papers", "tell_paper", "tell_signers"]


class Standing(StrEnum):
    """Whether a paper is there, as far as a program can tell."""

    PRESENT = "present"
    """Its file can be opened. Nobody checked what stands in it, or the signatures."""
    MISSING = "missing"
    NOT_CHECKED = "not_checked"
    """There is a file of this name, but its bytes do not prove a paper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperState:
    """One paper that the regulation asks for, and how it stands.

    Attributes
    ----------
    name
        Code of the paper; its words are ``regulation.paper.<name>``.
    standing
        Present, missing or not checked.
    files
        What answers it: paths in the package.
    problems
        For each file that proves nothing its name and why (``proposal.problem.<code>``).
    draft
        Path of the draft that the program has written for it; "" where it writes none.
    signed_by
        Who must sign, in order.
    confidence, signers_confidence
        Whether somebody read in the source that the paper, and these signatures, are asked for.
    """

    name: str
    standing: Standing
    files: tuple[str, ...] = ()
    problems: tuple[tuple[str, str], ...] = ()
    draft: str = ""
    signed_by: tuple[str, ...] = ()
    confidence: str = "believed"
    signers_confidence: str = "believed"


def list_papers(
    regulation: Regulation,
    given: Sequence[GivenPaper],
    *,
    place_of: Callable[[GivenPaper], str] = lambda paper: paper.name,
    written: Sequence[tuple[str, str]] = (),
    drafts: Mapping[str, str] = MappingProxyType({}),
) -> tuple[PaperState, ...]:
    """Return how each paper that ``regulation`` asks for stands.

    Parameters
    ----------
    regulation
        What is asked.
    given
        What people have put into ``dokumen``.
    place_of
        Where a given paper lies in the package.
    written
        Paper and path of what the program writes whole.
    drafts
        Paper → path of a draft of the program. A draft never makes a paper present.
    """
    states = []
    for paper in regulation.papers:
        mine = [g for g in given if paper.name in g.answers]
        own = tuple(path for name, path in written if name == paper.name)
        states.append(
            PaperState(
                name=paper.name,
                standing=_standing(bool(own) or any(not g.problem for g in mine), bool(mine)),
                files=own + tuple(map(place_of, mine)),
                problems=tuple((place_of(g), g.problem) for g in mine if g.problem),
                draft=drafts.get(paper.name, ""),
                signed_by=paper.signed_by,
                confidence=paper.confidence,
                signers_confidence=_signers_confidence(regulation, paper),
            )
        )
    return tuple(states)


def tell_paper(state: PaperState, lang: str) -> str:
    """Return the name of a paper in words."""
    return say(f"regulation.paper.{state.name}", lang)


def tell_signers(state: PaperState, lang: str) -> str:
    """Return who must sign a paper; a dash where nobody must."""
    return ", ".join(say(f"regulation.signer.{who}", lang) for who in state.signed_by) or "–"


def _standing(is_good: bool, is_there: bool) -> Standing:
    if is_good:
        return Standing.PRESENT
    return Standing.NOT_CHECKED if is_there else Standing.MISSING


def _signers_confidence(regulation: Regulation, paper: Paper) -> str:
    rule = regulation.rules.get("signed_by")
    known = rule is not None and rule.value == paper.signed_by
    return rule.confidence if rule is not None and known else "believed"
