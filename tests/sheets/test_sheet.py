from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pikepdf
import pytest
import shapely
from sheets.draw_land import findings_of, survey_of, voronoi_parcels
from sheets.reading import boxes_of, dark_centres_mm, letters_of, pages_of, run, strip_px, words_of

from hkm_gis.errors import HkmError
from hkm_gis.report import Report
from hkm_gis.sheets import draw_sheets
from hkm_gis.sheets.canvas import POINTS_PER_MM
from hkm_gis.sheets.sheet import plan_sheet, plan_sheets

GROUP = "KTH Rimba Lestari"
WORK_AREA = ("work-area",)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """One parcel on white paper: every line of the grid can be measured."""
    survey = survey_of({GROUP: [shapely.box(0, 0, 90, 90)]})
    folder = tmp_path_factory.mktemp("polos")
    (path,) = draw_sheets(survey, Report(), folder, scale=10000, kinds=WORK_AREA)
    return SimpleNamespace(path=path, sheet=plan_sheet(survey, Report(), GROUP, scale=10000))


# Exact


def test_ticks_and_crosses_stand_on_the_paper_where_the_grid_puts_them(plain: SimpleNamespace):
    frame, page_mm = plain.sheet.frame, plain.sheet.layout.height_mm
    box, bounds = frame.box_mm, frame.bounds_m
    eastings = np.arange(np.ceil(bounds.x0 / 500), np.floor(bounds.x1 / 500) + 1) * 500
    wanted_mm = box.x0 + (eastings - bounds.x0) / 10
    ticks = strip_px(plain.path, box.x0, box.y0 - 1.2, box.width, 0.4, page_mm).mean(axis=0)
    assert dark_centres_mm(ticks, box.x0) == pytest.approx(wanted_mm, abs=0.1)
    northing = np.ceil(bounds.y0 / 500) * 500
    y_mm = box.y0 + (northing - bounds.y0) / 10
    arms = strip_px(plain.path, box.x0 + 1, y_mm + 0.6, box.width - 2, 0.4, page_mm).mean(axis=0)
    assert dark_centres_mm(arms, box.x0 + 1) == pytest.approx(wanted_mm, abs=0.1)


def test_grid_lines_are_50_mm_apart_at_1_to_10000(plain: SimpleNamespace):
    frame, page_mm = plain.sheet.frame, plain.sheet.layout.height_mm
    box = frame.box_mm
    ticks = strip_px(plain.path, box.x0 - 1.2, box.y0, 0.4, box.height, page_mm).mean(axis=1)
    centres = dark_centres_mm(ticks, 0.0)
    assert len(centres) >= 5
    # a pixel is 0.042 mm
    assert np.diff(centres) == pytest.approx(50.0, abs=0.1)


def test_the_parcel_is_drawn_in_its_true_size(plain: SimpleNamespace):
    frame, page_mm = plain.sheet.frame, plain.sheet.layout.height_mm
    left, _, right, _ = frame.draw(plain.sheet.content.parcels_m)[0].bounds
    middle = (frame.box_mm.y0 + frame.box_mm.y1) / 2
    pixels = strip_px(plain.path, left - 3, middle - 3.2, 15, 0.3, page_mm)
    edges = dark_centres_mm(pixels.mean(axis=0), left - 3, dark=190)
    assert edges[0] == pytest.approx(left, abs=0.25)  # the outline is 0.75 mm wide
    assert edges[-1] == pytest.approx(right, abs=0.25)
    assert right - left == pytest.approx(9.0, abs=0.05)


def test_gdal_reads_the_frame_where_it_is(plain: SimpleNamespace):
    told = run("gdalinfo", str(plain.path))
    assert 'ID["EPSG",32748]' in told
    corners = np.array(re.findall(r"[\d.]+ [\d.]+", told.partition("NEATLINE=")[2])[:4])
    xy = np.array([pair.split() for pair in corners], dtype=float)
    bounds = plain.sheet.frame.bounds_m
    # 0.2 mm at 1:10.000 is 2 m; GDAL gives a tenth of a millimetre of ground
    assert xy.min(axis=0) == pytest.approx([bounds.x0, bounds.y0], abs=0.01)
    assert xy.max(axis=0) == pytest.approx([bounds.x1, bounds.y1], abs=0.01)


def test_the_georeference_in_the_file_is_that_of_the_frame(example: SimpleNamespace):
    frame = plan_sheet(example.survey, example.report, GROUP).frame
    with pikepdf.open(example.paths[0]) as pdf:
        main, inset = pdf.pages[0].obj.VP
        box = [float(v) / POINTS_PER_MM for v in main.BBox]
        gpts = np.array([float(v) for v in main.Measure.GPTS]).reshape(4, 2)
        assert int(main.Measure.GCS.EPSG) == 32748
        assert len(inset.Measure.GPTS) == 8
    assert box == pytest.approx(list(frame.box_mm), abs=1e-3)
    assert frame.bounds_m.x0 < 461500 < frame.bounds_m.x1
    assert (gpts[:, 0] < -5).all()
    assert (gpts[:, 1] > 104).all()


def test_a_viewer_is_told_not_to_fit_the_page_to_the_paper(example: SimpleNamespace):
    with pikepdf.open(example.paths[0]) as pdf:
        assert pdf.Root.ViewerPreferences.PrintScaling == pikepdf.Name("/None")
        width, height = (float(v) / POINTS_PER_MM for v in list(pdf.pages[0].mediabox)[2:])
    assert (width, height) == pytest.approx((420, 297), abs=1e-3)


# Complete


@pytest.mark.parametrize(
    "words",
    [
        "PETA AREAL KELOLA",
        "KTH RIMBA LESTARI",
        "HUTAN LINDUNG REGISTER 30 GUNUNG TANGGAMUS",
        "Pekon Contoh Jaya · Kec. Sumberejo · Kab. Tanggamus · Provinsi Lampung",
        "Lembar 1 dari 2",
        "Skala 1 : 10.000",
        "Proyeksi: UTM zona 48S · Datum: WGS 84 (EPSG:32748)",
        "461.000 mT",
        "9.401.000 mU",
        "104° 39' 0\" BT",
        "5° 25' 0\" LS",
        "KETERANGAN",
        "Andil tanpa temuan",
        "Andil dengan temuan",
        "Tumpang tindih antar kelompok",
        "LOKASI",
        "DAFTAR ANDIL DAN LUAS",
        "Bambang Setiawan",
        "Jumlah 65 andil: 176,60 ha",
        "Luas areal kelola, tanpa hitung ganda: 174,60 ha",
        "Luas pada grid UTM: 174,47 ha",
        "SUMBER PETA",
        "Batas contoh sintetis, versi 1, 2026",
        "DEMNAS (contoh), versi 2018, 2018",
        "versi belum disebut",
        "DASAR HUKUM",
        "belum diperiksa",
        "Peta usulan; bukan bukti hak atas tanah.",
        "Tanggamus, 17 Agustus 2026",
        "Ketua Kelompok",
        "Kepala Pekon",
        "Hj. Nurhayati",
        "KPH Kota Agung Utara",
        "CONTOH – BUKAN BATAS RESMI",
        "RANCANGAN",
        "KTH Sinar Harapan",
        "Way Contoh",
    ],
)
def test_the_sheet_says(example: SimpleNamespace, words: str):
    assert words in words_of(example.paths[0], 0)


def test_an_english_sheet_says_it_in_english(example: SimpleNamespace, tmp_path: Path):
    (path,) = draw_sheets(example.survey, example.report, tmp_path, group=GROUP, lang="en")
    text = words_of(path)
    for words in ("WORK AREA MAP", "Scale 1 : 10,000", "461,000 mE", "LEGEND", "DRAFT"):
        assert words in text
    assert "KETERANGAN" not in text


def test_a_final_sheet_carries_no_mark(tmp_path: Path):
    forest = shapely.box(-9e3, -9e3, 9e3, 9e3)
    survey = survey_of({GROUP: voronoi_parcels(6)}, forest=forest, example=False)
    (path,) = draw_sheets(survey, Report(), tmp_path, kinds=WORK_AREA)
    text = words_of(path)
    assert "CONTOH –" not in text
    assert "RANCANGAN" not in text
    assert "Di luar kawasan" not in text


def test_every_font_is_embedded(example: SimpleNamespace):
    for path in example.paths:
        rows = run("pdffonts", str(path)).splitlines()[2:]
        assert len(rows) == 4
        assert all(row.split()[-5:-2] == ["yes", "yes", "yes"] for row in rows)


def test_every_layer_can_be_switched(example: SimpleNamespace):
    with pikepdf.open(example.paths[0]) as pdf:
        names = {str(group.Name) for group in pdf.Root.OCProperties.OCGs}
    assert {"Relief", "Kontur", "Andil", "Batas", "Label", "Grid meter"} <= names


# Steady


def test_the_same_land_gives_the_same_bytes(example: SimpleNamespace, tmp_path: Path):
    again = draw_sheets(example.survey, example.report, tmp_path)
    assert [p.read_bytes() for p in again] == [p.read_bytes() for p in example.paths]


def test_one_group_drawn_alone_is_the_same_sheet(example: SimpleNamespace, tmp_path: Path):
    (alone,) = draw_sheets(example.survey, example.report, tmp_path, group="KTH Sinar Harapan")
    assert alone.read_bytes() == example.paths[1].read_bytes()


def test_no_path_of_this_machine_stands_in_the_file(example: SimpleNamespace, tmp_path: Path):
    unpacked = tmp_path / "a.pdf"
    with pikepdf.open(example.paths[0]) as pdf:
        pdf.save(
            unpacked,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            compress_streams=False,
        )
    content = unpacked.read_bytes()
    assert str(example.folder).encode() not in content
    assert b"dem.tif" not in content


def test_a_sheet_with_relief_weighs_less_than_400_kb(example: SimpleNamespace):
    for path in example.paths:
        assert path.stat().st_size < 400_000 * pages_of(path)


# Any land


@pytest.mark.parametrize(
    "name",
    [
        "Budi $50 & Co. {x}",
        "Siti 🌱 Aminah",
        "Ali\u202eexe",
        "N" * 200,
        "Nama " * 40,
        "<b>'\"\\",
        "",
    ],
)
def test_any_name_makes_a_sheet(tmp_path: Path, name: str):
    survey = survey_of({GROUP: voronoi_parcels(8)}, members=[name])
    (path,) = draw_sheets(survey, Report(), tmp_path, kinds=WORK_AREA)
    assert "Jumlah 8 andil" in words_of(path)
    assert pages_of(path) == 1


def test_a_name_is_printed_as_it_is_written(tmp_path: Path):
    survey = survey_of({GROUP: [shapely.box(0, 0, 200, 200)]}, members=["Budi $5 & Co."])
    (path,) = draw_sheets(survey, Report(), tmp_path, kinds=WORK_AREA)
    assert words_of(path).count("Budi $5 & Co.") == 2  # on the map and in the table


@pytest.mark.parametrize("parcels", [39, 75, 120])
def test_no_table_cuts_a_name_that_one_column_shows_whole(tmp_path: Path, parcels: int):
    survey = survey_of({GROUP: voronoi_parcels(parcels)}, members=["Rohmat Firmansyah"])
    (path,) = draw_sheets(survey, Report(), tmp_path, kinds=WORK_AREA)
    text = " ".join(words_of(path, i) for i in range(pages_of(path)))
    assert text.count("Rohmat Firmansyah") >= parcels
    assert not re.search(r"Rohmat?( \w*)?…", text)


def test_33_parcels_with_long_names_and_errors_stand_beside_their_map(tmp_path: Path):
    survey = survey_of({GROUP: voronoi_parcels(33)}, members=["Abdul Hamid Darmawan", "Siti"])
    (path,) = draw_sheets(survey, findings_of(survey), tmp_path, kinds=WORK_AREA)
    assert pages_of(path) == 1
    # 19 of the 33 are his: each once in the table, whole
    table = words_of(path).partition("DAFTAR ANDIL")[2]
    his = sum(survey.parcels["member"] == "Abdul Hamid Darmawan")
    assert table.count("Abdul Hamid Darmawan") >= his > 10
    assert "…" not in table


def test_the_name_of_another_group_keeps_off_the_parcels_of_this_one(tmp_path: Path):
    # an angle of land: the middle of its hull lies on the parcel that it goes round
    other = shapely.box(0, 0, 700, 700) - shapely.box(200, 200, 700, 700)
    survey = survey_of({GROUP: [shapely.box(205, 205, 500, 500)], "KTH Sinar Harapan": [other]})
    path, _ = draw_sheets(survey, Report(), tmp_path, kinds=WORK_AREA, scale=5000)
    (sheet,) = plan_sheets(survey, Report(), GROUP, kinds=WORK_AREA, scale=5000)
    mine = shapely.union_all(sheet.frame.draw(sheet.content.parcels_m))
    on_map = [
        box
        for box in boxes_of(path, "KTH Sinar Harapan")
        if box.intersects(shapely.box(*sheet.frame.box_mm))
    ]
    assert len(on_map) == 1
    assert not on_map[0].intersects(mine)


def test_300_parcels_get_an_annex_that_names_them_all(tmp_path: Path):
    survey = survey_of({GROUP: voronoi_parcels(300, seed=3, radius_m=1500)})
    (path,) = draw_sheets(survey, Report(), tmp_path, kinds=WORK_AREA)
    assert pages_of(path) >= 3
    assert "Daftar 300 andil ada di lampiran" in words_of(path, 0)
    annex = " ".join(words_of(path, i) for i in range(1, pages_of(path)))
    for parcel_id in survey.parcels["parcel_id"]:
        assert parcel_id in annex


@pytest.mark.parametrize("orientation", ["landscape", "portrait"])
@pytest.mark.parametrize("paper", ["A4", "A3", "A2", "A1", "A0"])
def test_every_paper_holds_every_panel(tmp_path: Path, paper: str, orientation: str):
    forest = shapely.box(-9e3, 0, 9e3, 9e3)
    survey = survey_of({GROUP: voronoi_parcels(40)}, forest=forest)
    how = {"paper": paper, "orientation": orientation, "kinds": WORK_AREA}
    (path,) = draw_sheets(survey, findings_of(survey), tmp_path, **how)
    (sheet,) = plan_sheets(survey, findings_of(survey), GROUP, **how)
    text = words_of(path, 0)
    for words in ("KETERANGAN", "Jumlah 40 andil", "SUMBER PETA", "DASAR HUKUM", "Ketua Kelompok"):
        assert words in words_of(path) if paper == "A4" else words in text
    assert (sheet.layout.width_mm > sheet.layout.height_mm) is (orientation == "landscape")
    assert "…" not in text
    border = shapely.box(*sheet.layout.border_mm)
    letters = letters_of(path)
    assert len(letters) > 900
    assert shapely.covers(border, letters).all()


def test_a_parcel_three_kilometres_long_fits_on_its_sheet(tmp_path: Path):
    survey = survey_of({GROUP: [shapely.box(0, 0, 200, 3000)]})
    (path,) = draw_sheets(survey, Report(), tmp_path, kinds=WORK_AREA)
    assert "Skala 1 : 15.000" in words_of(path)


def test_a_group_without_a_name_for_anybody_still_gets_room_for_signatures(tmp_path: Path):
    survey = survey_of({"": [shapely.box(0, 0, 100, 100)]})
    (path,) = draw_sheets(survey, Report(), tmp_path, kinds=WORK_AREA)
    assert path.name == "peta_tanpa_nama.pdf"


# Names and refusals


def test_an_unknown_group_is_refused_by_name(example: SimpleNamespace, tmp_path: Path):
    with pytest.raises(HkmError) as error:
        draw_sheets(example.survey, example.report, tmp_path, group="KTH Lain")
    assert error.value.key == "group_unknown"
    assert list(tmp_path.iterdir()) == []


def test_progress_counts_the_sheets(example: SimpleNamespace, tmp_path: Path):
    seen: list[tuple[int, int]] = []
    draw_sheets(example.survey, example.report, tmp_path, progress=lambda *n: seen.append(n))
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]  # two groups, two sheets each
