"""The options that commands share, and the survey that they add up to."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import click

from hkm_gis.text import LANGUAGES, default_language, named_language, phrase, say

if TYPE_CHECKING:
    from hkm_gis.survey import Survey

__all__ = [
    "PROCESSES",
    "format_option",
    "help_of",
    "input_options",
    "lang_option",
    "out_option",
    "overwrite_option",
    "quiet_option",
    "sheet_options",
    "survey_from",
]

F = TypeVar("F", bound=Callable[..., Any])

PROCESSES = min(os.cpu_count() or 1, 4)
"""How many processes may read files; each takes 150 MB, and a laptop has 4 GB."""


def help_of(key: str) -> str:
    """Return the help text of a command or option in the language of the user."""
    return phrase(f"cli.{key}", named_language())


def input_options(command: F) -> F:
    """Add PROJECT and the loose-file options to a command."""
    for option in reversed(
        (
            click.argument("project", required=False, metavar="[PROJECT]"),
            click.option("--parcels", multiple=True, metavar="PATH", help=help_of("parcels")),
            click.option("--group", "file_group", metavar="NAME", help=help_of("group")),
            click.option("--forest", metavar="PATH", help=help_of("forest")),
            click.option(
                "--forest-ha",
                type=float,
                default=16060.0,
                show_default=True,
                help=help_of("forest_ha"),
            ),
            click.option("--members", metavar="PATH", help=help_of("members")),
            click.option("--crs", default="", metavar="EPSG:N", help=help_of("crs")),
            click.option(
                "--limit",
                "limits",
                multiple=True,
                metavar="NAME=N",
                callback=_limits,
                help=help_of("limit"),
            ),
        )
    ):
        command = option(command)
    return command


def survey_from(
    *,
    project: str | None,
    parcels: tuple[str, ...],
    file_group: str | None,
    forest: str | None,
    forest_ha: float,
    members: str | None,
    crs: str,
    limits: Mapping[str, float],
    tells_refused: bool = False,
) -> Survey:
    """Open the project, or the loose files where any is named, and note what is not in it.

    A command that ``tells_refused`` features itself needs no note.
    """
    from hkm_gis.survey import open_survey

    if project is None and not parcels:
        project = "."
    survey = open_survey(
        project,
        parcels=parcels,
        group=file_group if parcels else None,  # in a project it chooses, it does not rename
        forest=forest,
        forest_ha=forest_ha,
        members=members,
        crs=crs,
        limits=limits,
        processes=PROCESSES,
    )
    if survey.intake.rejected and not tells_refused:
        counts = {"rejected": len(survey.intake.rejected), "features": survey.intake.features}
        click.secho(say("cli.not_all_used", named_language(), **counts), fg="yellow", err=True)
    return survey


def _limits(
    _context: click.Context, parameter: click.Parameter, said: tuple[str, ...]
) -> dict[str, float]:
    named = [text.partition("=") for text in said]
    try:
        return {name.strip(): float(number) for name, _, number in named}
    except ValueError:
        raise click.BadParameter(" ".join(said), param=parameter) from None


def lang_option(command: F) -> F:
    """Add ``--lang`` to a command."""
    return click.option(
        "--lang",
        type=click.Choice(LANGUAGES),
        default=default_language(),
        show_default=True,
        help=help_of("lang"),
    )(command)


def out_option(command: F) -> F:
    """Add ``--out`` to a command."""
    return click.option("--out", metavar="PATH", help=help_of("out"))(command)


def overwrite_option(command: F) -> F:
    """Add ``--overwrite`` to a command."""
    return click.option("--overwrite", is_flag=True, help=help_of("overwrite"))(command)


def quiet_option(command: F) -> F:
    """Add ``--quiet`` to a command."""
    return click.option("--quiet", is_flag=True, help=help_of("quiet"))(command)


def sheet_options(command: F) -> F:
    """Add ``--scale``, ``--paper``, ``--orientation`` and ``--large-print`` to a command."""
    scale = click.option("--scale", type=int, metavar="N", help=help_of("scale"))
    paper = click.option(
        "--paper",
        type=click.Choice(("A4", "A3", "A2", "A1", "A0")),
        default="A3",
        show_default=True,
        help=help_of("paper"),
    )
    lying = click.option(
        "--orientation",
        type=click.Choice(("auto", "landscape", "portrait")),
        default="auto",
        show_default=True,
        help=help_of("orientation"),
    )
    large = click.option("--large-print", is_flag=True, help=help_of("large_print"))
    return scale(paper(lying(large(command))))


def format_option(*forms: str) -> Callable[[F], F]:
    """Add ``--format`` with these choices, the first the default, to a command."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(forms),
        default=forms[0],
        show_default=True,
        help=help_of("format"),
    )
