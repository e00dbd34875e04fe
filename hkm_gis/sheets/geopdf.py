"""What makes a PDF a map for a GPS: the georeference of its frames, and layers to switch."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from pyproj import CRS, Transformer

from hkm_gis.sheets.canvas import POINTS_PER_MM
from hkm_gis.sheets.frame import Frame

__all__ = ["Maps", "georeference"]

_UNIT_SQUARE = ((0, 0), (0, 1), (1, 1), (1, 0))
"""Corners in the order lower left, upper left, upper right, lower right (ISO 32000-2, 12.10)."""


Maps = Sequence[tuple[str, Frame]]
"""Name and frame of each map on one page, the main map first."""


def georeference(
    pdf: bytes, pages: Sequence[Maps], layers: Mapping[str, str], *, lang: str = "id"
) -> bytes:
    """Return the PDF with the georeference of every map, layers, and exact printing.

    Parameters
    ----------
    pdf
        The document as `Canvas.save` returns it.
    pages
        The maps of each page from the first; further pages carry none.
    layers
        Name of each layer → the resource name its content carries.
    lang
        Language of the document.
    """
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for page, maps in zip(document.pages, pages, strict=False):
            page.obj.VP = Array([_viewport(document, name, frame) for name, frame in maps])
        _add_layers(document, layers)
        document.Root.Lang = String({"id": "id-ID"}.get(lang, lang))
        # a viewer that fits the page to the paper would break the scale
        document.Root.ViewerPreferences = Dictionary(
            PrintScaling=Name("/None"), DisplayDocTitle=True, PickTrayByPDFSize=True
        )
        out = io.BytesIO()
        document.save(
            out,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            compress_streams=True,
            deterministic_id=True,
            min_version="1.7",
        )
    return out.getvalue()


def _viewport(document: pikepdf.Pdf, name: str, frame: Frame) -> Dictionary:
    corners = [v * POINTS_PER_MM for v in frame.box_mm]
    return Dictionary(
        Type=Name.Viewport,
        Name=String(name),
        BBox=Array([_decimal(v, 4) for v in corners]),
        Measure=document.make_indirect(_measure(frame)),
    )


def _measure(frame: Frame) -> Dictionary:
    crs = CRS.from_epsg(frame.epsg)
    geographic = crs.geodetic_crs
    assert geographic is not None  # noqa: S101 - every projected system has one
    return Dictionary(
        Type=Name.Measure,
        Subtype=Name.GEO,
        Bounds=Array([v for corner in _UNIT_SQUARE for v in corner]),
        LPTS=Array([v for corner in _UNIT_SQUARE for v in corner]),
        GPTS=Array([_decimal(v, 9) for v in _corners_latlon(frame, crs, geographic)]),
        GCS=_system(crs, Name.PROJCS),
        DCS=_system(geographic, Name.GEOGCS),
        PDU=Array([Name.M, Name.SQM, Name.DEG]),
    )


def _corners_latlon(frame: Frame, crs: CRS, geographic: CRS) -> list[float]:
    bounds = frame.bounds_m
    x = [bounds.x0 + u * bounds.width for u, _ in _UNIT_SQUARE]
    y = [bounds.y0 + v * bounds.height for _, v in _UNIT_SQUARE]
    lon, lat = Transformer.from_crs(crs, geographic, always_xy=True).transform(x, y)
    return [value for pair in zip(lat, lon, strict=True) for value in pair]


def _system(crs: CRS, kind: Name) -> Dictionary:
    system = Dictionary(Type=kind, WKT=String(crs.to_wkt("WKT1_ESRI")))
    code = crs.to_epsg()
    if code is not None:
        system.EPSG = code
    return system


def _add_layers(document: pikepdf.Pdf, layers: Mapping[str, str]) -> None:
    if not layers:
        return
    groups = {
        key: document.make_indirect(Dictionary(Type=Name.OCG, Name=String(name)))
        for name, key in layers.items()
    }
    for page in document.pages:
        resources = page.obj.Resources
        resources.Properties = Dictionary({f"/{key}": group for key, group in groups.items()})
    shown = Array(list(groups.values()))
    document.Root.OCProperties = Dictionary(
        OCGs=shown, D=Dictionary(Name=String("Layer"), Order=shown, ON=shown)
    )


def _decimal(value: float, digits: int) -> pikepdf.Object:
    return pikepdf.Object.parse(f"{value:.{digits}f}".encode())
