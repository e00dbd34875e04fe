"""Commands about this computer: serve, doctor."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import click

from hkm_gis.cli.options import format_option, help_of, lang_option, quiet_option
from hkm_gis.cli.usage import command
from hkm_gis.text import say

__all__ = ["doctor", "serve"]

# What the title of an examination names, where the examination itself could not be made.
UNKNOWN: dict[str, Any] = {"version": "?", "count": "?", "free_mb": "?", "folder": "?"}


@command("serve")
@click.argument("project", required=False, default=".", metavar="[PROJECT]")
@click.option("--port", type=click.IntRange(0, 65535), default=0, metavar="N", help=help_of("port"))
@click.option("--no-browser", is_flag=True, help=help_of("no_browser"))
@lang_option
@quiet_option
def serve(project: str, port: int, no_browser: bool, lang: str, quiet: bool) -> None:
    """Do the whole job on a page of this computer."""
    import hkm_gis

    def ready(address: str) -> None:
        if not quiet:
            click.echo(say("cli.serving", lang, address=address))

    hkm_gis.serve(project, port=port, lang=lang, open_browser=not no_browser, ready=ready)


@command("doctor")
@format_option("text", "json")
@lang_option
def doctor(form: str, lang: str) -> int:
    """Say whether the installation can do its work."""
    import hkm_gis

    found = hkm_gis.run_doctor()
    unsound = [e for e in found if not e.sound]
    if form == "json":
        click.echo(json.dumps([asdict(e) for e in found], ensure_ascii=False, indent=1))
        return int(bool(unsound))
    for seen in found:
        state = say("doctor.sound" if seen.sound else "doctor.unsound", lang)
        title = say(f"doctor.{seen.name}.title", lang, **UNKNOWN | dict(seen.facts))
        click.secho(f"{state:<7} {title}", fg=None if seen.sound else "red")
        if not seen.sound:
            click.echo(f"        {say(f'doctor.{seen.name}.fix', lang, **seen.facts)}")
    verdict = "some_unsound" if unsound else "all_sound"
    click.echo(say(f"doctor.{verdict}", lang, count=len(unsound)))
    return int(bool(unsound))
