"""``hkm find-overlaps --cluster``: the same pairs, in parts, from many processors."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from hkm_gis.cli.output import progress_bar
from hkm_gis.errors import HkmError
from hkm_gis.text import say

__all__ = ["overlaps_on_cluster"]


def overlaps_on_cluster(
    given: Mapping[str, Any],
    cluster: str,
    form: str,
    out: str | None,
    overwrite: bool,
    lang: str,
    **how: Any,
) -> None:
    """Find overlaps on a cluster, write the parts to the folder ``out``, and say how many."""
    from hkm_gis.scale import find_overlaps_in_tiles

    if not given["parcels"]:
        raise HkmError("cluster_needs_tables")
    folder = Path(out or "hasil/tumpang_tindih")
    with progress_bar(lang, quiet=False) as tell:
        parts = find_overlaps_in_tiles(
            given["parcels"],
            folder,
            cluster=cluster,
            crs=given["crs"],
            form=form if _is_named("form") else "parquet",
            overwrite=overwrite,
            tell=lambda done, total: tell("tiles", done, total),
            **how,
        )
    told = {"rows": parts.rows, "parcels": parts.parcels, "files": len(parts.files)}
    click.echo(say("cli.wrote_parts", lang, **told, folder=str(folder)))
    if parts.parcels < parts.features:
        without = parts.features - parts.parcels
        click.echo(say("cli.tables_without_land", lang, features=without), err=True)


def _is_named(option: str) -> bool:
    source = click.get_current_context().get_parameter_source(option)
    return source is not ParameterSource.DEFAULT
