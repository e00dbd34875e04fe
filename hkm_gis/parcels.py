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
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from hkm_gis import readers
from hkm_gis.bearings import Bearing, find_bearing
from hkm_gis.database import address_of
from hkm_gis.errors import FileError, TableError
from hkm_gis.plane import (
    LONLAT,
    M2_PER_HA,
    area_m2,
    make_valid_land,
    plane_xy,
    reproject,
    round_degrees,
    self_crossings,
    written_places,
)
from hkm_gis.readers.feature import Feature, Outcome
from hkm_gis.record import Fact, Rejection, Remark, Repair
from hkm_gis.text import default_language, say
from hkm_gis.thresholds import Thresholds
from hkm_gis.walks import Walk, to_polygon

__all__ = [
    "PARCEL_COLUMNS",
    "Intake",
    "digests",
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
    "match",  # how the member was found: "", "id", "name", "decided", "doubtful" or "none"
    "source",  # file, relative to what the user named, "/" between folders
    "feature",  # the feature within the file
    "communal",  # bool: shared land of the group (ruang perlindungan dan komunal), nobody's andil
    "commodity",  # what grows there, as written; empty where nobody says
    "surveyor",  # who measured it, as written; empty where nobody says
    "surveyed",  # date of the measuring, as written or of the walk's last point; empty if unknown
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
CATEGORY_WORDS = ("category", "kategori", "kategori_andil", "jenis_andil", "ruang")
COMMODITY_WORDS = ("commodity", "komoditas", "komoditi", "jenis_tanaman", "tanaman")
SURVEYOR_WORDS = ("surveyor", "pengukur", "nama_pengukur", "petugas_ukur", "juru_ukur")
SURVEYED_WORDS = (
    "surveyed",
    "tanggal",
    "tgl",
    "tanggal_ukur",
    "tgl_ukur",
    "tanggal_pengukuran",
    "tgl_pengukuran",
)
HOUSEHOLD_WORDS = ("household", "id_kk", "kode_kk", "rumah_tangga", "no_kk", "nomor_kk", "kk")
"""Columns of field tables, the surest first; compared without case, spaces and signs."""

_LONGEST_ID = 40  # letters that still stand beside a parcel on a sheet
_M_PER_DEG = 111_195.0  # of latitude, and at most of longitude

# Shared land by the name of a category, file or folder, or by its code (33.PG.1.K): so the lists
# of the provincial offices have it.
_COMMUNAL = re.compile(
    r"(?<![^\W_])(komunal|communal|ruang[ _-]?perlindungan)(?![^\W_])", re.IGNORECASE
)
_COMMUNAL_CODE = re.compile(r".+\.K", re.IGNORECASE)

WIB_S = 7 * 3600
"""Western Indonesian time: at six in the morning it is still the day before in UTC."""

_NO_CLOCK_S = 946_684_800  # 1 January 2000: a receiver that dates a walk earlier had no time yet

Points = NDArray[np.float64]

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
    remarks: tuple[Remark, ...] = ()
    walks: gpd.GeoDataFrame = field(default_factory=lambda: _walk_table((), ()))
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
    surveyed: str = ""
    walk: Walk | None = None
    said: Mapping[str, str] = field(default_factory=dict)
    folders: tuple[str, ...] = ()
    home: str = ""


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
    intake = take_in(readers.read_files(named, crs=crs or ""), group=group, crs=crs or "")
    if intake.parcels.empty:
        raise _nothing_read(intake.rejected, named)
    if intake.rejected:
        warnings.warn(_sentence_of(intake.rejected), UserWarning, stacklevel=2)
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
    parcels: list[_Parcel] = []
    rejected: list[Rejection] = []
    remarks: list[Remark] = []
    for feature in features:
        if isinstance(feature, Rejection):
            rejected.append(feature)
            continue
        if isinstance(feature, Remark):
            remarks.append(feature)
            continue
        became, remark = _settle(feature, near, crs, crs_epsg, thresholds)
        if remark is not None and not isinstance(became, Rejection):
            remarks.append(remark)
        if isinstance(became, Rejection):
            rejected.append(became)
        else:
            parcels.extend(became)
    # The parcels of one split walk share its repairs: each is told once.
    once = {id(repair): repair for parcel in parcels for repair in parcel.repairs}
    repairs = tuple(once.values())
    table = _table(parcels, group, crs_epsg)
    walks = _walk_table(parcels, table["parcel_id"])
    return Intake(table, repairs, tuple(rejected), tuple(remarks), walks)


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
        _require_unique_text(frame["parcel_id"].to_numpy(object).tolist())


def fingerprint(parcels: gpd.GeoDataFrame) -> str:
    """Return the SHA-256 of what a parcel table says of the land, whatever the order of its rows.

    It covers ``parcel_id``, ``group``, the corners in degrees to eight decimals (1.1 mm, as every
    export writes them) whatever the start and direction of their rings, and the area in whole m²
    that those corners give. So a table that was exported and read again has the same one.
    """
    return hashlib.sha256(b"".join(sorted(digests(parcels)))).hexdigest()


def digests(parcels: gpd.GeoDataFrame) -> list[bytes]:
    """Return the SHA-256 of each row of a parcel table, of all that `fingerprint` covers."""
    grid = round_degrees(parcels.geometry.to_numpy())
    lands = shapely.to_wkb(shapely.normalize(grid), byte_order=1)
    areas = np.round(area_m2(grid)).astype(int)
    return [
        hashlib.sha256(
            "\x1f".join((str(parcel_id), str(group), str(area))).encode() + b"\x1f" + land
        ).digest()
        for parcel_id, group, area, land in zip(
            parcels["parcel_id"], parcels["group"], areas, lands, strict=True
        )
    ]


def _require_unique_text(ids: Sequence[object]) -> None:
    if not all(isinstance(parcel_id, str) and parcel_id for parcel_id in ids):
        raise TableError("parcels_id_not_text")
    twice = tuple(str(i) for i, times in Counter(ids).items() if times > 1)
    if twice:
        raise TableError("parcels_id_twice", ids=twice[:5])


def _nothing_read(rejected: Sequence[Rejection], paths: Sequence[str | Path]) -> FileError:
    names = tuple((address_of(path) or Path(path)).name for path in paths)
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
) -> tuple[list[_Parcel] | Rejection, Remark | None]:
    placed = _place(feature, near, crs, crs_epsg)
    if isinstance(placed, Rejection):
        return placed, None
    feature, bearing = placed
    if feature.walk is not None:
        return _walked(feature, feature.walk, bearing.repairs, thresholds), bearing.remark
    return _drawn(feature, bearing.repairs), bearing.remark


def _place(
    feature: Feature, near: BaseGeometry | None, crs: str, crs_epsg: int
) -> tuple[Feature, Bearing] | Rejection:
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
    if walk is not None and bearing.lonlat is xy:
        return replace(feature, walk=walk), bearing
    if walk is not None:
        cuts = np.cumsum([len(segment) for segment in walk.segments])[:-1]
        segments = tuple(np.split(bearing.lonlat, cuts)) if walk.segments else ()
        return replace(feature, walk=replace(walk, segments=segments)), bearing
    if bearing.lonlat is xy and not shapely.has_z(feature.geometry):
        return feature, bearing
    moved = _with_coordinates(feature.geometry, bearing.lonlat)
    return replace(feature, geometry=moved), bearing


def _with_coordinates(geometry: BaseGeometry | None, lonlat: Points) -> BaseGeometry:
    flat = shapely.set_coordinates(np.array([shapely.force_2d(geometry)]), lonlat)
    land: BaseGeometry = flat[0]
    return land


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
            feature=f"{feature.feature} ({place})" if several else feature.feature,
            geometry=land,
            kind="corners" if walk.corners else "walk",
            repairs=(*feature.repairs, *repairs, *outcome.repairs),
            gap_m=outcome.gaps_m[place - 1],
            accuracy_m=outcome.accuracy_m,
            uncertainty_ha=outcome.uncertainties_ha[place - 1],
            name=feature.name,
            surveyed=_walked_on(walk),
            walk=walk,
            said=feature.properties,
            folders=feature.folders,
            home=feature.home,
        )
        for place, land in enumerate(outcome.polygons, 1)
    ]


def _walked_on(walk: Walk) -> str:
    times_s = np.concatenate([np.empty(0), *walk.times_s])
    known = times_s[times_s > _NO_CLOCK_S]
    return str(np.datetime64(int(known.max()) + WIB_S, "s").astype("M8[D]")) if len(known) else ""


def _drawn(feature: Feature, repairs: tuple[Repair, ...]) -> list[_Parcel] | Rejection:
    drawn = feature.geometry
    if drawn is None or not set(_kinds(drawn)) & _LAND_KINDS:
        kind = "" if drawn is None else drawn.geom_type
        return _refuse(feature, "geometry_not_land", kind=kind)
    if area_m2([shapely.convex_hull(drawn)])[0] < _NO_AREA_M2:
        return _refuse(feature, "no_area")
    far = _far_corner(drawn)
    if far is not None:
        return replace(_refuse(feature, "vertex_far_away", distance_m=far[1]), where=far[0])
    land, own = drawn, list(feature.repairs)
    for mend in (_without_lines, _without_repeats, _made_valid):
        land = mend(feature, land, own)
    if land.is_empty or area_m2([land])[0] < _NO_AREA_M2:
        return _refuse(feature, "no_area")
    return [
        _Parcel(
            source=feature.source,
            feature=feature.feature,
            geometry=land,
            kind="drawn",
            repairs=(*repairs, *own),
            name=feature.name,
            said=feature.properties,
            folders=feature.folders,
            home=feature.home,
        )
    ]


_NO_AREA_M2 = 1.0
_LAND_KINDS = frozenset({"Polygon", "MultiPolygon"})
_FAR_M = 10_000.0  # no andil has an edge of 10 km
_FAR_RATIO = 10.0  # out and back to almost the same place


def _kinds(drawn: BaseGeometry) -> list[str]:
    return [part.geom_type for part in _simple_parts(drawn)]


def _far_corner(drawn: BaseGeometry) -> tuple[BaseGeometry, float] | None:
    """Return a corner that leaps away from its neighbours (0,0 or a typing error), how far."""
    west, south, east, north = drawn.bounds
    if max(east - west, north - south) * _M_PER_DEG < _FAR_M:
        return None
    for ring in shapely.get_rings(shapely.get_parts(drawn)):
        corners = shapely.get_coordinates(ring)[:-1]
        xy = plane_xy(corners)
        before, after = np.roll(xy, 1, axis=0), np.roll(xy, -1, axis=0)
        hop_m = np.minimum(np.hypot(*(xy - before).T), np.hypot(*(xy - after).T))
        leaps = (hop_m > _FAR_M) & (hop_m > _FAR_RATIO * np.hypot(*(before - after).T))
        if leaps.any():
            worst = int(np.argmax(np.where(leaps, hop_m, 0.0)))
            return shapely.Point(corners[worst]), float(hop_m[worst])
    return None


def _without_lines(feature: Feature, land: BaseGeometry, repairs: list[Repair]) -> BaseGeometry:
    if land.geom_type in _LAND_KINDS:
        return land
    parts = _simple_parts(land)
    polygons = [part for part in parts if part.geom_type == "Polygon" and not part.is_empty]
    if len(polygons) < len(parts):
        repairs.append(_repair(feature, "drop_lines", parts=len(parts) - len(polygons)))
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)


def _simple_parts(drawn: BaseGeometry) -> list[Any]:
    if not hasattr(drawn, "geoms"):
        return [drawn]
    return [simple for part in drawn.geoms for simple in _simple_parts(part)]


def _without_repeats(feature: Feature, land: BaseGeometry, repairs: list[Repair]) -> BaseGeometry:
    rings = shapely.get_rings(shapely.get_parts(land))
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    same = (xy[1:] == xy[:-1]).all(axis=1) & (ring[1:] == ring[:-1])
    if not same.any():
        return land
    once = shapely.remove_repeated_points(land)
    points = int(shapely.get_num_coordinates(land) - shapely.get_num_coordinates(once))
    if points:
        repairs.append(_repair(feature, "drop_repeated_points", points=points))
    return once


def _made_valid(feature: Feature, land: BaseGeometry, repairs: list[Repair]) -> BaseGeometry:
    if land.is_valid:
        return land
    mended = make_valid_land(land)
    if mended.is_empty:
        return mended
    crossings = self_crossings(land)
    before_m2, after_m2 = area_m2([land, mended])
    areas: dict[str, Fact] = {
        "before_ha": float(before_m2) / M2_PER_HA,
        "after_ha": float(after_m2) / M2_PER_HA,
    }
    if crossings.is_empty:
        repairs.append(_misdrawn(feature, land, areas))
        return mended
    places: dict[str, Fact] = {
        "crossings": int(shapely.get_num_geometries(crossings)),
        "places": written_places(crossings),
    }
    repairs.append(replace(_repair(feature, "make_valid", **places, **areas), where=crossings))
    return mended


def _misdrawn(feature: Feature, land: BaseGeometry, areas: Mapping[str, Fact]) -> Repair:
    """Return the repair of a drawing that is no land though its lines nowhere cross."""
    holes = [shapely.Polygon(h) for p in _simple_parts(land) for h in p.interiors]
    if holes:
        where = shapely.union_all([hole.representative_point() for hole in holes])
        return replace(_repair(feature, "mend_holes", holes=len(holes), **areas), where=where)
    return replace(_repair(feature, "undo_double_line", **areas), where=land.envelope.centroid)


def _repair(feature: Feature, rule: str, **facts: Fact) -> Repair:
    return Repair(source=feature.source, feature=feature.feature, rule=rule, facts=facts)


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
        "communal": np.array(list(map(_is_communal, parcels, ids)), dtype=bool),
        "commodity": [_said(parcel.said, COMMODITY_WORDS) for parcel in parcels],
        "surveyor": [_said(parcel.said, SURVEYOR_WORDS) for parcel in parcels],
        "surveyed": [_said(parcel.said, SURVEYED_WORDS) or parcel.surveyed for parcel in parcels],
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


def _walk_table(parcels: Sequence[_Parcel], ids: Iterable[str]) -> gpd.GeoDataFrame:
    walked = [(parcel_id, p) for parcel_id, p in zip(ids, parcels, strict=True) if p.walk]
    lines = [_line_of(p.walk) for _, p in walked if p.walk]
    columns = {
        "parcel_id": [parcel_id for parcel_id, _ in walked],
        "source": [p.source for _, p in walked],
        "feature": [p.feature for _, p in walked],
        "points": [sum(map(len, p.walk.segments)) for _, p in walked if p.walk],
    }
    return gpd.GeoDataFrame(columns, geometry=lines, crs=4326)


def _line_of(walk: Walk) -> BaseGeometry:
    pieces = [segment for segment in walk.segments if len(segment) > 1]
    return shapely.MultiLineString([shapely.LineString(piece) for piece in pieces])


def _groups(parcels: Sequence[_Parcel], group: str | None) -> list[str]:
    names = [
        _said(parcel.said, GROUP_WORDS)
        or _group_of_folders(parcel.folders)
        or group
        or _group_of_path(parcel.source, parcel.home)
        for parcel in parcels
    ]
    spelling: dict[str, str] = {}
    return [spelling.setdefault(_folded(name), " ".join(name.split())) for name in names]


def _group_of_folders(folders: Sequence[str]) -> str:
    """Return the folder of a KML that calls itself a group; others are layers of somebody's map."""
    return next((f for f in reversed(folders) if _GROUP_FOLDER.match(f.strip())), "")


_GROUP_FOLDER = re.compile(r"(?:kth\w*|kelompok|klp|gapoktan\w*)[\s._-]+\w", re.IGNORECASE)


def _group_of_path(source: str, home: str) -> str:
    path = PurePosixPath(source)
    # a folder for the shared land, or for the files of one device, lies within that of its group
    folders = [
        part
        for part in (home, *path.parent.parts)
        if part and not _COMMUNAL.search(part) and _word(part) not in _FOLDERS_OF_NO_GROUP
    ]
    return folders[-1] if folders else path.stem or source


_FOLDERS_OF_NO_GROUP = frozenset(
    (
        *("kelompok", "kelompoktani", "kelompokkelompok", "groups", "data", "datalapangan"),
        *("lapangan", "andil", "lahan", "petak", "parcels", "peta", "maps", "gps", "gpx", "kml"),
        *("kmz", "track", "tracks", "jalur", "jalurgps", "export", "ekspor", "layers", "lapisan"),
        *("download", "downloads", "unduhan", "desktop", "documents", "dokumen", "foto", "photos"),
    )
)
"""Names of folders that say what lies in them, and of no group."""


def _is_communal(parcel: _Parcel, parcel_id: str) -> bool:
    stated = _said(parcel.said, CATEGORY_WORDS)
    if stated:
        return bool(_COMMUNAL.search(stated))
    named = PurePosixPath(parcel.source).with_suffix("").parts
    return any(map(_COMMUNAL.search, named)) or bool(_COMMUNAL_CODE.fullmatch(parcel_id))


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
