"""The answer key: every planted fault with its parcels and hectares, computed without hkm_gis."""

from __future__ import annotations

import json
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from make_contoh.boundary import STATED_HA, geodesic_ha, to_lonlat
from make_contoh.survey_work import Measured, how
from make_contoh.village import (
    BOW_TIE,
    COPY_OF_RIMBA,
    COPY_OF_SUMBER,
    KNOTTED,
    LARGE,
    LEAPT,
    MISTYPED,
    NEARLY_CLOSED,
    NEVER_CLOSED,
    ONE_FAMILY,
    PEKON,
    SMALL,
    STATED_OF_GROUP,
    SUMBER,
    SWAPPED,
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
        *_households(village, shapes, forest),
        *_groups(village, shapes, forest),
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


def _groups(
    village: Village, shapes: dict[str, shapely.Polygon], forest: BaseGeometry
) -> list[dict[str, Any]]:
    apart = _finding("O06", [village.near, LARGE], None, f"{WANA}: dua andil jauh dari yang lain")
    return [apart, *_stated(shapes, forest)]


def _stated(shapes: dict[str, shapely.Polygon], forest: BaseGeometry) -> list[dict[str, Any]]:
    found = []
    for group, stated_ha in STATED_OF_GROUP.items():
        mapped = _united([shape for n, shape in shapes.items() if group_of(n) == group])
        inside_ha = geodesic_ha(_land(mapped.intersection(forest)))
        if abs(inside_ha - stated_ha) > STATED_TOLERANCE_HA:
            found.append(_finding("D04", [], inside_ha, f"{group}: di surat {stated_ha:.0f} ha"))
    return found


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
