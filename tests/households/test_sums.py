"""Hectares of households and groups: four parts that add up, and nothing counted twice."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from land import parcel_table, rectangle, square
from shared_land import PARTS, pairs_of

import hkm_gis.households as households
from hkm_gis.errors import TableError
from hkm_gis.households import HOUSEHOLD_COLUMNS, sum_households

ONE_CM2_HA = 1e-6 / 100
WHOLE = {"ha": "gross_ha"}  # as the recap of the districts calls it


def test_one_hectare_alone_is_all_net() -> None:
    sums = sum_households(parcel_table([{"parcel_id": "a", "geometry": square(0, 0, 100)}]))
    assert list(sums.columns) == list(HOUSEHOLD_COLUMNS)
    assert sums["gross_ha"].tolist() == pytest.approx([1.0], abs=1e-9)
    assert sums["net_ha"].tolist() == pytest.approx([1.0], abs=1e-9)


def test_land_walked_twice_by_one_household_counts_once() -> None:
    parcels = parcel_table(
        [
            {"parcel_id": "a", "household": "L-K001", "geometry": square(0, 0, 100)},
            {"parcel_id": "b", "household": "L-K001", "geometry": square(50, 0, 100)},
        ]
    )
    (row,) = sum_households(parcels, overlaps=pairs_of(parcels, {})).to_dict("records")
    assert row["parcels"] == 2
    assert row["gross_ha"] == pytest.approx(1.5, abs=1e-9)
    assert row["disputed_ha"] == 0
    assert row["net_ha"] == pytest.approx(1.5, abs=1e-9)


def test_outside_comes_before_disputed_and_disputed_before_sliver() -> None:
    # One hectare: its west half lies outside; another household claims the south half,
    # and a third one shares a strip along the whole east and, beneath it, the disputed land.
    parcels = parcel_table(
        [
            {"parcel_id": "a", "geometry": square(0, 0, 100)},
            {"parcel_id": "b", "geometry": rectangle(0, -50, 100, 100)},
            {"parcel_id": "c", "geometry": rectangle(92, 0, 100, 100)},
        ]
    )
    pairs = pairs_of(parcels, {("a", "c"): "sliver", ("b", "c"): "sliver"})
    sums = sum_households(parcels, rectangle(50, -500, 1000, 1000), overlaps=pairs)
    a = sums.set_index("household").loc["a", ["gross_ha", *PARTS]].to_list()
    assert a == pytest.approx([1.0, 0.5, 0.25, 0.04, 0.21], abs=1e-9)


def test_land_outside_that_a_household_walked_twice_counts_once() -> None:
    # From 0 to 100 and from 50 to 150 m, of which what lies west of 75 m is outside: 50 to 75
    # is outside in both.
    parcels = parcel_table(
        {"parcel_id": name, "household": "1", "geometry": square(x_m, 0, 100)}
        for name, x_m in (("a", 0), ("b", 50))
    )
    (row,) = sum_households(parcels, rectangle(75, -500, 1000, 1000)).to_dict("records")
    assert row["gross_ha"] == pytest.approx(1.5, abs=1e-9)
    assert row["outside_ha"] == pytest.approx(0.75, abs=1e-9)
    assert row["net_ha"] == pytest.approx(0.75, abs=1e-9)


def test_land_that_two_households_of_a_group_share_counts_once_in_the_group() -> None:
    parcels = parcel_table(
        [
            {"parcel_id": "a", "geometry": square(0, 0, 100)},
            {"parcel_id": "b", "geometry": square(80, 0, 100)},
        ]
    )
    (group,) = sum_households(parcels, by="group", overlaps=pairs_of(parcels, {})).to_dict(
        "records"
    )
    assert group["gross_ha"] == pytest.approx(1.8, abs=1e-9)
    assert group["disputed_ha"] == pytest.approx(0.2, abs=1e-9)
    assert (group["households"], group["parcels"]) == (2, 2)


def test_land_counts_once_even_where_the_given_pairs_leave_it_out() -> None:
    # Two households of one group share 0.5 m², too little to be a pair: nobody's dispute, and
    # still not two times the group's land.
    parcels = parcel_table(
        [
            {"parcel_id": "a", "geometry": square(0, 0, 100)},
            {"parcel_id": "b", "geometry": square(99.995, 0, 100)},
        ]
    )
    (group,) = sum_households(parcels, by="group").to_dict("records")
    assert group["gross_ha"] == pytest.approx(2 - 0.5e-4, abs=1e-9)
    assert group["disputed_ha"] == group["sliver_ha"] == 0


def test_pairs_given_the_other_way_round_are_the_same_pairs() -> None:
    parcels = parcel_table(
        [
            {"parcel_id": "b", "geometry": square(80, 0, 100)},
            {"parcel_id": "a", "geometry": square(0, 0, 100)},
            {"parcel_id": "c", "geometry": square(90, 0, 100)},
        ]
    )
    pairs = pairs_of(parcels, {})
    turned = pairs.rename(columns={"parcel_a": "parcel_b", "parcel_b": "parcel_a"})
    for either in (pairs, turned):
        (group,) = sum_households(parcels, by="group", overlaps=either).to_dict("records")
        assert group["disputed_ha"] == pytest.approx(1.0, abs=1e-9)


def test_a_household_in_two_groups_is_one_row_but_its_land_is_disputed_between_the_groups() -> None:
    parcels = parcel_table(
        [
            {"parcel_id": "a", "group": "Lestari", "household": "1", "geometry": square(0, 0, 100)},
            {"parcel_id": "b", "group": "Makmur", "household": "1", "geometry": square(0, 0, 100)},
        ]
    )
    pairs = pairs_of(parcels, {("a", "b"): "duplicate"})
    (row,) = sum_households(parcels, overlaps=pairs).to_dict("records")
    assert row["group"] == "Lestari; Makmur"
    assert row["net_ha"] == pytest.approx(1.0, abs=1e-9)
    groups = sum_households(parcels, by="group", overlaps=pairs)
    assert groups["disputed_ha"].tolist() == pytest.approx([1.0, 1.0], abs=1e-9)


def test_parcels_without_a_household_are_not_one_household() -> None:
    parcels = parcel_table(
        [
            {"parcel_id": "a", "household": "", "geometry": square(0, 0, 100)},
            {"parcel_id": "b", "household": "", "geometry": square(200, 0, 100)},
        ]
    )
    assert sum_households(parcels)["parcels"].tolist() == [1, 1]


def test_the_uncertainty_of_independent_walks_adds_as_squares_and_an_unknown_one_stays_so() -> None:
    def row(name: str, household: str, uncertainty_ha: float, x_m: float) -> dict[str, Any]:
        return {
            "parcel_id": name,
            "household": household,
            "uncertainty_ha": uncertainty_ha,
            "geometry": square(x_m, 0, 100),
        }

    parcels = parcel_table(
        [row("a", "1", 0.03, 0), row("b", "1", 0.04, 200), row("c", "2", np.nan, 400)]
    )
    first, second = sum_households(parcels)["uncertainty_ha"]
    assert first == pytest.approx(0.05)
    assert np.isnan(second)


def test_cultivated_land_walked_twice_counts_once() -> None:
    parcels = parcel_table(
        [
            {"parcel_id": "a", "household": "1", "geometry": square(0, 0, 100)},
            {"parcel_id": "b", "household": "1", "geometry": square(0, 0, 100)},
            {"parcel_id": "c", "household": "2", "geometry": square(200, 0, 100)},
        ]
    )
    sums = sum_households(parcels, cultivated_ha=[0.6, 0.6, 0.3])
    assert sums["cultivated_ha"].tolist() == pytest.approx([0.6, 0.3])


def test_cells_that_nobody_filled_name_no_household_and_no_group() -> None:
    parcels = parcel_table(
        [
            {"parcel_id": "a", "geometry": square(0, 0, 100)},
            {"parcel_id": "b", "geometry": square(50, 0, 100)},
        ]
    ).assign(household=None, group=[None, ""], district=[None, ""])

    sums = sum_households(parcels)
    assert sums["household"].tolist() == ["", ""]
    assert sums["disputed_ha"].tolist() == pytest.approx([0.5, 0.5], abs=1e-9)
    (group,) = sum_households(parcels, by="group").to_dict("records")
    assert (group["group"], group["households"], group["parcels"]) == ("", 2, 2)
    (district,) = sum_households(parcels, by="district").to_dict("records")
    assert (district["kabupaten"], district["KK"]) == ("", 2)


@pytest.mark.parametrize("by", households.BY)
def test_the_labels_of_the_rows_of_a_table_change_no_sum(by: str) -> None:
    for parcels in (districts(), districts().drop(columns="district")):
        labelled = parcels.set_index(pd.Index([7, 13, 11, 5]))

        pd.testing.assert_frame_equal(
            sum_households(labelled, by=by), sum_households(parcels, by=by), check_exact=True
        )


def test_land_outside_that_was_measured_before_is_believed() -> None:
    parcels = parcel_table([{"parcel_id": "a", "geometry": square(0, 0, 100)}])
    half = np.array([rectangle(0, 0, 50, 100)], dtype=object)

    sums = sum_households(parcels, square(-500, -500, 1000), outside=half)

    assert sums["outside_ha"].tolist() == pytest.approx([0.5], abs=1e-9)


def test_land_that_earlier_parcels_share_among_themselves_is_taken_off_once() -> None:
    # The long parcel meets two that lie on each other, and one apart from them.
    places = [(0, 100), (10, 100), (500, 100), (50, 500)]
    parcels = parcel_table(
        {"parcel_id": f"p{n}", "household": "1", "geometry": rectangle(x, 0, width, 100)}
        for n, (x, width) in enumerate(places)
    )

    assert sum_households(parcels)["gross_ha"].tolist() == pytest.approx([6.0], abs=1e-9)


def test_by_parcel_gives_each_parcel_its_row_and_people_are_named() -> None:
    parcels = parcel_table(
        [
            {
                "parcel_id": "a",
                "household": "1",
                "member": "Pak Contoh",
                "geometry": square(0, 0, 9),
            },
            {
                "parcel_id": "b",
                "household": "1",
                "member": "Bu Contoh",
                "geometry": square(50, 0, 9),
            },
        ]
    )
    by_parcel = sum_households(parcels, by="parcel")
    assert by_parcel["parcel_id"].tolist() == ["a", "b"]
    assert by_parcel["household"].tolist() == ["1", "1"]
    assert by_parcel["member"].tolist() == ["Pak Contoh", "Bu Contoh"]
    assert sum_households(parcels, by="group")[["household", "member"]].iloc[0].tolist() == ["", ""]
    assert sum_households(parcels)["member"].tolist() == ["Pak Contoh; Bu Contoh"]


DISTRICTS = (
    ("a", "Lestari", "1", "Tanggamus", "HKm"),
    ("b", "Lestari", "2", "Tanggamus", "HKm"),
    ("c", "Makmur", "3", "Tanggamus", "proses"),
    ("d", "Jaya", "4; 5", "Way Kanan", "IHHBK"),
)


def districts() -> gpd.GeoDataFrame:
    """Return four hectares apart of three groups in two districts."""
    rows = [
        {"parcel_id": name, "group": g, "household": h, "geometry": square(200 * n, 0, 100)}
        for n, (name, g, h, *_) in enumerate(DISTRICTS)
    ]
    district, stage = zip(*(row[3:] for row in DISTRICTS), strict=True)
    return parcel_table(rows).assign(district=list(district), stage=list(stage))


def test_districts_have_the_columns_of_the_recap_of_the_province() -> None:
    sums = sum_households(districts(), by="district")

    assert list(sums.columns[:7]) == ["kabupaten", "HKm", "IHHBK", "proses", "total", "KK", "ha"]
    first, second = sums.iloc[:, :6].to_numpy().tolist()
    assert first == ["Tanggamus", 1, 0, 1, 2, 3]
    assert second == ["Way Kanan", 0, 1, 0, 1, 2]
    assert sums["ha"].tolist() == pytest.approx([3.0, 1.0], abs=1e-9)


def test_without_a_stage_nobody_says_how_far_a_permit_is() -> None:
    sums = sum_households(districts().drop(columns="stage"), by="district")

    assert sums[["HKm", "IHHBK", "proses"]].isna().all(axis=None)
    assert sums["total"].tolist() == [2, 1]


def test_a_parcel_of_several_households_stands_whole_in_the_row_of_each_and_once_in_the_group() -> (
    None
):
    parcels = parcel_table(
        [
            {"parcel_id": "a", "household": "1", "geometry": square(0, 0, 100)},
            {"parcel_id": "b", "household": "1; 2", "geometry": square(200, 0, 100)},
        ]
    )

    sums = sum_households(parcels).set_index("household")
    assert sums["gross_ha"].to_dict() == pytest.approx({"1": 2.0, "2": 1.0}, abs=1e-9)
    assert sums["joint_ha"].to_dict() == pytest.approx({"1": 1.0, "2": 1.0}, abs=1e-9)
    assert sums["disputed_ha"].tolist() == [0, 0]
    (group,) = sum_households(parcels, by="group").to_dict("records")
    assert group["gross_ha"] == pytest.approx(2.0, abs=1e-9)
    assert (group["households"], group["parcels"]) == (2, 2)


def test_all_holders_of_two_joint_parcels_dispute_what_those_share() -> None:
    holders = ["1; 2", "3; 4", "5"]
    parcels = parcel_table(
        {"parcel_id": f"p{n}", "household": names, "geometry": square(80 * n, 0, 100)}
        for n, names in enumerate(holders)
    )

    sums = sum_households(parcels).set_index("household")

    truth = {"1": 0.2, "2": 0.2, "3": 0.4, "4": 0.4, "5": 0.2}
    assert sums["disputed_ha"].to_dict() == pytest.approx(truth, abs=1e-9)


def test_a_joint_parcel_is_disputed_only_by_whom_it_does_not_name() -> None:
    # The parcel of 1 and 2 reaches 20 m into that of 1: household 1 agrees with itself, and 2
    # claims land that is not its own.
    parcels = parcel_table(
        [
            {"parcel_id": "a", "household": "1", "geometry": square(0, 0, 100)},
            {"parcel_id": "b", "household": "2; 1", "geometry": square(80, 0, 100)},
        ]
    )
    pairs = pairs_of(parcels, {})

    sums = sum_households(parcels, overlaps=pairs).set_index("household")
    assert sums["gross_ha"].to_dict() == pytest.approx({"1": 1.8, "2": 1.0}, abs=1e-9)
    assert sums["disputed_ha"].to_dict() == pytest.approx({"1": 0.0, "2": 0.2}, abs=1e-9)


def test_nothing_is_joint_where_no_parcel_names_two_households() -> None:
    parcels = parcel_table([{"parcel_id": "a", "geometry": square(0, 0, 100)}])
    assert "joint_ha" not in sum_households(parcels).columns


def test_slopes_are_summed_as_cultivated_land_is() -> None:
    parcels = parcel_table(
        [
            {"parcel_id": "a", "household": "1", "geometry": square(0, 0, 100)},
            {"parcel_id": "b", "household": "1", "geometry": square(0, 0, 100)},
            {"parcel_id": "c", "household": "2", "geometry": square(500, 0, 100)},
        ]
    )
    steep = pd.DataFrame({"slope_0_8_ha": [0.4, 0.4, 1.0], "slope_over_40_ha": [0.6, 0.6, 0.0]})

    sums = sum_households(parcels, slope_ha=steep)
    assert sums["slope_0_8_ha"].tolist() == pytest.approx([0.4, 1.0], abs=1e-9)
    assert sums["slope_over_40_ha"].tolist() == pytest.approx([0.6, 0.0], abs=1e-9)


def test_the_uncertainty_of_neighbours_is_no_smaller_than_that_of_their_union() -> None:
    # Two squares with one edge in common, each corner walked anew for each parcel with an error
    # of 5 m: the error of the union, by trial, is below the root of the sum of the squares.
    rng = np.random.default_rng(7)
    left = np.array([(0, 0), (100, 0), (100, 100), (0, 100)], dtype=float)
    shifts = rng.normal(0, 5, (2, 400, 4, 2))
    walks = [shapely.polygons(left + dx + shifts[k]) for k, dx in enumerate(([0, 0], [100, 0]))]
    union_m2 = shapely.area(shapely.union(*walks))
    own_sd = [float(np.std(shapely.area(some))) for some in walks]

    assert 0.5 * np.hypot(*own_sd) < np.std(union_m2) < np.hypot(*own_sd)


@pytest.mark.parametrize("by", households.BY)
def test_no_parcels_give_no_rows(by: str) -> None:
    none = parcel_table([{"parcel_id": "a", "geometry": square(0, 0, 100)}]).iloc[:0]
    assert sum_households(none, by=by).empty


def test_every_missing_column_is_named() -> None:
    parcels = parcel_table([{"parcel_id": "a", "geometry": square(0, 0, 100)}])
    with pytest.raises(TableError) as refused:
        sum_households(parcels.drop(columns=["group", "household"]))
    assert refused.value.facts["columns"] == ("group", "household")


def test_a_word_that_is_no_sum_is_refused() -> None:
    parcels = parcel_table([{"parcel_id": "a", "geometry": square(0, 0, 100)}])
    with pytest.raises(TableError) as refused:
        sum_households(parcels, by="village")
    assert refused.value.key == "by_unknown"
    assert refused.value.facts["words"] == households.BY
