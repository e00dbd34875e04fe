"""GeoJSON, one feature at a time, so that one bad ring never costs its neighbours."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from hkm_gis.files import Limits, Refusal, allowing, text_of
from hkm_gis.readers.answers import without_prefixes
from hkm_gis.readers.coordinates import LARGEST, printable
from hkm_gis.readers.corners import MarkedPoint, with_corners
from hkm_gis.readers.feature import Feature, limit_features, mended, refused
from hkm_gis.record import Rejection
from hkm_gis.walks import Walk

__all__ = ["parse_json", "read_geojson", "read_geojsonseq"]

CLOSE_RING, DROP_EMPTY = "close_ring", "drop_empty_position"


def read_geojson(
    content: bytes, source: str, limits: Limits, *, crs: str = ""
) -> Iterator[Feature | Rejection]:
    """Yield each feature of a GeoJSON file.

    Parameters
    ----------
    content, source, limits
        The bytes, the name that reports use for them, and how much they may hold.
    crs
        Coordinate system if the file states none; without it that is WGS 84 (RFC 7946).

    Raises
    ------
    Refusal
        The file is no JSON, is cut short, or holds too much.
    """
    document = parse_json(content, limits)
    yield from features_of(
        _members(document), source, limits, crs=_stated_crs(document) or crs or "EPSG:4326"
    )


def read_geojsonseq(
    content: bytes, source: str, limits: Limits, *, crs: str = ""
) -> Iterator[Feature | Rejection]:
    """Yield each feature of a GeoJSON text sequence: one a line, or one after each mark RS."""
    text = _text(content)
    parts = text.split("\x1e" if "\x1e" in text else "\n")
    lines = [line for part in parts if (line := part.strip())]
    members: list[Any] = []
    for line in lines:
        try:
            members.append(parse_json(line.encode(), limits))
        except Refusal as refusal:
            members.append(refusal)
    yield from features_of(members, source, limits, crs=crs or "EPSG:4326")


def parse_json(content: bytes, limits: Limits) -> Any:
    """Return JSON data; NaN and Infinity, which are no JSON, become None.

    Raises
    ------
    Refusal
        The text is cut short, damaged or nested too deeply.
    """
    text = _text(content)
    if (depth := _depth(text)) > limits.json_depth:
        allow = allowing(json_depth=depth)
        raise Refusal("json_too_deep", limit=limits.json_depth, allow=allow)
    try:
        return json.loads(text, parse_constant=lambda _name: None)
    except json.JSONDecodeError as problem:
        ends_there = re.fullmatch(r"[\w.+-]*\s*", text[problem.pos :]) is not None
        if ends_there or problem.msg.startswith("Unterminated"):
            raise Refusal("file_cut_short", line=problem.lineno) from None
        raise Refusal("json_damaged", line=problem.lineno) from None
    except (RecursionError, ValueError):
        raise Refusal("json_damaged", line=1) from None


def _text(content: bytes) -> str:
    text = text_of(content)
    if text is None:
        raise Refusal("not_text")
    return text.removeprefix("\ufeff")


_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[{]+|[\]}]+', re.DOTALL)


def _depth(text: str) -> int:
    if max(text.count("["), text.count("{")) < 64:
        return 0
    depth = deepest = 0
    for match in _BRACKETS.finditer(text):
        token = match[0]
        if token[0] in "[{":
            depth += len(token)
            deepest = max(deepest, depth)
        elif token[0] in "]}":
            depth -= len(token)
    return deepest


def _members(document: Any) -> Sequence[Any]:
    if not isinstance(document, Mapping):
        raise Refusal("no_features")
    if document.get("type") == "FeatureCollection":
        members = document.get("features")
        if not isinstance(members, list) or not members:
            raise Refusal("no_features")
        return members
    return [document]


def _stated_crs(document: Any) -> str:
    crs = document.get("crs") if isinstance(document, Mapping) else None
    if not isinstance(crs, Mapping):
        return ""
    properties = crs.get("properties")
    name = properties.get("name") if isinstance(properties, Mapping) else None
    return crs_name(str(name or properties or "?"))


def crs_name(text: str) -> str:
    """Return what a file calls its coordinate system as ``EPSG:n`` where it has such a number.

    Raises
    ------
    Refusal
        No coordinate system goes by this name: guessing one would move the land.

    Examples
    --------
    >>> crs_name("urn:ogc:def:crs:EPSG::32748"), crs_name("urn:ogc:def:crs:OGC:1.3:CRS84")
    ('EPSG:32748', 'EPSG:4326')
    """
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    if text.upper().endswith("CRS84"):
        return "EPSG:4326"
    try:
        crs = CRS.from_user_input(text)
    except CRSError:
        raise Refusal("crs_unknown", crs=printable(text)) from None
    if crs.geodetic_crs is None:  # a plan of a village, as CAD programs save it: no place on earth
        raise Refusal("crs_unknown", crs=printable(crs.name))
    epsg = crs.to_epsg()
    return f"EPSG:{epsg}" if epsg else crs.to_wkt()


def features_of(
    members: Sequence[Any], source: str, limits: Limits, *, crs: str
) -> Iterator[Feature | Rejection]:
    """Yield what becomes of each GeoJSON object; points come last, as corners or refused."""
    limit_features(len(members), limits)
    outcomes = (_outcome(position, m, source, crs) for position, m in enumerate(members, 1))
    yield from with_corners(outcomes, source=source, crs=crs)


def _outcome(
    position: int, member: Any, source: str, crs: str
) -> Feature | Rejection | MarkedPoint:
    label = f"feature {position}"
    try:
        if isinstance(member, Refusal):
            raise member
        geometry, properties = _parts(member)
        name = _name(properties)
        label = f'{label} "{printable(name)}"' if name else label
        return land_of(geometry, source=source, feature=label, name=name, crs=crs, said=properties)
    except Refusal as refusal:
        return refused(source, label, refusal)


def _parts(member: Any) -> tuple[Any, dict[str, str]]:
    if not isinstance(member, Mapping):
        raise Refusal("not_a_feature")
    if member.get("type") != "Feature":
        return member, {}
    properties = member.get("properties")
    said = {str(k): text(v) for k, v in properties.items()} if isinstance(properties, dict) else {}
    if any("/" in name for name in said):  # an export of Kobo: the group stands before the question
        said = without_prefixes(list(said.items()))
    return member.get("geometry"), said


def text(value: Any) -> str:
    """Return a JSON value as text: '' for null, nested values as JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _name(properties: Mapping[str, str]) -> str:
    by_lower = {key.lower(): value for key, value in properties.items()}
    return next((by_lower[k] for k in ("name", "nama") if by_lower.get(k)), "")


def land_of(
    geometry: Any, *, source: str, feature: str, name: str, crs: str, said: Mapping[str, str]
) -> Feature | MarkedPoint:
    """Return one GeoJSON geometry as the feature it draws: a line is a walk, a point a mark.

    Raises
    ------
    Refusal
        It has no geometry, one of no known kind, or a coordinate that is no number.
    """
    kind = geometry.get("type") if isinstance(geometry, Mapping) else None
    if kind is None:
        raise Refusal("no_geometry")
    if kind == "Point":
        x, y = _array([geometry.get("coordinates")])[0]
        return MarkedPoint(feature=feature, name=name, x=x, y=y, properties=said)
    rules: list[str] = []
    is_walk = kind in ("LineString", "MultiLineString")
    shape = None if is_walk else _shape(geometry, rules)
    return Feature(
        source=source,
        feature=feature,
        name=name,
        geometry=shape,
        walk=Walk(segments=_lines(geometry, rules)) if is_walk else None,
        crs=crs,
        properties=said,
        repairs=mended(source, feature, rules),
    )


def _lines(geometry: Mapping[str, Any], rules: list[str]) -> tuple[NDArray[np.float64], ...]:
    lines = geometry.get("coordinates")
    listed = [lines] if geometry.get("type") == "LineString" else _listed(lines)
    return tuple(_array(line, rules) for line in listed)


def _shape(geometry: Mapping[str, Any], rules: list[str]) -> BaseGeometry:
    """Return the land of a geometry; what else is in a collection stays, for the record of it."""
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind == "Polygon":
        return _polygon(coordinates, rules)
    if kind == "MultiPolygon":
        return shapely.MultiPolygon([_polygon(p, rules) for p in _listed(coordinates)])
    if kind == "GeometryCollection":
        parts = [p for p in _listed(geometry.get("geometries")) if isinstance(p, Mapping)]
        areas = [_shape(p, rules) for p in parts if p.get("type") in _AREAS]
        if areas:
            others = [_mark(p) for p in parts if p.get("type") not in _AREAS]
            return shapely.GeometryCollection([*areas, *others])
    raise Refusal("geometry_not_land", kind=printable(str(kind)))


_AREAS = ("Polygon", "MultiPolygon", "GeometryCollection")


def _mark(geometry: Mapping[str, Any]) -> BaseGeometry:
    """Return a point for what is drawn beside land and is none; empty where it has no place."""
    place = geometry.get("coordinates")
    while isinstance(place, list) and place and isinstance(place[0], list):
        place = place[0]
    try:
        return shapely.Point(_array([place])[0])
    except Refusal:
        return shapely.Point()


def _polygon(rings: Any, rules: list[str]) -> shapely.Polygon:
    rings = _listed(rings)
    if isinstance(rings[0], list) and rings[0] and isinstance(rings[0][0], (int, float)):
        rings = [rings]  # ODK Central writes a polygon without its nesting (central-backend #282)
    shell, *holes = (ring_of(_array(ring, rules), rules) for ring in rings)
    return shapely.Polygon(shell, holes)


def ring_of(points: NDArray[np.float64], rules: list[str]) -> shapely.LinearRing:
    """Return the ring through points (n, 2), closed; ``rules`` then says that it was not.

    Raises
    ------
    Refusal
        Fewer than three points cannot enclose land.
    """
    is_open = not np.array_equal(points[0], points[-1])
    if len(points) - (not is_open) < 3:
        raise Refusal("too_few_corners", corners=len(points) - (not is_open))
    if is_open:
        rules.append(CLOSE_RING)
        points = np.vstack([points, points[:1]])
    return shapely.LinearRing(points)


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise Refusal("no_geometry")
    return value


def _array(positions: Any, rules: list[str] | None = None) -> NDArray[np.float64]:
    """(n, 2) from positions of two numbers or more; an empty last one is ODK's, and dropped."""
    listed = _listed(positions)
    if rules is not None and len(listed) > 1 and listed[-1] == []:
        rules.append(DROP_EMPTY)
        listed = listed[:-1]
    try:
        array = np.array([(p[0], p[1]) for p in listed], dtype=np.float64)
    except (TypeError, ValueError, IndexError, KeyError, OverflowError):
        raise Refusal("bad_coordinate", value=_first_bad(listed)) from None
    if not (np.isfinite(array) & (np.abs(array) < LARGEST)).all():
        raise Refusal("bad_coordinate", value=_first_bad(listed))
    if any(isinstance(v, (str, bool)) for p in listed for v in p[:2]):
        raise Refusal("bad_coordinate", value=_first_bad(listed))
    return array


def _first_bad(positions: Sequence[Any]) -> str:
    return printable(str(next((p for p in positions if not _is_position(p)), positions[0])))


def _is_position(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) > 1
        and all(type(v) in (int, float) and abs(v) < LARGEST for v in value[:2])
    )
