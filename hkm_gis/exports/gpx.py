"""GPX for a handheld: the numbered corners of the sheets as waypoints, each outline as a track."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Writing only; nothing is parsed here, so no entity can be expanded.
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from hkm_gis.corners import outline_of
from hkm_gis.exports.layers import Layer
from hkm_gis.exports.names import program_version
from hkm_gis.text import say

__all__ = ["corners_of", "write_gpx"]

_GPX = "http://www.topografix.com/GPX/1/1"
_SIGN = "Flag, Green"  # a name that Garmin devices know; others show their own point


def corners_of(parcels: Layer, *, within_m: float) -> Layer:
    """Return one row a corner, as the page of the parcel numbers them: ``name`` and its place.

    ``RL-01.3`` is corner 3 on the page of RL-01, so that whoever holds both stands at one place.
    A walk has hundreds of points, of which a handheld of 2,000 marks would hold a few parcels:
    `hkm_gis.corners.outline_of` leaves out what lies within ``within_m`` of the line. Parcels
    that share a corner each have it.
    """
    frame = parcels.frame
    rows = [
        (f"{code}.{corner.number}", shapely.Point(corner.lonlat))
        for code, place in zip(frame["parcel_id"], frame.geometry, strict=True)
        for corner in outline_of(place, epsg=4326, within_m=within_m).corners
    ]
    table = pd.DataFrame(rows, columns=["name", "geometry"])
    return Layer("corners", gpd.GeoDataFrame(table, geometry="geometry", crs=4326))


def write_gpx(parcels: Layer, corners: Layer, *, title: str, lang: str) -> bytes:
    """Return a GPX 1.1 of the parcels (EPSG:4326).

    Parameters
    ----------
    parcels
        The table with ``parcel_id``, ``group`` and ``area_ha``; ``member`` is told where it is
        there, numbers of persons never: a handheld is easily lost.
    corners
        Its corners, as `corners_of` returns them.
    title
        Name of the file, as a handheld shows it.
    lang
        Language of the descriptions.
    """
    root = Element("gpx", version="1.1", creator=program_version(), xmlns=_GPX)
    _say(SubElement(root, "metadata"), "name", title)
    for name, point in zip(corners.frame["name"], corners.frame.geometry, strict=True):
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


def _description(row: Mapping[Any, Any], lang: str) -> str:
    told = say("exports.gpx_track", lang, group=row["group"], area_ha=row["area_ha"])
    return " · ".join(filter(None, (told, str(row.get("member") or ""))))


def _rings(place: BaseGeometry) -> list[shapely.LinearRing]:
    parts = [p for p in shapely.get_parts(place) if not p.is_empty]
    return [p.exterior for p in parts] + [hole for p in parts for hole in p.interiors]


def _place(x: float, y: float) -> dict[str, str]:
    return {"lat": f"{y:.8f}", "lon": f"{x:.8f}"}  # 8 decimals of a degree are 1 mm


def _say(parent: Element, tag: str, text: str) -> None:
    SubElement(parent, tag).text = text
