"""The digest on the sheets: short, read back exactly, and broken by any change of the land."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from land import on_earth, parcel_table, square

from hkm_gis.digest import Digest, digest_of, parse_digest
from hkm_gis.errors import TableError
from hkm_gis.exports.geojson import write_geojson

ROWS = [{"parcel_id": f"L-{i}", "geometry": square(90 * i, 0, 100)} for i in range(3)]
NAMES = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=40)


def test_it_says_group_parcels_hectares_and_code_in_one_line():
    line = str(digest_of(parcel_table(ROWS)))

    assert line.startswith("HKM1|Lestari||3|2.8000|")
    assert len(line.rpartition("|")[2]) == 32
    assert len(line) < 70


def test_land_shared_by_two_parcels_counts_once():
    assert digest_of(parcel_table(ROWS)).area_ha == 2.8


def test_a_digest_of_named_parcels_tells_which_they_are():
    digest = digest_of(parcel_table(ROWS[:2]), named=True)

    assert digest.parcels == ("L-0", "L-1")
    assert parse_digest(str(digest)) == digest


@given(
    groups=st.lists(NAMES, min_size=1, max_size=3),
    parcels=st.lists(NAMES, max_size=3),
    count=st.integers(1, 100_000),
    area_m2=st.integers(0, 10**10),
)
def test_what_was_written_is_read_back_whatever_the_names(groups, parcels, count, area_m2):
    digest = Digest(
        groups=tuple(groups),
        parcels=tuple(parcels),
        count=count,
        area_ha=area_m2 / 10_000,
        code="0123456789abcdef" * 2,
    )

    assert parse_digest(str(digest)) == digest
    assert str(digest).isprintable()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "HKM1",
        "https://hkm.example/A",
        "HKM2|A||1|1.0000|" + "a" * 32,
        "HKM1|A||1|1.0000|" + "a" * 31,
        "HKM1|A||1|1|" + "a" * 32,
        "HKM1|A||-1|1.0000|" + "a" * 32,
    ],
)
def test_other_text_is_no_digest(text):
    with pytest.raises(TableError):
        parse_digest(text)


@pytest.mark.parametrize("corner", range(4))
def test_a_corner_that_moves_one_centimetre_changes_the_code(corner):
    ring = [(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0)]
    moved = ring.copy()
    moved[corner] = (ring[corner][0] + 0.01, ring[corner][1])
    before, after = (
        digest_of(parcel_table([{"parcel_id": "a", "geometry": on_earth(shapely.Polygon(r))}]))
        for r in (ring, moved)
    )

    assert before.code != after.code


@pytest.mark.parametrize("change", [{"parcel_id": "b"}, {"group": "Lain"}])
def test_another_code_or_group_changes_the_code(change):
    row = {"parcel_id": "a", "geometry": square(0, 0, 100)}

    assert digest_of(parcel_table([row])).code != digest_of(parcel_table([row | change])).code


@given(order=st.permutations(range(3)))
def test_the_order_of_the_parcels_does_not_matter(order):
    shuffled = parcel_table([ROWS[i] for i in order])

    assert str(digest_of(shuffled)) == str(digest_of(parcel_table(ROWS)))


def test_parcels_that_were_exported_and_read_again_have_the_same_digest(tmp_path):
    corners = [(0.0003, 0.0007), (103.3337, 11.11119), (95.12349, 99.98765), (-3.33333, 70.1)]
    table = parcel_table([{"parcel_id": "a", "geometry": on_earth(shapely.Polygon(corners))}])
    file = tmp_path / "andil.geojson"
    file.write_bytes(write_geojson(table))

    assert str(digest_of(gpd.read_file(file))) == str(digest_of(table))
