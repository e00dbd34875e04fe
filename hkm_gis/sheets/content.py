"""What one sheet shows: the land of one group in grid metres, sorted by what is known of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely import MultiLineString
from shapely.geometry.base import BaseGeometry

from hkm_gis.digest import Digest, digest_of
from hkm_gis.parcels import in_counting_order
from hkm_gis.plane import area_m2, reproject
from hkm_gis.privacy import redact
from hkm_gis.report import Report, Severity, Status

if TYPE_CHECKING:
    from hkm_gis.survey import Survey

__all__ = [
    "GAP_CLOSED_M",
    "STATUS_ORDER",
    "Content",
    "Row",
    "content_of",
    "overlap_status",
    "work_area_line",
]

STATUS_ORDER = ("clean", "finding", "outside", "disputed", "shared", "sliver")
"""From plain land to disputed land: what is drawn later lies on top."""

GAP_CLOSED_M = 10.0
"""Half the width of a path between two walks, 10 m, which the error of each walk widens by 5 m: the
outline does not run into such a gap."""
NOTCH_M = 3 * GAP_CLOSED_M
"""A shorter piece that turns inward is a notch of one walk, not a gap between two."""

LABEL_LETTERS = 7
"""A code of seven letters is 12 mm wide: 1.2 ha at 1:10,000 just holds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One parcel of the group: its label on the map and what the table says of it.

    ``label`` is the code that findings and the web map use, or its number in the table where the
    codes of the group are too long to stand in a parcel. ``accepted_codes`` are the findings that
    people have settled.
    """

    label: str
    parcel_id: str
    member: str
    area_ha: float
    utm_ha: float
    uncertainty_ha: float
    outside_ha: float
    finding_codes: tuple[str, ...]
    accepted_codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Everything that the sheet of one group shows, in grid metres.

    Attributes
    ----------
    group
        Name of the group.
    rows, parcels_m
        Its parcels in the order of their codes, and their land.
    status
        ``clean`` or ``finding`` for each parcel.
    special_m, special_ha
        Land outside the forest and shared land by kind, and its hectares counted once.
    neighbours_m
        Name of each other group → its parcels.
    forest_m
        The forest; None without boundary.
    work_area_m
        The parcels of the group dissolved.
    union_ha, utm_ha
        Hectares of the dissolved parcels: geodesic, and on the grid.
    digest
        What the QR code says of the parcels.
    blocking
        Number of open findings of severity error.
    """

    group: str
    rows: tuple[Row, ...]
    parcels_m: NDArray[Any]
    status: NDArray[np.str_]
    special_m: Mapping[str, NDArray[Any]]
    special_ha: Mapping[str, float]
    neighbours_m: Mapping[str, NDArray[Any]]
    forest_m: BaseGeometry | None
    work_area_m: BaseGeometry
    union_ha: float
    utm_ha: float
    digest: Digest
    blocking: int

    @property
    def sum_ha(self) -> float:
        """Sum of the hectares of the parcels, unrounded."""
        return float(sum(row.area_ha for row in self.rows))

    def parcels_of(self, status: str) -> NDArray[Any]:
        """Return the parcels of one status."""
        chosen: NDArray[Any] = self.parcels_m[self.status == status]
        return chosen

    def hectares_of(self, status: str) -> float:
        """Return the hectares of one entry of the legend, unrounded."""
        if status in self.special_ha:
            return self.special_ha[status]
        return float(
            sum(r.area_ha for r, s in zip(self.rows, self.status, strict=True) if s == status)
        )


def content_of(survey: Survey, report: Report, group: str) -> Content:
    """Gather what the sheet of ``group`` shows."""
    epsg = survey.project.crs_epsg
    parcels = survey.parcels
    mine = _in_order(parcels, group)
    about = report.of_group(group)
    codes = _codes_by_parcel(about, Status.OPEN)
    accepted = _codes_by_parcel(about, Status.ACCEPTED)
    rows = _rows(parcels.iloc[mine], survey.outside[mine], codes, accepted)
    special = _special(survey, group, mine)
    land = shapely.union_all(parcels.geometry.to_numpy()[mine])
    drawn = reproject(parcels.geometry.to_numpy(), 4326, epsg)
    work_area = reproject([land], 4326, epsg)[0]
    return Content(
        group=group,
        rows=rows,
        parcels_m=drawn[mine],
        status=np.array(["finding" if row.finding_codes else "clean" for row in rows]),
        special_m={name: reproject(shapes, 4326, epsg) for name, shapes in special.items()},
        special_ha={name: _hectares_once(shapes) for name, shapes in special.items()},
        neighbours_m=_neighbours(parcels["group"], drawn, group),
        forest_m=None
        if survey.forest is None
        else reproject([survey.forest.geometry], 4326, epsg)[0],
        work_area_m=work_area,
        union_ha=float(area_m2([land])[0]) / 1e4,
        utm_ha=float(work_area.area) / 1e4,
        digest=digest_of(parcels.iloc[mine]),
        blocking=len(about.blocking),
    )


def work_area_line(land_m: BaseGeometry) -> list[NDArray[np.float64]]:
    """Return the outline of dissolved parcels, leaving out the gaps between two walks.

    Every piece is the true outline, nothing is moved: the land closed over narrow gaps only tells
    which pieces of the true outline face the outside.
    """
    outline = land_m.boundary
    closed = land_m.buffer(GAP_CLOSED_M, join_style="mitre").buffer(
        -GAP_CLOSED_M, join_style="mitre"
    )
    near = closed.boundary.buffer(0.05)
    facing_out = shapely.union_all(_lines_in(outline & near))
    notches = [
        part
        for part in _lines_in(outline - near)
        if part.length <= NOTCH_M and facing_out.dwithin(part, 0.01)
    ]
    lines = _lines_in(shapely.union_all([facing_out, *notches]))
    return [shapely.get_coordinates(line) for line in lines if line.length > GAP_CLOSED_M]


def _lines_in(geometry: BaseGeometry) -> list[BaseGeometry]:
    parts = [p for p in shapely.get_parts(geometry) if p.geom_type == "LineString" and p.length > 0]
    merged: list[BaseGeometry] = list(shapely.get_parts(shapely.line_merge(MultiLineString(parts))))
    return merged


def _in_order(parcels: pd.DataFrame, group: str) -> NDArray[np.intp]:
    mine = np.flatnonzero(parcels["group"] == group)
    return mine[in_counting_order(parcels["parcel_id"].iloc[mine])]


def _codes_by_parcel(report: Report, status: Status) -> dict[str, tuple[str, ...]]:
    codes: dict[str, dict[str, None]] = {}
    for finding in report.findings:
        if finding.status is status and finding.severity is not Severity.NOTE:
            for parcel in finding.parcels:
                codes.setdefault(parcel, {})[finding.code] = None
    return {parcel: tuple(sorted(found)) for parcel, found in codes.items()}


def _rows(
    parcels: pd.DataFrame,
    outside: NDArray[Any],
    codes: Mapping[str, tuple[str, ...]],
    accepted: Mapping[str, tuple[str, ...]],
) -> tuple[Row, ...]:
    outside_ha = area_m2(outside) / 1e4
    short = parcels["parcel_id"].str.len().max() <= LABEL_LETTERS
    table: Iterable[Any] = parcels.itertuples()
    return tuple(
        Row(
            label=str(parcel.parcel_id) if short else str(i + 1),
            parcel_id=str(parcel.parcel_id),
            member=redact(str(parcel.member)),
            area_ha=float(parcel.area_ha),
            utm_ha=float(parcel.utm_ha),
            uncertainty_ha=float(parcel.uncertainty_ha),
            outside_ha=float(outside_ha[i]),
            finding_codes=codes.get(str(parcel.parcel_id), ()),
            accepted_codes=accepted.get(str(parcel.parcel_id), ()),
        )
        for i, parcel in enumerate(table)
    )


def _special(survey: Survey, group: str, mine: NDArray[np.intp]) -> dict[str, NDArray[Any]]:
    outside = survey.outside[mine]
    special = {"outside": outside[~shapely.is_empty(outside)]}
    overlaps = survey.overlaps
    involved = overlaps[(overlaps["group_a"] == group) | (overlaps["group_b"] == group)]
    kinds = np.array([overlap_status(row) for row in involved.itertuples()], dtype=object)
    shapes = involved.geometry.to_numpy()
    for status in ("disputed", "shared", "sliver"):
        special[status] = shapes[kinds == status]
    return {name: shapes for name, shapes in special.items() if len(shapes)}


def overlap_status(pair: Any) -> str:
    """Return under which status of `STATUS_ORDER` the land of a pair is drawn."""
    if pair.kind == "sliver":
        return "sliver"
    return "disputed" if pair.group_a != pair.group_b else "shared"


def _hectares_once(shapes: NDArray[Any]) -> float:
    return float(area_m2([shapely.union_all(shapes)])[0]) / 1e4


def _neighbours(groups: pd.Series, drawn: NDArray[Any], group: str) -> dict[str, NDArray[Any]]:
    names = [name for name in dict.fromkeys(groups) if name != group]
    return {name: drawn[(groups == name).to_numpy()] for name in names}
