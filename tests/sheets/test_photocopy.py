"""A sheet that went through a black-and-white copier still tells every kind of land apart."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from land import on_earth
from PIL import Image, ImageFilter
from sheets.draw_land import survey_of
from sheets.reading import PX_PER_MM, strip_px

from hkm_gis.plane import reproject
from hkm_gis.report import Finding, Report, Severity
from hkm_gis.sheets import draw_sheets
from hkm_gis.sheets.marks import place_marks
from hkm_gis.sheets.sheet import plan_sheet
from hkm_gis.sheets.symbols import LINES

A, B = "KTH Rimba Lestari", "KTH Sinar Harapan"
SHIFT_MM = 4.5
"""No multiple of any hatch's spacing, along it or across it."""

SPOTS_M = {
    "clean": (330, 330, 60),
    "finding": (730, 330, 60),
    "outside": (330, -60, 60),
    "shared": (150, 60, 60),
    "disputed": (730, -60, 60),
    "sliver": (397.5, 200, 1.5),
    "neighbour": (945, -105, 38),
}
"""Middle of a piece of each kind of land away from labels and lines, and half its side."""


def copied(pdf: Path, sheet, spot: tuple[float, float, float]) -> np.ndarray:
    """Return what a copier leaves of a spot: True where it prints black."""
    x, y, half = spot
    square = reproject([on_earth(shapely.box(x - half, y - half, x + half, y + half))], 4326, 32748)
    x0, y0, x1, y1 = sheet.frame.draw(square)[0].bounds
    grey = strip_px(pdf, x0, y0, x1 - x0, y1 - y0, sheet.layout.height_mm)
    # its lens blurs by half a pixel of 300 dpi, then every dot is black or white
    blurred = Image.fromarray(grey).filter(ImageFilter.GaussianBlur(1.2))
    return np.asarray(blurred) < 140


def kept_when_moved(ink: np.ndarray, angle_deg: int) -> float:
    """Return how far a pattern meets itself when it is moved along an angle: 1 wholly, 0 not."""
    turn = np.radians(angle_deg)
    dx, dy = (round(SHIFT_MM * PX_PER_MM * v) for v in (np.cos(turn), -np.sin(turn)))
    rows, columns = ink.shape
    here = ink[max(0, -dy) : rows - max(0, dy), max(0, -dx) : columns - max(0, dx)]
    there = ink[max(0, dy) : rows - max(0, -dy), max(0, dx) : columns - max(0, -dx)]
    return float(np.corrcoef(here.ravel(), there.ravel())[0, 1])


@pytest.fixture(scope="module")
def patterns(tmp_path_factory: pytest.TempPathFactory) -> dict[str, np.ndarray]:
    land = [
        shapely.box(0, 100, 400, 400),
        shapely.box(395, 100, 800, 400),
        shapely.box(0, -150, 400, 100),
        shapely.box(60, 0, 240, 200),
        shapely.box(600, -150, 860, 100),
    ]
    other = [shapely.box(600, -150, 860, 100), shapely.box(900, -150, 1100, 100)]
    forest = shapely.box(-5000, 0, 5000, 5000) | shapely.box(410, -5000, 5000, 5000)
    survey = survey_of({A: land, B: other}, forest=forest, example=False)
    finding = Finding(
        code="P01",
        name="x",
        severity=Severity.WARNING,
        parcels=(survey.parcels["parcel_id"].iloc[1],),
        groups=(A,),
    )
    report, folder = Report((finding,)), tmp_path_factory.mktemp("salinan")
    (path,) = draw_sheets(survey, report, folder, group=A, kinds=("work-area",), scale=5000)
    sheet = plan_sheet(survey, report, A, scale=5000)
    return {name: copied(path, sheet, spot) for name, spot in SPOTS_M.items()}


def directions(ink: np.ndarray) -> dict[int, float]:
    return {angle: kept_when_moved(ink, angle) for angle in (0, 45, 90, 135)}


@pytest.mark.parametrize("kind", ["clean", "neighbour"])
def test_plain_land_stays_white(patterns, kind):
    assert patterns[kind].mean() < 0.005


@pytest.mark.parametrize(("kind", "angle"), [("finding", 45), ("disputed", 135)])
def test_hatched_land_keeps_the_direction_of_its_lines(patterns, kind, angle):
    kept = directions(patterns[kind])
    assert kept[angle] > 0.6
    assert all(kept[other] < 0.3 for other in kept if other != angle)


def test_disputed_land_is_twice_as_dark_as_land_with_a_finding(patterns):
    assert patterns["disputed"].mean() > 2 * patterns["finding"].mean() > 0.05


def test_land_outside_the_forest_is_a_lattice(patterns):
    kept = directions(patterns["outside"])
    assert min(kept[0], kept[90]) > 0.3
    assert max(kept[45], kept[135]) < 0.25


def test_shared_land_is_dotted(patterns):
    assert 0.04 < patterns["shared"].mean() < 0.3
    assert max(directions(patterns["shared"]).values()) < 0.25


def test_a_sliver_is_black(patterns):
    assert patterns["sliver"].mean() > 0.9


LEGEND_LINES = ("sheet_line", "work_area", "forest_line", "sungai", "jalan", "setapak", "pekon")


def test_every_line_of_the_legend_differs_without_its_colour():
    looks = [[(s.width_mm > 0.25, s.dash_mm) for s in LINES[name]] for name in LEGEND_LINES]
    assert len({str(look) for look in looks}) == len(LEGEND_LINES)


def ink_left(pdf: Path, sheet, box: tuple[float, float, float, float]) -> float:
    """Return how much of what is printed in a box (mm) a copier leaves."""
    x0, y0, x1, y1 = box
    grey = strip_px(pdf, x0, y0, x1 - x0, y1 - y0, sheet.layout.height_mm)
    printed = (grey < 225).sum()
    assert printed > 1000
    blurred = Image.fromarray(grey).filter(ImageFilter.GaussianBlur(1.2))
    return float((np.asarray(blurred) < 140).sum() / printed)


def test_the_words_across_a_sheet_and_the_parcels_of_other_groups_survive_the_copier(
    tmp_path: Path,
):
    near = [shapely.box(220, 0, 420, 200)]
    forest = shapely.box(-9e3, -9e3, 9e3, 9e3)
    survey = survey_of({A: [shapely.box(0, 0, 200, 200)], B: near}, forest=forest)
    path, _ = draw_sheets(survey, Report(), tmp_path, kinds=("work-area",), scale=5000)
    sheet = plan_sheet(survey, Report(), A, scale=5000)
    (mark,) = place_marks(sheet.frame.box_mm, sheet.marks)
    x0, y0, x1, y1 = shapely.Polygon(mark.ring_mm).bounds
    # the outer thirds of the words lie beside all land
    third = (x1 - x0) / 3
    assert ink_left(path, sheet, (x0, y0, x0 + third, (y0 + y1) / 2)) > 0.4
    (other,) = sheet.frame.draw(sheet.content.neighbours_m[B])
    _, low, right, top = other.bounds
    edge = (right - 0.4, low + 2, right + 0.4, top - 2)
    assert ink_left(path, sheet, edge) > 0.4
