"""The report as plain text, for a terminal or a printout."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from hkm_gis.checks.intake import code_of_refusal
from hkm_gis.parcels import Intake
from hkm_gis.privacy import redact
from hkm_gis.project import Acceptance
from hkm_gis.report import Finding, Lapse, Report, Severity, Status
from hkm_gis.survey import Survey
from hkm_gis.text import phrase, say
from hkm_gis.wording import explain, tell_feature, tell_finding, tell_fix

__all__ = ["report_as_text", "summary_as_text", "tell_lapse", "tell_settled"]

# More lines of one code than this are a wall nobody reads; the rest is in the XLSX and JSON.
_SHOWN = 20
_ALIKE = 3  # findings of one file that say the same become one line, which names the first two


def report_as_text(survey: Survey, report: Report, lang: str) -> str:
    """Return all that was read, mended, refused and found, in plain words."""
    blocks = [
        *_opening(survey, lang),
        *_findings(report, lang),
        *_lapsed(report, lang),
        *_advice(report, lang),
        _verdict(report, lang),
    ]
    return _printable("\n".join(blocks) + "\n")


def summary_as_text(survey: Survey, report: Report, lang: str) -> str:
    """Return what was read and how many findings there are of each check."""
    lines = [*_opening(survey, lang)]
    for code, count in report.summary.items():
        told = explain(code, lang=lang)
        mark = say(f"plain.severity.{told.severity}", lang)
        lines.append(f"  {code}  {count:>3} ×  {told.title} [{mark}]")
    return _printable("\n".join([*lines, "", _verdict(report, lang)]) + "\n")


def _opening(survey: Survey, lang: str) -> Iterator[str]:
    intake, forest = survey.intake, survey.forest
    yield say(
        "plain.read",
        lang,
        features=intake.features,
        accepted=intake.accepted,
        repaired=intake.repaired,
        rejected=len(intake.rejected),
    )
    if intake.rejected:
        yield say("plain.not_used", lang, kinds=tuple(_kinds_not_used(intake, lang)))
    if forest is None:
        yield say("plain.no_forest", lang)
    else:
        yield say(
            "plain.forest" if forest.stated_ha else "plain.forest_not_stated",
            lang,
            name=redact(forest.name),
            area_ha=forest.area_ha,
            stated_ha=forest.stated_ha,
        )
        if forest.example:
            yield say("plain.example", lang)
    for group, parcels in survey.parcels.groupby("group", sort=False):
        yield say(
            "plain.group",
            lang,
            group=group,
            parcels=len(parcels),
            area_ha=float(parcels["area_ha"].sum()),
        )
    yield ""


def _kinds_not_used(intake: Intake, lang: str) -> Iterator[str]:
    count = Counter(code_of_refusal(rejection) for rejection in intake.rejected)
    for code, features in sorted(count.items()):
        yield say(f"plain.not_used_as.{code}", lang, features=features)


def _findings(report: Report, lang: str) -> Iterator[str]:
    # Every repair and every refused feature is a finding too, so nothing is left out here.
    for (code, severity), same in groupby(report.findings, key=lambda f: (f.code, f.severity)):
        found = list(same)
        told = explain(code, lang=lang)
        weight = say(f"plain.severity.{severity}", lang)
        yield f"{code} {told.title} ({len(found)}) [{weight}]"
        # One piece of advice for all, unless it names what it speaks of.
        shared = "{" not in phrase(f"checks.{code}.fix", lang)
        lines = _alike(found, lang) if shared else [[finding] for finding in found]
        for finding, *others in lines[:_SHOWN]:
            several = _several([finding, *others], lang) if others else finding
            yield f"  - {_marked(finding, lang)}{tell_finding(several, lang)}"
            if finding.settled is not None:
                yield "    " + tell_settled(finding.settled, lang)
            elif not shared:
                yield f"    → {tell_fix(finding, lang)}"
        if len(lines) > _SHOWN:
            yield "  " + say("plain.more", lang, more=sum(map(len, lines[_SHOWN:])))
        if shared:
            yield f"  → {told.fix}"
        yield ""


def _alike(found: Sequence[Finding], lang: str) -> list[list[Finding]]:
    """Return the findings line by line: many of one file that say the same are one line."""
    same: dict[str, list[Finding]] = {}
    for finding in found:
        same.setdefault(_said_of_file(finding, lang), []).append(finding)
    lines = [[f] for few in same.values() if len(few) < _ALIKE for f in few]
    lines += [many for many in same.values() if len(many) >= _ALIKE]
    place = {id(finding): k for k, finding in enumerate(found)}
    return sorted(lines, key=lambda line: place[id(line[0])])


def _said_of_file(finding: Finding, lang: str) -> str:
    if finding.severity is Severity.ERROR or finding.settled or "feature" not in finding.facts:
        return f"{id(finding)}"  # nothing that stands in the way is left unnamed
    return tell_finding(replace(finding, facts={**finding.facts, "feature": ""}), lang)


def _several(alike: Sequence[Finding], lang: str) -> Finding:
    """Return one finding that speaks for several, with their number in place of its feature."""
    first, second = (tell_feature(str(f.facts["feature"]), lang) for f in alike[:2])
    told = say("plain.alike", lang, times=len(alike), first=first, second=second)
    return replace(alike[0], facts={**alike[0].facts, "feature": told})


def _marked(finding: Finding, lang: str) -> str:
    if finding.status is Status.OPEN:
        return ""
    unmarked = finding.settled is not None and not finding.settled.land
    return say("plain.accepted_unmarked" if unmarked else "plain.accepted", lang) + " "


def tell_settled(acceptance: Acceptance, lang: str) -> str:
    """Return who accepted a finding, when and why, on one line."""
    who, when, why = acceptance.who, acceptance.when, acceptance.why
    return say("plain.settled", lang, who=who, when=when, why=why)


def tell_lapse(lapse: Lapse, lang: str) -> str:
    """Return why an acceptance no longer holds."""
    one = lapse.acceptance
    facts = {"code": one.code, "parcels": one.parcels, "who": one.who, "when": one.when}
    return say(f"plain.lapsed.{lapse.reason}", lang, **facts)


def _lapsed(report: Report, lang: str) -> Iterator[str]:
    if report.lapsed:
        yield say("plain.lapsed_head", lang, lapses=len(report.lapsed))
        yield from (f"  - {tell_lapse(lapse, lang)}" for lapse in report.lapsed)
        yield ""


def _advice(report: Report, lang: str) -> Iterator[str]:
    if report.blocking:
        yield say("plain.how_to_accept", lang)
        yield ""


def _verdict(report: Report, lang: str) -> str:
    blocking = len(report.blocking)
    warnings = sum(
        f.severity is Severity.WARNING and f.status is Status.OPEN for f in report.findings
    )
    key = "plain.not_ready" if blocking else "plain.ready"
    return say(key, lang, errors=blocking, warnings=warnings)


def _printable(text: str) -> str:
    # A name may hold terminal escapes or marks that turn the line round; they are dropped.
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf"))
