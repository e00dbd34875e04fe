"""Land cover and slope of parcels, against grids whose answer is known."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from land import ORIGIN_M, lonlat, parcel_table, polygon, rectangle, square
from rasterio.transform import from_bounds, from_origin

from hkm_gis.errors import FileError
from hkm_gis.landcover import classify_landcover, classify_slope, cultivated_ha, patches
from hkm_gis.plane import PLANE
from hkm_gis.project import Raster

FOREST, COFFEE = 1, 3


def write_grid(path: Path, values: np.ndarray, *, crs: object, transform: object) -> Path:
    profile = {"driver": "GTiff", "height": values.shape[0], "width": values.shape[1], "count": 1}
    with rasterio.open(
        path, "w", dtype=values.dtype, crs=crs, transform=transform, nodata=0, **profile
    ) as grid:
        grid.write(values, 1)
    return path


def plane_grid(path: Path, values: np.ndarray, cell_m: float) -> Path:
    """Write a grid whose lower left corner is the corner of the drawing board."""
    west, south = ORIGIN_M
    return write_grid(
        path,
        values,
        crs=PLANE.to_wkt(),
        transform=from_origin(west, south + values.shape[0] * cell_m, cell_m, cell_m),
    )


def halves(columns: int = 20, rows: int = 10) -> np.ndarray:
    cover = np.full((rows, columns), FOREST, dtype="uint8")
    cover[:, columns // 2 :] = COFFEE
    return cover


def test_each_class_has_its_exact_hectares_even_where_cells_are_cut(tmp_path: Path) -> None:
    grid = plane_grid(tmp_path / "cover.tif", halves(), 10)
    parcels = parcel_table([{"parcel_id": "a", "geometry": rectangle(53, 3, 70, 41)}])
    (row,) = classify_landcover(parcels, grid, classes={COFFEE: "kopi"}).to_dict("records")
    assert row["class_1_ha"] == pytest.approx(0.47 * 0.41, abs=1e-6)
    assert row["kopi_ha"] == pytest.approx(0.23 * 0.41, abs=1e-6)
    assert row["unknown_ha"] == pytest.approx(0.0, abs=1e-6)


def test_a_grid_in_degrees_gives_the_same_true_hectares(tmp_path: Path) -> None:
    (west, south), (east, north) = lonlat([(0, 0), (200, 100)])
    transform = from_bounds(west, south, east, north, 20, 10)
    grid = write_grid(tmp_path / "cover.tif", halves(), crs="EPSG:4326", transform=transform)
    parcels = parcel_table([{"parcel_id": "a", "geometry": rectangle(53, 3, 70, 41)}])
    (row,) = classify_landcover(parcels, grid).to_dict("records")
    assert row["class_1_ha"] == pytest.approx(0.47 * 0.41, abs=1e-5)
    assert row["class_3_ha"] == pytest.approx(0.23 * 0.41, abs=1e-5)


def test_land_off_the_grid_is_unknown_not_lost(tmp_path: Path) -> None:
    grid = plane_grid(tmp_path / "cover.tif", halves(), 10)
    parcels = parcel_table([{"parcel_id": "a", "geometry": square(150, 0, 100)}])
    (row,) = classify_landcover(parcels, grid).to_dict("records")
    assert row["class_3_ha"] == pytest.approx(0.5, abs=1e-6)
    assert row["unknown_ha"] == pytest.approx(0.5, abs=1e-6)


def test_overlapping_parcels_both_have_the_cover(tmp_path: Path) -> None:
    grid = plane_grid(tmp_path / "cover.tif", halves(), 10)
    parcels = parcel_table(
        [{"parcel_id": name, "geometry": square(100, 0, 100)} for name in ("a", "b")]
    )
    raster = Raster(file=grid, cultivated=(COFFEE, 99))
    assert cultivated_ha(parcels, raster).tolist() == pytest.approx([1.0, 1.0], abs=1e-6)


def test_without_cultivated_classes_nothing_is_claimed(tmp_path: Path) -> None:
    grid = plane_grid(tmp_path / "cover.tif", halves(), 10)
    parcels = parcel_table([{"parcel_id": "a", "geometry": square(100, 0, 100)}])
    assert np.isnan(cultivated_ha(parcels, Raster(file=grid))).all()


def test_what_is_no_land_has_no_cover(tmp_path: Path) -> None:
    grid = plane_grid(tmp_path / "cover.tif", halves(), 10)
    geometries = [shapely.Polygon(), square(0, 0, 50), None, shapely.Point(104.65, -5.42)]
    parcels = gpd.GeoDataFrame({"parcel_id": list("abcd")}, geometry=geometries, crs=4326)
    found = classify_landcover(parcels, grid)
    assert found["class_1_ha"].tolist() == pytest.approx([0, 0.25, 0, 0], abs=1e-9)
    assert found["unknown_ha"].tolist() == pytest.approx([0, 0, 0, 0], abs=1e-9)


def test_a_walk_that_crosses_itself_has_the_cover_of_all_its_land(tmp_path: Path) -> None:
    grid = plane_grid(tmp_path / "cover.tif", halves(), 10)
    crossed = polygon([(0, 0), (80, 80), (80, 0), (0, 80)])
    found = classify_landcover(parcel_table([{"parcel_id": "a", "geometry": crossed}]), grid)
    assert found["class_1_ha"].tolist() == pytest.approx([0.32], abs=1e-8)


def test_a_grid_larger_than_a_window_gives_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(4)
    cover = plane_grid(tmp_path / "cover.tif", rng.integers(0, 5, (40, 60)).astype("uint8"), 10)
    dem = plane_grid(tmp_path / "dem.tif", rng.uniform(1, 90, (40, 60)).astype("float32"), 10)
    places = rng.uniform(-50, 600, (30, 2))
    rows = [{"parcel_id": f"p{n}", "geometry": square(*xy, 93)} for n, xy in enumerate(places)]
    parcels = parcel_table(rows)
    whole = classify_landcover(parcels, cover), classify_slope(parcels, dem)
    monkeypatch.setattr(patches, "MOST_CELLS", 300)
    parts = classify_landcover(parcels, cover), classify_slope(parcels, dem)
    for one, other in zip(whole, parts, strict=True):
        pd.testing.assert_frame_equal(one, other, rtol=1e-9, atol=1e-12)


def test_no_parcels_give_no_rows(tmp_path: Path) -> None:
    grid = plane_grid(tmp_path / "cover.tif", halves(), 10)
    none = parcel_table([{"parcel_id": "a", "geometry": square(0, 0, 10)}]).iloc[:0]
    assert classify_landcover(none, grid).empty
    assert len(cultivated_ha(none, Raster(file=grid, cultivated=(1,)))) == 0


def test_a_plain_that_rises_one_in_four_is_25_percent_steep(tmp_path: Path) -> None:
    heights_m = np.tile(100 + 2.5 * np.arange(20, dtype="float32"), (20, 1))
    parcels = parcel_table([{"parcel_id": "a", "geometry": square(50, 50, 100)}])
    (row,) = classify_slope(parcels, plane_grid(tmp_path / "dem.tif", heights_m, 10)).to_dict(
        "records"
    )
    # The plane stretches east-west by 0.06 % at 5.42°S, and the slope is true.
    assert row["slope_mean_pct"] == pytest.approx(25, rel=2e-3)
    assert row["slope_max_pct"] == pytest.approx(25, rel=2e-3)
    steep_ha = row["slope_15_25_ha"] + row["slope_25_40_ha"]
    assert steep_ha == pytest.approx(1.0, abs=1e-6)
    assert row["slope_0_8_ha"] == row["slope_over_40_ha"] == 0


def test_text_that_calls_itself_a_grid_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cover.tif"
    path.write_text('<VRTDataset rasterXSize="1" rasterYSize="1"></VRTDataset>')
    parcels = parcel_table([{"parcel_id": "a", "geometry": square(0, 0, 10)}])
    with pytest.raises(FileError) as refused:
        classify_landcover(parcels, path)
    assert refused.value.key == "raster_unreadable"


def test_a_grid_without_coordinate_system_is_refused(tmp_path: Path) -> None:
    transform = from_origin(104.6, -5.4, 1e-4, 1e-4)
    grid = write_grid(tmp_path / "cover.tif", halves(), crs=None, transform=transform)
    parcels = parcel_table([{"parcel_id": "a", "geometry": square(0, 0, 10)}])
    with pytest.raises(FileError) as refused:
        classify_landcover(parcels, grid)
    assert refused.value.key == "raster_without_crs"


def test_a_grid_that_hangs_upside_down_or_turned_is_refused(tmp_path: Path) -> None:
    parcels = parcel_table([{"parcel_id": "a", "geometry": square(0, 0, 10)}])
    upside_down = rasterio.Affine(1e-4, 0, 104.6, 0, 1e-4, -5.5)
    turned = rasterio.Affine(1e-4, 1e-5, 104.6, 1e-5, -1e-4, -5.4)
    for place in (upside_down, turned):
        grid = write_grid(tmp_path / "cover.tif", halves(), crs=4326, transform=place)
        with pytest.raises(FileError) as refused:
            classify_landcover(parcels, grid)

        assert refused.value.key == "raster_not_north_up"


@pytest.mark.parametrize("nothing", [None, shapely.Polygon()])
def test_a_parcel_without_land_covers_nothing_and_stops_nobody(nothing):
    folder = Path(__file__).parents[2] / "data" / "contoh_register30" / "raster"
    land = gpd.GeoSeries([nothing, shapely.box(104.70, -5.38, 104.701, -5.379)], crs=4326)
    parcels = gpd.GeoDataFrame({"parcel_id": ["a", "b"]}, geometry=land)

    found = classify_landcover(parcels, folder / "tutupan_lahan_CONTOH.tif")

    hectares = found.drop(columns="parcel_id").to_numpy(float)
    assert np.nan_to_num(hectares[0]).sum() == 0
    assert hectares[1].sum() == pytest.approx(1.225, abs=0.01)
