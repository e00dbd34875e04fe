"""KMZ for Google Earth and phones: one folder a layer, every attribute with its name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

# Writing only; nothing is parsed here, so no entity can be expanded.
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import geopandas as gpd
import shapely

from hkm_gis.exports.archive import pack_zip
from hkm_gis.exports.geojson import as_records
from hkm_gis.exports.layers import Layer
from hkm_gis.exports.shapefile import field_of
from hkm_gis.exports.styles import LOOKS

__all__ = ["write_kmz"]

_KML = "http://www.opengis.net/kml/2.2"
_TITLES = {"andil": ("parcel_id",), "tumpang_tindih": ("parcel_a", "parcel_b"), "temuan": ("code",)}


def write_kmz(layers: Sequence[Layer], *, title: str, heading: Callable[[str], str]) -> bytes:
    """Return a KMZ with the layers that have places.

    Parameters
    ----------
    layers
        The tables, in EPSG:4326.
    title
        Name of the document.
    heading
        Words of a column.
    """
    root = Element("kml", xmlns=_KML)
    document = SubElement(root, "Document")
    _say(document, "name", title)
    for layer in layers:
        if isinstance(layer.frame, gpd.GeoDataFrame):
            _add_style(document, layer.name)
    for layer in layers:
        if isinstance(layer.frame, gpd.GeoDataFrame):
            _add_folder(document, layer, heading)
    indent(root, " ")
    return pack_zip({"doc.kml": tostring(root, "utf-8", xml_declaration=True) + b"\n"})


def _add_style(document: Element, layer: str) -> None:
    line, fill, opacity_pct, _ = LOOKS[layer]
    style = SubElement(document, "Style", id=layer)
    _say(SubElement(style, "LineStyle"), "color", _abgr(line, 100))
    _say(style[-1], "width", "1.6")
    _say(SubElement(style, "PolyStyle"), "color", _abgr(fill, opacity_pct))


def _abgr(colour: str, opacity_pct: int) -> str:
    return f"{round(opacity_pct * 2.55):02x}{colour[4:6]}{colour[2:4]}{colour[0:2]}"


def _add_folder(document: Element, layer: Layer, heading: Callable[[str], str]) -> None:
    folder = SubElement(document, "Folder")
    _say(folder, "name", layer.name)
    records = as_records(layer.frame[layer.columns])
    for record, place in zip(records, layer.frame.geometry, strict=True):
        mark = SubElement(folder, "Placemark")
        _say(mark, "name", " × ".join(str(record[c]) for c in _TITLES[layer.name]))
        _say(mark, "styleUrl", f"#{layer.name}")
        data = SubElement(mark, "ExtendedData")
        for column, value in record.items():
            # GDAL takes data of the name "name" for the name of the mark itself
            field, kind = field_of(column, layer)
            item = SubElement(data, "Data", name=field)
            _say(item, "displayName", heading(column))
            _say(item, "value", _written(value, kind))
        if place is not None and not place.is_empty:
            _add_place(mark, place)


def _written(value: object, kind: str) -> str:
    """Return a value as Google Earth shows it: a number with the decimals of the Shapefile."""
    if value is None:
        return ""
    decimals = kind.rpartition(".")[2]
    return f"{value:.{decimals}f}" if kind.startswith("float") else str(value)


def _add_place(parent: Element, place: Any) -> None:
    if hasattr(place, "geoms"):
        whole = SubElement(parent, "MultiGeometry")
        for part in place.geoms:
            _add_place(whole, part)
    elif place.geom_type == "Polygon":
        oriented = shapely.orient_polygons(place, exterior_cw=False)
        polygon = SubElement(parent, "Polygon")
        for at, ring in enumerate(chain([oriented.exterior], oriented.interiors)):
            side = SubElement(polygon, "innerBoundaryIs" if at else "outerBoundaryIs")
            _say(SubElement(side, "LinearRing"), "coordinates", _coordinates(ring))
    else:
        kind = "Point" if place.geom_type == "Point" else "LineString"
        _say(SubElement(parent, kind), "coordinates", _coordinates(place))


def _coordinates(line: Any) -> str:
    # 8 decimals of a degree are 1 mm.
    return " ".join(f"{x:.8f},{y:.8f}" for x, y in shapely.get_coordinates(line))


def _say(parent: Element, tag: str, text: str) -> None:
    SubElement(parent, tag).text = text
