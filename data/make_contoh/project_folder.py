"""The project folder: every file that the example consists of, by its path."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import rasterio
import shapely
from rasterio.io import MemoryFile
from rasterio.transform import from_origin

from make_contoh import formats, terrain
from make_contoh.answer_key import write_key
from make_contoh.boundary import forest, geodesic_ha, neighbours, to_lonlat, to_utm
from make_contoh.survey_work import Measured, how, measure, recorded
from make_contoh.terrain import Floats
from make_contoh.texts import DOCUMENTS, HKM_TOML, RECAP
from make_contoh.village import (
    BARE,
    RIMBA,
    SUMBER,
    SWAPPED,
    TRUNCATED,
    TWO_POINTS,
    WANA,
    WAY_IN,
    Village,
    settle,
)

HEADING = ("No", "Nama", "NIK", "No. KK", "Kelompok", "Pekon", "No. Andil", "HP")
_CROPS = ("kopi", "kopi, lada", "kopi, durian", "kopi, alpukat", "kapulaga", "durian, pala")
_FIRST_DAY = datetime(2026, 8, 3, 0, 40, tzinfo=UTC)  # 07:40 in Lampung


def contents() -> dict[str, bytes]:
    """Return the bytes of every file of the example by its path in the folder."""
    boundary = forest()
    village = settle(boundary)
    measured = measure(village)
    files = {
        "hkm.toml": HKM_TOML.format(*village.disputes[-2]).encode(),
        "kunci.json": write_key(village, measured, boundary),
        "anggota.xlsx": _register(village),
        "batas/kawasan_hutan_CONTOH.gpkg": _forests(boundary),
        "raster/dem_CONTOH.tif": _elevation(),
        "raster/tutupan_lahan_CONTOH.tif": _land_cover(boundary, village.land[BARE]),
        "dokumen/BACA_SAYA.md": DOCUMENTS.encode(),
        "rekap_CONTOH.csv": RECAP.encode(),
    }
    files |= dict(_map_layers(boundary, village))
    files |= dict(_walks(village, measured))
    files[f"kelompok/{WANA}/andil wana makmur.kml"] = _google_earth(village, measured)
    # Renamed by hand for a telephone that opens only KMZ: still a KML inside.
    files[f"kelompok/{WANA}/andil susulan.kmz"] = _typed_in(village, measured)
    files[f"kelompok/{SUMBER}/andil_sumber_jaya_kobo.csv"] = _kobo(village, measured)
    files[f"kelompok/{SUMBER}/andil_sumber_jaya_qfield.gpkg"] = _qfield(village, measured)
    files[f"kelompok/{SUMBER}/foto patok batas.png"] = _photo()
    return dict(sorted(files.items()))


def write(folder: Path) -> None:
    """Write the example to ``folder``; files of an older run that it no longer has are removed."""
    files = contents()
    for old in sorted(folder.rglob("*"), reverse=True):
        if old.is_file() and old.relative_to(folder).as_posix() not in files:
            old.unlink()
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


# What the groups handed in


def _walks(village: Village, measured: dict[str, Measured]) -> Iterator[tuple[str, bytes]]:
    for day, member in enumerate(m for m in village.members if m.group == RIMBA and m.parcels):
        begin = _FIRST_DAY + timedelta(days=day // 3, minutes=95 * (day % 3))
        together = member.parcels in (("RL-01", "RL-02"), ("RL-05", "RL-06"), ("RL-09", "RL-10"))
        batches = [member.parcels] if together else [(p,) for p in member.parcels]
        for batch in batches:
            tracks = []
            for parcel in batch:
                walk = recorded(measured[parcel])
                tracks.append((parcel, _with_height(walk.lonlat, day), walk.seconds, begin))
                begin += timedelta(seconds=float(walk.seconds[-1]) + 540)
            content = formats.gpx(tracks, hut=WAY_IN in batch)
            if TRUNCATED in batch:
                content = content[: len(content) * 3 // 5]  # the phone was pulled out too early
            yield f"kelompok/{RIMBA}/{' '.join(batch)} {member.name}.gpx", content


def _with_height(lonlat: Floats, seed: int) -> Floats:
    drift = np.cumsum(np.random.default_rng([77, seed]).normal(0, 0.4, len(lonlat)))
    return np.column_stack([lonlat, _height(lonlat) + drift - drift.mean()])


def _height(lonlat: Floats) -> Floats:
    xy = shapely.get_coordinates(to_utm(shapely.MultiPoint(lonlat)))
    return terrain.height_m(xy[:, 0], xy[:, 1])


def _google_earth(village: Village, measured: dict[str, Measured]) -> bytes:
    blocks: dict[str, list[formats.Placemark]] = {}
    for parcel in (p for p in measured if how(p) == "kml" and p != SWAPPED):
        number = int(parcel[3:])
        block = "Blok Tambahan" if number > 36 else f"Blok {'Hulu' if number <= 18 else 'Hilir'}"
        blocks.setdefault(block, []).append(_placemark(village, parcel, _rings(measured[parcel])))
    return formats.kml(WANA, blocks)


def _typed_in(village: Village, measured: dict[str, Measured]) -> bytes:
    # Somebody typed the corners from a notebook, latitude first.
    latitude_first = measured[SWAPPED].lonlat[:, ::-1]
    place = _placemark(village, SWAPPED, [[latitude_first]])
    return formats.kml("andil susulan", {"Susulan": [place]})


def _rings(found: Measured) -> list[list[Floats]]:
    outline = [found.lonlat] if found.hole is None else [found.lonlat, found.hole]
    return [outline] if found.piece is None else [outline, [found.piece]]


def _placemark(village: Village, parcel: str, rings: list[list[Floats]]) -> formats.Placemark:
    farmer = village.farmer(parcel)
    crop = _CROPS[int(parcel[3:]) % len(_CROPS)]
    said = {"no_andil": parcel, "penggarap": farmer, "komoditas": crop}
    return f"{parcel} {farmer}", said, rings


_KOBO_HEADING = (
    *("start", "end", "pengukur", "andil/no_andil", "andil/nama_penggarap", "andil/komoditas"),
    *("andil/batas_lahan", "catatan", "__version__", "_id", "_uuid", "_submission_time"),
    *("_validation_status", "_notes", "_status", "_submitted_by", "_tags", "_index"),
)


def _kobo(village: Village, measured: dict[str, Measured]) -> bytes:
    rng = np.random.default_rng(4711)
    rows: list[tuple[object, ...]] = []
    for parcel in (p for p in measured if how(p) == "kobo"):
        ring = measured[parcel].lonlat
        if parcel == TWO_POINTS:
            rows.append(_submission(rng, village, parcel, ring[:2], len(rows) + 1, "sinyal hilang"))
        rows.append(_submission(rng, village, parcel, ring, len(rows) + 1, ""))
    return formats.kobo(_KOBO_HEADING, rows)


def _submission(
    rng: np.random.Generator, village: Village, parcel: str, ring: Floats, index: int, note: str
) -> tuple[object, ...]:
    begin = _FIRST_DAY + timedelta(hours=7, days=index // 4, minutes=61 * (index % 4))
    end = begin + timedelta(minutes=int(rng.integers(18, 44)))
    accuracy_m = rng.uniform(3.2, 7.9, len(ring))
    accuracy_m[-1] = accuracy_m[0] if (ring[0] == ring[-1]).all() else accuracy_m[-1]
    digits = "".join(f"{n:x}" for n in rng.integers(0, 16, 32))
    uuid = "-".join(
        (digits[:8], digits[8:12], "4" + digits[13:16], "a" + digits[17:20], digits[20:])
    )
    return (
        *(
            f"{begin:%Y-%m-%dT%H:%M:%S.000+07:00}",
            f"{end:%Y-%m-%dT%H:%M:%S.000+07:00}",
            "Fasilitator",
        ),
        *(parcel, village.farmer(parcel), _CROPS[index % len(_CROPS)]),
        *(formats.geoshape(ring, _height(ring), accuracy_m), note, "vContohRegister30"),
        *(48_230_100 + 7 * index, uuid, f"{end - timedelta(hours=7):%Y-%m-%dT%H:%M:%S}"),
        *("", "", "submitted_via_web", "kth_sumber_jaya", "", index),
    )


def _qfield(village: Village, measured: dict[str, Measured]) -> bytes:
    rows = []
    for number, parcel in enumerate(p for p in measured if how(p) == "qfield"):
        when = _FIRST_DAY + timedelta(days=9 + number // 5)
        said = {
            "no_andil": parcel,
            "penggarap": village.farmer(parcel),
            "komoditas": _CROPS[number % len(_CROPS)],
            "tanggal": f"{when:%Y-%m-%d}",
            "pengukur": "Fasilitator",
        }
        xy = shapely.get_coordinates(to_utm(measured[parcel].polygon))
        rows.append((said, shapely.Polygon(np.round(xy, 3))))
    return formats.geopackage("andil", 32748, rows)


def _photo() -> bytes:
    # A grey morning: the mountain as one sees it from the south, mist below.
    xs = np.linspace(terrain.PEAK_M[0] - 6000, terrain.PEAK_M[0] + 6000, 160)
    skyline = np.max(
        [terrain.height_m(xs, np.full(160, terrain.PEAK_M[1] + d)) for d in (-900, 0, 900)], 0
    )
    rows = np.linspace(2600, 300, 110)[:, None]
    sky = 225 - (2600 - rows) / 40
    return formats.grey_picture(np.where(rows > skyline, sky, 70 + (2100 - rows) / 16))


def _register(village: Village) -> bytes:
    rows = [
        (n, m.name, m.nik, m.kk, m.group, m.pekon, ", ".join(m.parcels), m.phone)
        for n, m in enumerate([*village.members, *village.nameless], 1)
    ]
    return formats.workbook("Anggota", HEADING, rows)


# What lies round about


def _forests(boundary: shapely.Polygon) -> bytes:
    west, east = neighbours(boundary)
    named = (
        (39, 100100, "CONTOH Kawasan Register 39", west),
        (30, 100100, "CONTOH Hutan Lindung Register 30 Gunung Tanggamus", boundary),
        (28, 100400, "CONTOH Kawasan Register 28", east),
    )
    rows = [
        (
            {
                "NO_REG": number,
                "KODE_PROV": "99",
                "FUNGSIKWS": function,
                "NAMOBJ": name,
                "NOSKKWS": "CONTOH",
                "LSKKWS": round(geodesic_ha(shape), 2),
                "REMARK": "Batas buatan untuk contoh. Bukan batas resmi.",
            },
            shape,
        )
        for number, function, name, shape in named
    ]
    return formats.geopackage("kawasan_hutan", 4326, rows)


def _map_layers(boundary: shapely.Polygon, village: Village) -> Iterator[tuple[str, bytes]]:
    inside = to_utm(boundary)
    springs = [
        (terrain.PEAK_M[0] + r * np.cos(a), terrain.PEAK_M[1] + r * np.sin(a))
        for a, r in zip(np.linspace(0.1, 6.38, 20, endpoint=False), (1300, 2600) * 10, strict=True)
    ]
    waters = [shapely.LineString(terrain.stream(x, y)).simplify(12) for x, y in springs]
    own = village.ground.water.simplify(2)
    rivers = [({"nama": "Way Contoh"}, to_lonlat(own))]
    rivers += [({"nama": f"Way Contoh {n}"}, to_lonlat(w)) for n, w in enumerate(waters, 1)]
    ring = inside.buffer(900).buffer(-400).simplify(25)
    road = max(shapely.get_parts(ring), key=lambda p: p.area).exterior
    path = village.ground.path.simplify(2)
    roads = [
        ({"nama": "Jalan lingkar (contoh)", "kelas": "jalan"}, to_lonlat(road)),
        ({"nama": "Jalan setapak", "kelas": "setapak"}, to_lonlat(path)),
    ]
    names = ("Talang Asri", "Way Lestari", "Sumber Rejeki", "Margo Rukun", "Tirta Kencana")
    at = road.project(village.ground.path.centroid)
    points = [
        ({"nama": f"Pekon {name} (contoh)"}, to_lonlat(road.interpolate((at + d) % road.length)))
        for name, d in zip(names, (-900, 700, 2600, 14_000, 33_000), strict=True)
    ]
    yield "lapisan/sungai_CONTOH.geojson", formats.geojson("sungai", rivers)
    yield "lapisan/jalan_CONTOH.geojson", formats.geojson("jalan", roads)
    yield "lapisan/pekon_CONTOH.geojson", formats.geojson("pekon", points)
    holder = {"LEMBAGA": "KTH Contoh Lain", "NO_SK": "CONTOH/01/2024"}
    permit = formats.geojson("izin", [(holder, to_lonlat(village.permit))])
    yield "lapisan/izin_CONTOH.geojson", permit
    hint = formats.geojson("piaps", [({"kriteria": "HKm (contoh)"}, to_lonlat(village.piaps))])
    yield "lapisan/piaps_CONTOH.geojson", hint


def _elevation() -> bytes:
    x, y = terrain.grid()
    return _geotiff(np.round(terrain.height_m(x, y)).astype(np.int16), nodata=-32768, predictor=2)


def _land_cover(boundary: shapely.Polygon, bare: shapely.Polygon) -> bytes:
    """Return classes: 1 hutan, 2 kebun campur, 3 semak, 4 ladang, 5 permukiman, 6 sawah."""
    x, y = terrain.grid()
    height = terrain.height_m(x, y)
    rough = terrain.noise(x, y, 900, 51) + 0.6 * terrain.noise(x, y, 330, 52)
    inside = shapely.contains_xy(to_utm(boundary), x, y)
    cover = np.where(inside, 2, 4)
    cover[inside & (height + 130 * rough > 900)] = 1
    cover[inside & (cover == 2) & (rough > 0.9)] = 3
    cover[inside & (cover == 2) & (rough < -1.1)] = 4
    cover[shapely.contains_xy(bare.buffer(25), x, y)] = 3
    cover[~inside & (rough > 0.5)] = 2
    cover[~inside & (rough < -0.4)] = 6
    cover[~inside & (rough < -1.5)] = 5
    return _geotiff(cover.astype(np.uint8), nodata=0, predictor=1)


def _geotiff(cells: np.ndarray, *, nodata: int, predictor: int) -> bytes:
    # LZW: the same bytes from every GDAL, which deflate is not.
    west = terrain.PEAK_M[0] - terrain.HALF_WIDTH_M
    north = terrain.PEAK_M[1] + terrain.HALF_HEIGHT_M
    with rasterio.Env(), MemoryFile() as memory:
        with memory.open(
            driver="GTiff",
            width=cells.shape[1],
            height=cells.shape[0],
            count=1,
            dtype=cells.dtype,
            crs="EPSG:32748",
            transform=from_origin(west, north, terrain.CELL_M, terrain.CELL_M),
            nodata=nodata,
            compress="lzw",
            predictor=predictor,
        ) as picture:
            picture.write(cells, 1)
        return memory.read()
