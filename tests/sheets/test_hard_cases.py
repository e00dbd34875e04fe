"""Land and names at the ends of what comes: whole, exact, uncut, inside the frame, on any paper."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import shapely
from shapely.affinity import rotate, translate
from sheets.draw_land import findings_of, survey_of, voronoi_parcels
from sheets.reading import dark_centres_mm, letters_of, pages_of, strip_px, words_of

from hkm_gis.report import Report
from hkm_gis.sheets import draw_sheets
from hkm_gis.sheets.canvas import Box
from hkm_gis.sheets.document import draw_document
from hkm_gis.sheets.frame import MARGIN_SHARE
from hkm_gis.sheets.grid import grid_lines_m, grid_step_m
from hkm_gis.sheets.sheet import plan_sheets

GROUP = "KTH Rimba Lestari"
FOREST = shapely.box(-9e3, -9e3, 9e3, 9e3)
HOSTILE = ("Budi $50 & Co. 🌱", "Ali\u202etxt\u202c {x} %s", "الاسم", "Nama Panjang " * 15)

LANDS = {
    "one parcel": lambda: [shapely.box(0, 0, 100, 120)],
    "3 km long": lambda: [rotate(shapely.box(0, 0, 60, 3000), 25)],
    "10 km apart": lambda: [
        *voronoi_parcels(5, radius_m=250),
        *(translate(p, 9000, 4400) for p in voronoi_parcels(6, seed=5, radius_m=250)),
    ],
    "a crowd": lambda: voronoi_parcels(90, seed=3, radius_m=700),
}


@pytest.fixture(scope="module", params=LANDS)
def drawn(request, tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """All sheets of a group, without elevations and layers, farmers with hostile names."""
    land = LANDS[request.param]()
    survey = survey_of({GROUP: land}, forest=FOREST, members=list(HOSTILE))
    path = tmp_path_factory.mktemp("ujung") / "peta.pdf"
    sheets = plan_sheets(survey, Report(), GROUP)
    path.write_bytes(draw_document(sheets))
    return SimpleNamespace(name=request.param, path=path, sheets=sheets, land=land)


def test_every_parcel_lies_whole_inside_the_frame_of_its_sheets(drawn: SimpleNamespace):
    for sheet in drawn.sheets:
        view = shapely.box(*sheet.frame.bounds_m)
        own = sheet.content.parcels_m if sheet.cell is None else [sheet.cells[sheet.cell].land_m]
        assert shapely.covers(view, own).all()


def test_no_letter_stands_outside_the_border_and_no_panel_runs_into_the_map(drawn):
    for sheet in drawn.sheets:
        letters = letters_of(drawn.path, sheet.number[0] - 1)
        assert shapely.covers(shapely.box(*sheet.layout.border_mm), letters).all()
        band = shapely.box(*sheet.frame.box_mm.grown(12 * sheet.layout.enlarged))
        apart = shapely.union_all([shapely.box(*column) for column in sheet.layout.columns_mm])
        # each letter belongs to the map with its frame, or to a column of panels
        assert (shapely.covers(band, letters) | shapely.covers(apart.buffer(1.0), letters)).all()


def test_the_stated_scale_is_that_of_the_grid_on_paper(drawn: SimpleNamespace):
    for sheet in drawn.sheets[:3]:
        frame, page = sheet.frame, sheet.number[0] - 1
        assert f"Skala 1 : {frame.scale:,}".replace(",", ".") in words_of(drawn.path, page)
        eastings, _ = grid_lines_m(frame, grid_step_m(frame.scale))
        box = frame.box_mm
        ticks = strip_px(
            drawn.path, box.x0, box.y0 - 1.2, box.width, 0.4, sheet.layout.height_mm, page=page
        ).mean(axis=0)
        wanted_mm = box.x0 + (eastings - frame.bounds_m.x0) * 1000 / frame.scale
        assert dark_centres_mm(ticks, box.x0) == pytest.approx(wanted_mm, abs=0.1)


def test_no_larger_scale_of_the_list_would_hold_the_land(drawn: SimpleNamespace):
    sheet = drawn.sheets[0]
    larger = [s for s in (2000, 2500, 5000, 7500, 10_000, 15_000, 20_000) if s < sheet.frame.scale]
    land = Box(*shapely.total_bounds(sheet.content.parcels_m))
    room = 1 - 2 * MARGIN_SHARE
    for scale in larger:
        width_m, height_m = (s * scale / 1000 * room for s in (277.0, 263.0))
        assert land.width > 0.95 * width_m or land.height > 0.95 * height_m


def test_no_detail_sheet_is_empty_and_no_parcel_without_one(drawn: SimpleNamespace):
    details = [sheet for sheet in drawn.sheets if sheet.kind == "detail"]
    assert all(len(sheet.own) for sheet in details)
    assert not details or set(np.concatenate([s.own for s in details])) == set(
        range(len(drawn.land))
    )
    for sheet in details:
        seen = shapely.intersection(sheet.content.work_area_m, shapely.box(*sheet.frame.bounds_m))
        assert seen.area > 0


def test_names_are_printed_literally_or_marked_where_they_are_cut(drawn: SimpleNamespace):
    words = words_of(drawn.path)
    assert "Budi $50 & Co. ◊" in words
    if len(drawn.land) > 3:
        assert "Ali◊txt◊ {x} %s" in words
        assert "Nama Panjang Nama Panjang" in words
        assert "…" in words  # 195 letters fit no column


def test_two_places_ten_kilometres_apart_get_a_detail_sheet_each():
    land = LANDS["10 km apart"]()
    sheets = plan_sheets(survey_of({GROUP: land}), Report(), GROUP)
    assert [sheet.kind for sheet in sheets] == ["work-area", "location", "detail", "detail"]
    assert sorted(len(sheet.own) for sheet in sheets[2:]) == [5, 6]


def test_1200_parcels_are_divided_among_even_sheets_and_all_listed_behind(tmp_path: Path):
    corners = [(105 * x, 105 * y) for y in range(30) for x in range(40)]
    land = [shapely.box(x, y, x + 100, y + 100) for x, y in corners]
    survey = survey_of({GROUP: land})
    sheets = plan_sheets(survey, findings_of(survey), GROUP)
    details = [sheet for sheet in sheets if sheet.kind == "detail"]
    listed = np.concatenate([sheet.own for sheet in details])
    assert sorted(listed.tolist()) == list(range(1200))
    # 4.2 km by 3.1 km at 1:5.000: four across and three down are the fewest that hold them
    assert [len(sheet.own) for sheet in details] == [100] * 12
    (path,) = draw_sheets(survey, Report(), tmp_path, kinds=("work-area",))
    words = words_of(path)
    assert "Daftar 1.200 andil ada di lampiran" in words
    assert "Jumlah 1.200 andil" in words
    assert all(parcel in words for parcel in survey.parcels["parcel_id"])
    assert path.stat().st_size < 400_000 * pages_of(path)
