"""Features as the readers yield them, drawn and walked in metres, and the maps that hold them."""

from __future__ import annotations

import json

import shapely
from land import lonlat

from hkm_gis.readers.feature import Feature
from hkm_gis.walks import Walk

RING = [(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)]


def drawn(geometry, *, source="Lestari/a.geojson", feature="1", name="", **said):
    return Feature(source=source, feature=feature, name=name, geometry=geometry, properties=said)


def walked(points_m=RING, *, source="Lestari/a.gpx", feature="track 1", name="", **said):
    walk = Walk((lonlat(points_m),))
    return Feature(source=source, feature=feature, name=name, walk=walk, properties=said)


def rules(intake):
    return [repair.rule for repair in intake.repairs]


def map_file(folder, geometries, text=""):
    """Write a GeoJSON map of shapes (or of what a broken program takes for shapes)."""
    shapes = [
        json.loads(shapely.to_geojson(g)) if isinstance(g, shapely.Geometry) else g
        for g in geometries
    ]
    rows = [{"type": "Feature", "properties": {}, "geometry": shape} for shape in shapes]
    path = folder / "peta.geojson"
    path.write_text(text or json.dumps({"type": "FeatureCollection", "features": rows}), "utf-8")
    return path
