"""The recap of a province: groups, households and hectares of each district, as offices type it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from hkm_gis.errors import TableError
from hkm_gis.files import local_path
from hkm_gis.project import STAGES
from hkm_gis.readers.lists import find_heading, read_sheets
from hkm_gis.readers.rows import Row

__all__ = ["RECAP_COLUMNS", "TOTALS_NAME", "Cell", "Recap", "WrongSum", "read_number", "read_recap"]

RECAP_COLUMNS = ("kabupaten", *STAGES, "total", "KK", "ha")
"""Columns of the recap: the district, groups by stage and in all, households, hectares."""

COUNTED = RECAP_COLUMNS[1:]

LEAST_HA = 0.005
"""Hectares are printed to 0.01: half of that, for each number that is added, is rounding."""

_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "kabupaten": ("kabupaten", "kabupatenkota", "kabkota", "kab", "district"),
    "HKm": ("hkm", "izinhkm", "iuphkm"),
    "IHHBK": ("ihhbk", "izinihhbk"),
    "proses": ("proses", "dalamproses", "process", "inprocess"),
    "total": ("total", "jumlah", "totalkelompok", "jumlahkelompok", "kelompok"),
    "KK": ("kk", "jumlahkk", "anggota", "anggotakk", "jumlahanggotakk", "households"),
    "ha": ("ha", "luas", "luasha", "luasarealha", "area"),
}
TOTALS_NAME = "Jumlah"
"""What the row of printed totals is called here, whatever the office called it."""

_TOTALS = ("jumlah", "total", "jumlahtotal", "totaljumlah", "printedtotal", "sum")


class Cell(NamedTuple):
    """What one cell says: its number, how sure that is, and how it was written.

    ``certainty`` is ``sure``, ``doubtful`` (typed against the rules, and read the only way that
    fits), ``unknown`` (a sign such as ``*`` stands for it) or ``missing`` (nothing stands there).
    """

    value: float
    certainty: str
    written: str

    @property
    def is_unsure(self) -> bool:
        """Whether a person must look at it again."""
        return self.certainty != "sure"


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongSum:
    """A printed total that is not the sum of its numbers."""

    column: str
    district: str
    """The row whose columns do not add up; empty for the total of a column."""
    printed: float
    summed: float


@dataclass(frozen=True, slots=True)
class Recap:
    """A recap as it was typed.

    Attributes
    ----------
    source
        Name of the file.
    rows
        Name of each district and its cells by column, in their order.
    totals
        The printed totals by column; empty where none are printed.
    """

    source: str
    rows: tuple[tuple[str, Mapping[str, Cell]], ...]
    totals: Mapping[str, Cell]

    @property
    def table(self) -> pd.DataFrame:
        """The numbers, columns `RECAP_COLUMNS`; NA or NaN where a cell says none."""
        return _table(self.rows)

    @property
    def certainty(self) -> pd.DataFrame:
        """How sure each number of `table` is, in its shape."""
        said = [[name, *(cells[c].certainty for c in COUNTED)] for name, cells in self.rows]
        return pd.DataFrame(said, columns=list(RECAP_COLUMNS))

    @property
    def annotated(self) -> pd.DataFrame:
        """Every row as typed, the printed totals last, with what is not sure and what is wrong.

        ``unsure`` names each number that is not sure, how sure it is and how it was written;
        ``sums_to`` names each printed total that is wrong, and what its known numbers make.
        """
        rows = [*self.rows, *([("", self.totals)] if self.totals else ())]
        wrong = list(self.wrong_sums())
        table = _table([(name or TOTALS_NAME, cells) for name, cells in rows])
        return table.assign(
            unsure=[
                "; ".join(_doubt(c, cell) for c, cell in cells.items() if cell.is_unsure)
                for _, cells in rows
            ],
            sums_to=[
                "; ".join(f"{w.column} {w.summed:.15g}" for w in wrong if w.district == name)
                for name, _ in rows
            ],
        )

    def unsure_cells(self) -> Iterator[tuple[str, str, Cell]]:
        """Yield district, column and cell of every number that is not sure."""
        for name, cells in self.rows:
            for column in COUNTED:
                if cells[column].is_unsure:
                    yield name, column, cells[column]

    def wrong_sums(self) -> Iterator[WrongSum]:
        """Yield each printed total that the numbers beside or above it cannot make.

        A number that is not known may be anything from nothing upwards, so a total is wrong only
        where the known numbers exceed it, or where all are known and make less.
        """
        for name, cells in self.rows:
            yield from _wrong("total", name, [cells[s] for s in STAGES], cells["total"])
        for column, printed in self.totals.items():
            yield from _wrong(column, "", [cells[column] for _, cells in self.rows], printed)
        if self.totals:
            stages = [self.totals[stage] for stage in STAGES]
            yield from _wrong("total", "", stages, self.totals["total"])


def read_recap(path: str | Path) -> Recap:
    r"""Read a recap of districts, dirty cells and all.

    Parameters
    ----------
    path
        CSV or XLSX with the headings kabupaten, HKm, IHHBK, proses, total, KK and ha, in any order.

    Returns
    -------
    Recap
        Every cell with its number and how sure that is; nothing is mended in silence. A row whose
        name is ``jumlah`` or ``total`` holds the printed totals.

    Raises
    ------
    FileError
        The file is missing, or is no table.
    TableError
        No sheet has the headings.

    Examples
    --------
    A dot too many, a sign for an area that nobody knows, and a total that is not the sum:

    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp(), "rekap.csv")
    >>> written = file.write_text(
    ...     "kabupaten;HKm;IHHBK;proses;total;KK;ha\n"
    ...     "Lampung Tengah;0;104;0;104;4.407;5.319.05\n"
    ...     "Lampung Timur;0;0;4;4;147;*\n"
    ...     "Jumlah;0;104;4;108;4.600;5.319,05\n"
    ... )
    >>> recap = read_recap(file)
    >>> recap.table["ha"].tolist()
    [5319.05, nan]
    >>> [(wrong.column, wrong.printed, wrong.summed) for wrong in recap.wrong_sums()]
    [('KK', 4600.0, 4554.0)]
    """
    file = local_path(path)
    for sheet in read_sheets(file, "recap_unreadable"):
        found = find_heading(sheet, _columns, lambda known: known.keys() == set(RECAP_COLUMNS))
        if found:
            return _recap(file.name, *found)
    raise TableError("recap_no_heading", path=file.name, columns=RECAP_COLUMNS)


def read_number(written: str, *, whole: bool) -> Cell:
    """Return what one cell of a recap says.

    Parameters
    ----------
    written
        The cell as typed.
    whole
        Whether it counts something: groups or households, never a part of one.

    Examples
    --------
    Indonesian thousands; one dot too many; and a dot of which nobody knows what it parts.

    >>> read_number("1.169", whole=True).value, read_number("1.859,00", whole=False).value
    (1169.0, 1859.0)
    >>> read_number("5.319.05", whole=False)
    Cell(value=5319.05, certainty='doubtful', written='5.319.05')
    >>> read_number("4.916", whole=False)
    Cell(value=4916.0, certainty='doubtful', written='4.916')
    """
    text = re.sub(r"\s", "", written).casefold().removesuffix("ha").removesuffix("kk")
    if not text:
        return Cell(math.nan, "missing", written)
    for pattern, certainty in _WHOLE if whole else _HECTARES:
        match = re.fullmatch(pattern, text)
        if match:
            digits = re.sub(r"\D", "", match["whole"])
            part = (match.groupdict().get("part") or "").strip()
            return Cell(float(f"{digits}.{part or 0}"), certainty, written)
    return Cell(math.nan, "unknown", written)


# Dots part thousands and a comma the decimals, as Indonesian is written; a program that exports a
# number writes a dot before the decimals and nothing between thousands.
_GROUPED = r"(?P<whole>\d{1,3}(?:\.\d{3})+)"
_WHOLE = (
    (r"(?P<whole>\d+)(?:[.,]0+)?", "sure"),
    (_GROUPED, "sure"),
    (r"(?P<whole>\d{1,3}(?:,\d{3})+)", "doubtful"),
)
_HECTARES = (
    (_GROUPED + r",(?P<part>\d+)", "sure"),
    (r"(?P<whole>\d+),(?P<part>\d+)", "sure"),
    (r"(?P<whole>\d+)(?:\.(?P<part>\d{1,2}))?", "sure"),
    (r"(?P<whole>\d{4,})\.(?P<part>\d+)", "sure"),
    (r"(?P<whole>\d+)\.(?P<part>\d{4,})", "sure"),
    (_GROUPED, "doubtful"),  # or three decimals, as a program of another country writes them
    (_GROUPED + r"\.(?P<part>\d{1,2})", "doubtful"),
    (r"(?P<whole>\d{1,3}(?:,\d{3})+)\.(?P<part>\d+)", "doubtful"),
)


def _recap(source: str, columns: Mapping[str, int], below: Sequence[Row]) -> Recap:
    rows, totals = [], {}
    for row in below:
        name = " ".join(row.cell(columns["kabupaten"]).split())
        cells = {
            column: read_number(row.cell(columns[column]), whole=column != "ha")
            for column in COUNTED
        }
        if _folded(name) in _TOTALS:
            totals = cells
        elif name:
            rows.append((name, cells))
    return Recap(source, tuple(rows), totals)


def _columns(row: Row) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, cell in enumerate(row.cells):
        word = _folded(cell)
        column = next((c for c, words in _HEADINGS.items() if word in words), "")
        if column:
            found.setdefault(column, place)
    return found


def _table(rows: Sequence[tuple[str, Mapping[str, Cell]]]) -> pd.DataFrame:
    values = [[name, *(cells[c].value for c in COUNTED)] for name, cells in rows]
    table = pd.DataFrame(values, columns=list(RECAP_COLUMNS))
    # Groups and households are counted, so NA stands where no number is known, as in the sums.
    return table.astype({column: "Int64" for column in COUNTED if column != "ha"})


def _doubt(column: str, cell: Cell) -> str:
    return f'{column} {cell.certainty} "{cell.written.strip()}"'


def _folded(text: str) -> str:
    return re.sub(r"[\W\d_]", "", text).casefold()


def _wrong(column: str, district: str, cells: Sequence[Cell], printed: Cell) -> Iterator[WrongSum]:
    known = [cell.value for cell in cells if not math.isnan(cell.value)]
    summed = math.fsum(known)
    room = LEAST_HA * (len(known) + 1) if column == "ha" else 0.0
    too_small = len(known) == len(cells) and summed < printed.value - room
    if too_small or summed > printed.value + room:
        yield WrongSum(column=column, district=district, printed=printed.value, summed=summed)
