"""Commands that look and count: check, explain, find-overlaps, sum-households, read-recap."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import click

from hkm_gis.cli.options import (
    format_option,
    help_of,
    input_options,
    lang_option,
    out_option,
    overwrite_option,
    quiet_option,
    survey_from,
)
from hkm_gis.cli.output import give
from hkm_gis.cli.usage import command

__all__ = ["check", "explain", "find_overlaps", "read_recap", "sum_households"]


@command("check")
@input_options
@format_option("text", "json", "geojson", "xlsx", "gpkg", "sarif", "toml")
@lang_option
@out_option
@overwrite_option
@quiet_option
def check(form: str, lang: str, out: str | None, overwrite: bool, quiet: bool, **given: Any) -> int:
    """Read everything and run every check."""
    import hkm_gis
    from hkm_gis.exports import write_report

    survey = survey_from(**given, tells_refused=True)
    report = hkm_gis.check(survey)
    survey.remember()
    if not (quiet and out is None and form == "text"):
        give(write_report(survey, report, format=form, lang=lang), out, overwrite=overwrite)
    return int(bool(report.blocking))


@command("explain")
@click.argument("code", required=False)
@format_option("text", "json")
@lang_option
def explain(code: str | None, form: str, lang: str) -> None:
    """Say in plain words what a check looks for, or list all checks."""
    import hkm_gis
    from hkm_gis.checks import CHECKS

    codes = [code] if code else [c.code for c in CHECKS]
    known = [hkm_gis.explain(c, lang=lang) for c in codes]
    if form == "json":
        click.echo(json.dumps([asdict(k) for k in known], ensure_ascii=False, indent=1))
    elif code:
        click.echo(str(known[0]))
    else:
        for k in known:
            click.echo(f"{k.code}  {k.title}")


@command("find-overlaps")
@input_options
@click.option(
    "--between",
    type=click.Choice(("parcels", "households", "groups")),
    default="parcels",
    show_default=True,
    help=help_of("between"),
)
@click.option(
    "--min-area-m2", type=float, default=1.0, show_default=True, help=help_of("min_area_m2")
)
@click.option("--cluster", metavar="ADDRESS", help=help_of("cluster"))
@format_option("csv", "json", "geojson", "xlsx", "gpkg", "parquet")
@lang_option
@out_option
@overwrite_option
def find_overlaps(
    between: str,
    min_area_m2: float,
    cluster: str | None,
    form: str,
    lang: str,
    out: str | None,
    overwrite: bool,
    **given: Any,
) -> None:
    """List the pairs of parcels that share land."""
    import hkm_gis
    from hkm_gis.exports import write_table

    if cluster is not None:
        from hkm_gis.cli.cluster import overlaps_on_cluster

        overlaps_on_cluster(
            given, cluster, form, out, overwrite, lang, between=between, min_area_m2=min_area_m2
        )
        return
    survey = survey_from(**given)
    pairs = hkm_gis.find_overlaps(survey.parcels, between=between, min_area_m2=min_area_m2)
    give(write_table(pairs, format=form), out, overwrite=overwrite)


@command("sum-households")
@input_options
@click.option(
    "--by",
    type=click.Choice(("parcel", "household", "group", "district")),
    default="household",
    show_default=True,
    help=help_of("by"),
)
@format_option("csv", "json", "xlsx")
@lang_option
@out_option
@overwrite_option
def sum_households(
    by: str,
    form: str,
    lang: str,  # noqa: ARG001
    out: str | None,
    overwrite: bool,
    **given: Any,
) -> None:
    """Add up the hectares of each household."""
    from hkm_gis.exports import write_table

    survey = survey_from(**given)
    give(write_table(survey.sum_by(by), format=form), out, overwrite=overwrite)


@command("read-recap")
@click.argument("file", metavar="FILE")
@format_option("csv", "json", "xlsx")
@lang_option
@out_option
@overwrite_option
def read_recap(
    file: str,
    form: str,
    lang: str,  # noqa: ARG001
    out: str | None,
    overwrite: bool,
) -> None:
    """Read the recap of the districts, with what is not sure and what does not add up."""
    import hkm_gis
    from hkm_gis.exports import write_table

    recap = hkm_gis.read_recap(file)
    give(write_table(recap.annotated, format=form), out, overwrite=overwrite)
