"""Rows of a repeated group of a form, beside the answers of the rows that they belong to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hkm_gis.readers.rows import Row, Sheet
from hkm_gis.readers.traces import holds_trace, is_form, traced_columns

__all__ = [
    "PARENT_MARKS",
    "ROW_MARKS",
    "SUBMISSION",
    "is_repeat",
    "sheets_of_repeats",
    "with_answers_above",
    "without_land",
]

SUBMISSION = ("_uuid", "instanceid", "meta-instanceid", "meta/instanceid", "key")
"""Columns that name one submission, in lower letters."""

# What Kobo writes behind the rows of a repeated group, and behind the rows they belong to.
_PARENT_ROW, _PARENT_SHEET, _ROW = "_parent_index", "_parent_table_name", "_index"
_PARENT_ID, _ID = "_submission__id", "_id"
# What ODK Central writes instead: the key of the row itself, and of the row it belongs to.
_PARENT_KEY, _KEY = "PARENT_KEY", "KEY"
PARENT_MARKS = frozenset({_PARENT_ROW, _PARENT_ID, _PARENT_KEY})
"""Columns that say to which row of another table a row belongs."""
ROW_MARKS = PARENT_MARKS | {_ROW, _ID, _KEY}
"""These, and the columns that name the row itself."""

_SHEET_NAME_LENGTH = 31  # Excel's limit, to which Kobo cuts the title of a form


def sheets_of_repeats(sheets: Sequence[Sheet]) -> list[Sheet]:
    """Return the sheets of a form with traces in a repeated group; none if no group has any."""
    if not any(is_repeat(sheet.rows) and is_form(sheet.rows) for sheet in sheets):
        return []
    marked = [s for s in sheets if s.rows and not ROW_MARKS.isdisjoint(s.rows[0].cells)]
    belonging = [sheet for sheet in marked if is_form(sheet.rows)]
    for sheet in belonging:  # grows by the sheets that these rows belong to
        parent = _parent_sheet(sheet, marked)
        if parent is not None and parent not in belonging:
            belonging.append(parent)
    return [sheet for sheet in marked if sheet in belonging]


def is_repeat(rows: Sequence[Row]) -> bool:
    """Tell whether the rows of a sheet belong to rows of another sheet."""
    return bool(rows) and not PARENT_MARKS.isdisjoint(rows[0].cells)


def with_answers_above(sheet: Sheet, sheets: Sequence[Sheet]) -> tuple[Row, ...]:
    """Return the rows of a sheet, each followed by the answers of the rows it belongs to."""
    parent = _parent_sheet(sheet, sheets)
    if parent is None:
        return sheet.rows
    # A sheet is nobody's grandparent and grandchild: a damaged export cannot go in circles.
    above = with_answers_above(parent, [s for s in sheets if s is not sheet])
    kept = _carried(above)
    by_row, by_id, by_key = (_by(above, name) for name in (_ROW, _ID, _KEY))
    width = len(sheet.rows[0].cells)
    joined = [_beside(sheet.rows[0], above[0], kept, width)]
    for row in sheet.rows[1:]:
        # The submission says it best: rows are numbered anew where two exports are put together.
        submission = _said(sheet, row, _PARENT_ID) if by_id else ""
        number = _said(sheet, row, _PARENT_ROW)
        found = by_id.get(submission) if submission else by_row.get(number)
        found = found or by_key.get(_said(sheet, row, _PARENT_KEY))
        joined.append(_beside(row, found or Row(0, ()), kept, width))
    return tuple(joined)


def _parent_sheet(sheet: Sheet, sheets: Sequence[Sheet]) -> Sheet | None:
    if not is_repeat(sheet.rows):
        return None
    named = {
        _said(sheet, row, _PARENT_SHEET)[:_SHEET_NAME_LENGTH].strip() for row in sheet.rows[1:]
    }
    others = [s for s in sheets if s is not sheet]
    keys = {_said(sheet, row, _PARENT_KEY) for row in sheet.rows[1:]} - {""}
    ids = {_said(sheet, row, _PARENT_ID) for row in sheet.rows[1:]} - {""}
    forms = [s for s in others if not is_repeat(s.rows)]
    by_name = (
        s for s in others if s.name.strip() in named or not keys.isdisjoint(_by(s.rows, _KEY))
    )
    # A text table bears the name that somebody gave it: there the submissions say which form it is.
    by_id = (s for s in forms if not ids.isdisjoint(_by(s.rows, _ID)))
    return next(by_name, next(by_id, next(iter(forms), None)))


def _carried(rows: Sequence[Row]) -> list[int]:
    # Kobo's own columns stay behind: the key of a submission would make its second parcel a copy.
    traced = traced_columns(rows)
    return [
        column
        for column, name in enumerate(rows[0].cells)
        if column not in traced
        and not name.startswith("_")
        and name.rpartition("/")[2].lower() not in SUBMISSION
    ]


def _beside(row: Row, above: Row, kept: Sequence[int], width: int) -> Row:
    own = (row.cells + ("",) * width)[:width]
    return Row(row.number, (*own, *(above.cell(column) for column in kept)))


def _by(rows: Sequence[Row], name: str) -> dict[str, Row]:
    if name not in rows[0].cells:
        return {}
    column = rows[0].cells.index(name)
    return {key: row for row in rows[1:] if (key := row.cell(column))}


def _said(sheet: Sheet, row: Row, name: str) -> str:
    heading = sheet.rows[0].cells
    return row.cell(heading.index(name)) if name in heading else ""


def without_land(form: Sheet, sheets: Sequence[Sheet]) -> Iterator[Row]:
    """Yield the submissions that hold no trace and have no row of land in a repeated group."""
    repeats = [s for s in sheets if is_repeat(s.rows) and is_form(s.rows)]
    ids = {_said(s, row, _PARENT_ID) for s in repeats for row in s.rows[1:]} - {""}
    direct = [s for s in repeats if _parent_sheet(s, sheets) is form]
    numbers = {_said(s, row, _PARENT_ROW) for s in direct for row in s.rows[1:]} - {""}
    # ``uuid:1/lahan[2]`` is the key of a row of a repeated group of the submission ``uuid:1``.
    keys = {_said(s, row, _PARENT_KEY).partition("/")[0] for s in repeats for row in s.rows[1:]}
    for row in form.rows[1:]:
        marks = ((_ID, ids), (_ROW, numbers), (_KEY, keys - {""}))
        has_land = any(_said(form, row, name) in known for name, known in marks)
        if not has_land and not holds_trace(row):
            yield row
