"""Shares of grid cells in parcels, against cutting each cell with GEOS."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from hkm_gis.landcover.shares import cells_under

ROWS, COLUMNS = 7, 9


def star(corners: int, x: float, y: float, reach: float, seed: int) -> BaseGeometry:
    """Return a star-shaped polygon round a place, with a hole if it is large."""
    rng = np.random.default_rng(seed)
    turn = np.sort(rng.uniform(0, 2 * np.pi, corners))
    radius = reach * rng.uniform(0.3, 1, corners)
    outline = shapely.Polygon(
        np.column_stack([x + radius * np.cos(turn), y + radius * np.sin(turn)])
    )
    land = shapely.make_valid(outline, method="structure", keep_collapsed=False)
    return shapely.difference(land, shapely.box(x - 0.2, y - 0.3, x + 0.3, y + 0.1))


stars = st.builds(
    star,
    st.integers(3, 14),
    st.floats(-2, COLUMNS + 2),
    st.floats(-2, ROWS + 2),
    st.floats(0.05, 6),
    st.integers(0, 999),
)


def shares(lands: list[BaseGeometry]) -> np.ndarray:
    """Return the share of each cell in each land: (lands, rows, columns)."""
    cells = cells_under(np.array(lands, dtype=object), (ROWS, COLUMNS), (0, 0, COLUMNS, ROWS))
    full = np.zeros((len(lands), ROWS * COLUMNS))
    full[cells.land, cells.cell] = cells.share
    return full.reshape(-1, ROWS, COLUMNS)


def cut(land: BaseGeometry) -> np.ndarray:
    """Return the same of one land by cutting it with every cell."""
    column, row = np.meshgrid(np.arange(COLUMNS), np.arange(ROWS))
    cells = shapely.box(column, ROWS - 1 - row, column + 1, ROWS - row)
    return shapely.area(shapely.intersection(land, cells))


@settings(max_examples=60, deadline=None)
@given(st.lists(stars, min_size=1, max_size=4))
def test_every_cell_has_the_share_that_cutting_it_leaves(lands: list[BaseGeometry]) -> None:
    lands.append(shapely.union_all(lands))  # pieces, and holes in them
    for found, land in zip(shares(lands), lands, strict=True):
        assert np.abs(found - cut(land)).max() < 1e-6  # shares have seven digits


def test_edges_along_the_lines_between_cells_leave_no_dust() -> None:
    (found,) = shares([shapely.box(2, 1, 5, 4)])
    assert (found > 0).sum() == 9
    assert (found[found > 0] == 1).all()


@pytest.mark.parametrize(
    "land",
    [shapely.box(-9, -9, -1, -1), shapely.box(20, 0, 30, 5), shapely.Polygon(), None],
    ids=["below", "to the right", "empty", "missing"],
)
def test_what_lies_on_no_cell_has_none(land: BaseGeometry | None) -> None:
    found = shares([shapely.box(0, 0, 1, 1), land])
    assert found.sum(axis=(1, 2)).tolist() == [1, 0]


def test_land_round_the_whole_grid_holds_every_cell() -> None:
    (found,) = shares([shapely.box(-1e6, -1e6, 1e6, 1e6)])
    assert (found == 1).all()
