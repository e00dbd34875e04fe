"""The Processing script of the documentation gives QGIS what the program finds."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from land import square
from qgis_stub import Feature, Feedback, QgsProcessingException, Source, qgis_modules

PAGE = Path(__file__).parent.parent / "docs" / "qgis.md"
PROGRAM = shutil.which("hkm", path=Path(sys.executable).parent)
FIELDS = {"ID": "nomor", "GROUP": "kelompok"}


@pytest.fixture
def algorithm(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The algorithm that QGIS makes of the script."""
    for name, module in qgis_modules().items():
        monkeypatch.setitem(sys.modules, name, module)
    script = PAGE.read_text("utf-8").partition("```python\n")[2].partition("```")[0]
    said: dict[str, Any] = {"__name__": "hkm_overlaps"}
    exec(compile(script, "hkm_overlaps.py", "exec"), said)
    return said["FindOverlaps"]().createInstance()


def run(algorithm: Any, *features: Feature, **given: object) -> tuple[dict[str, str], Feedback]:
    told = Feedback()
    parameters = {"PARCELS": Source(features), "BETWEEN": 0, "PROGRAM": PROGRAM, **FIELDS, **given}
    return algorithm.processAlgorithm(parameters, told, told), told


def test_it_asks_for_what_it_uses(algorithm):
    algorithm.initAlgorithm()

    assert algorithm.asked == ["PARCELS", "ID", "GROUP", "HOUSEHOLD", "BETWEEN", "PROGRAM", "OUT"]


def test_two_parcels_that_share_land_are_a_pair_in_a_file_that_qgis_opens(algorithm, tmp_path):
    land = [
        Feature(square(0, 0, 100), nomor=0, kelompok="KTH Mawar"),
        Feature(square(80, 0, 100), nomor="M-2", kelompok="KTH Melati"),
        Feature(None, nomor="M-3", kelompok="KTH Melati"),
    ]

    result, told = run(algorithm, *land, OUT=str(tmp_path / "hasil.shp"), BETWEEN=2)

    (pair,) = gpd.read_file(result["OUT"], layer="tabel").to_dict("records")
    assert result["OUT"] == str(tmp_path / "hasil.gpkg")
    assert (pair["parcel_a"], pair["parcel_b"]) == ("0", "M-2")
    assert (pair["group_a"], pair["group_b"]) == ("KTH Mawar", "KTH Melati")
    assert pair["area_m2"] == pytest.approx(2000, abs=0.1)
    assert "1 dari 3" in told.warnings[0]


def test_what_the_program_cannot_do_it_says_to_qgis(algorithm, tmp_path):
    with pytest.raises(QgsProcessingException, match=r"andil\.geojson"):
        run(algorithm, Feature(None), OUT=str(tmp_path / "hasil.gpkg"))
    with pytest.raises(QgsProcessingException, match="tidak-ada"):
        run(algorithm, Feature(None), OUT=str(tmp_path / "x.gpkg"), PROGRAM="/tidak-ada/hkm")


def test_the_program_gets_no_library_of_qgis(algorithm, tmp_path, monkeypatch):
    for name in ("PROJ_LIB", "GDAL_DATA", "PYTHONHOME", "PYTHONPATH"):
        monkeypatch.setenv(name, "/usr/share/qgis")
    land = [Feature(square(80 * n, 0, 100), nomor=f"A-{n}") for n in range(2)]

    result, told = run(algorithm, *land, OUT=str(tmp_path / "hasil.gpkg"))

    assert len(gpd.read_file(result["OUT"], layer="tabel")) == 1
    assert told.warnings == []
