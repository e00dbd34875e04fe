"""Shapefiles as a forestry office asks for them: exact fields, zipped, with a list of fields."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from hkm_gis.exports.archive import pack_zip
from hkm_gis.exports.layers import Layer
from hkm_gis.files import scratch_folder
from hkm_gis.text import say

__all__ = ["FIELDS", "field_of", "write_shapefiles"]

FIELDS: dict[str, tuple[str, str]] = {
    # column: field of at most ten letters, as the ministry's layers spell it where they have it,
    # and its type; texts are as long as dBASE allows for names and sentences
    "parcel_id": ("NO_ANDIL", "str:80"),
    "parcel_a": ("ANDIL_A", "str:80"),
    "parcel_b": ("ANDIL_B", "str:80"),
    "group": ("LEMBAGA", "str:120"),
    "group_a": ("LEMBAGA_A", "str:120"),
    "group_b": ("LEMBAGA_B", "str:120"),
    "groups": ("LEMBAGA", "str:254"),
    "household": ("KODE_KK", "str:80"),
    "household_a": ("KODE_KK_A", "str:80"),
    "household_b": ("KODE_KK_B", "str:80"),
    "member": ("NAMA", "str:120"),
    "nik": ("NIK", "str:20"),
    "kk": ("NO_KK", "str:20"),
    "kind": ("JENIS", "str:30"),
    "area_ha": ("LUAS_HA", "float:14.4"),
    "area_m2": ("LUAS_M2", "float:14.1"),
    "utm_ha": ("LUAS_UTM", "float:14.4"),
    "uncertainty_ha": ("PLUSMIN_HA", "float:14.4"),
    "outside_ha": ("LUAR_HA", "float:14.4"),
    "near_boundary": ("DEKAT_BTS", "str:5"),
    "share_a": ("BAGIAN_A", "float:8.4"),
    "share_b": ("BAGIAN_B", "float:8.4"),
    "width_m": ("LEBAR_M", "float:10.1"),
    "parcels": ("JML_ANDIL", "int:9"),
    "households": ("JML_KK", "int:9"),
    "gross_ha": ("KOTOR_HA", "float:14.4"),
    "disputed_ha": ("SENGKETA", "float:14.4"),
    "sliver_ha": ("SERPIH_HA", "float:14.4"),
    "net_ha": ("BERSIH_HA", "float:14.4"),
    "cultivated_ha": ("GARAPAN_HA", "float:14.4"),
    "code": ("KODE", "str:10"),
    "name": ("NAMA_PERIK", "str:60"),
    "severity": ("TINGKAT", "str:30"),
    "status": ("STATUS", "str:30"),
    "accepted": ("DISEPAKATI", "str:254"),
    "message": ("PESAN", "str:254"),
    "fix": ("SARAN", "str:254"),
}
"""Column → field and type of the Shapefile; the same list lies in the ZIP as ``KOLOM.txt``."""

_NO_CLOCK = "1980-01-01"  # dBASE writes the day of the last change


def write_shapefiles(
    layers: Sequence[Layer], *, crs_epsg: int, meaning: Callable[[str], str], title: str, lang: str
) -> bytes:
    """Return a ZIP with one Shapefile a layer (a bare DBF where it has no places).

    Parameters
    ----------
    layers
        The tables, in EPSG:4326. Findings become points inside their place.
    crs_epsg
        Coordinate system to write in.
    meaning
        Words that say what a column is, for ``KOLOM.txt``.
    title, lang
        First line of ``KOLOM.txt``, and its language.
    """
    with scratch_folder() as home:
        for layer in layers:
            _write(home / f"{layer.name}.shp", layer, crs_epsg)
        contents = {p.name: p.read_bytes() for p in sorted(home.iterdir())}
    contents["KOLOM.txt"] = _field_list(layers, meaning, title, lang).encode()
    return pack_zip(contents)


def _write(path: Path, layer: Layer, crs_epsg: int) -> None:
    import fiona

    fields = {column: field_of(column, layer) for column in layer.columns}
    places, geometry_type = _places(layer, crs_epsg)
    schema = {"geometry": geometry_type, "properties": dict(fields.values())}
    options: dict[str, Any] = {"DBF_DATE_LAST_UPDATE": _NO_CLOCK, "encoding": "UTF-8"}
    if geometry_type != "None":
        options["crs"] = f"EPSG:{crs_epsg}"
    # GDAL crashes where it cannot make this file; one that is there it only opens.
    path.with_suffix(".cpg").write_bytes(b"UTF-8")
    with fiona.open(path, "w", driver="ESRI Shapefile", schema=schema, **options) as file:
        rows = zip(*(layer.frame[c].tolist() for c in fields), strict=True)
        file.writerecords(
            {
                "type": "Feature",
                "geometry": place,
                "properties": {
                    name: _value(value, kind)
                    for value, (name, kind) in zip(row, fields.values(), strict=True)
                },
            }
            for row, place in zip(rows, places, strict=True)
        )


def field_of(column: str, layer: Layer) -> tuple[str, str]:
    """Return name and type of the field that holds ``column`` of ``layer``."""
    # "parcels" is a number of parcels of a household, but their codes in a finding.
    if column == "parcels" and layer.kind == "findings":
        return "ANDIL", "str:254"
    return FIELDS[column]


def _places(layer: Layer, crs_epsg: int) -> tuple[list[Any], str]:
    table = layer.frame
    if not isinstance(table, gpd.GeoDataFrame):
        return [None] * len(table), "None"
    shapes = table.to_crs(crs_epsg).geometry
    if layer.kind == "findings":
        return [_as_mapping(p) for p in shapes.representative_point()], "Point"
    return [_as_mapping(p) for p in shapes], "Polygon"


def _as_mapping(place: Any) -> dict[str, Any] | None:
    if place is None or place.is_empty:
        return None
    shape: dict[str, Any] = shapely.geometry.mapping(place)
    return shape


def _value(value: Any, kind: str) -> Any:
    if value is None or pd.isna(value):
        return None
    name, _, size = kind.partition(":")
    if name != "str":
        return value
    # dBASE counts bytes: a text is cut between two letters, never inside one.
    return str(value).encode()[: int(size)].decode(errors="ignore")


def _field_list(
    layers: Sequence[Layer], meaning: Callable[[str], str], title: str, lang: str
) -> str:
    lines = [title, "", say("exports.field_list.head", lang), ""]
    cut: list[str] = []
    for layer in layers:
        lines.append(layer.name)
        for column in layer.columns:
            field, kind = field_of(column, layer)
            told = _kind_in_words(kind, lang)
            lines.append(f"  {field:<10}  {column:<14}  {told:<18}  {meaning(column)}")
            if rows := _cut_texts(layer.frame[column], kind):
                cut.append(
                    say("exports.field_list.cut", lang, layer=layer.name, field=field, rows=rows)
                )
        lines.append("")
    return "\n".join([*lines, *(cut or [say("exports.field_list.whole", lang)])]) + "\n"


def _kind_in_words(kind: str, lang: str) -> str:
    name, _, size = kind.partition(":")
    length, _, decimals = size.partition(".")
    return say(f"exports.field_list.{name}", lang, length=length, decimals=decimals)


def _cut_texts(values: pd.Series, kind: str) -> int:
    name, _, size = kind.partition(":")
    return name == "str" and sum(len(str(v).encode()) > int(size) for v in values if v is not None)
