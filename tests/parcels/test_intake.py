"""Everything that was read: nothing is lost, each change and refusal is told once."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import shapely
from features import RING, drawn, map_file, rules, walked
from land import lonlat, square

from hkm_gis.errors import FileError
from hkm_gis.parcels import PARCEL_COLUMNS, read_parcels, take_in
from hkm_gis.readers import read_files
from hkm_gis.readers.feature import Feature
from hkm_gis.record import Rejection, Remark
from hkm_gis.text import LANGUAGES, phrase
from hkm_gis.walks import Walk


def test_nothing_gives_an_empty_table_with_all_columns():
    intake = take_in([])

    assert tuple(intake.parcels.columns) == PARCEL_COLUMNS
    assert intake.features == 0


def test_a_split_walk_counts_as_many_features_and_tells_its_repair_once():
    loop = [(x, y) for x, y in RING]
    path = [*loop, (300, 0), *[(x + 300, y) for x, y in loop]]
    points = np.array(
        [
            np.add(a, np.multiply(np.subtract(b, a), i / 10))
            for a, b in pairwise(path)
            for i in range(10)
        ]
        + [path[-1]]
    )
    intake = take_in([walked(points)])

    assert rules(intake) == ["drop_repeated_points", "split_walk"]
    assert intake.features == intake.repaired == 2
    assert list(intake.parcels["feature"]) == ["track 1 (1)", "track 1 (2)"]


def test_two_thousand_parcels_on_one_spot_stay_two_thousand(tmp_path):
    intake = take_in(read_files([map_file(tmp_path, [square(0, 0, 100)] * 2000)]))

    assert (intake.accepted, intake.repaired, intake.rejected) == (2000, 0, ())
    assert intake.parcels["parcel_id"].nunique() == 2000


def test_a_shape_of_the_wrong_type_costs_only_itself(tmp_path):
    wrong = [
        {"type": "polygon", "coordinates": [[[104.65, -5.42]]]},
        {"type": "Polygon", "coordinates": "104.65 -5.42"},
        {"type": "Polygon", "coordinates": {"0": [104.65, -5.42]}},
        {"type": "Polygon"},
        {"type": 7},
        None,
    ]
    intake = take_in(read_files([map_file(tmp_path, [*wrong, square(0, 0, 100)])]))

    assert intake.features == len(wrong) + 1
    assert len(intake.rejected) == len(wrong)
    assert {r.reason for r in intake.rejected} == {"geometry_not_land", "no_geometry"}
    assert len({r.feature for r in intake.rejected}) == len(wrong)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[" * 5000 + "]" * 5000, "json_too_deep"),
        ('{"type": "FeatureCollection", "features": {}}', "no_features"),
    ],
)
def test_a_map_without_features_is_one_rejection(tmp_path, text, reason):
    intake = take_in(read_files([map_file(tmp_path, [], text)]))

    assert [r.reason for r in intake.rejected] == [reason]
    assert intake.features == 1


def test_rejections_of_the_readers_pass_through():
    refusal = Rejection(source="x.kml", feature="", code="S02", reason="redirect")

    assert take_in([refusal]).rejected == (refusal,)


def test_a_walk_with_its_axes_swapped_keeps_its_segments():
    halves = lonlat(RING[:3])[:, ::-1], lonlat(RING[2:])[:, ::-1]
    feature = Feature(source="a.gpx", feature="1", walk=Walk(halves))
    intake = take_in([feature], near=square(-2000, -2000, 4000))

    assert "swap_axes" in rules(intake)
    assert list(intake.parcels["area_ha"]) == pytest.approx([1.0], abs=1e-9)
    segments = shapely.get_parts(intake.walks.geometry.iloc[0])
    assert [len(shapely.get_coordinates(s)) for s in segments] == [3, 3]


def test_remarks_stand_beside_the_parcels_whoever_made_them():
    told = Remark(source="a.kml", feature="1", rule="prj_missing")
    far = shapely.transform(square(0, 0, 100), lambda xy: np.add(xy, [0.0, 1.0]))
    intake = take_in([told, drawn(far)], near=square(-2000, -2000, 4000))

    assert [remark.rule for remark in intake.remarks] == ["prj_missing", "far_degrees"]
    assert len(intake.parcels) == 1


def test_reading_parcels_warns_of_each_feature_that_became_none(tmp_path):
    path = map_file(tmp_path, [square(0, 0, 100), shapely.Point(104.65, -5.42)])

    with pytest.warns(UserWarning, match=path.name) as told:
        table = read_parcels(path, group="KTH Mawar")

    assert list(table["group"]) == ["KTH Mawar"]
    assert len(told) == 1


def test_reading_parcels_where_there_are_none_says_what_was_found(tmp_path):
    with pytest.raises(FileError) as empty:
        read_parcels(tmp_path)
    path = map_file(tmp_path, [shapely.Point(104.65, -5.42)] * 2)
    broken = [tmp_path / f"rusak-{n:02}.gpx" for n in range(1, 20)]
    for file in broken:
        file.write_text("<gpx")
    with pytest.raises(FileError) as nothing:
        read_parcels([path, *broken])
    (tmp_path / "rusak-20.gpx").write_bytes(b"")
    with pytest.raises(FileError) as more:
        read_parcels([tmp_path])

    assert (empty.value.key, nothing.value.key) == ("nothing_found", "nothing_read")
    named = nothing.value.sentence("en").splitlines()[1:]
    assert [line.split()[1].strip(":") for line in named] == [file.name for file in [path, *broken]]
    assert (more.value.key, more.value.facts["rest"]) == ("nothing_read_more", 1)


def test_a_refusal_inside_an_error_speaks_the_language_of_the_error(tmp_path, monkeypatch):
    monkeypatch.setenv("HKM_LANG", "id")
    (tmp_path / "kosong.gpx").write_bytes(b"")
    with pytest.raises(FileError) as nothing:
        read_parcels(tmp_path)

    for lang in LANGUAGES:
        assert phrase("rejections.file_empty", lang) in nothing.value.sentence(lang)
