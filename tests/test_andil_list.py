"""The daftar andil garapan, on land drawn so that every batas is known."""

from __future__ import annotations

import pytest
import shapely
from hillside import forest_of_board, member_list
from land import polygon, rectangle, square
from neighbourhood import layer_of, neighbourhood

from hkm_gis.andil_list import ANDIL_COLUMNS, list_andil, listed, tell_batas
from hkm_gis.errors import HkmError
from hkm_gis.neighbours import SIDES
from hkm_gis.project import Group, Place

NIK, KK = "9999010101800001", "9999010101100001"


def plot(parcel, x_m, y_m, member="", **said):
    row = {"parcel_id": parcel, "geometry": square(x_m, y_m, 100), "member": member}
    return row | {"household": member or parcel} | said


def batas(survey, parcel, **options):
    return tell_batas(survey, **options).loc[parcel].to_dict()


# The four batas


def test_each_side_names_the_neighbour_who_lies_there():
    survey = neighbourhood(
        plot("A", 100, 100, "Budi"),
        plot("N", 100, 200, "Nur"),
        plot("E", 200, 100, "Eko"),
        plot("S", 100, 0, "Siti"),
        plot("W", 0, 100),
    )

    assert batas(survey, "A") == {
        "utara": "Nur (N)",
        "timur": "Eko (E)",
        "selatan": "Siti (S)",
        "barat": "andil W",
    }


def test_what_nobody_knows_stays_empty():
    assert set(batas(neighbourhood(plot("A", 0, 0, "Budi")), "A").values()) == {""}


def test_road_river_and_forest_boundary_end_a_parcel(tmp_path):
    survey = neighbourhood(
        plot("A", 2, 500, "Budi"),
        forest=forest_of_board(),
        layers=(
            layer_of(tmp_path, "jalan", "Jalan Pekon", shapely.LineString([(0, 603), (200, 603)])),
            layer_of(tmp_path, "sungai", "Way Semuong", shapely.LineString([(106, 0), (106, 900)])),
            layer_of(tmp_path, "pekon", "Uji", shapely.LineString([(0, 497), (200, 497)])),
        ),
    )

    assert batas(survey, "A") == {
        "utara": "Jalan Pekon",
        "timur": "sungai Way Semuong",
        "selatan": "",
        "barat": "batas kawasan",
    }


def test_a_road_without_a_name_is_a_road(tmp_path):
    road = layer_of(tmp_path, "jalan", "", shapely.LineString([(0, 103), (200, 103)]))

    assert batas(neighbourhood(plot("A", 0, 0), layers=(road,)), "A")["utara"] == "jalan"


def test_two_neighbours_of_one_side_stand_the_longer_one_first():
    survey = neighbourhood(
        plot("A", 0, 0, "Budi"),
        plot("N1", -60, 100, "Nur"),
        {"parcel_id": "N2", "geometry": rectangle(40, 100, 200, 50), "member": "Nining"},
    )

    assert batas(survey, "A")["utara"] == "Nining (N2); Nur (N1)"


def test_a_neighbour_of_a_corner_is_no_batas():
    survey = neighbourhood(plot("A", 0, 0), plot("N", 86, 100, "Nur"))

    assert batas(survey, "A")["utara"] == ""


def test_a_side_along_many_small_neighbours_names_the_longest_and_counts_the_rest():
    many = [plot(f"N{n}", 100 * n, 100, f"Nur {n}") for n in range(9)]
    survey = neighbourhood({"parcel_id": "A", "geometry": rectangle(0, 0, 900, 100)}, *many)

    told = batas(survey, "A")["utara"]
    assert told.endswith("; dan 6 lainnya")
    assert len(set(told.split("; ")[:3]) & {f"Nur {n} (N{n})" for n in range(9)}) == 3


def test_a_side_of_which_most_is_unknown_says_so():
    survey = neighbourhood(plot("A", 0, 0), plot("N", 60, 100, "Nur"))

    assert batas(survey, "A")["utara"] == "Nur (N) (sebagian)"


def test_a_neighbour_of_another_group_brings_its_group_and_own_land_is_own_land():
    survey = neighbourhood(
        plot("A", 0, 0, "Budi"),
        plot("B", 0, 100, "Nur", group="KTH Jauh"),
        plot("C", 0, -100, "Budi"),
    )

    found = batas(survey, "A")
    assert (found["utara"], found["selatan"]) == ("Nur (B), KTH Jauh", "andil sendiri (C)")


def test_without_names_neighbours_are_codes():
    survey = neighbourhood(plot("A", 0, 0, "Budi"), plot("B", 0, 100, "Nur"))

    assert batas(survey, "A", names=False)["utara"] == "andil B"
    assert batas(survey, "A", names=False, lang="en")["utara"] == "parcel B"


# The list


def full_survey():
    place = Place(pekon="Umum", kecamatan="Sumberejo")
    return neighbourhood(
        plot("33.PG.1", 0, 0, "Budi", group="G", household="KK-1", commodity="kopi"),
        plot("33.PG.1.K", 100, 0, "", group="G", communal=True, surveyor="Pak Edi"),
        plot("L-1", 200, 0, "Nur", group="Lain", surveyed="2026-08-01"),
        register=member_list({"name": "Budi", "nik": NIK, "kk": KK, "parcel_ids": ("33.PG.1",)}),
        place=place,
        groups=(Group(name="G", pekon="Khusus"),),
    )


def test_the_private_list_has_every_column_of_the_office_shared_land_first():
    table = list_andil(full_survey(), private=True)

    assert tuple(table.columns) == ANDIL_COLUMNS
    assert list(table["number"]) == ["33.PG.1.K", "33.PG.1", "L-1"]
    assert list(table["category"]) == ["communal", "andil", "andil"]
    shared, mine, other = table.to_dict("records")
    assert (mine["member"], mine["nik"], mine["kk"]) == ("Budi", NIK, KK)
    assert (mine["pekon"], mine["kecamatan"], other["pekon"]) == ("Khusus", "Sumberejo", "Umum")
    assert (mine["commodity"], other["surveyed"], shared["surveyor"]) == (
        *("kopi", "2026-08-01", "Pak Edi"),
    )
    assert mine["area_ha"] == pytest.approx(1.0, abs=1e-9)


def test_no_identity_number_stands_in_the_other_list():
    table = list_andil(full_survey())

    assert not {"nik", "kk"} & set(table.columns)
    assert NIK not in table.to_csv()
    assert KK not in table.to_csv()


def test_a_number_typed_into_a_free_field_is_hidden():
    survey = neighbourhood(plot("A", 0, 0, f"Budi {NIK}", commodity=f"kopi {KK}"))

    assert NIK not in list_andil(survey).to_csv()
    assert KK not in list_andil(survey, private=True).to_csv()


def test_the_list_of_a_group_knows_its_neighbours_in_other_groups():
    (mine,) = list_andil(full_survey(), group="Lain").to_dict("records")

    assert mine["barat"] == "andil 33.PG.1.K, G"


def test_a_list_without_names_names_nobody():
    table = list_andil(full_survey(), names=False)

    assert set(table["member"]) == {""}
    assert "Budi" not in table.to_csv()
    assert "Nur" not in table.to_csv()


def test_a_code_that_is_a_name_is_no_name_either():
    survey = neighbourhood(plot("Pak Budi", 0, 0, "Pak Budi"), plot("B", 0, 100, "Nur"))
    table = list_andil(survey, names=False)

    assert "Budi" not in table.to_csv()
    assert list(table["number"]) == ["B", "andil-1"]


def test_what_is_not_known_is_empty():
    (row,) = list_andil(neighbourhood(plot("A", 0, 0)), private=True).to_dict("records")

    unknown = set(ANDIL_COLUMNS) - {"category", "number", "lon", "lat", "area_ha"}
    assert {row[column] for column in unknown} == {""}


def test_the_point_of_a_crescent_lies_in_it():
    crescent = polygon([(0, 0), (200, 0), (200, 200), (0, 200), (0, 180), (180, 100), (0, 20)])
    table = list_andil(neighbourhood({"parcel_id": "A", "geometry": crescent}), lang="en")

    lon, lat = (_degrees(table[c].item()) for c in ("lon", "lat"))
    assert not crescent.contains(crescent.centroid)
    assert crescent.buffer(0.1 / 3600).contains(shapely.Point(lon, -lat))


def test_an_unknown_group_is_an_error():
    with pytest.raises(HkmError):
        list_andil(full_survey(), group="Tidak Ada")


def test_the_four_batas_are_columns_in_the_order_of_the_office():
    at = ANDIL_COLUMNS.index("utara")

    assert ANDIL_COLUMNS[at : at + 4] == SIDES


def _degrees(text):
    degrees, minutes, seconds, _ = text.replace("°", "").replace("'", "").replace('"', "").split()
    return int(degrees) + int(minutes) / 60 + float(seconds) / 3600


def test_the_list_counts_as_people_do_whichever_file_came_first():
    survey = neighbourhood(
        plot("RL-31", 0, 0, group="KTH Melati"),
        plot("RL-10", 200, 0, group="KTH Mawar"),
        plot("RL-2", 400, 0, group="KTH Melati"),
        plot("RL-9", 600, 0, group="KTH Melati", communal=True),
        plot("RL-10b", 800, 0, group="KTH Melati"),
    )

    assert list(list_andil(survey)["number"]) == ["RL-9", "RL-2", "RL-10b", "RL-31", "RL-10"]
    of_group = list_andil(survey, group="KTH Melati")
    assert list(of_group["number"]) == ["RL-9", "RL-2", "RL-10b", "RL-31"]
    assert list(survey.parcels["parcel_id"].iloc[listed(survey, "KTH Mawar")]) == ["RL-10"]
