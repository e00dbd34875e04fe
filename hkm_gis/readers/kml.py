"""KML of Google Earth, Avenza, Locus and others: polygons as drawn, lines and tracks as walks."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from html import unescape
from html.parser import HTMLParser
from xml.etree.ElementTree import Element

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from hkm_gis.files import Limits, Refusal
from hkm_gis.readers.coordinates import number, printable
from hkm_gis.readers.corners import MarkedPoint, with_corners
from hkm_gis.readers.feature import Feature, limit_features, mended, refused
from hkm_gis.readers.geojson import ring_of
from hkm_gis.readers.gpx import child_text, seconds_of
from hkm_gis.readers.xml import parse_xml
from hkm_gis.record import Rejection
from hkm_gis.walks import Walk

__all__ = ["leads_only_to", "read_kml"]

WGS84 = "EPSG:4326"

_CONTAINERS = {"Document", "Folder", "kml"}
_COLLECTIONS = {"MultiGeometry", "MultiPolygon", "MultiLineString", "MultiPoint"}


def read_kml(content: bytes, source: str, limits: Limits) -> Iterator[Feature | Rejection]:
    """Yield what becomes of each placemark, in all folders; points come last.

    Links to other files are not followed.

    Raises
    ------
    Refusal
        The file as a whole cannot be read, or holds no placemark.
    """
    root = parse_xml(content, limits)
    _name_by_schema(root)
    placemarks = list(_placemarks(root, ()))
    if not placemarks:
        links = any(True for _ in root.iter("NetworkLink"))
        raise Refusal("only_links" if links else "no_features")
    limit_features(len(placemarks), limits)
    outcomes = (
        _outcome(position, placemark, folders, source)
        for position, (placemark, folders) in enumerate(placemarks, 1)
    )
    yield from with_corners(outcomes, source=source, crs=WGS84)


def _name_by_schema(root: Element) -> None:
    """Give placemarks of KML 2.0, which go by the name of their schema, the name of all others."""
    kinds = {s.get("name") for s in root.iter("Schema") if s.get("parent") == "Placemark"}
    fields = {f.get("name") for s in root.iter("Schema") for f in s.iter("SimpleField")}
    for element in root.iter() if kinds else ():
        if element.tag in kinds:
            for answer in (child for child in element if child.tag in fields - {"name"}):
                answer.set("name", answer.tag)
                answer.tag = "SimpleData"
            element.tag = "Placemark"


def leads_only_to(content: bytes, names: Collection[str]) -> bool:
    """Tell whether the links of a KML lead to no other files than these (of its own KMZ)."""
    links = [child_text(link, "href") for link in parse_xml(content, Limits()).iter("Link")]
    ends = [link.partition("#")[0].removeprefix("./").lower() for link in links]
    return all(any(f"/{name}".endswith(f"/{end}") for name in names) for end in ends if end)


def _placemarks(
    element: Element, folders: tuple[str, ...]
) -> Iterator[tuple[Element, tuple[str, ...]]]:
    if element.tag == "Placemark":
        yield element, folders
        return
    for child in element:
        if child.tag == "Placemark":
            yield child, folders
        elif child.tag == "Folder":
            yield from _placemarks(child, (*folders, child_text(child, "name")))
        elif child.tag in _CONTAINERS or child.tag in ("Create", "Update", "Change"):
            yield from _placemarks(child, folders)


def _outcome(
    position: int, placemark: Element, folders: tuple[str, ...], source: str
) -> Feature | Rejection | MarkedPoint:
    name = child_text(placemark, "name")
    path = " › ".join(filter(None, (*folders, name)))
    label = f'placemark {position} "{printable(path)}"' if path else f"placemark {position}"
    try:
        return _land(placemark, name=name, label=label, folders=folders, source=source)
    except Refusal as refusal:
        return refused(source, label, refusal)


def _land(
    placemark: Element, *, name: str, label: str, folders: tuple[str, ...], source: str
) -> Feature | MarkedPoint:
    rules: list[str] = []
    said = _properties(placemark)
    leaves = list(_leaves(placemark))
    lines = [g for g in leaves if g.tag in ("LineString", "LinearRing", "Track")]
    points = [g for g in leaves if g.tag == "Point"]
    geometry = _drawn(leaves, rules)
    walk: Walk | None = None
    if geometry is None and lines:
        walk = _walk(lines)
        rules += ["drop_marks"] if points else []
    elif geometry is None and len(points) > 1:
        raise Refusal("geometry_not_land", kind="MultiPoint")
    elif geometry is None and points:
        x, y = _coordinates(points[0])[0]
        return MarkedPoint(feature=label, name=name, x=x, y=y, folders=folders, properties=said)
    elif geometry is None:
        raise Refusal("no_geometry")
    return Feature(
        source=source,
        feature=label,
        name=name,
        geometry=geometry,
        walk=walk,
        crs=WGS84,
        folders=folders,
        properties=said,
        repairs=mended(source, label, rules),
    )


def _drawn(leaves: list[Element], rules: list[str]) -> BaseGeometry | None:
    """Return the land of a placemark; lines and labels beside it stay, for the record of them."""
    polygons = [_polygon(g, rules) for g in leaves if g.tag == "Polygon"]
    if not polygons:
        return None
    others = [_mark(g) for g in leaves if g.tag != "Polygon"]
    if others:
        return shapely.GeometryCollection([*polygons, *others])
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)


def _mark(leaf: Element) -> BaseGeometry:
    try:
        return shapely.Point(_walk([leaf]).segments[0][0])
    except Refusal:
        return shapely.Point()


def _leaves(element: Element) -> Iterator[Element]:
    for child in element:
        if child.tag in ("Polygon", "LineString", "LinearRing", "Point", "Track"):
            yield child
        elif child.tag in _COLLECTIONS or child.tag == "MultiTrack":
            yield from _leaves(child)


def _polygon(polygon: Element, rules: list[str]) -> shapely.Polygon:
    shells = _rings(polygon, "outerBoundaryIs", rules)
    if not shells:
        raise Refusal("no_geometry")
    return shapely.Polygon(shells[0], _rings(polygon, "innerBoundaryIs", rules))


def _rings(polygon: Element, boundary: str, rules: list[str]) -> list[shapely.LinearRing]:
    rings = (ring for part in polygon.iter(boundary) for ring in part.iter("LinearRing"))
    return [ring_of(_coordinates(ring), rules) for ring in rings]


def _coordinates(element: Element) -> NDArray[np.float64]:
    text = re.sub(r"\s*,\s*", ",", child_text(element, "coordinates"))  # "104.6, -5.4, 0" is common
    positions = [_position(item, ",") for item in text.split()]
    if not positions:
        raise Refusal("no_geometry")
    return np.array(positions, dtype=np.float64)


def _position(item: str, separator: str | None) -> tuple[float, float]:
    values = item.split(separator)
    if not 2 <= len(values) <= 3:
        raise Refusal("bad_coordinate", value=printable(item))
    return number(values[0]), number(values[1])


def _walk(lines: list[Element]) -> Walk:
    segments, times_s = [], []
    for line in lines:
        if line.tag == "Track":
            items = [(c.text or "").strip() for c in line if c.tag == "coord"]
            positions = np.array([_position(item, None) for item in items if item])
            when = seconds_of([c.text for c in line if c.tag == "when"])
        else:
            positions, when = _coordinates(line), np.empty(0)
        if len(positions) == 0:
            continue
        segments.append(positions)
        whole = len(when) == len(positions)
        times_s.append(when if whole else np.full(len(positions), np.nan))
    if not segments:
        raise Refusal("track_empty")
    return Walk(segments=tuple(segments), times_s=tuple(times_s))


def _properties(placemark: Element) -> dict[str, str]:
    said = {}
    description = child_text(placemark, "description")
    if description:
        table = _TableCells.pairs(description) or _lines(description)
        said.update(table or {"description": description})
    for data in placemark.iter("Data"):
        said[data.get("name") or ""] = child_text(data, "value")
    for data in placemark.iter("SimpleData"):
        said[data.get("name") or ""] = (data.text or "").strip()
    said.pop("", None)
    return said


def _lines(description: str) -> dict[str, str]:
    """Return what is written as ``Nama: Budi``, one a line, as people type it in Google Earth."""
    plain = unescape(
        re.sub(r"<[^>]*>", "", re.sub(r"<(?:br|/p|/div|/li)\b[^>]*>", "\n", description))
    )
    found = (_ANSWER.fullmatch(line) for line in plain.splitlines())
    return {match[1].strip(): match[2].strip() for match in found if match}


_ANSWER = re.compile(r"\s*([^\W\d][\w .]{1,29}?)\s*[:=]\s*(\S.{0,199}?)\s*")


class _TableCells(HTMLParser):
    """Collects the cells of the HTML table that ArcGIS and others write as a description."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.in_cell = False

    @classmethod
    def pairs(cls, html: str) -> dict[str, str]:
        if "<td" not in html.lower():
            return {}
        parser = cls()
        parser.feed(html)
        cells = [[" ".join(cell.split()) for cell in row] for row in parser.rows]
        return {row[0]: row[1] for row in cells if len(row) == 2 and row[0]}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag == "tr":
            self.rows.append([])
        self.in_cell = tag in ("td", "th")
        if self.in_cell:
            if not self.rows:
                self.rows.append([])
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self.in_cell = False

    def handle_data(self, data: str) -> None:
        if self.in_cell:
            self.rows[-1][-1] += data
