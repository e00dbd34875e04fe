"""One HTML page that asks the network for nothing unasked, and runs no script but its own."""

from __future__ import annotations

import hashlib
import html
import json
import re
from base64 import b64encode
from functools import cache
from importlib.resources import files
from typing import Any

from hkm_gis.webmap.tiles import Tiles

__all__ = ["write_page"]

_POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; "
    "img-src data:{server}; base-uri 'none'; form-action 'none'"
)
_OURS = ("shapes.js", "popups.js", "panel.js", "measure.js", "map.js")
_FRAME = "map_hkm"


def write_page(content: dict[str, Any], lang: str, tiles: Tiles | None = None) -> bytes:
    """Return the page (UTF-8) that shows ``content``, the same bytes for the same content.

    Names reach the page only as JSON inside a data block, from which the scripts write them as
    text. Should markup slip through, the browser refuses to run it: only scripts that carry the
    page's nonce run, and the nonce follows from all that the page holds. Pictures come from the
    page itself, and from the server of ``tiles`` where it has an online base map.
    """
    data = _inert_json(content)
    scripts = "".join(f"<script>{code}</script>\n" for code in (_leaflet_script(), *_own_scripts()))
    nonce = hashlib.sha256((data + scripts).encode()).hexdigest()[:32]
    policy = _POLICY.format(nonce=nonce, server=f" {tiles.server}" if tiles else "")
    head = (
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f"<title>{html.escape(content['title'])}</title>\n"
    )
    style = f"<style>{_leaflet_style()}\n{_own('map.css')}</style>\n"
    block = f'<script type="application/json" id="content">{data}</script>\n'
    page = _folium_frame().replace("<html>", f'<html lang="{lang}">', 1)
    page = page.replace("</head>", style + scripts + "</head>", 1)
    page = re.sub(r"<(script|style)>", rf'<\1 nonce="{nonce}">', page)
    page = page.replace("<head>", "<head>\n" + head, 1)
    return page.replace("</body>", block + "</body>", 1).encode()


def _inert_json(content: dict[str, Any]) -> str:
    # Inside a data block only "<" could end it; the others end templates and old parsers' lines.
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for sign in "<>&`$\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _folium_frame() -> str:
    import folium

    class OfflineMap(folium.Map):
        """A map that names no file of any server."""

        default_js: list[tuple[str, str]] = []  # noqa: RUF012 - as folium declares it
        default_css: list[tuple[str, str]] = []  # noqa: RUF012

    chart = OfflineMap(
        tiles=None,
        prefer_canvas=True,
        zoom_control=False,
        attribution_control=False,
        min_zoom=7,
        max_zoom=21,
        zoom_snap=0.5,
        max_bounds_viscosity=1.0,
    )
    # folium names its elements at random; the same survey must give the same bytes.
    page = str(chart.get_root().render()).replace(chart.get_name(), _FRAME)
    drawn, ending = page.rsplit("</script>", 1)
    return f"{drawn}startMap({_FRAME});</script>{ending}"


def _own_scripts() -> list[str]:
    return [_own(name) for name in _OURS]


@cache
def _own(name: str) -> str:
    return files(__package__).joinpath(name).read_text("utf-8")


@cache
def _leaflet_script() -> str:
    code = _leaflet("leaflet.js").decode()
    return re.sub(r"//# sourceMappingURL=\S*", "", code).replace("</script", r"<\/script")


@cache
def _leaflet_style() -> str:
    def embedded(match: re.Match[str]) -> str:
        picture = b64encode(_leaflet(match[1])).decode()
        return f"url(data:image/png;base64,{picture})"

    return re.sub(r"url\((images/[\w.-]+)\)", embedded, _leaflet("leaflet.css").decode())


def _leaflet(name: str) -> bytes:
    return files("xstatic.pkg.leaflet").joinpath("data", *name.split("/")).read_bytes()
