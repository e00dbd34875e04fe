"""What was written is read back by another library; a difference stops it, a loss is named."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import fiona
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hamlet import findings, hamlet
from land import on_earth

from hkm_gis.errors import FileError
from hkm_gis.exports import EXPORT_FORMATS, export
from hkm_gis.exports import writing as room
from hkm_gis.exports.andil_book import write_andil_book
from hkm_gis.exports.gpx import corners_of
from hkm_gis.exports.layers import Layer
from hkm_gis.exports.reading_back import (
    Loss,
    prove_export,
    prove_numbered_rows,
    prove_tables,
    same_places,
)
from hkm_gis.exports.workbook import write_workbook
from hkm_gis.exports.writing import LossWarning
from hkm_gis.plane import from_plane, to_plane

LONG = "Kelompok Tani Hutan Désa " * 6  # 156 bytes; a Shapefile holds 120


def changed(column: str, value: object) -> SimpleNamespace:
    survey = hamlet()
    table = survey.parcels.copy()
    table[column] = [value, *table[column].iloc[1:]]
    return SimpleNamespace(**(vars(survey) | {"parcels": table}))


def moved(by_m: float) -> SimpleNamespace:
    """Return the hamlet with one corner of one parcel moved to the east."""
    survey = hamlet()
    table = survey.parcels.copy()
    ring = shapely.get_coordinates(to_plane(table.geometry.to_numpy()[:1]))
    ring[2, 0] += by_m
    place = from_plane([shapely.Polygon(ring)])[0]
    table = table.set_geometry([place, *table.geometry.iloc[1:]], crs=4326)
    return SimpleNamespace(**(vars(survey) | {"parcels": table}))


def tables(to: str, survey: Any) -> Sequence[Layer]:
    """Return what one form of file of a survey is made of."""
    layers = room.layers_of(survey, findings(), private=False, lang="id")
    return room._tables(to, layers, survey, "id", private=False)


def proved(to: str, written: SimpleNamespace, wanted: SimpleNamespace) -> tuple[Loss, ...]:
    """Write one survey and prove the files against another."""
    layers = [tables(to, survey) for survey in (written, wanted)]
    contents = room._contents(layers[0], written, to, "", "id")
    return prove_export(to, contents, room._written(to, layers[1]), crs_epsg=32748)


@pytest.mark.parametrize("to", EXPORT_FORMATS)
def test_what_was_written_is_found_again(to: str) -> None:
    assert proved(to, hamlet(), hamlet()) == ()


@pytest.mark.parametrize("to", [f for f in EXPORT_FORMATS if f != "xlsx"])
def test_a_corner_moved_by_one_centimetre_is_not_the_same(to: str) -> None:
    with pytest.raises(FileError) as refused:
        proved(to, moved(0.01), hamlet())

    assert refused.value.key == "export_differs"
    assert proved(to, moved(0.0), hamlet()) == ()


def test_a_corner_that_slid_along_a_straight_edge_is_not_where_it_was() -> None:
    land = shapely.Polygon([(0, 0), (5, 0), (10, 0), (10, 10), (0, 10)])
    slid = shapely.Polygon([(0, 0), (5.01, 0), (10, 0), (10, 10), (0, 10)])

    assert same_places(np.array([land, land]), np.array([land, slid]), 0.002).tolist() == [
        True,
        False,
    ]


@pytest.mark.parametrize("to", EXPORT_FORMATS)
def test_another_code_is_not_the_same(to: str) -> None:
    with pytest.raises(FileError):
        proved(to, changed("parcel_id", "A-2"), hamlet())


@pytest.mark.parametrize("to", [f for f in EXPORT_FORMATS if f != "gpx"])
def test_hectares_that_differ_in_a_decimal_that_is_written_are_not_the_same(to: str) -> None:
    with pytest.raises(FileError) as refused:
        proved(to, changed("area_ha", 1.0001), hamlet())

    assert refused.value.facts["column"] == "area_ha"


@pytest.mark.parametrize("to", EXPORT_FORMATS)
def test_a_parcel_less_is_not_the_same(to: str) -> None:
    survey = hamlet()
    fewer = SimpleNamespace(
        **(vars(survey) | {"parcels": survey.parcels[1:], "outside": survey.outside[1:]}),
    )
    fewer.near_boundary = survey.near_boundary[1:]

    with pytest.raises(FileError):
        proved(to, fewer, survey)


@pytest.mark.bad_input("F3")
def test_a_name_that_a_shapefile_cannot_hold_is_cut_between_letters_and_told(
    tmp_path: Path,
) -> None:
    told: list[Loss] = []
    survey = changed("group", LONG)

    (path,) = export(survey, findings(), tmp_path, to="shp", on_loss=told.append)

    assert [(loss.layer, loss.column, loss.rows) for loss in told] == [("andil", "group", 1)]
    with fiona.open(f"zip://{path}!andil.shp", encoding="UTF-8") as file:
        kept = next(iter(file))["properties"]["LEMBAGA"]
    assert len(kept.encode()) <= 120
    assert LONG.startswith(kept)
    with zipfile.ZipFile(path) as archive:
        assert "LEMBAGA: 1" in archive.read("KOLOM.txt").decode()
    (whole,) = export(survey, findings(), tmp_path, to="gpkg", on_loss=pytest.fail)
    assert gpd.read_file(whole, layer="andil")["group"].iloc[0] == LONG


def test_a_loss_that_nobody_listens_for_is_a_warning(tmp_path: Path) -> None:
    with pytest.warns(LossWarning, match="LEMBAGA|Kelompok"):
        export(changed("group", LONG), findings(), tmp_path, to="shp")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        export(hamlet(), findings(), tmp_path, to="shp")


@pytest.mark.parametrize("to", EXPORT_FORMATS)
def test_a_file_that_does_not_read_back_the_same_never_replaces_the_old_one(
    tmp_path: Path, to: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = export(hamlet(), findings(), tmp_path, to=to)
    old = [path.read_bytes() for path in written]
    others = room._contents(tables(to, moved(5)), moved(5), to, "", "id")
    if to == "xlsx":
        others = {"data.xlsx": room.write_workbook({n: hamlet().parcels[:1] for n in SHEETS})}
    monkeypatch.setattr(room, "_contents", lambda *_: others)

    with pytest.raises(FileError):
        export(hamlet(), findings(), tmp_path, to=to)

    assert [path.read_bytes() for path in written] == old


SHEETS = ("andil", "tumpang_tindih", "kk", "temuan")


def test_a_gpx_has_each_corner_once_and_each_outline_closed(tmp_path: Path) -> None:
    (path,) = export(hamlet(), findings(), tmp_path, to="gpx")

    corners = gpd.read_file(path, layer="waypoints")
    assert list(corners["name"][:5]) == ["A-1.1", "A-1.2", "A-1.3", "A-1.4", "B-1.1"]
    assert len(corners) == 16
    tracks = gpd.read_file(path, layer="tracks")
    assert list(tracks["name"]) == ["A-1", "B-1", "C-1", "andil-4"]
    assert all(line.geoms[0].is_ring for line in tracks.geometry)


TABLES = {
    "surat": pd.DataFrame({"paper": ["AD/ART", "=1+1"], "files": ["", "a.pdf"]}),
    "luas": pd.DataFrame({"code": ["A-1", "A-2"], "ha": [1 / 3, float("nan")], "n": [1, 2]}),
    "kosong": pd.DataFrame({"note": []}),
}


@pytest.mark.parametrize(
    ("sheet", "column", "value"),
    [("surat", "paper", "AD/ARK"), ("luas", "ha", 0.3333), ("luas", "n", 3), ("luas", "code", "A")],
)
def test_a_workbook_that_differs_in_one_cell_is_refused(
    sheet: str, column: str, value: object
) -> None:
    book = write_workbook(TABLES)
    prove_tables("a.xlsx", book, TABLES)
    other = TABLES[sheet].assign(**{column: [value, *TABLES[sheet][column][1:]]})

    with pytest.raises(FileError) as refused:
        prove_tables("a.xlsx", book, TABLES | {sheet: other})
    assert (refused.value.facts["layer"], refused.value.facts["column"]) == (sheet, column)
    with pytest.raises(FileError):
        prove_tables("a.xlsx", book, TABLES | {sheet: TABLES[sheet][:1]})


def test_a_walk_of_hundreds_of_points_gives_a_handheld_no_more_corners_than_its_page_lists() -> (
    None
):
    angles = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    walk = on_earth(shapely.Polygon(np.c_[60 * np.cos(angles), 60 * np.sin(angles)]))
    frame = gpd.GeoDataFrame({"parcel_id": ["A-1"]}, geometry=[walk], crs=4326)

    corners = corners_of(Layer("parcels", frame), within_m=5.0).frame
    assert list(corners["name"]) == [f"A-1.{n}" for n in range(1, len(corners) + 1)]
    assert 8 <= len(corners) <= 16
    drawn = shapely.Polygon(shapely.get_coordinates(corners.geometry))
    assert shapely.hausdorff_distance(*to_plane([walk, drawn])) <= 5.0


@pytest.mark.parametrize(
    ("column", "value"), [("member", "Badi"), ("area_ha", 2.0001), ("number", "1+1")]
)
def test_a_list_of_andil_that_differs_in_one_cell_is_refused(column: str, value: object) -> None:
    table = pd.DataFrame(
        {
            "category": ["communal", "andil"],
            "number": ["K-1", "=1+1"],
            "member": ["", "Budi"],
            "commodity": ["kopi\nlada", "5"],
            "area_ha": [1 / 3, 2.0],
        }
    )
    book = write_andil_book(table, heading=["DAFTAR"], signers=[("Ketua", "")])
    other = table.assign(**{column: [table[column][0], value]}).drop(columns="category")

    with pytest.raises(FileError) as refused:
        prove_numbered_rows("a.xlsx", book, other)
    assert refused.value.facts["column"] == column
    with pytest.raises(FileError):
        prove_numbered_rows("a.xlsx", book, other[:1])


@pytest.mark.parametrize("problem", [IndexError(), KeyError("a.cpg"), zipfile.BadZipFile()])
def test_a_disk_that_reads_half_a_file_back_is_told_in_words(problem, monkeypatch):
    def half(*_given: Any, **_named: Any) -> None:
        raise problem

    monkeypatch.setattr("pyogrio.read_dataframe", half)
    with pytest.raises(FileError) as caught:
        prove_numbered_rows("a.xlsx", b"", pd.DataFrame({"a": [1]}))

    assert caught.value.key == "export_differs"


def test_a_disk_too_full_for_a_part_of_a_shapefile_is_an_error_and_no_crash(tmp_path, monkeypatch):
    real = Path.write_bytes

    def full(path: Path, content: bytes) -> int:
        if path.suffix == ".cpg":
            raise OSError(28, "No space left on device", str(path))
        return real(path, content)

    survey, report = hamlet(), findings()
    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(FileError) as caught:
        export(survey, report, tmp_path, to="shp")

    assert caught.value.key == "disk_full"
    assert list(tmp_path.iterdir()) == []
