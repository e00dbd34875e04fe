"""What holds of the hectares of any land: plain geometry finds the same, in any order."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from land import on_board, parcel_table, rectangle
from shared_land import PARTS, land_only, pairs_of

import hkm_gis.households as households
from hkm_gis.forest import land_outside
from hkm_gis.households import ground, sum_households

ONE_CM2_HA = 1e-6 / 100
WHOLE = {"ha": "gross_ha"}  # as the recap of the districts calls it


Land = tuple[str, str, int, int, int, int]

land = st.lists(
    st.tuples(
        st.sampled_from(["Lestari", "Makmur"]),
        st.sampled_from(["1", "2", "3"]),
        st.integers(0, 150),
        st.integers(0, 150),
        st.integers(5, 120),
        st.integers(5, 120),
    ),
    min_size=1,
    max_size=7,
)


def survey_of(plots: Sequence[Land]) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    rows = [
        {
            "parcel_id": f"p{n}",
            "group": group,
            "household": f"{group}-{household}",
            "geometry": rectangle(x, y, width, height),
        }
        for n, (group, household, x, y, width, height) in enumerate(plots)
    ]
    parcels = parcel_table(rows)
    ids = list(parcels["parcel_id"])
    kinds = {(a, b): "sliver" for i, a in enumerate(ids) for b in ids[i + 1 :: 2]}
    return parcels, pairs_of(parcels, kinds)


FOREST = rectangle(40, -500, 1000, 620)


@settings(max_examples=40, deadline=None)
@given(plots=land, by=st.sampled_from(households.BY))
def test_the_parts_are_those_of_plain_geometry(plots: list[Land], by: str) -> None:
    parcels, pairs = survey_of(plots)
    sums = sum_households(parcels, FOREST, by=by, overlaps=pairs).rename(columns=WHOLE)
    board = parcels.geometry.map(on_board)
    forest = on_board(FOREST)
    owner = dict(zip(parcels["parcel_id"], parcels["household"], strict=True))
    unit = {
        "parcel": parcels["parcel_id"],
        "household": parcels["household"],
        "group": parcels["group"],
        "district": parcels["group"] * 0,
    }[by]
    for n, key in enumerate(dict.fromkeys(unit)):
        mine = set(parcels["parcel_id"][unit == key])
        whole = shapely.union_all(board[unit == key].to_numpy())
        shared = {True: shapely.Polygon(), False: shapely.Polygon()}
        for a, b, kind, piece in pairs.itertuples(index=False):
            if owner[a] != owner[b] and {a, b} & mine:
                is_sliver = kind == "sliver"
                shared[is_sliver] |= on_board(piece)
        inside = land_only(whole & forest)
        disputed = inside & shared[False]
        sliver = land_only(inside & shared[True]) - shared[False]
        want = [whole.area, (whole - forest).area, disputed.area, sliver.area]
        got = sums.loc[n, ["gross_ha", "outside_ha", "disputed_ha", "sliver_ha"]].to_numpy(float)
        assert got * 1e4 == pytest.approx(want, abs=1e-3)


@settings(max_examples=40, deadline=None)
@given(plots=land, by=st.sampled_from(households.BY), crowd=st.integers(0, 3))
def test_land_in_a_crowd_is_united_and_has_the_same_hectares(
    plots: list[Land], by: str, crowd: int
) -> None:
    parcels, pairs = survey_of(plots)
    with pytest.MonkeyPatch.context() as patch:
        calm = sum_households(parcels, FOREST, by=by, overlaps=pairs).rename(columns=WHOLE)
        patch.setattr(ground, "CROWD", crowd)
        crowded = sum_households(parcels, FOREST, by=by, overlaps=pairs).rename(columns=WHOLE)
    numbers = ["gross_ha", *PARTS]
    assert crowded[numbers].to_numpy() == pytest.approx(calm[numbers].to_numpy(), abs=ONE_CM2_HA)


def test_a_parcel_is_crowded_beside_one_more_than_the_crowd_wherever_it_stands(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The long parcel meets three others: a crowd of two, not of three.
    monkeypatch.setattr(ground, "CROWD", 2)
    long, *short = [(0, 500), *((100 * n, 50) for n in (1, 2, 3))]
    for places, crowded in (([long, *short], 0), ([*short, long], 3), ([long, *short[:2]], None)):
        parcels = parcel_table(
            {"parcel_id": f"p{n}", "geometry": rectangle(x_m, 0, width_m, 100)}
            for n, (x_m, width_m) in enumerate(places)
        )
        there = households.Ground(parcels, np.array([]), pairs_of(parcels, {}))
        assert there.is_crowded.tolist() == [n == crowded for n in range(len(places))]


def test_what_parcels_share_is_found_once_for_all_sums() -> None:
    parcels, pairs = survey_of([("Lestari", str(n), 40 * n, 0, 90, 80) for n in range(5)])
    out = land_outside(parcels, FOREST)
    once = households.Ground(parcels, out, pairs)
    for by in households.BY:
        given = sum_households(parcels, by=by, overlaps=pairs, outside=out, ground=once)
        pd.testing.assert_frame_equal(
            given, sum_households(parcels, by=by, overlaps=pairs, outside=out)
        )
    assert len(once.triples.m2) == 3


@settings(max_examples=40, deadline=None)
@given(plots=land, by=st.sampled_from(households.BY))
def test_gross_is_the_sum_of_its_parts_and_no_part_is_negative(plots: list[Land], by: str) -> None:
    parcels, pairs = survey_of(plots)
    sums = sum_households(parcels, FOREST, by=by, overlaps=pairs).rename(columns=WHOLE)
    assert sums[PARTS].sum(axis=1).to_numpy() == pytest.approx(sums["gross_ha"], abs=1e-9)
    assert (sums[PARTS] > -ONE_CM2_HA).all(axis=None)


@settings(max_examples=30, deadline=None)
@given(plots=land, data=st.data())
def test_the_order_of_the_parcels_changes_no_hectare(
    plots: list[Land], data: st.DataObject
) -> None:
    parcels, pairs = survey_of(plots)
    order = data.draw(st.permutations(range(len(parcels))))
    numbers = ["gross_ha", *PARTS]
    keys = ["group", "household"]
    first = sum_households(parcels, FOREST, overlaps=pairs)
    second = sum_households(parcels.iloc[list(order)], FOREST, overlaps=pairs)
    aligned = second.set_index(keys)[numbers].reindex(first.set_index(keys).index)
    assert aligned.to_numpy() == pytest.approx(first[numbers].to_numpy(), abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(plots=land)
def test_a_group_holds_no_more_than_its_households_and_no_less_than_the_largest(
    plots: list[Land],
) -> None:
    parcels, pairs = survey_of(plots)
    groups = sum_households(parcels, by="group", overlaps=pairs).set_index("group")["gross_ha"]
    each = sum_households(parcels, overlaps=pairs).groupby("group")["gross_ha"]
    for group, gross_ha in groups.items():
        assert each.max()[group] - 1e-9 <= gross_ha <= each.sum()[group] + 1e-9
