"""A seeded piece of Tanggamus for the sheets: groups, parcels, overlaps, forest, elevations."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import rasterio
import shapely
from land import ORIGIN_M, on_earth, parcel_table
from rasterio.transform import from_origin

from hkm_gis.forest import Forest
from hkm_gis.overlaps import find_overlaps
from hkm_gis.plane import PLANE
from hkm_gis.project import Group, Layer, Place, Project, Raster
from hkm_gis.regulation import load_regulation
from hkm_gis.report import Finding, Report, Severity
from hkm_gis.thresholds import Thresholds

NAMES = [
    "Sutrisno", "Wagiman", "Siti Aminah", "Suparno", "Ngadimin",
    "Tukiran", "Sri Wahyuni", "Paijo", "Slamet Riyadi", "Mulyono",
    "Sugeng", "Hasanudin", "Zainal Abidin", "M. Yusuf", "Rohman",
    "Suwarni", "Kasmiati", "Poniman", "Sarjono", "Sukirman",
    "Bambang Setiawan", "Joko Purwanto", "Nurhayati", "Marsudi", "Karyadi",
]  # fmt: skip


def voronoi_parcels(count: int = 64, *, seed: int = 30, radius_m: float = 720.0) -> list[Any]:
    """Return parcels that fill a rounded piece of board, walked with an error of 3 m."""
    random = np.random.default_rng(seed)
    t = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    r = radius_m * (1 + 0.16 * np.cos(2 * t + 0.5) + 0.08 * np.sin(3 * t))
    area = shapely.Polygon(np.column_stack([1.25 * r * np.cos(t), 0.85 * r * np.sin(t)]))
    points = _relaxed(random, area, count)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(points)))
    land = [cell & area for cell in cells]
    land.sort(key=lambda p: (-round(p.centroid.y / 150), p.centroid.x))
    return [_walked(random, cell) for cell in land]


def _relaxed(random: np.random.Generator, area: Any, count: int) -> np.ndarray:
    low, high = np.array(area.bounds[:2]), np.array(area.bounds[2:])
    points = random.uniform(low, high, (count * 4, 2))
    points = points[shapely.contains_xy(area, *points.T)][:count]
    for _ in range(3):
        cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(points)))
        points = shapely.get_coordinates(shapely.centroid([c & area for c in cells]))
    return points


def _walked(random: np.random.Generator, cell: Any) -> Any:
    dense = shapely.segmentize(cell, 60.0)
    ring = shapely.get_coordinates(dense)[:-1]
    return shapely.Polygon(ring + random.normal(0, 1.0, ring.shape)).buffer(0)


def survey_of(
    groups: dict[str, list[Any]],
    *,
    forest: Any = None,
    project: Project | None = None,
    members: list[str] | None = None,
    example: bool = True,
) -> SimpleNamespace:
    """Return what the sheets need of a survey; land is drawn in board metres."""
    names = members or NAMES
    rows = []
    for group, land in groups.items():
        for i, shape in enumerate(land):
            rows.append(
                {
                    "parcel_id": f"{group.lower().rpartition(' ')[2]}-{i + 1:03d}",
                    "group": group,
                    "member": names[(i * 7) % len(names)],
                    "geometry": on_earth(shape),
                    "uncertainty_ha": 0.02 + 0.05 * (i % 5) / 5,
                }
            )
    parcels = parcel_table(rows)
    wood = None if forest is None else _forest(on_earth(forest), example)
    outside = np.array(
        [shapely.Polygon() if wood is None else g - wood.geometry for g in parcels.geometry],
        dtype=object,
    )
    return SimpleNamespace(
        project=project or project_of(tuple(groups)),
        parcels=parcels,
        everybody=parcels,
        forest=wood,
        overlaps=find_overlaps(parcels),
        outside=outside,
        near_boundary=np.zeros(len(parcels), dtype=bool),
        groups=tuple(groups),
        regulation=load_regulation("permenlhk_9_2021"),
        thresholds=Thresholds(),
    )


def project_of(groups: tuple[str, ...], **more: Any) -> Project:
    """Return a project whose groups have people and places."""
    return Project(
        name="Register 30",
        date="17 Agustus 2026",
        measured="Agustus 2026",
        place=Place(
            pekon="Contoh Jaya",
            kecamatan="Sumberejo",
            kabupaten="Tanggamus",
            provinsi="Lampung",
            das="Way Sekampung",
            kph="Kota Agung Utara",
        ),
        groups=tuple(Group(name=n, ketua="Sutrisno", kepala_pekon="Hj. Nurhayati") for n in groups),
        **more,
    )


def _forest(geometry: Any, example: bool) -> Forest:
    return Forest(
        name="Hutan Lindung Register 30 Gunung Tanggamus",
        geometry=geometry,
        area_ha=16060.0,
        utm_ha=16049.0,
        stated_ha=16060.0,
        function="1001",
        source="Batas contoh sintetis",
        version="1",
        date="2026",
        example=example,
    )


def example_land() -> tuple[dict[str, list[Any]], Any]:
    """Return two groups of which one crosses the other, and a forest edge across the first."""
    land = voronoi_parcels()
    other = [
        shapely.transform(p, lambda xy: xy + np.array([1480, 260]))
        for p in voronoi_parcels(26, seed=5)
    ]
    shifted = [shapely.transform(p, lambda xy: 0.7 * xy + np.array([440, 60])) for p in other]
    edge = [(-6000, 9000), (-7000, 1500), (-2600, -650), (-700, -560), (200, -690), (900, -500)]
    forest = shapely.Polygon([*edge, (2500, -900), (7000, 0), (9000, 8000), (3000, 13000)])
    within = shapely.box(
        land[12].centroid.x - 60,
        land[12].centroid.y - 70,
        land[12].centroid.x + 75,
        land[12].centroid.y + 20,
    )
    groups = {"KTH Rimba Lestari": [*land, within], "KTH Sinar Harapan": shifted}
    return groups, forest


def write_dem(path: Path, *, reach_m: float = 9000.0, cell_m: float = 30.0) -> Path:
    """Write a mountain with ridges on the plane of the drawing board."""
    half = int(reach_m / cell_m)
    y, x = np.mgrid[half:-half:-1, -half:half] * cell_m
    distance = np.hypot(x + 1500, y - 3500)
    angle = np.arctan2(y - 3500, x + 1500)
    heights = 2100 * np.exp(-distance / 5200) + 240 * np.exp(-distance / 9000) * np.cos(
        9 * angle + distance / 900
    )
    random = np.random.default_rng(7)
    for octave in range(7):
        turn, wave = random.uniform(0, np.pi, 2), 1900 / 1.7**octave
        for t in (turn[0], turn[0] + 1.1, turn[0] + 2.2):
            bend = 0.8 * np.sin((x * np.sin(t) - y * np.cos(t)) / wave + turn[1] * octave)
            ridge = np.sin((x * np.cos(t) + y * np.sin(t)) / wave * 2 + bend + 5 * turn[1])
            heights += 48 / 1.75**octave * (1 - 2 * np.abs(ridge))
    x0, y0 = ORIGIN_M[0] - half * cell_m, ORIGIN_M[1] + half * cell_m
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=2 * half,
        height=2 * half,
        count=1,
        dtype="float32",
        crs=PLANE.to_wkt(),
        transform=from_origin(x0, y0, cell_m, cell_m),
    ) as file:
        file.write(heights.astype("float32"), 1)
    return path


def write_layers(folder: Path) -> tuple[Layer, ...]:
    """Write a river, a road and a village boundary."""
    import geopandas as gpd

    lines = {
        "sungai": (
            "Way Contoh",
            [(-1500, 1400), (-700, 500), (-300, 200), (100, -350), (400, -1500)],
        ),
        "jalan": ("Jalan Pekon", [(-2000, -900), (-300, -960), (700, -1000), (2500, -700)]),
        "pekon": ("Pekon Contoh Jaya", [(-2000, 850), (-400, 1000), (800, 880), (2400, 1100)]),
    }
    layers = []
    for role, (name, xy) in lines.items():
        smooth = _curve(np.array(xy, dtype=float))
        table = gpd.GeoDataFrame(
            {"NAMOBJ": [name]}, geometry=[on_earth(shapely.LineString(smooth))], crs=4326
        )
        file = folder / f"{role}.geojson"
        table.to_file(file)
        layers.append(
            Layer(
                name=f"Peta {role}", file=file, role=role, source="RBI 1:25.000, BIG", date="2019"
            )
        )
    return tuple(layers)


def _curve(xy: np.ndarray) -> np.ndarray:
    for _ in range(4):
        inner = np.concatenate([0.75 * xy[:-1] + 0.25 * xy[1:], 0.25 * xy[:-1] + 0.75 * xy[1:]], 1)
        xy = np.vstack([xy[:1], inner.reshape(-1, 2), xy[-1:]])
    return xy


def findings_of(survey: SimpleNamespace, *, blocking: bool = True) -> Report:
    """Return a warning on a few parcels, and an error where one is wanted."""
    ids = list(survey.parcels["parcel_id"])
    found = [
        Finding(
            code="P01",
            name="tiny",
            severity=Severity.WARNING,
            parcels=tuple(ids[4:40:6]),
            groups=(survey.groups[0],),
        )
    ]
    if blocking:
        found.append(
            Finding(
                code="O01",
                name="groups-overlap",
                severity=Severity.ERROR,
                parcels=(ids[20],),
                groups=survey.groups,
            )
        )
    return Report(tuple(found))


def example_survey(folder: Path, *, dem: bool = True, layers: bool = True) -> SimpleNamespace:
    """Return the whole example: two groups, forest, elevations, river, road, village."""
    groups, forest = example_land()
    more: dict[str, Any] = {}
    if dem:
        file = write_dem(folder / "dem.tif")
        more["dem"] = Raster(file=file, source="DEMNAS (contoh)", version="2018", date="2018")
    if layers:
        more["layers"] = write_layers(folder)
    return survey_of(groups, forest=forest, project=project_of(tuple(groups), **more))
