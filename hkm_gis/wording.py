"""A finding, a repair or a refusal in plain words, and what each check is about."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hkm_gis.checks import find_check
from hkm_gis.record import Rejection
from hkm_gis.report import Finding, Severity
from hkm_gis.text import catalogue, phrase, say

__all__ = ["Explanation", "explain", "tell_feature", "tell_finding", "tell_fix", "tell_rejection"]


@dataclass(frozen=True, slots=True)
class Explanation:
    """What one check looks for, why it matters, and how people settle it."""

    code: str
    name: str
    severity: Severity
    title: str
    why: str
    fix: str

    def __str__(self) -> str:
        return f"{self.code} {self.title}\n\n{self.why}\n\n{self.fix}"


def explain(code: str, *, lang: str = "id") -> Explanation:
    """Say in plain words what the check ``code`` looks for, why, and what to do.

    Parameters
    ----------
    code
        Code of the check in capitals or not, or its name.
    lang
        Language of the words, ``id`` or ``en``.

    Returns
    -------
    Explanation
        Its code, name and severity, and the three texts.

    Raises
    ------
    CheckError
        No check has this code.

    Examples
    --------
    >>> explain("O01", lang="en").name
    'groups-overlap'
    """
    check = find_check(code)
    title, why, fix = (phrase(f"checks.{check.code}.{part}", lang) for part in _PARTS)
    return Explanation(check.code, check.name, check.severity, title, why, fix)


_PARTS = ("title", "why", "fix")


def tell_finding(finding: Finding, lang: str) -> str:
    """Return the sentence that says what was found and where."""
    # Where one check speaks with two severities, the rarer one has words of its own.
    own = f"{finding.code}.{finding.severity}.finding"
    key = own if own in catalogue(lang)["checks"] else f"{finding.code}.finding"
    return say(f"checks.{key}", lang, **_spoken(finding, lang))


def tell_fix(finding: Finding, lang: str) -> str:
    """Return the sentence that says what to do next about a finding."""
    return say(f"checks.{finding.code}.fix", lang, **_spoken(finding, lang))


def tell_rejection(rejection: Rejection, lang: str) -> str:
    """Return the sentence that says why a feature could not become a parcel."""
    return say(f"rejections.{rejection.reason}", lang, **rejection.facts)


def _spoken(finding: Finding, lang: str) -> dict[str, object]:
    # A refusal or a repair inside a finding is itself a sentence with facts of its own.
    spoken: dict[str, object] = dict(finding.facts)
    for fact, room in (("reason", "rejections"), ("rule", "repairs")):
        if fact in spoken:
            spoken[fact] = say(f"{room}.{spoken[fact]}", lang, **finding.facts)
    if "place" in spoken:
        feature = tell_feature(str(finding.facts["feature"]), lang)
        spoken["place"] = " · ".join(filter(None, (str(finding.facts["source"]), feature)))
    return spoken


def tell_feature(feature: str, lang: str) -> str:
    """Return what a reader calls a feature, in the words of the language."""
    # Readers label a feature by its kind, in one language for all programs: ``track 2 "Budi"``,
    # ``sheet "Melati" row 6``.
    kinds = catalogue(lang)["features"]
    sheet, rest = re.findall(r'(?s)^(sheet ".*?" (?=\w+ \d))?(.*)$', feature)[0]
    words = (part.partition(" ") for part in (sheet, rest))
    return "".join(kinds.get(kind, kind) + space + more for kind, space, more in words)
