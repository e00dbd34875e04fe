"""An online base map: only where asked for, from one server, with its owner's name on the map."""

from __future__ import annotations

import base64

import pytest
from browsing import needs_browser
from hamlet import findings, hamlet

from hkm_gis.errors import HkmError
from hkm_gis.webmap import draw_map
from hkm_gis.webmap.tiles import tiles_of

SERVER = "https://peta.contoh.example"
ADDRESS = f"{SERVER}/{{z}}/{{x}}/{{y}}.png"
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture
def visit(browser, tmp_path):
    """Open a map that was drawn with ``tiles``; return the page and what it asked for."""
    contexts = []

    def open_map(tiles, *, at=""):
        path = draw_map(hamlet(), findings(), tmp_path / "peta.html", tiles=tiles)
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        contexts.append(context)
        asked = []

        def answer(route):
            if route.request.url == at:
                route.fulfill(content_type="text/html", body=path.read_bytes())
            else:
                asked.append(route.request)
                route.fulfill(content_type="image/png", body=DOT)

        context.route("http://**/*", answer)
        context.route("https://**/*", answer)
        page = context.new_page()
        page.noise = []
        page.on("console", lambda message: page.noise.append(message.text))
        page.goto(at or path.as_uri())
        page.wait_for_timeout(400)
        return page, asked

    yield open_map
    for context in contexts:
        context.close()


@needs_browser
def test_a_map_without_a_base_map_asks_no_server(visit):
    page, asked = visit(None)

    assert asked == []
    assert page.locator(".credit").count() == 0


@needs_browser
def test_a_base_map_comes_from_the_one_server_that_was_asked_for(visit):
    page, asked = visit(f"{ADDRESS} © Kantor Contoh")

    assert {request.url.split("/")[2] for request in asked} == {"peta.contoh.example"}
    assert page.inner_text(".credit") == "© Kantor Contoh"
    assert "internet" in page.inner_text(".legend .hint")
    assert page.noise == []


@needs_browser
def test_no_other_server_may_be_asked_even_by_the_page_itself(visit):
    page, asked = visit(ADDRESS)
    before = len(asked)
    page.evaluate("() => { document.body.append(new Image()); }")
    page.evaluate("() => { new Image().src = 'https://lain.example/a.png'; }")
    page.wait_for_timeout(200)

    assert len(asked) == before
    assert "Content Security Policy" in page.noise[0]


@needs_browser
def test_openstreetmap_is_not_asked_by_a_page_that_cannot_say_where_it_comes_from(visit):
    page, asked = visit("osm")

    assert asked == []
    assert "situs web" in page.inner_text(".legend .hint")


@needs_browser
def test_openstreetmap_is_asked_on_a_web_site_and_named(visit):
    page, asked = visit("osm", at="http://kantor.example/peta.html")

    assert {request.url.split("/")[2] for request in asked} == {"tile.openstreetmap.org"}
    assert {r.all_headers()["referer"] for r in asked} == {"http://kantor.example/"}
    assert page.inner_text(".credit") == "© OpenStreetMap contributors"
    assert page.get_attribute(".credit a", "href") == "https://www.openstreetmap.org/copyright"


@pytest.mark.parametrize(
    "asked",
    [
        *("", "bing", "http://a.example/{z}/{x}/{y}.png", "https://a.example/{z}/{x}.png"),
        *("https://a.example;script-src */{z}/{x}/{y}", "https://a.example'/{z}/{x}/{y}"),
        'https://a.example/{z}/{x}/{y}"><script>',
    ],
)
def test_what_is_no_address_of_a_base_map_is_refused(asked):
    with pytest.raises(HkmError) as caught:
        tiles_of(asked)

    assert caught.value.key == "tiles_unknown"


def test_the_address_of_openstreetmap_is_openstreetmap():
    assert tiles_of("https://tile.openstreetmap.org/{z}/{x}/{y}.png") == tiles_of("osm")
