"""GPX for a handheld: every corner of every parcel as a waypoint, every outline as a track."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

# Writing only; nothing is parsed here, so no entity can be expanded.
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from hkm_gis.exports.layers import Layer
from hkm_gis.exports.names import program_version
from hkm_gis.text import say

__all__ = ["corners_of", "write_gpx"]

_GPX = "http://www.topografix.com/GPX/1/1"
_SIGN = "Flag, Green"  # a name that Garmin devices know; others show their own point


def corners_of(parcels: Layer) -> Layer:
    """Return one row a corner, in walking order: ``name`` (``RL-01.3``) and its place.

    The corner at which a ring closes is named once. Outer rings come before holes, so corner 1
    lies on the outline. Parcels that share a corner each have it.
    """
    frame = parcels.frame
    rows = [
        (f"{code}.{at}", point)
        for code, place in zip(frame["parcel_id"], frame.geometry, strict=True)
        for at, point in enumerate(_corners(place), start=1)
    ]
    table = pd.DataFrame(rows, columns=["name", "geometry"])
    return Layer("corners", gpd.GeoDataFrame(table, geometry="geometry", crs=4326))


def write_gpx(parcels: Layer, *, title: str, lang: str) -> bytes:
    """Return a GPX 1.1 of the parcels (EPSG:4326).

    Parameters
    ----------
    parcels
        The table with ``parcel_id``, ``group`` and ``area_ha``; ``member`` is told where it is
        there, numbers of persons never: a handheld is easily lost.
    title
        Name of the file, as a handheld shows it.
    lang
        Language of the descriptions.
    """
    root = Element("gpx", version="1.1", creator=program_version(), xmlns=_GPX)
    _say(SubElement(root, "metadata"), "name", title)
    for name, point in zip(*(corners_of(parcels).frame[c] for c in _CORNER), strict=True):
        mark = SubElement(root, "wpt", _place(point.x, point.y))
        _say(mark, "name", name)
        _say(mark, "sym", _SIGN)
    for row in parcels.frame.to_dict("records"):
        track = SubElement(root, "trk")
        _say(track, "name", str(row["parcel_id"]))
        _say(track, "desc", _description(row, lang))
        for ring in _rings(row["geometry"]):
            segment = SubElement(track, "trkseg")
            for x, y in shapely.get_coordinates(ring):
                SubElement(segment, "trkpt", _place(x, y))
    indent(root, " ")
    written: bytes = tostring(root, "utf-8", xml_declaration=True)
    return written + b"\n"


_CORNER = ("name", "geometry")


def _description(row: Mapping[Any, Any], lang: str) -> str:
    told = say("exports.gpx_track", lang, group=row["group"], area_ha=row["area_ha"])
    return " · ".join(filter(None, (told, str(row.get("member") or ""))))


def _corners(place: BaseGeometry) -> Iterator[shapely.Point]:
    for ring in _rings(place):
        yield from map(shapely.Point, shapely.get_coordinates(ring)[:-1])


def _rings(place: BaseGeometry) -> list[shapely.LinearRing]:
    parts = [p for p in shapely.get_parts(place) if not p.is_empty]
    return [p.exterior for p in parts] + [hole for p in parts for hole in p.interiors]


def _place(x: float, y: float) -> dict[str, str]:
    return {"lat": f"{y:.8f}", "lon": f"{x:.8f}"}  # 8 decimals of a degree are 1 mm


def _say(parent: Element, tag: str, text: str) -> None:
    SubElement(parent, tag).text = text
