"""Tables of corners, one row a corner, in degrees or UTM metres; and tables of WKT."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely

from hkm_gis.files import Limits, Refusal
from hkm_gis.readers.angles import with_whole_angles, with_whole_heading
from hkm_gis.readers.coordinates import degrees_or_metres, pair, printable
from hkm_gis.readers.corners import MarkedPoint
from hkm_gis.readers.feature import Feature, Outcome, refused
from hkm_gis.readers.forms import form_features, repeat_features
from hkm_gis.readers.geojson import land_of
from hkm_gis.readers.repeats import sheets_of_repeats
from hkm_gis.readers.rows import Row, Sheet, read_csv, read_xlsx, refuse_ragged
from hkm_gis.readers.traces import is_form
from hkm_gis.record import Rejection
from hkm_gis.walks import Walk

__all__ = ["form_sheets", "read_csv_table", "read_xlsx_tables"]

WGS84 = "EPSG:4326"

_Y = {
    *("lat", "latitude", "lintang", "ls", "lu", "lintang selatan", "lintang ls", "y", "n"),
    *("northing", "mu", "utm y", "y utm", "utm n", "lat y", "y lat", "ycoord", "point y", "s"),
}
_X = {
    *("lon", "long", "lng", "longitude", "bujur", "bt", "bujur timur", "bujur bt", "x", "e"),
    *("easting", "mt", "utm x", "x utm", "utm e", "long x", "x long", "xcoord", "point x"),
}
_BOTH = {
    *("", "gps", "lat long", "lat lon", "latlong", "latlon", "geopoint", "lokasi", "posisi"),
    *("coordinate", "coordinates", "point", "lintang bujur", "ls bt"),
}
_WKT = {"wkt", "geom", "geometry", "geometri", "the geom", "wkt geom"}
_ZONE = {"zona", "zone", "zona utm", "utm zone"}
_CORNER = {
    *("titik", "no titik", "nomor titik", "id titik", "kode titik", "nama titik", "titik ke"),
    *("sudut", "no sudut", "patok", "no patok", "pal", "no pal", "urutan", "urut", "corner"),
    *("vertex", "vertex index", "point", "point no", "no point", "wpt", "waypoint"),
}
_PARCEL = (
    *("parcel id", "id andil", "no andil", "nomor andil", "kode andil", "andil", "id petak"),
    *("no petak", "nomor petak", "kode petak", "petak", "id lahan", "no lahan", "kode lahan"),
    *("lahan", "bidang", "no bidang", "parcel", "poligon", "polygon", "nama penggarap"),
    *("penggarap", "nama pemilik", "pemilik", "nama anggota", "nama petani", "petani", "nama"),
    *("name", "kode", "id"),
)
_NAME = ("nama penggarap", "penggarap", "nama pemilik", "pemilik", "nama anggota", "nama", "name")
_GROUP = ("kelompok", "nama kelompok", "kth", "nama kth", "group")

_HEADING_WITHIN = 15  # rows of title that people put above a table


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where a table holds what; -1 where it does not."""

    heading: tuple[str, ...]
    x: int = -1
    y: int = -1
    both: int = -1
    wkt: int = -1
    zone: int = -1
    corner: int = -1
    parcel: int = -1
    name: int = -1
    group: int = -1

    @property
    def has_land(self) -> bool:
        return self.wkt >= 0 or self.both >= 0 or (self.x >= 0 and self.y >= 0)


def read_csv_table(
    content: bytes, source: str, limits: Limits, *, crs: str = ""
) -> Iterator[Outcome]:
    """Yield the land of a text table: a form's export, a table of corners, or WKT.

    Parameters
    ----------
    content, source, limits
        The bytes, the name that reports use for them, and how much they may hold.
    crs
        Coordinate system of metres or degrees that state none.

    Raises
    ------
    Refusal
        The file is no table, or has no column of coordinates.
    """
    yield from _read_sheets([read_csv(content, limits)], source, crs)


def form_sheets(tables: Mapping[str, bytes], limits: Limits) -> list[Sheet]:
    """Return the tables that are one form of ODK Central with its repeated groups; none if not.

    ODK Central packs one CSV for the form and one for each repeated group into a ZIP.
    """
    sheets = []
    for name, content in tables.items():
        try:
            sheets.append(replace(read_csv(content, limits), name=name))
        except Refusal:
            continue  # it is refused by name when its turn comes
    return sheets_of_repeats(sheets)


def read_xlsx_tables(
    content: bytes, source: str, limits: Limits, *, crs: str = "", layer: str = ""
) -> Iterator[Outcome]:
    """Yield the land of every sheet of a workbook (or of sheet ``layer``), as `read_csv_table`."""
    sheets = list(read_xlsx(content, limits))
    chosen = [sheet for sheet in sheets if layer in ("", sheet.name)]
    if not chosen:
        names = ", ".join(sheet.name for sheet in sheets)
        raise Refusal("layer_missing", layer=layer, layers=printable(names))
    yield from _read_sheets(chosen, source, crs)


def _read_sheets(sheets: Sequence[Sheet], source: str, crs: str) -> Iterator[Outcome]:
    joined = sheets_of_repeats(sheets)
    yield from repeat_features(joined, source, crs or WGS84)
    with_land = [sheet for sheet in sheets if sheet not in joined and _holds_land(sheet)]
    if not with_land and not joined:
        is_table = any(len(row.cells) > 1 for sheet in sheets for row in sheet.rows[:1])
        reason = "table_without_coordinates" if is_table else "not_a_map"
        raise Refusal(reason, code="S02")
    filled = [sheet for sheet in with_land if _rows_of_land(sheet)]
    if not filled and not joined:
        raise Refusal("no_features")
    for sheet in filled:
        prefix = f'sheet "{printable(sheet.name)}" ' if len(filled) > 1 or joined else ""
        yield from _read_sheet(sheet, source, crs, prefix)


def _holds_land(sheet: Sheet) -> bool:
    return is_form(sheet.rows) or _columns(sheet)[1].has_land


def _rows_of_land(sheet: Sheet) -> Sequence[Row]:
    return sheet.rows[1:] if is_form(sheet.rows) else _columns(sheet)[0]


def _read_sheet(sheet: Sheet, source: str, crs: str, prefix: str) -> Iterator[Feature | Rejection]:
    if is_form(sheet.rows):
        yield from form_features(sheet.rows, source, crs or WGS84, prefix=prefix)
        return
    rows, columns = _columns(sheet)
    if columns.wkt >= 0:
        yield from (_wkt_land(row, columns, source, crs, prefix) for row in rows)
    else:
        yield from _corner_land(rows, columns, source, crs, prefix)


def _columns(sheet: Sheet) -> tuple[tuple[Row, ...], _Columns]:
    """Return the rows below the heading and what it says; no land if there is no heading."""
    sheet = with_whole_angles(sheet)
    tops = [_roles(row.cells) for row in sheet.rows[:_HEADING_WITHIN]]
    found = [place for place, top in enumerate(tops) if top.has_land][:2]
    if not found:
        return (), _Columns(())
    first, second = found[0], found[-1]
    if tops[first].both >= 0 and second == first + 1:
        first = second  # "Koordinat" stood over X and Y
    above = sheet.rows[first - 1].cells if first else ()
    return sheet.rows[first + 1 :], _roles(with_whole_heading(above, sheet.rows[first].cells))


def _roles(cells: Sequence[str]) -> _Columns:
    heading = tuple(cells)
    while heading and not heading[-1]:
        heading = heading[:-1]
    plain = [_plain(cell) for cell in heading]
    spoken = [" ".join(re.findall(r"[a-z0-9]+", cell.lower())) for cell in heading]
    return _Columns(
        heading,
        x=_first(plain, _X),
        y=_first(plain, _Y),
        both=next((i for i, p in enumerate(plain) if p in _BOTH and spoken[i]), -1),
        wkt=_first(spoken, _WKT),
        zone=_first(spoken, _ZONE),
        corner=_first(spoken, _CORNER),
        parcel=_surest(spoken, _PARCEL),
        name=_surest(spoken, _NAME),
        group=_surest(spoken, _GROUP),
    )


def _plain(cell: str) -> str:
    """Drop the words that only say that it is a coordinate: 'Koordinat X (m)' → x."""
    words = re.findall(r"[a-z0-9]+", cell.lower())
    dropped = {"koordinat", "koord", "coord", "m", "meter", "deg", "derajat", "dd", "dms", "wgs84"}
    return " ".join(word for word in words if word not in dropped) if words else "-"


def _first(heading: Sequence[str], words: set[str]) -> int:
    return next((i for i, cell in enumerate(heading) if cell in words), -1)


def _surest(heading: Sequence[str], words: Sequence[str]) -> int:
    return next((heading.index(word) for word in words if word in heading), -1)


def _said(row: Row, columns: _Columns) -> dict[str, str]:
    place = {columns.x, columns.y, columns.both, columns.wkt, columns.corner}
    return {name: row.cell(i) for i, name in enumerate(columns.heading) if name and i not in place}


def _wkt_land(
    row: Row, columns: _Columns, source: str, crs: str, prefix: str
) -> Feature | Rejection:
    name = row.cell(columns.name)
    label = f"{prefix}row {row.number}" + (f' "{printable(name)}"' if name else "")
    srid, _, wkt = row.cell(columns.wkt).rpartition(";")
    stated = srid.upper().replace("SRID=", "EPSG:") or crs
    try:
        refuse_ragged(row, len(columns.heading))
        drawn = _drawn(wkt, row)
        land = land_of(
            drawn, source=source, feature=label, name=name, crs=stated, said=_said(row, columns)
        )
    except Refusal as refusal:
        return refused(source, label, refusal)
    if isinstance(land, MarkedPoint):
        return refused(source, label, Refusal("waypoint_not_a_parcel", code="S05"))
    return land


def _drawn(wkt: str, row: Row) -> object:
    if not wkt:
        raise Refusal("row_without_land", row=row.number)
    try:
        return json.loads(shapely.to_geojson(shapely.from_wkt(wkt)))
    except shapely.errors.GEOSException:
        raise Refusal("bad_coordinate_in_row", row=row.number, value=printable(wkt)) from None


def _corner_land(
    rows: Sequence[Row], columns: _Columns, source: str, crs: str, prefix: str
) -> Iterator[Feature | Rejection]:
    for corners in _by_parcel(rows, columns).values():
        name = corners[0].cell(columns.name)
        key = corners[0].cell(columns.parcel)
        label = f"{prefix}rows {corners[0].number}–{corners[-1].number}"
        label = f'{label} "{printable(key)}"' if key else label
        try:
            positions, stated = _ring(corners, columns, crs)
        except Refusal as refusal:
            yield refused(source, label, refusal)
            continue
        yield Feature(
            source=source,
            feature=label,
            name=name,
            walk=Walk(segments=(positions,), corners=True),
            crs=stated,
            properties=_said(corners[0], columns),
        )


def _by_parcel(rows: Sequence[Row], columns: _Columns) -> Mapping[tuple[str, str], list[Row]]:
    """Rows by group and parcel; a blank key under a filled one is a merged cell."""
    parcels: dict[tuple[str, str], list[Row]] = {}
    group = parcel = ""
    for row in rows:
        if not any(row.cell(c) for c in (columns.x, columns.y, columns.both)):
            continue  # a line of remarks or totals holds no corner
        group = row.cell(columns.group) or group
        parcel = row.cell(columns.parcel) or parcel
        parcels.setdefault((group, parcel), []).append(row)
    return parcels


def _ring(corners: Sequence[Row], columns: _Columns, crs: str) -> tuple[np.ndarray, str]:
    positions = np.array([_corner(row, columns) for row in _in_order(corners, columns)])
    distinct = len(np.unique(positions, axis=0))
    if distinct < 3:
        raise Refusal("too_few_corners", corners=distinct)
    in_metres = np.abs(positions).max(axis=1) > 180
    if in_metres.any() and not in_metres.all():
        raise Refusal("mixed_coordinates")
    if in_metres.all():
        return positions, _utm(corners[0], columns, positions[0, 1]) or crs
    return positions, crs if not crs or _is_geographic(crs) else ""


def _in_order(corners: Sequence[Row], columns: _Columns) -> Sequence[Row]:
    found = [re.search(r"(\d{1,6})\D*$", row.cell(columns.corner)) for row in corners]
    order = [int(match[1]) for match in found if match]
    if len(set(order)) != len(corners):
        return corners
    return [row for _, row in sorted(zip(order, corners, strict=True), key=lambda pair: pair[0])]


def _corner(row: Row, columns: _Columns) -> tuple[float, float]:
    refuse_ragged(row, len(columns.heading))
    shown = row.cell(columns.both)
    try:
        if columns.x < 0 or columns.y < 0:
            return pair(shown)
        shown = row.cell(columns.x)
        x = degrees_or_metres(shown)
        shown = row.cell(columns.y)
        y = degrees_or_metres(shown)
    except Refusal:
        raise Refusal("bad_coordinate_in_row", row=row.number, value=printable(shown)) from None
    south = re.fullmatch(
        r"(?:lintang )?(?:ls|s)|lintang selatan", _plain(columns.heading[columns.y])
    )
    return x, -y if south and 0 < y <= 180 else y


def _utm(row: Row, columns: _Columns, northing_m: float) -> str:
    """Return the EPSG code of the UTM or TM-3 zone that a table names; empty if it names none."""
    zone = row.cell(columns.zone)
    if not zone:
        return ""
    half_zone = _TM3.fullmatch(zone.strip())
    if half_zone:
        epsg = 23829 + 2 * (int(half_zone[1]) - 46) + int(half_zone[2]) - 1
        if 23830 <= epsg <= 23845:  # DGN95 / TM-3, zones 46.2 to 54.1
            return f"EPSG:{epsg}"
    match = re.fullmatch(r"(?:UTM|ZONA|ZONE|\s)*(\d{1,2})\s*([A-Z]*)", zone.strip(), re.IGNORECASE)
    if match is None or not 1 <= int(match[1]) <= 60:
        raise Refusal("utm_zone_unknown", row=row.number, zone=printable(zone))
    half = match[2].upper()
    # A zone without letter: Indonesian northings are under 1,300 km north of the equator and
    # over 8,700 km south of it. The letters C to M are the southern bands of the military grid.
    south = northing_m > 5e6 if not half else half in ("S", "SELATAN") or half[0] in "CDEFGHJKLM"
    return f"EPSG:{(32700 if south else 32600) + int(match[1])}"


# The grid of the land offices: each zone of UTM in two halves, 48.1 and 48.2.
_TM3 = re.compile(r"(?:TM|ZONA|ZONE|3|°|\s|-)*(\d{2})[.,]([12])", re.IGNORECASE)


def _is_geographic(crs: str) -> bool:
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        return bool(CRS.from_user_input(crs).is_geographic)
    except CRSError:
        return False
