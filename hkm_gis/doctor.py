"""Whether this installation can do its work: packages, fonts, drivers, projections, disk."""

from __future__ import annotations

import os
import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

from hkm_gis.record import Fact

__all__ = ["Examination", "run_doctor"]

FREE_MIN_MB = 500
"""A project of three groups writes about 5 MB; sheets of a whole register some hundred."""

READERS = frozenset({"GPX", "LIBKML", "GeoJSON", "GeoJSONSeq", "GPKG", "ESRI Shapefile"}) | {
    "FlatGeobuf"
}
"""Drivers without which a file of the field stays unread."""

SQUARE = (
    (104.6, -5.3),
    (104.60090214657738, -5.2999999993423925),
    (104.60090214657738, -5.299095707335571),
    (104.6, -5.299095707993178),
)
"""A square of exactly one geodesic hectare near Register 30 (pyproj.Geod)."""

SQUARE_UTM_HA = 0.99925
"""The same square on the grid of EPSG:32748."""

AREA_TOLERANCE_HA = 1e-5
"""What the corners of the square prove, written with 15 digits and rounded to 0.1 m²."""

SRGI_SHIFT_MAX_M = 0.5
"""SRGI2013 and WGS 84 lie 0.23 m apart here: more means that a transformation is broken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """One thing that was looked at.

    Attributes
    ----------
    name
        What it is; its words are ``doctor.<name>`` in ``text/``.
    sound
        Whether it is as it must be.
    facts
        What the words name.
    """

    name: str
    sound: bool
    facts: Mapping[str, Fact] = field(default_factory=dict)


def run_doctor() -> tuple[Examination, ...]:
    """Examine the installation and return what was found, sound or not.

    Nothing is written but one small file in the temporary folder, and nothing is asked of a
    network. What cannot even be examined is not sound.

    Returns
    -------
    tuple of Examination
        In a fixed order, one each.

    Examples
    --------
    >>> [e.name for e in run_doctor() if not e.sound]
    []
    """
    return tuple(_examine(name, look) for name, look in _LOOKS.items())


def _examine(name: str, look: Callable[[], tuple[bool, Mapping[str, Fact]]]) -> Examination:
    try:
        sound, facts = look()
    except Exception as error:
        # A broken installation fails in ways nobody foresaw; the doctor must still finish.
        sound, facts = False, {"problem": f"{type(error).__name__}: {error}"[:200]}
    return Examination(name=name, sound=sound, facts={"problem": "", **facts})


def _python() -> tuple[bool, Mapping[str, Fact]]:
    wanted = metadata.metadata("hkm-gis")["Requires-Python"]
    lowest, beyond = sorted(_numbers(found) for found in re.findall(r"\d+\.\d+", wanted))
    sound = lowest <= sys.version_info[:2] < beyond and sys.maxsize > 2**32
    return sound, {"version": platform.python_version(), "problem": "" if sound else wanted}


def _packages() -> tuple[bool, Mapping[str, Fact]]:
    needed = list(_needed_packages())
    lacking = [f"{name} {lowest}" for name, lowest in needed if _older(name, lowest)]
    return not lacking, {"count": len(needed), "problem": ", ".join(lacking)}


def _needed_packages() -> Iterator[tuple[str, str]]:
    for line in metadata.requires("hkm-gis") or ():
        if "extra ==" not in line:
            name = re.match(r"[\w.-]+", line)
            lowest = re.search(r">=\s*([\d.]+)", line)
            if name is not None:
                yield name.group(), lowest.group(1) if lowest else "0"


def _older(name: str, lowest: str) -> bool:
    try:
        found = metadata.version(name)
    except metadata.PackageNotFoundError:
        return True
    return _numbers(found) < _numbers(lowest)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(n) for n in re.findall(r"\d+", version)[:3])


def _drivers() -> tuple[bool, Mapping[str, Fact]]:
    import fiona
    import pyogrio
    import rasterio.drivers

    readers = {name for name, can in pyogrio.list_drivers().items() if "r" in can}
    lacking = sorted(READERS - readers)
    if "w" not in fiona.supported_drivers.get("ESRI Shapefile", ""):
        lacking.append("ESRI Shapefile (w)")
    if rasterio.drivers.raster_driver_extensions().get("tif") != "GTiff":
        lacking.append("GTiff")
    return not lacking, {"count": len(READERS) + 2, "problem": ", ".join(lacking)}


def _projections() -> tuple[bool, Mapping[str, Fact]]:
    from pyproj import Geod, Transformer, network
    from shapely import Polygon

    from hkm_gis.plane import area_m2

    plane_ha = float(area_m2([Polygon(SQUARE)])[0]) / 10_000
    lon, lat = zip(*SQUARE, strict=True)
    geodesic_ha = abs(Geod(ellps="WGS84").polygon_area_perimeter(lon, lat)[0]) / 10_000
    utm = Transformer.from_crs(4326, 32748, always_xy=True)
    utm_ha = Polygon(zip(*utm.transform(lon, lat), strict=True)).area / 10_000
    srgi = Transformer.from_crs(32748, 9488, always_xy=True)
    here_m = utm.transform(*SQUARE[0])
    shift_m = max(abs(a - b) for a, b in zip(here_m, srgi.transform(*here_m), strict=True))
    sound = (
        abs(plane_ha - 1) < AREA_TOLERANCE_HA
        and abs(geodesic_ha - 1) < AREA_TOLERANCE_HA
        and abs(utm_ha - SQUARE_UTM_HA) < AREA_TOLERANCE_HA
        and shift_m < SRGI_SHIFT_MAX_M
        and not network.is_network_enabled()  # type: ignore[attr-defined]
    )
    return sound, {"measured_ha": plane_ha, "utm_ha": utm_ha}


def _sheets() -> tuple[bool, Mapping[str, Fact]]:
    from hkm_gis.sheets.canvas import printable

    # The face of the sheets must know each sign that every sheet carries.
    lost = sorted(sign for sign in "Åé°²±–·" if printable(sign) != sign)
    return not lost, {"problem": " ".join(lost)}


def _webmap() -> tuple[bool, Mapping[str, Fact]]:
    from importlib.resources import files

    script = files("xstatic.pkg.leaflet").joinpath("data", "leaflet.js")
    return script.is_file(), {"problem": "" if script.is_file() else script.name}


def _disk() -> tuple[bool, Mapping[str, Fact]]:
    free_mb = shutil.disk_usage(Path.cwd()).free // 1_000_000
    with tempfile.TemporaryFile() as trial:
        trial.write(b"hkm")
    writable = os.access(Path.cwd(), os.W_OK)
    facts: dict[str, Fact] = {"free_mb": free_mb, "folder": Path.cwd().name}
    return writable and free_mb >= FREE_MIN_MB, facts


_LOOKS: Mapping[str, Callable[[], tuple[bool, Mapping[str, Fact]]]] = {
    "python": _python,
    "packages": _packages,
    "drivers": _drivers,
    "projections": _projections,
    "sheets": _sheets,
    "webmap": _webmap,
    "disk": _disk,
}
