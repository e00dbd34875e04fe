"""The interactive map in a real browser, without internet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from browsing import needs_browser
from hamlet import CANARIES, HOSTILE, findings, hamlet
from land import on_earth, parcel_table, rectangle, square

from hkm_gis.plane import area_m2
from hkm_gis.privacy import find_identity_numbers
from hkm_gis.report import Report
from hkm_gis.webmap import draw_map
from hkm_gis.webmap.content import map_content
from hkm_gis.webmap.page import _leaflet_script
from hkm_gis.webmap.shapes import encode, simplify
from hkm_gis.wording import explain


@pytest.fixture
def page(browser: Any, tmp_path: Path) -> Iterator[Any]:
    path = draw_map(hamlet(), findings(), tmp_path / "peta.html")
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.noise = []
    page.on("console", lambda message: page.noise.append(message.text))
    page.on("pageerror", lambda error: page.noise.append(str(error)))
    page.on("dialog", lambda dialog: page.noise.append(dialog.message))
    page.asked = []
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto(path.as_uri())
    yield page
    context.close()


def _leaflet_code() -> bytes:
    return _leaflet_script().encode()


@needs_browser
def test_the_page_asks_for_nothing_and_complains_of_nothing(page: Any) -> None:
    page.wait_for_timeout(300)

    assert [url for url in page.asked if not url.startswith(("file:", "data:"))] == []
    assert page.noise == []


@needs_browser
def test_a_parcel_is_found_by_its_code_and_tells_its_hectares(page: Any) -> None:
    page.fill(".search input", "a-1")
    page.keyboard.press("Enter")

    assert "A-1" in page.inner_text(".popup h2")
    assert "1,00 ± 0,05 ha" in page.inner_text(".popup")
    assert page.locator(".popup .finding").count() == 1


@needs_browser
def test_tapping_the_land_opens_what_lies_there(page: Any) -> None:
    page.fill(".search input", "C-1")
    page.keyboard.press("Enter")
    page.wait_for_timeout(500)  # Leaflet fades a popup in before it lets it close
    page.click(".leaflet-popup-close-button")
    page.wait_for_selector(".popup", state="detached")
    x, y = page.evaluate(
        "() => { const p = map_hkm.latLngToContainerPoint(JSON.parse(document.getElementById("
        "'content').textContent).parcels.at[2]), b = map_hkm.getContainer()"
        ".getBoundingClientRect(); return [p.x + b.x, p.y + b.y + 12]; }"
    )
    page.mouse.click(x, y)

    assert "C-1" in page.inner_text(".popup h2")


@needs_browser
def test_a_finding_of_the_list_shows_its_words_on_the_map(page: Any) -> None:
    page.click(".finding-list summary")
    page.locator(".finding-list .item").first.click()

    assert "A-1" in page.inner_text(".popup .finding")
    assert "B-1" in page.inner_text(".popup .codes")


@needs_browser
def test_a_layer_can_be_switched_off(page: Any) -> None:
    layers = "() => Object.keys(map_hkm._layers).length"
    before = page.evaluate(layers)
    page.locator(".switch input").first.uncheck()

    assert page.evaluate(layers) < before


@needs_browser
def test_a_kind_of_finding_tells_why_it_matters_and_can_leave_the_map(page: Any) -> None:
    page.click(".finding-list summary")
    layers = "() => Object.keys(map_hkm._layers).length"
    before = page.evaluate(layers)

    assert page.inner_text(".finding-list .why") == explain("O01").why
    page.locator(".finding-list .switch input").uncheck()
    assert page.evaluate(layers) < before
    page.locator(".finding-list .switch input").check()
    assert page.evaluate(layers) == before


@needs_browser
def test_an_accepted_finding_is_shown_as_accepted_on_the_map_in_the_list_and_in_its_words(
    page: Any,
) -> None:
    page.click(".finding-list summary")

    assert page.locator(".legend .mark.accepted").count() == 1
    (item,) = page.locator(".finding-list .item:has(.accepted)").all()
    item.click()
    assert page.locator(".popup .finding.accepted").count() == 1
    assert "sudah disepakati" in page.inner_text(".popup .finding-head")


@needs_browser
def test_marks_are_dots_far_out_and_signs_near(page: Any) -> None:
    size = (
        "(zoom) => { map_hkm.setZoom(zoom, {animate: false}); return Math.max("
        "...Object.values(map_hkm._layers).filter((l) => l.options.glyph).map((l) => l._radius)); }"
    )

    assert page.evaluate(size, 12) == 3
    assert page.evaluate(size, 18) == 9


@needs_browser
def test_what_is_too_small_from_far_is_drawn_once_it_can_be_seen(
    browser: Any, tmp_path: Path
) -> None:
    overlaps = hamlet().overlaps.assign(kind="sliver")
    path = draw_map(hamlet(overlaps=overlaps), findings(), tmp_path / "peta.html")
    page = browser.new_page()
    page.goto(path.as_uri())
    drawn = (
        "(zoom) => { map_hkm.setZoom(zoom, {animate: false});"
        " return Object.values(map_hkm._layers).filter((l) => l.options.fillColor === '#777777')"
        ".length; }"
    )
    outlined = (
        "() => Object.values(map_hkm._layers).filter((l) => l.options.fillOpacity === 0.5"
        " && l.options.color === '#1d1d1d' && l.options.stroke).length"
    )

    assert [page.evaluate(drawn, zoom) for zoom in (18, 14, 14.5)] == [1, 0, 1]
    assert page.evaluate(outlined) == 4
    page.evaluate(drawn, 12)
    assert page.evaluate(outlined) == 0
    page.get_by_text("serpihan batas").click()
    assert [page.evaluate(drawn, zoom) for zoom in (12, 18)] == [0, 0]
    page.get_by_text("serpihan batas").click()
    assert page.evaluate(drawn, 18) == 1
    page.close()


@needs_browser
def test_on_a_phone_the_panel_opens_from_its_button(page: Any) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    from playwright.sync_api import expect

    toggle, search = page.locator(".panel-toggle"), page.locator(".search input")

    assert toggle.is_visible()
    expect(search).not_to_be_in_viewport()  # asked for some seconds: the panel slides
    toggle.click()
    expect(search).to_be_in_viewport()
    page.evaluate("() => { document.getElementById('panel').scrollTop = 1e6; }")
    page.wait_for_timeout(300)
    last, button = page.locator(".panel footer").bounding_box(), toggle.bounding_box()
    assert last["y"] + last["height"] <= button["y"]
    assert toggle.inner_text() == "Tutup"


@needs_browser
def test_a_hostile_name_stays_a_text(page: Any) -> None:
    page.fill(".search input", "B-1")
    page.keyboard.press("Enter")

    assert HOSTILE in page.inner_text(".popup")
    assert page.locator("img[src=x]").count() == 0
    assert page.noise == []


@needs_browser
def test_the_measuring_tool_agrees_with_the_plane(page: Any) -> None:
    corners = shapely.get_coordinates(square(0, 0, 100))[:-1]
    points = [{"lng": x, "lat": y} for x, y in corners]

    assert page.evaluate("(p) => area_m2(p)", points) == pytest.approx(1e4, rel=1e-6)
    assert page.evaluate("(p) => length_m(p, true)", points) == pytest.approx(400, rel=5e-3)


def test_no_canary_and_no_address_of_a_server_is_in_the_page(tmp_path: Path) -> None:
    content = draw_map(hamlet(), findings(), tmp_path / "peta.html").read_bytes()

    assert find_identity_numbers(content) == ()
    assert not [canary for canary in CANARIES if canary.encode() in content]
    # Leaflet's own script holds a link that is switched off; no tag of the page names a server.
    tags = re.findall(
        rb"<(?:script|link|img|iframe)\b[^>]*>", content.replace(_leaflet_code(), b"")
    )
    assert tags
    assert not [tag for tag in tags if b"src=" in tag or b"href=" in tag]


def test_only_scripts_with_the_nonce_of_the_page_may_run(tmp_path: Path) -> None:
    page = draw_map(hamlet(), findings(), tmp_path / "peta.html").read_text("utf-8")

    (nonce,) = re.findall(r"script-src 'nonce-(\w+)'", page)
    tags = re.findall(r"<script\b[^>]*>", page)
    assert [t for t in tags if nonce not in t] == ['<script type="application/json" id="content">']
    assert "unsafe-inline" not in page
    assert "${alert(2)}" not in page


def test_the_same_survey_gives_the_same_page(tmp_path: Path) -> None:
    first = draw_map(hamlet(), findings(), tmp_path / "a.html").read_bytes()
    second = draw_map(hamlet(), findings(), tmp_path / "b.html").read_bytes()

    assert first == second


def test_land_that_is_claimed_twice_counts_once_in_the_hectares_of_a_group_and_of_all() -> None:
    starts_m = {"P-1": ("A", 0), "P-2": ("A", 50), "P-3": ("B", 100)}
    parcels = parcel_table(
        {"parcel_id": code, "group": group, "geometry": rectangle(x_m, 0, 100, 100)}
        for code, (group, x_m) in starts_m.items()
    )
    nothing = {"overlaps": hamlet().overlaps[:0], "forest": None, "groups": ("A", "B")}
    content = map_content(hamlet(parcels=parcels, everybody=parcels, **nothing), Report(), "id")

    told = [group["told"] for group in content["groups"]]
    assert told == ["2 andil · 1,50 ha", "1 andil · 1,00 ha"]
    assert content["subtitle"].endswith("2,00 ha")


def test_an_example_boundary_is_called_one_and_a_real_one_is_not(tmp_path: Path) -> None:
    survey = hamlet()
    example = hamlet(forest=replace(survey.forest, example=True))

    drawn = draw_map(example, findings(), tmp_path / "a.html").read_text("utf-8")
    assert "CONTOH – BUKAN BATAS RESMI" in drawn
    assert "BUKAN BATAS RESMI" not in draw_map(survey, findings(), tmp_path / "b.html").read_text(
        "utf-8"
    )


def test_a_survey_without_a_forest_still_has_a_map(tmp_path: Path) -> None:
    assert draw_map(hamlet(forest=None), findings(), tmp_path / "a.html").is_file()


def test_simplifying_moves_no_edge_farther_than_a_gps_can_tell() -> None:
    rough = on_earth(shapely.segmentize(shapely.box(0, 0, 100, 100), 5))

    (simple,) = simplify(np.array([rough]))
    assert len(shapely.get_coordinates(simple)) < len(shapely.get_coordinates(rough))
    assert area_m2([simple])[0] == pytest.approx(area_m2([rough])[0], rel=0.01)


def test_steps_lead_back_to_the_corners() -> None:
    land = square(0, 0, 100)

    ((steps,),) = encode(land)
    back = np.cumsum(np.reshape(steps, (-1, 2)), axis=0) / 1e6
    assert np.abs(back - shapely.get_coordinates(land)[:-1]).max() <= 0.5e-6 + 1e-12
