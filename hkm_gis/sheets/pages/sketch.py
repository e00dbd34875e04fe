"""What the page of one parcel says: the parcel, its family, its outline and its findings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from shapely.geometry.base import BaseGeometry

from hkm_gis.andil_list import listed
from hkm_gis.corners import Outline, outline_of
from hkm_gis.digest import Digest
from hkm_gis.report import Report, Severity, Status
from hkm_gis.sheets.marks import marks_of
from hkm_gis.sheets.pages.surround import Surround
from hkm_gis.text import say

__all__ = ["Sketch", "sketches_of"]


@dataclass(frozen=True)
class Sketch:
    """One parcel and its place among those of its household."""

    surround: Surround
    place: int
    """Row of the parcel in the survey."""
    nth: tuple[int, int]
    """Which of how many parcels of the household it is."""
    household_ha: float
    """Sum of the parcels of the household as walked."""
    findings: tuple[str, ...]
    """Codes of what is open about it, notes aside."""
    blocking: int
    """Number of open errors among them."""

    @property
    def lang(self) -> str:
        """Language of the page."""
        return self.surround.lang

    @cached_property
    def row(self) -> Any:
        """The row of the parcel in the table of parcels."""
        return next(self.surround.survey.parcels.iloc[[self.place]].itertuples())

    @property
    def code(self) -> str:
        """The code that stands on every sheet for the parcel."""
        return self.surround.code(self.row.parcel_id)

    @property
    def land_m(self) -> BaseGeometry:
        """The parcel in metres of the map grid."""
        land: BaseGeometry = self.surround.parcels_m[self.place]
        return land

    @cached_property
    def outline(self) -> Outline:
        """Its corners, as many as the error of the GPS can tell apart."""
        within_m = self.surround.survey.thresholds.gps_error_m
        return outline_of(self.row.geometry, epsg=self.surround.epsg, within_m=within_m)

    @cached_property
    def digest(self) -> Digest:
        """The fingerprint of the parcel, which the QR code carries."""
        return self.surround.digest([self.place])

    @property
    def member(self) -> str:
        """Name of its farmer; empty where nobody is known."""
        return self.surround.members[self.place]

    @property
    def marks(self) -> list[str]:
        """What is written across the map: that it is an example, or a draft."""
        return marks_of(self.surround.survey.forest, self.blocking, self.lang)

    def say(self, name: str, **facts: object) -> str:
        """Return the words ``pages.<name>`` in the language of the page."""
        return say(f"pages.{name}", self.lang, **facts)


def sketches_of(surround: Surround, report: Report, group: str) -> Iterator[Sketch]:
    """Yield the parcels of a group, household after household."""
    parcels = surround.survey.parcels
    households: dict[str, list[int]] = {}
    for k in map(int, listed(surround.survey, group)):
        households.setdefault(str(parcels["household"].iloc[k]), []).append(k)
    codes, blocking = _open_findings(report)
    for places in households.values():
        total_ha = float(parcels["area_ha"].iloc[places].sum())
        for nth, k in enumerate(places, 1):
            parcel = str(parcels["parcel_id"].iloc[k])
            found = tuple(dict.fromkeys(codes.get(parcel, ())))
            yield Sketch(surround, k, (nth, len(places)), total_ha, found, blocking.get(parcel, 0))


def _open_findings(report: Report) -> tuple[dict[str, list[str]], dict[str, int]]:
    codes: dict[str, list[str]] = {}
    blocking: dict[str, int] = {}
    for finding in report.findings:
        if finding.status is Status.OPEN and finding.severity is not Severity.NOTE:
            for parcel in finding.parcels:
                codes.setdefault(parcel, []).append(finding.code)
                blocking[parcel] = blocking.get(parcel, 0) + (finding.severity is Severity.ERROR)
    return codes, blocking
