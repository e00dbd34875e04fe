"""Degrees, minutes and seconds in cells of their own → one cell, as angles are read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from hkm_gis.readers.rows import Row, Sheet

__all__ = ["with_whole_angles", "with_whole_heading"]

_UNITS = {
    **dict.fromkeys(("d", "der", "deg", "derajat", "degree", "degrees"), 0),
    **dict.fromkeys(("m", "mnt", "min", "menit", "minute", "minutes"), 1),
    **dict.fromkeys(("s", "dtk", "det", "sec", "detik", "second", "seconds"), 2),
}
_SIGNS = {"°": " d ", "º": " d ", "'": " m ", "′": " m ", "’": " m ", '"': " s ", "″": " s "}
_HEADING_WITHIN = 15  # rows of title that people put above a table


def with_whole_heading(above: Sequence[str], cells: Sequence[str]) -> tuple[str, ...]:
    """Return a heading of two rows as one: where the lower row is blank, the upper one speaks."""
    return tuple(c or (above[i] if i < len(above) else "") for i, c in enumerate(cells))


def with_whole_angles(sheet: Sheet) -> Sheet:
    r"""Return the sheet with degrees, minutes and seconds of each angle in one cell.

    The heading may say both in one row (``LS Derajat``, ``LS Menit``), or the axis in one row
    and its parts in the next, as merged cells do. A sheet without such columns comes back as is.

    Examples
    --------
    >>> rows = (Row(1, ("BT", "", "", "LS", "", "")), Row(2, ("D", "M", "S", "D", "M", "S")))
    >>> sheet = Sheet("", (*rows, Row(3, ("104", "39", "0", "5", "25", "12"))))
    >>> [row.cells[::3] for row in with_whole_angles(sheet).rows]
    [('BT', 'LS'), ('104° 39\' 0"', '5° 25\' 12"')]
    """
    for place, row in enumerate(sheet.rows[:_HEADING_WITHIN]):
        below = sheet.rows[place + 1] if place + 1 < len(sheet.rows) else Row(0, ())
        for heading, rest in (
            (row.cells, place + 1),
            (_two_rows(row.cells, below.cells), place + 2),
        ):
            angles = _angles(heading)
            if len(angles) == 2:
                joined = (Row(row.number, _heading(heading, angles)),)
                rows = (replace(r, cells=_joined(r.cells, angles)) for r in sheet.rows[rest:])
                return replace(sheet, rows=(*sheet.rows[:place], *joined, *rows))
    return sheet


def _two_rows(upper: Sequence[str], lower: Sequence[str]) -> tuple[str, ...]:
    spread, last = [], ""
    for i, part in enumerate(lower):
        last = (upper[i] if i < len(upper) else "") or (last if part else "")
        spread.append(f"{last} {part}".strip())
    return (*spread, *upper[len(lower) :])


def _angles(heading: Sequence[str]) -> Mapping[str, tuple[int, ...]]:
    """Return for each axis the columns of its degrees, minutes and, where it has any, seconds."""
    found: dict[str, dict[int, int]] = {}
    for column, cell in enumerate(heading):
        *axis, unit = _words(cell) or ["", ""]
        if axis and unit in _UNITS:
            found.setdefault(" ".join(axis), {}).setdefault(_UNITS[unit], column)
    return {
        axis: tuple(parts[unit] for unit in sorted(parts))
        for axis, parts in found.items()
        if {0, 1} <= set(parts)
    }


def _words(cell: str) -> list[str]:
    spoken = "".join(_SIGNS.get(letter, letter) for letter in cell.lower())
    return re.findall(r"[a-z0-9]+", spoken)


def _heading(cells: Sequence[str], angles: Mapping[str, tuple[int, ...]]) -> tuple[str, ...]:
    names = {columns[0]: axis.upper() for axis, columns in angles.items()}
    return tuple(names.get(i, "" if i in _taken(angles) else c) for i, c in enumerate(cells))


def _taken(angles: Mapping[str, tuple[int, ...]]) -> set[int]:
    return {column for columns in angles.values() for column in columns[1:]}


def _joined(cells: Sequence[str], angles: Mapping[str, tuple[int, ...]]) -> tuple[str, ...]:
    whole = {columns[0]: " ".join(_parts(cells, columns)) for columns in angles.values()}
    return tuple(whole.get(i, "" if i in _taken(angles) else c) for i, c in enumerate(cells))


def _parts(cells: Sequence[str], columns: Sequence[int]) -> Iterator[str]:
    for column, sign in zip(columns, "°'\"", strict=False):
        if column < len(cells) and cells[column]:
            yield cells[column] + sign
