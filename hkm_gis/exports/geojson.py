"""GeoJSON as RFC 7946 has it: lon/lat, strict JSON, right-hand rings, the same bytes twice."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from hkm_gis.plane import round_degrees

__all__ = ["as_geometry", "as_records", "strict_json", "write_geojson"]


def write_geojson(table: pd.DataFrame) -> bytes:
    """Return ``table`` (EPSG:4326 where it has places) as one FeatureCollection."""
    places = table["geometry"] if "geometry" in table.columns else [None] * len(table)
    records = as_records(table.drop(columns="geometry", errors="ignore"))
    features = [
        {"type": "Feature", "properties": record, "geometry": as_geometry(place)}
        for record, place in zip(records, places, strict=True)
    ]
    return strict_json({"type": "FeatureCollection", "features": features}, one_per_line="features")


def as_geometry(place: BaseGeometry | None) -> dict[str, Any] | None:
    """Return a lon/lat geometry as GeoJSON, exterior rings counter-clockwise; None where empty."""
    if place is None or place.is_empty:
        return None
    oriented = shapely.force_2d(shapely.orient_polygons(place, exterior_cw=False))
    geometry: dict[str, Any] = json.loads(shapely.to_geojson(round_degrees([oriented])[0]))
    return geometry


def as_records(table: pd.DataFrame) -> list[dict[str, object]]:
    """Return one object a row with plain values: what is not known is None."""
    columns = [str(c) for c in table.columns]
    rows = zip(*(table[c].tolist() for c in table.columns), strict=True)
    return [dict(zip(columns, map(_plain, row), strict=True)) for row in rows]


def strict_json(value: dict[str, Any] | list[Any], *, one_per_line: str = "") -> bytes:
    """Return JSON (UTF-8, no NaN); the list named ``one_per_line`` gets one line an item."""
    if isinstance(value, list):
        return f"[\n{_joined(value)}\n]\n".encode()
    if not one_per_line:
        return (_dumped(value, indent=1) + "\n").encode()
    head = _dumped({k: v for k, v in value.items() if k != one_per_line})
    return f'{head[:-1]}, "{one_per_line}": [\n{_joined(value[one_per_line])}\n]}}\n'.encode()


def _joined(items: Iterable[Any]) -> str:
    return ",\n".join(_dumped(item) for item in items)


def _dumped(value: object, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)


def _plain(value: object) -> object:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    if isinstance(value, np.generic):
        return _plain(value.item())
    return None if value is pd.NA or value is pd.NaT else value
