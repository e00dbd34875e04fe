"""The browser that tests drive: where it is, and that it finds nothing beyond this computer."""

from __future__ import annotations

import os
import shutil

import pytest

__all__ = ["CHROMIUM", "FLAGS", "needs_browser"]

CHROMIUM = shutil.which("chromium")

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    # No name of the internet is known: only what this computer itself serves can be reached.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    # An address without a name goes to a proxy that is not there; Chromium goes to loopback itself.
    "--proxy-server=127.0.0.1:9",
]

needs_browser = pytest.mark.skipif(
    CHROMIUM is None and not os.environ.get("CI"), reason="chromium is not installed"
)
