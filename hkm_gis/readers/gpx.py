"""GPX of any device: tracks and routes are walks, numbered waypoints are corners."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
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
    told = {child.tag for points in segments for point in points for child in point}
    return Walk(
        segments=tuple(map(_positions, segments)),
        times_s=tuple(map(_times_s if "time" in told else _untold, segments)),
        accuracy_m=tuple(
            map(_untold if told.isdisjoint({"extensions", "hdop"}) else _accuracies_m, segments)
        ),
    )


def _untold(points: Sequence[Element]) -> NDArray[np.float64]:
    return np.full(len(points), np.nan)


def _points(part: Element) -> list[Element]:
    return [p for p in part if p.tag in ("trkpt", "rtept")]


def _encloses_land(feature: Feature) -> bool:
    return feature.walk is not None and sum(map(len, feature.walk.segments)) > 2


def _positions(points: Sequence[Element]) -> NDArray[np.float64]:
    lon, lat = ([p.get(axis) for p in points] for axis in ("lon", "lat"))
    return np.column_stack([numbers(lon), numbers(lat)])


def _times_s(points: Sequence[Element]) -> NDArray[np.float64]:
    return seconds_of([point.findtext("time") for point in points])


def seconds_of(texts: Sequence[str | None]) -> NDArray[np.float64]:
    """Return many times as `seconds` returns one; those that devices write, all at once."""
    try:
        if all(map(_AS_DEVICES_WRITE, texts)):  # type: ignore[arg-type]
            times = np.array([text[:-1] for text in texts], dtype="M8[us]")  # type: ignore[index]
            return times.astype(np.int64) / 1e6
    except (TypeError, ValueError):
        pass  # one of them is missing or no time: the slow way leaves only that one out
    return np.array([seconds(text) for text in texts], dtype=np.float64)


_AS_DEVICES_WRITE = re.compile(
    r"[12]\d{3}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\d(?:\.\d{1,6})?Z", re.ASCII
).fullmatch


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


def _accuracies_m(points: Sequence[Element]) -> NDArray[np.float64]:
    return np.array([_accuracy_m(point) for point in points], dtype=np.float64)


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
                time_s=seconds(point.findtext("time")),
                accuracy_m=_accuracy_m(point),
            )
        )
    yield from join_corners(marked, source=source, crs=WGS84, has_land=has_land)


def child_text(element: Element, tag: str) -> str:
    """Return the text of the first child of that name, without blanks round it; '' if none."""
    return (element.findtext(tag) or "").strip()
