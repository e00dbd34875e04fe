"""Every kind of file that is read as it stands: its reader, its names, and what to mind in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from hkm_gis.files import Kind
from hkm_gis.readers.feature import Outcome
from hkm_gis.readers.forms import read_form_json
from hkm_gis.readers.geojson import read_geojson, read_geojsonseq
from hkm_gis.readers.gpx import read_gpx
from hkm_gis.readers.kml import read_kml
from hkm_gis.readers.tables import read_csv_table, read_xlsx_tables
from hkm_gis.readers.vectors import read_flatgeobuf, read_geopackage

__all__ = ["FORMATS", "Format", "is_named_as"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One kind of file.

    Attributes
    ----------
    read
        Takes the content, the name of the source and the limits; then, by keyword, what
        ``takes`` says. Yields features, rejections and remarks.
    takes
        ``crs``, the coordinate system of files that state none; ``layer``, the one layer to read.
        A format that takes no ``crs`` is always in degrees of WGS 84.
    called
        What people call it; empty where its name is no promise.
    endings
        The endings of names that promise this kind, small letters.
    is_text
        Whether it is text whose letters may have to be guessed.
    """

    read: Callable[..., Iterator[Outcome]]
    takes: tuple[str, ...] = ()
    called: str = ""
    endings: tuple[str, ...] = ()
    is_text: bool = False


FORMATS: Mapping[Kind, Format] = {
    "gpx": Format(read=read_gpx, called="GPX", endings=(".gpx",), is_text=True),
    "kml": Format(read=read_kml, called="KML", endings=(".kml",), is_text=True),
    "geojson": Format(
        read=read_geojson, takes=("crs",), called="GeoJSON", endings=(".geojson",), is_text=True
    ),
    "geojsonseq": Format(
        read=read_geojsonseq, takes=("crs",), called="GeoJSON", endings=(".geojson",), is_text=True
    ),
    "json": Format(read=read_form_json, takes=("crs",), is_text=True),
    # A table tells of its letters itself, with the row.
    "table": Format(read=read_csv_table, takes=("crs",), called="CSV", endings=(".csv",)),
    "xlsx": Format(
        read=read_xlsx_tables,
        takes=("crs", "layer"),
        called="XLSX",
        endings=(".xlsx", ".xlsm", ".zip"),
    ),
    "gpkg": Format(
        read=read_geopackage, takes=("crs", "layer"), called="GeoPackage", endings=(".gpkg",)
    ),
    "flatgeobuf": Format(
        read=read_flatgeobuf, takes=("crs",), called="FlatGeobuf", endings=(".fgb",)
    ),
}
"""The formats of one file each. Beside them stand the shapefile, which is several files, and the
archive, which holds files of these formats."""

_BESIDE: Mapping[Kind, tuple[str, ...]] = {"shapefile": (".shp",), "archive": (".kmz", ".zip")}


def is_named_as(kind: Kind, suffix: str) -> bool:
    """Return whether a file of this kind may have a name with this ending.

    Examples
    --------
    An ending that promises nothing may stand on any file.

    >>> is_named_as("kml", ".kml"), is_named_as("kml", ".gpx"), is_named_as("kml", ".txt")
    (True, False, True)
    """
    promised = {**{name: one.endings for name, one in FORMATS.items()}, **_BESIDE}
    kinds = {name for name, endings in promised.items() if suffix.lower() in endings}
    return not kinds or kind in kinds
