"""A project folder: what ``hkm.toml`` says of forest, groups, papers and people."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from hkm_gis.database import Address
from hkm_gis.errors import ProjectError
from hkm_gis.files import Limits
from hkm_gis.thresholds import Thresholds, in_gps_errors

__all__ = [
    "PROJECT_FILE",
    "ROLES",
    "STAGES",
    "Acceptance",
    "AllowedGap",
    "ForestSource",
    "Group",
    "Layer",
    "Place",
    "Project",
    "Raster",
    "load_project",
]

PROJECT_FILE = "hkm.toml"

STAGES = ("HKm", "IHHBK", "proses")
"""How far the permit of a group is: granted, granted for non-timber products only, asked for."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestSource:
    """``[forest]``: where the boundary comes from and what the papers say of it."""

    file: Path | Address
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
    kabupaten: str = ""
    """Where it is another than that of ``[place]``."""
    stage: str = "proses"
    """How far its permit is, as the recap counts it: ``HKm``, ``IHHBK`` or ``proses``."""
    stated_ha: float | None = None
    """Hectares in the group's papers, compared with its map."""
    stated_households: int | None = None
    """Families (KK) in the group's papers, compared with its member list."""
    map_scale: int | None = None
    """Scale of the map that drawn parcels were taken from, where other than the project's."""


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


ROLES = ("sungai", "jalan", "pekon", "izin", "usulan", "pippib", "piaps")
"""What a further layer can be: ``sungai`` (rivers), ``jalan`` (roads), ``pekon`` (villages),
``izin`` (permits of others), ``usulan`` (other proposals), ``pippib`` (the moratorium map),
``piaps`` (the indicative map of social forestry)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """``[[layers]]``: a further map layer; ``role`` is one of `ROLES`.

    Rivers, roads and villages are drawn; land of ``izin``, ``usulan`` and ``pippib`` must not be
    claimed, and land outside ``piaps`` needs more papers.
    """

    name: str
    file: Path
    role: str
    source: str = ""
    version: str = ""
    date: str = ""

    def __post_init__(self) -> None:
        if self.role not in ROLES:
            raise ProjectError("project_value", where="[[layers]]", key="role", value=self.role)


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowedGap:
    """``[[allowed_gaps]]``: land that nobody claims on purpose, between these parcels."""

    parcels: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """``[[accepted]]``: a finding that people have settled: who, when, why."""

    code: str
    parcels: tuple[str, ...] = ()
    who: str
    when: str
    why: str
    land: str = ""
    """Mark of the land, as ``hkm check --format toml`` prints it; without it an acceptance cannot
    lapse when the land changes."""


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
    map_scale: int | None = None
    """Scale of the map that drawn parcels were taken from; without it their ± is not known."""
    regulation: str = "permenlhk_9_2021"
    forest: ForestSource | None = None
    members: Path | None = None
    recap: Path | None = None
    """``[recap]``: a table of groups, households and hectares by district, to be checked."""
    place: Place = Place()
    groups: tuple[Group, ...] = ()
    dem: Raster | None = None
    landcover: Raster | None = None
    layers: tuple[Layer, ...] = ()
    logos: tuple[Path, ...] = ()
    """PNG or JPEG files that stand above the title of the sheets."""
    household_max_ha: float | None = None
    """The group's own limit in hectares for one household, where stricter than the regulation."""
    accepted: tuple[Acceptance, ...] = ()
    allowed_gaps: tuple[AllowedGap, ...] = ()
    thresholds: Thresholds = field(default_factory=Thresholds)
    limits: Limits = field(default_factory=Limits)
    """How much one file may ask of the machine."""

    def group(self, name: str) -> Group:
        """Return what the project says of the group ``name``; only the name where it is silent."""
        return next((g for g in self.groups if g.name == name), Group(name=name))


def load_project(folder: str | Path) -> Project:
    """Read the ``hkm.toml`` of a project folder.

    Parameters
    ----------
    folder
        The project folder. Paths inside ``hkm.toml`` are relative to it and stay inside it.

    Returns
    -------
    Project
        Everything it says, every path absolute.

    Raises
    ------
    ProjectError
        There is no ``hkm.toml``, it is no TOML, or a word or value in it cannot be.
    """
    home = Path(folder).resolve()
    file = home / PROJECT_FILE
    if not file.is_file():
        raise ProjectError("project_missing", folder=str(folder))
    try:
        said = tomllib.loads(file.read_text("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProjectError("project_not_toml", file=str(file), problem=str(error)) from error
    _refuse_unknown(said, _TABLES, "hkm.toml")
    return _project(said, home)


_TABLES = frozenset(
    {"project", "forest", "members", "recap", "place", "raster", "groups", "layers", "accepted"}
    | {"allowed_gaps", "thresholds", "limits", "sheets"}
)


def _project(said: Mapping[str, Any], home: Path) -> Project:
    head = dict(said.get("project", {}))
    if "crs" in head:
        head["crs_epsg"] = _epsg(head.pop("crs"))
    rasters = said.get("raster", {})
    _refuse_unknown(rasters, frozenset({"dem", "landcover"}), "[raster]")
    parts: dict[str, Any] = {
        "folder": home,
        "forest": _optional(ForestSource, said.get("forest"), "[forest]", home),
        "members": _optional(_NamedFile, said.get("members"), "[members]", home),
        "recap": _optional(_NamedFile, said.get("recap"), "[recap]", home),
        "place": _build(Place, said.get("place", {}), "[place]", home),
        "dem": _optional(Raster, rasters.get("dem"), "[raster.dem]", home),
        "landcover": _optional(Raster, rasters.get("landcover"), "[raster.landcover]", home),
        "groups": _groups(said.get("groups", []), home),
        "layers": _list(Layer, said.get("layers", []), "[[layers]]", home),
        "accepted": _accepted(said.get("accepted", []), home),
        "limits": _build(Limits, said.get("limits", {}), "[limits]", home),
        "allowed_gaps": _list(AllowedGap, said.get("allowed_gaps", []), "[[allowed_gaps]]", home),
        "thresholds": _thresholds(said.get("thresholds", {}), home),
    }
    _refuse_unknown(head, _HEAD, "[project]")
    for key in ("members", "recap"):
        named = parts.pop(key)
        parts[key] = named.file if isinstance(named, _NamedFile) else None
    parts["logos"] = _build(_SheetSource, said.get("sheets", {}), "[sheets]", home).logos
    project = _build(Project, head, "[project]", home, given=parts)
    scales = [("[project]", project.map_scale)]
    scales += [("[[groups]]", group.map_scale) for group in project.groups]
    scales += [] if project.forest is None else [("[forest]", project.forest.map_scale)]
    for where, scale in scales:
        if scale is not None and scale <= 0:
            raise ProjectError("project_value", where=where, key="map_scale", value=str(scale))
    return project


_HEAD = frozenset(
    {"name", "crs_epsg", "date", "measured", "regulation", "household_max_ha", "map_scale"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _NamedFile:
    file: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class _SheetSource:
    logos: tuple[Path, ...] = ()


def _epsg(crs: object) -> int:
    text = str(crs).upper().removeprefix("EPSG:").strip()
    if not text.isdigit():
        raise ProjectError("project_value", where="[project]", key="crs", value=str(crs))
    return int(text)


def _list(kind: type[T], said: Any, where: str, home: Path) -> tuple[T, ...]:
    if not isinstance(said, list):
        raise ProjectError("project_list", where=where)
    return tuple(_build(kind, table, where, home) for table in said)


def _thresholds(said: Any, home: Path) -> Thresholds:
    scaled = in_gps_errors(said) if isinstance(said, Mapping) else said
    return _build(Thresholds, scaled, "[thresholds]", home)


def _groups(said: Any, home: Path) -> tuple[Group, ...]:
    groups: tuple[Group, ...] = _list(Group, said, "[[groups]]", home)
    for group in groups:
        if group.stage not in STAGES:
            value = f"{group.stage} ({', '.join(STAGES)})"
            raise ProjectError("project_value", where="[[groups]]", key="stage", value=value)
    return groups


def _accepted(said: Any, home: Path) -> tuple[Acceptance, ...]:
    accepted = _list(Acceptance, said, "[[accepted]]", home)
    for one in accepted:
        # Settled by nobody or for no reason is not settled; and what was settled must be named.
        blank = [key for key in ("code", "who", "when", "why") if not getattr(one, key).strip()]
        if blank:
            raise ProjectError("accepted_blank", code=one.code, keys=tuple(blank))
        if not (one.parcels or one.land):
            raise ProjectError("accepted_names_nothing", code=one.code)
    return tuple(replace(one, code=one.code.strip().upper()) for one in accepted)


def _optional(kind: type[T], said: Any, where: str, home: Path) -> T | None:
    return None if said is None else _build(kind, said, where, home)


def _build(
    kind: type[T],
    said: Any,
    where: str,
    home: Path,
    *,
    given: Mapping[str, Any] | None = None,
) -> T:
    if not isinstance(said, Mapping):
        raise ProjectError("project_table", where=where)
    hints = get_type_hints(kind)
    _refuse_unknown(said, frozenset(hints), where)
    values = {key: _value(value, hints[key], where, key, home) for key, value in said.items()}
    values |= given or {}
    for wanted in fields(kind):  # type: ignore[arg-type]
        needed = wanted.default is MISSING and wanted.default_factory is MISSING
        if needed and wanted.name not in values:
            raise ProjectError("project_lacks", where=where, key=wanted.name)
    return kind(**values)


def _value(value: Any, hint: Any, where: str, key: str, home: Path) -> Any:
    if isinstance(hint, UnionType):
        hint = next(h for h in get_args(hint) if h is not type(None))
    if hint is Path:
        return _inside(home, value, where, key)
    if get_origin(hint) is tuple:
        item = get_args(hint)[0]
        if item is Path and isinstance(value, list):
            return tuple(_inside(home, name, where, key) for name in value)
        if isinstance(value, list) and all(isinstance(v, item) for v in value):
            return tuple(value)
    elif hint is float and isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    elif hint is str and not isinstance(value, (list, dict, bool)):
        return str(value)
    elif isinstance(value, hint) and isinstance(value, bool) == (hint is bool):
        return value
    raise ProjectError("project_value", where=where, key=key, value=str(value))


def _inside(home: Path, value: Any, where: str, key: str) -> Path:
    # A project is a folder that people copy to a flash disk: what it names must travel with it.
    path = (home / str(value)).resolve()
    if not path.is_relative_to(home):
        raise ProjectError("project_path_outside", where=where, key=key, value=str(value))
    return path


def _refuse_unknown(said: Mapping[str, Any], known: frozenset[str], where: str) -> None:
    unknown = sorted(set(said) - known)
    if unknown:
        raise ProjectError("project_unknown_word", where=where, words=tuple(unknown))
