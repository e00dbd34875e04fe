"""A project folder: what ``hkm.toml`` says of forest, groups, papers and people."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from hkm_gis.thresholds import Thresholds

__all__ = ["Acceptance", "ForestSource", "Group", "Layer", "Place", "Project", "Raster"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestSource:
    """``[forest]``: where the boundary comes from and what the papers say of it."""

    file: Path
    layer: str = ""
    where: str = ""
    """``FIELD = value``: which features of the layer are this forest; all when empty."""
    name: str = ""
    stated_ha: float = 16060.0
    stated_source: str = ""
    map_scale: int = 250_000
    """Scale at which the boundary was drawn; 0.5 mm of it is the boundary's uncertainty."""
    source: str = ""
    version: str = ""
    date: str = ""
    example: bool = False
    """True for the bundled example: every output then says CONTOH – BUKAN BATAS RESMI."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """``[[groups]]``: one forest farmer group and who signs for it."""

    name: str
    folder: Path | None = None
    pekon: str = ""
    kecamatan: str = ""
    ketua: str = ""
    kepala_pekon: str = ""
    stated_ha: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """``[place]``: the names that stand on the sheets."""

    pekon: str = ""
    kecamatan: str = ""
    kabupaten: str = ""
    provinsi: str = ""
    das: str = ""
    kph: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Raster:
    """``[raster.dem]`` and ``[raster.landcover]``: an optional grid and where it comes from."""

    file: Path
    source: str = ""
    version: str = ""
    date: str = ""
    cultivated: tuple[int, ...] = ()
    """Land-cover classes that count as cultivated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """``[[layers]]``: a further map layer.

    ``role`` is one of ``sungai``, ``jalan``, ``pekon`` (drawn) or ``izin`` (checked for overlap).
    """

    name: str
    file: Path
    role: str
    source: str = ""
    version: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """``[[accepted]]``: a finding that people have settled: who, when, why."""

    code: str
    parcels: tuple[str, ...]
    who: str
    when: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """Everything that ``hkm.toml`` says; every path is absolute."""

    name: str = ""
    folder: Path | None = None
    crs_epsg: int = 32748
    """Coordinate system of official outputs: WGS 84 / UTM zone 48S."""
    date: str = ""
    """Date printed on the sheets (``2026-08-17``); empty leaves a line to write on."""
    measured: str = ""
    """When the land was walked, as it stands on the sheet (``Agustus 2026``)."""
    regulation: str = "permenlhk_9_2021"
    forest: ForestSource | None = None
    members: Path | None = None
    place: Place = Place()
    groups: tuple[Group, ...] = ()
    dem: Raster | None = None
    landcover: Raster | None = None
    layers: tuple[Layer, ...] = ()
    household_max_ha: float | None = None
    """The group's own limit in hectares for one household, where stricter than the regulation."""
    accepted: tuple[Acceptance, ...] = ()
    thresholds: Thresholds = field(default_factory=Thresholds)
