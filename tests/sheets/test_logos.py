from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely
from PIL import Image
from sheets.draw_land import project_of, survey_of
from sheets.reading import strip_px

from hkm_gis.errors import FileError
from hkm_gis.report import Report
from hkm_gis.sheets import draw_sheets
from hkm_gis.sheets.canvas import Box, Canvas
from hkm_gis.sheets.logos import LOGO_MM, logos_panel, read_logo

GROUP = "KTH Rimba Lestari"


def picture(path: Path, *, size: tuple[int, int] = (400, 400), form: str = "PNG") -> Path:
    """A black picture, transparent in its right half where the form can be."""
    pixels = np.zeros((size[1], size[0], 4), dtype=np.uint8)
    pixels[:, : size[0] // 2, 3] = 255
    image = Image.fromarray(pixels)
    (image if form == "PNG" else image.convert("RGB")).save(path, form)
    return path


def test_what_is_transparent_prints_white_and_no_more_pixels_than_300_dpi_are_kept(tmp_path: Path):
    logo = np.asarray(read_logo(picture(tmp_path / "logo.png", size=(1000, 1000))))
    assert logo.shape == (round(LOGO_MM / 25.4 * 300), round(LOGO_MM / 25.4 * 300), 3)
    assert logo[50, 10].tolist() == [0, 0, 0]
    assert logo[50, -10].tolist() == [255, 255, 255]


@pytest.mark.parametrize("content", [b"", b"bukan gambar", b"\x89PNG\r\n\x1a\nrusak", b"<svg/>"])
def test_bytes_that_are_no_picture_are_refused_whatever_the_name_says(tmp_path: Path, content):
    file = tmp_path / "logo.png"
    file.write_bytes(content)
    with pytest.raises(FileError) as error:
        read_logo(file)
    assert error.value.key == "logo_unreadable"


def test_a_picture_of_another_form_is_refused(tmp_path: Path):
    Image.new("RGB", (9, 9)).save(tmp_path / "logo.png", "GIF")
    with pytest.raises(FileError):
        read_logo(tmp_path / "logo.png")


def test_a_logo_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(FileError) as error:
        read_logo(tmp_path / "tidak_ada.png")
    assert error.value.key == "file_missing"


def test_logos_stand_above_the_title_in_their_own_proportions(tmp_path: Path):
    file = picture(tmp_path / "logo.jpg", size=(300, 600), form="JPEG")
    project = replace(project_of((GROUP,)), logos=(file, file))
    survey = survey_of({GROUP: [shapely.box(0, 0, 90, 90)]}, project=project)
    (path,) = draw_sheets(survey, Report(), tmp_path, kinds=("work-area",))
    top_mm = 297 - 9.5
    row = strip_px(path, 320, top_mm - LOGO_MM / 2, 90, 0.3, 297).mean(axis=0) < 128
    edges = np.flatnonzero(np.diff(row.astype(int)))
    assert len(edges) == 4
    # 13 mm high, half as wide; a pixel is 0.04 mm
    assert np.diff(edges)[[0, 2]] / 600 * 25.4 == pytest.approx(LOGO_MM / 2, abs=0.1)


def test_many_logos_shrink_to_the_width_of_the_panel(tmp_path: Path):
    file = picture(tmp_path / "logo.png", size=(600, 200))
    panel = logos_panel([file] * 6, 100.0)
    assert panel.height_mm == LOGO_MM
    canvas = Canvas(120, 40)
    drawn = []
    canvas.picture = lambda _, box: drawn.append(box)  # type: ignore[method-assign]
    panel.draw(canvas, Box(10, 10, 110, 10 + LOGO_MM))
    assert drawn[0].x0 == pytest.approx(10)
    assert drawn[-1].x1 == pytest.approx(110)
