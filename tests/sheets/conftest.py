"""The example sheet, drawn once for all tests that read it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from sheets.draw_land import example_survey, findings_of

from hkm_gis.sheets import draw_sheets


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    folder: Path = tmp_path_factory.mktemp("contoh")
    survey = example_survey(folder)
    report = findings_of(survey)
    paths = draw_sheets(survey, report, folder / "peta")
    return SimpleNamespace(survey=survey, report=report, paths=paths, folder=folder)
