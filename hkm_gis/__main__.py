"""Run the command line, as ``hkm`` and as ``python -m hkm_gis``."""

from __future__ import annotations

import locale
import signal
import sys
import threading
from _thread import interrupt_main
from types import FrameType

ENDED_BY_SIGNAL = 128
"""Added to the number of the signal, as shells do: 130 after Ctrl-C."""


def main() -> None:
    """Run ``hkm``; Ctrl-C ends it with one sentence, even while it is still being imported."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    # GDAL compares names as the locale does, and in Turkish an I is no i. Python has taken what it
    # needs of the locale by now.
    locale.setlocale(locale.LC_CTYPE, "C")
    try:
        from hkm_gis.cli import hkm

        hkm()
    except KeyboardInterrupt as stop:
        from hkm_gis.text import named_language, say

        number = stop.args[0] if stop.args else signal.SIGINT
        sys.stderr.write(f"{say('cli.interrupted', named_language())}\n")
        sys.exit(ENDED_BY_SIGNAL + number)


def _stop(number: int, frame: FrameType | None) -> None:
    if _is_importing(frame):
        # numpy and others make an ImportError of it, or print it and go on: so a little later.
        later = threading.Timer(_MOMENT_S, interrupt_main, [number])
        later.daemon = True
        later.start()
    else:
        raise KeyboardInterrupt(number)


_MOMENT_S = 0.02


def _is_importing(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename == "<frozen importlib._bootstrap>":
            return True
        frame = frame.f_back
    return False


if __name__ == "__main__":
    main()
