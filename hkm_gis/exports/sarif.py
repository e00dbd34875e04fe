"""The report as SARIF 2.1.0 (OASIS), which code-review sites show without further help."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from hkm_gis.acceptance import mark_land
from hkm_gis.exports.names import program_version
from hkm_gis.exports.plain import tell_lapse, tell_settled
from hkm_gis.privacy import Disguise, disguise, redact
from hkm_gis.report import Finding, Report, Status
from hkm_gis.wording import explain, tell_finding, tell_fix

if TYPE_CHECKING:  # only named in signatures
    from hkm_gis.survey import Survey

__all__ = ["report_as_sarif"]

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def report_as_sarif(survey: Survey, report: Report, lang: str) -> dict[str, Any]:
    """Return the report as one SARIF run: a rule is a check, a result is a finding.

    An accepted finding is a suppressed result, an acceptance that lapsed a notification. The file
    a parcel was read from is the artifact; the parcel itself is the logical location. The mark of
    the land tells a site that shows many runs which results are the same.
    """
    codes = sorted({f.code for f in report.findings})
    veil = disguise(survey, hide_names=False)
    sources = dict(
        zip(map(veil.parcel, survey.parcels["parcel_id"]), survey.parcels["source"], strict=True)
    )
    name, _, number = program_version().partition(" ")
    driver = {"name": name, "rules": [_rule(code, lang) for code in codes]}
    if number:
        driver["version"] = number
    marks = mark_land(report.findings, survey.parcels)
    results = [
        _result(veil.finding(f), codes.index(f.code), sources, lang)
        | {"partialFingerprints": {"hkmLand/v1": mark}}
        for f, mark in zip(report.findings, marks, strict=True)
    ]
    run = {
        "tool": {"driver": driver},
        "language": lang,
        "invocations": [_invocation(report, veil, lang)],
        "results": results,
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _invocation(report: Report, veil: Disguise, lang: str) -> dict[str, Any]:
    lapsed = [
        {"level": "warning", "message": {"text": veil.text(tell_lapse(lapse, lang))}}
        for lapse in report.lapsed
    ]
    return {"executionSuccessful": True, "toolExecutionNotifications": lapsed}


def _rule(code: str, lang: str) -> dict[str, Any]:
    told = explain(code, lang=lang)
    return {
        "id": code,
        "name": told.name,
        "shortDescription": {"text": told.title},
        "fullDescription": {"text": told.why},
        "help": {"text": told.fix},
        "defaultConfiguration": {"level": str(told.severity)},
    }


def _result(finding: Finding, rule: int, sources: Mapping[str, str], lang: str) -> dict[str, Any]:
    told = f"{tell_finding(finding, lang)} {tell_fix(finding, lang)}"
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": str(finding.severity),
        "message": {"text": redact(told)},
    }
    if finding.parcels:
        result["locations"] = [_location(p, sources.get(p, "")) for p in finding.parcels]
    # An empty list says that nothing is suppressed; none at all would say that nobody knows.
    result["suppressions"] = list(_suppressions(finding, lang))
    return result


def _suppressions(finding: Finding, lang: str) -> Iterator[dict[str, str]]:
    if finding.status is Status.ACCEPTED:
        suppression = {"kind": "external", "status": "accepted"}
        if finding.settled is not None:
            suppression["justification"] = redact(tell_settled(finding.settled, lang))
        yield suppression


def _location(parcel: str, source: str) -> dict[str, Any]:
    location: dict[str, Any] = {"logicalLocations": [{"name": parcel, "kind": "parcel"}]}
    if source:
        uri = quote(redact(source), safe="/")
        location["physicalLocation"] = {"artifactLocation": {"uri": uri}}
    return location
