"""Give the tiles of a job to a Dask cluster, and gather what was written."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from hkm_gis.errors import FileError, HkmError, TableError
from hkm_gis.files import hash_file, local_path
from hkm_gis.scale.tables import Table, open_tables
from hkm_gis.scale.tiles import Tile, tiles_of
from hkm_gis.scale.work import PART_FORMATS, Done, Job, OutsideJob, OverlapJob, Parts

__all__ = ["find_outside_in_tiles", "find_overlaps_in_tiles"]

TILE_DEG = 0.1
"""11 km: some 10,000 parcels of one hectare, a second of work and 200 MB for a worker."""

HALO_DEG = 0.01
"""1.1 km, wider than any andil. A wider parcel widens it."""

ANSWER_WITHIN_S = 10
"""A scheduler on the same network answers at once; one over a slow line within seconds."""

Tell = Callable[[int, int], None]


def find_overlaps_in_tiles(
    paths: Sequence[str | Path],
    folder: str | Path,
    *,
    cluster: str = "local",
    between: str = "parcels",
    min_area_m2: float = 1.0,
    classify: bool = True,
    sliver_width_m: float = 10.0,
    layer: str = "",
    crs: str = "",
    form: str = "parquet",
    tile_deg: float = TILE_DEG,
    halo_deg: float = HALO_DEG,
    overwrite: bool = False,
    tell: Tell | None = None,
) -> Parts:
    """Find the pairs of parcels that share land on a Dask cluster, as `find_overlaps` does.

    Parameters
    ----------
    paths
        GeoParquet, GeoPackage or FlatGeobuf files with ``parcel_id``, ``group`` and
        ``household``, at a path under which every worker finds them. Only paths and tile numbers
        are sent; each worker reads the parcels of its tile. ``parcel_id`` is unique in all files.
    folder
        Where the parts go, on a disk that every worker writes to.
    cluster
        Address of a scheduler (``tcp://10.0.0.1:8786``), or ``local`` for the processors of this
        machine.
    between, min_area_m2, classify, sliver_width_m
        As `find_overlaps`.
    layer, crs
        The layer of GeoPackages, else all that are parcel tables; the coordinate system of files
        that state none.
    form
        ``parquet`` (GeoParquet) or ``gpkg``.
    tile_deg
        Side of a tile in degrees.
    halo_deg
        How far around its tile a worker reads. Where a parcel turns out to be wider, all is done
        again with a halo as wide as that parcel, so that no pair is missed.
    overwrite
        Whether parts of an earlier run may be replaced; those that are no longer any are removed.
    tell
        Is told how many of how many tiles are done.

    Returns
    -------
    Parts
        The files, and how many pairs, parcels and features there are. Each pair is in exactly one
        part, with ``parcel_a`` before ``parcel_b`` in reading order; each part is sorted so, and
        is there whole or not at all. A tile whose worker dies is given to another one.

    Raises
    ------
    HkmError
        A file is no such table, the folder holds parts of an earlier run, the extra
        ``hkm-gis[cluster]`` is not installed, the scheduler cannot be reached, or a tile killed
        every worker that took it.
    """
    tables = _tables(paths, layer, crs)
    job = OverlapJob(
        tables=tables,
        folder=_folder(folder),
        form=form,
        halo_deg=halo_deg,
        kind="overlaps",
        between=between,
        min_area_m2=min_area_m2,
        classify=classify,
        sliver_width_m=sliver_width_m,
    )
    return _run(job, cluster, tile_deg, overwrite=overwrite, tell=tell)


def find_outside_in_tiles(
    paths: Sequence[str | Path],
    forest: str | Path,
    folder: str | Path,
    *,
    cluster: str = "local",
    map_scale: int = 250_000,
    layer: str = "",
    crs: str = "",
    form: str = "parquet",
    tile_deg: float = TILE_DEG,
    halo_deg: float = HALO_DEG,
    overwrite: bool = False,
    tell: Tell | None = None,
) -> Parts:
    """Find the land of parcels outside a forest on a Dask cluster, as `land_outside` does.

    Parameters
    ----------
    paths, folder, cluster, layer, crs, form, tile_deg, halo_deg, overwrite, tell
        As `find_overlaps_in_tiles`.
    forest, map_scale
        The boundary file, at a path under which every worker finds it, and the scale that it was
        drawn at, as in `read_forest`.

    Returns
    -------
    Parts
        One row for each parcel with land outside, or nearer to the line than the line is sure:
        ``parcel_id``, ``group``, ``household``, ``area_ha``, ``outside_ha``, ``near_boundary``
        and the land outside. Each parcel is in one part at most.

    Raises
    ------
    HkmError
        As `find_overlaps_in_tiles` and `read_forest`.
    """
    boundary = local_path(forest).resolve()
    job = OutsideJob(
        tables=_tables(paths, layer, crs),
        folder=_folder(folder),
        form=form,
        halo_deg=halo_deg,
        kind="parcels",
        forest=boundary,
        forest_sha256=hash_file(boundary),
        forest_crs=crs,
        map_scale=map_scale,
    )
    return _run(job, cluster, tile_deg, overwrite=overwrite, tell=tell)


def _tables(paths: Sequence[str | Path], layer: str, crs: str) -> tuple[Table, ...]:
    try:
        return tuple(open_tables([Path(path) for path in paths], layer=layer, crs=crs))
    except ImportError:
        raise HkmError("extra_missing", extra="cluster") from None


def _folder(folder: str | Path) -> Path:
    home = Path(folder).resolve()
    home.mkdir(parents=True, exist_ok=True)
    return home


def _run(job: Job, cluster: str, tile_deg: float, *, overwrite: bool, tell: Tell | None) -> Parts:
    if job.form not in PART_FORMATS:
        raise TableError("format_unknown", format=job.form, formats=PART_FORMATS)
    old = set(job.folder.glob(f"{job.layer}_*.{job.form}"))
    if old and not overwrite:
        raise FileError("output_exists", path=str(job.folder))
    tiles = tiles_of([table.bounds_deg for table in job.tables], tile_deg)
    with _client(cluster) as client:
        done = _all_done(client, job, tiles, tell)
        widest_deg = max((d.widest_deg for d in done), default=0.0)
        if widest_deg > job.halo_deg:
            done = _all_done(client, replace(job, halo_deg=widest_deg), tiles, tell)
    files = tuple(d.file for d in done if d.file is not None)
    for stale in old - set(files):
        stale.unlink()
    features = sum(table.features for table in job.tables)
    return Parts(files, sum(d.rows for d in done), sum(d.parcels for d in done), features)


def _all_done(client: Any, job: Job, tiles: list[Tile], tell: Tell | None) -> list[Done]:
    from distributed import KilledWorker, as_completed

    futures = client.map(job.do, tiles, pure=False)
    for count, _ in enumerate(as_completed(futures), 1):
        if tell is not None:
            tell(count, len(tiles))
    try:
        done: list[Done] = client.gather(futures)
    except KilledWorker as problem:
        raise HkmError("tile_kills_workers", problem=str(problem).split(",")[0]) from problem
    return done


@contextmanager
def _client(cluster: str) -> Iterator[Any]:
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise HkmError("extra_missing", extra="cluster") from None
    if cluster != "local":
        try:
            client = Client(cluster, timeout=ANSWER_WITHIN_S)
        except (OSError, ValueError) as problem:
            raise HkmError("cluster_unreachable", address=cluster) from problem
        with client:
            yield client
        return
    processes = LocalCluster(
        n_workers=os.cpu_count(),
        threads_per_worker=1,
        dashboard_address="127.0.0.1:0",
        silence_logs=50,
    )
    with processes, Client(processes) as client:
        yield client
