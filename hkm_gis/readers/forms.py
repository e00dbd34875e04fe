"""KoboToolbox and ODK exports: a geoshape or geotrace in a row is one walk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hkm_gis.files import Limits, Refusal
from hkm_gis.readers.answers import without_prefixes
from hkm_gis.readers.coordinates import printable
from hkm_gis.readers.corners import MarkedPoint
from hkm_gis.readers.feature import Feature, Outcome, refused
from hkm_gis.readers.geojson import land_of, parse_json, text
from hkm_gis.readers.repeats import SUBMISSION, is_repeat, with_answers_above, without_land
from hkm_gis.readers.rows import Row, Sheet, refuse_ragged
from hkm_gis.readers.traces import (
    LOOKS_LIKE_TRACE,
    holds_trace,
    is_form,
    parse_trace,
    traced_columns,
)
from hkm_gis.record import Rejection, Remark

__all__ = ["form_features", "read_form_json", "repeat_features"]

_NAMES = ("nama", "name", "nama_penggarap", "penggarap", "nama_petani", "pemilik", "nama_pemilik")


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
    traced = traced_columns(rows)
    seen: dict[str, int] = {}
    for row in rows[1:]:
        said = _answers(heading, row, skip=traced)
        try:
            refuse_ragged(row, len(heading))
        except Refusal as refusal:
            yield refused(source, _label(row.number, said, prefix), refusal)
            continue
        earlier = _once(said, row.number, seen)
        yield from _row_features(row, traced, said, earlier, source, crs, prefix)


def repeat_features(
    sheets: Sequence[Sheet], source: str, crs: str, *, alone: str = ""
) -> Iterator[Outcome]:
    """Yield one feature for each trace of each sheet, with the answers of the rows it belongs to.

    Parameters
    ----------
    sheets
        The form, and one for each repeated group, as `sheets_of_repeats` finds them.
    source, crs
        As in `form_features`.
    alone
        The one sheet that is the file ``source``, where each sheet is a file; the features of the
        others are not yielded. A form says of what files its answers are.

    Notes
    -----
    A row of Kobo's repeated group belongs to the submission ``_submission__id``, or, inside
    another repeated group, to the row ``_parent_index`` of the sheet ``_parent_table_name``; a row
    of ODK Central to the row whose ``KEY`` is its ``PARENT_KEY``. Where that row is missing, its
    land is a feature all the same. A submission without any land says so.
    """
    traced = [sheet for sheet in sheets if is_form(sheet.rows)]
    for sheet in (sheet for sheet in traced if alone in ("", sheet.name)):
        rows = with_answers_above(sheet, sheets)
        if not is_repeat(sheet.rows):  # its other rows have their land in a repeated group
            rows = (rows[0], *(row for row in rows[1:] if holds_trace(row)))
        yield from form_features(rows, source, crs, prefix="" if alone else _prefix(sheet))
    forms = [sheet for sheet in sheets if not is_repeat(sheet.rows)]
    for form in (sheet for sheet in forms if alone in ("", sheet.name)):
        for row in without_land(form, sheets):
            said = _answers(form.rows[0].cells, row, skip=())
            prefix = "" if alone else _prefix(form)
            yield from _row_features(row, (), said, 0, source, crs, prefix)
        if alone:
            files = ", ".join(printable(s.name) for s in traced if s is not form)
            yield Remark(source=source, feature="", rule="answers_joined", facts={"files": files})


def _prefix(sheet: Sheet) -> str:
    return f'sheet "{printable(sheet.name)}" ' if sheet.name else ""


def _answers(heading: Sequence[str], row: Row, skip: Sequence[int]) -> dict[str, str]:
    pairs = [(heading[c], row.cell(c)) for c in range(len(heading)) if c not in skip]
    return without_prefixes(pairs)


def _once(said: Mapping[str, str], row: int, seen: dict[str, int]) -> int:
    """Return the number of the earlier row with the same submission code, 0 if there is none."""
    by_lower = {key.lower(): value for key, value in said.items()}
    code = next((by_lower[k] for k in SUBMISSION if by_lower.get(k)), "")
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
    label = _label(row.number, said, prefix)
    traces = [trace for column in traced if (trace := row.cell(column))]
    if earlier:
        yield refused(source, label, Refusal("duplicate_submission", row=earlier))
        return
    if not traces:
        yield refused(source, label, Refusal("row_without_land", row=row.number))
    for place, trace in enumerate(traces, 1):
        part = f"{label} part {place}" if len(traces) > 1 else label
        yield _land(trace, said, part, source, crs)


def _name(said: Mapping[str, str]) -> str:
    by_lower = {key.lower(): value for key, value in said.items()}
    return next((by_lower[k] for k in _NAMES if by_lower.get(k)), "")


def _label(number: int, said: Mapping[str, str], prefix: str = "") -> str:
    name = _name(said)
    return f"{prefix}row {number}" + (f' "{printable(name)}"' if name else "")


def _land(
    land: Any, said: Mapping[str, str], label: str, source: str, crs: str
) -> Feature | Rejection:
    """Return what a trace or a GeoJSON geometry of a form became."""
    name = _name(said)
    try:
        if isinstance(land, str):
            walk = parse_trace(land)
            return Feature(
                source=source, feature=label, name=name, walk=walk, crs=crs, properties=said
            )
        found = land_of(land, source=source, feature=label, name=name, crs=crs, said=said)
    except Refusal as refusal:
        return refused(source, label, refusal)
    if isinstance(found, MarkedPoint):
        return refused(source, label, Refusal("waypoint_not_a_parcel", code="S05"))
    return found


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
    if not any(True for record in document for _ in _lands(record)):
        raise Refusal("table_without_coordinates", code="S02")
    seen: dict[str, int] = {}
    for row, record in enumerate(document, 1):
        yield from _submission(row, record, seen, source, crs or "EPSG:4326")


def _submission(
    row: int, record: Mapping[str, Any], seen: dict[str, int], source: str, crs: str
) -> Iterator[Feature | Rejection]:
    own, _, _ = _sorted(record)
    said = without_prefixes(own)
    earlier, lands = _once(said, row, seen), list(_lands(record))
    if earlier or not lands:
        yield from _row_features(Row(row, ()), (), said, earlier, source, crs)
        return
    for place, (land, pairs) in enumerate(lands, 1):
        answers = without_prefixes(pairs)
        label = _label(row, answers) + (f" part {place}" if len(lands) > 1 else "")
        if land is None:
            yield refused(source, label, Refusal("row_without_land", row=row))
        else:
            yield _land(land, answers, label, source, crs)


_Pairs = Sequence[tuple[str, str]]
_Repeats = Sequence[Sequence[Mapping[str, Any]]]


def _lands(record: Mapping[str, Any], above: _Pairs = ()) -> Iterator[tuple[Any, _Pairs]]:
    """Yield each land with its own answers and those above it, never those of its siblings.

    A repetition without land, among others that have some, yields None.
    """
    own, lands, repeats = _sorted(record)
    pairs = [*own, *above]
    yield from ((land, pairs) for land in lands)
    for members in repeats:
        found = [list(_lands(member, pairs)) for member in members]
        if any(found):
            for member, inside in zip(members, found, strict=True):
                yield from inside or [(None, [*_sorted(member)[0], *pairs])]


def _sorted(record: Mapping[str, Any]) -> tuple[_Pairs, list[Any], _Repeats]:
    """Return the answers, the lands and the repeated groups of a submission or a repetition."""
    own, lands, repeats = [], [], []
    for name, value in _leaves(record):
        if _is_land(value):
            lands.append(value)
        elif isinstance(value, list) and value and all(isinstance(v, Mapping) for v in value):
            repeats.append(value)
        else:
            own.append((name, text(value)))
    return own, lands, repeats


def _leaves(record: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in record.items():
        if isinstance(value, Mapping) and not _is_land(value):
            yield from _leaves(value, f"{prefix}{key}/")
        else:
            yield f"{prefix}{key}", value


_LAND_TYPES = {"Polygon", "MultiPolygon", "LineString", "MultiLineString", "GeometryCollection"}


def _is_land(value: Any) -> bool:
    if isinstance(value, str):
        return LOOKS_LIKE_TRACE.match(value) is not None
    return isinstance(value, Mapping) and value.get("type") in _LAND_TYPES
