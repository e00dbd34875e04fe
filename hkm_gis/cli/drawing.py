"""Commands that draw and write maps and data: draw-sheets, draw-map, export."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from hkm_gis.cli.options import (
    help_of,
    input_options,
    lang_option,
    out_option,
    overwrite_option,
    quiet_option,
    sheet_options,
    survey_from,
)
from hkm_gis.cli.output import progress_bar, target
from hkm_gis.cli.usage import command

__all__ = ["draw_map", "draw_sheets", "export", "guide"]

RESULTS = Path("hasil")

SHEET_KINDS = ("work-area", "location", "detail", "household", "conflict", "field", "list")
"""Maps, then A4 pages; named here too so that ``--help`` loads no map."""


def results_folder(project: str | None, parcels: tuple[str, ...]) -> Path:
    """Return where results go when nobody says: ``hasil`` in the project, or here."""
    return RESULTS if parcels else Path(project or ".") / RESULTS


@command("draw-sheets")
@input_options
@click.option(
    "--kind",
    "kinds",
    type=click.Choice(SHEET_KINDS),
    multiple=True,
    help=help_of("kind"),
)
@sheet_options
@lang_option
@out_option
@quiet_option
def draw_sheets(
    kinds: tuple[str, ...],
    scale: int | None,
    paper: str,
    orientation: str,
    large_print: bool,
    lang: str,
    out: str | None,
    quiet: bool,
    **given: Any,
) -> None:
    """Draw the printable map sheets."""
    import hkm_gis

    survey = survey_from(**given)
    group = None if given["parcels"] else given["file_group"]
    folder = Path(out) if out else results_folder(given["project"], given["parcels"]) / "peta"
    report = hkm_gis.check(survey)
    with progress_bar(lang, quiet=quiet) as tell:
        sheets = hkm_gis.draw_sheets(
            survey,
            report,
            folder,
            group=group,
            kinds=kinds,
            scale=scale,
            paper=paper,
            orientation=orientation,
            large_print=large_print,
            lang=lang,
            progress=lambda done, total: tell("sheets", done, total),
        )
    _print_paths(sheets, quiet=quiet)


@command("draw-map")
@input_options
@click.option("--tiles", metavar="osm|URL", help=help_of("tiles"))
@lang_option
@out_option
@overwrite_option
@quiet_option
def draw_map(
    tiles: str | None, lang: str, out: str | None, overwrite: bool, quiet: bool, **given: Any
) -> None:
    """Draw the interactive map, one HTML file."""
    import hkm_gis

    survey = survey_from(**given)
    path = (
        target(out, overwrite=overwrite)
        if out
        else results_folder(given["project"], given["parcels"]) / "peta.html"
    )
    report = hkm_gis.check(survey)
    drawn = hkm_gis.draw_map(survey, report, path, lang=lang, tiles=tiles)
    _print_paths([drawn], quiet=quiet)


@command("export")
@input_options
@click.option(
    "--to",
    "form",
    type=click.Choice(("gpkg", "shp", "kmz", "geojson", "xlsx", "gpx", "postgis")),
    required=True,
    help=help_of("to"),
)
@click.option("--private", is_flag=True, help=help_of("private"))
@lang_option
@out_option
@quiet_option
def export(form: str, private: bool, lang: str, out: str | None, quiet: bool, **given: Any) -> None:
    """Write parcels, overlaps and households for other programs."""
    import hkm_gis

    survey = survey_from(**given)
    report = hkm_gis.check(survey)
    if form == "postgis":
        from hkm_gis.exports import export_to_postgis

        tables = export_to_postgis(survey, report, out or "", private=private, lang=lang)
        _print_paths(tables, quiet=quiet)
        return
    folder = Path(out) if out else results_folder(given["project"], given["parcels"]) / "data"
    written = hkm_gis.export(survey, report, folder, to=form, private=private, lang=lang)
    _print_paths(written, quiet=quiet)


def _print_paths(paths: Sequence[str | Path], *, quiet: bool) -> None:
    if not quiet:
        for path in paths:
            click.echo(path)


@command("guide")
@lang_option
@out_option
@overwrite_option
def guide(lang: str, out: str | None, overwrite: bool) -> None:
    """Write the guide for facilitators."""
    import hkm_gis

    click.echo(hkm_gis.draw_guide(target(out or "panduan.pdf", overwrite=overwrite), lang=lang))
