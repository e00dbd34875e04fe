"""The report as plain text, for a terminal or a printout."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import groupby

from hkm_gis.report import Finding, Report, Severity, Status
from hkm_gis.survey import Survey
from hkm_gis.text import phrase, say
from hkm_gis.wording import explain, tell_finding, tell_fix, tell_rejection, tell_repair

__all__ = ["report_as_text", "summary_as_text"]

# More findings of one code than this are a wall nobody reads; the rest is in the XLSX and JSON.
_SHOWN = 20


def report_as_text(survey: Survey, report: Report, lang: str) -> str:
    """Return all that was read, mended, refused and found, in plain words."""
    blocks = [
        *_opening(survey, lang),
        *_rejections(survey, lang),
        *_repairs(survey, lang),
        *_findings(report, lang),
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
    if forest is None:
        yield say("plain.no_forest", lang)
    else:
        yield say(
            "plain.forest",
            lang,
            name=forest.name,
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


def _rejections(survey: Survey, lang: str) -> Iterator[str]:
    if survey.intake.rejected:
        yield say("plain.rejected_title", lang)
        for rejection in survey.intake.rejected:
            place = " · ".join(filter(None, (rejection.source, rejection.feature)))
            yield f"  {place}: {tell_rejection(rejection, lang)}"
        yield ""


def _repairs(survey: Survey, lang: str) -> Iterator[str]:
    if survey.intake.repairs:
        yield say("plain.repaired_title", lang)
        for (source, feature), repairs in groupby(
            survey.intake.repairs, key=lambda r: (r.source, r.feature)
        ):
            place = " · ".join(filter(None, (source, feature)))
            yield f"  {place}: " + " ".join(tell_repair(r, lang) for r in repairs)
        yield ""


def _findings(report: Report, lang: str) -> Iterator[str]:
    for code, same in groupby(report.findings, key=lambda f: f.code):
        found = list(same)
        told = explain(code, lang=lang)
        severity = say(f"plain.severity.{found[0].severity}", lang)
        yield f"{code} {told.title} ({len(found)}) [{severity}]"
        # One piece of advice for all, unless it names what it speaks of.
        shared = "{" not in phrase(f"checks.{code}.fix", lang)
        for finding in found[:_SHOWN]:
            yield f"  - {_marked(finding, lang)}{tell_finding(finding, lang)}"
            if not shared:
                yield f"    → {tell_fix(finding, lang)}"
        if len(found) > _SHOWN:
            yield "  " + say("plain.more", lang, more=len(found) - _SHOWN)
        if shared:
            yield f"  → {told.fix}"
        yield ""


def _marked(finding: Finding, lang: str) -> str:
    return "" if finding.status is Status.OPEN else say("plain.accepted", lang) + " "


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
