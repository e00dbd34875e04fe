"""What a parcel is called: its code, group, household and farmer, and what its form says."""

from __future__ import annotations

import numpy as np
import pytest
from features import RING, drawn, map_file, walked
from land import lonlat, square

from hkm_gis.parcels import take_in
from hkm_gis.readers import read_files
from hkm_gis.readers.feature import Feature
from hkm_gis.walks import Walk


def test_ids_come_from_the_file_then_the_name_and_are_never_private():
    intake = take_in(
        [
            drawn(square(0, 0, 50), **{"No Andil": "33.PG.1"}),
            drawn(square(100, 0, 50), name="Pak Budi", NIK="1", id="1806051201800001"),
            drawn(square(200, 0, 50), ID="7"),
            drawn(square(300, 0, 50), ID="7"),
        ]
    )

    assert list(intake.parcels["parcel_id"]) == ["33.PG.1", "Pak Budi", "LES-003", "LES-004"]


def test_the_code_of_a_parcel_stands_in_the_name_of_its_walk_or_else_of_its_file():
    intake = take_in(
        [
            walked(source="Lestari/1.gpx", name="RL-01 Sukirman"),
            walked(source="Lestari/rl-02_Bu Sri.gpx", name="ACTIVE LOG"),
            walked(source="Lestari/3.gpx", name="RL-03 Budi"),
            walked(source="Lestari/4.gpx", name="RL-03 Wati"),  # the code of two is of neither
            walked(source="Lestari/RL-05 dua lahan.gpx", feature="track 1"),
            walked(source="Lestari/RL-05 dua lahan.gpx", feature="track 2"),
        ]
    )

    ids = ["RL-01", "rl-02", "RL-03 Budi", "RL-03 Wati", "LES-005", "LES-006"]
    assert list(intake.parcels["parcel_id"]) == ids
    assert list(intake.parcels["member"]) == ["Sukirman", "", "Budi", "Wati", "", ""]


def test_a_named_folder_is_the_group_of_the_files_in_it(tmp_path):
    for name in ("KTH Mawar/1.geojson", "KTH Mawar/GPX/2.geojson", "kelompok/KTH Melati.geojson"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        map_file(tmp_path, [square(0, 0, 100)]).rename(path)

    def groups(*names):
        found = take_in(read_files([tmp_path / name for name in names]))
        return list(found.parcels["group"])

    assert groups("KTH Mawar") == ["KTH Mawar", "KTH Mawar"]
    assert groups("kelompok") == ["KTH Melati"]
    assert groups("KTH Mawar/1.geojson") == ["1"]


def test_groups_come_from_the_file_then_the_command_then_the_folder():
    features = [
        drawn(square(0, 0, 50), Kelompok="Mekar"),
        drawn(square(100, 0, 50)),
        drawn(square(200, 0, 50), source="b.gpx"),
    ]

    assert list(take_in(features).parcels["group"]) == ["Mekar", "Lestari", "b"]
    assert list(take_in(features, group="Jaya").parcels["group"]) == ["Mekar", "Jaya", "Jaya"]


def test_a_household_is_coded_named_or_its_parcel():
    kk = "1806 0512 0180 0001"
    intake = take_in(
        [
            drawn(square(0, 0, 50), no_kk=kk, nama="Budi"),
            drawn(square(100, 0, 50), no_kk=kk.replace(" ", ""), nama="Siti"),
            walked(name="pak  warno 2"),
            walked(name="ACTIVE LOG #3"),
            drawn(square(200, 0, 50), kode_kk="L-K007", nama="Warno"),
        ]
    )

    names = ["KK-001", "KK-001", "Pak Warno", "ACTIVE LOG #3", "L-K007"]
    assert list(intake.parcels["household"]) == names
    assert list(intake.parcels["member"]) == ["Budi", "Siti", "pak warno", "", "Warno"]


@pytest.mark.parametrize(
    ("feature", "communal"),
    [
        (drawn(square(0, 0, 50), kategori="Ruang Perlindungan dan Komunal"), True),
        (drawn(square(0, 0, 50), kategori="andil garapan", source="KTH A/komunal/a.gpx"), False),
        (drawn(square(0, 0, 50), source="kelompok/KTH A/Komunal/a.gpx"), True),
        (drawn(square(0, 0, 50), source="KTH A/lahan_komunal.kml"), True),
        (drawn(square(0, 0, 50), source="KTH Komunalindo/a.gpx"), False),
        (drawn(square(0, 0, 50), no_andil="33.PG.1.K"), True),
        (drawn(square(0, 0, 50), no_andil="33.PG.1"), False),
    ],
)
def test_shared_land_is_told_by_a_category_a_folder_or_its_code(feature, communal):
    assert take_in([feature]).parcels["communal"].item() is communal


def test_a_folder_of_shared_land_belongs_to_the_group_above_it():
    intake = take_in([drawn(square(0, 0, 50), source="kelompok/KTH Mawar/komunal/a.gpx")])

    assert intake.parcels["group"].item() == "KTH Mawar"


def test_what_a_form_says_of_a_parcel_is_kept():
    said = {"Komoditas": "kopi", "Nama Pengukur": "Pak Edi", "Tgl. Ukur": "3/8/2026"}
    row = take_in([drawn(square(0, 0, 50), **said)]).parcels.iloc[0]

    assert (row["commodity"], row["surveyor"], row["surveyed"]) == ("kopi", "Pak Edi", "3/8/2026")


@pytest.mark.parametrize(
    ("utc", "date"),
    [
        ("2026-08-01T16:59:59", "2026-08-01"),
        ("2026-08-01T17:00:00", "2026-08-02"),
        ("1999-08-22T00:00:00", ""),
        ("NaT", ""),
    ],
)
def test_a_walk_bears_the_date_of_western_indonesia(utc, date):
    time_s = np.datetime64(utc, "s")
    seconds = np.full(len(RING), np.nan if np.isnat(time_s) else time_s.astype(float))
    walk = Walk((lonlat(RING),), times_s=(seconds,))
    intake = take_in([Feature(source="L/a.gpx", feature="track 1", name="", walk=walk)])

    assert intake.parcels["surveyed"].item() == date
