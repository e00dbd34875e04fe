"""Write parcels, overlaps, households and findings as files for offices and other programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd

from hkm_gis.errors import TableError
from hkm_gis.exports.geojson import write_geojson
from hkm_gis.exports.geopackage import write_geopackage
from hkm_gis.exports.kmz import write_kmz
from hkm_gis.exports.layers import Layer, layers_of
from hkm_gis.exports.shapefile import write_shapefiles
from hkm_gis.exports.workbook import write_workbook
from hkm_gis.files import replace_file
from hkm_gis.report import Report
from hkm_gis.text import phrase, say

if TYPE_CHECKING:  # only named in signatures
    from hkm_gis.survey import Survey

__all__ = ["EXPORT_FORMATS", "export"]

EXPORT_FORMATS = ("gpkg", "geojson", "xlsx", "shp", "kmz")
"""What `export` can write."""


def export(
    survey: Survey,
    report: Report,
    folder: str | Path,
    *,
    to: str,
    private: bool = False,
    lang: str = "id",
) -> list[Path]:
    """Write the survey's tables to ``folder`` in one format.

    Parameters
    ----------
    survey, report
        What was read and what was found.
    folder
        Where the files go; made if it is not there.
    to
        ``gpkg`` and ``shp`` are in the CRS of the project, ``geojson`` and ``kmz`` in EPSG:4326.
    private
        Add name, NIK and KK number from the register, for the office only. The files are then
        named ``..._khusus_kantor`` and readable by their owner only.
    lang
        Language of headings and of the findings' words.

    Returns
    -------
    list of Path
        The files, in the order of writing; layers and sheets are ``andil``, ``tumpang_tindih``,
        ``kk`` and ``temuan``. The same survey gives the same bytes.

    Raises
    ------
    TableError
        ``to`` is none of these formats.
    FileError
        A file cannot be written; an older one then stays as it was.
    """
    if to not in EXPORT_FORMATS:
        raise TableError("format_unknown", format=to, formats=EXPORT_FORMATS)
    layers = layers_of(survey, report, private=private, lang=lang)
    contents = _contents(layers, survey, to, lang)
    home = Path(folder)
    home.mkdir(parents=True, exist_ok=True)
    written = []
    for name, content in contents.items():
        path = home / (_for_office(name) if private else name)
        replace_file(path, content, private=private)
        written.append(path)
    return written


def _contents(layers: Sequence[Layer], survey: Survey, to: str, lang: str) -> Mapping[str, bytes]:
    def heading(column: str) -> str:
        return phrase(f"exports.column.{column}", lang)

    if to in _FOR_PEOPLE:
        layers = [_in_words(layer, lang) for layer in layers]
    if to == "geojson":
        placed = [layer for layer in layers if isinstance(layer.frame, gpd.GeoDataFrame)]
        return {f"{layer.name}.geojson": write_geojson(layer.frame) for layer in placed}
    if to == "xlsx":
        sheets = {layer.name: layer.frame for layer in layers}
        return {"data.xlsx": write_workbook(sheets, heading=heading)}
    if to == "gpkg":
        tables = {layer.name: layer.frame for layer in layers}
        return {"data.gpkg": write_geopackage(tables, crs_epsg=survey.project.crs_epsg)}
    if to == "shp":
        return {"data_shp.zip": _shapefiles(layers, survey, lang)}
    return {"data.kmz": write_kmz(layers, title=_title(survey, lang), heading=heading)}


# Programs read the words of the contract; people read the words of their language.
_FOR_PEOPLE = ("xlsx", "shp", "kmz")


def _in_words(layer: Layer, lang: str) -> Layer:
    coded = [c for c in ("kind", "severity", "status") if c in layer.columns]
    told = {c: [phrase(f"exports.word.{v}", lang) for v in layer.frame[c]] for c in coded}
    return Layer(layer.kind, layer.frame.assign(**told))


def _shapefiles(layers: Sequence[Layer], survey: Survey, lang: str) -> bytes:
    return write_shapefiles(
        layers,
        crs_epsg=survey.project.crs_epsg,
        meaning=lambda column: phrase(f"exports.column.{column}", lang),
    )


def _title(survey: Survey, lang: str) -> str:
    forest = survey.forest
    if forest is None:
        return say("exports.title", lang)
    key = "exports.title_example" if forest.example else "exports.title_forest"
    return say(key, lang, forest=forest.name)


def _for_office(name: str) -> str:
    stem, dot, ending = name.partition(".")
    return f"{stem}_khusus_kantor{dot}{ending}"
