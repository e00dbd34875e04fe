"""What is not final says so on every page, whole and inside its map."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
import shapely
from hillside import forest_of_board
from hypothesis import given
from hypothesis import strategies as st
from land import rectangle
from neighbourhood import neighbourhood
from sheets.draw_land import findings_of, survey_of, voronoi_parcels
from sheets.reading import pages_of, words_of

from hkm_gis.checks import check
from hkm_gis.sheets import draw_sheets
from hkm_gis.sheets.canvas import Box
from hkm_gis.sheets.marks import place_marks

EXAMPLE, DRAFT = "CONTOH – BUKAN BATAS RESMI", "RANCANGAN"
KINDS = ("work-area", "location", "detail", "household", "conflict", "field", "list")


@given(
    st.floats(20, 1200),
    st.floats(20, 1200),
    st.lists(st.sampled_from([EXAMPLE, DRAFT]), max_size=3),
)
def test_marks_lie_whole_in_their_box_and_apart_whatever_its_proportions(width, height, marks):
    box = Box(7, 5, 7 + width, 5 + height)
    placed = [shapely.Polygon(mark.ring_mm) for mark in place_marks(box, marks)]

    assert len(placed) == len(marks)
    assert all(shapely.box(*box).covers(ring) for ring in placed)
    assert not any(a.intersects(b) for i, a in enumerate(placed) for b in placed[:i])


def test_marks_are_as_large_as_the_map_of_a_sheet_bears():
    (mark,) = place_marks(Box(0, 0, 277, 263), [DRAFT])
    assert (mark.size_pt, mark.turn_deg) == (60, 30)


@pytest.fixture(scope="module")
def disputed() -> SimpleNamespace:
    """Two groups that claim the same land below the example boundary."""
    return neighbourhood(
        {"parcel_id": "M-1", "group": "KTH Melati", "geometry": rectangle(0, 0, 100, 100)},
        {"parcel_id": "W-1", "group": "KTH Mawar", "geometry": rectangle(60, 0, 160, 100)},
        forest=forest_of_board(example=True),
    )


@pytest.mark.parametrize("kind", KINDS)
def test_every_page_says_that_it_is_an_example_and_a_draft(disputed, tmp_path: Path, kind: str):
    paths = draw_sheets(disputed, check(disputed, only=["O01"]), tmp_path, kinds=(kind,))

    assert len(paths) == 2
    for path in paths:
        for page in range(pages_of(path)):
            words = words_of(path, page)
            assert EXAMPLE in words, (path.name, page)
            assert DRAFT in words, (path.name, page)


def test_the_annex_is_marked_on_every_page(tmp_path: Path):
    forest = shapely.box(-9e3, 0, 9e3, 9e3)
    survey = survey_of({"KTH A": voronoi_parcels(300, seed=3, radius_m=1500)}, forest=forest)
    (path,) = draw_sheets(survey, findings_of(survey), tmp_path, kinds=("work-area",))

    assert pages_of(path) >= 3
    for page in range(1, pages_of(path)):
        assert EXAMPLE in words_of(path, page)
        assert DRAFT in words_of(path, page)
