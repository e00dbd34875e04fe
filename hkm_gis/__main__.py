"""Run the command line, as ``hkm`` and as ``python -m hkm_gis``."""

from __future__ import annotations

import sys

INTERRUPTED = 130


def main() -> None:
    """Run ``hkm``; Ctrl-C ends it with one sentence, even while it is still being imported."""
    try:
        from hkm_gis.cli import hkm

        hkm()
    except KeyboardInterrupt:
        from hkm_gis.text import named_language, say

        sys.stderr.write(f"{say('cli.interrupted', named_language())}\n")
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
