"""The land on the pages of these tests, and how a printed QR code is read back."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from land import on_earth, square
from PIL import Image
from sheets.reading import tool

NIK, KK = "9999010101800001", "9999010101100001"


def plot(parcel: str, x_m: float, y_m: float, member: str = "", **said: Any) -> dict[str, Any]:
    """Return a row of one hectare whose lower left corner is at board metres x, y."""
    row = {"parcel_id": parcel, "geometry": square(x_m, y_m, 100), "member": member}
    return row | {"household": member or parcel, "group": "KTH Mawar"} | said


def walk_of(points: int, *, radius_m: float = 70.0, noise_m: float = 1.0, seed: int = 1) -> Any:
    """Return land as a GPS walk draws it: many points round a rounded parcel (lon/lat)."""
    random = np.random.default_rng(seed)
    t = np.linspace(0, 2 * np.pi, points, endpoint=False)
    r = radius_m * (1 + 0.2 * np.cos(2 * t)) + random.normal(0, noise_m, points) / 8
    return on_earth(shapely.Polygon(np.column_stack([r * np.cos(t), r * np.sin(t)])))


def qr_texts(pdf: Path, page: int = 1) -> list[str]:
    """Return what the QR codes of a rendered page say."""
    import zxingcpp

    command = [tool("pdftoppm"), "-r", "150", "-gray", "-png", "-f", str(page), "-l", str(page)]
    png = subprocess.run([*command, str(pdf)], capture_output=True, check=True).stdout
    return [code.text for code in zxingcpp.read_barcodes(Image.open(io.BytesIO(png)))]


def indonesian(value: float, decimals: int) -> str:
    """Write a number as 1.234,5."""
    return f"{value:,.{decimals}f}".translate(str.maketrans(",.", ".,"))


def dms(value_deg: float, sides: str) -> str:
    """Write degrees, minutes and seconds to 0.01", computed in whole hundredths."""
    hundredths = round(abs(value_deg) * 360_000)
    degrees, rest = divmod(hundredths, 360_000)
    minutes, rest = divmod(rest, 6000)
    return f"{degrees}° {minutes}' {indonesian(rest / 100, 2)}\" {sides}"
