from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio

from hkm_gis.sheets.canvas import Box
from hkm_gis.sheets.frame import Frame
from hkm_gis.sheets.relief import contour_interval_m, contours, hillshade, read_elevation

FRAME = Frame(box_mm=Box(0, 0, 100, 80), centre_m=(461000, 9400000), scale=10000, epsg=32748)


def tilted(tmp_path: Path, east: float, north: float) -> Path:
    """A tilted plane: ``east`` and ``north`` are metres of height for a metre of ground."""
    cell, path = 10.0, tmp_path / "miring.tif"
    x = 460000 + (np.arange(200) + 0.5) * cell
    y = 9401000 - (np.arange(200) + 0.5) * cell
    heights = 500 + east * (x - 461000)[None, :] + north * (y - 9400000)[:, None]
    grid = {"width": 200, "height": 200, "count": 1, "dtype": "float64", "driver": "GTiff"}
    transform = rasterio.Affine(cell, 0, 460000, 0, -cell, 9401000)
    with rasterio.open(path, "w", crs="EPSG:32748", transform=transform, **grid) as file:
        file.write(heights, 1)
    return path


def test_heights_lie_where_the_file_puts_them(tmp_path: Path):
    elevation = read_elevation(tilted(tmp_path, 0.1, -0.2), FRAME)
    rows, columns = elevation.heights_m.shape
    width_m, height_m = elevation.cell_m
    x = FRAME.bounds_m.x0 + (np.arange(columns) - 1.5) * width_m
    y = FRAME.bounds_m.y1 - (np.arange(rows) - 1.5) * height_m
    wanted = 500 + 0.1 * (x - 461000)[None, :] - 0.2 * (y - 9400000)[:, None]
    assert elevation.heights_m == pytest.approx(wanted, abs=0.02)


def test_contours_run_at_their_height(tmp_path: Path):
    elevation = read_elevation(tilted(tmp_path, 0.1, 0.0), FRAME)
    lines = {c.height_m: c.lines_mm for c in contours(elevation, 10)}
    # 510 m stands 100 m east of the middle: 10 mm at 1:10.000
    assert np.concatenate(lines[510])[:, 0] == pytest.approx(60.0, abs=0.1)


def test_a_slope_to_the_north_west_is_lighter_than_one_to_the_south_east(tmp_path: Path):
    lit = hillshade(read_elevation(tilted(tmp_path, 0.3, -0.3), FRAME))
    dark = hillshade(read_elevation(tilted(tmp_path, -0.3, 0.3), FRAME))
    assert lit.mean() > dark.mean() + 20


def test_relief_never_gets_so_dark_that_letters_suffer(tmp_path: Path):
    assert hillshade(read_elevation(tilted(tmp_path, -3.0, 3.0), FRAME)).min() >= 199


def test_an_elevation_file_of_another_place_is_no_elevation(tmp_path: Path):
    far = Frame(box_mm=FRAME.box_mm, centre_m=(700000, 9000000), scale=10000, epsg=32748)
    elevation = read_elevation(tilted(tmp_path, 0.1, 0.1), far)
    assert not elevation.known
    assert contours(elevation, 10) == []


def test_steep_land_gets_wider_intervals_and_none_finer_than_the_scale_bears(tmp_path: Path):
    assert contour_interval_m(read_elevation(tilted(tmp_path, 0.01, 0.0), FRAME)) == 5
    assert contour_interval_m(read_elevation(tilted(tmp_path, 1.0, 1.0), FRAME)) == 100


def test_land_beyond_the_file_has_the_grey_of_flat_land_and_the_sheet_says_so(tmp_path: Path):
    edge = Frame(box_mm=FRAME.box_mm, centre_m=(462000, 9400000), scale=10000, epsg=32748)
    flat = hillshade(read_elevation(tilted(tmp_path, 0.0, 0.0), FRAME))
    half = read_elevation(tilted(tmp_path, 0.0, 0.0), edge)

    assert np.unique(hillshade(half)).tolist() == np.unique(flat).tolist()  # no white band
    assert read_elevation(tilted(tmp_path, 0.0, 0.0), FRAME).whole
    assert half.known
    assert not half.whole
