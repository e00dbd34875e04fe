"""A small project that many tests work on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promise
import pytest
from browsing import CHROMIUM, FLAGS
from small_project import write_small_project


@pytest.fixture(scope="session", autouse=True)
def nothing_is_lost() -> Iterator[None]:
    """Whatever a test reads: read = accepted + repaired + rejected."""
    with pytest.MonkeyPatch.context() as patch:
        promise.watch(patch)
        yield


@pytest.fixture
def small_project(tmp_path) -> Path:
    """Two groups, three parcels of one hectare; M-2 and L-1 share 20 m x 100 m."""
    return write_small_project(tmp_path / "usulan")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium without a window and without a network."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()
