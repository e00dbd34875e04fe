"""How sure an area is: of walks, of corners that each have their own error, and of drawn maps."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from land import on_earth, square
from walker import SQUARE, along

from hkm_gis.survey import open_survey
from hkm_gis.walks import area_uncertainty_ha, drawn_uncertainty_ha

RING = np.array(along(SQUARE))


def test_an_error_told_for_each_corner_counts_as_one_told_for_all():
    each = area_uncertainty_ha(RING, error_m=np.full(len(RING), 3.0))

    assert each == pytest.approx(area_uncertainty_ha(RING, error_m=3.0))


def test_a_half_that_is_twice_as_wrong_lies_between():
    errors_m = np.where(RING[:, 1] > 50, 6.0, 3.0)
    low, high = (area_uncertainty_ha(RING, error_m=m) for m in (3.0, 6.0))

    assert low < area_uncertainty_ha(RING, error_m=errors_m) < high


def test_the_interval_of_a_drawn_parcel_grows_with_its_scale():
    land = square(0, 0, 100)
    fine, coarse = (drawn_uncertainty_ha(land, map_scale=s) for s in (5_000, 50_000))

    assert coarse == pytest.approx(10 * fine)


def test_the_interval_of_a_drawn_parcel_covers_the_truth():
    """Nine corners of ten within 0.5 mm of a map 1 : 10,000, each on its own."""
    rng = np.random.default_rng(4)
    corners = np.array(SQUARE[:-1])
    half_width_m2 = 1e4 * drawn_uncertainty_ha(square(0, 0, 100), map_scale=10_000)
    errors = rng.normal(0, 5.0 / math.sqrt(2 * math.log(10)), (4000, 4, 2))
    assert (np.hypot(errors[..., 0], errors[..., 1]) <= 5.0).mean() == pytest.approx(0.9, abs=0.01)
    x, y = np.moveaxis(corners + errors, -1, 0)
    areas = ((x * np.roll(y, -1, 1)).sum(1) - (y * np.roll(x, -1, 1)).sum(1)) / 2

    assert (np.abs(areas - 1e4) <= half_width_m2).mean() >= 0.93


def test_a_hole_is_as_unsure_as_any_edge():
    whole, hole = shapely.box(0, 0, 100, 100), shapely.box(40, 40, 60, 60)
    with_hole = drawn_uncertainty_ha(on_earth(whole - hole), map_scale=10_000)
    parts = [drawn_uncertainty_ha(on_earth(part), map_scale=10_000) for part in (whole, hole)]

    assert with_hole == pytest.approx(math.hypot(*parts))


def test_without_a_stated_scale_the_error_of_a_drawn_parcel_is_not_known(small_project):
    survey = open_survey(small_project)

    assert survey.parcels["uncertainty_ha"].isna().all()
    assert survey.households["uncertainty_ha"].isna().all()


def test_a_group_states_another_scale_than_the_project(small_project):
    toml = small_project / "hkm.toml"
    text = toml.read_text("utf-8").replace("[project]\n", "[project]\nmap_scale = 10000\n")
    toml.write_text(text.replace('ketua = "Sukirman"', "map_scale = 25000"), "utf-8")
    parcels = open_survey(small_project).parcels.set_index("parcel_id")

    expected = [drawn_uncertainty_ha(square(0, 0, 100), map_scale=s) for s in (25_000, 10_000)]
    assert parcels.loc[["M-1", "L-1"], "uncertainty_ha"].tolist() == pytest.approx(expected)
