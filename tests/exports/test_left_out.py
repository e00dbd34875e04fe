"""What a library leaves out without a word, as on a full disk, is found before it is handed out."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pandas as pd
import pytest
from hamlet import findings, hamlet
from openpyxl.worksheet._writer import WorksheetWriter

from hkm_gis.errors import FileError
from hkm_gis.exports import export, geopackage, shapefile
from hkm_gis.exports.archive import pack_zip
from hkm_gis.exports.workbook import write_workbook

SPOILERS = (
    "DROP TRIGGER trigger_delete_feature_count_kk",
    "PRAGMA user_version = 0",
    "PRAGMA application_id = 0",
)


@pytest.mark.parametrize("spoiler", SPOILERS)
def test_a_geopackage_without_one_of_its_parts_is_refused(tmp_path, monkeypatch, spoiler):
    finish = geopackage._finish

    def spoil(path, *given):
        finish(path, *given)
        with closing(sqlite3.connect(path)) as base, base:
            base.execute(spoiler)

    monkeypatch.setattr(geopackage, "_finish", spoil)
    with pytest.raises(FileError):
        export(hamlet(), findings(), tmp_path, to="gpkg")

    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("part", ["andil.prj", "kk.cpg"])
def test_a_shapefile_without_its_projection_or_its_letters_is_refused(tmp_path, monkeypatch, part):
    def spoil(contents, **how):
        return pack_zip(contents | {part: b""}, **how)

    monkeypatch.setattr(shapefile, "pack_zip", spoil)
    with pytest.raises(FileError) as caught:
        export(hamlet(), findings(), tmp_path, to="shp")

    assert part in caught.value.facts["file"]
    assert not list(tmp_path.iterdir())


def test_a_workbook_without_its_rows_is_refused(monkeypatch):
    table = pd.DataFrame({"parcel_id": ["A-1", "A-2"], "area_ha": [1.0, 2.0]})
    assert write_workbook({"andil": table})

    monkeypatch.setattr(WorksheetWriter, "write_rows", lambda _writer: None)
    with pytest.raises(FileError):
        write_workbook({"andil": table})
