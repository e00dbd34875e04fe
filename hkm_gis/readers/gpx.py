"""GPX of any device: tracks and routes are walks, numbered waypoints are corners."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from hkm_gis.files import Limits, Refusal
from hkm_gis.readers.coordinates import number, numbers, printable
from hkm_gis.readers.corners import MarkedPoint, join_corners
from hkm_gis.readers.feature import Feature, limit_features, refused
from hkm_gis.readers.xml import parse_xml
from hkm_gis.record import Rejection
from hkm_gis.walks import Walk

__all__ = ["read_gpx"]

WGS84 = "EPSG:4326"

METRES_PER_HDOP = 5.0
"""HDOP 1 is the error of a receiver under the best sky: 3 to 5 m for a handheld."""

_STATED_METRES = {"accuracy", "acc", "hacc", "horizontalaccuracy", "horizontal_accuracy"}


def read_gpx(content: bytes, source: str, limits: Limits) -> Iterator[Feature | Rejection]:
    """Yield one feature for each track and route, and what became of each waypoint.

    Raises
    ------
    Refusal
        The file as a whole cannot be read, or holds nothing.
    """
    root = parse_xml(content, limits)
    lines = [*root.iter("trk"), *root.iter("rte")]
    points = list(root.iter("wpt"))
    limit_features(len(lines) + len(points), limits)
    outcomes = [_line(*numbered, source) for numbered in enumerate(lines, 1)]
    yield from outcomes
    if not lines and not points:
        raise Refusal("no_features")
    has_land = any(isinstance(o, Feature) and _encloses_land(o) for o in outcomes)
    yield from _waypoints(points, source, has_land=has_land)


def _line(position: int, line: Element, source: str) -> Feature | Rejection:
    kind = "track" if line.tag == "trk" else "route"
    name = child_text(line, "name")
    label = f'{kind} {position} "{printable(name)}"' if name else f"{kind} {position}"
    try:
        walk = _walk(list(line.iter("trkseg")) if kind == "track" else [line])
    except Refusal as refusal:
        return refused(source, label, refusal)
    texts = {child.tag: (child.text or "").strip() for child in line if child.tag != "name"}
    properties = {tag: text for tag, text in texts.items() if text}
    return Feature(
        source=source, feature=label, name=name, walk=walk, crs=WGS84, properties=properties
    )


def _walk(parts: Sequence[Element]) -> Walk:
    segments = [points for part in parts if (points := _points(part))]
    if not segments:
        raise Refusal("track_empty")
    return Walk(
        segments=tuple(_positions(points) for points in segments),
        times_s=tuple(_told(points, {"time"}, _time_s) for points in segments),
        accuracy_m=tuple(_told(points, {"extensions", "hdop"}, _accuracy_m) for points in segments),
    )


def _told(
    points: Sequence[Element], tags: set[str], read: Callable[[Element], float]
) -> NDArray[np.float64]:
    """Return what each point tells by one of these tags; NaN at once where no point has any."""
    if tags.isdisjoint({child.tag for point in points for child in point}):
        return np.full(len(points), np.nan)
    return np.array([read(point) for point in points], dtype=np.float64)


def _points(part: Element) -> list[Element]:
    return [p for p in part if p.tag in ("trkpt", "rtept")]


def _encloses_land(feature: Feature) -> bool:
    return feature.walk is not None and sum(map(len, feature.walk.segments)) > 2


def _positions(points: Sequence[Element]) -> NDArray[np.float64]:
    lon, lat = ([p.get(axis) for p in points] for axis in ("lon", "lat"))
    return np.column_stack([numbers(lon), numbers(lat)])


def _time_s(point: Element) -> float:
    return seconds(point.findtext("time"))


def seconds(text: str | None) -> float:
    """Return the seconds since 1970 of an ISO time, UTC where it names no zone; NaN if none.

    Examples
    --------
    >>> seconds("2026-03-01T07:00:00+07:00"), seconds("yesterday")
    (1772323200.0, nan)
    """
    if not text:
        return np.nan
    try:
        time = datetime.fromisoformat(text.strip())
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return np.nan


def _accuracy_m(point: Element) -> float:
    extensions = point.find("extensions")
    if extensions is not None:
        for element in extensions.iter():
            if element.tag.lower() in _STATED_METRES:
                return _positive(element.text)
    return _positive(point.findtext("hdop")) * METRES_PER_HDOP


def _positive(text: str | None) -> float:
    if not text:
        return np.nan
    try:
        value = number(text)
    except Refusal:
        return np.nan
    return value if value > 0 else np.nan


def _waypoints(
    points: Sequence[Element], source: str, *, has_land: bool
) -> Iterator[Feature | Rejection]:
    marked = []
    for position, point in enumerate(points, 1):
        name = child_text(point, "name")
        label = f'waypoint {position} "{printable(name)}"' if name else f"waypoint {position}"
        try:
            x, y = _positions([point])[0]
        except Refusal as refusal:
            yield refused(source, label, refusal)
            continue
        marked.append(
            MarkedPoint(
                feature=label,
                name=name,
                x=x,
                y=y,
                time_s=_time_s(point),
                accuracy_m=_accuracy_m(point),
            )
        )
    yield from join_corners(marked, source=source, crs=WGS84, has_land=has_land)


def child_text(element: Element, tag: str) -> str:
    """Return the text of the first child of that name, without blanks round it; '' if none."""
    return (element.findtext(tag) or "").strip()
