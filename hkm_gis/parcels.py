"""The parcel table, and the law read = accepted + repaired + rejected."""

from __future__ import annotations

import hashlib
import math
import re
import warnings
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from hkm_gis import readers
from hkm_gis.bearings import find_bearing
from hkm_gis.errors import FileError, TableError
from hkm_gis.plane import LONLAT, M2_PER_HA, area_m2, make_valid_land, reproject
from hkm_gis.readers.feature import Feature
from hkm_gis.record import Fact, Rejection, Repair
from hkm_gis.text import default_language, say
from hkm_gis.thresholds import Thresholds
from hkm_gis.walks import Walk, to_polygon

__all__ = [
    "PARCEL_COLUMNS",
    "Intake",
    "fingerprint",
    "read_parcels",
    "require_columns",
    "take_in",
]

PARCEL_COLUMNS = (
    "parcel_id",  # unique text
    "group",  # name of the group; the file's or folder's name where nothing says it
    "household",  # code of the household (never a KK number); the member or parcel where unknown
    "member",  # name of the person, as written; empty where unknown
    "match",  # how the member was found: "", "id", "name", "doubtful" or "none"
    "source",  # file, relative to what the user named, "/" between folders
    "feature",  # the feature within the file
    "kind",  # "walk" (GPS line), "corners" (points), "drawn" (digitised polygon)
    "repaired",  # bool: one repair or more changed it on its way in
    "gap_m",  # float: distance between the ends of a walk, NaN for other kinds
    "accuracy_m",  # float: standard error of a position, NaN where not known
    "area_ha",  # float: on the equal-area plane, equal to the geodesic hectares
    "utm_ha",  # float: on the grid of the project's UTM zone, as a GIS would show it
    "uncertainty_ha",  # float: half width of the 95 % interval of area_ha, NaN where not known
    "geometry",  # Polygon or MultiPolygon, EPSG:4326
)

PARCEL_ID_WORDS = (
    "parcel_id",
    "id_andil",
    "no_andil",
    "kode_andil",
    "id_petak",
    "no_petak",
    "id_lahan",
    "no_lahan",
    "kode",
    "id",
    "nomor",
    "no",
)
GROUP_WORDS = (
    "group",
    "kelompok",
    "kth",
    "nama_kelompok",
    "nama_kth",
    "kelompok_tani",
    "lembaga",
)
MEMBER_WORDS = (
    "member",
    "nama_penggarap",
    "penggarap",
    "nama_pemilik",
    "pemilik",
    "nama_anggota",
    "anggota",
    "nama_petani",
    "petani",
    "nama",
    "name",
)
HOUSEHOLD_WORDS = ("household", "id_kk", "kode_kk", "rumah_tangga", "no_kk", "nomor_kk", "kk")
"""Columns of field tables, the surest first; compared without case, spaces and signs."""

_LONGEST_ID = 40  # letters that still stand beside a parcel on a sheet
_MARK = "_repair"  # property in which a reader says what it had to mend: "close_ring"

_USUAL = Thresholds()

# Words that a device or app gives by itself: with them gone, a name is a person's or nothing.
_DEVICE_WORDS = frozenset(
    (
        *("active", "log", "track", "tracks", "trk", "trek", "path", "route", "rute", "walk"),
        *("jalur", "lintasan", "line", "garis", "area", "polygon", "poligon", "loop", "gps"),
        *("parcel", "petak", "andil", "lahan", "kebun", "garapan", "feature", "fitur", "row"),
        *("untitled", "tanpa", "judul", "new", "baru", "waypoint", "segment", "segmen", "baris"),
        *("jan", "feb", "mar", "apr", "may", "mei", "jun", "jul", "aug", "agu", "ags", "sep"),
        *("oct", "okt", "nov", "dec", "des"),
    )
)


@dataclass(frozen=True, slots=True)
class Intake:
    """Everything that was read: the parcels, and what became of every other feature.

    ``features`` = accepted + repaired + rejected, always: a walk that went round several parcels
    counts as that many features.
    """

    parcels: gpd.GeoDataFrame
    repairs: tuple[Repair, ...] = ()
    rejected: tuple[Rejection, ...] = ()

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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parcel:
    source: str
    feature: str
    geometry: BaseGeometry
    kind: str
    repairs: tuple[Repair, ...] = ()
    gap_m: float = math.nan
    accuracy_m: float = math.nan
    uncertainty_ha: float = math.nan
    name: str = ""
    said: Mapping[str, str] = field(default_factory=dict)


def read_parcels(
    paths: str | Path | Sequence[str | Path], *, group: str | None = None, crs: str | None = None
) -> gpd.GeoDataFrame:
    """Read GPS walks and parcel maps into one parcel table.

    Parameters
    ----------
    paths
        Files or folders, of any format that `hkm_gis.readers` knows.
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
    intake = take_in(readers.read_files(named, crs=crs or ""), group=group, crs=crs or "")
    if intake.parcels.empty:
        raise _nothing_read(intake.rejected, named)
    if intake.rejected:
        warnings.warn(_sentence_of(intake.rejected), UserWarning, stacklevel=2)
    return intake.parcels


def take_in(
    features: Iterable[Feature | Rejection],
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
        What the readers yield, in reading order; a rejection passes through.
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
        The parcels, every repair, every rejection.
    """
    parcels: list[_Parcel] = []
    rejected: list[Rejection] = []
    for feature in features:
        if isinstance(feature, Rejection):
            rejected.append(feature)
            continue
        became = _settle(feature, near, crs, crs_epsg, thresholds)
        if isinstance(became, Rejection):
            rejected.append(became)
        else:
            parcels.extend(became)
    repairs = tuple(repair for parcel in parcels for repair in parcel.repairs)
    return Intake(_table(parcels, group, crs_epsg), repairs, tuple(rejected))


def require_columns(frame: gpd.GeoDataFrame, columns: Iterable[str]) -> None:
    """Prove that a parcel table has these columns, unique ids, and lon/lat coordinates.

    Raises
    ------
    TableError
        Names every missing column; or the table is not in EPSG:4326, or ``parcel_id`` is not
        unique text.
    """
    missing = tuple(column for column in columns if column not in frame.columns)
    if missing:
        raise TableError("parcels_lack_columns", columns=missing)
    if isinstance(frame, gpd.GeoDataFrame) and "geometry" in frame.columns and frame.crs != LONLAT:
        raise TableError("parcels_not_lonlat", crs=str(frame.crs))
    if "parcel_id" in frame.columns:
        _require_unique_text(list(frame["parcel_id"]))


def fingerprint(parcels: gpd.GeoDataFrame) -> str:
    """Return the SHA-256 of what a parcel table says of the land, whatever the order of its rows.

    It covers ``parcel_id``, ``group``, the geometry on a grid of 1e-9° (0.1 mm) whatever the
    start and direction of its rings, and the area in whole m².
    """
    grid = shapely.set_precision(parcels.geometry.values, 1e-9, mode="pointwise")
    lands = shapely.to_wkb(shapely.normalize(grid), byte_order=1)
    areas = np.round(area_m2(parcels.geometry.values)).astype(int)
    rows = sorted(
        hashlib.sha256(
            "\x1f".join((str(parcel_id), str(group), str(area))).encode() + b"\x1f" + land
        ).digest()
        for parcel_id, group, area, land in zip(
            parcels["parcel_id"], parcels["group"], areas, lands, strict=True
        )
    )
    return hashlib.sha256(b"".join(rows)).hexdigest()


def _require_unique_text(ids: Sequence[object]) -> None:
    if not all(isinstance(parcel_id, str) and parcel_id for parcel_id in ids):
        raise TableError("parcels_id_not_text")
    twice = tuple(str(i) for i, times in Counter(ids).items() if times > 1)
    if twice:
        raise TableError("parcels_id_twice", ids=twice[:5])


def _nothing_read(rejected: Sequence[Rejection], paths: Sequence[str | Path]) -> FileError:
    names = tuple(Path(path).name for path in paths)
    if not rejected:
        return FileError("nothing_found", files=names)
    return FileError(
        "nothing_read", files=names, source=rejected[0].source, reason=_why(rejected[0])
    )


def _sentence_of(rejected: Sequence[Rejection]) -> str:
    each = "; ".join(f"{r.source} {r.feature}".strip() + f": {_why(r)}" for r in rejected)
    return say("errors.features_rejected", default_language(), features=len(rejected), each=each)


def _why(rejection: Rejection) -> str:
    return say(f"rejections.{rejection.reason}", default_language(), **rejection.facts)


# From a feature to land


def _settle(
    feature: Feature,
    near: BaseGeometry | None,
    crs: str,
    crs_epsg: int,
    thresholds: Thresholds,
) -> list[_Parcel] | Rejection:
    placed = _place(feature, near, crs, crs_epsg)
    if isinstance(placed, Rejection):
        return placed
    feature, repairs = placed
    if feature.walk is not None:
        return _walked(feature, feature.walk, repairs, thresholds)
    return _drawn(feature, repairs)


def _place(
    feature: Feature, near: BaseGeometry | None, crs: str, crs_epsg: int
) -> tuple[Feature, tuple[Repair, ...]] | Rejection:
    walk = feature.walk or _walk_of_lines(feature.geometry)
    if walk is not None:
        xy = np.concatenate([np.empty((0, 2)), *walk.segments])
    elif feature.geometry is None or feature.geometry.is_empty:
        return _refuse(feature, "no_geometry")
    else:
        xy = shapely.get_coordinates(feature.geometry)
    bearing = find_bearing(
        xy,
        crs=feature.crs or crs,
        source=feature.source,
        feature=feature.feature,
        near=near,
        crs_epsg=crs_epsg,
    )
    if bearing.rejection is not None:
        return bearing.rejection
    if walk is not None:
        cuts = np.cumsum([len(segment) for segment in walk.segments])[:-1]
        segments = tuple(np.split(bearing.lonlat, cuts)) if walk.segments else ()
        return replace(feature, walk=replace(walk, segments=segments)), bearing.repairs
    if bearing.lonlat is xy and not shapely.has_z(feature.geometry):
        return feature, bearing.repairs
    flat = shapely.set_coordinates(shapely.force_2d(feature.geometry), bearing.lonlat)
    return replace(feature, geometry=flat), bearing.repairs


def _walk_of_lines(geometry: BaseGeometry | None) -> Walk | None:
    if geometry is None or geometry.geom_type not in {"LineString", "MultiLineString"}:
        return None
    lines = shapely.get_parts(geometry)
    return Walk(tuple(shapely.get_coordinates(line) for line in lines))


def _walked(
    feature: Feature, walk: Walk, repairs: tuple[Repair, ...], thresholds: Thresholds
) -> list[_Parcel] | Rejection:
    outcome = to_polygon(
        walk, source=feature.source, feature=feature.feature, thresholds=thresholds
    )
    if outcome.rejection is not None:
        return outcome.rejection
    several = len(outcome.polygons) > 1
    return [
        _Parcel(
            source=feature.source,
            feature=f"{feature.feature} ({i})" if several else feature.feature,
            geometry=polygon,
            kind="corners" if walk.corners else "walk",
            repairs=repairs + outcome.repairs,
            gap_m=gap_m,
            accuracy_m=outcome.accuracy_m,
            uncertainty_ha=uncertainty_ha,
            name=feature.name,
            said=feature.properties,
        )
        for i, (polygon, gap_m, uncertainty_ha) in enumerate(
            zip(outcome.polygons, outcome.gaps_m, outcome.uncertainties_ha, strict=True), 1
        )
    ]


def _drawn(feature: Feature, repairs: tuple[Repair, ...]) -> list[_Parcel] | Rejection:
    assert feature.geometry is not None  # noqa: S101 - _place has refused it
    land = feature.geometry
    if not land.is_valid:
        land = make_valid_land(land)
    if land.is_empty or land.area == 0:
        return _refuse(feature, "no_area")
    return [
        _Parcel(
            source=feature.source,
            feature=feature.feature,
            geometry=land,
            kind="drawn",
            repairs=repairs,
            name=feature.name,
            said=feature.properties,
        )
    ]


def _refuse(feature: Feature, reason: str, **facts: Fact) -> Rejection:
    return Rejection(
        source=feature.source, feature=feature.feature, code="S01", reason=reason, facts=facts
    )


# From land to a table


def _table(parcels: Sequence[_Parcel], group: str | None, crs_epsg: int) -> gpd.GeoDataFrame:
    lands = np.array([parcel.geometry for parcel in parcels], dtype=object)
    groups = _groups(parcels, group)
    members = [_member(parcel) for parcel in parcels]
    ids = _ids(parcels, groups)
    utm_m2 = shapely.area(reproject(lands, LONLAT, crs_epsg)) if len(lands) else np.empty(0)
    columns = {
        "parcel_id": ids,
        "group": groups,
        "household": _households(parcels, groups, members, ids),
        "member": members,
        "match": [""] * len(parcels),
        "source": [parcel.source for parcel in parcels],
        "feature": [parcel.feature for parcel in parcels],
        "kind": [parcel.kind for parcel in parcels],
        "repaired": np.array([bool(parcel.repairs) for parcel in parcels], dtype=bool),
        "gap_m": np.array([parcel.gap_m for parcel in parcels], dtype=float),
        "accuracy_m": np.array([parcel.accuracy_m for parcel in parcels], dtype=float),
        "area_ha": area_m2(lands) / M2_PER_HA if len(lands) else np.empty(0),
        "utm_ha": utm_m2 / M2_PER_HA,
        "uncertainty_ha": np.array([parcel.uncertainty_ha for parcel in parcels], dtype=float),
    }
    frame = gpd.GeoDataFrame(pd.DataFrame(columns), geometry=lands, crs=4326)
    return frame[list(PARCEL_COLUMNS)]


def _groups(parcels: Sequence[_Parcel], group: str | None) -> list[str]:
    names = [
        _said(parcel.said, GROUP_WORDS) or group or _group_of_path(parcel.source)
        for parcel in parcels
    ]
    spelling: dict[str, str] = {}
    return [spelling.setdefault(_folded(name), " ".join(name.split())) for name in names]


def _group_of_path(source: str) -> str:
    path = PurePosixPath(source)
    return path.parent.name or path.stem or source


def _member(parcel: _Parcel) -> str:
    stated = _said(parcel.said, MEMBER_WORDS)
    name = stated if stated else _person(parcel.name)
    return "" if _is_private_number(name) else name


def _person(name: str) -> str:
    words = re.sub(r"[^\w\s.'’-]|[\d_]", " ", name).split()
    left = [word for word in words if word.strip(".-'’").casefold() not in _DEVICE_WORDS]
    person = " ".join(left).strip(" -.")
    return person if sum(letter.isalpha() for letter in person) > 2 else ""


def _households(
    parcels: Sequence[_Parcel], groups: Sequence[str], members: Sequence[str], ids: Sequence[str]
) -> list[str]:
    groups_of: dict[str, set[str]] = {}
    for name, group in zip(members, groups, strict=True):
        groups_of.setdefault(_folded(name), set()).add(group)
    codes: dict[str, str] = {}
    households = []
    for parcel, group, member, parcel_id in zip(parcels, groups, members, ids, strict=True):
        stated = _said(parcel.said, HOUSEHOLD_WORDS)
        if _is_private_number(stated):
            digits = re.sub(r"\D", "", stated)
            households.append(codes.setdefault(digits, f"KK-{len(codes) + 1:03d}"))
        elif stated:
            households.append(stated)
        elif member:
            alone = len(groups_of[_folded(member)]) == 1
            name = " ".join(member.split()).title()
            households.append(name if alone else f"{name} ({group})")
        else:
            households.append(parcel_id)
    return households


def _ids(parcels: Sequence[_Parcel], groups: Sequence[str]) -> list[str]:
    stated = [_fit_id(_said(parcel.said, PARCEL_ID_WORDS)) for parcel in parcels]
    names = [_fit_id(parcel.name) for parcel in parcels]
    ids = _only_unique(stated, taken=())
    ids = [i or n for i, n in zip(ids, _only_unique(names, taken=ids), strict=True)]
    taken = set(ids)
    prefixes = _initials(groups)
    place: Counter[str] = Counter()
    for i, group in enumerate(groups):
        place[group] += 1
        if not ids[i]:
            ids[i] = _free(f"{prefixes[group]}-{place[group]:03d}", taken)
            taken.add(ids[i])
    return ids


def _only_unique(ids: Sequence[str], taken: Iterable[str]) -> list[str]:
    times = Counter(i.casefold() for i in ids)
    used = {i.casefold() for i in taken}
    return [i if times[i.casefold()] == 1 and i.casefold() not in used else "" for i in ids]


def _free(wanted: str, taken: set[str]) -> str:
    free, n = wanted, 1
    while free in taken:
        n += 1
        free = f"{wanted}.{n}"
    return free


def _fit_id(text: str) -> str:
    flat = " ".join(text.split())
    return "" if len(flat) > _LONGEST_ID or _is_private_number(flat) else flat


def _initials(groups: Sequence[str]) -> dict[str, str]:
    prefixes: dict[str, str] = {}
    for group in dict.fromkeys(groups):
        words = re.findall(r"[^\W_]+", group)
        letters = "".join(w[0] for w in words) if len(words) > 1 else "".join(words)[:3]
        prefixes[group] = _free((letters or "P").upper(), set(prefixes.values()))
    return prefixes


def _said(properties: Mapping[str, str], words: Sequence[str]) -> str:
    if not properties:
        return ""
    known = {_word(key): str(value).strip() for key, value in reversed(list(properties.items()))}
    return next((known[w] for word in words if known.get(w := _word(word))), "")


def _word(column: str) -> str:
    return re.sub(r"[\W_]", "", column).casefold()


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def _is_private_number(text: str) -> bool:
    # NIK and KK numbers have 16 digits, however they are spaced or dotted.
    return bool(re.search(r"\d(?:[\s.\-/]*\d){15}", text))
