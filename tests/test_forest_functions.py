"""What a forest is kept for, from every way of writing it."""

from __future__ import annotations

import pytest
from land import on_board, square
from small_project import feature_collection

from hkm_gis.forest import read_forest
from hkm_gis.forest.functions import function_code


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("1001", "HL"),
        ("1001.0", "HL"),
        ("100100", "HL"),
        ("100100.0", "HL"),
        ("1003", "HP"),
        ("100400", "HPT"),
        ("1005", "HPK"),
        ("1007", "APL"),
        ("10021", "KSA/KPA"),
        ("1002", "KSA/KPA"),
        ("100210", "KSA/KPA"),
        ("5001", "AIR"),
        ("500300", "AIR"),
        (" Hutan  Lindung ", "HL"),
        ("hutan produksi terbatas", "HPT"),
        ("hl", "HL"),
        ("9999", "9999"),
    ],
)
def test_every_way_of_writing_a_function_is_one_code(said, code):
    assert function_code(said) == code


@pytest.mark.parametrize("field", ["FUNGSIKWS", "fungsikws", "F_KWS"])
@pytest.mark.parametrize("value", [1001, 1001.0, "100100"])
def test_each_function_keeps_its_land(tmp_path, field, value):
    path = tmp_path / "kawasan.geojson"
    lands = [square(0, 0, 1000), square(1000, 0, 1000), square(2000, 0, 1000)]
    said = [{field: value}, {field: 1004}, {field: value}]
    path.write_text(feature_collection(zip(said, lands, strict=True)))

    functions = dict(read_forest(path).functions)

    assert list(functions) == ["HL", "HPT"]
    assert on_board(functions["HL"]).area == pytest.approx(2e6, rel=1e-6)
    assert on_board(functions["HPT"]).bounds == pytest.approx((1000, 0, 2000, 1000), abs=1e-2)


def test_a_boundary_that_names_no_function_has_none(tmp_path):
    path = tmp_path / "kawasan.geojson"
    path.write_text(feature_collection([({"NAMOBJ": "Hutan"}, square(0, 0, 1000))]))

    assert read_forest(path).functions == ()
