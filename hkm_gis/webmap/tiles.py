"""An online base map under the parcels: only where somebody asks for it, and from one server."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from hkm_gis.errors import HkmError
from hkm_gis.text import say

__all__ = ["OPENSTREETMAP", "Tiles", "tiles_of"]

OPENSTREETMAP = "osm"

_OSM_URL = "https://tile.openstreetmap.org/{z}/{x}/{y}.png"
_OSM_CREDIT = "© OpenStreetMap contributors"
_OSM_LICENCE = "https://www.openstreetmap.org/copyright"
# Letters of an address that can end no quoted text and no rule of a policy.
_ADDRESS = re.compile(r"https://[\w.-]+(:\d+)?/[\w./~%+=&?@:{}-]*")


@dataclass(frozen=True, slots=True)
class Tiles:
    """Where the pictures of a base map come from.

    Attributes
    ----------
    url
        Address of a picture, with ``{z}``, ``{x}`` and ``{y}``.
    server
        The one server that the page may ask, as a Content-Security-Policy names it.
    credit, licence
        Whose map it is, and the page about it; both are shown on the map.
    needs_site
        Whether the server answers only to pages of a web site. A page that was opened from a
        file does not say where it comes from, which OpenStreetMap's tile usage policy asks for
        (operations.osmfoundation.org/policies/tiles), so it does not ask at all.
    """

    url: str
    server: str
    credit: str
    licence: str
    needs_site: bool

    def told(self, lang: str) -> dict[str, Any]:
        """Return what the page shows and does."""
        host = self.server.removeprefix("https://")
        return {
            "url": self.url,
            "credit": self.credit,
            "licence": self.licence,
            "needs_site": self.needs_site,
            "note": say("webmap.tiles.note", lang, server=host),
            "only_on_site": say("webmap.tiles.only_on_site", lang, server=host),
        }


def tiles_of(asked: str) -> Tiles:
    """Return the base map that somebody asks for.

    Parameters
    ----------
    asked
        ``osm`` for OpenStreetMap, or the address of a tile service that one may use, with
        ``{z}``, ``{x}`` and ``{y}``; its owner follows after a blank.

    Raises
    ------
    HkmError
        It is neither.

    Examples
    --------
    >>> tiles_of("https://peta.example.org/{z}/{x}/{y}.png © Contoh").credit
    '© Contoh'
    >>> tiles_of("http://peta.example.org/{z}.png")
    Traceback (most recent call last):
    ...
    hkm_gis.errors.HkmError: ...
    """
    if asked == OPENSTREETMAP:
        return _from(_OSM_URL, _OSM_CREDIT, _OSM_LICENCE, needs_site=True)
    url, _, credit = asked.strip().partition(" ")
    if not _ADDRESS.fullmatch(url) or not all(part in url for part in ("{z}", "{x}", "{y}")):
        raise HkmError("tiles_unknown", tiles=asked[:120])
    host = urlsplit(url).netloc
    if host == urlsplit(_OSM_URL).netloc:
        return tiles_of(OPENSTREETMAP)
    return _from(url, credit.strip() or host, f"https://{host}/", needs_site=False)


def _from(url: str, credit: str, licence: str, *, needs_site: bool) -> Tiles:
    return Tiles(url, f"https://{urlsplit(url).netloc}", credit, licence, needs_site)
