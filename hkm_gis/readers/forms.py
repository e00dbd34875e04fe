"""KoboToolbox and ODK exports: a geoshape or geotrace in a row is one walk."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from hkm_gis.files import Limits, Refusal
from hkm_gis.readers.coordinates import number, printable
from hkm_gis.readers.corners import MarkedPoint
from hkm_gis.readers.feature import Feature
from hkm_gis.readers.geojson import land_of, parse_json, text
from hkm_gis.readers.rows import Row
from hkm_gis.record import Rejection
from hkm_gis.walks import Walk

__all__ = ["form_features", "is_form", "read_form_json"]

_POSITION = r"-?\d+(?:[.,]\d+)?\s+-?\d+(?:[.,]\d+)?(?:\s+\S+){0,2}"
_LOOKS_LIKE_TRACE = re.compile(rf"\s*{_POSITION}\s*;")
_SUBMISSION = ("_uuid", "instanceid", "meta-instanceid", "meta/instanceid", "key")
_NAMES = ("nama", "name", "nama_penggarap", "penggarap", "nama_petani", "pemilik", "nama_pemilik")


def is_form(rows: Sequence[Row]) -> bool:
    """Tell whether a table holds traces as Kobo and ODK write them: ``lat lon alt acc;lat …``."""
    return any(_LOOKS_LIKE_TRACE.match(cell) for row in rows[1:] for cell in row.cells)


def form_features(
    rows: Sequence[Row], source: str, crs: str, *, prefix: str = ""
) -> Iterator[Feature | Rejection]:
    """Yield one feature for each trace of each row; a row without one says so.

    Parameters
    ----------
    rows
        The heading and the rows of the form.
    source, crs
        File, and the coordinate system of its positions (WGS 84 for every phone).
    prefix
        What comes before the row's number in the name of a feature: the sheet, if there are two.
    """
    heading = rows[0].cells
    traced = [
        column
        for column in range(len(heading))
        if any(_LOOKS_LIKE_TRACE.match(_cell(row, column)) for row in rows[1:])
    ]
    seen: dict[str, int] = {}
    for row in rows[1:]:
        said = _answers(heading, row, skip=traced)
        earlier = _once(said, row.number, seen)
        yield from _row_features(row, traced, said, earlier, source, crs, prefix)


def _cell(row: Row, column: int) -> str:
    return row.cells[column] if column < len(row.cells) else ""


def _answers(heading: Sequence[str], row: Row, skip: Sequence[int]) -> dict[str, str]:
    pairs = [(heading[c], _cell(row, c)) for c in range(len(heading)) if c not in skip]
    return without_prefixes(pairs)


def without_prefixes(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return answers by the bare name of their question; a group's name stays where two clash.

    Examples
    --------
    >>> without_prefixes([("lahan/nama", "Budi"), ("kk/no", "1"), ("lahan/no", "2")])
    {'nama': 'Budi', 'kk/no': '1', 'lahan/no': '2'}
    """
    bare = [name.rpartition("/")[2] for name, _ in pairs]
    is_odk_central = any(name.lower() in ("key", "meta-instanceid") for name in bare)
    if is_odk_central:
        bare = [name.rpartition("-")[2] or name for name in bare]
    said: dict[str, str] = {}
    for (name, value), short in zip(pairs, bare, strict=True):
        key = short if short and bare.count(short) == 1 else name
        count = 1
        while key in said:  # a heading that stands twice keeps both answers
            count += 1
            key = f"{name}_{count}"
        said[key] = value
    return said


def _once(said: Mapping[str, str], row: int, seen: dict[str, int]) -> int:
    """Return the number of the earlier row with the same submission code, 0 if there is none."""
    by_lower = {key.lower(): value for key, value in said.items()}
    code = next((by_lower[k] for k in _SUBMISSION if by_lower.get(k)), "")
    if not code:
        return 0
    first = seen.setdefault(code, row)
    return 0 if first == row else first


def _row_features(
    row: Row,
    traced: Sequence[int],
    said: dict[str, str],
    earlier: int,
    source: str,
    crs: str,
    prefix: str = "",
) -> Iterator[Feature | Rejection]:
    by_lower = {key.lower(): value for key, value in said.items()}
    name = next((by_lower[k] for k in _NAMES if by_lower.get(k)), "")
    label = f"{prefix}row {row.number}" + (f' "{printable(name)}"' if name else "")
    traces = [trace for column in traced if (trace := _cell(row, column))]
    if earlier:
        yield _refused(source, label, Refusal("duplicate_submission", row=earlier))
        return
    if not traces:
        yield _refused(source, label, Refusal("row_without_land", row=row.number))
    for place, trace in enumerate(traces, 1):
        part = f"{label} part {place}" if len(traces) > 1 else label
        try:
            walk = parse_trace(trace)
        except Refusal as refusal:
            yield _refused(source, part, refusal)
            continue
        yield Feature(source=source, feature=part, name=name, walk=walk, crs=crs, properties=said)


def _refused(source: str, label: str, refusal: Refusal) -> Rejection:
    return Rejection(
        source=source, feature=label, code="S01", reason=refusal.reason, facts=refusal.facts
    )


def parse_trace(trace: str) -> Walk:
    """Return the walk of a geoshape or geotrace: ``lat lon altitude accuracy;`` and so on.

    An accuracy of 0 means that the point was put on the map by hand: not known, so NaN.

    Raises
    ------
    Refusal
        A position is no pair of numbers.

    Examples
    --------
    A semicolon after the last point is no further point.

    >>> parse_trace("-5.4 104.6 812 4.5;-5.4 104.7 0 0;").segments[0].tolist()
    [[104.6, -5.4], [104.7, -5.4]]
    """
    rows = [item.split() for item in trace.split(";") if item.strip()]
    if not rows:
        raise Refusal("no_geometry")
    short = next((row for row in rows if len(row) < 2), None)
    if short is not None:
        raise Refusal("bad_coordinate", value=printable(" ".join(short)))
    positions = np.array([(number(row[1]), number(row[0])) for row in rows], dtype=np.float64)
    accuracy_m = np.array([_accuracy_m(row) for row in rows], dtype=np.float64)
    return Walk(
        segments=(positions,),
        times_s=(np.full(len(rows), np.nan),),
        accuracy_m=(accuracy_m,),
    )


def _accuracy_m(row: Sequence[str]) -> float:
    try:
        stated = number(row[3]) if len(row) > 3 else 0.0
    except Refusal:
        return np.nan
    return stated if stated > 0 else np.nan


def read_form_json(
    content: bytes, source: str, limits: Limits, *, crs: str = ""
) -> Iterator[Feature | Rejection]:
    """Yield the land of a form's JSON export: Kobo's ``results``, ODK Central's ``value``.

    Raises
    ------
    Refusal
        The file is no list of submissions, or none of them holds a place.
    """
    document = parse_json(content, limits)
    for key in ("results", "value"):
        if isinstance(document, Mapping) and isinstance(document.get(key), list):
            document = document[key]
    if not isinstance(document, list) or not all(isinstance(r, Mapping) for r in document):
        raise Refusal("not_a_map", code="S02")
    flat = [list(_leaves(record)) for record in document]
    if not any(_is_land(value) for pairs in flat for _, value in pairs):
        raise Refusal("table_without_coordinates", code="S02")
    seen: dict[str, int] = {}
    for row, pairs in enumerate(flat, 1):
        said = without_prefixes([(n, text(v)) for n, v in pairs if not _is_land(v)])
        lands = [value for _, value in pairs if _is_land(value)]
        traces = [value for value in lands if isinstance(value, str)]
        drawn = [value for value in lands if not isinstance(value, str)]
        earlier = _once(said, row, seen)
        if traces or earlier or not drawn:
            whole = Row(row, tuple(traces))
            yield from _row_features(
                whole, range(len(traces)), said, earlier, source, crs or "EPSG:4326"
            )
        if not earlier:
            yield from _drawn(drawn, said, f"row {row}", source, crs or "EPSG:4326")


def _drawn(
    lands: Sequence[Any], said: Mapping[str, str], label: str, source: str, crs: str
) -> Iterator[Feature | Rejection]:
    for place, land in enumerate(lands, 1):
        part = f"{label} part {place}" if len(lands) > 1 else label
        try:
            found = land_of(land, source=source, feature=part, name="", crs=crs, said=said)
        except Refusal as refusal:
            yield _refused(source, part, refusal)
            continue
        if isinstance(found, MarkedPoint):
            yield _refused(source, part, Refusal("waypoint_not_a_parcel"))
        else:
            yield found


def _leaves(record: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in record.items():
        if isinstance(value, Mapping) and not _is_land(value):
            yield from _leaves(value, f"{prefix}{key}/")
        elif isinstance(value, list) and value and all(isinstance(v, Mapping) for v in value):
            for place, member in enumerate(value, 1):  # a repeated group: one land each
                yield from _leaves(member, f"{prefix}{key}[{place}]/")
        else:
            yield f"{prefix}{key}", value


_LAND_TYPES = {"Polygon", "MultiPolygon", "LineString", "MultiLineString"}


def _is_land(value: Any) -> bool:
    if isinstance(value, str):
        return _LOOKS_LIKE_TRACE.match(value) is not None
    return isinstance(value, Mapping) and value.get("type") in _LAND_TYPES
