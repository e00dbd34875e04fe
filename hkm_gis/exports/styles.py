"""How the layers look when an office opens them: the colours of the KML and QGIS styles."""

from __future__ import annotations

__all__ = ["LOOKS", "qgis_style"]

LOOKS: dict[str, tuple[str, str, int, str]] = {
    # layer: outline, fill (both RRGGBB), opacity of the fill in percent, column of the label
    "andil": ("1f5132", "8fbf8f", 35, "parcel_id"),
    "tumpang_tindih": ("b30000", "e34a33", 55, ""),
    "temuan": ("e08214", "fdb863", 20, "code"),
}
"""Colours that stay apart for the colour-blind: green land, red shared land, orange findings."""

_STYLE = """<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22" styleCategories="Symbology|Labeling" labelsEnabled="{labelled}">
 <renderer-v2 type="singleSymbol" symbollevels="0" enableorderby="0">
  <symbols><symbol name="0" type="fill" alpha="1" force_rhr="0" clip_to_extent="1">
   <layer class="SimpleFill" enabled="1" pass="0" locked="0">
    <Option type="Map">
     <Option name="color" type="QString" value="{fill}"/>
     <Option name="outline_color" type="QString" value="{line}"/>
     <Option name="outline_width" type="QString" value="0.4"/>
     <Option name="outline_width_unit" type="QString" value="MM"/>
     <Option name="style" type="QString" value="solid"/>
    </Option>
   </layer>
  </symbol></symbols>
 </renderer-v2>
 <labeling type="simple"><settings calloutType="simple">
  <text-style fieldName="{label}" fontSize="8" textColor="0,0,0,255" isExpression="0"/>
  <placement placement="1"/>
 </settings></labeling>
</qgis>
"""


def qgis_style(layer: str) -> str:
    """Return the QGIS style (QML) of a polygon layer; empty where it has none."""
    if layer not in LOOKS or layer == "temuan":  # findings mix points, lines and areas
        return ""
    line, fill, opacity_pct, label = LOOKS[layer]
    return _STYLE.format(
        labelled=int(bool(label)),
        line=_rgba(line, 100),
        fill=_rgba(fill, opacity_pct),
        label=label,
    )


def _rgba(colour: str, opacity_pct: int) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (0, 2, 4))
    return f"{red},{green},{blue},{round(opacity_pct * 2.55)}"
