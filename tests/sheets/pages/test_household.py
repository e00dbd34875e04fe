"""The page of one andil, read back by programs that did not draw it."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pikepdf
import pypdfium2
import pytest
import shapely
from hillside import forest_of_board, member_list
from land import on_earth, rectangle, square
from neighbourhood import layer_of, neighbourhood
from pyproj import Geod, Transformer
from sheets.pages.hamlet_pages import KK, NIK, dms, indonesian, plot, qr_texts, walk_of
from sheets.reading import dark_centres_mm, pages_of, run, strip_px, words_of

from hkm_gis.checks import check
from hkm_gis.digest import digest_of, parse_digest
from hkm_gis.project import Group, Place
from hkm_gis.report import Report
from hkm_gis.sheets import draw_sheets
from hkm_gis.sheets.canvas import POINTS_PER_MM
from hkm_gis.sheets.pages import draw_household_pages

GROUP = "KTH Mawar"
TO_UTM = Transformer.from_crs(4326, 32748, always_xy=True)


def drawn(survey, path: Path, report=None) -> Path:
    path.write_bytes(draw_household_pages(survey, report or Report(), GROUP))
    return path


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    folder = tmp_path_factory.mktemp("kampung")
    road = layer_of(folder, "jalan", "Jalan Pekon", shapely.LineString([(-99, 103), (99, 103)]))
    survey = neighbourhood(
        plot("M-1", 0, 0, "Budi", uncertainty_ha=0.08, surveyed="2026-08-03"),
        plot("M-2", 100, 0, "Siti"),
        plot("M-3", 0, -100, "Budi"),
        {"parcel_id": "L-1", "geometry": rectangle(-80, 0, 90, 100), "group": "KTH Melati"},
        register=member_list({"name": "Budi", "nik": NIK, "kk": KK, "parcel_ids": ("M-1",)}),
        layers=(road,),
        date="2026-09-01",
        place=Place(pekon="Uji", kecamatan="Sumberejo", kabupaten="Tanggamus"),
        groups=(Group(name=GROUP, ketua="Sukirman", kepala_pekon="Hj. Nur"),),
    )
    path = drawn(survey, folder / "andil.pdf", check(survey))
    return SimpleNamespace(survey=survey, path=path, words=words_of(path, 0))


@pytest.mark.parametrize(
    "words",
    [
        "SKETSA ANDIL GARAPAN",
        "M-1",
        "KTH Mawar",
        "Pekon Uji · Kec. Sumberejo · Kab. Tanggamus",
        "1,00 ha ± 0,08",
        "Penggarap Budi",
        "andil ke-1 dari 2, jumlah 2,00 ha",
        "Diukur 3 Agustus 2026",
        "Keliling 400,0 m",
        "O01 Dua kelompok mengaku lahan yang sama",
        "Proyeksi: UTM zona 48S · Datum: WGS 84 (EPSG:32748)",
        "cetak ukuran asli (100 %)",
        "TITIK BATAS DAN PANJANG SISI",
        "jarak lurus ke titik berikutnya di permukaan bumi (geodesik)",
        "Utara Jalan Pekon",
        "Timur Siti (M-2)",
        "Selatan andil sendiri (M-3)",
        "Barat andil L-1, KTH Melati",
        "Nama dan tanda tangan yang berbatasan",
        "Tanggamus, 1 September 2026",
        "Sukirman",
        "Hj. Nur",
        "Kepala Pekon Uji",
        "Peta usulan; bukan bukti hak atas tanah.",
        "RANCANGAN",
        "halaman 1 dari 1",
    ],
)
def test_the_page_says(village: SimpleNamespace, words: str):
    assert words in village.words


def test_there_is_a_page_for_each_andil_the_families_together(village: SimpleNamespace):
    codes = [re.findall(r"Andil (M-\d)", words_of(village.path, i))[-1] for i in range(3)]

    assert pages_of(village.path) == 3
    assert codes == ["M-1", "M-3", "M-2"]


def test_coordinates_are_those_of_proj_and_lengths_those_of_the_ellipsoid(village):
    geod = Geod(ellps="WGS84")
    ring = list(village.survey.parcels.geometry.iloc[0].exterior.coords)
    for here, there in itertools.pairwise(ring):
        easting, northing = TO_UTM.transform(*here)
        for words in (
            indonesian(easting, 1),
            indonesian(northing, 1),
            dms(here[0], "BT"),
            dms(here[1], "LS"),
            indonesian(geod.inv(*here, *there)[2], 1),
        ):
            assert words in village.words


def test_no_identity_number_stands_on_a_page(village: SimpleNamespace):
    everything = words_of(village.path)

    assert NIK not in everything
    assert KK not in everything


def test_the_qr_code_on_the_paper_is_the_digest_of_that_andil(village: SimpleNamespace):
    parcels = village.survey.parcels
    for page, code in ((1, "M-1"), (3, "M-2")):
        (text,) = qr_texts(village.path, page)
        digest = parse_digest(text)
        assert digest == digest_of(parcels[parcels["parcel_id"] == code], named=True)
        assert digest.parcels == (code,)


def test_the_same_pages_are_the_same_bytes(village: SimpleNamespace, tmp_path: Path):
    again = drawn(village.survey, tmp_path / "lagi.pdf", check(village.survey))

    assert again.read_bytes() == village.path.read_bytes()


def test_letters_are_large_enough_for_old_eyes(village: SimpleNamespace):
    raw = pypdfium2.raw
    document = pypdfium2.PdfDocument(village.path)
    text = document[0].get_textpage()
    sizes = {
        round(raw.FPDFText_GetFontSize(text, i), 1)
        for i in range(text.count_chars())
        if not raw.FPDFText_IsGenerated(text, i)
    }
    document.close()

    assert min(sizes) >= 7.5


# Exact


def _map_of(path: Path) -> SimpleNamespace:
    """Return where the map lies on paper (mm) and on the grid (m), from the file alone."""
    with pikepdf.open(path) as pdf:
        (view,) = pdf.pages[0].obj.VP
        box = [float(v) / POINTS_PER_MM for v in view.BBox]
        lat_lon = np.array([float(v) for v in view.Measure.GPTS]).reshape(4, 2)
        assert pikepdf.Name("/None") == pdf.Root.ViewerPreferences.PrintScaling
    low, high = (TO_UTM.transform(lon, lat) for lat, lon in (lat_lon[0], lat_lon[2]))
    return SimpleNamespace(box=box, low=low, high=high)


@pytest.mark.parametrize(("side_m", "scale"), [(100, 1250), (28, 400), (700, 10000)])
def test_the_andil_has_its_true_size_on_paper(tmp_path: Path, side_m: float, scale: int):
    path = drawn(neighbourhood(plot("M-1", 0, 0) | {"geometry": square(0, 0, side_m)}),
                 tmp_path / "a.pdf")  # fmt: skip
    found = _map_of(path)
    ring = shapely.get_coordinates(square(0, 0, side_m))
    eastings, northings = TO_UTM.transform(*ring.T)
    mm_per_m = (found.box[2] - found.box[0]) / (found.high[0] - found.low[0])
    sides = (eastings.min(), eastings.max())
    left, right = (found.box[0] + (east - found.low[0]) * mm_per_m for east in sides)
    quarter_m = northings.min() + 0.25 * np.ptp(northings)
    quarter = found.box[1] + (quarter_m - found.low[1]) * mm_per_m

    assert f"Skala 1 : {indonesian(scale, 0)}" in words_of(path)
    assert 1000 / mm_per_m == pytest.approx(scale, rel=1e-6)
    strip = strip_px(path, left - 1.5, quarter, right - left + 3, 0.3, 297).mean(axis=0)
    edges = dark_centres_mm(strip, left - 1.5, dark=100)
    assert edges[[0, -1]] == pytest.approx([left, right], abs=0.1)
    assert edges[-1] - edges[0] == pytest.approx(np.ptp(eastings) * 1000 / scale, abs=0.1)


def test_gdal_finds_each_map_in_its_place(village: SimpleNamespace):
    told = run("gdalinfo", f"PDF:3:{village.path}")
    corners = re.findall(r"[\d.]+ [\d.]+", told.partition("NEATLINE=")[2])[:4]
    x, y = np.array([pair.split() for pair in corners], dtype=float).T
    bounds = shapely.bounds(village.survey.parcels.geometry.iloc[1])
    (east, east2), (north, north2) = TO_UTM.transform(bounds[[0, 2]], bounds[[1, 3]])

    assert x.min() < east < east2 < x.max()
    assert y.min() < north < north2 < y.max()


# Land and names of every kind


def test_a_walk_of_400_points_fits_one_page_and_says_what_it_leaves_out(tmp_path: Path):
    row = plot("M-1", 0, 0) | {"geometry": walk_of(400)}
    path = drawn(neighbourhood(row), tmp_path / "a.pdf")

    shown = re.search(r"Daftar memuat (\d+) dari 400 titik ukur", words_of(path))
    assert shown is not None
    assert 3 <= int(shown[1]) <= 16
    assert "dihitung dari semua titik" in words_of(path)
    assert "Tanpa nomor" not in words_of(path)
    assert pages_of(path) == 1


def test_a_ragged_walk_goes_on_to_further_pages_with_every_corner(tmp_path: Path):
    t = np.linspace(0, 2 * np.pi, 300, endpoint=False)
    r = np.where(np.arange(300) % 2, 300, 220)
    star = on_earth(shapely.Polygon(np.column_stack([r * np.cos(t), r * np.sin(t)])))
    path = drawn(neighbourhood(plot("M-1", 0, 0) | {"geometry": star}), tmp_path / "a.pdf")
    words = words_of(path)

    pages = pages_of(path)
    assert pages > 1
    assert f"halaman {pages} dari {pages}" in words
    assert "Tanpa nomor di peta, karena sempit:" in words_of(path, 0)
    for easting, _ in np.transpose(TO_UTM.transform(*shapely.get_coordinates(star).T)):
        assert indonesian(easting, 1) in words


def test_corners_that_find_no_room_below_the_map_stand_on_the_next_page_together(tmp_path: Path):
    t = np.linspace(0, 2 * np.pi, 30, endpoint=False)
    star = shapely.Polygon(
        np.column_stack([np.cos(t), np.sin(t)]) * np.where(np.arange(30) % 2, 200, 160)[:, None]
    )
    path = drawn(
        neighbourhood(plot("M-1", 0, 0) | {"geometry": on_earth(star)}), tmp_path / "a.pdf"
    )
    first, second = words_of(path, 0), words_of(path, 1)
    eastings = [
        indonesian(x, 1)
        for x, _ in np.transpose(TO_UTM.transform(*shapely.get_coordinates(on_earth(star)).T))
    ]

    assert pages_of(path) == 2
    assert "TITIK BATAS DAN PANJANG SISI: HALAMAN 2" in first
    assert not any(easting in first for easting in eastings)
    assert all(easting in second for easting in eastings)
    # the map has the room of the table
    assert "Skala 1 : 4.000" in first


@pytest.mark.parametrize(
    ("land", "corners"),
    [
        (shapely.box(0, 0, 3000, 60), 4),
        (shapely.box(0, 0, 4, 4), 4),
        (shapely.MultiPolygon([shapely.box(0, 0, 50, 50), shapely.box(90, 20, 140, 70)]), 8),
        (shapely.box(0, 0, 200, 200) - shapely.box(40, 40, 160, 160), 8),
    ],
    ids=["3 km", "tiny", "two parts", "hole"],
)
def test_land_of_every_shape_has_its_page(tmp_path: Path, land, corners):
    row = plot("M-1", 0, 0) | {"geometry": on_earth(land)}
    path = drawn(neighbourhood(row), tmp_path / "a.pdf")
    found = _map_of(path)
    x, y = TO_UTM.transform(*shapely.get_coordinates(row["geometry"]).T)

    assert found.low[0] < min(x)
    assert max(x) < found.high[0]
    assert found.low[1] < min(y)
    assert max(y) < found.high[1]
    assert len(re.findall(r"104° \d+' \d+,\d\d\" BT", words_of(path))) == corners


@pytest.mark.parametrize(
    "name",
    [
        "$50 & <b>Co</b> {x}",
        "Siti 🌱",
        "\u202eidub\u202c",
        "Nama " * 60,
        "'; DROP TABLE--",
        "林 大",
    ],
)
def test_a_name_with_anything_in_it_stays_on_its_page(tmp_path: Path, name: str):
    survey = neighbourhood(plot("M-1", 0, 0, name), plot("M-2", 100, 0, "Budi"))
    path = drawn(survey, tmp_path / "a.pdf")

    assert pages_of(path) == 2
    shown = words_of(path, 0)
    expected = {"Siti 🌱": "Siti ◊", "林 大": "◊ ◊"}.get(name, name)
    assert expected[:12].strip("\u202e") in shown or "◊" in shown


def test_a_family_of_twelve_andil_has_twelve_pages(tmp_path: Path):
    rows = [plot(f"M-{i}", 150 * i, 0, "Budi") for i in range(12)]
    path = drawn(neighbourhood(*rows), tmp_path / "a.pdf")

    assert pages_of(path) == 12
    assert "andil ke-12 dari 12, jumlah 12,00 ha" in words_of(path, 11)


def test_a_long_place_is_written_in_full_on_two_lines(tmp_path: Path):
    survey = neighbourhood(plot("M-1", 0, 0))
    das = "Way Sekampung Hulu Bagian Utara dan Barat"
    here = {"pekon": "Gunung Meraksa", "kecamatan": "Pulau Panggung", "kabupaten": "Tanggamus"}
    place = Place(**here, provinsi="Lampung", das=das)
    survey = replace(survey, project=replace(survey.project, place=place))
    path = drawn(survey, tmp_path / "a.pdf")

    place_line = "Pekon Gunung Meraksa · Kec. Pulau Panggung · Kab. Tanggamus · Provinsi Lampung"
    assert f"{place_line} DAS {das}" in words_of(path)  # the line breaks between two items


def test_an_example_boundary_marks_every_page(tmp_path: Path):
    survey = neighbourhood(plot("M-1", 1950, 500), forest=forest_of_board(example=True))
    words = words_of(drawn(survey, tmp_path / "a.pdf"), 0)

    assert words.count("CONTOH – BUKAN BATAS RESMI") == 2  # in the head and across the map
    assert "di luar kawasan" in words
    assert "Timur batas kawasan" not in words


def test_progress_counts_every_andil(village: SimpleNamespace, tmp_path: Path):
    told: list[tuple[int, int]] = []
    draw_sheets(
        village.survey, Report(), tmp_path, kinds=("household",), group=GROUP,
        progress=lambda *n: told.append(n),
    )  # fmt: skip

    assert told == [(1, 3), (2, 3), (3, 3)]
