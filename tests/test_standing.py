"""How parcels stand to a forest whose line may be 125 m wrong."""

from __future__ import annotations

import numpy as np
import shapely
from land import on_board, parcel_table, polygon, rectangle
from shapely.geometry.base import BaseGeometry

from hkm_gis.forest import Forest, land_outside
from hkm_gis.standing import Standing

WOOD = rectangle(0, 0, 1000, 1000)
FOREST = Forest(name="Contoh", geometry=WOOD, area_ha=100, utm_ha=100, stated_ha=100)


def standing_of(*shapes: BaseGeometry) -> Standing:
    rows = [{"parcel_id": f"p{n}", "geometry": shape} for n, shape in enumerate(shapes)]
    parcels = parcel_table(rows)
    return Standing(parcels, land_outside(parcels, FOREST), FOREST, dust_m2=1.0)


def test_land_outside_is_sure_only_where_it_lies_farther_out_than_the_line_may_be_wrong() -> None:
    inside, near, across = (rectangle(x, 0, 100, 100) for x in (800, 1020, 1060))
    standing = standing_of(inside, near, across, rectangle(990, 0, 200, 100))
    assert standing.is_outside.tolist() == [False, True, True, True]
    assert standing.is_wholly_outside.tolist() == [False, True, True, False]
    assert standing.is_sure.tolist() == [False, False, True, True]


def test_the_doubt_is_round_at_a_corner_of_the_forest() -> None:
    # 100 m east and 100 m north of the corner is 141 m away, farther than 125 m.
    beyond, within = rectangle(1090, 1090, 10, 10), rectangle(1070, 1070, 10, 10)
    assert standing_of(beyond, within).is_sure.tolist() == [True, False]


def test_less_land_beyond_the_doubt_than_dust_is_not_sure() -> None:
    # The line of doubt is 125 m out: 0.5 m² and 2 m² of these two lie beyond it.
    assert standing_of(
        rectangle(1020, 500, 105.005, 100), rectangle(1020, 500, 105.02, 100)
    ).is_sure.tolist() == [False, True]


def test_broken_land_outside_is_mended_and_stops_nobody() -> None:
    crossed = polygon([(1050, 400), (1150, 500), (1150, 400), (1050, 500)])
    parcels = parcel_table([{"parcel_id": "a", "geometry": crossed}])
    broken = np.array([crossed], dtype=object)
    assert not shapely.is_valid(on_board(crossed))
    assert Standing(parcels, broken, FOREST, dust_m2=1.0).is_sure.tolist() == [True]
