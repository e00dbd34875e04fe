"""Every map of every page lies where another program puts it."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pikepdf
import pytest
import rasterio
import shapely
from sheets.draw_land import survey_of
from sheets.reading import run

from hkm_gis.report import Report
from hkm_gis.sheets import draw_sheets
from hkm_gis.sheets.canvas import POINTS_PER_MM
from hkm_gis.sheets.sheet import plan_sheets

GROUP = "KTH Rimba Lestari"


@pytest.fixture(scope="module")
def atlas(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """Two farms 4 km apart, one hectare each: work area, location and two detail sheets."""
    land = [shapely.box(0, 0, 90, 110), shapely.box(4000, 0, 4090, 110)]
    survey = survey_of({GROUP: land})
    folder = tmp_path_factory.mktemp("atlas")
    (path,) = draw_sheets(survey, Report(), folder)
    return SimpleNamespace(path=path, sheets=plan_sheets(survey, Report(), GROUP), folder=folder)


def test_there_is_a_page_for_the_work_area_the_location_and_each_farm(atlas: SimpleNamespace):
    assert [s.kind for s in atlas.sheets] == ["work-area", "location", "detail", "detail"]
    assert len({s.frame.centre_m for s in atlas.sheets[2:]}) == 2


@pytest.mark.parametrize("page", [1, 2, 3, 4])
def test_gdal_finds_the_frame_of_each_page_within_a_fifth_of_a_millimetre(
    atlas: SimpleNamespace, page: int
):
    frame = atlas.sheets[page - 1].frame
    told = run("gdalinfo", f"PDF:{page}:{atlas.path}")
    assert 'ID["EPSG",32748]' in told
    corners = re.findall(r"[\d.]+ [\d.]+", told.partition("NEATLINE=")[2])[:4]
    xy = np.array([pair.split() for pair in corners], dtype=float)
    fifth_m = 0.2 * frame.scale / 1000
    assert xy.min(axis=0) == pytest.approx(frame.bounds_m[:2], abs=fifth_m)
    assert xy.max(axis=0) == pytest.approx(frame.bounds_m[2:], abs=fifth_m)


@pytest.mark.parametrize("page", [3, 4])
def test_what_gdal_draws_of_a_page_lies_where_the_land_is(atlas: SimpleNamespace, page: int):
    sheet = atlas.sheets[page - 1]
    picture = atlas.folder / f"{page}.tif"
    whole = ["--config", "GDAL_PDF_DPI", "300", f"PDF:{page}:{atlas.path}", str(picture)]
    run("gdal_translate", "-q", *whole)
    west, south, east, north = sheet.content.parcels_m[sheet.own[0]].bounds
    with rasterio.open(picture) as file:
        red, green, blue = (file.read(i).astype(int) for i in (1, 2, 3))
        outline = (red > 140) & (green < 60) & (blue < 80)  # the dashes of the work area
        rows, columns = np.nonzero(outline)
        x, y = rasterio.transform.xy(file.transform, rows, columns)
    x, y = np.asarray(x), np.asarray(y)
    near = (abs(x - (west + east) / 2) < 80) & (abs(y - (south + north) / 2) < 80)
    # the pen is 0.75 mm wide and runs along the outline: half of it stands out on each side
    half_m, fifth_m = 0.375 * sheet.frame.scale / 1000, 0.2 * sheet.frame.scale / 1000
    assert x[near].min() + half_m == pytest.approx(west, abs=fifth_m)
    assert x[near].max() - half_m == pytest.approx(east, abs=fifth_m)
    assert y[near].min() + half_m == pytest.approx(south, abs=fifth_m)
    assert y[near].max() - half_m == pytest.approx(north, abs=fifth_m)


def test_map_and_inset_of_each_page_have_their_own_viewport(atlas: SimpleNamespace):
    with pikepdf.open(atlas.path) as pdf:
        assert len(pdf.pages) == len(atlas.sheets)
        for page, sheet in zip(pdf.pages, atlas.sheets, strict=True):
            main, inset = page.obj.VP
            box = [float(v) / POINTS_PER_MM for v in main.BBox]
            assert box == pytest.approx(list(sheet.frame.box_mm), abs=1e-3)
            assert [float(v) for v in main.Measure.GPTS] != [float(v) for v in inset.Measure.GPTS]
            assert int(inset.Measure.GCS.EPSG) == 32748


def test_a_layer_of_one_page_is_the_same_layer_on_the_next(atlas: SimpleNamespace):
    with pikepdf.open(atlas.path) as pdf:
        names = [str(group.Name) for group in pdf.Root.OCProperties.OCGs]
        assert len(names) == len(set(names))
        used = [
            str(instruction.operands[1])
            for instruction in pikepdf.parse_content_stream(pdf.pages[2], "BDC")
            if str(instruction.operands[0]) == "/OC"
        ]
        assert used
        assert all(key in pdf.pages[2].obj.Resources.Properties for key in used)
    assert {"Andil", "Kawasan hutan", "Indeks lembar", "Grid meter"} <= set(names)


def test_gdal_can_switch_a_layer_off(atlas: SimpleNamespace, tmp_path: Path):
    assert "NAME=Andil" in run("gdalinfo", "-mdd", "LAYERS", f"PDF:3:{atlas.path}")
    sheet = atlas.sheets[2]
    x, y, _, _ = sheet.content.parcels_m[sheet.own[0]].bounds
    colors = {}
    for name, config in {"on": [], "off": ["--config", "GDAL_PDF_LAYERS_OFF", "Andil"]}.items():
        picture = tmp_path / f"{name}.tif"
        run("gdal_translate", "-q", *config, f"PDF:3:{atlas.path}", str(picture))
        with rasterio.open(picture) as file:
            colors[name] = next(file.sample([(x + 25, y + 25)]))[:3].tolist()
    assert colors["on"] != [255, 255, 255]
    assert colors["off"] == [255, 255, 255]
