"""How the layers look when an office opens them: the colours of KML, and the styles of QGIS."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from hkm_gis.exports.names import LAYER_PARTS

if TYPE_CHECKING:  # only named in signatures
    import pandas as pd

__all__ = ["LOOKS", "qgis_style"]

LOOKS: dict[str, tuple[str, str, int, str]] = {
    # layer: outline, fill (both RRGGBB), opacity of the fill in percent, column of the label
    "andil": ("1f5132", "8fbf8f", 35, "parcel_id"),
    "tumpang_tindih": ("b30000", "e34a33", 55, ""),
    "temuan": ("e08214", "fdb863", 20, "code"),
}
"""Colours that stay apart for the colour-blind: green land, red shared land, orange findings."""


@dataclass(frozen=True, slots=True)
class _Look:
    """The symbol of one value: colour (RRGGBB), opacity of the fill in percent, and marker."""

    value: str
    colour: str
    opacity_pct: int
    marker: str = ""
    marker_mm: float = 3.0


_GRAVITY = (
    # Shape as well as colour, so that they stay apart on a photocopy and for the colour-blind.
    _Look("error", "b2182b", 30, "triangle", 4.4),
    _Look("warning", "e08214", 20, "diamond", 3.8),
    _Look("note", "4393c3", 10, "circle", 2.6),
    _Look("accepted", "7f7f7f", 10, "cross_fill", 3.0),
)
_SHARED = (
    _Look("overlap", "b30000", 55),
    _Look("contained", "7a0177", 55),
    _Look("duplicate", "08306b", 55),
    _Look("sliver", "fec44f", 55),
)
_SETTLED_OR_GRAVITY = """CASE WHEN "status" = 'accepted' THEN 'accepted' ELSE "severity" END"""

_CODED = {"severity": _GRAVITY[:3], "kind": _SHARED, "status": (_Look("open", "", 0), _GRAVITY[3])}
"""Columns of codes, with the codes that people should read as words."""


def qgis_style(
    name: str, table: pd.DataFrame, heading: Callable[[str], str], word: Callable[[str], str]
) -> str:
    """Return the style (QML of QGIS 3.22) of a layer: symbols where `LOOKS` has it, and words.

    Parameters
    ----------
    name
        Name of the layer, for its lines or points with an ending of `LAYER_PARTS`.
    table
        What the layer holds: areas, lines or points.
    heading, word
        Words of a column and of a code (``error``) in the language of the reader.
    """
    part = next((p for p in LAYER_PARTS if name.endswith(p)), "")
    layer, geometry = name.removesuffix(part), _SYMBOLS[part]
    columns = [str(c) for c in table.columns if c != "geometry"]
    root = Element("qgis", version="3.22")
    looks = layer in LOOKS
    root.set("styleCategories", "Symbology|Labeling|Fields|Forms" if looks else "Fields|Forms")
    if looks:
        _add_look(root, layer, geometry, word)
    _add_words(root, columns, heading, word)
    indent(root, " ")
    return _DOCTYPE + tostring(root, encoding="unicode") + "\n"


def _add_look(root: Element, layer: str, geometry: str, word: Callable[[str], str]) -> None:
    line, fill, opacity_pct, label = LOOKS[layer]
    root.set("labelsEnabled", str(int(bool(label))))
    if layer == "temuan":
        root.append(_by_value(_SETTLED_OR_GRAVITY, _GRAVITY, geometry, word))
    elif layer == "tumpang_tindih":
        root.append(_by_value("kind", _SHARED, geometry, word))
    else:
        renderer = SubElement(root, "renderer-v2", type="singleSymbol", symbollevels="0")
        symbol = _fill(_Look("", fill, opacity_pct), outline=line)
        SubElement(renderer, "symbols").append(_symbol("0", "fill", symbol))
    if label:
        root.append(_labels(label))


_SYMBOLS = {"": "fill", **dict(zip(LAYER_PARTS, ("line", "marker"), strict=True))}
_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"


def _by_value(
    expression: str, looks: Iterable[_Look], geometry: str, word: Callable[[str], str]
) -> Element:
    renderer = Element("renderer-v2", type="categorizedSymbol", attr=expression, symbollevels="0")
    categories, symbols = SubElement(renderer, "categories"), SubElement(renderer, "symbols")
    for place, look in enumerate(looks):
        SubElement(
            categories,
            "category",
            symbol=str(place),
            value=look.value,
            label=word(look.value),
            render="true",
        )
        symbols.append(_symbol(str(place), geometry, *_layers(look, geometry)))
    return renderer


def _layers(look: _Look, geometry: str) -> Iterator[Element]:
    if geometry == "fill":
        yield _fill(look, outline=look.colour)
    elif geometry == "line":
        width = {"line_width": "0.8", "line_width_unit": "MM"}
        yield _layer("SimpleLine", line_color=_rgba(look.colour, 100), **width)
    if look.marker and geometry == "fill":
        # A claim of 30 m² is invisible on the map of a district; its mark is not.
        marked = _layer("CentroidFill", point_on_surface="1", point_on_all_parts="0")
        marked.append(_symbol("@0@1", "marker", _marker(look)))
        yield marked
    elif geometry == "marker":
        yield _marker(look)


def _fill(look: _Look, *, outline: str) -> Element:
    return _layer(
        "SimpleFill",
        color=_rgba(look.colour, look.opacity_pct),
        outline_color=_rgba(outline, 100),
        outline_width="0.4",
        outline_width_unit="MM",
        style="solid",
    )


def _marker(look: _Look) -> Element:
    return _layer(
        "SimpleMarker",
        name=look.marker or "circle",
        color=_rgba(look.colour, 100),
        outline_color="255,255,255,255",
        outline_width="0.3",
        size=str(look.marker_mm),
        size_unit="MM",
    )


def _symbol(name: str, kind: str, *layers: Element) -> Element:
    symbol = Element("symbol", name=name, type=kind, alpha="1", clip_to_extent="1")
    symbol.extend(layers)
    return symbol


def _layer(kind: str, **options: str) -> Element:
    layer = Element("layer", {"class": kind, "enabled": "1", "pass": "0", "locked": "0"})
    _options(layer, options.items())
    return layer


def _options(parent: Element, pairs: Iterable[tuple[str, str]]) -> None:
    table = SubElement(parent, "Option", type="Map")
    for name, value in pairs:
        SubElement(table, "Option", name=name, type="QString", value=value)


def _labels(column: str) -> Element:
    labeling = Element("labeling", type="simple")
    settings = SubElement(labeling, "settings", calloutType="simple")
    text = SubElement(settings, "text-style", fieldName=column, fontSize="8", isExpression="0")
    text.set("textColor", "0,0,0,255")
    halo = {"bufferDraw": "1", "bufferSize": "0.7", "bufferColor": "255,255,255,200"}
    SubElement(text, "text-buffer", halo)
    SubElement(settings, "placement", placement="1")
    return labeling


def _add_words(
    root: Element, columns: list[str], heading: Callable[[str], str], word: Callable[[str], str]
) -> None:
    fields, aliases = SubElement(root, "fieldConfiguration"), SubElement(root, "aliases")
    for place, column in enumerate(columns, start=1):  # the key stands before them all
        SubElement(aliases, "alias", index=str(place), field=column, name=heading(column))
        codes = _CODED.get(column, ())
        if codes:
            field = SubElement(fields, "field", name=column)
            widget = SubElement(field, "editWidget", type="ValueMap")
            config = SubElement(SubElement(widget, "config"), "Option", type="Map")
            choices = SubElement(config, "Option", name="map", type="List")
            for code in codes:
                _options(choices, [(word(code.value), code.value)])


def _rgba(colour: str, opacity_pct: int) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (0, 2, 4))
    return f"{red},{green},{blue},{round(opacity_pct * 2.55)}"
