"""What each parcel bears: as large as most of the land allows, every part by its code."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from sheets.draw_land import survey_of, voronoi_parcels

from hkm_gis.report import Report
from hkm_gis.sheets.labels import Board, Placed, Words
from hkm_gis.sheets.parcel_labels import LARGEST, enlargement, place_parcel_labels
from hkm_gis.sheets.sheet import Sheet, plan_sheets

GROUP = "KTH Rimba Lestari"
LABEL = (Words("12", 9.0, "bold"), Words("2,70 ha", 5.5))
DIAGONAL_MM = float(np.hypot(max(w.width_mm for w in LABEL), sum(w.height_mm for w in LABEL)))


def discs(*radii_mm: float) -> np.ndarray:
    """Return land whose inscribed circles have these radii to a hundredth."""
    return np.array([shapely.Point(0, 0).buffer(r, quad_segs=64) for r in radii_mm])


def placed_on(sheet: Sheet) -> tuple[list[Placed], int]:
    shown = np.arange(len(sheet.content.rows))
    return place_parcel_labels(sheet, shown, Board(sheet.frame.box_mm.grown(-1.0)), [])


def sheet_of(land: list, **how) -> Sheet:
    return plan_sheets(survey_of({GROUP: land}), Report(), GROUP, kinds=("work-area",), **how)[0]


# Size


@pytest.mark.parametrize("times", [1.1, 1.25, 1.4])
def test_letters_are_as_large_as_the_inscribed_circle_of_all_parcels_bears(times: float):
    land = discs(*[times * DIAGONAL_MM / 2 + 0.02] * 20)
    assert enlargement(land, [LABEL] * 20) == pytest.approx(times, abs=0.05)


def test_letters_never_grow_beyond_half_as_much_again_nor_shrink():
    assert enlargement(discs(*[900.0] * 5), [LABEL] * 5) == LARGEST
    assert enlargement(discs(*[0.5] * 5), [LABEL] * 5) == 1.0
    assert enlargement(discs(), []) == 1.0


@pytest.mark.parametrize(("small", "grown"), [(3, True), (4, False)])
def test_three_of_twenty_parcels_may_be_too_small_for_the_larger_letters(small: int, grown: bool):
    radii = [0.55 * DIAGONAL_MM] * small + [5 * DIAGONAL_MM] * (20 - small)
    assert (enlargement(discs(*radii), [LABEL] * 20) > 1.3) is grown


def test_a_parcel_too_small_for_the_larger_letters_bears_smaller_ones_with_its_name():
    wide = [shapely.box(x, 0, x + 190, 190) for x in range(0, 1900, 200)]
    sheet = sheet_of([*wide, shapely.box(2000, 0, 2190, 90)])
    labels, missing = placed_on(sheet)
    assert missing == 0
    sizes = [place.label[0].size_pt for place in labels]
    assert len(set(sizes[:10])) == 1 < len(set(sizes))
    assert sizes[10] < sizes[0]
    assert all(len(place.label) >= 3 for place in labels)  # code, name, hectares


# Further parts


def test_every_part_of_a_parcel_in_pieces_bears_its_code():
    parts = shapely.MultiPolygon([shapely.box(x, 0, x + 90, 90) for x in (0, 150, 300)])
    labels, missing = placed_on(sheet_of([parts]))
    assert missing == 0
    assert [place.label[0].text for place in labels] == ["1"] * 3
    assert sorted(len(place.label) for place in labels) == [1, 1, 3]  # the name stands once


def test_a_part_without_room_for_a_code_bears_none_and_no_leader():
    parts = shapely.MultiPolygon([shapely.box(0, 0, 200, 200), shapely.box(260, 0, 263, 3)])
    labels, missing = placed_on(sheet_of([parts], scale=5000))
    assert missing == 0
    assert len(labels) == 1


# The index


@pytest.mark.parametrize(("roomy", "shown"), [(5, True), (4, False)])
def test_half_of_the_numbers_must_find_room_on_an_index(roomy: int, shown: bool):
    far = [shapely.box(x, 0, x + 60, 60) for x in range(0, 100 * roomy, 100)]
    slim = [shapely.box(0, y, 600, y + 1) for y in range(200, 200 + 20 * (10 - roomy), 20)]
    sheets = plan_sheets(
        survey_of({GROUP: [*far, *slim]}),
        Report(),
        GROUP,
        kinds=("work-area", "detail"),
        scale=5000,
    )
    labels, missing = placed_on(sheets[0])
    assert sheets[0].cells
    assert (len(labels), missing) == ((roomy, 10 - roomy) if shown else (0, 10))


def test_no_index_is_drawn_where_four_labels_in_five_fit():
    kinds = [s.kind for s in plan_sheets(survey_of({GROUP: voronoi_parcels(30)}), Report(), GROUP)]
    assert kinds == ["work-area", "location"]
