"""The results of ``hkm check`` in every format that the command line promises."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from hkm_gis.errors import TableError
from hkm_gis.exports.acceptances import report_as_toml
from hkm_gis.exports.geojson import as_geometry, as_records, strict_json, write_geojson
from hkm_gis.exports.geopackage import write_geopackage
from hkm_gis.exports.layers import Layer, finding_table, parted, total_table, with_land
from hkm_gis.exports.names import one_line, program_version
from hkm_gis.exports.plain import report_as_text, summary_as_text, tell_lapse
from hkm_gis.exports.sarif import report_as_sarif
from hkm_gis.exports.workbook import write_workbook
from hkm_gis.privacy import Disguise, disguise, redact
from hkm_gis.project import Acceptance
from hkm_gis.record import Rejection
from hkm_gis.report import Finding, Lapse, Report
from hkm_gis.text import phrase
from hkm_gis.wording import explain, tell_finding, tell_fix, tell_rejection

if TYPE_CHECKING:  # only named in signatures
    from hkm_gis.survey import Survey

__all__ = ["REPORT_FORMATS", "report_as_dict", "write_report"]

FORMAT_VERSION = 1
"""Version of the JSON; it rises when a name in it goes or changes its meaning."""

_PARCEL_KEYS = (
    "parcel_id",
    "group",
    "household",
    "member",
    "source",
    "area_ha",
    "utm_ha",
    "uncertainty_ha",
    "outside_ha",
)


def write_report(survey: Survey, report: Report, *, format: str, lang: str = "id") -> bytes:  # noqa: A002
    """Return the results of the checks as a file of ``format``.

    Parameters
    ----------
    survey, report
        What was read and what was found.
    format
        One of `REPORT_FORMATS`: ``text`` and ``summary`` for people, ``xlsx`` for offices,
        ``gpkg`` (in the CRS of the project, with the symbols of QGIS) for their maps,
        ``json``, ``geojson`` (EPSG:4326) and ``sarif`` (2.1.0) for programs, ``toml`` with the
        open findings as blocks for ``hkm.toml``.
    lang
        Language of all sentences.

    Returns
    -------
    bytes
        UTF-8 but for ``xlsx`` and ``gpkg``; the same for the same survey.

    Raises
    ------
    TableError
        The format is none of these.
    """
    writer = _WRITERS.get(format)
    if writer is None:
        raise TableError("format_unknown", format=format, formats=REPORT_FORMATS)
    return writer(survey, report, lang)


def report_as_dict(survey: Survey, report: Report, lang: str = "id") -> dict[str, Any]:
    """Return the results of the checks as the JSON object that ``CLI.md`` promises.

    Names of members stand in it, identity numbers never; every number is unrounded, what is not
    known is None.
    """
    veil = disguise(survey, hide_names=False)
    intake = survey.intake
    return {
        "version": FORMAT_VERSION,
        "program": program_version(),
        "forest": _forest(survey),
        "read": {
            "features": intake.features,
            "accepted": intake.accepted,
            "repaired": intake.repaired,
            "rejected": len(intake.rejected),
        },
        "rejected": [_rejection(r, lang) for r in intake.rejected],
        "parcels": as_records(_parcels(survey, veil)),
        "findings": [_finding(veil.finding(f), lang) for f in report.findings],
        "lapsed": [_lapse(lapse, veil, lang) for lapse in report.lapsed],
        "summary": report.summary,
    }


def _forest(survey: Survey) -> dict[str, object] | None:
    forest = survey.forest
    if forest is None:
        return None
    keys = ("area_ha", "utm_ha", "stated_ha", "crs", "sha256")
    return {"name": redact(forest.name)} | {key: getattr(forest, key) for key in keys}


def _rejection(rejection: Rejection, lang: str) -> dict[str, str]:
    return {
        "source": redact(rejection.source),
        "feature": redact(rejection.feature),
        "code": rejection.code,
        "reason": redact(tell_rejection(rejection, lang)),
    }


def _finding(finding: Finding, lang: str) -> dict[str, Any]:
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": str(finding.severity),
        "status": str(finding.status),
        "accepted": None if finding.settled is None else _settled(finding.settled),
        "parcels": list(finding.parcels),
        "groups": list(finding.groups),
        "where": as_geometry(finding.where),
        "facts": _facts(finding.facts),
        "message": redact(tell_finding(finding, lang)),
        "fix": redact(tell_fix(finding, lang)),
    }


def _settled(acceptance: Acceptance) -> dict[str, str]:
    words = {"who": acceptance.who, "when": acceptance.when, "why": acceptance.why}
    return {key: redact(word) for key, word in words.items()} | {"land": acceptance.land}


def _lapse(lapse: Lapse, veil: Disguise, lang: str) -> dict[str, object]:
    one = lapse.acceptance
    return {
        "code": one.code,
        "parcels": [veil.parcel(p) for p in one.parcels],
        "reason": lapse.reason,
        **_settled(one),
        "message": redact(tell_lapse(lapse, lang)),
    }


def _facts(facts: Mapping[str, Any]) -> dict[str, object]:
    return as_records(pd.DataFrame([dict(facts)], dtype=object))[0] if facts else {}


def _parcels(survey: Survey, veil: Disguise) -> pd.DataFrame:
    table = veil.table(pd.DataFrame(with_land(survey)).drop(columns="geometry"))
    if "outside_ha" not in table.columns:
        table["outside_ha"] = None  # without a boundary nobody knows
    for column in ("group", "household", "member", "source"):
        table[column] = [veil.text(str(v)) for v in table[column]]
    return table[list(_PARCEL_KEYS)]


def _as_json(survey: Survey, report: Report, lang: str) -> bytes:
    return strict_json(report_as_dict(survey, report, lang))


def _as_geojson(survey: Survey, report: Report, lang: str) -> bytes:
    return write_geojson(finding_table(report, disguise(survey, hide_names=False), lang=lang))


def _as_sarif(survey: Survey, report: Report, lang: str) -> bytes:
    return strict_json(report_as_sarif(survey, report, lang))


def _as_xlsx(survey: Survey, report: Report, lang: str) -> bytes:
    veil = disguise(survey, hide_names=False)
    rejected = [_rejection(r, lang) for r in survey.intake.rejected]
    found = finding_table(report, veil, lang=lang)
    told = {c: [phrase(f"exports.word.{v}", lang) for v in found[c]] for c in _CODED}
    told["name"] = [explain(code, lang=lang).title for code in found["code"]]
    sheets = {
        "ringkasan": total_table(report, lang),
        "temuan": found.assign(**told),
        "gugur": _lapsed_table(report, veil, lang),
        "ditolak": pd.DataFrame(rejected, columns=["source", "feature", "code", "reason"]),
        "andil": _parcels(survey, veil),
    }
    shown = {name: table for name, table in sheets.items() if name != "gugur" or len(table)}
    return write_workbook(shown, heading=lambda column: phrase(f"exports.column.{column}", lang))


_CODED = ("severity", "status")


def _lapsed_table(report: Report, veil: Disguise, lang: str) -> pd.DataFrame:
    rows = [_lapse(lapse, veil, lang) for lapse in report.lapsed]
    return pd.DataFrame(rows, columns=["code", "parcels", "who", "when", "why", "land", "message"])


def _as_gpkg(survey: Survey, report: Report, lang: str) -> bytes:
    found = finding_table(report, disguise(survey, hide_names=False), lang=lang)
    layers = {layer.name: layer.frame for layer in parted(Layer("findings", found))}
    return write_geopackage(
        layers,
        crs_epsg=survey.project.crs_epsg,
        heading=lambda column: phrase(f"exports.column.{column}", lang),
        word=lambda code: phrase(f"exports.word.{code}", lang),
    )


def _as_text(survey: Survey, report: Report, lang: str) -> bytes:
    return _lines(report_as_text(survey, report, lang))


def _as_summary(survey: Survey, report: Report, lang: str) -> bytes:
    return _lines(summary_as_text(survey, report, lang))


def _as_toml(survey: Survey, report: Report, lang: str) -> bytes:
    return report_as_toml(survey, report, lang).encode()


def _lines(text: str) -> bytes:
    return "\n".join(one_line(redact(line)) for line in text.split("\n")).encode()


_WRITERS: Mapping[str, Callable[[Survey, Report, str], bytes]] = {
    "text": _as_text,
    "summary": _as_summary,
    "json": _as_json,
    "geojson": _as_geojson,
    "xlsx": _as_xlsx,
    "gpkg": _as_gpkg,
    "sarif": _as_sarif,
    "toml": _as_toml,
}

REPORT_FORMATS = tuple(_WRITERS)
"""What `write_report` can write."""
