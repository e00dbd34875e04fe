"""How large the interactive map is, and how long a browser needs to show and move it.

python tests/benchmarks/webmap.py [PARCELS ...] [--look FOLDER]

Parcels of 1 ha with 8 to 40 m between corners and 3 m of GPS noise, in 20 groups, all findings.
The phone is Chromium slowed down four times at 390 x 844.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from mosaic import boundary, parcels
from recheck import project

import hkm_gis

sys.path.insert(0, str(Path(__file__).parents[1]))
from browsing import CHROMIUM, FLAGS

SCREENS = {"desktop": ((1280, 800), 1), "phone": ((390, 844), 4)}
_DRAWN = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)))"


def draw(many: int, folder: Path) -> Path:
    land = parcels(many)
    land = land.iloc[land.geometry.hilbert_distance().argsort()].reset_index(drop=True)
    project(folder, land, boundary(5_000, land))
    survey = hkm_gis.open_survey(folder)
    report = hkm_gis.check(survey)
    start = time.perf_counter()
    path = hkm_gis.draw_map(survey, report, folder / "peta.html")
    took_s = time.perf_counter() - start
    print(f"{many:>6} parcels, {len(survey.overlaps)} overlaps, {len(report.findings)} findings:")
    print(f"       drawn in {took_s:.1f} s, {path.stat().st_size / 1e6:.2f} MB")
    return path


def browse(browser: Any, path: Path, screen: str, look: Path | None, many: int) -> None:
    (width, height), slower = SCREENS[screen]
    context = browser.new_context(offline=True, viewport={"width": width, "height": height})
    page = context.new_page()
    noise: list[str] = []
    page.on("console", lambda message: noise.append(message.text))
    page.on("pageerror", lambda error: noise.append(str(error)))
    page.on("request", lambda r: noise.append(r.url) if r.url[:5] not in ("file:", "data:") else 0)
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})

    def timed(work: str) -> float:  # what it returned would be packed for us, layer by layer
        start = time.perf_counter()
        page.evaluate(work)
        page.evaluate(_DRAWN)
        return time.perf_counter() - start

    start = time.perf_counter()
    page.goto(path.as_uri())
    page.evaluate(_DRAWN)
    shown_s = time.perf_counter() - start
    zoomed_s = timed("() => { map_hkm.setZoom(map_hkm.getZoom() + 3, {animate: false}); }")
    moved_s = timed("() => { map_hkm.panBy([150, 90], {animate: false}); }")
    asked = "document.querySelector('.search input')"
    found_s = timed(
        f"() => {{ {asked}.value = 'P0000'; {asked}.dispatchEvent(new Event('input')); }}"
    )
    if look is not None:
        page.evaluate("() => { map_hkm.setZoom(map_hkm.getZoom() - 3, {animate: false}); }")
        page.screenshot(path=look / f"peta_{many}_{screen}.png")
    print(
        f"       {screen:8} shown {shown_s:.2f} s, zoom {zoomed_s:.2f} s, move {moved_s:.2f} s, "
        f"search {found_s:.2f} s, complaints and requests: {len(noise)}"
    )
    context.close()


def main(sizes: list[int], look: Path | None) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for many in sizes:
            with tempfile.TemporaryDirectory() as scratch:
                path = draw(many, Path(scratch))
                for screen in SCREENS:
                    browse(browser, path, screen, look, many)
        browser.close()


if __name__ == "__main__":
    words = sys.argv[1:]
    look = Path(words[words.index("--look") + 1]) if "--look" in words else None
    main([int(w) for w in words if w.isdigit()] or [3_000, 15_000], look)
