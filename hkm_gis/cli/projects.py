"""Commands about whole projects: new-project, run, demo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hkm_gis.cli.options import (
    PROCESSES,
    lang_option,
    overwrite_option,
    quiet_option,
    sheet_options,
)
from hkm_gis.cli.output import progress_bar, tell_files
from hkm_gis.cli.person import TerminalPerson, agrees, somebody_is_there
from hkm_gis.cli.usage import command
from hkm_gis.text import say

if TYPE_CHECKING:
    from hkm_gis.workflow import Job

__all__ = ["demo", "new_project", "run"]


@command("new-project")
@click.argument("folder", metavar="FOLDER")
@lang_option
@overwrite_option
def new_project(folder: str, lang: str, overwrite: bool) -> None:
    """Make an empty project folder."""
    import hkm_gis

    made = hkm_gis.new_project(folder, lang=lang, overwrite=overwrite)
    if somebody_is_there():
        from hkm_gis.starter import interview

        person = TerminalPerson(lang)
        person.tell("start")
        interview(made, person, everything=True)
    click.echo(say("cli.made_project", lang, folder=made))


@command("run")
@click.argument("project", required=False, default=".")
@sheet_options
@lang_option
@quiet_option
def run(
    project: str,
    scale: int | None,
    paper: str,
    orientation: str,
    large_print: bool,
    lang: str,
    quiet: bool,
) -> int:
    """Do the whole job for a project."""
    import hkm_gis

    if somebody_is_there() and not quiet:
        _lead(Path(project), lang)
    with progress_bar(lang, quiet=quiet) as progress:
        job = hkm_gis.run(
            project,
            lang=lang,
            scale=scale,
            paper=paper,
            orientation=orientation,
            large_print=large_print,
            processes=PROCESSES,
            progress=progress,
        )
    if not quiet:
        _tell(job, project, lang)
        click.secho(_next_step(job, project, lang), bold=True)
    return int(bool(job.report.blocking))


@command("demo")
@click.argument("folder", required=False, default="contoh-register30", metavar="[FOLDER]")
@lang_option
@overwrite_option
@quiet_option
def demo(folder: str, lang: str, overwrite: bool, quiet: bool) -> int:
    """Write the bundled example and do the whole job on it."""
    import hkm_gis

    with progress_bar(lang, quiet=quiet) as progress:
        job = hkm_gis.run_demo(folder, lang=lang, overwrite=overwrite, progress=progress)
    if not quiet:
        _tell(job, folder, lang)
        click.echo(say("cli.demo_done", lang, folder=folder))
    return 0


def _lead(home: Path, lang: str) -> None:
    """Ask the person for what the project lacks; a script is never asked."""
    from hkm_gis.project import PROJECT_FILE
    from hkm_gis.starter import interview, new_project

    if not (home / PROJECT_FILE).is_file():
        if not agrees("make_project", lang):
            return
        new_project(home, lang=lang, overwrite=True)
    interview(home, TerminalPerson(lang))


def _tell(job: Job, home: str, lang: str) -> None:
    from hkm_gis.exports import write_report
    from hkm_gis.results import RESULTS_FOLDER, results_by_kind

    summary = write_report(job.survey, job.report, format="summary", lang=lang)
    click.echo(summary.decode())
    results = Path(home) / RESULTS_FOLDER
    for kind, paths in results_by_kind(job.files, results).items():
        title, purpose = (say(f"results.{key}", lang) for key in (kind, f"{kind}_help"))
        tell_files(f"{title}: {purpose}", paths)


def _next_step(job: Job, home: str, lang: str) -> str:
    if not job.report.blocking:
        return say("results.next_ready", lang)
    read = next(path for path in job.tables if path.suffix == ".txt")
    return say("results.next_open", lang, findings=read, folder=home)
