"""The answer key: every planted fault with its parcels and hectares, computed without hkm_gis."""

from __future__ import annotations

import json
from itertools import combinations
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from make_contoh.boundary import STATED_HA, geodesic_ha, to_lonlat, to_utm
from make_contoh.survey_work import Measured, how
from make_contoh.village import (
    AMONG_SUMBER,
    BARE,
    BOW_TIE,
    CLICKED_TWICE,
    COPY_OF_RIMBA,
    COPY_OF_SUMBER,
    HOLED,
    IN_PIECES,
    KNOTTED,
    LARGE,
    LEAPT,
    MISTYPED,
    NARROW,
    NEARLY_CLOSED,
    NEVER_CLOSED,
    ONE_FAMILY,
    PEKON,
    PINCHED,
    SMALL,
    STATED_OF_GROUP,
    STEEP,
    SUMBER,
    SWAPPED,
    THORNY,
    TRUNCATED,
    TWO_POINTS,
    UNCLOSED,
    UNREGISTERED,
    WANA,
    WAY_IN,
    Village,
    group_of,
)

HOUSEHOLD_MAX_HA = 5.0
STATED_TOLERANCE_HA = 1.5
"""More than 1 % of each group's hectares, and more than what their walks leave open."""
LOST = (TRUNCATED, NEVER_CLOSED)


def write_key(village: Village, measured: dict[str, Measured], forest: BaseGeometry) -> bytes:
    """Return ``kunci.json``: findings, what was read, and the true hectares of each group.

    ``forest`` is in lon/lat. Hectares are geodesic, of the land as the files show it; ``true_ha``
    is the land as it lies on the ground.
    """
    shapes = {name: m.polygon for name, m in measured.items() if name not in LOST}
    findings = [
        *_reading(),
        *_shapes(shapes),
        *_boundary(village, shapes, forest),
        *_overlaps(village, shapes),
        *_borders(shapes),
        *_households(village, shapes, forest),
        *_groups(shapes, forest),
        *_odd_shapes(measured),
        *_gap(shapes),
        *_others(village, shapes),
        *_recap(),
    ]
    findings.sort(key=lambda f: (f["code"], f["parcels"], f["note"]))
    key = {
        "forest_ha": STATED_HA,
        "findings": findings,
        "read": _read(measured),
        "totals": {group: _total(village, shapes, group) for group in PEKON},
    }
    return (json.dumps(key, ensure_ascii=False, indent=1) + "\n").encode()


def _finding(code: str, parcels: list[str], ha: float | None, note: str) -> dict[str, Any]:
    rounded = None if ha is None else round(ha, 4)
    return {"code": code, "parcels": sorted(parcels), "ha": rounded, "note": note}


def _reading() -> list[dict[str, Any]]:
    return [
        _finding("S01", [], None, f"{TRUNCATED}: berkas GPX terpotong"),
        _finding("S01", [], None, f"{TWO_POINTS}: kiriman pertama Kobo hanya dua titik"),
        _finding("S02", [], None, "foto di dalam folder kelompok"),
        _finding("S05", [], None, f"{WAY_IN}: titik gubuk bukan lahan"),
        _finding("W01", [], None, f"{NEVER_CLOSED}: ujung jalur terpisah sekitar 150 m, ditolak"),
        _finding("W01", [NEARLY_CLOSED], None, "ujung jalur terpisah sekitar 40 m, ditutup"),
        _finding("W02", [KNOTTED], None, "jalur memotong dirinya sendiri"),
        _finding("W03", [LEAPT], None, "satu titik GPS meloncat 180 m"),
        _finding("W03", [WAY_IN], None, "jalan dari dan ke gubuk ikut terekam"),
        _finding("S03", [SWAPPED], None, "lintang dan bujur tertukar"),
        _finding("S04", [], None, "andil susulan.kmz: isinya KML"),
        _finding("P01", [BOW_TIE], None, "dua sudut tertukar: bentuk pita"),
        _finding("P03", [UNCLOSED], None, "titik terakhir tidak sama dengan titik pertama"),
    ]


def _shapes(shapes: dict[str, shapely.Polygon]) -> list[dict[str, Any]]:
    return [
        _finding("P02", [SMALL], geodesic_ha(shapes[SMALL]), "terlalu kecil"),
        _finding("P02", [LARGE], geodesic_ha(shapes[LARGE]), "terlalu besar"),
    ]


def _boundary(
    village: Village, shapes: dict[str, shapely.Polygon], forest: BaseGeometry
) -> list[dict[str, Any]]:
    crossing = shapes[village.crossing].difference(forest)
    return [
        _finding("B01", [village.outside], geodesic_ha(shapes[village.outside]), "di luar kawasan"),
        _finding("B02", [village.crossing], geodesic_ha(crossing), "melewati batas kawasan"),
        _finding("B04", [village.near], None, "di dalam, tetapi kurang dari 25 m dari batas"),
    ]


def _overlaps(village: Village, shapes: dict[str, shapely.Polygon]) -> list[dict[str, Any]]:
    found = []
    for pair in village.disputes:
        shared = geodesic_ha(_land(shapes[pair[0]].intersection(shapes[pair[1]])))
        same = group_of(pair[0]) == group_of(pair[1])
        note = "dua anggota satu kelompok" if same else "dua kelompok"
        found.append(_finding("O02" if same else "O01", list(pair), shared, note))
    for copy, original in village.copies.items():
        ha = geodesic_ha(shapes[copy])
        found.append(_finding("O03", [copy, original], ha, "satu andil diserahkan dua kali"))
    return found


def _borders(shapes: dict[str, shapely.Polygon]) -> list[dict[str, Any]]:
    """Return what each two groups share in strips less wide than two GPS errors."""
    near = {n: shapely.make_valid(to_utm(s), method="structure") for n, s in shapes.items()}
    strips: dict[tuple[str, ...], dict[str, Any]] = {}
    for pair in combinations(near, 2):
        groups = tuple(g for g in PEKON if g in (group_of(pair[0]), group_of(pair[1])))
        shared = _land(near[pair[0]].intersection(near[pair[1]]))
        if len(groups) == 2 and shared.area >= 1 and _width_m(shared) < 10:
            strip = strips.setdefault(groups, {"parcels": set(), "ha": 0.0})
            strip["parcels"] |= set(pair)
            strip["ha"] += geodesic_ha(_land(shapes[pair[0]].intersection(shapes[pair[1]])))
    return [
        _finding("O09", [*strip["parcels"]], strip["ha"], f"batas {' dan '.join(groups)}")
        for groups, strip in strips.items()
    ]


def _width_m(shape: BaseGeometry) -> float:
    return 2 * float(shapely.maximum_inscribed_circle(shape, 0.005).length)


def _land(shape: BaseGeometry) -> BaseGeometry:
    parts = [p for p in shapely.get_parts(shape) if p.geom_type == "Polygon"]
    return shapely.MultiPolygon(parts)


def _households(
    village: Village, shapes: dict[str, shapely.Polygon], forest: BaseGeometry
) -> list[dict[str, Any]]:
    found = [
        _finding(
            "H01", [UNREGISTERED], geodesic_ha(shapes[UNREGISTERED]), "penggarap tidak terdaftar"
        ),
        _finding("D01", [], None, f"{SUMBER}: 14 anggota"),
        _finding("D05", [], None, f"{WANA}: di surat 34 KK, di daftar 32"),
        _finding("H04", [], None, "satu baris daftar anggota tanpa nama"),
        _finding("H05", [], None, f"{village.farmer(MISTYPED)}: NIK hanya 15 angka"),
    ]
    families: dict[str, list[str]] = {}
    for member in village.members:
        families.setdefault(member.kk, []).extend(p for p in member.parcels if p in shapes)
        if not member.parcels:
            found.append(_finding("H02", [], None, f"{member.name}, {member.group}: tanpa andil"))
    for parcels in families.values():
        inside = _land(_united([shapes[p] for p in parcels]).intersection(forest))
        claimed = geodesic_ha(inside)
        if parcels == [*ONE_FAMILY]:
            found.append(_finding("H06", parcels, claimed, "5 ha, lebih kurang kesalahan GPS"))
        elif claimed > HOUSEHOLD_MAX_HA:
            found.append(
                _finding(
                    "H03", parcels, claimed, "lebih dari 5 ha satu KK (angka 5 ha belum diperiksa)"
                )
            )
    return found


def _groups(shapes: dict[str, BaseGeometry], forest: BaseGeometry) -> list[dict[str, Any]]:
    apart = _finding("O06", [LARGE, NARROW], None, f"{WANA}: dua andil jauh dari yang lain")
    return [apart, *_stated(shapes, forest)]


def _stated(shapes: dict[str, shapely.Polygon], forest: BaseGeometry) -> list[dict[str, Any]]:
    found = []
    for group, stated_ha in STATED_OF_GROUP.items():
        mapped = _united([shape for n, shape in shapes.items() if group_of(n) == group])
        inside_ha = geodesic_ha(_land(mapped.intersection(forest)))
        if abs(inside_ha - stated_ha) > STATED_TOLERANCE_HA:
            found.append(_finding("D04", [], inside_ha, f"{group}: di surat {stated_ha:.0f} ha"))
    return found


def _odd_shapes(measured: dict[str, Measured]) -> list[dict[str, Any]]:
    of = {name: m.polygon for name, m in measured.items()}
    hole_ha = geodesic_ha(shapely.Polygon(measured[HOLED].hole))
    piece_ha = geodesic_ha(measured[IN_PIECES].piece_land)
    return [
        _finding("P04", [HOLED], hole_ha, "berlubang di tengah"),
        _finding("P05", [IN_PIECES], piece_ha, "dua potong dengan satu nomor"),
        _finding("P06", [NARROW], geodesic_ha(of[NARROW]), "hanya selebar jalan"),
        _finding("P07", [PINCHED], None, "dua lahan disambung leher 3 m"),
        _finding("P08", [THORNY], None, "satu sudut meleset 46 m"),
        _finding("P09", [CLICKED_TWICE], None, "dua sudut berjarak 4 cm"),
        _finding("P10", [STEEP], geodesic_ha(of[STEEP]), f"{SUMBER}: lereng lebih dari 32 %"),
        _finding("P11", [BARE], geodesic_ha(of[BARE]), "semak di peta tutupan lahan"),
        _finding("O05", [AMONG_SUMBER], geodesic_ha(of[AMONG_SUMBER]), f"di tengah {SUMBER}"),
    ]


def _gap(shapes: dict[str, BaseGeometry]) -> list[dict[str, Any]]:
    """Return the strip that was left out: 40 m of land close it and a circle of 20 m enters."""
    near = {n: shapely.make_valid(to_utm(s)) for n, s in shapes.items() if n[:2] in ("SJ", "WM")}
    land = shapely.union_all(list(near.values()))
    closed = land.buffer(20, join_style="mitre").buffer(-20, join_style="mitre") - land
    wide = closed.buffer(-10).buffer(10)
    strip = max(shapely.get_parts(wide), key=lambda part: part.area)
    beside = [n for n, s in near.items() if s.distance(strip) < 0.2]
    return [_finding("O04", beside, None, "sisi yang salah diukur")]


def _others(village: Village, shapes: dict[str, BaseGeometry]) -> list[dict[str, Any]]:
    permit, piaps = to_lonlat(village.permit), to_lonlat(village.piaps)
    claimed = {n: s.intersection(permit) for n, s in shapes.items() if s.intersects(permit)}
    claimed_ha = geodesic_ha(_united(list(claimed.values())))
    outside_ha = sum(geodesic_ha(_land(shapes[n].difference(piaps))) for n in (LARGE, NARROW))
    return [
        _finding("O07", [*claimed], claimed_ha, f"{SUMBER}: masuk izin pihak lain"),
        _finding("O08", [LARGE, NARROW], outside_ha, f"{WANA}: di luar PIAPS"),
    ]


def _recap() -> list[dict[str, Any]]:
    return [
        _finding("D10", [], None, "KK: jumlah tertulis 1.979, seharusnya 1.949"),
        _finding("D11", [], None, "Contoh Hilir: ha ditulis *"),
        _finding("D11", [], None, "Contoh Pesisir: IHHBK kosong"),
        _finding("D11", [], None, "Contoh Tengah: ha ditulis 1.418.05"),
    ]


def _united(shapes: list[shapely.Polygon]) -> BaseGeometry:
    return shapely.union_all([shapely.make_valid(s, method="structure") for s in shapes])


def _read(measured: dict[str, Measured]) -> dict[str, int]:
    photos, twice_sent, huts = 1, 1, 1
    features = len(measured) + photos + twice_sent + huts
    rejected = len(LOST) + photos + twice_sent + huts
    repaired = len((NEARLY_CLOSED, KNOTTED, LEAPT, WAY_IN, BOW_TIE, UNCLOSED, SWAPPED))
    accepted = features - rejected - repaired
    counts = {way: sum(how(p) == way for p in measured) for way in ("gpx", "kml", "kobo", "qfield")}
    return {
        "features": features,
        "accepted": accepted,
        "repaired": repaired,
        "rejected": rejected,
        **counts,
    }


def _total(
    village: Village, shapes: dict[str, shapely.Polygon], group: str
) -> dict[str, float | int]:
    names = [n for n in village.land if group_of(n) == group]
    copies = [n for n in (COPY_OF_RIMBA, COPY_OF_SUMBER) if group_of(n) == group]
    true = to_lonlat(shapely.union_all([village.land[n] for n in names]))
    mapped = _united([shape for n, shape in shapes.items() if group_of(n) == group])
    members = [m for m in village.members if m.group == group]
    return {
        "true_ha": round(geodesic_ha(true), 4),
        "mapped_ha": round(geodesic_ha(mapped), 4),
        "parcels": len(names) + len(copies),
        "members": len(members),
        "households": len({m.kk for m in members}),
    }
