"""Commands about the proposal package: pack-proposal, verify-proposal."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from hkm_gis.cli.drawing import results_folder
from hkm_gis.cli.options import (
    format_option,
    help_of,
    input_options,
    lang_option,
    out_option,
    quiet_option,
    survey_from,
)
from hkm_gis.cli.usage import command

__all__ = ["pack_proposal", "verify_proposal"]


@command("pack-proposal")
@input_options
@lang_option
@out_option
@quiet_option
def pack_proposal(lang: str, out: str | None, quiet: bool, **given: Any) -> int:
    """Pack one ZIP with everything the office asks for."""
    import hkm_gis

    survey = survey_from(**given)
    report = hkm_gis.check(survey)
    wanted = None if given["parcels"] else given["file_group"]
    folder = Path(out) if out else results_folder(given["project"], given["parcels"]) / "usulan"
    groups = survey.groups if wanted is None else (wanted,)
    for group in groups:
        path = hkm_gis.pack_proposal(survey, report, group, folder, lang=lang)
        if not quiet:
            click.echo(path)
    return int(any(report.of_group(group).blocking for group in groups))


@command("verify-proposal")
@click.argument("file")
@click.option("--qr", help=help_of("qr"))
@format_option("text", "json")
@lang_option
def verify_proposal(file: str, qr: str | None, form: str, lang: str) -> int:
    """Tell whether a package was changed since it was packed."""
    import hkm_gis

    verdict = hkm_gis.verify_proposal(file, qr=qr)
    if form == "json":
        said = {"intact": verdict.intact, **asdict(verdict)}
        click.echo(json.dumps(said, ensure_ascii=False, indent=1))
    else:
        from hkm_gis.proposal import tell_verification

        for line in tell_verification(verdict, lang):
            click.echo(line)
    return int(not verdict.intact)
