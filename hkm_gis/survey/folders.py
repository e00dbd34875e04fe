"""Which group a file of the field belongs to, by the folder it lies in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

import geopandas as gpd

from hkm_gis.project import Project

__all__ = ["group_of_file", "named_groups"]


def named_groups(parcels: gpd.GeoDataFrame, plan: Project) -> gpd.GeoDataFrame:
    """Return the parcels with the group whose folder they lie in, however deep, by its name.

    A folder inside it is that of a farmer or a day, not of a group; only what the file itself says
    of its group counts for more.
    """
    names = _names_of_folders(plan)
    rows = zip(parcels["group"], parcels["source"], strict=True)
    return parcels.assign(group=[_named_group(g, source, names) for g, source in rows])


def group_of_file(source: str, plan: Project) -> str:
    """Return the group in whose folder a file lies; "" where it is in none."""
    names = _names_of_folders(plan)
    declared = _from_declared(source, names)
    return names[declared[0]] if declared else ""


def _names_of_folders(plan: Project) -> dict[str, str]:
    return {g.folder.name: g.name for g in plan.groups if g.folder is not None}


def _named_group(group: str, source: str, names: Mapping[str, str]) -> str:
    declared = _from_declared(source, names)
    return names[declared[0]] if group in declared else names.get(group, group)


def _from_declared(source: str, names: Mapping[str, str]) -> tuple[str, ...]:
    """Return the folders of a file from that of a group on; none where no group has one of them."""
    folders = PurePosixPath(source).parent.parts
    return next((folders[at:] for at, f in enumerate(folders) if f in names), ())
