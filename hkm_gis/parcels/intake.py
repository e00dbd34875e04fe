"""Everything that was read, and the law read = accepted + repaired + rejected."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any

import geopandas as gpd
from shapely.geometry.base import BaseGeometry

from hkm_gis.database import Place, address_of
from hkm_gis.errors import FileError
from hkm_gis.files import DEFAULT_LIMITS, Limits
from hkm_gis.parcels.land import Parcel
from hkm_gis.parcels.settling import Manner, Settled, settled, settled_files
from hkm_gis.parcels.table import parcel_table, walk_table
from hkm_gis.readers import Outcome, files_and_addresses, read_table
from hkm_gis.record import Rejection, Remark, Repair
from hkm_gis.text import Sentence, default_language, say
from hkm_gis.thresholds import Thresholds

__all__ = ["Intake", "nothing_read", "read_parcels", "take_in", "take_in_files"]

_USUAL = Thresholds()
_NAMED_MAX = 20  # files that an error names: more than a screen nobody reads


@dataclass(frozen=True, slots=True)
class Intake:
    """Everything that was read: the parcels, and what became of every other feature.

    ``features`` = accepted + repaired + rejected, always: a walk that went round several parcels
    counts as that many features.
    """

    parcels: gpd.GeoDataFrame
    repairs: tuple[Repair, ...] = ()
    rejected: tuple[Rejection, ...] = ()
    remarks: tuple[Remark, ...] = ()
    walks: gpd.GeoDataFrame = field(default_factory=lambda: walk_table((), ()))
    """The recorded line of each walked parcel, nothing left out: ``parcel_id``, ``source``,
    ``feature``, ``points`` and the line (EPSG:4326). It may show the way to somebody's house."""

    @property
    def repaired(self) -> int:
        """Number of features that became parcels after one repair or more."""
        return int(self.parcels["repaired"].sum())

    @property
    def accepted(self) -> int:
        """Number of features that became parcels exactly as they were read."""
        return len(self.parcels) - self.repaired

    @property
    def features(self) -> int:
        """Number of features read, a file that cannot be read counting as one."""
        return len(self.parcels) + len(self.rejected)


def read_parcels(
    paths: str | Path | Sequence[str | Path], *, group: str | None = None, crs: str | None = None
) -> gpd.GeoDataFrame:
    """Read GPS walks and parcel maps into one parcel table.

    Parameters
    ----------
    paths
        Files or folders, of any format that `hkm_gis.readers` knows; or addresses of PostGIS
        tables (``postgresql://user@host/database?table=schema.table``).
    group
        Group of the parcels whose file names none; by default the folder's or file's name.
    crs
        Coordinate system of the files that state none (``"EPSG:32748"``).

    Returns
    -------
    geopandas.GeoDataFrame
        One row a parcel in EPSG:4326, columns as `PARCEL_COLUMNS`, in reading order.

    Raises
    ------
    FileError
        Nothing at all could be read.

    Warns
    -----
    UserWarning
        Names the features that could not become parcels. `take_in` returns them as data.

    Examples
    --------
    >>> read_parcels("kelompok/Lestari")  # doctest: +SKIP
    """
    named = [paths] if isinstance(paths, (str, Path)) else list(paths)
    intake = take_in_files(named, group=group, crs=crs or "")
    if intake.parcels.empty:
        raise nothing_read(intake.rejected, named)
    if intake.rejected:
        each = tuple(map(_refused, intake.rejected))
        told = say("errors.features_rejected", default_language(), features=len(each), each=each)
        warnings.warn(told, UserWarning, stacklevel=2)
    return intake.parcels


def take_in(
    features: Iterable[Outcome],
    *,
    group: str | None = None,
    near: BaseGeometry | None = None,
    crs: str = "",
    crs_epsg: int = 32748,
    thresholds: Thresholds = _USUAL,
) -> Intake:
    """Make parcels of features; say of every other feature why it is none.

    Parameters
    ----------
    features
        What the readers yield, in reading order; rejections and remarks pass through.
    group
        Group of the features that name none.
    near
        The forest in lon/lat: coordinates that lie far from it are looked at twice.
    crs
        Coordinate system of the features that state none; EPSG:4326 when empty.
    crs_epsg
        The project's grid, for ``utm_ha``.
    thresholds
        Limits of what may be mended.

    Returns
    -------
    Intake
        The parcels, every repair, every rejection, every remark.
    """
    manner = Manner(near=near, crs=crs, crs_epsg=crs_epsg, thresholds=thresholds)
    return _gathered(settled(features, manner), group, crs_epsg)


def take_in_files(
    places: Sequence[str | Place],
    *,
    group: str | None = None,
    near: BaseGeometry | None = None,
    crs: str = "",
    crs_epsg: int = 32748,
    thresholds: Thresholds = _USUAL,
    limits: Limits = DEFAULT_LIMITS,
    processes: int = 1,
) -> Intake:
    """Read files and make parcels of their features: `take_in` of all that `read_files` yields.

    Parameters
    ----------
    places, limits
        What to read, as `read_files` takes it.
    group, near, crs, crs_epsg, thresholds
        As `take_in` takes them.
    processes
        How many processes share the work where there are files enough to pay for them. Order and
        numbers are those of one. A script that asks for more than one must begin its work under
        ``if __name__ == "__main__":``, as Python's `multiprocessing` asks of it.
    """
    manner = Manner(near=near, crs=crs, crs_epsg=crs_epsg, thresholds=thresholds, limits=limits)
    files, addresses = files_and_addresses(places)
    outcomes = chain(
        settled_files(files, manner, processes=processes),
        *(settled(read_table(address, crs=crs, limits=limits), manner) for address in addresses),
    )
    return _gathered(outcomes, group, crs_epsg)


def _gathered(outcomes: Iterable[Settled], group: str | None, crs_epsg: int) -> Intake:
    sorts: dict[type, list[Any]] = {Parcel: [], Rejection: [], Remark: []}
    for outcome in outcomes:
        sorts[type(outcome)].append(outcome)
    parcels: list[Parcel] = sorts[Parcel]
    # The parcels of one split walk share its repairs: each is told once.
    once = {id(repair): repair for parcel in parcels for repair in parcel.repairs}
    table = parcel_table(parcels, group, crs_epsg)
    walks = walk_table(parcels, table["parcel_id"])
    repairs, rejected, remarks = map(tuple, (once.values(), sorts[Rejection], sorts[Remark]))
    return Intake(table, repairs, rejected, remarks, walks)


def nothing_read(rejected: Sequence[Rejection], paths: Sequence[str | Path]) -> FileError:
    """Return the error that ``paths`` hold no parcel: it names each file, and why not."""
    names = tuple((address_of(path) or Path(path)).name for path in paths)
    if not rejected:
        return FileError("nothing_found", files=names)
    # One reason a file: a table of a thousand rows says the same of most of them.
    first: dict[str, Rejection] = {}
    for one in rejected:
        first.setdefault(one.source, one)
    each = tuple(map(_refused, islice(first.values(), _NAMED_MAX)))
    rest = len(first) - len(each)
    key = "nothing_read_more" if rest else "nothing_read"
    return FileError(key, files=names, each=each, rest=rest)


def _refused(one: Rejection) -> Sentence:
    name = f"{one.source} {one.feature}".strip()
    reason = Sentence(f"rejections.{one.reason}", one.facts)
    return Sentence("errors.each_rejected", {"name": name, "reason": reason})
