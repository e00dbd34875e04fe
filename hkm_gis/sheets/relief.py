"""The shape of the land below the map: grey relief and contour lines from an elevation grid."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from hkm_gis.sheets.canvas import Canvas
from hkm_gis.sheets.frame import Frame
from hkm_gis.sheets.labels import Board, Words, draw_label, place_on_lines
from hkm_gis.sheets.symbols import draw_line

if TYPE_CHECKING:
    from rasterio.io import DatasetReader

__all__ = [
    "Contour",
    "Elevation",
    "contour_interval_m",
    "contours",
    "draw_contours",
    "draw_relief",
    "hillshade",
    "read_elevation",
]

RELIEF_DPI, RELIEF_QUALITY = 120, 85
"""Enough for a soft picture; parcels and letters are vectors."""
SUN_AZIMUTH_DEG, SUN_HEIGHT_DEG = 315.0, 45.0
"""Light from the upper left, as every reader expects it."""
EXAGGERATION = 1.5
LIGHTEST_MAP_GREY, LIGHTEST_INSET_GREY = 200, 185
FLAT_SHARE = 0.75
"""Of the way from the darkest grey to white."""
_INTERVALS_M = {5: 25, 10: 50, 20: 100, 25: 100, 50: 250, 100: 500, 200: 1000}
"""Interval of contours → interval of the thicker ones."""
MOST_CONTOURS = 30
_MARGIN_PX = 2
_CELLS_PER_CELL = 5
"""A cubic surface is drawn with five cells for each cell of the file."""
_M_PER_DEGREE = 111_320.0


@dataclass(frozen=True, slots=True, eq=False)
class Elevation:
    """Elevations over a frame: rows from the top, a margin of cells outside the frame."""

    heights_m: NDArray[np.float64]
    cell_m: tuple[float, float]
    """Width and height of a cell: a whole number of them fills the frame."""
    frame: Frame

    @property
    def known(self) -> bool:
        """Whether the grid says anything of this land."""
        return bool(np.isfinite(self.heights_m).any())

    @property
    def whole(self) -> bool:
        """Whether it says something of all of it."""
        inner = self.heights_m[_MARGIN_PX:-_MARGIN_PX, _MARGIN_PX:-_MARGIN_PX]
        return bool(np.isfinite(inner).all())


def read_elevation(file: Path, frame: Frame, *, dpi: int = RELIEF_DPI) -> Elevation:
    """Read the elevations of a frame, resampled onto its own grid; NaN where the file has none.

    The grid is as fine as ``dpi`` asks, but no finer than a smooth surface through the cells of
    the file needs.
    """
    import rasterio
    from rasterio.crs import CRS
    from rasterio.enums import Resampling
    from rasterio.vrt import WarpedVRT

    with rasterio.open(file) as source:
        finest_m = max(25.4 / dpi / frame.mm_per_m, _resolution_m(source) / _CELLS_PER_CELL)
        inner = frame.bounds_m
        columns, rows = (max(2, math.ceil(s / finest_m)) for s in (inner.width, inner.height))
        cell_m = (inner.width / columns, inner.height / rows)
        west, north = inner.x0 - _MARGIN_PX * cell_m[0], inner.y1 + _MARGIN_PX * cell_m[1]
        grid = {
            "crs": CRS.from_epsg(frame.epsg),
            "transform": rasterio.Affine(cell_m[0], 0.0, west, 0.0, -cell_m[1], north),
            "width": columns + 2 * _MARGIN_PX,
            "height": rows + 2 * _MARGIN_PX,
        }
        with WarpedVRT(
            source, resampling=Resampling.cubic_spline, dtype="float64", nodata=np.nan, **grid
        ) as warped:
            heights = warped.read(1)
    return Elevation(heights, cell_m, frame)


def hillshade(elevation: Elevation, *, lightest: int = LIGHTEST_MAP_GREY) -> NDArray[np.uint8]:
    """Return light and shadow as grey from ``lightest`` shadow to white (Horn 1981).

    Land of which the file says nothing has the grey of flat land.
    """
    width_m, height_m = elevation.cell_m
    down, right = np.gradient(elevation.heights_m * EXAGGERATION, height_m, width_m)
    azimuth, height = math.radians(SUN_AZIMUTH_DEG), math.radians(SUN_HEIGHT_DEG)
    facing = math.sin(azimuth) * -right + math.cos(azimuth) * down
    light = (math.sin(height) + math.cos(height) * facing) / np.sqrt(1 + down**2 + right**2)
    # flat land keeps one grey on every sheet; the steepest shadow goes to the darkest grey
    share = np.nan_to_num(
        np.clip(light / math.sin(height) - (1 - FLAT_SHARE), 0.0, 1.0), nan=FLAT_SHARE
    )
    grey = lightest + (255 - lightest) * share
    inner = grey[_MARGIN_PX:-_MARGIN_PX, _MARGIN_PX:-_MARGIN_PX]
    return np.asarray(inner, dtype=np.uint8)


def contour_interval_m(elevation: Elevation) -> int:
    """Return the interval: a 2000th of the scale or more, and never too many lines to read."""
    if not elevation.known:
        return max(_INTERVALS_M)
    relief_m = float(np.nanmax(elevation.heights_m) - np.nanmin(elevation.heights_m))
    least_m = max(elevation.frame.scale / 2000, relief_m / MOST_CONTOURS)
    return next((step for step in _INTERVALS_M if step >= least_m), max(_INTERVALS_M))


@dataclass(frozen=True, slots=True, eq=False)
class Contour:
    """All lines of one height, on paper."""

    height_m: int
    index: bool
    lines_mm: tuple[NDArray[np.float64], ...]


def contours(elevation: Elevation, interval_m: int) -> list[Contour]:
    """Return the contour lines of a frame, smooth to 0.08 mm."""
    import contourpy

    if not elevation.known:
        return []
    step = max(1, elevation.heights_m.shape[1] // 500)
    heights = elevation.heights_m[::step, ::step]
    lines = contourpy.contour_generator(*_cell_centres(elevation, step), heights, name="serial")
    low, high = np.nanmin(heights), np.nanmax(heights)
    levels = range(math.ceil(low / interval_m), math.floor(high / interval_m) + 1)
    index_m = _INTERVALS_M[interval_m]
    return [
        Contour(
            k * interval_m,
            k * interval_m % index_m == 0,
            tuple(
                _smooth(elevation.frame, np.asarray(line)) for line in lines.lines(k * interval_m)
            ),
        )
        for k in levels
    ]


def draw_relief(canvas: Canvas, elevation: Elevation, *, lightest: int = LIGHTEST_MAP_GREY) -> None:
    """Draw the relief picture into its frame."""
    from PIL import Image

    grey = Image.fromarray(hillshade(elevation, lightest=lightest))
    # viewers draw the pixels of a coarse picture as squares
    box = elevation.frame.box_mm
    size = (round(box.width / 25.4 * RELIEF_DPI), round(box.height / 25.4 * RELIEF_DPI))
    smooth = grey.resize(size, Image.Resampling.BICUBIC)
    canvas.image(np.asarray(smooth), box, quality=RELIEF_QUALITY)


def draw_contours(canvas: Canvas, lines: list[Contour]) -> None:
    """Draw contour lines, the index lines thicker."""
    for index in (False, True):
        style = "index_contour" if index else "contour"
        draw_line(canvas, [mm for c in lines if c.index is index for mm in c.lines_mm], style)


def label_contours(
    canvas: Canvas, lines: list[Contour], board: Board, *, enlarged: float = 1.0
) -> None:
    """Write heights on index contours where room is free."""
    for contour in lines:
        if contour.index:
            words = Words(str(contour.height_m), 5.5 * enlarged, "italic")
            for placed in place_on_lines(contour.lines_mm, words, board, apart_mm=90):
                draw_label(canvas, placed, color="#7a4f28")


def _cell_centres(
    elevation: Elevation, step: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    rows, columns = elevation.heights_m.shape
    bounds, (width_m, height_m) = elevation.frame.bounds_m, elevation.cell_m
    x = bounds.x0 + (np.arange(0, columns, step, dtype=float) + 0.5 - _MARGIN_PX) * width_m
    y = bounds.y1 - (np.arange(0, rows, step, dtype=float) + 0.5 - _MARGIN_PX) * height_m
    return x, y


def _resolution_m(source: DatasetReader) -> float:
    longer = float(max(source.res))
    return longer * _M_PER_DEGREE if source.crs and source.crs.is_geographic else longer


def _smooth(frame: Frame, line_m: NDArray[np.float64]) -> NDArray[np.float64]:
    simple = shapely.simplify(shapely.linestrings(line_m), 0.08 / frame.mm_per_m)
    return frame.to_mm(shapely.get_coordinates(simple))
