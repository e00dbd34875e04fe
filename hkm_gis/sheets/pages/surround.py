"""The land round a page: neighbours, rivers, roads and forest boundary, read once for all pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from hkm_gis.andil_list import tell_batas
from hkm_gis.digest import Digest, digest_of
from hkm_gis.plane import reproject
from hkm_gis.privacy import Disguise, disguise, member_facts, redact
from hkm_gis.sheets.canvas import Box, Canvas
from hkm_gis.sheets.content import overlap_status
from hkm_gis.sheets.frame import FAR_SCALES, SCALES, Frame, largest_scale, lines_in_view
from hkm_gis.sheets.labels import Board, Label, Words, draw_label, place_in_land, place_on_lines
from hkm_gis.sheets.symbols import STYLES, draw_area, draw_line
from hkm_gis.sheets.topography import (
    Features,
    draw_topography,
    label_topography,
    read_features,
    topography_in,
)
from hkm_gis.text import say

if TYPE_CHECKING:
    from hkm_gis.survey import Survey

__all__ = ["PAGE_SCALES", "Surround", "frame_of"]

PAGE_SCALES = tuple(
    sorted({100, 200, 250, 400, 500, 750, 1000, 1250, 1500, 3000, 4000, *SCALES, *FAR_SCALES})
)
"""Denominators of pages: one parcel is drawn larger than a group."""

NUMBER_ROOM_MM = 7.0
"""From the land to the frame: room for the numbers of its corners."""
AROUND_M = 500.0


def frame_of(land_m: Sequence[BaseGeometry] | NDArray[Any], box_mm: Box, epsg: int) -> Frame:
    """Return the frame that shows the land at the largest round scale that leaves room round it."""
    bounds = Box(*shapely.total_bounds(np.asarray(land_m, dtype=object)))
    scale = largest_scale(bounds, box_mm.grown(-NUMBER_ROOM_MM), PAGE_SCALES)
    return Frame(box_mm=box_mm, centre_m=bounds.centre, scale=scale, epsg=epsg)


@dataclass(frozen=True)
class Surround:
    """A survey made ready for many small maps."""

    survey: Survey
    lang: str
    names: bool = True
    """Whether people are named; on a sheet for posting, parcels are named by code alone."""

    @property
    def epsg(self) -> int:
        """Grid of the pages."""
        return self.survey.project.crs_epsg

    @cached_property
    def parcels_m(self) -> NDArray[Any]:
        """All parcels on the grid."""
        return reproject(self.survey.parcels.geometry.to_numpy(), 4326, self.epsg)

    @cached_property
    def place(self) -> Mapping[str, int]:
        """Place of each parcel in the table."""
        return {parcel: i for i, parcel in enumerate(self._ids)}

    @cached_property
    def _ids(self) -> list[str]:
        return list(map(str, self.survey.parcels["parcel_id"]))

    @cached_property
    def _veil(self) -> Disguise:
        return disguise(self.survey, hide_names=not self.names)

    def code(self, parcel: str) -> str:
        """Return the code under which a parcel stands on these pages."""
        return self._veil.parcel(parcel)

    def digest(self, places: Sequence[int]) -> Digest:
        """Return the digest of some parcels, which names them by the codes of these pages."""
        digest = digest_of(self.survey.parcels.iloc[list(places)], named=True)
        return replace(digest, parcels=tuple(map(self.code, digest.parcels)))

    @cached_property
    def members(self) -> list[str]:
        """Name of the farmer of each parcel; empty where unknown."""
        return [redact(str(name)) for name in member_facts(self.survey)["member"]]

    @cached_property
    def batas(self) -> pd.DataFrame:
        """The four batas of each parcel in words."""
        return tell_batas(self.survey, lang=self.lang, names=self.names)

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.parcels_m)

    @cached_property
    def _features(self) -> list[Features]:
        around = Box(*shapely.total_bounds(self.parcels_m)).grown(AROUND_M)
        return read_features(self.survey.project.layers, around, self.epsg)

    @cached_property
    def _forest_m(self) -> BaseGeometry | None:
        forest = self.survey.forest
        if forest is None:
            return None
        near = shapely.box(*shapely.total_bounds(self.parcels_m)).buffer(20 * AROUND_M)
        line: BaseGeometry = shapely.boundary(reproject([forest.geometry], 4326, self.epsg)[0])
        return line.intersection(near)

    @cached_property
    def special_m(self) -> Mapping[str, Mapping[str, list[BaseGeometry]]]:
        """Land of each parcel that is outside the forest, shared or disputed, by its kind."""
        survey = self.survey
        found: dict[str, dict[str, list[BaseGeometry]]] = {p: {} for p in self.place}
        outside = reproject(survey.outside, 4326, self.epsg)
        for parcel, land in zip(self.place, outside, strict=True):
            if not land.is_empty:
                found[parcel]["outside"] = [land]
        shared = reproject(survey.overlaps.geometry.to_numpy(), 4326, self.epsg)
        for pair, land in zip(survey.overlaps.itertuples(), shared, strict=True):
            for parcel in (pair.parcel_a, pair.parcel_b):
                found[parcel].setdefault(overlap_status(pair), []).append(land)
        return found

    def draw_parcels(self, canvas: Canvas, frame: Frame, own: Sequence[int]) -> None:
        """Draw the parcels round the parcels ``own``."""
        near = self._neighbours(frame, own)
        spared = shapely.union_all(self.parcels_m[list(own)]) if near else None
        land = [self.parcels_m[k] - spared for k in near]
        draw_area(canvas, frame.draw(land), STYLES["neighbour"])

    def draw_lines(self, canvas: Canvas, frame: Frame) -> None:
        """Draw rivers, roads and the forest boundary; labels come later, by `label`."""
        draw_topography(canvas, topography_in(self._features, frame), spared_mm=shapely.Point())
        if self._forest_m is not None:
            draw_line(canvas, lines_in_view(self._forest_m, frame), "forest_line")

    def label(
        self,
        canvas: Canvas,
        frame: Frame,
        board: Board,
        own: Sequence[int],
        *,
        neighbours: bool = True,
    ) -> None:
        """Name the neighbours in their land, rivers and roads, and the forest boundary."""
        if neighbours:
            self._label_neighbours(canvas, frame, board, own)
        label_topography(canvas, topography_in(self._features, frame), board, enlarged=1.3)
        if self._forest_m is not None:
            words = Words(say("sheets.forest_line", self.lang), 8, "italic")
            lines = lines_in_view(self._forest_m, frame)
            places = place_on_lines(lines, words, board, apart_mm=80, lift_mm=2.2)
            for placed in islice(places, 1):
                draw_label(canvas, placed, color="#005500")

    def _label_neighbours(
        self, canvas: Canvas, frame: Frame, board: Board, own: Sequence[int]
    ) -> None:
        view = shapely.box(*frame.bounds_m)
        spared = shapely.union_all(self.parcels_m[list(own)])
        near = self._neighbours(frame, own)
        seen = [_largest((self.parcels_m[k] & view) - spared) for k in near]
        shown = [(k, land) for k, land in zip(near, seen, strict=True) if land is not None]
        choices = [list(self._choices(k)) for k, _ in shown]
        drawn = frame.draw([land for _, land in shown])
        for placed in place_in_land(drawn, choices, board, leaders=False) if shown else ():
            if placed is not None:
                draw_label(canvas, placed, color="#4a4a4a")

    def lines_shown(self, frame: Frame) -> list[str]:
        """Return the styles of the lines that the frame shows."""
        found = [layer.role for layer in topography_in(self._features, frame) if layer.lines]
        bounded = self._forest_m is not None and bool(lines_in_view(self._forest_m, frame))
        return [*dict.fromkeys(found), *(["forest_line"] if bounded else [])]

    def _neighbours(self, frame: Frame, own: Sequence[int]) -> list[int]:
        found = self._tree.query(shapely.box(*frame.bounds_m), predicate="intersects")
        return [int(k) for k in np.sort(found) if k not in set(own)]

    def _choices(self, k: int) -> Iterator[Label]:
        code = Words(self.code(self._ids[k]), 8)
        name = self.members[k] if self.names else ""
        if name:
            yield (Words(name, 8.5), code)
        yield (code,)


def _largest(land: BaseGeometry) -> BaseGeometry | None:
    parts = [p for p in shapely.get_parts(land) if p.geom_type == "Polygon" and p.area > 0]
    return max(parts, key=shapely.area, default=None)
