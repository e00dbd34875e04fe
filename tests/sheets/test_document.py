"""The kinds of sheets, their numbers and words, and that no letter stands on another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pikepdf
import pytest
import shapely
from shapely.affinity import rotate
from sheets.draw_land import (
    example_land,
    findings_of,
    project_of,
    survey_of,
    voronoi_parcels,
    write_dem,
    write_layers,
)
from sheets.reading import PX_PER_MM, strip_px, words_of

from hkm_gis.errors import HkmError
from hkm_gis.project import Raster
from hkm_gis.report import Report
from hkm_gis.sheets import draw_sheets
from hkm_gis.sheets.canvas import MIN_PT, POINTS_PER_MM, Box, Canvas, text_width_mm
from hkm_gis.sheets.document import draw_document
from hkm_gis.sheets.sheet import KINDS, plan_sheets

GROUP = "KTH Rimba Lestari"


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """200 parcels that need detail sheets, a neighbour, a river, a road and a village."""
    folder: Path = tmp_path_factory.mktemp("ramai")
    groups, forest = example_land()
    groups[GROUP] = voronoi_parcels(200, seed=8, radius_m=900)
    dem = Raster(file=write_dem(folder / "dem.tif"), source="DEMNAS", version="2018")
    project = project_of(tuple(groups), dem=dem, layers=write_layers(folder))
    survey = survey_of(groups, forest=forest, project=project)
    report = findings_of(survey)
    sheets = plan_sheets(survey, report, GROUP)
    path = folder / "peta.pdf"
    path.write_bytes(draw_document(sheets))
    return SimpleNamespace(survey=survey, report=report, sheets=sheets, path=path)


# Kinds and numbers


def test_a_crowded_group_gets_an_index_its_location_and_detail_sheets(crowd: SimpleNamespace):
    kinds = [sheet.kind for sheet in crowd.sheets]
    assert kinds[:2] == ["work-area", "location"]
    assert set(kinds[2:]) == {"detail"}
    assert [sheet.number for sheet in crowd.sheets] == [
        (i, len(kinds)) for i in range(1, len(kinds) + 1)
    ]
    assert crowd.sheets[0].frame.scale > crowd.sheets[2].frame.scale == 5000


def test_every_parcel_is_listed_on_one_detail_sheet(crowd: SimpleNamespace):
    listed = [i for sheet in crowd.sheets[2:] for i in sheet.own.tolist()]
    assert sorted(listed) == list(range(200))
    for sheet in crowd.sheets[2:]:
        words = words_of(crowd.path, sheet.number[0] - 1)
        assert f"Jumlah {len(sheet.own)} andil di lembar ini" in words
        view = shapely.box(*sheet.frame.bounds_m)
        assert shapely.covers(view, sheet.content.parcels_m[sheet.own]).all()


def test_a_detail_sheet_names_the_sheet_beyond_its_edge(crowd: SimpleNamespace):
    numbers = {sheet.number[0] for sheet in crowd.sheets[2:]}
    for sheet in crowd.sheets[2:]:
        words = words_of(crowd.path, sheet.number[0] - 1)
        named = {n for n in numbers if f"▲ Lembar {n}" in words or f"▼ Lembar {n}" in words}
        assert named
        assert sheet.number[0] not in named


def test_the_index_bears_the_number_of_each_detail_sheet(crowd: SimpleNamespace):
    words = words_of(crowd.path, 0).split()
    for sheet in crowd.sheets[2:]:
        assert str(sheet.number[0]) in words
    assert "Batas lembar rinci" in words_of(crowd.path, 0)


def test_sheets_that_are_named_are_drawn_alone_and_numbered_anew(crowd: SimpleNamespace):
    (location,) = plan_sheets(crowd.survey, crowd.report, GROUP, kinds=["location"])
    assert (location.kind, location.number) == ("location", (1, 1))
    main, place = plan_sheets(crowd.survey, crowd.report, GROUP, kinds=["location", "work-area"])
    assert (main.kind, place.kind) == ("work-area", "location")
    assert main.cells == ()


def test_detail_sheets_that_are_asked_for_come_though_every_label_fits():
    survey = survey_of({GROUP: voronoi_parcels(12)})
    assert [s.kind for s in plan_sheets(survey, Report(), GROUP)] == ["work-area", "location"]
    sheets = plan_sheets(survey, Report(), GROUP, kinds=["detail"])
    assert {sheet.frame.scale for sheet in sheets} == {5000}
    closer = plan_sheets(survey, Report(), GROUP, kinds=["detail"], scale=2000)
    assert {sheet.frame.scale for sheet in closer} == {2000}
    assert len(closer) > len(sheets)


def test_an_unknown_kind_is_refused_with_those_there_are(tmp_path: Path):
    survey = survey_of({GROUP: voronoi_parcels(3)})
    with pytest.raises(HkmError) as error:
        draw_sheets(survey, Report(), tmp_path, kinds=["poster"])
    assert error.value.facts == {"kind": "poster", "kinds": KINDS}


# The location sheet


def test_the_location_sheet_shows_the_group_in_its_forest(crowd: SimpleNamespace):
    words = words_of(crowd.path, 1)
    for wanted in (
        "PETA LOKASI AREAL KELOLA",
        "Skala 1 : 50.000",
        "Areal kelola kelompok ini",
        "Hutan lindung (HL)",
        "LETAK DAN KELOMPOK",
        "KTH Sinar Harapan",
        "Luas kawasan menurut surat: 16.060,00 ha",
        "Way Contoh",
        "Pekon Contoh Jaya",
        "CONTOH – BUKAN BATAS RESMI",
        "Peta usulan; bukan bukti hak atas tanah.",
    ):
        assert wanted in words


def test_the_location_map_holds_the_group_whole_and_as_much_forest_as_it_can():
    for x, y in ((0, 0), (5000, 5000), (-5000, 3000)):
        land = shapely.box(x, y, x + 400, y + 400)
        survey = survey_of({GROUP: [land]}, forest=shapely.box(-6000, -6000, 6000, 6000))
        (sheet,) = plan_sheets(survey, Report(), GROUP, kinds=["location"])
        view = shapely.box(*sheet.frame.bounds_m)
        assert view.contains(shapely.union_all(sheet.content.parcels_m))
        # 13.8 km by 13.1 km of paper hold a forest of 12 km wherever the group lies in it
        assert view.contains(sheet.content.forest_m)


def test_a_group_wider_than_the_paper_at_1_to_50000_is_still_shown_whole():
    land = [shapely.box(0, 0, 200, 200), shapely.box(30_000, 0, 30_200, 200)]
    (sheet,) = plan_sheets(survey_of({GROUP: land}), Report(), GROUP, kinds=["location"])
    assert sheet.frame.scale == 250_000


# Letters


class Recorder(Canvas):
    """Keeps the turned rectangle of every label that is drawn with a halo."""

    boxes: list[list[tuple[str, shapely.Polygon]]]

    def text(self, x_mm: float, y_mm: float, text: str, **how) -> None:
        super().text(x_mm, y_mm, text, **how)
        if how.get("halo_mm"):
            size_pt, font = how["size_pt"], how.get("font", "regular")
            half = text_width_mm(text, size_pt, font) / 2
            # capitals and figures stand 0.66 of their size above the line
            box = shapely.box(x_mm - half, y_mm, x_mm + half, y_mm + 0.6 * size_pt / POINTS_PER_MM)
            turned = rotate(box, how.get("turn_deg", 0), origin=(x_mm, y_mm))
            self.boxes[-1].append((text, turned))

    def page(self, width_mm: float, height_mm: float) -> None:
        super().page(width_mm, height_mm)
        self.boxes.append([])


def pages_of_labels(sheets, monkeypatch) -> Iterator[list[tuple[str, shapely.Polygon]]]:
    Recorder.boxes = [[]]
    monkeypatch.setattr("hkm_gis.sheets.document.Canvas", Recorder)
    draw_document(sheets)
    # inset and map lie apart, so no label of one can meet one of the other
    yield from (page for page in Recorder.boxes if page)


@pytest.mark.parametrize("large_print", [False, True])
def test_no_label_stands_on_another_on_any_sheet(crowd, monkeypatch, large_print: bool):
    sheets = plan_sheets(crowd.survey, crowd.report, GROUP, large_print=large_print)[:4]
    pages = list(pages_of_labels(sheets, monkeypatch))
    assert len(pages) == len(sheets)
    for page in pages:
        assert len(page) > 10
        boxes = [box for _, box in page]
        hits = shapely.STRtree(boxes).query(boxes, predicate="intersects").T
        met = [
            (page[i][0], page[j][0])
            for i, j in hits.tolist()
            if i < j and boxes[i].intersection(boxes[j]).area > 0.01
        ]
        assert met == []


def sizes_of(path: Path) -> set[float]:
    with pikepdf.open(path) as pdf:
        return {
            float(instruction.operands[1])
            for page in pdf.pages
            for instruction in pikepdf.parse_content_stream(page, "Tf")
        }


def test_no_letter_is_smaller_than_five_and_a_half_points(crowd: SimpleNamespace):
    assert min(sizes_of(crowd.path)) >= MIN_PT


def test_large_print_enlarges_the_panels_but_not_the_scale_bar(tmp_path: Path):
    survey = survey_of({GROUP: voronoi_parcels(6, radius_m=200)})
    (path,) = draw_sheets(
        survey, Report(), tmp_path, kinds=["work-area"], scale=5000, large_print=True
    )
    assert "Skala 1 : 5.000" in words_of(path)
    sheet = plan_sheets(survey, Report(), GROUP, kinds=["work-area"], scale=5000)[0]
    bars = dark_parts_mm(path, sheet.layout.columns_mm[0], sheet.layout.height_mm)
    assert len(bars) > 20  # the bar is 1.6 mm high, enlarged 2 mm: 47 rows of pixels
    # the first and third part of the bar are black, 50 m each
    assert all(part == pytest.approx((10, 20, 30), abs=0.3) for part in bars)


def dark_parts_mm(path: Path, column: Box, page_mm: float) -> list[tuple[float, float, float]]:
    """Return, for rows with two long dark runs, where the first ends and the next one lies."""
    pixels = strip_px(path, column.x0, column.y0, column.width, column.height, page_mm) < 128
    found = []
    for row in pixels[: pixels.shape[0] // 3]:
        runs = np.flatnonzero(np.diff(np.concatenate([[0], row, [0]]).astype(int))).reshape(-1, 2)
        long = [(a, b) for a, b in runs / PX_PER_MM if 9 < b - a < 14]
        if len(long) == 2:
            (start, end), (left, right) = long
            found.append((end - start, left - start, right - start))
    return found
