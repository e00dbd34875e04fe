"""What a table of parcels must hold, and its fingerprint."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from land import parcel_table, square

from hkm_gis.errors import TableError
from hkm_gis.parcels import fingerprint, require_columns


def test_missing_columns_are_all_named():
    frame = parcel_table([{"parcel_id": "1", "geometry": square(0, 0, 100)}])
    with pytest.raises(TableError) as error:
        require_columns(frame.drop(columns=["group", "household"]), ["group", "household"])
    assert error.value.facts["columns"] == ("group", "household")


@pytest.mark.parametrize(
    ("spoil", "key"),
    [
        (lambda f: f.to_crs(32748), "parcels_not_lonlat"),
        (lambda f: f.assign(parcel_id="1"), "parcels_id_twice"),
        (lambda f: f.assign(parcel_id=[1, 2]), "parcels_id_not_text"),
    ],
)
def test_a_table_must_be_lonlat_with_unique_text_ids(spoil, key):
    rows = [{"parcel_id": str(i), "geometry": square(200 * i, 0, 100)} for i in range(2)]
    with pytest.raises(TableError) as error:
        require_columns(spoil(parcel_table(rows)), ["parcel_id"])
    assert error.value.key == key


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(5)), st.integers(0, 3))
def test_the_fingerprint_knows_neither_order_nor_start_of_rings(order, start):
    def turned(land):
        ring = shapely.get_coordinates(land)[:-1]
        return shapely.Polygon(np.roll(ring, start, axis=0))

    rows = [{"parcel_id": str(i), "geometry": square(200 * i, 0, 100)} for i in range(5)]
    shuffled = [rows[i] | {"geometry": turned(rows[i]["geometry"])} for i in order]
    moved = [rows[0] | {"geometry": square(1, 0, 100)}, *rows[1:]]

    assert fingerprint(parcel_table(shuffled)) == fingerprint(parcel_table(rows))
    assert fingerprint(parcel_table(moved)) != fingerprint(parcel_table(rows))
