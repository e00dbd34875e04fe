"""A small project that many tests work on."""

from __future__ import annotations

import json
from pathlib import Path

import shapely
from land import rectangle, square

__all__ = ["feature_collection", "write_small_project"]

TOML = """
[project]
name = "Usulan uji"
date = "2026-08-17"
[forest]
file = "batas/kawasan.geojson"
name = "Hutan Uji"
stated_ha = 400
map_scale = 2000
[members]
file = "anggota.csv"
[place]
kabupaten = "Tanggamus"
provinsi = "Lampung"
[[groups]]
name = "KTH Mawar"
folder = "kelompok/KTH Mawar"
ketua = "Sukirman"
[[groups]]
name = "KTH Melati"
folder = "kelompok/KTH Melati"
"""

MEMBERS = """Nama,NIK,No. KK,Kelompok,Pekon,No. Andil
Sukirman,9999010101800001,9999010101100001,KTH Mawar,Pekon Uji,M-1
Tukiran,9999010202750002,9999010101100002,KTH Mawar,Pekon Uji,M-2
Wagiman,9999011203700003,9999010101100003,KTH Melati,Pekon Uji,L-1
"""


def feature_collection(features):
    """Return the text of a GeoJSON of (properties, geometry) pairs."""
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": properties,
                    "geometry": json.loads(shapely.to_geojson(geometry)),
                }
                for properties, geometry in features
            ],
        }
    )


def write_small_project(home: Path) -> Path:
    """Write the small project to a folder."""
    contents = {
        "hkm.toml": TOML,
        "anggota.csv": MEMBERS,
        "batas/kawasan.geojson": feature_collection(
            [({"NAMOBJ": "Hutan Uji"}, rectangle(-950, -950, 2000, 2000))]
        ),
        "kelompok/KTH Mawar/lahan.geojson": feature_collection(
            [
                ({"no_andil": "M-1", "nama": "Sukirman"}, square(0, 0, 100)),
                ({"no_andil": "M-2", "nama": "Tukiran"}, square(100, 0, 100)),
            ]
        ),
        "kelompok/KTH Melati/lahan.geojson": feature_collection(
            [({"no_andil": "L-1", "nama": "Wagiman"}, square(180, 0, 100))]
        ),
    }
    for name, text in contents.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return home
