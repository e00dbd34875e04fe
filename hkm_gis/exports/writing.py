"""Write parcels, overlaps, households and findings as files for offices and other programs."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np

from hkm_gis.errors import TableError
from hkm_gis.exports.geojson import write_geojson
from hkm_gis.exports.geopackage import write_geopackage
from hkm_gis.exports.gpx import corners_of, write_gpx
from hkm_gis.exports.kmz import write_kmz
from hkm_gis.exports.layers import Layer, layers_of, parted, walks_of
from hkm_gis.exports.reading_back import Loss, prove_export
from hkm_gis.exports.shapefile import write_shapefiles
from hkm_gis.exports.workbook import write_workbook
from hkm_gis.files import replace_file, replacing_together
from hkm_gis.privacy import redact
from hkm_gis.report import Report
from hkm_gis.text import phrase, say

if TYPE_CHECKING:  # only named in signatures
    from hkm_gis.survey import Survey

__all__ = [
    "EXPORT_FORMATS",
    "LossWarning",
    "export",
    "marks_of",
    "tell_loss",
    "warn_of",
]

EXPORT_FORMATS = ("gpkg", "geojson", "xlsx", "shp", "kmz", "gpx")
"""What `export` can write."""


class LossWarning(UserWarning):
    """A form of file could not hold a text whole; the file says where."""


def export(
    survey: Survey,
    report: Report,
    folder: str | Path,
    *,
    to: str | Sequence[str],
    private: bool = False,
    lang: str = "id",
    on_loss: Callable[[Loss], None] | None = None,
) -> list[Path]:
    """Write the survey's tables to ``folder`` in one format, or in several.

    Parameters
    ----------
    survey, report
        What was read and what was found.
    folder
        Where the files go; made if it is not there.
    to
        ``gpkg`` and ``shp`` are in the CRS of the project, ``geojson``, ``kmz`` and ``gpx`` (the
        corners, for a handheld) in EPSG:4326.
    private
        Add name, NIK and KK number from the register, for the office only; to ``gpx`` the name
        alone. The files are then named ``..._khusus_kantor`` and readable by their owner only.
    lang
        Language of headings and of the findings' words.
    on_loss
        Told of each column whose texts the format could not hold whole; by default a
        `LossWarning` is given.

    Returns
    -------
    list of Path
        The files, in the order of writing; layers and sheets are ``andil``, ``tumpang_tindih``,
        ``kk`` and ``temuan``. The same survey gives the same bytes.

    Raises
    ------
    TableError
        ``to`` names a format that is none of these.
    FileError
        A file cannot be written, or read back by another library it is not what was to be
        written; an older one then stays as it was.
    """
    forms = [to] if isinstance(to, str) else list(to)
    for unknown in (form for form in forms if form not in EXPORT_FORMATS):
        raise TableError("format_unknown", format=unknown, formats=EXPORT_FORMATS)
    layers = layers_of(survey, report, private=private, lang=lang)
    title = _title_of(survey, report, lang)
    told = on_loss or partial(warn_of, lang=lang)
    contents: dict[str, bytes] = {}
    for form in forms:
        tables = _tables(form, layers, survey, lang, private=private)
        written = _contents(tables, survey, form, title, lang)
        epsg = survey.project.crs_epsg
        for loss in prove_export(form, written, _written(form, tables), crs_epsg=epsg):
            told(loss)
        contents |= written
    home = Path(folder)
    home.mkdir(parents=True, exist_ok=True)
    named = {_for_office(name) if private else name: data for name, data in contents.items()}
    with replacing_together(home) as fresh:
        for name, content in named.items():
            replace_file(fresh / name, content, private=private)
    return [home / name for name in named]


def tell_loss(loss: Loss, lang: str) -> str:
    """Return the sentence that says what a file could not hold."""
    return say(
        f"exports.loss.{loss.reason}",
        lang,
        file=loss.file,
        layer=loss.layer,
        column=phrase(f"exports.column.{loss.column}", lang),
        rows=loss.rows,
    )


def _title_of(survey: Survey, report: Report, lang: str) -> str:
    """Return what a file is called inside, with the marks that it is an example or a draft."""
    forest, named = survey.forest, say("exports.title", lang)
    title = f"{named} – {redact(forest.name)}" if forest else named
    return " – ".join([*marks_of(survey, report, lang), title])


def marks_of(survey: Survey, report: Report, lang: str) -> list[str]:
    """Return the marks that something is an example or a draft; none where it is neither."""
    marks = []
    if survey.forest is not None and survey.forest.example:
        marks.append(say("exports.example", lang))
    if report.blocking:
        marks.append(say("exports.draft", lang, findings=len(report.blocking)))
    return marks


def warn_of(loss: Loss, *, lang: str) -> None:
    """Give a `LossWarning`: the command line prints it as a note."""
    warnings.warn(tell_loss(loss, lang), LossWarning, stacklevel=3)


def _contents(
    layers: Sequence[Layer], survey: Survey, to: str, title: str, lang: str
) -> Mapping[str, bytes]:
    def heading(column: str) -> str:
        return phrase(f"exports.column.{column}", lang)

    tables = {layer.name: layer.frame for layer in layers}
    epsg = survey.project.crs_epsg
    if to == "geojson":
        return {f"{layer.name}.geojson": write_geojson(layer.frame) for layer in _placed(layers)}
    if to == "xlsx":
        return {"data.xlsx": write_workbook(tables, heading=heading, remark=title)}
    if to == "gpkg":
        word = partial(_word, lang)
        packed = write_geopackage(tables, crs_epsg=epsg, remark=title, heading=heading, word=word)
        return {"data.gpkg": packed}
    if to == "shp":
        told = write_shapefiles(layers, crs_epsg=epsg, meaning=heading, title=title, lang=lang)
        return {"data_shp.zip": told}
    if to == "gpx":
        return {"titik_sudut.gpx": write_gpx(*layers, title=title, lang=lang)}
    return {"data.kmz": write_kmz(layers, title=title, heading=heading)}


def _tables(
    to: str, layers: Sequence[Layer], survey: Survey, lang: str, *, private: bool
) -> Sequence[Layer]:
    """Return the tables that one form of file is made of."""
    told = _told_in(to, layers, lang)
    if to == "gpkg" and private:
        return [*told, walks_of(survey)]
    if to == "gpx":
        return [told[0], corners_of(told[0], within_m=survey.project.thresholds.gps_error_m)]
    return told


def _written(to: str, layers: Sequence[Layer]) -> Sequence[Layer]:
    """Return the tables as the form holds them: all, those with places, or the corners."""
    if to == "gpx":
        return layers[1:]
    return _placed(layers) if to in ("geojson", "kmz") else layers


def _placed(layers: Sequence[Layer]) -> list[Layer]:
    return [layer for layer in layers if isinstance(layer.frame, gpd.GeoDataFrame)]


# Programs read the words of the contract; people read the words of their language.
_FOR_PEOPLE = ("xlsx", "shp", "kmz")


def _told_in(to: str, layers: Sequence[Layer], lang: str) -> Sequence[Layer]:
    if to == "gpkg":
        return [part for layer in layers for part in parted(layer)]
    if to == "shp":
        layers = [_placed_first(layer) for layer in layers]
    return [_in_words(layer, lang) for layer in layers] if to in _FOR_PEOPLE else layers


def _placed_first(layer: Layer) -> Layer:
    # A Shapefile that begins with a shape of nothing states an extent that begins at 0, 0, and a
    # GIS that zooms to it shows the Atlantic.
    if not isinstance(layer.frame, gpd.GeoDataFrame):
        return layer
    nowhere = layer.frame.geometry.isna() | layer.frame.geometry.is_empty
    order = np.argsort(nowhere.to_numpy(), kind="stable")
    return Layer(layer.kind, layer.frame.iloc[order], layer.part)


def _in_words(layer: Layer, lang: str) -> Layer:
    coded = [c for c in ("kind", "severity", "status") if c in layer.columns]
    told = {c: [_word(lang, v) for v in layer.frame[c]] for c in coded}
    return Layer(layer.kind, layer.frame.assign(**told))


def _word(lang: str, code: str) -> str:
    return phrase(f"exports.word.{code}", lang)


def _for_office(name: str) -> str:
    stem, dot, ending = name.partition(".")
    return f"{stem}_khusus_kantor{dot}{ending}"
