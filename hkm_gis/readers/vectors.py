"""GeoPackage, FlatGeobuf and Shapefile: every layer, every feature, read from memory."""

from __future__ import annotations

import re
import sqlite3
import struct
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from io import BytesIO
from typing import Any, Literal

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from hkm_gis.files import Limits, Refusal
from hkm_gis.readers.coordinates import LARGEST, printable
from hkm_gis.readers.corners import MarkedPoint, with_corners
from hkm_gis.readers.feature import Feature, Outcome, limit_features, mended, refused
from hkm_gis.readers.geojson import CLOSE_RING, crs_name
from hkm_gis.readers.rows import cell_text
from hkm_gis.record import Rejection, Remark
from hkm_gis.walks import Walk

__all__ = ["feature_of_wkb", "read_flatgeobuf", "read_geopackage", "read_shapefile"]


def read_geopackage(
    content: bytes, source: str, limits: Limits, *, crs: str = "", layer: str = ""
) -> Iterator[Outcome]:
    """Yield the features of all tables of a GeoPackage (or of ``layer``); views are not read.

    Parameters
    ----------
    content, source, limits
        The bytes, the name that reports use for them, and how much they may hold.
    crs
        Coordinate system of layers that state none.
    layer
        The one layer to read; all if empty.

    Raises
    ------
    Refusal
        It is damaged, another kind of database, or has no such layer.
    """
    rested = _without_write_ahead(content)
    layers = _tables(rested)
    if layer and layer not in layers:
        raise Refusal("layer_missing", layer=layer, layers=printable(", ".join(layers)))
    chosen = [layer] if layer else list(layers)
    if not chosen:
        raise Refusal("no_features")
    empty = 0
    for name in chosen:
        label = f'layer "{printable(name)}" ' if len(chosen) > 1 else ""
        if layers[name] in _ARCS:  # GDAL hands over what it has straightened, and does not say so
            yield Remark(source=source, feature=label.strip(), rule="arcs_as_lines")
        try:
            yield from _layer(rested, source, limits, crs=crs, layer=name, label=label)
        except Refusal as refusal:
            if refusal.reason != "no_features":
                yield refused(source, label.strip(), refusal)
            empty += refusal.reason == "no_features"
    if empty == len(chosen):
        raise Refusal("no_features")


def _without_write_ahead(content: bytes) -> bytes:
    """Switch the copy in memory to the plain journal: a file alone has no write-ahead log."""
    return content[:18] + b"\x01\x01" + content[20:]


_ARCS = {"CURVE", "CIRCULARSTRING", "COMPOUNDCURVE", "MULTICURVE"}
_ARCS |= {"CURVEPOLYGON", "SURFACE", "MULTISURFACE"}


def _tables(content: bytes) -> dict[str, str]:
    """Return the tables of features in their order, and what each says its shapes are."""
    with closing(sqlite3.connect(":memory:")) as database:
        try:
            database.deserialize(content)
            database.execute("PRAGMA trusted_schema=OFF")
            rows = database.execute(
                "SELECT c.table_name, upper(g.geometry_type_name) "
                "FROM gpkg_contents c JOIN sqlite_master m ON lower(m.name) = lower(c.table_name) "
                "LEFT JOIN gpkg_geometry_columns g ON lower(g.table_name) = lower(m.name) "
                "WHERE c.data_type = 'features' AND m.type = 'table' ORDER BY m.rowid"
            ).fetchall()
        except sqlite3.OperationalError:
            raise Refusal("not_a_map", code="S02") from None
        except (sqlite3.Error, UnicodeDecodeError):
            raise Refusal("vector_damaged") from None
        finally:
            database.rollback()
    return {str(name): str(kind) for name, kind in rows}


def read_flatgeobuf(
    content: bytes, source: str, limits: Limits, *, crs: str = ""
) -> Iterator[Outcome]:
    """Yield the features of a FlatGeobuf file; parameters and errors as `read_geopackage`."""
    yield from _layer(content, source, limits, crs=crs)


def read_shapefile(
    parts: Mapping[str, bytes], source: str, limits: Limits, *, crs: str = ""
) -> Iterator[Outcome]:
    """Yield the features of a shapefile.

    Parameters
    ----------
    parts
        Its files by extension in small letters (``.shp``, ``.dbf`` …).
    source, limits, crs
        As `read_geopackage`; ``crs`` counts where there is no ``.prj``.

    Raises
    ------
    Refusal
        A part is missing or cut short: rows without shapes, or shapes without rows, are no map.
    """
    missing = [part for part in (".shp", ".shx", ".dbf") if not parts.get(part)]
    if missing:
        raise Refusal("shapefile_parts_missing", missing=", ".join(missing))
    for part in (".shp", ".shx"):
        _prove_length(parts[part], _stated_length(parts[part]))
    _prove_length(parts[".dbf"], _stated_dbf_length(parts[".dbf"]))
    if not parts.get(".prj") and not crs:
        yield Remark(source=source, feature="", rule="prj_missing")
    parts = {".cpg": _encoding_of(parts[".dbf"])} | dict(parts)
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:  # under a name of our own, with no other files
        for part in (".shp", ".shx", ".dbf", ".prj", ".cpg"):
            if part in parts:
                archive.writestr(f"layer{part}", parts[part])
    yield from _layer(packed.getvalue(), source, limits, crs=crs)


def _stated_length(part: bytes) -> int:
    return int(struct.unpack(">i", part[24:28])[0]) * 2 if len(part) >= 100 else 100


def _stated_dbf_length(part: bytes) -> int:
    if len(part) < 32:
        return 32
    records, heading, record = struct.unpack("<IHH", part[4:12])
    return int(heading + records * record)


def _encoding_of(dbf: bytes) -> bytes:
    """Say in what the rows are written where no ``.cpg`` says it; GDAL would make JosÃ© of José."""
    try:
        dbf[int.from_bytes(dbf[8:10], "little") :].decode("utf-8")
    except UnicodeDecodeError:
        return b"CP1252"
    return b"UTF-8"


def _prove_length(part: bytes, stated: int) -> None:
    if len(part) < stated:
        raise Refusal("shapefile_cut_short", size=len(part), stated=stated)


def _layer(
    content: bytes,
    source: str,
    limits: Limits,
    *,
    crs: str,
    layer: str | None = None,
    label: str = "",
) -> Iterator[Outcome]:
    meta, shapes, columns = _read(content, layer, limits)
    names = [str(name) for name in meta["fields"]]
    stated = crs_name(meta["crs"]) if meta["crs"] else crs
    if len(shapes) == 0:
        raise Refusal("no_features")
    rows = zip(*columns, strict=True) if columns else ((),) * len(shapes)
    outcomes = (
        feature_of_wkb(
            shape,
            {name: _said(value) for name, value in zip(names, row, strict=True)},
            f"{label}feature {position}",
            source,
            stated,
        )
        for position, (shape, row) in enumerate(zip(shapes, rows, strict=True), 1)
    )
    yield from with_corners(outcomes, source=source, crs=stated)


def _read(
    content: bytes, layer: str | None, limits: Limits
) -> tuple[dict[str, Any], Sequence[bytes | None], Sequence[NDArray[Any]]]:
    import pyogrio

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about the name of a file in memory
            meta, _, shapes, columns = pyogrio.raw.read(
                content,
                layer=layer,
                force_2d=True,
                datetime_as_string=True,
                max_features=limits.features + 1,
            )
    except pyogrio.errors.GeometryError as problem:
        kind = _SOLIDS.get(int(re.sub(r"\D", "", str(problem)) or 0) % 1000, "?")
        raise Refusal("geometry_not_land", kind=kind) from None
    except Exception:  # GDAL raises many kinds, all of which say that the file is damaged
        raise Refusal("vector_damaged") from None
    if shapes is None:
        raise Refusal("layer_without_land")
    limit_features(len(shapes), limits)
    return meta, shapes, columns


def _said(value: object) -> str:
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    return "" if isinstance(value, bytes) else cell_text(value)


def feature_of_wkb(
    wkb: bytes | None, said: dict[str, str], label: str, source: str, crs: str
) -> Feature | Rejection | MarkedPoint:
    """Return one row of a map as a feature, a point to be joined to others, or why it is none."""
    by_lower = {key.lower(): value for key, value in said.items()}
    name = next((by_lower[k] for k in ("name", "nama") if by_lower.get(k)), "")
    label = f'{label} "{printable(name)}"' if name else label
    try:
        shape, closed = _shape(wkb)
        if isinstance(shape, shapely.Point):
            return MarkedPoint(feature=label, name=name, x=shape.x, y=shape.y, properties=said)
        is_walk = shape.geom_type in ("LineString", "MultiLineString")
        return Feature(
            source=source,
            feature=label,
            name=name,
            walk=_walk(shape) if is_walk else None,
            geometry=None if is_walk else shape,
            crs=crs,
            properties=said,
            repairs=mended(source, label, [CLOSE_RING] if closed else []),
        )
    except Refusal as refusal:
        return refused(source, label, refusal)


def _walk(shape: BaseGeometry) -> Walk:
    return Walk(segments=tuple(shapely.get_coordinates(p) for p in shapely.get_parts(shape)))


# Skins of solid bodies, which GEOS does not know: what a CAD program makes of a slope or a house.
_SOLIDS = {15: "PolyhedralSurface", 16: "TIN", 17: "Triangle"}


def _kind_in(wkb: bytes) -> int:
    order: Literal["little", "big"] = "little" if wkb[:1] == b"\1" else "big"
    return int.from_bytes(wkb[1:5], order) % 1000  # with heights it is 1000 more


_KINDS = {"Point", "LineString", "MultiLineString", "Polygon", "MultiPolygon"}


def _shape(wkb: bytes | None) -> tuple[BaseGeometry, bool]:
    """Return the shape, and whether a ring had to be closed for it."""
    if wkb is None:
        raise Refusal("no_geometry")
    shape: BaseGeometry | None = shapely.from_wkb(wkb, on_invalid="ignore")
    closed = shape is None
    if closed:
        shape = shapely.from_wkb(wkb, on_invalid="fix")
    if shape is None and (kind := _SOLIDS.get(_kind_in(wkb))):
        raise Refusal("geometry_not_land", kind=kind)
    if shape is None or shape.is_empty:
        raise Refusal("no_geometry")
    kind = shape.geom_type
    if kind == "GeometryCollection":
        parts = {part.geom_type for part in shapely.get_parts(shape)}
        kind = "Polygon" if parts & {"Polygon", "MultiPolygon"} else kind
    if kind not in _KINDS:
        raise Refusal("geometry_not_land", kind=kind)
    positions = shapely.get_coordinates(shape)
    bad = ~(np.isfinite(positions) & (np.abs(positions) < LARGEST)).all(axis=1)
    if bad.any():
        raise Refusal("bad_coordinate", value=printable(str(positions[bad][0].tolist())))
    return shape, closed
