"""The open findings as blocks that people copy into ``hkm.toml`` once they have settled them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from hkm_gis.acceptance import mark_land
from hkm_gis.exports.names import one_line
from hkm_gis.privacy import Disguise, disguise, redact
from hkm_gis.report import Finding, Report, Severity, Status
from hkm_gis.text import phrase
from hkm_gis.wording import tell_finding

if TYPE_CHECKING:  # only named in signatures
    from hkm_gis.survey import Survey

__all__ = ["report_as_toml"]


def report_as_toml(survey: Survey, report: Report, lang: str) -> str:
    """Return one ``[[accepted]]`` block for each open error or warning, who, when and why empty.

    A note blocks nothing, so nobody has to accept it.
    """
    veil = disguise(survey, hide_names=False)
    wanted = [f for f in report.findings if _can_be_settled(f)]
    marks = mark_land(wanted, survey.parcels)
    blocks = [_block(f, mark, veil, lang) for f, mark in zip(wanted, marks, strict=True)]
    head = [f"# {line}" for line in phrase("plain.toml_head", lang).splitlines()]
    return "\n\n".join(["\n".join(head), *blocks]) + "\n"


def _can_be_settled(finding: Finding) -> bool:
    return finding.status is Status.OPEN and finding.severity is not Severity.NOTE


def _block(finding: Finding, land: str, veil: Disguise, lang: str) -> str:
    shown = veil.finding(finding)
    lines = [
        f"# {one_line(redact(tell_finding(shown, lang)))}",
        "[[accepted]]",
        f"code = {_quoted(finding.code)}",
        f"parcels = {_quoted(list(shown.parcels))}",
        f"land = {_quoted(land)}",
        *(f'{key} = ""' for key in ("who", "when", "why")),
    ]
    return "\n".join(lines)


def _quoted(value: str | Sequence[str]) -> str:
    # A JSON text is a TOML text, but for DEL, which TOML wants escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
