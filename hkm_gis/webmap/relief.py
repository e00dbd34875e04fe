"""The shape of the land as a grey picture under the parcels."""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

__all__ = ["relief_picture"]

# Light from the north-west, as readers of maps expect it, at 45°.
_SUN = np.array([-0.5, 0.5, np.sqrt(0.5)])
_LONGEST_SIDE_PX = 900
_EXAGGERATION = 1.5
_DARKEST = 150  # letters and outlines stay readable above it


def relief_picture(file: Path, land: BaseGeometry) -> dict[str, Any] | None:
    """Return a picture of the relief as data URI, with its bounds in latitude and longitude.

    It is warped to the map's own projection (EPSG:3857), in which a picture is stretched evenly.
    None where the elevation grid does not reach ``land``.
    """
    heights_m, cell_m, bounds = _read(file, land)
    if not np.isfinite(heights_m).any():
        return None
    west, south, east, north = bounds
    return {"bounds": [[south, west], [north, east]], "uri": _as_uri(_shade(heights_m, cell_m))}


def _read(file: Path, land: BaseGeometry) -> tuple[NDArray[np.float64], float, tuple[float, ...]]:
    import rasterio
    from rasterio.enums import Resampling
    from rasterio.transform import from_bounds
    from rasterio.vrt import WarpedVRT
    from rasterio.warp import transform_bounds

    x0, y0, x1, y1 = transform_bounds("EPSG:4326", "EPSG:3857", *land.bounds)
    cell_m = max(x1 - x0, y1 - y0) / _LONGEST_SIDE_PX
    width, height = max(1, round((x1 - x0) / cell_m)), max(1, round((y1 - y0) / cell_m))
    grid = {
        "crs": "EPSG:3857",
        "transform": from_bounds(x0, y0, x1, y1, width, height),
        "width": width,
        "height": height,
    }
    with (
        rasterio.open(file) as source,
        WarpedVRT(
            source, resampling=Resampling.bilinear, dtype="float64", nodata=np.nan, **grid
        ) as warped,
    ):
        return warped.read(1), cell_m, land.bounds


def _shade(heights_m: NDArray[np.float64], cell_m: float) -> NDArray[np.uint8]:
    south, east = np.gradient(heights_m * _EXAGGERATION, cell_m)
    normal = np.stack([-east, south, np.ones_like(east)])
    light = np.tensordot(_SUN, normal / np.linalg.norm(normal, axis=0), axes=1)
    grey = _DARKEST + (255 - _DARKEST) * np.clip(np.nan_to_num(light, nan=1.0), 0, 1)
    shaded: NDArray[np.uint8] = grey.astype(np.uint8)
    return shaded


def _as_uri(grey: NDArray[np.uint8]) -> str:
    from PIL import Image

    picture = BytesIO()
    Image.fromarray(grey).save(picture, "JPEG", quality=70, optimize=True)
    return "data:image/jpeg;base64," + b64encode(picture.getvalue()).decode()
